#!/usr/bin/env bats
#
# What a suite of the machine says when it fails: that it did, where, and of what.

load helpers

# suite NAME: runs that of fixtures/failing
suite() {
	run env -u BATS_TEST_TIMEOUT bats --formatter tap "$FIXTURES/failing/$1.bats"
	status_is 1
	stdout_lacks 'went on'
}

@test "whatever fails in a test, the test fails there and does not go on" {
	local one
	suite places
	for one in command condition sum helper subshell substitution status exit; do
		[[ $output =~ (^|$'\n')'not ok '[0-9]\ $one($'\n'|$) ]] || fail "test '$one' did not fail"
	done
	stdout_has $'\nok 8 good'
}

@test "a test that fails names the file, the line and the command" {
	local file=tests/meta/fixtures/failing/places.bats
	suite places
	stdout_has "(in test file $file, line 13)
#   \`ls /no/such/file' failed with status 2"
	stdout_has "(in test file $file, line 18)
#   \`[[ \$PWD == nowhere ]]' failed"
	stdout_has "(in test file $file, line 23)
#   \`((1 == 2))' failed"
	stdout_has "(from function \`between' in file $file, line 8,
#  in test file $file, line 28)
#   \`between fill 1 2' failed"
	stdout_has 'fill is "1", wanted "2"'
}

@test "a suite or a test that cannot be set up, or put back, has failed" {
	suite setup
	stdout_has 'not ok 1 not begun'
	suite setup_file
	stdout_has 'not ok 1 setup_file failed'
	suite teardown
	stdout_has 'not ok 1 not put back'
}
