# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # shared with helpers.bash and suites
#
# Hostile users, for suites that let them loose.

SEED=${HOSTILE_USER_SEED:-$SRANDOM}
DURATION=20
! goes_long || DURATION=600

# hostile_users OPTION...: on both boards; what they did is in $output
hostile_users() {
	expect 0 hostile_user "$@" "$(BOARD=0 address)" "$(BOARD=1 address)"
}

# let_loose SECONDS [OPTION]...: and want to see them busy, however slow the machine
let_loose() {
	local seconds=$1

	shift
	LOOSE_SINCE=$SECONDS
	BOUND=$((seconds + 150)) hostile_users --seed "$SEED" --seconds "$seconds" "$@"
	is_number steps "$(field steps)" -ge $((seconds * 10))
	is_number 'reads that gave bytes' "$(field read_done)" -ge $((seconds / 4))
	is_number 'commands that were done' "$(field command_done)" -ge $((seconds / 4))
	figure "$(field steps)" 'operations by hostile users'
}

# tries SEED: leaves in $TRIES how often each operation was tried
tries() {
	hostile_users --seed "$1" --processes 2 --steps 200 --seconds 120
	TRIES=$(grep -oE '^[a-z0-9_]+=[0-9]+ [a-z0-9_]+_done' <<<"$output")
}

# Boards that were bound while their numbers were in use have others now, and what
# root pokes into registers no reset takes back.
as_at_first() {
	local BOARD

	for BOARD in 0 1; do
		! is_bound || unbind
		lose_power
	done
	for BOARD in 0 1; do
		address >"$DRIVER/bind"
		[ -c "/dev/cobra$BOARD/control" ] || return
	done
}

# Make the boards again what they were.
mend() {
	retry 20 as_at_first
	restore_boards
}

nobody_left() {
	! pgrep hostile_user || {
		ps -eo pid,stat,wchan,args
		return 1
	}
}

# What is said in a rate-limited way comes ten times in five seconds at most, from
# each place in the source; who is bound anew says so, and the kernel itself has
# remarks on what is written to uevent.
logged_within_reason() {
	local places windows=$(((SECONDS - LOOSE_SINCE) / 5 + 2))

	places=$(cat kernel/*.c | grep -c '_ratelimited(')
	logged_at_most $((places * 10 * windows + $(field rebind) + $(field sysfs)))
}
