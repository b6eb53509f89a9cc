#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# What is left of a board when its kernel goes down under it. It stands here, as no
# suite outlives its machine.

load helpers

# kexec, the kernel that runs, and its initramfs, to be started once more.
parts() (
	program=tests/meta
	. scripts/lib/common.sh
	. scripts/lib/kernels.sh
	release=$(kernel_release "$1")
	echo "$cache/kexec/sbin/kexec"
	kernel_archive "$release"
	initramfs "$release"
)

@test "kexec in the middle of a run: the board has stopped, and serves the next kernel" {
	mapfile -t parts < <(parts 6.12)
	vm --kernel 6.12 --boards 1 --no-driver --timeout 250 -- \
		bash tests/meta/fixtures/restart "${parts[@]}"
	status_is 0
	stdout_is $'first kernel: streaming\nsecond kernel: board in reset\nsecond kernel: bytes=1048576 lost=0 jumps=0'
}
