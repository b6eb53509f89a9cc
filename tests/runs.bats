#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# Runs: how they begin and end, what a reader sees of that, and who may begin
# one.

# shellcheck disable=SC2154 # pid and output are set in helpers.bash

load helpers

# A run of some bytes that is over, and nobody has read it
finished_run() {
	tell 'set trigger manual' 'set rate 10M' start
	retry 10 setting_at_least fill 100000
	tell stop
}

@test "stop ends cat with status 0 after the last byte" {
	tell 'set rate 10M'
	background "$OUT" cat "$DATA"
	retry 10 setting_at_least produced 1000000
	setting_is state running
	tell stop
	finish "$pid" 0 "$OUT"
	expect 0 verify -n "$(setting produced)" "$OUT"
	setting_is lost 0
	setting_is state idle
}

@test "each run ends once for a file that stays open" {
	local reader run

	tell 'set trigger manual' 'set rate 10M'
	exec {reader}<"$DATA"
	for run in 1 2 3; do
		tell start
		retry 10 setting_at_least fill 50000
		tell stop
		expect_shell 0 "cat <&$reader | verify -n $(setting produced)"
		expect_shell 1 "dd bs=1 count=1 iflag=nonblock <&$reader"
		says 'Resource temporarily unavailable'
	done
	exec {reader}<&-
}

@test "a file opened after the end of a run waits for the next one" {
	local first second

	finished_run
	exec {first}<"$DATA"
	expect_shell 0 "cat <&$first | verify"
	exec {first}<&-
	exec {second}<"$DATA"
	tell start
	retry 10 setting_at_least fill 50000
	tell stop
	expect_shell 0 "cat <&$second | verify -n $(setting produced)"
	exec {second}<&-
}

@test "the end of a run wakes a reader that sleeps in it" {
	tell 'set rate 8' 'set pulse_usecs 10000000'
	cat_sleeping "$OUT"
	tell stop
	finish "$pid" 0 "$OUT"
}

@test "a reader that waits for read_min gets the rest at the end of the run" {
	tell 'set read_min 1M' 'set rate 1M'
	background "$OUT" cat "$DATA"
	retry 10 setting_at_least produced 10000
	tell stop
	finish "$pid" 0 "$OUT"
	expect 0 verify -n "$(setting produced)" "$OUT"
}

@test "trigger open: two dd in a row both begin at the start of a run" {
	local first

	streams 1000K
	first=$(setting run)
	setting_is state idle
	setting_is fill 0
	streams 1000K
	is run "$(setting run)" $((first + 1))
}

@test "trigger open: what the last reader left is discarded, and counted" {
	tell 'set rate 100M'
	expect_shell 0 "{ head -c 8; echo stop >$CONTROL; } <$DATA |
		verify -n 8"
	is_number 'discarded and read' $(($(setting discarded) + 8)) -eq \
		$(($(setting produced) - $(setting lost)))
	setting_is fill 0
}

@test "trigger open: leftovers of a manual run are read, not run over" {
	local run

	finished_run
	run=$(setting run)
	tell 'set trigger open'
	expect_shell 0 "cat $DATA | verify -n $(setting produced)"
	setting_is run "$run"
}

@test "trigger manual: opening starts nothing, closing stops nothing" {
	local reader run

	tell 'set trigger manual' 'set rate 10M'
	run=$(setting run)
	exec {reader}<"$DATA"
	setting_is state idle
	setting_is run "$run"
	tell start
	setting_is run $((run + 1))
	exec {reader}<&-
	setting_is state running
	tell stop
}

@test "trigger manual: start with unread data is EBUSY, and discard helps" {
	local run

	finished_run
	run=$(setting run)
	expect_shell 1 "echo start >$CONTROL"
	says 'Device or resource busy'
	setting_is run "$run"
	tell discard
	setting_is discarded "$(setting produced)"
	setting_is fill 0
	tell start
	setting_is run $((run + 1))
}

@test "trigger manual: start with unread data is EBUSY, and reading helps" {
	finished_run
	expect_shell 1 "echo start >$CONTROL"
	says 'Device or resource busy'
	expect_shell 0 "cat $DATA | verify -n $(setting produced)"
	tell start
	setting_is state running
}

@test "discard in the middle of a run: what comes after it is right" {
	local before

	tell 'set trigger manual' 'set rate 1M' start
	retry 10 setting_at_least fill 20000
	tell discard
	before=$(setting discarded)
	is_number discarded "$before" -ge 20000
	expect_shell 0 "dd if=$DATA bs=8 count=1 status=none | od -A n -t u8"
	is 'the first word behind it' $((output * 8)) "$before"
}

@test "start while a run is on is EBUSY, stop and discard without one are fine" {
	tell stop stop discard discard
	tell 'set trigger manual' 'set rate 1M' start
	expect_shell 1 "echo start >$CONTROL"
	says 'Device or resource busy'
	tell stop stop
}

@test "reset in a run ends it, and the next run is right" {
	tell 'set rate 10M'
	background "$OUT" cat "$DATA"
	retry 10 setting_at_least produced 100000
	tell reset
	finish "$pid" 1 "$OUT"
	says 'Connection reset by peer'
	setting_is state idle
	expect 0 verify "$OUT"
	streams 1M
}

@test "a new rate takes effect at once, a new seed and pattern with the next run" {
	tell 'set rate 8'
	background "$OUT" cat "$DATA"
	retry 10 setting_is state running
	tell 'set rate 5M' 'set pattern prbs31' 'set seed 77'
	retry 10 setting_at_least produced 2000000
	tell stop
	finish "$pid" 0 "$OUT"
	expect 0 verify -n "$(setting produced)" "$OUT"
	expect_shell 0 "head -c 1M $DATA | verify -n 1M -p prbs31 -s 77"
}

@test "poll calls the end of a run readable" {
	tell 'set trigger manual' 'set rate 8' 'set pulse_usecs 10000000'
	background "$OUT" reader poll "$DATA"
	retry 10 asleep "$pid" "$DATA"
	tell start stop
	finish "$pid" 0 "$OUT"
	says end=eof
	is 'wake-ups for nothing' "$(field idle)" 0
}

# cat in a run that ends and is followed by another before cat has looked
@test "the end of a run is told, though the next one has begun" {
	local round

	tell 'set trigger manual' 'set rate 8'
	for ((round = 0; round < 20; round++)); do
		tell start
		background "$OUT" cat "$DATA"
		retry 10 asleep "$pid" "$DATA"
		tell stop discard start
		finish "$pid" 0 "$OUT"
		tell stop discard
	done
}

@test "the end of a run is told after set ring, and after reset" {
	local change

	for change in 'set ring 1M' reset; do
		tell 'set trigger manual' 'set rate 8' start
		background "$OUT" cat "$DATA"
		retry 10 asleep "$pid" "$DATA"
		printf 'stop\ndiscard\n%s\n' "$change" >"$CONTROL"
		finish "$pid" 0 "$OUT"
	done
}

@test "a run without a byte ends for who comes after it" {
	tell 'set trigger manual' 'set rate 8' 'set pulse_usecs 10000000' start stop
	expect_shell 0 "cat $DATA | wc -c"
	says 0
}

@test "a sleeping reader waits for read_min, an awake one takes what is there" {
	tell 'set trigger manual' 'set rate 8' 'set read_min 64K' start
	retry 10 setting_at_least fill 16
	expect_shell 0 "dd if=$DATA bs=64K count=1 status=none | wc -c"
	is_number bytes "$output" -lt 65536
	tell stop
}
