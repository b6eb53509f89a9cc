// SPDX-License-Identifier: GPL-2.0
/*
 * fault ADDRESS NAME [ARGUMENT]
 * fault ADDRESS lies		(how many the last fuzz has told so far)
 *
 * Have the emulated board at PCI ADDRESS misbehave (emulator/mailbox.h), and
 * return when it does.  Goes past the driver, through the files of the PCI
 * core, so that it works without one, and for a board that looks dead.
 */
#include "tool.h"
#include "cobra/board.h"
#include "mailbox.h"

#include <sys/mman.h>

/*
 * ivshmem's doorbell, in BAR 0: peer 1, the emulator, and its vector 0. The board
 * says the same in registers, but may be lying.
 */
#define DOORBELL_BAR_SIZE 0x100
#define DOORBELL_OFFSET	12
#define DOORBELL_VALUE	(1 << 16)
#define LONGEST_ANSWER_NS 5000000000ull

static const char * const names[] = {
	[FAULT_NONE] = "none",
	[FAULT_STALL] = "stall",
	[FAULT_LOSE_IRQ] = "lose_irq",
	[FAULT_SPURIOUS] = "spurious",
	[FAULT_STORM] = "storm",
	[FAULT_HEAD_BACK] = "head_back",
	[FAULT_HEAD_PAST] = "head_past",
	[FAULT_GARBAGE] = "garbage",
	[FAULT_ONES] = "ones",
	[FAULT_RESET_NEVER] = "reset_never",
	[FAULT_RESET_SLOW] = "reset_slow",
	[FAULT_MUTE] = "mute",
	[FAULT_REFUSE] = "refuse",
	[FAULT_GAP_BAD] = "gap_bad",
	[FAULT_BOARD] = "board",
	[FAULT_MAGIC] = "magic",
	[FAULT_STATUS_WORD] = "status_word",
	[FAULT_FUZZ] = "fuzz",
};

static uint32_t find_fault(const char *name)
{
	uint32_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(names[i], name))
			return i;
	fail("no such fault: '%s'", name);
}

static volatile void *map_bar(const char *address, int bar, size_t size)
{
	char path[128];
	void *map;
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/resource%d",
		 address, bar);
	fd = open_or_die(path, O_RDWR);
	map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		die("mmap %s", path);
	close(fd);
	return map;
}

static volatile uint32_t *word(volatile void *bar, uint32_t offset)
{
	return (volatile uint32_t *)((volatile uint8_t *)bar + offset);
}

/* Memory decoding is off as long as no driver has enabled the device. */
static void enable(const char *address)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/config", address);
	fd = open_or_die(path, O_RDWR);
	if (pwrite(fd, "\x06", 1, 4) != 1)	/* memory, bus master */
		die("write to %s", path);
	close(fd);
}

static void send(volatile void *regs, uint32_t fault, uint64_t argument)
{
	*word(regs, MAILBOX_FAULT) = fault;
	*word(regs, MAILBOX_ARG) = argument;
	*word(regs, MAILBOX_ARG + 4) = argument >> 32;
	__sync_synchronize();
	*word(regs, MAILBOX_SEQ) = *word(regs, MAILBOX_ACK) + 1;
	__sync_synchronize();
}

static void give(const char *address, volatile void *regs, uint32_t fault,
		 uint64_t argument)
{
	volatile void *bell = map_bar(address, 0, DOORBELL_BAR_SIZE);
	uint64_t start = now_ns();

	send(regs, fault, argument);
	while (*word(regs, MAILBOX_ACK) != *word(regs, MAILBOX_SEQ)) {
		if (now_ns() - start > LONGEST_ANSWER_NS)
			fail("the emulator did not answer");
		*word(bell, DOORBELL_OFFSET) = DOORBELL_VALUE;
		usleep(100);
	}
}

static void print_lies(volatile void *regs)
{
	uint64_t high = *word(regs, MAILBOX_LIES + 4);

	printf("%llu\n", (unsigned long long)(high << 32 |
					      *word(regs, MAILBOX_LIES)));
}

int main(int argc, char **argv)
{
	volatile void *regs;

	if (argc < 3 || argc > 4)
		fail("usage: fault ADDRESS NAME [ARGUMENT]");
	enable(argv[1]);
	regs = map_bar(argv[1], COBRA_REGS_BAR, COBRA_REGS_SIZE);
	if (!strcmp(argv[2], "lies"))
		print_lies(regs);
	else
		give(argv[1], regs, find_fault(argv[2]),
		     argc == 4 ? number(argv[3]) : 0);
	return 0;
}
