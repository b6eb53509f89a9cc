// SPDX-License-Identifier: GPL-2.0
/*
 * gapreader [-n USECS] [-c BYTES] FILE
 *
 * Read a counter stream to the end of its run as a careful program would: at
 * ENOBUFS ask COBRA_IOC_GAP what was lost, and go on.  Checks every word
 * before and behind each gap, and that the gap is told where it is.
 * -n makes it slow: a nap before each read; -c sets the size of a read.
 */
#include "pattern.h"
#include "uapi/linux/cobra.h"

#include <sys/ioctl.h>

static uint8_t buffer[1 << 20];

static void take_gap(int fd, struct pattern *pattern, uint64_t *gaps)
{
	struct cobra_gap gap;

	if (ioctl(fd, COBRA_IOC_GAP, &gap))
		die("COBRA_IOC_GAP after ENOBUFS");
	if (gap.position != pattern_total(pattern))
		fail("gap told at %llu, met at %llu",
		     (unsigned long long)gap.position,
		     (unsigned long long)pattern_total(pattern));
	if (!gap.lost || gap.number != *gaps + 1 || gap.reserved)
		fail("gap %llu of %llu bytes after gap %llu",
		     (unsigned long long)gap.number,
		     (unsigned long long)gap.lost, (unsigned long long)*gaps);
	*gaps = gap.number;
	pattern_skip(pattern, gap.lost);
}

int main(int argc, char **argv)
{
	struct pattern pattern = { .kind = PATTERN_COUNTER };
	size_t chunk = sizeof(buffer);
	useconds_t nap = 0;
	uint64_t gaps = 0;
	ssize_t got;
	int option, fd;

	while ((option = getopt(argc, argv, "n:c:")) != -1) {
		if (option == 'n')
			nap = number(optarg);
		else if (option == 'c')
			chunk = number(optarg);
		else
			return 2;
	}
	if (optind + 1 != argc || !chunk || chunk > sizeof(buffer))
		fail("usage: gapreader [-n USECS] [-c BYTES] FILE");
	fd = open_or_die(argv[optind], O_RDONLY);
	do {
		watchdog(30);
		if (nap)
			usleep(nap);
		got = read(fd, buffer, chunk);
		if (got < 0 && errno == ENOBUFS)
			take_gap(fd, &pattern, &gaps);
		else if (got < 0)
			die("read");
		else
			pattern_check(&pattern, buffer, got);
	} while (got);
	printf("bytes=%llu lost=%llu gaps=%llu\n",
	       (unsigned long long)pattern_total(&pattern),
	       (unsigned long long)pattern.lost,
	       (unsigned long long)pattern.jumps);
	return 0;
}
