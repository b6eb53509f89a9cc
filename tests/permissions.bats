#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
#
# Who may do what, and what is told to whom: docs/permissions.md, tried as each of
# those that it speaks of.

# shellcheck disable=SC2154 # output is set in helpers.bash
# shellcheck disable=SC2016 # the shells in here expand it, not this one

load helpers

TESTS=$BATS_TEST_DIRNAME
PAPER=$TESTS/../docs/permissions.md
UAPI=$TESTS/../include/uapi/linux/cobra.h
# The columns of the table, and how a command becomes one of them
COLUMN=('nobody' 'group cobra' 'without CAP_SYS_RAWIO' 'root')
NOBODY=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
MEMBER=(setpriv --reuid=nobody --regid=nogroup --groups=cobra)
# shellcheck disable=SC2034 # by their names
RAWLESS=(capsh --drop=cap_sys_rawio --shell=/usr/bin/env --)
# shellcheck disable=SC2034
ROOT=(env)
WHO=(NOBODY MEMBER RAWLESS ROOT)
# Somebody else of the group
OTHER=(setpriv --reuid=1234 --regid=1234 --groups=cobra)

# The tests run in a folder that everybody may enter, with the names of the table.
cd "${HERE:-.}" || false

setup_file() {
	begin_suite
	remember_boards
	settle
	HERE=$(mktemp -d /tmp/permissions.XXXXXX)
	export HERE
	chmod 755 "$HERE"
	ln -s /dev/cobra0 "$HERE/node"
	ln -s "$(readlink -f /sys/class/cobra/cobra0/device)" "$HERE/device"
	ln -s "$DRIVER" "$HERE/driver"
	ln -s /sys/module/cobra "$HERE/module"
	ln -s /sys/kernel/debug "$HERE/debugfs"
	install -m 755 "$TOOLS"/{rights,verify} "$HERE/"
}

# --- The table ---------------------------------------------------------------

# A line each: operation, and what the columns say, with tabs between
table() {
	sed -n 's/^| `\(.*\)` |/\1|/p' "$PAPER" | sed 's/ *| */\t/g'
}

# Every file that the table has to have something about, and how it is opened
files() {
	printf '%s read\n' node/*
	printf '%s write\n' node/*
	printf '%s both\n' node/*
	find device/ driver/ module/ -type f -printf '%p read\n%p write\n'
}

plan() {
	awk -F '\t' -f "$TESTS/rights.awk" <(table) <(files) |
		sed 's:\tcommand :&node/control :'
}

# differs NUMBER PLAN: where what comes of it is not what that column says
differs() {
	local -n prefix=${WHO[$1]}

	cut -f 2 "$2" | "${prefix[@]}" ./rights >"$2.answers"
	paste "$2" "$2.answers" | awk -F '\t' -v who="${COLUMN[$1]}" -v column=$(($1 + 2)) '
		FNR == NR { wanted[NR] = $column; next }
		$3 != wanted[$1] {
			print $2 ", as " who ": " $3 ", the table says " wanted[$1]
		}' <(table) -
}

@test "who may do what: each line of the table, in each column" {
	local plan=$BATS_TEST_TMPDIR/plan number

	tell 'set trigger manual'
	is columns "$(sed -n 's/^| operation | //p' "$PAPER")" \
		"$(printf '%s | ' "${COLUMN[@]}" | sed 's/ $//')"
	plan >"$plan"
	expect 1 grep -E $'\tno (line|file) ' "$plan"
	for number in "${!COLUMN[@]}"; do
		differs "$number" "$plan"
	done >"$OUT"
	is 'what is not as the table says' "$(<"$OUT")" ''
	figure $(($(wc -l <"$plan") * ${#COLUMN[@]})) 'rights tried'
}

@test "the table has a line for each command and each ioctl" {
	tell nonsense || :
	is commands "$(table | sed -n 's/^command \([a-z]*\).*/\1/p' | sort -u)" \
		"$(driver_log | sed -n 's/.*no command.*; there are //p' |
			tr ' ' '\n' | sort)"
	is ioctls "$(table | sed -n 's/^ioctl .* \(COBRA_[A-Z_]*\)\t.*/\1/p' | sort -u)" \
		"$(sed -n 's/^#define \(COBRA_IOC_[A-Z_]*\) _IO.*/\1/p' "$UAPI" | sort)"
}

