#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
# long: debug kcsan
#
# Boards that lie, by the dice (FUZZ in docs/emulator.md), while everything that
# can be done with them is done.  What is read then is worth nothing; but nobody
# gets stuck, the log is not flooded, and a board that has come to its senses
# works after a reset, or a rebind.
#
# Set COBRA_SEED to the seed that a run has printed to see the same lies again.

load helpers
load without_udev

if goes_long; then
	ROUNDS=10 SECONDS_EACH=30	# of each of two kinds: ten minutes
else
	ROUNDS=3 SECONDS_EACH=5
fi
PROBES=40
LIMITED=7	# places in the driver that log what a board does, or a command...
BURST=11	# ...each up to so many lines in 5 s, the last tells of those left out

setup() {
	begin_test
	SEED=${COBRA_SEED:-$SRANDOM}
	echo "seed $SEED (COBRA_SEED=$SEED tells the same lies again)"
}

# The numbers go to who comes first: a board that comes back while its old
# number is still held gets another.
teardown() {
	end_background
	heal
	renumber
	restore_boards
}

renumber() {
	local BOARD

	for BOARD in 0 1; do
		! is_bound || unbind
	done
	for BOARD in 0 1; do
		bind
	done
}

# lies: how many the board told since the last `inject fuzz`
lies() {
	fault "$(address)" lies
}

# believers SEED: those who use both boards, and believe what they say
believers() {
	local BOARD

	for BOARD in 0 1; do
		background "$OUT.reader$BOARD" stubborn reader $(($1 + BOARD)) "$(address)"
		background "$OUT.rival$BOARD" stubborn reader $(($1 + BOARD + 100)) "$(address)"
		background "$OUT.commander$BOARD" stubborn "${COMMANDER:-commander}" $(($1 + BOARD)) "$(address)"
	done
}

where_it_hangs() {
	ps -o pid,stat,wchan:30,time,args -p "$1"
	cat "/proc/$1/stack" "/proc/$1/syscall"
}

# All of them end when they are told to, whatever they were waiting for.
believers_end() {
	local one

	kill -TERM "${BACKGROUND[@]}"
	for one in "${BACKGROUND[@]}"; do
		retry 30 gone "$one" || {
			where_it_hangs "$one"
			return 1
		}
		wait "$one" || {
			echo "a process ended with $?:"
			cat "$OUT".*.err
			return 1
		}
	done
	BACKGROUND=()
	cat "$OUT".reader* "$OUT".rival* >>"$OUT"
}

# pieces WAY: what all readers got in one way
pieces() {
	awk -F = -v way="$1" '$1 == way { sum += $2 } END { print sum + 0 }' "$OUT"
}

every_way_was_used() {
	local way

	for way in read preadv2 poll select epoll signal splice asking; do
		is_number "reads by $way" "$(pieces "$way")" -gt 0
	done
}

# Rate-limited is what can be said over and over; a probe says three lines.
log_is_not_flooded() {
	logged_at_most $((LIMITED * BURST * (SECONDS_EACH / 5 + 2) + 3 * ${1:-0}))
}

# lying_round NUMBER COMMAND...: both boards lie while COMMAND goes on
lying_round() {
	local seed=$((SEED + 1000 * $1)) BOARD

	mark_log
	for BOARD in 0 1; do
		inject fuzz $((seed + BOARD))
	done
	believers "$seed"
	shift
	"$@"
	believers_end
	for BOARD in 0 1; do
		is_number lies "$(lies)" -gt 100
		figure "$(lies)" 'fuzzer writes by the board'
	done
	heal
}

after_seconds() {
	local end=$((SECONDS + $1))

	while ((SECONDS < end)); do
		nap
	done
}

# While it goes on, boards are taken from the driver and given back, if it
# wants them: it may be told what no driver has to put up with.
rebinding_for() {
	local end=$((SECONDS + $1)) BOARD=0

	binds=0
	while ((SECONDS < end)); do
		BOARD=$((1 - BOARD))
		! is_bound || unbind
		nap
		{ address >"$DRIVER/bind"; } 2>/dev/null || :
		binds=$((binds + 1))
		after_seconds 1
	done
}

# Both are at rest, as nobody lies any more.
reset_both() {
	local BOARD

	for BOARD in 0 1; do
		tell reset
		setting_is state idle
	done
}

@test "boards that lie to readers and commanders: reset mends them" {
	local round

	for ((round = 0; round < ROUNDS; round++)); do
		lying_round "$round" after_seconds "$SECONDS_EACH"
		log_is_not_flooded
		reset_both
		restore_boards
		streams 1M
		BOARD=1 streams 1M
	done
	every_way_was_used
}

