#!/usr/bin/env bats
#
# Each part of the verdict can fail: the command's status (streams.bats), the
# kernel's log, the token, the time, and the driver that does not go.
#
# shellcheck disable=SC2154 # bare and stderr are set in helpers.bash

load helpers

@test "a command that does not exist" {
	run -127 --separate-stderr scripts/vm "${bare[@]}" no-such-command </dev/null
	stderr_has "no-such-command"
}

@test "a line of trouble in the kernel log" {
	bare_vm -- sh -c 'echo "WARNING: something is wrong" >/dev/kmsg'
	status_is 125
	stderr_has "the kernel reports trouble"
	stderr_has "WARNING: something is wrong"
}

@test "a panic" {
	bare_vm -- sh -c 'echo c >/proc/sysrq-trigger'
	status_is 125
	stderr_has "Kernel panic - not syncing: sysrq triggered crash"
	stderr_has "the machine ended without a verdict"
}

@test "a machine that is switched off before its verdict" {
	bare_vm -- sh -c 'echo all is well; poweroff -f'
	status_is 125
	stderr_has "the machine ended without a verdict"
}

@test "a kernel that was silenced" {
	bare_vm -- sh -c 'echo 1 >/proc/sys/kernel/printk'
	status_is 125
	stderr_has "the kernel log ends early"
}

@test "a command that hangs, until the time is up" {
	vm --no-driver --boards 0 --memory 512M --timeout 20 -- sh -c 'echo started; sleep infinity'
	status_is 124
	stdout_is started
	stderr_has "scripts/vm: the time is up (20 s): the machine was ended"
}

@test "a machine whose clock runs ahead" {
	bare_vm --append tsc_early_khz=200000 -- sleep 20
	status_is 123
	stderr_has "the machine's clock ran ahead: it counted"
}

@test "a driver that cannot be unloaded, because a file is open" {
	vm --boards 1 --timeout 120 -- sh -c 'sleep 1000 </dev/cobra0/control >/dev/null 2>&1 & true'
	status_is 125
	stderr_has "cobra cannot be unloaded"
	stderr_has "sleep 1000"
}

@test "a driver that cannot be loaded" {
	vm --boards 0 --module-param some=1 --module-param ring=nonsense --timeout 120 -- echo "not run"
	status_is 125
	stdout_is ""
	stderr_has "cobra.ko some=1 ring=nonsense cannot be loaded"
}