@test "a node that udev has not come by yet is root's alone" {
	local before after

	udevadm control --stop-exec-queue
	unbind
	bind || :
	before=$(stat -c '%a %U' "$DATA" "$CONTROL")
	udevadm control --start-exec-queue
	settle
	after=$(stat -c '%a %U:%G' "$DATA" "$CONTROL")
	is before "$before" $'600 root\n600 root'
	is after "$after" $'660 root:cobra\n660 root:cobra'
}

# --- Addresses ---------------------------------------------------------------

# All registers but those that tell where memory is, and but the last page, which
# is no board's
registers() {
	echo 0 144
	seq -f '%.0f 1024' $((0x268)) 4096 $((0xefff))
}

# All that the driver's part of the system tells to a member of the group
told() {
	"${MEMBER[@]}" cat node/control
	"${MEMBER[@]}" bash -c 'exec 3<>node/control; echo get >&3; cat <&3'
	registers | "${MEMBER[@]}" bash -c 'while read -r registers; do
		exec 3<>node/control
		echo "peek $registers" >&3
		cat <&3
	done'
	# Some can be opened, and not read.
	"${NOBODY[@]}" find device/ driver/ module/ -type f -readable \
		-exec cat {} + 2>/dev/null || :
	"${NOBODY[@]}" grep -ih cobra /proc/{interrupts,iomem,modules,devices}
	"${NOBODY[@]}" udevadm info /dev/cobra0/data /dev/cobra0/control
	driver_log
}

# Have the driver say as much as it can
provoke() {
	local line

	tell 'set trigger manual'
	for line in nonsense 'set ring 1' 'set nonsense 1' 'peek 1' \
		'poke 0x240 0' 'start now'; do
		tell "$line" || :
	done
	inject refuse 3
	tell start || :
	heal
	tell 'set rate 1M' start
	retry 10 setting_at_least head 1
	inject head_past 8
	expect 1 cat "$DATA"
	tell reset
	heal
	unbind
	bind
	settle
}

@test "what tells addresses is found out" {
	local text

	for text in ffff888012345678 0xffffffff81000000 18446612682070000000 \
		-131391631278080 FFFFC90000012345; do
		echo "it is [$text]." >"$OUT"
		expect 1 addresses "$OUT"
		says "$text"
	done
	printf 'bytes: \x10\x20\x30\x40\x80\x88\xff\xff' >"$OUT"
	expect 1 addresses "$OUT"
	says 0xffff888040302010
	for text in 0xfffffffffffffffb -22 18446744073709551615 00000000ffff8880 \
		ffff1234 1844661268207000000 4294967295; do
		echo "it is [$text]." >"$OUT"
		expect 0 addresses "$OUT"
	done
	grep -m 50 -w T /proc/kallsyms >"$OUT"
	expect 1 addresses "$OUT"
}

# That it was all looked at: a board's registers, sysfs, the log
is_all() {
	is_number registers "$(grep -acE '^0x[0-9a-f]{4} 0x[0-9a-f]{8}$' "$1")" -eq 15504
	expect 0 grep -aqx 'DRIVER=cobra' "$1"
	expect 0 grep -aqx "$(</sys/module/cobra/coresize)" "$1"
	expect 0 grep -aq 'broke the rules' "$1"
}

@test "no address of the kernel's memory is told to who is not root" {
	provoke
	told >"$OUT"
	is_all "$OUT"
	expect 0 addresses "$OUT"
	# Halves of one, as registers are told
	expect 1 grep -aE '^0x[0-9a-f]{3}[4c] 0xffff[89a-f]' "$OUT"
}

