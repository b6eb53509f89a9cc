// SPDX-License-Identifier: GPL-2.0
/*
 * sizes SEED BYTES FILE
 *
 * Read BYTES of a counter stream in random sizes to random alignments, and
 * check every word, and that no read writes outside what it was given.
 */
#include "pattern.h"

#define LARGEST (256 << 10)
#define MARGIN 64
#define PAINT 0xa5

static uint8_t buffer[MARGIN + LARGEST + 2 * MARGIN];

/* Mostly small, sometimes large: 1 to 2^k bytes for a random k. */
static size_t random_size(struct dice *dice)
{
	return dice_up_to(dice, 1ull << dice_up_to(dice, 18));
}

static void want_paint(const uint8_t *from, const uint8_t *to, size_t size)
{
	for (; from < to; from++)
		if (*from != PAINT)
			fail("a read of %zu bytes wrote outside of them", size);
}

static size_t read_somewhere(int fd, struct dice *dice, size_t most,
			     struct pattern *pattern)
{
	uint8_t *start = buffer + MARGIN + dice_up_to(dice, MARGIN) - 1;
	size_t size = random_size(dice);
	ssize_t got;

	size = size < most ? size : most;
	memset(start - MARGIN, PAINT, MARGIN);
	memset(start + size, PAINT, MARGIN);
	got = read(fd, start, size);
	if (got < 0)
		die("read of %zu bytes", size);
	if (!got || (size_t)got > size)
		fail("read of %zu bytes gave %zd", size, got);
	want_paint(start - MARGIN, start, size);
	want_paint(start + size, start + size + MARGIN, size);
	pattern_check(pattern, start, got);
	return got;
}

int main(int argc, char **argv)
{
	struct pattern pattern = { .kind = PATTERN_COUNTER };
	struct dice dice;
	uint64_t left, reads = 0;
	int fd;

	if (argc != 4)
		fail("usage: sizes SEED BYTES FILE");
	dice.state = number(argv[1]);
	left = number(argv[2]);
	fd = open_or_die(argv[3], O_RDONLY);
	for (; left; reads++) {
		watchdog(10);
		left -= read_somewhere(fd, &dice, left, &pattern);
	}
	printf("bytes=%llu reads=%llu\n",
	       (unsigned long long)pattern_total(&pattern),
	       (unsigned long long)reads);
	return 0;
}
