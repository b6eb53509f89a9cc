# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # the suites use what is set here
#
# What all suites share.  They run as root in the virtual machine, several
# after each other in one boot, so each test leaves the boards as it found
# them: teardown ends what the test started, heals, rebinds and resets what it
# broke, and puts every setting back.
#
# BOARD names the board that a helper talks to; it is 0 unless a test says
# otherwise (`BOARD=1 tell start`).

bats_require_minimum_version 1.5.0

TOOLS=${BASH_SOURCE[0]%/*}/../build/tests/tools
PATH=$TOOLS:$PATH
DRIVER=/sys/bus/pci/drivers/cobra
DATA=/dev/cobra0/data
CONTROL=/dev/cobra0/control
SCATTER=1	# in the register CAPS: rings of many pieces
export PATH DATA CONTROL LC_ALL=C

WRITABLE='trigger|read_min|wake_usecs|ring|gaps|rate|pattern|pulse_usecs|seed'

setup_file() {
	begin_suite
	remember_boards
}

# What setup_file of every suite does first
begin_suite() {
	echo "# suite: $(basename "$BATS_TEST_FILENAME" .bats)" >&3
}

setup() {
	begin_test
}

# What setup of every suite does first
begin_test() {
	trap told_where ERR
	BACKGROUND=()
	FAULTY=()
	OUT=$BATS_TEST_TMPDIR/out
	mark_log
}

teardown() {
	end_background
	heal
	restore_boards
}

# --- Where a test fails ---------------------------------------------------------

# bats (1.8) notes before each command where it is: three quarters of what a test
# does in emulation.  Functions without the DEBUG trap do not; that a command has
# failed is told by the ERR trap, and where is found out then.
set +T

# Does what bats' own trap does, and names the command first
told_where() {
	BATS_ERROR_STATUS=${BATS_ERROR_STATUS:-$?}
	BATS_DEBUG_LAST_LINENO=()	# nothing newer than what comes now
	bats_capture_stack_trace
	bats_error_trap
}

# --- How much, and how long ---------------------------------------------------

# One kernel does all of what tests do for long, the others part of it; those that
# look for mistakes are ten times slower in emulation, so bounds are longer, too.
case $(uname -r) in
*-debug-* | *-kcsan-*) SHARE=16 PATIENCE=4 ;;
6.12*deb12-amd64) SHARE=1 PATIENCE=1 ;;
*) SHARE=4 PATIENCE=1 ;;
esac

# goes_long: whether this suite does so on this kernel, tests/run --long says
goes_long() {
	local suite=${BATS_TEST_FILENAME##*/}

	[[ " ${COBRA_LONG:-} " == *" ${suite%.bats} "* ]]
}

# amount N: this kernel's part of it
amount() {
	echo $(($1 / SHARE))
}

# --- Saying what happened ----------------------------------------------------

# expect STATUS COMMAND...: run it, show all of it, and want that status.
# Leaves $output and $status.
expect() {
	local wanted=$1

	shift
	status=0
	output=$(timeout -k 5 "$((${BOUND:-60} * PATIENCE))" "$@" 2>&1 3>&-) || status=$?
	printf '$ %s\nstatus %s, wanted %s\n%s\n' "$*" "$status" "$wanted" \
		"$output"
	[ "$status" -eq "$wanted" ]
}

# The same for a line of shell, which fails if any part of a pipe does.
expect_shell() {
	expect "$1" bash -o pipefail -c "$2"
}

# is WHAT VALUE WANTED
is() {
	[ "$2" = "$3" ] || {
		printf '%s is "%s", wanted "%s"\n' "$1" "$2" "$3"
		return 1
	}
}

# is_number WHAT VALUE -gt|-le|... NUMBER
is_number() {
	test "$2" "$3" "$4" || {
		printf '%s is %s, wanted it %s %s\n' "$1" "$2" "$3" "$4"
		return 1
	}
}

# Is there TEXT in the output of the last expect?
says() {
	[[ $output == *"$1"* ]] || {
		printf 'wanted in the output: %s\n' "$1"
		return 1
	}
}

# field NAME: the number behind NAME= in the output of the last expect
field() {
	[[ $output =~ (^|[[:space:]])$1=([0-9]+) ]] || {
		echo "no $1= in: $output" >&2
		return 1
	}
	echo "${BASH_REMATCH[2]}"
}