@test "boards that lie while they are bound and unbound: a rebind mends them" {
	local round binds

	for ((round = 0; round < ROUNDS; round++)); do
		COMMANDER=newcomer lying_round $((100 + round)) rebinding_for "$SECONDS_EACH"
		log_is_not_flooded "$binds"
		renumber
		restore_boards
		streams 1M
		BOARD=1 streams 1M
	done
	every_way_was_used
}

# tries_to_bind: the driver takes the board, or says in the log why not; not
# a word only if it is not the board's magic number that it read
tries_to_bind() {
	mark_log
	if { address >"$DRIVER/bind"; } 2>"$OUT.bind"; then
		retry 10 test -c "/dev/cobra${BOARD:-0}/control"
		taken=$((taken + 1))
		return
	fi
	grep -q 'No such device' "$OUT.bind" || {
		is_number 'lines about a refused probe' "$(driver_log | wc -l)" -ge 1
		# Ours are two, one is the kernel's, and one may tell of others left out.
		logged_at_most 4
	}
	refused=$((refused + 1))
}

@test "a board that lies while it is looked for: taken or refused, $PROBES times" {
	local probe taken=0 refused=0

	unbind
	for ((probe = 0; probe < PROBES; probe++)); do
		inject fuzz $((SEED + probe))
		tries_to_bind
		! is_bound || unbind
		figure "$(lies)" 'fuzzer writes by the board'
		heal
	done
	echo "taken $taken, refused $refused"
	is_number taken "$taken" -ge 1
	bind
	streams 1M
}

# says_of_itself REGISTER VALUE [WORDS]: a board that does is refused with
# these words; without any, it is taken, and works
says_of_itself() {
	echo "register $1 says $2"
	tell "poke $1 $2"
	unbind
	mark_log
	if [ "${3:-}" ]; then
		expect_shell 1 "echo $(address) >$DRIVER/bind"
		driver_log | grep -F "$3"
		logged_at_most 2	# the second is the kernel's
	else
		bind
		streams 64K
		unbind
	fi
	lose_power
	bind
}

@test "a board that says what cannot be is refused with a clear word" {
	says_of_itself 0x04 0x00020000 'speaks version 2'
	says_of_itself 0x04 0xfffe0000 'speaks version 65534'
	says_of_itself 0x08 0x03 'does not answer'
	says_of_itself 0x60 0 'claims to know 0 address bits'
	says_of_itself 0x60 31 'claims to know 31 address bits'
	says_of_itself 0x60 65 'claims to know 65 address bits'
	says_of_itself 0x64 0 'takes 0 segments'
	says_of_itself 0x68 23 '2^23 to 2^30 bytes'
	says_of_itself 0x6c 11 'to 2^11 bytes'
	says_of_itself 0x6c 63 'to 2^63 bytes'
	says_of_itself 0x70 3 'of BAR 3, where there is nothing'
	says_of_itself 0x70 6 'of BAR 6, where there is nothing'
	says_of_itself 0x70 0xfffffffe 'where there is nothing'
	says_of_itself 0x74 14 'offset 0xe of BAR 0, where there is nothing'
	says_of_itself 0x74 0x100 'offset 0x100 of BAR 0, where there is nothing'
	says_of_itself 0x74 0xfffffffc 'offset 0xfffffffc of BAR 0'
}

@test "a board that says what is odd works" {
	says_of_itself 0x04 0x0001ffff
	says_of_itself 0x08 0xffffff7f
	says_of_itself 0x08 0x42
	says_of_itself 0x08 0x41
	says_of_itself 0x0c 0
	says_of_itself 0x10 0x73257325
	says_of_itself 0x10 0
	says_of_itself 0x30 0x0a0a0d1b
	says_of_itself 0x50 0xfffefdfc
	says_of_itself 0x60 32
	says_of_itself 0x64 1
	says_of_itself 0x64 0xfffffffe
	says_of_itself 0x68 0
	says_of_itself 0x68 22
	says_of_itself 0x6c 12
	says_of_itself 0x6c 62
	says_of_itself 0x80 0xfffffffe
}

# A command that was a run's is refused if it is given again, as it is when its
# number changes.
@test "a board whose commands were counted to the end is counted on" {
	local number

	for number in 0 0x7fffffff 0xfffffffd 0xfffffffe; do
		streams 4K
		says_of_itself 0x208 "$number"
	done
}
