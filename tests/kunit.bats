#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
# kernels: debug kcsan
# long: debug
#
# The driver's units by themselves, in the kernel: what no board that keeps the
# rules would have them do, and positions that no stream comes to in a test.
#
# To try a seed of the model again:
#	scripts/vm --kernel debug -- env KUNIT_SEED=N bats tests/kunit.bats

load helpers

RESULTS=/sys/kernel/debug/kunit

# The tests run while the module is being loaded.
setup_file() {
	local seed=${KUNIT_SEED:-$((RANDOM * 32768 + RANDOM + 1))} steps=10000

	begin_suite
	remember_boards
	! goes_long || steps=500000
	echo "# seed $seed" >&3
	insmod "$BATS_TEST_DIRNAME/../build/$(uname -r)/cobra_kunit.ko" \
		"seed=$seed" "steps=$steps"
}

teardown_file() {
	rmmod cobra_kunit
}

# passes SUITE: every test of it ran, and each passed
passes() {
	local results totals='# Totals: pass:([0-9]+) fail:0 skip:0 total:([0-9]+)'

	results=$(<"$RESULTS/$1/results")
	# All of it is wanted only if something is wrong.
	[[ $results == *$'\n'"ok 1 $1" && $results != *"not ok"* &&
		$results != *"# SKIP"* && $results =~ $totals &&
		${BASH_REMATCH[1]} -gt 0 &&
		${BASH_REMATCH[1]} -eq ${BASH_REMATCH[2]} ]] || {
		printf '%s\n' "$results"
		return 1
	}
	figure "${BASH_REMATCH[1]}" 'KUnit tests'
}

@test "the FIFO: positions, and bytes at them" {
	passes cobra_fifo
}

@test "gaps: told where they are, each once and in order" {
	passes cobra_gaps
}

@test "ends that are none of a run: what is left, and the error" {
	passes cobra_ends
}

@test "wake-ups: who need not sleep, what is asked, what is an answer" {
	passes cobra_wake
}

@test "runs: when they begin, and when they are over" {
	passes cobra_runs
}

@test "data: what its reader is told, and how often" {
	passes cobra_data
}

@test "settings: numbers, values, and what holds for each of the table" {
	passes cobra_settings
}

@test "whatever reader and board do, at random, a model would have done" {
	passes cobra_model
	figure "$(awk '/ steps, seed=/ { all += $3 } END { print all }' \
		"$RESULTS/cobra_model/results")" 'steps beside a model'
}

@test "no suite of the module was forgotten" {
	local suite

	for suite in "$RESULTS"/cobra_*; do
		grep -q "passes ${suite##*/}\$" "$BATS_TEST_FILENAME" || {
			echo "nobody looks at ${suite##*/}"
			return 1
		}
	done
}
