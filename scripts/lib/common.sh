# What the scripts share: where things are, and how to say what went wrong.
# shellcheck shell=bash disable=SC2034,SC2154 # names shared with other files

project=$(realpath "${BASH_SOURCE[0]%/*}/../..")
cache=${XDG_CACHE_HOME:-$HOME/.cache}/cobra
program=$(realpath --relative-to="$project" "$0")

say()      { printf '%s: %s\n' "$program" "$*"; }
complain() { say "$@" >&2; }
die()      { complain "$@"; exit 1; }

# The person's mistake, not the machine's: one line that says what to do instead.
usage_error() { complain "$@"; exit 2; }

need_command() {
	command -v "$1" >/dev/null || die "$1 is not installed: run scripts/setup"
}

# Runs a command every 50 ms until it succeeds, for at most SECONDS.
wait_until() {
	local deadline=$((SECONDS + $1 + 1))
	shift
	until "$@"; do
		((SECONDS < deadline)) || return 1
		sleep 0.05
	done
}
