#!/usr/bin/env bats
#
# However a machine ends, nothing of it is left; and two do not meet.
#
# shellcheck disable=SC2154 # bare and stderr are set in helpers.bash

load helpers

# Starts a machine in a session of its own, in which all its processes are.
start_machine() {
	setsid env --default-signal=INT scripts/vm "$@" </dev/null >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
	machine=$!
	wait_until 20 machine_folder >/dev/null || fail "there is no machine: $(<"$BATS_TEST_TMPDIR/out")"
	folder=$(machine_folder)
}

# The private folder, as QEMU is told it.
machine_folder() {
	pgrep -a -s "$machine" qemu-system | grep -o 'mem-path=[^,]*' | head -n 1 | sed 's/mem-path=//; s:/memory$::' | grep .
}

said() { grep -qs "$1" "$BATS_TEST_TMPDIR/out"; }

ended_with() {
	wait "$machine" && status=0 || status=$?
	status_is "$1"
}

nothing_is_left() {
	[[ -n $folder && ! -e $folder ]] || fail "$folder is still there"
	! pgrep -a -s "$machine" || fail "these processes are still there"
}

@test "Ctrl-C while the command runs" {
	start_machine --no-driver --boards 2 --memory 512M --timeout 120 -- sh -c 'echo up; sleep infinity'
	wait_until 60 said up
	kill -INT -- "-$machine"
	ended_with 130
	nothing_is_left
}

@test "SIGTERM while the machine boots" {
	start_machine "${bare[@]}" -- true
	kill -TERM "$machine"
	ended_with 143
	nothing_is_left
}

@test "QEMU crashes" {
	start_machine "${bare[@]}" -- sh -c 'echo up; sleep infinity'
	wait_until 60 said up
	kill -SEGV "$(pgrep -s "$machine" qemu-system)"
	ended_with 122
	said 'QEMU crashed: SEGV' || fail "it says: $(<"$BATS_TEST_TMPDIR/out")"
	nothing_is_left
}

@test "two processors, in turn" {
	bare_vm --cpus 2 --in-turn -- nproc
	status_is 0
	stdout_is 2
}

@test "a reader of the output that goes away" {
	run bash -c "scripts/vm ${bare[*]} -- sh -c 'echo first; yes' </dev/null | head -n 1; echo \${PIPESTATUS[0]}"
	stdout_is "first"$'\n'"141"
}

@test "what the command leaves running ends with it" {
	bare_vm -- sh -c 'sleep infinity & echo out'
	status_is 0
	stdout_is out
}

@test "two machines at once" {
	scripts/vm --no-driver --boards 2 --memory 512M --timeout 120 -- sh -c 'echo one; exit 1' \
		</dev/null >"$BATS_TEST_TMPDIR/one" 3>&- &
	local other=$!
	vm --no-driver --boards 2 --memory 512M --timeout 120 -- sh -c 'echo two; exit 2'
	status_is 2
	stdout_is two
	wait "$other" && fail "the other machine lost its status" || (($? == 1))
	[[ $(<"$BATS_TEST_TMPDIR/one") == one ]]
}

@test "a shell on a terminal, with job control and Ctrl-C" {
	# The words are typed in pieces, so that only the answers have them whole.
	(
		printf 'tty; set -o | grep monitor\nsh -c "echo be\"\"gun; exec sleep 1000"\n'
		wait_until 90 said begun && printf '\003'
		printf 'echo status $?; exit 5\n'
		wait_until 60 said exited
	) | script -qefc "scripts/vm ${bare[*]}; echo exited \$?" "$BATS_TEST_TMPDIR/out"
	said '/dev/hvc0'
	said 'monitor *.*on'
	said 'status 130'
	said 'exited 5'
}
