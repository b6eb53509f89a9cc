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

@test "a long stream through cat" {
	through_cat $((256 << 20))
}

@test "a long stream through dd bs=64K" {
	through_dd 64K $((256 << 20))
}

@test "a stream through dd bs=512" {
	through_dd 512 $((16 << 20))
}

@test "PRBS-31 through dd bs=1M" {
	through_dd 1M $((64 << 20)) prbs31
}

@test "random sizes and alignments" {
	expect 0 sizes 8 "$(amount $((64 << 20)))" "$DATA"
}

@test "a gap, told to the byte" {
	tell 'set trigger manual' 'set rate 200M' start
	retry 30 setting_at_least lost 1
	tell stop
	expect 0 reader read "$DATA"
	is 'read and reported lost' "$(($(field bytes) + $(field lost)))" \
		"$(setting produced)"
}
