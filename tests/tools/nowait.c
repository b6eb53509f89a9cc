// SPDX-License-Identifier: GPL-2.0
/*
 * nowait FILE CONTROL
 *
 * FILE is empty and its board idle with trigger manual.  preadv2() with
 * RWF_NOWAIT has to say EAGAIN, twice, though FILE is open for blocking; after
 * `start` it has to give the stream from its first word, and EAGAIN or bytes
 * and nothing else until MEGABYTE of it is there.
 */
#include "pattern.h"

#include <sys/uio.h>

#define MEGABYTE (1 << 20)

static uint8_t buffer[4096];

static ssize_t read_nowait(int fd)
{
	struct iovec parts[] = {
		{ buffer, 1000 },
		{ buffer + 1000, sizeof(buffer) - 1000 },
	};

	return preadv2(fd, parts, 2, -1, RWF_NOWAIT);
}

static void want_eagain(int fd)
{
	ssize_t got = read_nowait(fd);

	if (got >= 0)
		fail("RWF_NOWAIT read %zd bytes where there are none", got);
	if (errno != EAGAIN)
		die("RWF_NOWAIT where there is nothing");
}

int main(int argc, char **argv)
{
	struct pattern pattern = { .kind = PATTERN_COUNTER };
	int fd;

	if (argc != 3)
		fail("usage: nowait FILE CONTROL");
	watchdog(20);
	fd = open_or_die(argv[1], O_RDONLY);
	want_eagain(fd);
	want_eagain(fd);
	command(argv[2], "start");
	while (pattern_total(&pattern) < MEGABYTE) {
		ssize_t got = read_nowait(fd);

		if (got > 0)
			pattern_check(&pattern, buffer, got);
		else if (!got)
			fail("the run ended");
		else if (errno != EAGAIN)
			die("RWF_NOWAIT");
	}
	printf("bytes=%llu\n", (unsigned long long)pattern_total(&pattern));
	return 0;
}
