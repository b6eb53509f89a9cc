// SPDX-License-Identifier: GPL-2.0
/*
 * splicer BYTES FILE
 *
 * Move BYTES from FILE to standard output, which is a pipe, with splice().
 */
#include "tool.h"

#define PIECE (64 << 10)

int main(int argc, char **argv)
{
	uint64_t left;
	int fd;

	if (argc != 3)
		fail("usage: splicer BYTES FILE | ...");
	left = number(argv[1]);
	fd = open_or_die(argv[2], O_RDONLY);
	while (left) {
		size_t size = left < PIECE ? left : PIECE;
		ssize_t moved;

		watchdog(10);
		moved = splice(fd, NULL, STDOUT_FILENO, NULL, size, 0);
		if (moved < 0)
			die("splice");
		if (!moved)
			fail("the run ended");
		left -= moved;
	}
	return 0;
}
