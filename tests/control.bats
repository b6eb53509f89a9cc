#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# The control node: commands a line each, errors that fit, and answers that
# belong to the file that asked.

load helpers

# answers WANTED TEXT: what one write of TEXT comes to
answers() {
	local got

	got=$(attempt write "$CONTROL" "$2")
	[[ $got =~ ^($1)$ ]] || {
		printf 'write "%s" gave %s, wanted %s\n' "$2" "$got" "$1"
		return 1
	}
}

# table: lines of WANTED, white space, TEXT on standard input; all are tried
table() {
	local wanted text bad=0

	while read -r wanted text; do
		[[ -z $wanted || $wanted == '#'* ]] ||
			answers "$wanted" "$text" || bad=1
	done
	return "$bad"
}

# ask LINE: the answer to one question, from the same file
ask() {
	local file line

	exec {file}<>"$CONTROL"
	echo "$1" >&"$file"
	read -r -t 5 line <&"$file"
	exec {file}<&-
	echo "$line"
}

# accepts KEY VALUE [SHOWN]: it can be set, and is shown then
accepts() {
	tell "set $1 $2"
	setting_is "$1" "${3:-$2}"
	is "get $1" "$(ask "get $1")" "$1 ${3:-$2}"
}

@test "lines that are no command are EINVAL" {
	table <<-'EOT'
		EINVAL	bogus
		EINVAL	START
		EINVAL	start now
		EINVAL	stop 1
		EINVAL	reset reset
		EINVAL	discard all
		EINVAL	set
		EINVAL	set rate
		EINVAL	set rate 1 2
		EINVAL	set colour red
		EINVAL	set \0
		EINVAL	get colour
		EINVAL	get rate gaps
		EINVAL	peek
		EINVAL	peek x
		EINVAL	peek 0 x
		EINVAL	peek 0 1 2
		EINVAL	poke
		EINVAL	poke 0x410
		EINVAL	poke 0x410 x
		EINVAL	poke 0x410 1 2
		EINVAL	\0
		EINVAL	stop\0
		EINVAL	\\377
	EOT
}

@test "blank lines, comments, white space and CR are fine" {
	table <<-'EOT'
		1	\n
		3	\n\n\n
		12	# a comment\n
		3	\t #
		15	\t \tstop  \r\nget\n
		5	stop\n
		4	stop
		12	\tset\trate\t1M
	EOT
	setting_is rate 1048576
}

@test "settings: what is refused, and how" {
	table <<-'EOT'
		# text where one of a few words has to be
		EINVAL	set trigger closed
		EINVAL	set trigger 1
		EINVAL	set gaps ignore
		EINVAL	set pattern noise
		# text, signs, fractions and suffixes that are no numbers
		EINVAL	set read_min many
		EINVAL	set read_min -1
		EINVAL	set read_min 1.5
		EINVAL	set read_min 0x
		EINVAL	set read_min 1KK
		EINVAL	set read_min 1T
		EINVAL	set read_min K
		EINVAL	set wake_usecs soon
		EINVAL	set rate fast
		EINVAL	set rate -5
		EINVAL	set seed 0xg
		EINVAL	set pulse_usecs -1
		# numbers out of range
		ERANGE	set read_min 0
		ERANGE	set read_min 1G
		ERANGE	set wake_usecs 10000001
		ERANGE	set pulse_usecs 10000001
		ERANGE	set rate 0
		ERANGE	set rate 7
		ERANGE	set rate 18446744073709551615
		# more than 64 bits
		ERANGE|EINVAL	set rate 18446744073709551616
		ERANGE|EINVAL	set rate 0xffffffffffffffffK
		ERANGE|EINVAL	set seed 99999999999999999999999999
		ERANGE|EINVAL	set read_min 16777216G
		# the ring
		EINVAL	set ring 0
		EINVAL	set ring 4097
		EINVAL	set ring 1
		EINVAL	set ring -4096
		EINVAL	set ring big
		ERANGE|EINVAL	set ring 18014398509481984K
	EOT
}

@test "settings: read-only ones are EPERM" {
	local key

	for key in type serial model firmware state run head tail fill segment \
		produced lost gap_count gap_position gap_bytes discarded sleeps \
		interrupts timeouts rescues register_reads register_writes; do
		setting "$key"
		answers EPERM "set $key 1"
	done
}

@test "settings: what is accepted, and shown" {
	accepts trigger manual
	accepts trigger open
	accepts gaps skip
	accepts gaps error
	accepts pattern prbs31
	accepts pattern counter
	accepts read_min 1
	accepts read_min 64K 65536
	accepts read_min 0x10 16
	accepts read_min 1
	accepts wake_usecs 10000000
	accepts wake_usecs 0
	accepts pulse_usecs 10000000
	accepts pulse_usecs 0
	accepts rate 8
	accepts rate 200M 209715200
	accepts rate max
	accepts seed 0xffffffffffffffff 18446744073709551615
	accepts seed 0
	accepts ring 4096
	accepts ring 8M 8388608
}

@test "the largest read_min is half the ring, and a smaller ring lowers it" {
	accepts ring 1M 1048576
	accepts read_min 512K 524288
	answers ERANGE 'set read_min 524289'
	tell 'set ring 64K'
	setting_is read_min 32768
	streams 1M
}

