#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# Boards that break the rules: a clear end of the stream, one line in the log,
# and a board that works again after `reset`, and after a rebind.

# shellcheck disable=SC2154 # pid and output are set in helpers.bash

load helpers

# A cat that has taken all there is and sleeps in a run that is on.  The last one's
# tail is gone with the reset.
reader_asleep() {
	tell reset
	mark_log
	tell 'set trigger open' 'set rate 10M'
	background "$OUT" cat "$DATA"
	retry 10 setting_at_least tail 10000
	inject stall
	retry 10 setting_is fill 0
	retry 10 asleep "$pid" "$DATA"
}

# That cat gets every byte of the run when the board is well again, unlogged
goes_on_where_it_was() {
	heal
	retry 10 setting_at_least tail 1000000
	tell stop
	finish "$pid" 0 "$OUT"
	expect 0 verify -n "$(setting produced)" "$OUT"
	logged_at_most 0
}

# ends_with WORDS: that cat ends, says why, has the right data, and the log has
# one line about it
ends_with() {
	finish "$pid" 1 "$OUT"
	says "$1"
	expect 0 verify "$OUT"
	is 'lines in the log' "$(driver_log | wc -l)" 1 || {
		driver_log
		return 1
	}
}

recovers_by_reset() {
	heal
	tell reset
	setting_is state idle
	tell 'set trigger open' 'set rate max'
	streams 1M
}

recovers_by_rebind() {
	heal
	unbind
	bind
	setting_is state idle
	tell 'set trigger open' 'set rate max'
	streams 1M
}

# breaks FAULT [ARGUMENT]: it ends the stream with EIO, and both ways out work
breaks() {
	local way

	for way in reset rebind; do
		reader_asleep
		inject "$@"
		ends_with 'Input/output error'
		setting_is state fault
		expect 0 attempt write "$CONTROL" start
		says EIO
		"recovers_by_$way"
	done
}

@test "head goes back" {
	breaks head_back 64
}

@test "head passes the ring" {
	breaks head_past 8
}

@test "head passes the ring by 2^62" {
	breaks head_past 0x4000000000000000
}

@test "a gap behind the reader" {
	breaks gap_bad 8
}

@test "the board gives up: host memory does not answer" {
	breaks board 1
}

@test "the board gives up: it does not like tail" {
	breaks board 2
}

@test "the board gives up: for reasons that nobody knows" {
	breaks board 4711
}

@test "garbage in the status block" {
	breaks garbage 1
}

@test "registers read ones: the card is gone, and a rebind brings it back" {
	reader_asleep
	inject ones
	ends_with 'No such device'
	expect 1 cat "$CONTROL"
	says 'No such device'
	expect 0 attempt write "$CONTROL" start
	says ENODEV
	expect 0 attempt write "$CONTROL" 'peek 0'
	says ENODEV
	expect 0 attempt open "$DATA" read
	says ENODEV
	logged_at_most 1
	recovers_by_rebind
}

@test "registers read ones: who asks over and over, and never sleeps, is told" {
	tell 'set trigger manual'
	background "$OUT" reader busy "$DATA"
	inject ones
	finish "$pid" 0 "$OUT"
	says end=gone
	recovers_by_rebind

	# With poll() it is the same, and he has not read once.
	tell 'set trigger manual'
	# shellcheck disable=SC2016 # these variables are perl's
	background "$OUT" perl -e 'open my $data, "<", shift or die $!;
		vec(my $wanted, fileno $data, 1) = 1;
		until (select my $told = $wanted, undef, undef, 0) { }' "$DATA"
	inject ones
	finish "$pid" 0 "$OUT"
	recovers_by_rebind
}

@test "registers read ones: a command finds out when nobody reads" {
	inject ones
	expect 0 attempt write "$CONTROL" reset
	says ENODEV
	logged_at_most 1
	recovers_by_rebind
}

@test "registers read ones: no driver for such a card, until it heals" {
	unbind
	inject ones
	expect_shell 1 "echo $(address) >$DRIVER/bind"
	says 'No such device'
	logged_at_most 1
	heal
	bind
	streams 1M
}

@test "a reset that never ends: the stream ends, and both ways out work" {
	local way

	for way in reset rebind; do
		reader_asleep
		inject reset_never
		expect 0 attempt write "$CONTROL" reset
		says ETIMEDOUT
		ends_with 'Input/output error'
		setting_is state fault
		"recovers_by_$way"
	done
}

@test "a reset that never ends: unbind works, bind fails in time" {
	inject reset_never
	unbind
	expect 1 test -e "$DATA"
	expect_shell 1 "echo $(address) >$DRIVER/bind"
	logged_at_most 2
	heal
	bind
	streams 1M
}

@test "a slow reset is waited for" {
	inject reset_slow 800
	tell reset
	setting_is state idle
	logged_at_most 0
	heal
	streams 1M
}

@test "a board that answers no command: start times out, reset helps" {
	local way

	for way in reset rebind; do
		mark_log
		tell 'set trigger manual'
		inject mute
		expect 0 attempt write "$CONTROL" start
		says ETIMEDOUT
		logged_at_most 1
		"recovers_by_$way"
	done
}

@test "a board that answers no command: opening data says so" {
	inject mute
	expect 1 cat "$DATA"
	says 'Connection timed out'
	logged_at_most 1
	recovers_by_reset
}

@test "a board that answers no command: stop times out, the reader ends" {
	tell 'set rate 10M'
	background "$OUT" cat "$DATA"
	retry 10 setting_at_least tail 10000
	inject mute
	expect 0 attempt write "$CONTROL" stop
	says ETIMEDOUT
	ends_with 'Input/output error'
	recovers_by_reset
}

@test "a board that refuses a command: EIO, and no more than that" {
	local result

	tell 'set trigger manual'
	for result in 1 2 3 4 0xffffffff; do
		mark_log
		inject refuse "$result"
		expect 0 attempt write "$CONTROL" start
		says EIO
		logged_at_most 1
		tell reset start stop discard
	done
	recovers_by_reset
}

@test "a board that refuses: opening data says so, the next one works" {
	inject refuse 3
	expect 1 cat "$DATA"
	says 'Input/output error'
	logged_at_most 1
	recovers_by_reset
}

@test "another magic number: not ours, not a word" {
	unbind
	inject magic 0x12345678
	expect_shell 1 "echo $(address) >$DRIVER/bind"
	says 'No such device'
	logged_at_most 0
	heal
	bind
	streams 1M
}

@test "a stalled board: the reader waits, and goes on where it was" {
	reader_asleep
	goes_on_where_it_was
}

@test "interrupts for nothing disturb nobody" {
	reader_asleep
	inject spurious 200
	# A slow machine takes several of them for one.
	retry 10 interrupts_came "$(amount 200)"
	retry 10 asleep "$pid" "$DATA"
	goes_on_where_it_was
}

interrupts_came() {
	is_number interrupts "$(data_interrupts)" -ge "$1"
}

@test "a storm of interrupts slows the stream down at most" {
	local second

	second=$(amount $((20 << 20)))
	inject storm "$(amount 20000)"
	tell "set rate $second"
	streams "$second"
	heal
	logged_at_most 1
}