@test "where DMA goes is told to nobody without CAP_SYS_RAWIO" {
	local secret

	provoke
	told >"$OUT"
	is_all "$OUT"
	for secret in $(printf '%s\n' 'peek 0x240' 'peek 0x248' |
		bash -c 'exec 3<>node/control; cat >&3; cut -d " " -f 2 <&3'); do
		is_number 'an address' "$((secret))" -gt 4096
		expect 1 grep -aiw -e "$secret" -e "${secret#0x}" -e "$((secret))" "$OUT"
	done
}

# --- Bytes that nobody wrote -------------------------------------------------

@test "what is copied to a program is written whole, and nothing beside it" {
	tell 'set ring 64K' 'set rate 100M'
	BOUND=60 expect 0 untouched "$DATA" "$CONTROL"
	is 'things looked at' "$(field checked)" 6
}

# A board that says so many bytes are there, and has written none
claims() {
	tell 'set trigger manual'
	inject stall
	tell start
	inject head_back $((-$1))
	setting_is fill "$1"
}

@test "the pages of a new ring are all zero" {
	tell 'set ring 1M'
	claims 1048576
	expect 0 dd if="$DATA" of="$OUT" bs=1M count=1 iflag=fullblock
	tell reset
	expect 0 cmp -n 1048576 "$OUT" /dev/zero
}

# --- Bytes of others ---------------------------------------------------------

@test "who reads after somebody else gets the bytes of his own run" {
	local part

	tell 'set rate max'
	for part in 1 8191 100000 20000000; do
		tell 'set pattern prbs31' 'set seed 77'
		expect 0 "${MEMBER[@]}" bash -o pipefail -c \
			"head -c $part node/data | ./verify -p prbs31 -s 77 -n $part"
		tell 'set pattern counter'
		expect 0 "${OTHER[@]}" bash -o pipefail -c \
			"head -c 20000000 node/data | ./verify -n 20000000"
	done
}

@test "what was discarded is told to nobody" {
	# Minutes until the ring is full, and a full one would not come to its end
	tell 'set trigger manual' 'set rate 20K' 'set pattern prbs31'
	expect 0 "${MEMBER[@]}" bash -c 'echo start >node/control'
	retry 10 setting_at_least fill 10000
	expect 0 "${MEMBER[@]}" head -c 1000 node/data
	expect 0 "${MEMBER[@]}" bash -c 'echo stop >node/control'
	retry 10 setting_is state idle
	expect 0 "${OTHER[@]}" bash -c 'echo discard >node/control'
	expect 0 attempt fionread "$DATA"
	is fill "$output" 0
	expect 1 "${OTHER[@]}" dd if=node/data iflag=nonblock bs=1 count=1
	says 'Resource temporarily unavailable'
	tell 'set pattern counter' 'set rate max'
	expect 0 "${OTHER[@]}" bash -o pipefail -c \
		'echo start >node/control; head -c 20000000 node/data | ./verify -n 20000000'
}

@test "an answer is told to the open file that asked, whoever else looks" {
	local one two

	coproc ASKS { "${MEMBER[@]}" bash -c 'exec 5<>node/control
		echo get serial >&5; echo asked; read -r; cat <&5; echo; cat <&5'; }
	read -r -u "${ASKS[0]}" one
	is 'the one' "$one" asked
	two=$("${OTHER[@]}" bash -c 'exec 5<>node/control
		echo get state >&5; cat <&5')
	is 'what the other was told' "$two" 'state idle'
	echo >&"${ASKS[1]}"
	mapfile -t -u "${ASKS[0]}" one
	is 'what the one was told first' "${one[0]}" "serial $(setting serial)"
	is 'and then nothing' "${one[1]}" ''
	is 'and then, not having asked, all' "${one[2]}" 'type native'
}
