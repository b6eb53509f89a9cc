# What scripts/vm says of a machine, and what in a kernel log is trouble.
# shellcheck shell=bash disable=SC2034,SC2154 # names shared with other files

# Exit statuses: scripts/vm --help tells what they mean.
readonly verdict_failed=125 timed_out=124 wrong_clock=123 machine_crashed=122

# Every kind of report the kernel makes when something is wrong with itself.
log_trouble_patterns=(
	'BUG:' 'kernel BUG at' 'WARNING:' 'Oops' 'Call Trace:' 'cut here'
	'Kernel panic' 'general protection' 'Unable to handle' 'unable to handle'
	'INFO: task .* blocked' 'INFO: possible' 'INFO: trying to register'
	'rcu.*detected .*stall' 'self-detected stall' 'soft lockup' 'hard LOCKUP'
	'suspicious RCU' 'KASAN:' 'KFENCE:' 'KCSAN:' 'UBSAN:' 'ODEBUG:' 'DMA-API: .*:'
	'nobody cared' 'refcount_t:' 'list_(add|del) corruption' 'scheduling while atomic'
	'sleeping function called' 'already-free IRQ' 'Objects remaining' 'Trying to vfree'
	'cannot create duplicate' 'unreferenced object' 'suspected memory leak'
	'double free' 'Bad page' 'page allocation failure' 'kobject.*(tried to|not initialized)'
)

# Said by healthy kernels while they boot.
log_harmless_patterns=(
	'DMA-API: (preallocated|debugging enabled)'
)

join_patterns() { local IFS='|'; echo "$*"; }

# Prints the lines of trouble of a kernel log, with their line numbers.
log_trouble() {
	tr -d '\r' <"$1" | grep -nE "$(join_patterns "${log_trouble_patterns[@]}")" |
		grep -vE "$(join_patterns "${log_harmless_patterns[@]}")"
}
