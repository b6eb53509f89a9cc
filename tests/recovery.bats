#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# The board is reset or loses power under the driver, and comes back: by a reset
# through sysfs, by suspend, after an error on the bus.  A run that was on ends
# with ECONNRESET, an idle board costs nobody anything, and the next run is
# right.

# shellcheck disable=SC2154 # pid and output are set in helpers.bash

load helpers

# Errors that the port above the board reports (linux/pci_regs.h, PCI_ERR_UNC_*)
POISONED=0x1000		# not fatal: the link works
LINK_PROTOCOL=0x10	# fatal: the link is reset

# Registers of include/cobra/board.h
WAKE_USECS=0x029c
SOURCE_RATE=0x0400
SOURCE_PATTERN=0x0408
SOURCE_PULSE=0x040c
SOURCE_SEED=0x0410

device() {
	echo "/sys/bus/pci/devices/$(address)"
}

# The port that the board is behind
port() {
	basename "$(dirname "$(readlink -f "$(device)")")"
}

# streaming OUT: a cat in the middle of a run; its id in $pid
streaming() {
	tell 'set rate max'
	background "$1" cat "/dev/cobra${BOARD:-0}/data"
	retry 10 setting_at_least tail 100000
}

# told_reset PID OUT: all that this cat got is right, and then it was told
told_reset() {
	finish "$1" 1 "$2"
	says 'Connection reset by peer'
	expect 0 verify "$2"
}

# go_to_sleep STATE DEPTH: as far as the kernel can be tested without going away
go_to_sleep() {
	echo "$2" >/sys/power/pm_test
	echo 0 >/sys/module/suspend/parameters/pm_test_delay
	echo "$1" >/sys/power/state
	echo none >/sys/power/pm_test
}

# An idle board is reset or suspended by COMMAND...: a reader who waits for the
# next run does not even notice.
undisturbed() {
	tell 'set trigger manual' 'set rate max'
	cat_sleeping "$OUT"
	"$@"
	retry 10 asleep "$pid" "$DATA"
	setting_is state idle
	tell start
	retry 10 setting_at_least tail 100000
	tell stop
	finish "$pid" 0 "$OUT"
	expect 0 verify "$OUT"
}

reset_function() {
	echo 1 >"$(device)/reset"
}

@test "a reset through sysfs in the middle of a run, 20 times" {
	local round

	for ((round = 0; round < 20; round++)); do
		streaming "$OUT"
		reset_function
		told_reset "$pid" "$OUT"
	done
	driver_log | grep -q 'a reset of the device ended run'
	streams 1M
}

@test "a reset through sysfs of an idle board disturbs nobody" {
	undisturbed reset_function
	is 'number of lines in the log' "$(driver_log | wc -l)" 0
}

@test "a reset through sysfs keeps the settings and the ring" {
	local before

	tell 'set ring 1M' 'set read_min 64K' 'set wake_usecs 1000' \
		'set gaps skip' 'set rate 50M' 'set pattern prbs31'
	before=$(grep -E "^($WRITABLE) " "$CONTROL")
	reset_function
	is settings "$(grep -E "^($WRITABLE) " "$CONTROL")" "$before"
}

# poke does to registers what a power cut does, in those that are written again.
@test "a board that lost power in a reset has the same source as before" {
	local before

	tell 'set rate 50M' 'set pattern prbs31' 'set pulse_usecs 500' 'set seed 77'
	before=$(grep -E "^($WRITABLE) " "$CONTROL")
	tell "poke $SOURCE_RATE 1" "poke $SOURCE_PATTERN 0" \
		"poke $SOURCE_PULSE 0" "poke $SOURCE_SEED 0"
	reset_function
	is settings "$(grep -E "^($WRITABLE) " "$CONTROL")" "$before"
	# What was poked does not count because something else was set.
	tell "poke $SOURCE_RATE 1" 'set seed 77' reset
	is settings "$(grep -E "^($WRITABLE) " "$CONTROL")" "$before"
}

