#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# Sleeping and waking: no wake-up is lost, each sleep costs one interrupt, and
# who does not sleep costs none.

# shellcheck disable=SC2154 # pid and output are set in helpers.bash

load helpers

declare -gA BEFORE

# Remember the counters; `interrupts_since` and `grown` tell what came since.
count_from_here() {
	local key

	for key in sleeps timeouts rescues; do
		BEFORE[$key]=$(setting "$key")
	done
	BEFORE[interrupts]=$(data_interrupts)
}

interrupts_since() {
	echo $(($(data_interrupts) - BEFORE[interrupts]))
}

grown() {
	echo $(($(setting "$1") - BEFORE[$1]))
}

# One interrupt per sleep, and no sleeper had to be rescued
interrupts_are_fair() {
	is_number 'interrupts over sleeps and timeouts' \
		$(($(interrupts_since) - $(grown sleeps) - $(grown timeouts))) \
		-le 0
	is rescues "$(grown rescues)" 0
}

# 25 000 sleeps by one method, records of random sizes
wake_up() {
	local seed=$RANDOM sleeps

	sleeps=$(amount 25000)
	echo "seed $seed"
	# A slow kernel needs a pause that it can get to sleep in.
	tell 'set rate 20M' "set pulse_usecs $((300 * PATIENCE))"
	count_from_here
	BOUND=100 expect 0 reader -w "$sleeps" -b 8K -s "$seed" "$1" "$DATA"
	is 'sleeps of the reader' "$(field sleeps)" "$sleeps"
	is 'wake-ups for nothing' "$(field idle)" 0
	# The others found the next pulse there: more of them the busier the machine is.
	is_number sleeps "$(grown sleeps)" -ge $((sleeps / 2))
	interrupts_are_fair
}

@test "thousands of wake-ups from select" {
	wake_up select
}

@test "thousands of wake-ups from poll" {
	wake_up poll
}

@test "thousands of wake-ups from epoll" {
	wake_up epoll
}

@test "thousands of wake-ups from edge-triggered epoll" {
	wake_up edge
}

@test "a blocked read costs one interrupt per sleep" {
	tell 'set rate 1M' 'set pulse_usecs 500'
	count_from_here
	expect_shell 0 "head -c 1M $DATA | verify -n 1M"
	is_number sleeps "$(grown sleeps)" -ge 50
	interrupts_are_fair
}

@test "a reader that never sleeps causes no interrupt" {
	tell 'set rate 20M'
	count_from_here
	expect 0 reader -n 20M -b 64K busy "$DATA"
	is_number 'times there was nothing' "$(field sleeps)" -ge 1
	is sleeps "$(grown sleeps)" 0
	is interrupts "$(interrupts_since)" 0
}

@test "cat of what is there causes no interrupt" {
	tell 'set trigger manual' 'set rate max' start
	retry 10 setting_at_least fill "$(setting ring)"
	count_from_here
	expect_shell 0 "head -c 8M $DATA | verify -n 8M"
	tell stop
	is interrupts "$(interrupts_since)" 0
}

@test "a board that nobody reads causes no interrupt" {
	tell 'set trigger manual' 'set rate 10M'
	count_from_here
	tell start
	retry 10 setting_at_least produced 10000000
	tell stop discard
	is interrupts "$(interrupts_since)" 0
}

@test "read_min: one sleep and one interrupt for so many bytes" {
	tell 'set rate 10M' 'set read_min 100000'
	count_from_here
	expect_shell 0 "dd if=$DATA bs=1M count=20 status=none | verify"
	is_number sleeps "$(grown sleeps)" -ge 1
	is_number 'bytes of 20 reads' "$(field bytes)" -ge \
		$(($(grown sleeps) * 100000))
	is_number interrupts "$(interrupts_since)" -le 20
	interrupts_are_fair
}

@test "read_min holds for who waits outside of a read, and can change meanwhile" {
	local way

	tell 'set rate 200K'
	for way in select poll epoll edge sigio; do
		tell 'set read_min 8M'
		background "$OUT" reader -w 1 "$way" "$DATA"
		retry 10 setting_at_least fill 200000
		tell 'set read_min 1'
		finish "$pid" 0 "$OUT"
		is_number bytes "$(field bytes)" -ge 200000
		# His own watchdog would have him look after 30 s.
		is_number bytes "$(field bytes)" -lt $((4 << 20))
	done
}

@test "wake_usecs: what is there comes after that time" {
	tell 'set rate 1M' 'set read_min 8M' 'set wake_usecs 20000'
	count_from_here
	expect_shell 0 "dd if=$DATA bs=1M count=5 status=none | verify"
	is_number 'bytes of 5 reads' "$(field bytes)" -lt 5000000
	is_number timeouts "$(grown timeouts)" -ge 1
	interrupts_are_fair
}

grown_to() {
	is_number "$1" "$(grown "$1")" -ge "$2"
}

# The reader sleeps before its board makes anything to speak of: a slow one that found
# something would not need the interrupt.
@test "a lost interrupt delays its reader, and loses nothing" {
	tell 'set trigger manual' 'set rate 8' 'set read_min 64K' start
	count_from_here
	background "$OUT" cat "$DATA"
	retry 10 grown_to sleeps 1
	inject lose_irq 1
	tell 'set rate 1M'
	retry 10 grown_to rescues 1
	retry 10 setting_at_least tail 100000
	tell stop
	finish "$pid" 0 "$OUT"
	expect 0 verify -n "$(setting produced)" "$OUT"
	logged_at_most 1
}

@test "no register is read on the hot path, and few are written" {
	local reads listing writes

	tell 'set trigger manual' 'set rate max' start
	retry 10 setting_at_least fill "$(setting ring)"
	reads=$(setting register_reads)
	listing=$(($(setting register_reads) - reads))
	writes=$(setting register_writes)
	reads=$(setting register_reads)
	expect_shell 0 "head -c 64M $DATA | verify -n 64M"
	# While somebody waits the watchdog looks once a second if the board is there.
	is_number 'register reads, less those for listing the settings' \
		$(($(setting register_reads) - reads - listing)) -le 2
	is_number 'register writes in 64 MiB' \
		$(($(setting register_writes) - writes)) -le 640
	tell stop
}
