# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# For suites that have boards come and go by the hundred, and need no links.

setup_file() {
	begin_suite
	remember_boards
	stop_udev
}

teardown_file() {
	start_udev
}
