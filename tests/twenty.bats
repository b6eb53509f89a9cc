#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
# vm: --boards 20
#
# As many boards as a machine may have.

# shellcheck disable=SC2154 # pid and output are set in helpers.bash

load helpers

@test "20 boards, each with its nodes and its own serial number" {
	local board

	is boards "$(boards | wc -l)" 20
	for board in $(boards); do
		expect 0 test -c "/dev/cobra$board/data"
		BOARD=$board setting_is state idle
	done
	is 'serial numbers' "$(grep -h '^serial ' /dev/cobra*/control |
		sort -u | wc -l)" 20
}

@test "each of them streams" {
	local board

	for board in $(boards); do
		BOARD=$board tell 'set rate max'
		BOARD=$board streams 4M
	done
}

@test "all of them stream at the same time" {
	local board pids=()

	for board in $(boards); do
		BOARD=$board tell 'set rate 1M'
		background "$BATS_TEST_TMPDIR/$board" bash -o pipefail -c \
			"head -c 2M /dev/cobra$board/data | verify -n 2M"
		pids[board]=$pid
	done
	for board in $(boards); do
		finish "${pids[board]}" 0 "$BATS_TEST_TMPDIR/$board"
	done
}
