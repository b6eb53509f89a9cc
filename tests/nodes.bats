#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# What a character device owes to every program: the errors that fit, and one
# reader of data at a time.

# shellcheck disable=SC2154 # pid is set in helpers.bash

load helpers

# gives ANSWER CALL...: what one system call comes to
gives() {
	expect 0 attempt "${@:2}"
	is "${*:2}" "$output" "$1"
}

@test "data cannot seek" {
	gives ESPIPE lseek "$DATA"
	gives ESPIPE pread "$DATA"
	expect_shell 0 "dd if=$DATA bs=8 skip=2 count=1 status=none |
		od -A n -t u8"
	is 'the third word' $((output)) 2
}

@test "an unknown ioctl is ENOTTY" {
	gives ENOTTY ioctl "$DATA" 0
	gives ENOTTY ioctl "$DATA" 0x5401
	gives ENOTTY ioctl "$DATA" 0xc802
	gives ENOTTY ioctl "$DATA" 0xffffffff
	gives ENOTTY ioctl "$CONTROL" 0x5401
}

@test "data has one reader" {
	local reader

	exec {reader}<"$DATA"
	gives EBUSY open "$DATA" read
	gives EBUSY open "$DATA" read
	expect 1 cat "$DATA"
	says 'Device or resource busy'
	exec {reader}<&-
	gives 0 open "$DATA" read
}

@test "a reader that forked is one reader until both have closed" {
	local reader

	exec {reader}<"$DATA"
	background "$OUT" bash -c "exec cat <&$reader"
	exec {reader}<&-
	gives EBUSY open "$DATA" read
	end_background
	gives 0 open "$DATA" read
}

@test "a board that cannot transmit: open for writing is EOPNOTSUPP" {
	gives EOPNOTSUPP open "$DATA" write
	gives EOPNOTSUPP open "$DATA" both
	expect_shell 1 "echo hello >$DATA"
	says 'Operation not supported'
	gives 0 open "$DATA" read
}

@test "FIONREAD is the fill" {
	tell 'set trigger manual' 'set rate 1M'
	gives 0 fionread "$DATA"
	tell start
	retry 10 setting_at_least fill 50000
	tell stop
	gives "$(setting fill)" fionread "$DATA"
	expect_shell 0 "head -c 1000 $DATA | wc -c"
	gives "$(setting fill)" fionread "$DATA"
}

@test "O_NONBLOCK: EAGAIN when there is nothing" {
	tell 'set trigger manual'
	expect 1 dd "if=$DATA" iflag=nonblock bs=1 count=1
	says 'Resource temporarily unavailable'
}

@test "RWF_NOWAIT never sleeps, though the file would" {
	tell 'set trigger manual' 'set rate 10M'
	expect 0 nowait "$DATA" "$CONTROL"
	tell stop
}

@test "splice moves the stream into a pipe" {
	tell 'set rate max'
	expect 0 reader -n 64M -b 64K splice "$DATA"
	is bytes "$(field bytes)" $((64 << 20))
	tell 'set rate 5M'
	expect 0 reader -n 1M -b 64K splice "$DATA"
	is bytes "$(field bytes)" $((1 << 20))
}

@test "a read into memory that is not there is EFAULT, and loses nothing" {
	tell 'set rate 1M'
	expect 0 badread "$DATA"
}

@test "a read into memory that comes late gets all of it" {
	local hopeless

	for hopeless in '' -h; do
		tell reset 'set trigger manual' 'set rate max' start
		wait_for_memory $hopeless
		kill -USR1 "$pid"
		finish "$pid" 0 "$OUT"
		is bytes "$(field bytes)" $((128 << 10))
	done
}

@test "the nodes are where the driver says, and belong to the board" {
	local board node

	for board in $(boards); do
		for node in data control; do
			expect 0 test -c "/dev/cobra$board/$node"
		done
		expect_shell 0 "readlink -f /sys/class/cobra/cobra$board/device"
		says /pci
		expect 0 grep "cobra$board-data\$" /proc/interrupts
	done
}
