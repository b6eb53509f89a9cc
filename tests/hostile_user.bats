#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
# long: debug kcsan
#
# Users who do anything to the nodes that a program can do: nothing crashes, nobody
# hangs, the log stays short, and all is well afterwards.
#
# To try a seed again, as often as it takes, since processes race:
#	scripts/vm --kernel 6.12 -- env HOSTILE_USER_SEED=N bats tests/hostile_user.bats

load helpers
load hostile_user

@test "users who do anything to both boards" {
	let_loose "$DURATION"
	mend
	nobody_left
	logged_within_reason
	streams 1M
	BOARD=1 streams 1M
}

@test "the same while boards are unbound, bound and reset" {
	let_loose "$((DURATION / 2))" --unbind
	is_number 'times bound or unbound' "$(field rebind_done)" -ge 1
	mend
	nobody_left
	logged_within_reason
	streams 1M
	BOARD=1 streams 1M
}

@test "a seed says what each user does, even one that was replaced" {
	local first

	tries "$SEED"
	first=$TRIES
	tries "$SEED"
	is 'tries with the same seed' "$TRIES" "$first"
	tries $((SEED + 1))
	[ "$TRIES" != "$first" ]
	mend
}
