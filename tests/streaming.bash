# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # pid is set in helpers.bash
#
# The main job, for suites that try it under different circumstances.

# through_cat BYTES: at full speed until that amount was made, then `stop`.  cat
# ends well after the last byte, and nothing was lost on the way.
through_cat() {
	tell 'set rate max'
	background "$OUT" bash -o pipefail -c "cat $DATA | verify"
	retry 120 setting_at_least produced "$(amount "$1")"
	tell stop
	finish "$pid" 0 "$OUT"
	is 'what verify read' "$(field bytes)" "$(setting produced)"
	setting_is lost 0
	setting_is gap_count 0
	figure "$(field bytes)" 'bytes checked of long streams'
}

# through_dd BLOCK BYTES [PATTERN]: as many blocks as that amount takes
through_dd() {
	local bytes

	bytes=$(amount "$2")
	tell 'set rate max' "set pattern ${3:-counter}"
	BOUND=120 expect_shell 0 "dd if=$DATA bs=$1 count=$bytes status=none \
		iflag=fullblock,count_bytes |
		verify -n $bytes -p ${3:-counter} -s $(setting seed)"
	figure "$bytes" 'bytes checked of long streams'
}
