#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# Two boards at once: each its own stream, ring, settings and counters.

# shellcheck disable=SC2154 # pid and output are set in helpers.bash

load helpers

@test "two boards at full speed, at the same time" {
	local board pids=()

	for board in 0 1; do
		BOARD=$board tell 'set rate max'
		background "$OUT.$board" bash -o pipefail -c \
			"head -c 256M /dev/cobra$board/data | verify -n 256M"
		pids+=("$pid")
	done
	for board in 0 1; do
		finish "${pids[board]}" 0 "$OUT.$board"
	done
}

# As much as a ring holds: however slow the reader is, nothing is lost.
@test "different patterns, rates and seeds" {
	local first second

	tell 'set pattern prbs31' 'set seed 1' 'set rate 20M'
	BOARD=1 tell 'set pattern prbs31' 'set seed 2' 'set rate 5M'
	background "$OUT.0" bash -o pipefail -c \
		"head -c 12M $DATA | verify -n 12M -p prbs31 -s 1"
	first=$pid
	background "$OUT.1" bash -o pipefail -c \
		"head -c 3M /dev/cobra1/data | verify -n 3M -p prbs31 -s 2"
	second=$pid
	finish "$first" 0 "$OUT.0"
	finish "$second" 0 "$OUT.1"
}

@test "what one board is told, the other does not hear" {
	local run

	run=$(BOARD=1 setting run)
	tell 'set trigger manual' 'set rate 1M' 'set ring 1M' start
	BOARD=1 setting_is trigger open
	BOARD=1 setting_is ring $((16 << 20))
	BOARD=1 setting_is state idle
	BOARD=1 setting_is run "$run"
	tell stop
}

@test "one board breaks, the other goes on" {
	local second

	BOARD=1 tell 'set rate max'
	background "$OUT.1" bash -o pipefail -c 'cat /dev/cobra1/data | verify'
	second=$pid
	tell 'set rate 10M'
	background "$OUT.0" cat "$DATA"
	retry 10 setting_at_least tail 10000
	inject board 3
	finish "$pid" 1 "$OUT.0"
	says 'Input/output error'
	BOARD=1 retry 10 setting_at_least tail 10000
	BOARD=1 tell stop
	finish "$second" 0 "$OUT.1"
	heal
	tell reset
}

@test "one board leaves, the other goes on" {
	local second

	BOARD=1 tell 'set rate max'
	background "$OUT.1" bash -o pipefail -c 'cat /dev/cobra1/data | verify'
	second=$pid
	BOARD=1 retry 10 setting_at_least tail 10000
	unbind
	bind
	BOARD=1 tell stop
	finish "$second" 0 "$OUT.1"
}
