#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
# vm: --append swiotlb=force
#
# Every DMA mapping bounced through a buffer of the kernel's: what the driver
# does not synchronise, the reader does not see.

load helpers
load streaming

@test "bouncing is on" {
	expect 0 cat /proc/cmdline
	says swiotlb=force
}

@test "256 MiB through cat" {
	through_cat '256 << 20'
}

@test "256 MiB through dd bs=64K" {
	through_dd 64K 256M
}

@test "16 MiB through dd bs=512" {
	through_dd 512 16M
}

@test "64 MiB of PRBS-31 through dd bs=1M" {
	through_dd 1M 64M prbs31
}

@test "random sizes and alignments" {
	expect 0 sizes 8 64M "$DATA"
}

@test "a gap, told to the byte" {
	tell 'set trigger manual' 'set rate 200M' start
	retry 30 setting_at_least lost 1
	tell stop
	expect 0 gapreader "$DATA"
	is 'read and reported lost' "$(($(field bytes) + $(field lost)))" \
		"$(setting produced)"
}
