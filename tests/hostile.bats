#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# Whatever is written to the control node, to the registers or by the board
# into its status block: an errno and one line in the log at most, never wrong
# data.

# shellcheck disable=SC2154 # pid and output are set in helpers.bash

load helpers

# ends_rightly PID OUT: a cat whose board was made to write nonsense may get to
# the end of the stream or to EIO, but not to bytes that were never sent.
ends_rightly() {
	retry 10 gone "$1"
	status=0
	wait "$1" || status=$?
	((status == 0)) || grep -q 'Input/output error' "$2.err" || {
		echo "cat ended with $status:"
		cat "$2.err"
		return 1
	}
	[ ! -s "$2" ] || expect 0 verify "$2"
}

# This cat has data open, or is through with it already.
takes_part() {
	gone "$1" || [[ /proc/$1/fd/3 -ef $DATA ]]
}

# A reader that has taken all there is and sleeps in a run that is on; 1 MB/s, as a ring
# is full after 16 s then, and a busy machine loses nothing
reader_asleep() {
	tell 'set rate 1M'
	background "$1" cat "$DATA"
	retry 10 setting_at_least tail 10000
	inject stall
	retry 10 setting_is fill 0
	retry 10 asleep "$pid" "$DATA"
}

# The board puts VALUE at OFFSET of its status block, behind the reader's back
status_word() {
	echo "status block offset $1, value $2"
	mark_log
	reader_asleep "$OUT"
	inject status_word $(($1 << 32 | $2))
	heal
	tell stop || tell reset
	ends_rightly "$pid" "$OUT"
	logged_at_most 1
	tell reset
}

@test "thousands of hostile writes to control" {
	local seed=$RANDOM

	echo "seed $seed"
	BOUND=100 expect 0 babble "$seed" "$(amount 20000)" "$CONTROL"
	is_number refused "$(field refused)" -ge "$(amount 1600)"
	tell reset
	restore_boards
	streams 1M
	# Some seeds poke into what the board says of itself: "poke 0x4 0"
	power_cycle
}

# Those that the driver writes
@test "pokes all over the driver's registers, then reset, and all is well" {
	local seed=$RANDOM dice i

	echo "seed $seed"
	dice=$seed
	tell 'set rate 10M'
	background "$OUT" cat "$DATA"
	for ((i = 0; i < 300; i++)); do
		dice=$(((dice * 1103515245 + 12345) & 0x7fffffff))
		tell "poke $((0x200 + dice / 65536 % 0x50 * 4)) $((dice * 2 + i % 2))" ||
			:
	done 2>/dev/null
	tell reset
	retry 10 gone "$pid"
	restore_boards
	streams 1M
	power_cycle
}

@test "a pattern that the board does not know, poked behind the driver's back" {
	tell 'poke 0x408 0xffffffff'
	expect 1 cat "$DATA"
	says 'Input/output error'
	logged_at_most 1
	tell 'set pattern counter'
	streams 1M
}

@test "a pattern that cannot be, of a board that is found, is not told it again" {
	tell 'poke 0x408 0xffffffff'
	unbind
	bind
	tell 'poke 0x408 0' reset
	setting_is pattern counter
	streams 1M
}

@test "any word of the counters in the status block" {
	local offset value

	for offset in 0 4 8 12 16 20 24 28; do
		for value in 1 0xffffffff; do
			status_word "$offset" "$value"
		done
	done
}

@test "any word of state, run, error, acknowledgement and doorbell" {
	local offset value

	for offset in 32 36 40 44 48; do
		for value in 0 4 77; do
			status_word "$offset" "$value"
		done
	done
}

@test "a status block full of garbage, 10 seeds" {
	local first=$((SRANDOM >> 1)) i

	echo "seeds $first and the 9 after it"
	for ((i = 0; i < 10; i++)); do
		mark_log
		tell 'set trigger manual' 'set rate 10M' start
		retry 10 setting_at_least fill 10000
		inject stall
		inject garbage $((first + i))
		background "$OUT" cat "$DATA"
		retry 10 takes_part "$pid"
		heal
		tell stop || tell reset
		ends_rightly "$pid" "$OUT"
		logged_at_most 1
		tell reset
	done
	restore_boards
	streams 1M
}
