#!/usr/bin/env bats
#
# The counting of tests: nothing green can come of nothing.

load helpers

count() {
	local tap=$BATS_TEST_TMPDIR/tap
	cat >"$tap"
	. tests/count.bash
	count_tests step "$tap" "$1"
	echo "$passed $failed $skipped"
}

@test "tests that pass, fail and are skipped" {
	run count 1 <<-EOT
		1..3
		ok 1 good
		not ok 2 bad
		# ok 4 is a comment
		ok 3 left out # skip no reason
	EOT
	stdout_is "1 1 1"
}

@test "several plans in one step" {
	run count 0 <<-EOT
		1..1
		ok 1 good
		1..2
		ok 1 good
		ok 2 good
	EOT
	stdout_is "3 0 0"
}

@test "a test that was planned and did not report has failed" {
	run count 125 <<-EOT
		1..5
		ok 1 good
	EOT
	stdout_is "1 4 0"
}

@test "a step that ran no test has failed" {
	run count 0 <<<"1..0"
	stdout_is "0 1 0"
	run count 0 </dev/null
	stdout_is "0 1 0"
}

@test "a step whose tests passed, but whose command failed, has failed" {
	run count 125 <<-EOT
		1..1
		ok 1 good
	EOT
	stdout_is "1 1 0"
}

why() {
	cat >"$BATS_TEST_TMPDIR/tap"
	. tests/count.bash
	tell_why "$BATS_TEST_TMPDIR/tap"
}

@test "why the first test failed, or what was said last, is told" {
	run why <<-EOT
		1..3
		ok 1 good
		not ok 2 bad
		# wanted 1
		ok 3 good
		not ok 4 bad, too
	EOT
	stdout_is $'not ok 2 bad\n# wanted 1'
	run why <<-EOT
		1..3
		ok 1 good
		vm: the machine ended
	EOT
	stdout_is $'1..3\nok 1 good\nvm: the machine ended'
}

@test "a whole run in which no test ran is not green" {
	COBRA_TEST_LOGS=$BATS_TEST_TMPDIR run tests/run --filter "no test has this name" meta
	status_is 1
	[[ ${lines[-1]} == "0 passed, 1 failed" ]] || fail "the last line is another"
}

@test "a suite that does not exist" {
	run tests/run no-such-suite
	status_is 2
}

# table LOG-OF-A-STEP STEP...: what the table says of steps with these logs
table() {
	local log number=0
	while (($#)); do
		log=$BATS_TEST_TMPDIR/$((number++))
		printf '%s\n' "$1" >"$log"
		echo "$log $2"
		shift 2
	done | tests/table
}

@test "the table: suites, figures and coverage of each kernel, over all its machines" {
	run table $'# suite: data\nok 1 a\nnot ok 2 b\n# figure: 3 rounds\n# covered: kernel/data.c 1 4' 6.12 \
		$'# suite: data\nok 1 a # skip no reason\n# figure: 4 rounds\n# suite: tap\nok 2 c\n# covered: kernel/data.c 2 4' '6.12 --boards 8' \
		$'# suite: data\nok 1 a\nok 2 b' 6.1
	status_is 0
	row_is 'Tests that passed' '6.12 +6.1'
	row_is data '1, 1 bad, 1 out +2'
	row_is tap '1 +-'
	row_is all '2, 1 bad, 1 out +2'
	row_is rounds '7 +-'
	row_is kernel/data.c '2/4'
}

@test "what a kernel complains about is counted, leaks where they are looked for" {
	local log=$BATS_TEST_TMPDIR/kernel.log
	. tests/count.bash
	. scripts/lib/verdict.sh
	run tell_trouble "$FIXTURES/healthy.log"
	stdout_is "# figure: 0 lines of trouble in the kernel log"
	printf '%s\n' 'BUG: a' 'kmemleak: unreferenced object 0xffff888103a5c000 (size 4096):' \
		'WARNING: b' 'cobra-vm: looked for leaks' >"$log"
	run tell_trouble "$log"
	stdout_is $'# figure: 2 lines of trouble in the kernel log\n# figure: 1 leaks'
	run tell_trouble "$log.of-no-machine"
	stdout_is ""
}
