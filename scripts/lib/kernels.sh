# The guest's kernels, as scripts/setup leaves them in the cache, and the
# initramfs made for each.
#
#	kernels/RELEASE/bzImage			as it was built
#	kernels/RELEASE/vmlinux			the same uncompressed: nothing to unpack in emulation
#	kernels/RELEASE/lib/modules/RELEASE/	with the indexes of depmod
#	kernels/RELEASE/usr/src/linux-headers-RELEASE/
#	kernels/6.1 -> RELEASE			the short name, made last
#	initramfs/HASH.cpio
# shellcheck shell=bash disable=SC2034,SC2154 # names shared with other files

kernels=$cache/kernels

# The short names of Debian 12's kernels, and the packages that follow each.
declare -rA kernel_packages=(
	[6.1]=linux-image-amd64
	[6.1-rt]=linux-image-rt-amd64
	[6.12]=linux-image-6.12-amd64
	[6.12-rt]=linux-image-6.12-rt-amd64
)

# Prints the release that a short name or a release stands for.
kernel_release() {
	[[ $1 != */* && -e $kernels/$1/version ]] || return 1
	basename "$(realpath "$kernels/$1")"
}

# What QEMU boots. A kernel of our own cannot start uncompressed: KASAN is not ready for
# the C code on that way in.
kernel_image() {
	local image=$kernels/$1/vmlinux
	[[ -e $image ]] || image=$(kernel_archive "$1")
	echo "$image"
}

# What kexec takes, which cannot give an uncompressed one its initramfs.
kernel_archive() { echo "$kernels/$1/bzImage"; }

kernel_headers() { echo "$kernels/$1/usr/src/linux-headers-$1"; }

fetched_kernels() {
	local link
	for link in "$kernels"/*; do
		[[ -L $link && -e $link/version ]] && echo "${link##*/}"
	done
}

# The modules the guest needs before it sees the host's root, dependencies first.
early_modules() {
	local release=$1 module
	for module in virtio_pci virtio_console 9pnet_virtio 9p overlay; do
		modprobe --dirname="$kernels/$release" --set-version="$release" --show-depends "$module"
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

# Prints the path of the kernel's initramfs; builds it where its parts have changed.
initramfs() {
	local release=$1 early_init=$project/scripts/guest/early-init hash image
	hash=$(sha256sum "$early_init" "$(command -v busybox)" "${BASH_SOURCE[0]}" \
		"$kernels/$release/lib/modules/$release/modules.dep" \
		"$kernels/$release/version" | sha256sum | cut -c1-16)
	image=$cache/initramfs/$release-$hash.cpio
	[[ -e $image ]] || build_initramfs "$release" "$early_init" "$image" ||
		die "cannot build the initramfs for $release in $cache/initramfs"
	echo "$image"
}

build_initramfs() (
	release=$1 early_init=$2 image=$3
	set -e
	mkdir -p "${image%/*}"
	tree=$(mktemp -d "${image%/*}/build.XXXXXX")
	trap 'rm -rf "$tree"' EXIT
	mkdir -p "$tree"/{bin,modules,proc,dev,newroot}
	cp "$early_init" "$tree/init"
	cp "$(command -v busybox)" "$tree/bin/busybox"
	for applet in $("$tree/bin/busybox" --list); do
		[[ $applet == busybox ]] || ln -s busybox "$tree/bin/$applet"
	done
	: >"$tree/modules/order"
	for module in $(early_modules "$release"); do
		name=$(basename "${module%.xz}")
		case $module in
		*.xz) xz -dc "$module" >"$tree/modules/$name" ;;
		*) cp "$module" "$tree/modules/$name" ;;
		esac
		echo "$name" >>"$tree/modules/order"
	done
	# A kernel of our own has them all built in.
	[[ -s $tree/modules/order ]] || grep -q /9p.ko "$kernels/$release/lib/modules/$release/modules.builtin"
	(cd "$tree" && find . | cpio --quiet -o -H newc) >"$tree.cpio"
	mv "$tree.cpio" "$image"
)
