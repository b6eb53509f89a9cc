#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# Boards that want their ring in one piece.

# shellcheck disable=SC2154 # pid is set in helpers.bash

load helpers

setup() {
	begin_test
	caps=$(capabilities)
	has_caps $((caps & ~SCATTER))
}

teardown() {
	end_background
	has_caps "$caps"
	restore_boards
}

@test "a board that cannot scatter gets its ring in one piece" {
	is 'segment size' "$(setting segment)" "$(setting ring)"
	streams 4M
}

@test "its ring is a power of two" {
	expect 0 attempt write "$CONTROL" 'set ring 12K'
	says EINVAL
	tell 'set ring 256K'
	is 'segment size' "$(setting segment)" 262144
	streams 4M
}

# Its memory goes with the device, so what is left in it cannot be read
@test "its bytes are not read after it has left" {
	local reader

	tell 'set trigger manual' 'set rate max' start
	retry 10 setting_at_least fill 100000
	exec {reader}<"$DATA"
	expect_shell 0 "head -c 512 <&$reader | verify -n 512"
	unbind
	expect_shell 1 "dd bs=512 count=2000 <&$reader | wc -c"
	says 'No such device'
	exec {reader}<&-
	bind
	streams 4M
}

@test "it leaves at once, whatever memory its bytes are read into" {
	tell 'set trigger manual' 'set rate max' start
	wait_for_memory -h
	expect_shell 0 "echo $(address) >$DRIVER/unbind"
	kill -USR1 "$pid"
	finish "$pid" 1 "$OUT"
	says 'No such device'
	bind
	streams 4M
}
