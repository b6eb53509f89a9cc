#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# Each tool of `make lint` can fail, and says what it dislikes and where: tried on a
# project of two small files in which they find nothing, until something is added.

load helpers

setup() {
	local folder=$BATS_TEST_TMPDIR/project
	mkdir -p "$folder"/{kernel,include,emulator,docs,scripts,tests/kunit}
	cp Makefile "$folder/"
	cp -r scripts/lint scripts/lib "$folder/scripts/"
	small_cache "$BATS_TEST_TMPDIR/cache/cobra"
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	cd "$folder" || exit
	printf '%s\n' 'obj-m := cobra.o' 'cobra-y := kernel/part.o' >Kbuild
	printf '%s\n' '// SPDX-License-Identifier: GPL-2.0' '#include <linux/module.h>' '#include <linux/slab.h>' '' \
		'MODULE_DESCRIPTION("A part");' 'MODULE_LICENSE("GPL");' >kernel/part.c
	printf '%s\n' '// SPDX-License-Identifier: GPL-2.0' '#include <stdlib.h>' '' 'const int answer = 42;' >emulator/part.c
	echo 'The stream of a board.' >docs/data.md
}

# One kernel, and of the kernel's semantic patches one: all of them take half a minute.
small_cache() {
	local cache=${XDG_CACHE_HOME:-$HOME/.cache}/cobra
	release=$(basename "$(realpath "$cache/kernels/6.12")")
	mkdir -p "$1/kernels"
	ln -s "$cache/kernels/$release" "$1/kernels/"
	cp -r "$cache/linux-scripts" "$1/"
	find "$1/linux-scripts" -name '*.cocci' -not -name ifnullfree.cocci -delete
}

# add FILE LINE...: below an empty line, since checkpatch wants one
add() { printf '%s\n' '' "${@:2}" >>"$1"; }

# dislikes TEXT COMMAND...
dislikes() {
	run "${@:2}"
	((status)) || fail "nothing is wrong with it"
	[[ $output == *"$1"* ]] || fail "the complaint is another than '$1'"
}

compiled() { make "build/lint/$release.clean"; }

@test "what is clean passes everything" {
	run make lint
	status_is 0
	for name in checkpatch kernel-doc coccicheck cppcheck shellcheck codespell; do
		[[ $output == *"LINT    $name"* ]] || fail "$name was not run"
	done
}

@test "a check that there is not" {
	run scripts/lint spelling
	status_is 2
	[[ $output == "scripts/lint: there is no check 'spelling', only: "* ]] || fail "the complaint is another"
}

@test "the compiler, W=1" {
	add kernel/part.c 'int part_count(void)' '{' $'\treturn 1;' '}'
	dislikes 'no previous prototype' compiled
}

@test "sparse" {
	add kernel/part.c 'static int __maybe_unused part_peek(int __user *at)' '{' $'\treturn *at;' '}'
	dislikes "kernel/part.c:10:17: warning: dereference of noderef expression" compiled
}

@test "kernel-doc, by the compiler's W=1 and by itself" {
	add kernel/part.c '/**' ' * part_of() - a part' ' * @whole: of what' ' */' \
		'static int __maybe_unused part_of(int all)' '{' $'\treturn all;' '}'
	dislikes "kernel/part.c:13: warning: " compiled
	dislikes "Excess function parameter 'whole'" scripts/lint kernel-doc
}

@test "GCC's analyzer" {
	add emulator/part.c 'int leak(void)' '{' $'\tchar *p = malloc(1);' '' $'\treturn !p;' '}'
	dislikes 'emulator/part.c:10:16: error: leak of' make build/lint/emulator/part.o
}

@test "checkpatch, in the kernel and in programs" {
	add kernel/part.c 'static int part_sum(int a,int b);'
	dislikes 'kernel/part.c:8: ERROR:SPACING' scripts/lint checkpatch
	add emulator/part.c 'int sum(int a,int b);'
	dislikes 'emulator/part.c:6: ERROR:SPACING' scripts/lint checkpatch
}

@test "checkpatch, in a file that is excused: from what it is excused from only" {
	printf '%s\n' '/* SPDX-License-Identifier: GPL-2.0 */' '#include <linux/version.h>' \
		'#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)' '#endif' >kernel/compat.h
	run scripts/lint checkpatch
	status_is 0
	add kernel/compat.h 'static int part_sum(int a,int b);'
	dislikes 'kernel/compat.h:6: ERROR:SPACING' scripts/lint checkpatch
	echo '/* SPDX-License-Identifier: GPL-2.0 */' >kernel/compat.h
	dislikes 'kernel/compat.h: scripts/lint excuses it from LINUX_VERSION_CODE, for no reason any more' \
		scripts/lint checkpatch
}

@test "coccicheck: what a semantic patch matches, and what cannot be parsed" {
	add kernel/part.c 'static void part_free(void *p)' '{' $'\tif (p)' $'\t\tkfree(p);' '}'
	dislikes 'kernel/part.c:11:2-7: WARNING: NULL check before some freeing functions is not needed' \
		scripts/lint coccicheck
	add kernel/part.c 'static void part_none(void)' '{' $'\tif ((1) {' '}'
	dislikes 'File "kernel/part.c", line 16' scripts/lint coccicheck
}

@test "cppcheck" {
	add emulator/part.c 'int past(void)' '{' $'\tint all[2] = { 0 };' '' $'\treturn all[2];' '}'
	dislikes 'emulator/part.c:10:12: error: Array' scripts/lint cppcheck
}

@test "shellcheck, in scripts, suites and what they load" {
	# shellcheck disable=SC2016 # nothing is to be expanded
	local line='echo $1'
	printf '%s\n' '#!/bin/bash' "$line" >scripts/part
	dislikes 'In scripts/part line 2:' scripts/lint shellcheck
	printf '%s\n' '#!/usr/bin/env bats' '@test "one" {' "$line" '}' >tests/part.bats
	dislikes 'In tests/part.bats line 3:' scripts/lint shellcheck
	printf '%s\n' '# shellcheck shell=bash' "$line" >tests/part.bash
	dislikes 'In tests/part.bash line 2:' scripts/lint shellcheck
}

@test "codespell" {
	local typo
	printf -v typo t%s eh
	echo "The stream of $typo board." >docs/data.md
	dislikes "docs/data.md:1: $typo ==> the" scripts/lint codespell
}
