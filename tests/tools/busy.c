// SPDX-License-Identifier: GPL-2.0
/*
 * busy BYTES FILE
 *
 * Read BYTES of a counter stream without ever sleeping: when there is nothing
 * (EAGAIN), ask again at once.
 */
#include "pattern.h"

static uint8_t buffer[64 << 10];

int main(int argc, char **argv)
{
	struct pattern pattern = { .kind = PATTERN_COUNTER };
	uint64_t bytes, idle = 0;
	int fd;

	if (argc != 3)
		fail("usage: busy BYTES FILE");
	bytes = number(argv[1]);
	fd = open_or_die(argv[2], O_RDONLY | O_NONBLOCK);
	watchdog(60);
	while (pattern_total(&pattern) < bytes) {
		ssize_t got = read(fd, buffer, sizeof(buffer));

		if (got > 0)
			pattern_check(&pattern, buffer, got);
		else if (!got)
			fail("the run ended");
		else if (errno == EAGAIN)
			idle++;
		else
			die("read");
	}
	printf("bytes=%llu empty=%llu\n",
	       (unsigned long long)pattern_total(&pattern),
	       (unsigned long long)idle);
	return 0;
}
