# shellcheck shell=bash disable=SC2034 # the suites use what is set here
#
# What the harness's own tests share. They run on this machine and boot small
# virtual machines without driver and boards, unless they say otherwise.

bats_require_minimum_version 1.5.0

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
FIXTURES=$BATS_TEST_DIRNAME/fixtures
cd "$ROOT" || exit

bare=(--no-driver --boards 0 --memory 512M --timeout 120)

vm() { run --separate-stderr scripts/vm "$@" </dev/null; }
bare_vm() { vm "${bare[@]}" "$@"; }

# Fails with everything that is known about the last run.
fail() {
	echo "$1"
	echo "status: ${status-}"
	echo "stdout: ${output-}"
	echo "stderr: ${stderr-}"
	return 1
}

status_is() { [[ $status == "$1" ]] || fail "the status is not $1"; }
stdout_is() { [[ $output == "$1" ]] || fail "stdout is not '$1'"; }
stdout_has() { [[ $output == *"$1"* ]] || fail "stdout does not have '$1'"; }
stdout_lacks() { [[ $output != *"$1"* ]] || fail "stdout has '$1'"; }
stderr_has() { [[ $stderr == *"$1"* ]] || fail "stderr does not have '$1'"; }
# row_is NAME CELLS: in a table; patterns both
row_is() { [[ $output =~ (^|$'\n')$1\ +$2($'\n'|$) ]] || fail "there is no row '$1', with: $2"; }
# One line of complaint, and nothing else.
complains() {
	status_is 2
	[[ $stderr == "$1" && -z $output ]] || fail "the complaint is not '$1'"
}

wait_until() {
	local deadline=$((SECONDS + $1))
	shift
	until "$@"; do
		((SECONDS < deadline)) || return 1
		sleep 0.1
	done
}