# retry SECONDS COMMAND...: until it succeeds, at most about so long: as many times
# as a machine does that has nothing else to do, so that a busy one has longer
retry() {
	local naps=$(($1 * PATIENCE * 50))

	shift
	until "$@" >/dev/null 2>&1 3>&-; do
		if ((naps-- == 0)); then
			printf 'not in time: %s\n' "$*"
			"$@" 2>&1 3>&-
			return
		fi
		nap
	done
}

# Wait for a moment, without a program: starting one is slow in emulation.
exec {NOTHING}<> <(:)

nap() {
	read -r -t 0.02 -u "$NOTHING" || :
}

# --- What the table tells that tests/run prints at the end -------------------

# figure NUMBER WHAT: so many of them; those of one name are added up
figure() {
	echo "# figure: $1 $2" >&3
}

# covered FILE REACHED ALL: so much of a file of the driver was reached
covered() {
	echo "# covered: $1 $2 $3" >&3
}

# --- Talking to a board ------------------------------------------------------

# tell LINE...: command lines in one write
tell() {
	printf '%s\n' "$@" >"/dev/cobra${BOARD:-0}/control"
}

# read_answer COMMAND: what it says, in $value; without a process, as this is asked over
# and over
read_answer() {
	{
		echo "$1" >&9 && IFS=' ' read -r _ value <&9
	} 9<>"/dev/cobra${BOARD:-0}/control"
}

read_setting() {
	read_answer "get $1"
}

setting() {
	local value

	read_setting "$1" && echo "$value"
}

setting_is() {
	local value

	read_setting "$1" && is "$1" "$value" "$2"
}

setting_at_least() {
	local value

	read_setting "$1" && is_number "$1" "$value" -ge "$2"
}

# address: where the board sits on the bus, known from before it left
address() {
	echo "$(<"$BATS_FILE_TMPDIR/address.${BOARD:-0}")"
}

bind() {
	address >"$DRIVER/bind"
	retry 10 test -c "/dev/cobra${BOARD:-0}/control"
}

unbind() {
	address >"$DRIVER/unbind"
}

is_bound() {
	[ -e "$DRIVER/$(address)" ]
}

# What the board says it can do
capabilities() {
	local value

	read_answer 'peek 8' && echo "$value"
}

# has_caps VALUE: the board comes back as one that can do that
has_caps() {
	tell "poke 8 $1"
	unbind
	bind
}

# inject NAME [ARGUMENT]: a fault of emulator/mailbox.h; teardown heals it
inject() {
	local where

	where=$(address)
	FAULTY+=("$where")
	fault "$where" "$@"
}

heal() {
	local where

	for where in "${FAULTY[@]}"; do
		fault "$where" none
	done
	FAULTY=()
}

# lose_power: no register keeps what was poked into it, not even what the board says
# of itself; for a board that the driver does not have
lose_power() {
	inject ones
	heal
}

# power_cycle: for one that it has
power_cycle() {
	unbind
	lose_power
	bind
}

# data_interrupts: how many the board raised for data so far
data_interrupts() {
	awk -v name="cobra${BOARD:-0}-data" '$NF == name {
		for (i = 2; i <= NF && $i ~ /^[0-9]+$/; i++)
			sum += $i
		print sum
	}' /proc/interrupts
}

# streams BYTES: a new run, right from its first word
streams() {
	expect_shell 0 "dd if=/dev/cobra${BOARD:-0}/data bs=64K count=$1 \
		iflag=fullblock,count_bytes status=none | verify -n $1"
}

# --- udev ----------------------------------------------------------------------

# settle: until udev has done all it was told of, which may be a lot
settle() {
	udevadm settle --timeout=$((120 * PATIENCE))
}

# Who makes links to nodes has nothing to do in some suites, and would be told
# hundreds of times that there are some.
stop_udev() {
	settle
	udevadm control --exit
}