@test "a board that lost power in a reset is told again how long to wait" {
	tell 'set rate 1K' 'set read_min 64K' 'set wake_usecs 1000'
	expect_shell 0 "dd if=$DATA bs=64K count=1 status=none | verify"
	tell "poke $WAKE_USECS 0"
	reset_function
	BOUND=20 expect_shell 0 "dd if=$DATA bs=64K count=1 status=none | verify"
	is_number bytes "$(field bytes)" -lt $((64 << 10))
}

@test "a reset through sysfs that the board does not survive: EIO, and a way out" {
	streaming "$OUT"
	inject reset_never
	reset_function
	finish "$pid" 1 "$OUT"
	says 'Input/output error'
	driver_log | grep -q 'does not come back after a reset of the device'
	heal
	tell reset
	streams 1M
}

@test "a reset through sysfs that nobody comes back from: the board is gone" {
	streaming "$OUT"
	inject ones
	reset_function
	finish "$pid" 1 "$OUT"
	says 'No such device'
	heal
	unbind
	bind
	streams 1M
}

@test "a reset through sysfs does not wait for memory that is read into" {
	tell 'set trigger manual' 'set rate max' start
	wait_for_memory -h
	expect_shell 0 "echo 1 >$(device)/reset"
	driver_log | grep -q 'a reset of the device ended run'
	kill -USR1 "$pid"
	finish "$pid" 1 "$OUT"
	says 'Connection reset by peer'
	tell 'set trigger open'
	streams 1M
}

@test "suspend to RAM with both boards in a run" {
	local first

	retry 10 test -e /sys/power/pm_test
	[ -e /sys/module/steady_root ] ||
		insmod "build/$(uname -r)/test-modules/steady_root.ko"
	streaming "$OUT"
	first=$pid
	BOARD=1 streaming "$OUT.1"
	go_to_sleep mem platform
	told_reset "$first" "$OUT"
	told_reset "$pid" "$OUT.1"
	driver_log | grep -q 'suspend ended run'
	streams 1M
	BOARD=1 streams 1M
}

@test "suspend to RAM and to idle disturb nobody who waits for a run" {
	[ -e /sys/module/steady_root ] ||
		insmod "build/$(uname -r)/test-modules/steady_root.ko"
	undisturbed go_to_sleep mem platform
	undisturbed go_to_sleep freeze devices
}

@test "an error on the bus that is not fatal, in the middle of a run" {
	modprobe aer_inject aer_mask_override=1 || [ -e /dev/aer_inject ]
	streaming "$OUT"
	expect 0 aerinject "$(port)" "$POISONED"
	told_reset "$pid" "$OUT"
	driver_log | grep -q 'an error on the bus ended run'
	streams 1M
}

# The kernel may keep what it has saved of a function for one reset only.
@test "a fatal error on the bus, in the middle of a run, 5 times, after a reset" {
	local round

	modprobe aer_inject aer_mask_override=1 || [ -e /dev/aer_inject ]
	reset_function
	for ((round = 0; round < 5; round++)); do
		streaming "$OUT"
		expect 0 aerinject "$(port)" "$LINK_PROTOCOL"
		told_reset "$pid" "$OUT"
	done
	streams 1M
}

@test "a fatal error on the bus that the board does not survive: EIO, rebind helps" {
	modprobe aer_inject aer_mask_override=1 || [ -e /dev/aer_inject ]
	streaming "$OUT"
	inject reset_never
	expect 0 aerinject "$(port)" "$LINK_PROTOCOL"
	finish "$pid" 1 "$OUT"
	says 'Input/output error'
	heal
	unbind
	bind
	streams 1M
}

@test "an error on one board's bus leaves the other alone" {
	local other

	modprobe aer_inject aer_mask_override=1 || [ -e /dev/aer_inject ]
	BOARD=1 streaming "$OUT.1"
	other=$pid
	# What it reads has to fit into the memory, however long this takes.
	BOARD=1 tell 'set rate 2M'
	streaming "$OUT"
	expect 0 aerinject "$(port)" "$LINK_PROTOCOL"
	told_reset "$pid" "$OUT"
	kill -0 "$other"
	BOARD=1 tell stop
	finish "$other" 0 "$OUT.1"
	expect 0 verify "$OUT.1"
}
