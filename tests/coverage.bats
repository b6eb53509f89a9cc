#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# How much of the driver hostile users reach: no less than tests/coverage.floor
# says.  Interrupts and workers run for nobody, so what is only theirs counts as
# not reached.
#
# kernels: debug

load helpers
load hostile_user

STEPS=2000	# of each process: what is reached depends on that, not on the time
MODULE=/run/cobra-vm/cobra.ko	# where the virtual machine has it

# above_floor FILE REACHED ALL: is that the percentage that is wanted of FILE?
above_floor() {
	local floor

	floor=$(sed -n "s|^$1 ||p" tests/coverage.floor)
	[ -n "$floor" ] || {
		echo "$1 is not in tests/coverage.floor: $2 of $3 were reached"
		return 1
	}
	is_number "reached of $1, in percent" $(($2 * 100 / $3)) -ge "$floor"
}

@test "hostile users reach most of the driver" {
	local table file reached all low=0

	echo "seed $SEED"
	BOUND=280 hostile_users --seed "$SEED" --steps "$STEPS" --seconds 250 \
		--unbind --coverage "$OUT"
	mend
	table=$(tests/coverage "$MODULE" "$OUT")
	table+=$'\n'$(awk '{ reached += $2; all += $3 }
		END { print "total", reached, all }' <<<"$table")
	echo "$table"
	while read -r file reached all; do
		covered "$file" "$reached" "$all"
		above_floor "$file" "$reached" "$all" || low=1
	done <<<"$table"
	[ "$low" -eq 0 ]
}
