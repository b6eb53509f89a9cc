#!/usr/bin/env bats
#
# What counts as trouble in a kernel log, and what does not.

load helpers

setup() {
	. scripts/lib/verdict.sh
}

@test "every line of trouble is seen" {
	while read -r line; do
		echo "[    1.000000] $line" >"$BATS_TEST_TMPDIR/log"
		log_trouble "$BATS_TEST_TMPDIR/log" || fail "not seen: $line"
	done <"$FIXTURES/trouble.log"
}

@test "what healthy kernels say is no trouble" {
	run log_trouble "$FIXTURES/healthy.log"
	stdout_is ""
}
