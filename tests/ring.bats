#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# The size of the ring: large ones without any reservation, and what happens
# when there is not enough memory.

load helpers

fill_it() {
	tell 'set trigger manual' 'set rate max' start
	retry 60 setting_at_least fill "$(setting ring)"
}

@test "a ring that takes a good part of the memory" {
	local size bytes

	size=$(amount $((1 << 30)))
	bytes=$((size + size / 6))
	tell "set ring $size"
	setting_is ring "$size"
	fill_it
	BOUND=120 expect_shell 0 "head -c $bytes $DATA | verify -n $bytes"
	tell stop
	setting_is lost 0
}

@test "a size that cannot be had is ENOMEM, and the old ring works on" {
	local seen

	tell 'set ring 1M'
	expect_shell 1 "echo 'set ring 2900M' >$CONTROL"
	says 'Cannot allocate memory'
	setting_is ring $((1 << 20))
	fill_it
	expect_shell 0 "head -c 16M $DATA | verify -n 16M"
	tell stop
	seen=$(dmesg | sed "1,/$MARK/d")
	[[ $seen != *'Out of memory'* && $seen != *oom* ]] || {
		echo "$seen"
		return 1
	}
}

@test "a size beyond what the board can take is ERANGE" {
	expect 0 attempt write "$CONTROL" 'set ring 1048576G'
	says ERANGE
	setting_is ring $((16 << 20))
	streams 1M
}

@test "many sizes, and a whole turn of each ring" {
	local size

	for size in 4096 8192 12288 64K 1M 1028K 5000K 33M; do
		tell 'set trigger manual' "set ring $size"
		fill_it
		tell stop
		expect_shell 0 "cat $DATA | verify"
		is_number bytes "$(field bytes)" -ge "$(setting ring)"
		expect_shell 0 "echo start >$CONTROL; head -c 3M $DATA |
			verify -n 3M; echo stop >$CONTROL; echo discard >$CONTROL"
	done
}

@test "each segment is a power of two, no larger than the ring" {
	local segment

	for size in 4096 1M 16M; do
		tell "set ring $size"
		segment=$(setting segment)
		is 'bits set in the segment size' $((segment & (segment - 1))) 0
		is_number segment "$segment" -ge 4096
		is_number segment "$segment" -le "$(setting ring)"
	done
}

@test "other settings and the serial number outlive a new ring" {
	local serial

	serial=$(setting serial)
	tell 'set rate 3M' 'set read_min 1000' 'set ring 2M'
	setting_is rate $((3 << 20))
	setting_is read_min 1000
	setting_is serial "$serial"
}
