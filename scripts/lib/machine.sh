# The emulated machine: QEMU's command line, piece by piece, in the array `machine`.
# shellcheck shell=bash disable=SC2034,SC2154 # names shared with other files

machine=()
add() { machine+=("$@"); }

# /dev/kvm may exist and yet not run a guest. So boot a kernel without a root
# under it: where it works that panics within a second. Once per boot of the host.
kvm_works() {
	local answer=$cache/kvm boot image=$1
	[[ -r /dev/kvm && -w /dev/kvm ]] || return 1
	boot=$(</proc/sys/kernel/random/boot_id)
	if ! grep -qs "^$boot " "$answer"; then
		if timeout --foreground 10 qemu-system-x86_64 -nodefaults -display none -no-reboot \
			-machine q35,accel=kvm -cpu host -m 512M -serial stdio \
			-kernel "$image" -append 'console=ttyS0 panic=-1' </dev/null 2>/dev/null |
			grep -q 'Kernel panic'; then
			echo "$boot yes"
		else
			echo "$boot no"
		fi >"$answer.$$"
		mv "$answer.$$" "$answer"
	fi
	grep -q "^$boot yes" "$answer"
}

add_processor() {
	local image=$1 cpus=$2 in_turn=$3 thread=multi
	((!in_turn)) || thread=single
	if kvm_works "$image"; then
		add -accel kvm -cpu host
	else
		# Without the "fast string" bits the guest copies memory with plain
		# moves, which emulation runs 3 to 5 times faster; without the fifth
		# level of page tables it finds a page a tenth faster.
		add -accel "tcg,thread=$thread" -cpu max,-erms,-fsrm,-la57
	fi
	add -smp "$cpus"
}

# The memory is a file that the emulated boards map too: that is their DMA.
add_memory() {
	local file=$1 mebibytes=$2
	add -m "${mebibytes}M"
	add -object "memory-backend-file,id=mem,size=${mebibytes}M,mem-path=$file,share=on"
}

add_host_folder() {
	local tag=$1 folder=$2 options=$3
	add -fsdev "local,id=$tag,path=${folder//,/,,},security_model=none,$options"
	add -device "virtio-9p-pci,fsdev=$tag,mount_tag=$tag"
}

add_output_port() {
	local name=$1 path=$2
	add -chardev "file,id=$name,path=$path"
	add -device "virtserialport,chardev=$name,name=$name"
}

# Each board behind a root port of its own, as a card in a slot: eight ports make
# a device, and the slot numbers appear in the guest's /sys/bus/pci/slots.
add_boards() {
	local boards=$1 sockets=$2 board
	for ((board = 0; board < boards; board++)); do
		add_root_port "port$board" $((board + 1)) "$(printf '%x.%x' $((8 + board / 8)) $((board % 8)))"
		add -chardev "socket,id=board$board,path=$sockets/board$board.sock"
		add -device "ivshmem-doorbell,chardev=board$board,vectors=2,bus=port$board"
	done
}

add_root_port() {
	local id=$1 slot=$2 address=$3 multifunction=
	[[ $address == *.0 ]] && multifunction=,multifunction=on
	add -device "pcie-root-port,id=$id,bus=pcie.0,addr=$address,chassis=$slot,slot=$slot,io-reserve=0$multifunction"
}

# On a conventional bus, where slots four apart share an interrupt line.
add_edu_devices() {
	local count=$1 slots=(1 5 2 6 3 7 4 8) edu
	((count)) || return 0
	add_root_port edu-port 100 10.0
	add -device pcie-pci-bridge,id=edu-bridge,bus=edu-port
	for ((edu = 0; edu < count; edu++)); do
		add -device "edu,bus=edu-bridge,addr=${slots[edu]}"
	done
}
