#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# The board, or the driver, is taken away while somebody reads: he is told, and
# everything works again when it comes back.

# shellcheck disable=SC2154 # pid and output are set in helpers.bash

load helpers

ROUNDS=$(amount 48)
MODULE=/run/cobra-vm/cobra.ko	# where the virtual machine has it

insert() {
	insmod "$MODULE" "$@"
	retry 10 test -c "$DATA"
	retry 10 test -c /dev/cobra1/data
}

# told_gone PID OUT: this cat was told that its board has left
told_gone() {
	finish "$1" 1 "$2" >"$2.finish" || {
		cat "$2.finish"
		return 1
	}
	says 'No such device'
}

@test "unbind with cat asleep: No such device, $ROUNDS times" {
	local round

	tell 'set ring 256K'
	for ((round = 0; round < ROUNDS; round++)); do
		tell 'set trigger manual'
		cat_sleeping "$OUT"
		unbind
		told_gone "$pid" "$OUT"
		bind
	done
	streams 1M
}

@test "unbind in the middle of a run: what came before is right" {
	local round

	for ((round = 0; round < 10; round++)); do
		tell 'set rate max'
		background "$OUT" cat "$DATA"
		retry 10 setting_at_least tail 1
		unbind
		told_gone "$pid" "$OUT"
		expect 0 verify "$OUT"
		bind
	done
}

# The kernel does not let a module go whose files are open, so a sleeping cat
# holds it: rmmod says so and disturbs nobody.  When its boards are unbound the
# reader is told, closes, and the module can go.
@test "rmmod with cat asleep, and insmod again, $ROUNDS times" {
	local round

	for ((round = 0; round < ROUNDS; round++)); do
		tell 'set trigger manual'
		cat_sleeping "$OUT"
		if ! rmmod cobra 2>"$BATS_TEST_TMPDIR/rmmod"; then
			grep -q 'in use' "$BATS_TEST_TMPDIR/rmmod"
			asleep "$pid" "$DATA"
			unbind
			told_gone "$pid" "$OUT"
			retry 5 rmmod cobra
		else
			told_gone "$pid" "$OUT"
		fi
		expect 1 test -e "$DATA"
		insert ring=256K
		setting_is ring $((256 << 10))
	done
	rmmod cobra
	insert
	setting_is ring $((16 << 20))
	streams 1M
	BOARD=1 streams 1M
}

@test "a file that stays open over unbind says ENODEV, and keeps its number" {
	local reader asker

	tell 'set trigger manual'
	exec {reader}<"$DATA" {asker}<>"$CONTROL"
	unbind
	expect_shell 1 "head -c 1 <&$reader"
	says 'No such device'
	expect_shell 1 "echo stop >&$asker"
	says 'No such device'
	expect_shell 1 "cat <&$asker"
	says 'No such device'
	# Its number is not given away, so the board comes back as another.
	address >"$DRIVER/bind"
	retry 10 test -c /dev/cobra2/data
	BOARD=2 streams 1M
	expect_shell 1 "head -c 1 <&$reader"
	says 'No such device'
	exec {reader}<&- {asker}<&-
	unbind
	bind
	streams 1M
}

# busy is no way to sleep; unplug_streaming.bats has it.
@test "every way to sleep tells that the board has gone" {
	local how

	for how in $(reader ways | grep -v busy); do
		tell 'set trigger manual'
		background "$OUT" reader "$how" "$DATA"
		retry 10 asleep "$pid" "$DATA"
		unbind
		finish "$pid" 0 "$OUT"
		says end=gone
		is bytes "$(field bytes)" 0
		bind
	done
}

@test "removed from the bus and found again by a rescan" {
	local device

	device=$(readlink -f "/sys/bus/pci/devices/$(address)")
	tell 'set trigger manual'
	cat_sleeping "$OUT"
	echo 1 >"$device/remove"
	told_gone "$pid" "$OUT"
	expect 1 test -e "$DATA"
	echo 1 >/sys/bus/pci/rescan
	retry 10 test -c "$CONTROL"
	streams 1M
	BOARD=1 streams 1M
}

@test "bad module parameters are refused, and the module can still be loaded" {
	local size

	rmmod cobra
	for size in 0 4097 -1 big; do
		expect 1 insmod "$MODULE" "ring=$size"
	done
	insert ring=1M
	setting_is ring $((1 << 20))
	rmmod cobra
	insert
}

@test "binding and unbinding both boards while both are read" {
	local first second board

	for board in 0 1; do
		BOARD=$board tell 'set rate max'
	done
	background "$OUT" cat "$DATA"
	first=$pid
	background "$OUT.1" cat /dev/cobra1/data
	second=$pid
	retry 10 setting_at_least tail 100000
	BOARD=1 retry 10 setting_at_least tail 100000
	unbind
	BOARD=1 unbind
	told_gone "$first" "$OUT"
	told_gone "$second" "$OUT.1"
	expect 0 verify "$OUT"
	expect 0 verify "$OUT.1"
	bind
	BOARD=1 bind
	streams 1M
	BOARD=1 streams 1M
}

@test "scripts/unload tells a sleeping cat, and unloads" {
	tell 'set trigger manual'
	cat_sleeping "$OUT"
	expect 0 scripts/unload
	told_gone "$pid" "$OUT"
	expect 1 test -e /sys/module/cobra
	expect 1 scripts/unload
	says 'not loaded'
	insert
	streams 1M
}
