#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
# vm: --boards 8 --in-turn
# long: 6.12
#
# Four boards for a long time, everything at random: ways to read, sizes, rates,
# starts and stops, losses, resets and departures.  Not one byte may be missing
# without a word.  To have the same choices again:
#
#	scripts/vm --boards 4 -- env SOAK_SEED=N bats tests/soak.bats

load helpers

@test "bytes made = bytes read + bytes reported lost, whatever happens" {
	local seed=${SOAK_SEED:-$RANDOM$RANDOM} seconds=20 addresses status=0 line

	! goes_long || seconds=3600
	echo "# soak: seed $seed" >&3
	mapfile -t addresses < <(cat "$BATS_FILE_TMPDIR"/address.*)
	"$BATS_TEST_DIRNAME/soak/run" --seconds "$seconds" --seed "$seed" \
		"${addresses[@]:0:4}" >"$OUT" 2>&3 || status=$?
	while read -r line; do
		[[ ! $line =~ ^([0-9]+)\ (soak .*) ]] ||
			figure "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
	done <"$OUT"
	cat "$OUT"
	((status == 0))
}