# Without the tests' own files: bats waits for the end of some.
start_udev() {
	(
		for file in "/proc/$BASHPID/fd/"*; do
			file=${file##*/}
			((file < 3)) || exec {file}>&-
		done
		exec /lib/systemd/systemd-udevd --daemon
	) >/dev/null 2>&1 </dev/null
	udevadm trigger --subsystem-match=cobra
	settle
}

# --- Processes beside the test -----------------------------------------------

# background OUT COMMAND...: what it prints goes to OUT, its errors to OUT.err;
# its id is in $pid
background() {
	local out=$1

	shift
	"$@" >"$out" 2>"$out.err" </dev/null 3>&- &
	pid=$!
	BACKGROUND+=("$pid")
}

# Also if nobody has asked for its status yet
gone() {
	local stat

	{ IFS= read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
	[[ $stat == *') Z '* ]]
}

# finish PID STATUS OUT: it has to end by itself, soon and with that status;
# leaves its errors and the text that it printed in $output
finish() {
	local text

	retry 30 gone "$1"
	status=0
	wait "$1" || status=$?
	IFS= read -r -d '' -n 400 text <"$3" || :
	output=$(<"$3.err")$'\n'$text
	printf 'background: status %s, wanted %s\n%s\n' "$status" "$2" \
		"$output"
	[ "$status" -eq "$2" ]
}

# asleep PID FILE: it has FILE open and sleeps
asleep() {
	local file stat

	IFS= read -r stat <"/proc/$1/stat" || return
	[[ $stat == *') S '* ]] || return
	for file in "/proc/$1/fd/"*; do
		[[ ! $file -ef $2 ]] || return 0
	done
	return 1
}

# cat_sleeping OUT [BOARD]: a cat that has nothing to read; its id in $pid
cat_sleeping() {
	background "$1" cat "/dev/cobra${2:-0}/data"
	retry 10 asleep "$pid" "/dev/cobra${2:-0}/data"
}

# wait_for_memory [-h]: a read whose memory is not there, latemem.c; its id in $pid
wait_for_memory() {
	retry 10 setting_at_least fill $((128 << 10))
	background "$OUT" latemem "$@" "$DATA"
	retry 10 grep -q waiting "$OUT"
}

end_background() {
	local one

	for one in "${BACKGROUND[@]}"; do
		kill -CONT "$one" 2>/dev/null || :
		kill -KILL "$one" 2>/dev/null || :
		wait "$one" 2>/dev/null || :
	done
	BACKGROUND=()
}

# --- The kernel log ----------------------------------------------------------

mark_log() {
	MARK="test ${BATS_TEST_FILENAME##*/} $BATS_TEST_NUMBER $RANDOM$RANDOM"
	echo "$MARK" >/dev/kmsg
}

# What the driver has logged since the mark
driver_log() {
	dmesg | sed "1,/$MARK/d" | grep cobra
}

# At most so many lines of it
logged_at_most() {
	local lines

	lines=$(driver_log | wc -l)
	((lines <= $1)) || {
		printf 'the driver logged %s lines, wanted at most %s\n' \
			"$lines" "$1"
		driver_log
		return 1
	}
}

# --- Leaving the boards as they were -----------------------------------------

boards() {
	local device

	for device in /sys/class/cobra/cobra*[0-9]; do
		echo "${device##*/cobra}"
	done
}

# The suites begin at full speed, where a board waits and loses nothing.
remember_boards() {
	local board

	for board in $(boards); do
		BOARD=$board tell 'set rate max'
		grep -E "^($WRITABLE) " "/dev/cobra$board/control" \
			>"$BATS_FILE_TMPDIR/settings.$board"
		basename "$(readlink -f "/sys/class/cobra/cobra$board/device")" \
			>"$BATS_FILE_TMPDIR/address.$board"
	done
}

restore_boards() {
	local file

	for file in "$BATS_FILE_TMPDIR"/settings.*; do
		BOARD=${file##*.} restore_board "$file"
	done
}

restore_board() {
	local control=/dev/cobra$BOARD/control now line

	[ -c "$control" ] || ! is_bound || unbind
	[ -c "$control" ] || bind || {
		echo "board $BOARD does not come back"
		return 1
	}
	# A board that looks dead answers nothing until it is bound anew.
	setting state >/dev/null 2>&1 || {
		unbind
		bind
	}
	# Whatever happened; and what a run counts begins at 0 for the next test,
	# which would take the last one's figures for its own otherwise.
	tell reset
	now=$(<"$control")
	while read -r line; do
		[[ $'\n'$now$'\n' == *$'\n'$line$'\n'* ]] ||
			tell "set $line"
	done <"$1"
}
