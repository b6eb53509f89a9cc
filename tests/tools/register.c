// SPDX-License-Identifier: GPL-2.0
/*
 * register ADDRESS OFFSET
 *
 * Print a 32-bit register of the board at PCI ADDRESS, past the driver.
 */
#include "bar.h"
#include "cobra/board.h"

int main(int argc, char **argv)
{
	uint64_t offset;

	if (argc != 3)
		fail("usage: register ADDRESS OFFSET");
	offset = number(argv[2]);
	if (offset % 4 || offset >= COBRA_REGS_SIZE)
		fail("no register at offset %s", argv[2]);
	bar_enable(argv[1]);
	printf("%u\n", *bar_word(bar_map(argv[1], COBRA_REGS_BAR,
					 COBRA_REGS_SIZE), offset));
	return 0;
}
