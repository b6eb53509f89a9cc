#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# A stream is bytes: any size, any alignment, and what a read leaves is there
# for the next one.

load helpers

# The run's first words, as od -A n -t x8 -v shows them
words() {
	local i

	for ((i = 0; i < $1; i++)); do
		printf ' %016x' "$i"
		((i % 2)) && echo
	done
	return 0
}

@test "dd bs=1" {
	expect_shell 0 "dd if=$DATA bs=1 count=10000 status=none | verify -n 10000"
}

@test "dd bs=7" {
	expect_shell 0 "dd if=$DATA bs=7 count=10001 iflag=fullblock status=none |
		verify -n 70007"
}

@test "od -N 100" {
	expect 0 od -A n -t x8 -v -N 100 "$DATA"
	is 'what od says' "$output" "$(words 12; printf ' %016x' 12)"
}

@test "head -c 12345" {
	expect_shell 0 "head -c 12345 $DATA | verify -n 12345"
}

@test "xxd, tail and wc read what they want and no more" {
	expect_shell 0 "head -c 64 $DATA | xxd -p -c 8 | tail -n 1"
	is 'the last of 8 words' "$output" 0700000000000000
	expect_shell 0 "head -c 100000 $DATA | wc -c"
	is bytes "$output" 100000
}

@test "short reads are resumed where they ended" {
	local reader

	exec {reader}<"$DATA"
	expect_shell 0 "{ dd bs=5 count=1; dd bs=4096 count=1 iflag=fullblock
		head -c 3; dd bs=1M count=2 iflag=fullblock; } 2>/dev/null \
		<&$reader | verify -n $((5 + 4096 + 3 + (2 << 20)))"
	exec {reader}<&-
}

@test "a read of nothing is nothing" {
	expect_shell 0 "dd if=$DATA bs=1 count=0 status=none | wc -c"
	is bytes "$output" 0
}

@test "random sizes and alignments" {
	local seed=$RANDOM

	echo "seed $seed"
	tell 'set rate max'
	expect 0 sizes "$seed" "$(amount $((64 << 20)))" "$DATA"
}

@test "random sizes and alignments, the board slower than the reader" {
	local seed=$RANDOM

	echo "seed $seed"
	tell 'set rate 2M'
	expect 0 sizes "$seed" 2M "$DATA"
}
