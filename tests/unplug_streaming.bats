#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
# vm: --boards 8 --in-turn
#
# Boards are taken away in the middle of a stream, in each way there is to take
# one and under each way there is to read.  A round is one board that leaves one
# reader; as many are played at a time as there are boards.  The reader
# (reader.c) checks every word up to the end, that it is told in every way there
# is, and that its file survives; then it waits for the board to come back.

# shellcheck disable=SC2154 # pid and output are set in helpers.bash

load helpers

BOARDS=(0 1 2 3 4 5 6 7)
MODULE=/run/cobra-vm/cobra.ko	# where the virtual machine has it

# A small ring, so that whatever happens at its end happens often.
setup_file() {
	begin_suite
	stop_udev
	rmmod cobra
	insert ring=256K
	remember_boards
}

teardown_file() {
	rmmod cobra
	insert
	start_udev
}

setup() {
	begin_test
	mapfile -t ways < <(reader ways)
}

insert() {
	insmod "$MODULE" "$@"
	retry 20 boards_are_there
}

boards_are_there() {
	local board

	for board in "${BOARDS[@]}"; do
		test -c "/dev/cobra$board/control" || return
	done
}

for_each_board() {
	local board

	for board in "${BOARDS[@]}"; do
		BOARD=$board "$@"
	done
}

# The same for all at once: leaving takes time, and may get in each other's way.
for_all_boards() {
	local board pids=()

	for board in "${BOARDS[@]}"; do
		BOARD=$board "$@" 3>&- &
		pids+=($!)
	done
	for board in "${BOARDS[@]}"; do
		wait "${pids[board]}"
	done
}

# --- The ways in which boards leave, and come back ---------------------------

leave_by_unbind() {
	for_all_boards unbind
}

# One after the other, so that each gets its number back
bind_board() {
	address >"$DRIVER/bind"
}

return_after_unbind() {
	for_each_board bind_board
	retry 20 boards_are_there
}

remove_board() {
	echo 1 >"/sys/bus/pci/devices/$(address)/remove"
}

leave_by_remove() {
	for_all_boards remove_board
}

return_after_remove() {
	echo 1 >/sys/bus/pci/rescan
	retry 20 boards_are_there
}

# Nobody tells the driver: its watchdog finds out.
leave_by_surprise() {
	for_each_board inject ones
}

return_after_surprise() {
	heal
	for_all_boards unbind
	return_after_unbind
	for_each_board pace	# it is as at power-on
}

# A module whose files are open stays, and its streams go on.
leave_by_unload() {
	local before

	before=$(setting tail)
	expect 1 rmmod cobra
	says 'in use'
	retry 10 setting_at_least tail $((before + 1))
	expect 0 scripts/unload
}

return_after_unload() {
	expect 1 test -e /sys/module/cobra
	insert ring=256K
}

# --- Rounds ------------------------------------------------------------------

# begin COUNT WAY...: a reader on each board, for so many rounds, each in its way.
# Those that never rest leave the processors to whoever takes boards away.
begin() {
	local board count=$1

	shift
	for board in "${BOARDS[@]}"; do
		background "$OUT.$board" nice -n 19 reader -o -r "$count" "$1" \
			"/dev/cobra$board/data"
		readers[board]=$pid
		shift
	done
}

# Boards make pauses, in which readers sleep...
pace() {
	tell 'set rate 5M' 'set pulse_usecs 10000'
}