@test "what needs an idle board is EBUSY in a run" {
	tell 'set trigger manual' 'set rate 1M' start
	answers EBUSY 'set ring 1M'
	tell stop
	retry 10 setting_at_least fill 1
	answers EBUSY 'set ring 1M'
	tell discard 'set ring 1M'
	setting_is ring 1048576
}

@test "lines before a bad one have taken effect and count as written" {
	answers 12 'set rate 1M\nbogus\nset rate 2M\n'
	setting_is rate 1048576
	answers 24 'set rate 3M\nset rate 4M\nset rate 7'
	setting_is rate 4194304
	expect_shell 1 "printf 'set rate 5M\nbogus\nset rate 6M\n' |
		cat >$CONTROL"
	says 'Invalid argument'
	setting_is rate 5242880
}

@test "a line has 255 bytes at most" {
	local long

	printf -v long '#%0254d' 0
	answers 256 "$long\n"
	answers 255 "$long"
	answers EINVAL "${long}0\n"
	answers EINVAL "${long}0"
	answers 5 "stop\n${long}0\n"
}

@test "5000 lines in one write" {
	expect_shell 0 "printf 'set rate 1M\n%.0s' {1..5000} |
		dd of=$CONTROL bs=60000 iflag=fullblock status=none"
	setting_is rate 1048576
}

@test "answers belong to the open file that asked" {
	local one two line

	tell 'set rate 1M'
	exec {one}<>"$CONTROL" {two}<>"$CONTROL"
	echo 'get rate' >&"$one"
	printf 'get gaps\nget trigger\n' >&"$two"
	read -r -t 5 line <&"$two"
	is 'first answer' "$line" 'gaps error'
	read -r -t 5 line <&"$one"
	is 'the other file' "$line" 'rate 1048576'
	read -r -t 5 line <&"$two"
	is 'second answer' "$line" 'trigger open'
	exec {one}<&- {two}<&-
}

@test "a read with no question lists everything, once" {
	expect 0 cat "$CONTROL"
	is 'lines that are not "key value"' \
		"$(grep -cv '^[a-z_]* [^ ]' <<<"$output")" 0
	says 'type '
	says 'state idle'
	is 'a second read of the same file' \
		"$(bash -c 'exec 5<"$CONTROL"; cat <&5 >/dev/null; cat <&5 | wc -l')" \
		"$(wc -l <"$CONTROL")"
	is 'one byte at a time' "$(dd if="$CONTROL" bs=1 status=none |
		grep -c '^state idle$')" 1
	expect_shell 0 "exec 5<>$CONTROL; echo get >&5; cat <&5 | grep -c ^serial"
}

@test "the board says who it is" {
	is_number 'letters of serial' "$(setting serial | tr -d '\n' | wc -c)" -ge 1
	is_number 'letters of model' "$(setting model | tr -d '\n' | wc -c)" -ge 1
	is_number 'letters of firmware' "$(setting firmware | tr -d '\n' | wc -c)" -ge 1
	is 'two boards, one serial number' \
		"$([ "$(setting serial)" = "$(BOARD=1 setting serial)" ] && echo same)" ''
}

@test "peek reads registers" {
	is magic "$(ask 'peek 0')" '0x0000 0x52424f43'
	is magic "$(ask 'peek 0x0 1')" '0x0000 0x52424f43'
	expect_shell 0 "exec 5<>$CONTROL; echo peek 0 1024 >&5; cat <&5"
	is 'words read' "$(grep -c '^0x0[0-9a-f]\{3\} 0x[0-9a-f]\{8\}$' \
		<<<"$output")" 1024
	table <<-'EOT'
		ERANGE|EINVAL	peek 0 0
		ERANGE	peek 0 1025
		ERANGE	peek 0x10000
		ERANGE	peek 0xfffc 2
		ERANGE	peek 0xfffffffc
		ERANGE|EINVAL	peek 0xfffffffffffffffc 4
		EINVAL	peek 1
		EINVAL	peek 0x402 2
		EINVAL	peek -4
	EOT
}

@test "poke writes registers, but none that hold a DMA address" {
	local offset

	tell 'poke 0x410 0x12345678'
	is seed "$(ask 'peek 0x410')" '0x0410 0x12345678'
	for ((offset = 0x240; offset < 0x268; offset += 4)); do
		answers EPERM "poke $offset 0"
	done
	table <<-'EOT'
		ERANGE	poke 0x10000 0
		ERANGE	poke 0xfffffffc 0
		EINVAL	poke 0x411 0
		ERANGE|EINVAL	poke 0x410 0x100000000
	EOT
}

@test "poke needs CAP_SYS_RAWIO, the rest does not" {
	expect_shell 1 "setpriv --bounding-set -sys_rawio \
		bash -c 'echo poke 0x410 1 >$CONTROL'"
	says 'Operation not permitted'
	expect_shell 0 "setpriv --bounding-set -sys_rawio \
		bash -c 'echo peek 0 >$CONTROL && echo set rate 1M >$CONTROL'"
}

@test "control cannot seek" {
	expect 0 attempt lseek "$CONTROL"
	says ESPIPE
}

@test "what is refused is one line in the kernel log at most, a flood fewer" {
	local i

	mark_log
	answers EINVAL bogus
	logged_at_most 1
	mark_log
	answers ERANGE 'set rate 0'
	logged_at_most 1
	mark_log
	answers EPERM 'poke 0x240 0'
	logged_at_most 1
	mark_log
	for ((i = 0; i < 100; i++)); do
		tell bogus || :
	done 2>/dev/null
	logged_at_most 50
}
