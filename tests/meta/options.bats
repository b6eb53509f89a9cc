#!/usr/bin/env bats
#
# What scripts/vm and scripts/setup cannot do, they say in a line, before anything
# is started.
#
# shellcheck disable=SC2154 # bare and stderr are set in helpers.bash

load helpers

@test "help tells every option there is" {
	vm --help
	status_is 0
	while read -r option; do
		[[ $output == *"  $option"* ]] || fail "$option is not in the help"
	done < <(sed -n '/^parse_options/,/^}/p' scripts/vm | grep -oE -- '--[a-z][a-z-]+' | sort -u)
}

@test "an unknown option" {
	vm --bords 3 true
	complains "scripts/vm: unknown option '--bords': see scripts/vm --help"
}

@test "an option without its value" {
	vm --boards
	complains "scripts/vm: option --boards needs a value: see scripts/vm --help"
}

@test "values that are no numbers, too small or too large" {
	for value in 21 -1 two '' 2.5 0x2 '1 1' 99999999999999999999; do
		vm --boards "$value" true
		complains "scripts/vm: --boards takes a number from 0 to 20, not '$value'"
	done
	vm --edu=9 true
	complains "scripts/vm: --edu takes a number from 0 to 8, not '9'"
	vm --cpus 0 true
	complains "scripts/vm: --cpus takes a number from 1 to 64, not '0'"
	vm --timeout soon true
	complains "scripts/vm: --timeout takes a number from 0 to 999999, not 'soon'"
}

@test "sizes of memory that cannot be" {
	for value in 0 2 3X 255M G 2T -3G; do
		vm --memory "$value" true
		complains "scripts/vm: --memory takes a size from 256M to 1T, as in 512M or 3G, not '$value'"
	done
}

@test "a kernel that is not set up" {
	vm --kernel 5.10 true
	status_is 2
	[[ $stderr == "scripts/vm: kernel '5.10' is not set up (set up: "*"): run scripts/setup 5.10" ]] ||
		fail "the complaint is another"
	vm --kernel ../kernels/6.1 true
	status_is 2
}

@test "a folder to share that does not exist, a log that cannot be written" {
	vm --share /nonexistent true
	complains "scripts/vm: --share takes a folder that exists, not '/nonexistent'"
	vm --keep-log /nonexistent/log true
	complains "scripts/vm: --keep-log takes a file that can be written, not '/nonexistent/log'"
}

@test "the IOMMU and boards that do not heed it" {
	vm --iommu --boards 1 true
	complains "scripts/vm: --iommu goes with --boards 0: the emulated boards' DMA does not pass the IOMMU"
}

@test "a terminal where there is none" {
	bare_vm --tty true
	complains "scripts/vm: --tty needs a terminal on standard input"
}

@test "what the emulator does not understand" {
	vm --no-driver --pattern zebra true
	status_is 2
	stderr_has zebra
}

@test "setup: unknown options and kernels" {
	run --separate-stderr scripts/setup --frobnicate
	complains "scripts/setup: unknown option '--frobnicate': see scripts/setup --help"
	run --separate-stderr scripts/setup ../6.1
	complains "scripts/setup: '../6.1' is not a kernel: see scripts/setup --help"
}

@test "setup: nothing to do takes no time" {
	local start=${EPOCHREALTIME/./}
	run --separate-stderr scripts/setup
	status_is 0
	stdout_is "scripts/setup: everything is there (kernels: 6.1 6.12)"
	((${EPOCHREALTIME/./} - start < 2000000)) || fail "it took $((${EPOCHREALTIME/./} - start)) us"
}
