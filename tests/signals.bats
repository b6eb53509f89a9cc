#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# Signals: those that tell of data, and those that disturb a reader.

# shellcheck disable=SC2154 # pid and output are set in helpers.bash

load helpers

@test "SIGIO tells of data, 200 times" {
	tell 'set trigger manual' 'set rate 1M' 'set pulse_usecs 2000'
	expect 0 sigio plain 200 "$DATA" "$CONTROL"
	is_number signals "$(field signals)" -ge 200
}

@test "F_SETSIG tells which of two open files has data, and what it is" {
	local board

	for board in 0 1; do
		BOARD=$board tell 'set trigger manual' 'set rate 1M' \
			"set pulse_usecs $((2000 + board * 1300))"
	done
	expect 0 sigio queued 200 "$DATA" "$CONTROL" \
		/dev/cobra1/data /dev/cobra1/control
	is 'files told of' "$(grep -c signals= <<<"$output")" 2
}

@test "more signals than there is room for: SIGIO tells, no byte lost" {
	tell 'set rate max'
	expect_shell 0 "ulimit -i 8 && reader -b 64 -n 256K sigio $DATA"
}

@test "a storm of signals with SA_RESTART: no read is interrupted, no byte lost" {
	tell 'set rate 1M' 'set pulse_usecs 5000'
	expect 0 eintr restart 1M "$DATA"
	is_number signals "$(field signals)" -ge 100
}

@test "a storm of signals without: reads say EINTR, no byte lost" {
	tell 'set rate 1M' 'set pulse_usecs 5000'
	expect 0 eintr interrupt 1M "$DATA"
	is_number 'interrupted reads' "$(field interrupted)" -ge 100
}

@test "cat that was stopped and continued while it slept loses nothing" {
	tell 'set trigger manual' 'set rate 1M'
	cat_sleeping "$OUT"
	kill -STOP "$pid"
	retry 5 grep -q '^State:[[:space:]]*T' "/proc/$pid/status"
	tell start
	kill -CONT "$pid"
	retry 10 setting_at_least tail 100000
	tell stop
	finish "$pid" 0 "$OUT"
	expect 0 verify -n "$(setting produced)" "$OUT"
}

@test "a sleeping cat can be killed" {
	tell 'set trigger manual'
	cat_sleeping "$BATS_TEST_TMPDIR/out"
	kill -TERM "$pid"
	finish "$pid" 143 "$BATS_TEST_TMPDIR/out"
	expect 0 attempt open "$DATA" read
	says 0
}
