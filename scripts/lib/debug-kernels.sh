# Kernels that look for mistakes, which no Debian package is: built from Debian's
# source, tinyconfig plus tests/kernels/guest.config and tests/kernels/NAME.config.
#
#	linux-source.tar.xz			Debian's, kept for the next one
#	kernels/VERSION-NAME-HASH/		as those of the packages (kernels.sh)
#	kernels/NAME -> VERSION-NAME-HASH	made last
#
# HASH is that of all that is written here and there, so that a change of either makes
# another kernel, and a machine that has this one builds nothing.
# shellcheck shell=bash disable=SC2034,SC2154 # names shared with other files

# What can be built, and how many files the compiler has to get through.
declare -rA debug_kernels=([debug]=1760 [kcsan]=1600)

linux_source=linux-source-6.12
source_archive=$cache/linux-source.tar.xz

debug_kernel_hash() {
	cat "${BASH_SOURCE[0]}" "$project/tests/kernels/guest.config" "$project/tests/kernels/$1.config" |
		sha256sum | cut -c1-8
}

# The short name's kernel is there, and is made of what is there now.
have_debug_kernel() {
	local release
	release=$(kernel_release "$1") && [[ $release == *-"$1-$(debug_kernel_hash "$1")" ]]
}

# Debian's source, whole; downloaded where it is not kept yet.
linux_source() {
	[[ ! -e $source_archive ]] || return 0
	(
		folder=$(mktemp -d "$cache/.new.XXXXXX")
		trap 'rm -rf "$folder"' EXIT
		cd "$folder"
		apt_download "$linux_source"
		dpkg-deb --fsys-tarfile ./*.deb | tar -xO "./usr/src/$linux_source.tar.xz" >archive
		mv archive "$source_archive"
	)
}

build_debug_kernel() {
	local name=$1 release target suffix
	suffix=-$name-$(debug_kernel_hash "$name")
	linux_source
	start_unpacking "$kernels"
	target=$PWD
	say "unpacking the source of kernel $name"
	mkdir tree
	cd tree
	tar -xJf "$source_archive" --strip-components=1
	spare_code
	configure_kernel "$name" "$suffix"
	compile_kernel "$name" "$target/log"
	release=$(make -s kernelrelease)

	cp arch/x86/boot/bzImage "$target/bzImage"
	make -s INSTALL_MOD_PATH="$target" modules_install
	rm -f "$target/lib/modules/$release/"{build,source}
	depmod --basedir="$target" "$release"
	mkdir -p "$target/usr/src"
	# shellcheck disable=SC2016 # make's variable
	make -s run-command KBUILD_RUN_COMMAND='$(srctree)/scripts/package/install-extmod-build '"$target/usr/src/linux-headers-$release"
	cp .config "$target/usr/src/linux-headers-$release/"
	cd "$target"
	echo "$release" >version
	rm -rf tree log
	finish_unpacking "$kernels/$release"
	drop_older_kernels "$name" "$release"
	ln -sfn "$release" "$kernels/$name"
	say "kernel $name is $release"
}

# Every word of the fragments has to come through: one that a new version of the source
# does not know any more would weaken the kernel in silence.
configure_kernel() {
	local name=$1 suffix=$2 fragments line lost=()
	fragments=("$project/tests/kernels/guest.config" "$project/tests/kernels/$name.config")
	make -s tinyconfig
	scripts/kconfig/merge_config.sh -m .config "${fragments[@]}" >/dev/null
	scripts/config --set-str LOCALVERSION "$suffix" --disable LOCALVERSION_AUTO
	make -s olddefconfig
	while read -r line; do
		case $line in
		*=n) grep -q "^${line%=n}=" .config && lost+=("$line") ;;
		*) grep -qx "$line" .config || lost+=("$line") ;;
		esac
	done < <(cat "${fragments[@]}" | grep '^CONFIG_')
	((!${#lost[@]})) || die "kernel $name: these of tests/kernels cannot be had: ${lost[*]}"
}

# KASAN and UBSAN look at what a driver calls, and at drivers; not where programs are
# started and memory is found, which is what emulation spends its time with, nor at what
# looks for mistakes itself. KCSAN looks at modules that are not the kernel's own, at
# both sides of a race or at one: the kernel has races that are not ours to mend.
spare_code() {
	local rules=scripts/Makefile.lib spared=(arch/% block/% fs/% init/% ipc/% mm/% net/% security/%
		kernel/rcu/% kernel/locking/lockdep.o lib/maple_tree.o lib/stackdepot.o lib/debugobjects.o)
	sed -i '/\(KA\|UB\)SAN_SANITIZE/s/$(is-kernel-object)/$(is-looked-at)/' $rules
	sed -i '/KCSAN_SANITIZE/s/$(is-kernel-object)/$(is-ours)/' $rules
	cat >>$rules <<-EOT

		is-ours = \$(if \$(KBUILD_EXTMOD),\$(is-kernel-object))
		is-looked-at = \$(if \$(filter ${spared[*]},\$(obj)/\$(target-stem).o),,\$(is-kernel-object))
	EOT
	(($(grep -c 'is-looked-at' $rules) == 5)) ||
		die "the kernel's source has changed: see where $rules says what KASAN and UBSAN look at"
	(($(grep -c 'is-ours' $rules) == 2)) ||
		die "the kernel's source has changed: see where $rules says what KCSAN looks at"
}

compile_kernel() {
	local name=$1 log=$2 make status=0 start=$SECONDS
	say "building kernel $name: about $((1300 / $(nproc) / 60 + 1)) minutes, once"
	make --jobs="$(nproc)" bzImage modules >"$log" 2>&1 &
	make=$!
	while kill -0 $make 2>/dev/null; do
		# Something to look at, and for whoever ends jobs that are silent.
		for ((tick = 0; tick < 30; tick++)); do
			sleep 1
			kill -0 $make 2>/dev/null || break
		done
		say_progress "$name" "$log" $((SECONDS - start))
	done
	wait $make || status=$?
	((!status)) || { tail -n 30 "$log" >&2; die "kernel $name cannot be built"; }
}

say_progress() {
	local all=${debug_kernels[$1]} seconds=$3 files left
	files=$(grep -cE '^  (CC|AS) ' "$2") || files=0
	((files < all)) || files=$all
	left=$((files ? seconds * (all - files) / files : 0))
	say "kernel $1: $files of $all files, about $((left / 60 + 1)) minutes left"
}

drop_older_kernels() {
	local old
	for old in "$kernels"/*-"$1"-????????; do
		[[ $old == "$kernels/$2" ]] || rm -rf "$old"
	done
}
