#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
# kernels: debug
#
# Memory that cannot be had and copies that fail, one after the other, wherever
# the driver asks for some: it says so, or does without, leaves everything as it
# was, and works afterwards.  tests/inject does and checks all that for
# one operation; here is how often it has to have happened at least.

load helpers
load without_udev

MODULE=/run/cobra-vm/cobra.ko	# where the virtual machine has it
KMEMLEAK=/sys/kernel/debug/kmemleak

teardown() {
	end_background
	echo 1 >/sys/bus/pci/drivers_autoprobe
	[ -e /sys/module/cobra ] || insert
	[ -z "${caps:-}" ] || has_caps "$caps"
	restore_boards
}

# injects OPERATION LEAST [KIB]: each fault, of which it meets so many at least; memory
# that nobody can account for is less than that after all of them, and than any ring
injects() {
	BOUND=280 expect 0 inject "$1" "$(address)" "$MODULE"
	is_number "faults in $1" "$(field faults)" -ge "$2"
	is_number 'KiB that nobody has a use for' "$(field kept)" -lt "${3:-4096}"
	figure "$(field faults)" 'faults injected'
}

insert() {
	insmod "$MODULE"
	retry 10 test -c "$CONTROL"
	retry 10 test -c /dev/cobra1/control
}

# The tool's own way to load it leaves the other board out.
load_again() {
	rmmod cobra
	insert
}

small_ring() {
	tell 'set ring 20K'
}

@test "probe: each fails, or serves a board" {
	injects bind 100
}

@test "remove: nothing that fails keeps a board" {
	injects unbind 5
}

@test "probe and a new ring in one piece" {
	caps=$(capabilities)
	has_caps $((caps & ~SCATTER))
	is 'segment size' "$(setting segment)" "$(setting ring)"
	injects bind 100
	injects ring-8K 4
}

@test "loading the module" {
	# KASAN remembers stacks, new ones each time the module comes to another place.
	injects insmod 20 12288
	load_again
}

@test "unloading the module: nothing that fails keeps it" {
	injects rmmod 1
	load_again
}

@test "open of data and of control" {
	injects open-data 1
	injects open-control 1
}

@test "read, readv and splice of data lose no byte" {
	small_ring
	injects read 32
	injects readv 32
	# It copies to pages that the kernel has got before.
	injects splice 0
	is_number 'faults of the kernel in splice' "$(field anywhere)" -ge 1
}

@test "ioctl: COBRA_IOC_GAP and FIONREAD" {
	small_ring
	injects gap 1
	injects fionread 0
}

@test "poll, epoll and SIGIO" {
	small_ring
	injects poll 1
	injects epoll 1
	injects fasync 1
}

@test "questions to control and their answers" {
	small_ring
	injects ask 3
	injects answer 1
	injects list 2
}

@test "commands to control" {
	local command

	small_ring
	for command in set poke start discard reset; do
		injects "$command" 2
	done
}

@test "a new ring: the old one stays if there is none" {
	injects ring-12K 7
	injects ring-8K 5
	injects ring-36M 13
}

# Two looks, as what a first one finds may have been on its way to somebody
@test "nothing of all that is left in memory" {
	echo scan >"$KMEMLEAK"
	echo scan >"$KMEMLEAK"
	expect 0 cat "$KMEMLEAK"
	is leaks "$output" ''
}
