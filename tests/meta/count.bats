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

@test "a whole run in which no test ran is not green" {
	COBRA_TEST_LOGS=$BATS_TEST_TMPDIR run tests/run --filter "no test has this name" meta
	status_is 1
	[[ ${lines[-1]} == "0 passed, 1 failed" ]] || fail "the last line is another"
}

@test "a suite that does not exist" {
	run tests/run no-such-suite
	status_is 2
}
