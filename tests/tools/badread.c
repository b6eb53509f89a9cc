// SPDX-License-Identifier: GPL-2.0
/*
 * badread FILE
 *
 * Read a counter stream into memory that is not there, or ends half-way: the
 * read has to say EFAULT, or how much did fit, and no byte may be lost.
 */
#include "pattern.h"

#include <sys/mman.h>

#define PAGE 4096
#define ROUNDS 200

static void read_nowhere(int fd, void *nowhere)
{
	ssize_t got = read(fd, nowhere, PAGE);

	if (got >= 0)
		fail("read %zd bytes into nothing", got);
	if (errno != EFAULT)
		die("read into nothing");
}

/* The last @size bytes of a page, with nothing behind it. */
static void read_over_edge(int fd, uint8_t *page, size_t size,
			   struct pattern *pattern)
{
	ssize_t got = read(fd, page + PAGE - size, size + PAGE);

	if (got < 0 && errno != EFAULT)
		die("read over the edge");
	if (got > (ssize_t)size)
		fail("%zd bytes read into %zu", got, size);
	if (got > 0)
		pattern_check(pattern, page + PAGE - size, got);
}

int main(int argc, char **argv)
{
	struct pattern pattern = { .kind = PATTERN_COUNTER };
	struct dice dice = { .state = 1 };
	uint8_t *pages;
	int fd, i;

	if (argc != 2)
		fail("usage: badread FILE");
	fd = open_or_die(argv[1], O_RDONLY);
	pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pages == MAP_FAILED || munmap(pages + PAGE, PAGE))
		die("mmap");
	for (i = 0; i < ROUNDS; i++) {
		watchdog(10);
		read_nowhere(fd, pages + PAGE);
		read_over_edge(fd, pages, dice_up_to(&dice, PAGE - 1),
			       &pattern);
	}
	printf("bytes=%llu\n", (unsigned long long)pattern_total(&pattern));
	return 0;
}