# ...but for one at full speed, another each ROUND.  An emulator that serves all
# of them at full speed has no time left for anything else.
choose_full() {
	local now=$(($1 % ${#BOARDS[@]}))
	local before=$(((now + ${#BOARDS[@]} - 1) % ${#BOARDS[@]}))

	BOARD=$before tell 'set rate 5M'
	BOARD=$now tell 'set rate max'
}

# all_said COUNT: each reader has printed so many lines, two for each round:
# that it streams, and that its board has gone
all_said() {
	local board said

	for board in "${BOARDS[@]}"; do
		mapfile -t said <"$OUT.$board"
		((${#said[@]} >= $1)) || {
			echo "the reader of board $board has said"
			cat "$OUT.$board" "$OUT.$board.err"
			return 1
		}
	done
}

# rounds COUNT HOW WAY...: so many departures from a reader each
rounds() {
	local round count=$1 how=$2 board readers=()

	for_each_board pace
	begin "$count" "${@:3}"
	for ((round = 0; round < count; round++)); do
		choose_full "$round"
		retry 20 all_said $((2 * round + 1))
		"leave_by_$how"
		retry 20 all_said $((2 * round + 2))
		"return_after_$how"
	done
	for board in "${BOARDS[@]}"; do
		finish "${readers[board]}" 0 "$OUT.$board"
		is 'times gone' "$(grep -c end=gone "$OUT.$board")" "$count"
	done
	figure $((count * ${#BOARDS[@]})) 'unplug rounds'
}

# take_away COUNT HOW: so many times from each way to read; on most kernels fewer
take_away() {
	local first count=$1

	((SHARE == 1)) || count=$(((count + 3) / 4))
	for ((first = 0; first < ${#ways[@]}; first += ${#BOARDS[@]})); do
		rounds "$count" "$2" "${ways[@]:first:${#BOARDS[@]}}"
	done
	for_each_board tell 'set rate max'
	for_each_board streams 1M
}

@test "unbind under every kind of reader" {
	take_away 8 unbind
}

@test "remove and rescan under every kind of reader" {
	take_away 7 remove
}

@test "surprise removal under every kind of reader" {
	take_away 5 surprise
}

@test "rmmod is refused, scripts/unload and insmod under every kind of reader" {
	take_away 5 unload
}

# A 32-bit register that tells the board how far the reader has come
RX_TAIL=0x280

# is_full READER: he is stopped, and his board at full speed has filled the ring up to
# the last word, behind the tail that it was told of.
is_full() {
	local stat value told

	IFS= read -r stat <"/proc/$1/stat"
	[[ $stat == *') T '* ]] || return
	read_answer "peek $RX_TAIL"
	told=$value
	read_setting head
	is_number 'room for the board' $((256 * 1024 - ((value - told) & 0xffffffff))) -lt 8
}

@test "what was delivered before the board left is read to the last byte" {
	local first board readers heads

	for ((first = 0; first < ${#ways[@]}; first += ${#BOARDS[@]})); do
		readers=() heads=()
		for_each_board tell 'set rate max'
		begin 1 "${ways[@]:first:${#BOARDS[@]}}"
		retry 20 all_said 1
		kill -STOP "${readers[@]}"
		for board in "${BOARDS[@]}"; do
			BOARD=$board retry 20 is_full "${readers[board]}"
		done
		# The watchdog may yet give back space that a reader has left, and the boards
		# have bytes for it: they are to move nothing more.  All of them first, as
		# boards that came back may have changed numbers.
		for_each_board inject head_back 0
		for board in "${BOARDS[@]}"; do
			heads+=("$(BOARD=$board setting head)")
		done
		leave_by_unbind
		kill -CONT "${readers[@]}"
		for board in "${BOARDS[@]}"; do
			finish "${readers[board]}" 0 "$OUT.$board"
			says end=gone
			is 'bytes read' "$(field bytes)" "${heads[board]}"
		done
		heal
		return_after_unbind
	done
}

@test "a loss that was told is told again when the board has gone" {
	tell 'set rate 200M' 'set pulse_usecs 0'
	background "$OUT" reader read "$DATA"
	retry 20 test -s "$OUT"
	kill -STOP "$pid"
	retry 20 setting_at_least lost 1
	kill -CONT "$pid"
	retry 20 setting_at_least gap_bytes 1
	unbind
	finish "$pid" 0 "$OUT"
	says end=gone
	is_number gaps "$(field gaps)" -ge 1
	bind
}
