# shellcheck shell=bash
#
# Counts what tests report in the Test Anything Protocol, and what kernels complain about.

passed=0 failed=0 skipped=0 failures=() failed_logs=()

# A test that was planned and did not report has failed; so has a step that ran no
# test, or whose command failed though all its tests passed (the machine's verdict).
count_tests() {
	local name=$1 log=$2 status=$3 planned good bad skips
	planned=$(sed -n 's/^1\.\.\([0-9]*\).*/\1/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
	skips=$(grep -ciE '^ok .*# skip' "$log")
	good=$(($(grep -c '^ok ' "$log") - skips))
	bad=$(grep -c '^not ok ' "$log")
	while read -r line; do
		failures+=("$name: ${line#not ok }")
	done < <(grep '^not ok ' "$log")

	if ((good + bad + skips < planned)); then
		failures+=("$name: $((planned - good - bad - skips)) tests did not run")
		bad=$((planned - good - skips))
	elif ((planned == 0)); then
		failures+=("$name: no test ran")
		bad=$((bad + 1))
	elif ((status && !bad)); then
		failures+=("$name: every test passed, but the step ended with status $status (see $log)")
		bad=1
	fi
	((!bad)) || failed_logs+=("$log")
	passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + skips))
}

# tell_why LOG: what it says of the first test that failed, or else its last words
tell_why() {
	local why
	why=$(awk 'bad && /^(not )?ok / { exit } /^not ok / { bad = 1 } bad' "$1" | head -n 12)
	echo "${why:-$(tail -n 6 "$1")}"
}

# tell_trouble KERNEL-LOG: for the table, what there was in the log of a machine
tell_trouble() {
	[[ -e $1 ]] || return 0
	echo "# figure: $(log_trouble "$1" | grep -vc 'unreferenced object') lines of trouble in the kernel log"
	grep -q 'cobra-vm: looked for leaks' "$1" || return 0
	echo "# figure: $(grep -c 'unreferenced object' "$1") leaks"
}
