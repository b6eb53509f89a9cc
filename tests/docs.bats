#!/usr/bin/env bats
# What the documents tell people to type, typed: every block of shell in them
# but those marked `sh host`, which are not for a machine with boards.

load helpers

# blocks FILE FOLDER - write the blocks of FILE to FOLDER/<line number>.sh
blocks() {
	awk -v folder="$2" '
		/^```sh$/ { block = folder "/" sprintf("%04d", NR) ".sh"; next }
		/^```/    { block = "" }
		block     { print > block }' "$1"
}

# run_blocks FILE - all blocks, one after the other, as somebody would type them
run_blocks() {
	local block folder count=0
	folder=$(mktemp -d)
	blocks "$1" "$folder"
	for block in "$folder"/*.sh; do
		run timeout 60 bash -eu -o pipefail "$block"
		if ((status)); then
			echo "$1, block behind line $(basename "$block" .sh): status $status"
			cat "$block"
			echo "--- it printed"
			echo "$output"
			return 1
		fi
		count=$((count + 1))
	done
	rm -r "$folder"
	echo "$1: $count blocks"
	((count))
}

@test "README.md: every command works" {
	run_blocks README.md
}

@test "docs/data.md: every command works" {
	run_blocks docs/data.md
}

@test "docs/control.md: every command works" {
	run_blocks docs/control.md
}

@test "docs/control.md describes each setting that there is, and no other" {
	diff <(awk '{ print $1 }' /dev/cobra0/control | sort) \
		<(sed -n '/^## Settings/,$p' docs/control.md |
			awk -F'|' '/^\| `/ { print $2 }' | tr -d '`' |
			tr -s ' ' '\n' | grep . | sort)
}
