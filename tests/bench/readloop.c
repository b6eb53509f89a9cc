// SPDX-License-Identifier: GPL-2.0
/*
 * readloop BLOCK BYTES FILE
 *
 * The time that read() takes and nothing else: BYTES of FILE in blocks of
 * BLOCK into the same memory.  Prints nanoseconds.
 */
#include "../tools/tool.h"

#include <sys/mman.h>

int main(int argc, char **argv)
{
	uint64_t block, left, start;
	void *buffer;
	int fd;

	if (argc != 4)
		fail("usage: readloop BLOCK BYTES FILE");
	block = number(argv[1]);
	left = number(argv[2]);
	buffer = mmap(NULL, block, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (buffer == MAP_FAILED)
		die("mmap");
	fd = open_or_die(argv[3], O_RDONLY);
	start = now_ns();
	while (left) {
		ssize_t got = read(fd, buffer, block < left ? block : left);

		if (got < 0)
			die("read");
		if (!got)
			fail("the end came %llu bytes early",
			     (unsigned long long)left);
		left -= got;
	}
	printf("%llu\n", (unsigned long long)(now_ns() - start));
	return 0;
}
