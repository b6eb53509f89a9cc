#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# A board at its full speed through the tools that people have.

load helpers
load streaming

@test "a long stream through cat, stopped with stop" {
	through_cat $((1 << 30))
}

@test "a long stream through dd bs=4K" {
	through_dd 4K $((1 << 30))
}

@test "a long stream through dd bs=64K" {
	through_dd 64K $((1 << 30))
}

@test "a long stream through dd bs=1M" {
	through_dd 1M $((1 << 30))
}

@test "a stream through dd with its own block size, 512" {
	through_dd 512 $((16 << 20))
}

@test "a PRBS-31 stream through dd bs=64K" {
	tell 'set seed 20061102'
	through_dd 64K $((256 << 20)) prbs31
}

@test "a steady rate is kept, and nothing lost" {
	local start=${EPOCHREALTIME/./} took

	tell 'set rate 10M'
	streams 20M
	took=$(((${EPOCHREALTIME/./} - start) / 1000))
	is_number 'ms for 2 s of data' "$took" -ge 1900
	is_number 'ms for 2 s of data' "$took" -le 10000
}
