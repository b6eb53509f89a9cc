#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# The ring overrun on purpose: the board goes on, nobody reads.  Loss is told
# where it happened and how much it was, and is never more than that.

# shellcheck disable=SC2154 # pid and output are set in helpers.bash

load helpers

# Nobody reads a board at 200 MB/s until it has lost some
overrun() {
	tell 'set trigger manual' 'set rate 200M' start
	retry 30 setting_at_least lost 1000000
}

# Bytes read + bytes told lost = bytes the board made
all_accounted() {
	is 'read and told lost' $(($(field bytes) + $(field lost))) \
		"$(setting produced)"
	setting_is lost "$(field lost)"
	setting_is gap_count "$1"
}

@test "cat fails with 'No buffer space available', all before the gap is right" {
	overrun
	background "$OUT" cat "$DATA"
	finish "$pid" 1 "$OUT"
	says 'No buffer space available'
	expect 0 verify -n "$(setting gap_position)" "$OUT"
	is_number position "$(setting gap_position)" -ge "$(setting ring)"
	is_number 'lost there' "$(setting gap_bytes)" -ge 1000000
}

@test "dd conv=noerror goes on behind the gap" {
	overrun
	background "$OUT" dd "if=$DATA" bs=64K conv=noerror
	retry 30 setting_at_least tail $(($(setting ring) + 10000000))
	tell stop
	finish "$pid" 0 "$OUT"
	says 'No buffer space available'
	expect 0 verify -g "$OUT"
	is_number gaps "$(field jumps)" -ge 1
	is_number 'lost inside' "$(field lost)" -le "$(setting lost)"
	is 'read and lost' $(($(field bytes) + $(setting lost))) \
		"$(setting produced)"
}

@test "a program is told each gap at its place, to the byte" {
	local round lost=0

	tell 'set rate 200M'
	background "$OUT" reader read "$DATA"
	retry 10 setting_is state running
	for round in 1 2 3 4 5; do
		kill -STOP "$pid"
		retry 30 setting_at_least lost $((lost + 1000000))
		kill -CONT "$pid"
		retry 30 setting_at_least gap_count "$round"
		lost=$(setting lost)
	done
	tell stop
	finish "$pid" 0 "$OUT"
	is_number gaps "$(field gaps)" -ge 5
	all_accounted "$(field gaps)"
}

@test "a reader that is always too slow meets many gaps, all of them right" {
	tell 'set ring 64K' 'set rate 200M'
	background "$OUT" reader -u 200 -b 32768 read "$DATA"
	retry 30 setting_at_least gap_count 600
	tell stop
	finish "$pid" 0 "$OUT"
	all_accounted "$(field gaps)"
}

@test "a gap at the very end of a run is told before the end" {
	overrun
	tell stop
	expect 0 reader read "$DATA"
	is_number gaps "$(field gaps)" -ge 1
	all_accounted "$(field gaps)"
}

@test "gaps skip: cat goes on behind them, the counters tell" {
	tell 'set gaps skip'
	overrun
	background "$OUT" cat "$DATA"
	retry 30 setting_at_least tail $(($(setting ring) + 10000000))
	tell stop
	finish "$pid" 0 "$OUT"
	expect 0 verify -g "$OUT"
	is_number gaps "$(setting gap_count)" -ge 1
	is 'read and lost' $(($(field bytes) + $(setting lost))) \
		"$(setting produced)"
}

@test "at max speed the board waits for its reader instead of losing" {
	tell 'set rate max'
	background "$OUT" cat "$DATA"
	retry 30 setting_at_least produced 1000000
	kill -STOP "$pid"
	# What the reader has taken last is given back in batches.
	retry 30 setting_at_least fill $(($(setting ring) * 3 / 4))
	kill -CONT "$pid"
	tell stop
	finish "$pid" 0 "$OUT"
	setting_is lost 0
	expect 0 verify -n "$(setting produced)" "$OUT"
}

@test "gaps are counted anew in each run" {
	overrun
	tell stop discard
	is_number gaps "$(setting gap_count)" -ge 1
	tell 'set rate 1M' start
	setting_is gap_count 0
	setting_is lost 0
	tell stop
}

@test "COBRA_IOC_GAP is ENODATA for a file that has met none" {
	expect 0 attempt gap "$DATA"
	says ENODATA
	overrun
	tell stop discard
	expect 0 attempt gap "$DATA"
	says ENODATA
}

@test "COBRA_IOC_GAP tells the gap again, and wants memory to tell it in" {
	local reader

	overrun
	tell stop
	exec {reader}<"$DATA"
	expect_shell 1 "cat <&$reader >/dev/null"
	expect_shell 0 "attempt gap - <&$reader"
	is position "$(field position)" "$(setting gap_position)"
	is lost "$(field lost)" "$(setting gap_bytes)"
	is run "$(field run)" "$(setting run)"
	expect_shell 0 "attempt badgap - <&$reader"
	says EFAULT
	exec {reader}<&-
}
