#!/usr/bin/env bats
#
# What goes into the machine and comes out of it, all seen in one run of
# fixtures/streams.
#
# shellcheck disable=SC2016 # nothing is to be expanded
# shellcheck disable=SC2154 # bare and stderr are set in helpers.bash

load helpers

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	mkdir share "a folder"
	cd "a folder" || return
	echo 'from "outside"' | "$ROOT/scripts/vm" "${bare[@]}" --share ../share -- \
		"$FIXTURES/streams" "two words" "$BATS_FILE_TMPDIR/share" "it's \"quoted\"" '$HOME *' '' \
		>../stdout 2>../stderr && status=0 || status=$?
	echo "$status" >../status
}

expected_stdout() {
	printf '<%s>\n' "two words" "$BATS_FILE_TMPDIR/share" "it's \"quoted\"" '$HOME *' ''
	echo "folder: $BATS_FILE_TMPDIR/a folder"
	echo 'input: from "outside"'
	head -c 300000 /dev/zero | tr '\0' x; echo
	for byte in {0..255}; do printf '%b' "\\x$(printf %x "$byte")"; done
	echo "to a reopened stdout"
	echo "written: written-in-the-machine"
	printf 'no newline at the end'
}

@test "the status is the command's" {
	status=$(<"$BATS_FILE_TMPDIR/status")
	status_is 7
}

@test "stdout is the command's, to the byte: arguments, folder, input, long lines" {
	expected_stdout | cmp - "$BATS_FILE_TMPDIR/stdout"
}

@test "stderr is the command's, and not mixed with stdout" {
	printf 'to stderr\nto a reopened stderr\n' | cmp - "$BATS_FILE_TMPDIR/stderr"
}

@test "what the command writes stays in the machine" {
	[[ ! -e "$BATS_FILE_TMPDIR/a folder/written-in-the-machine" ]]
}

@test "what it writes in the shared folder comes out" {
	[[ $(<"$BATS_FILE_TMPDIR/share/shared-file") == shared ]]
}
