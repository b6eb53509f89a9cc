// SPDX-License-Identifier: GPL-2.0
/*
 * verify [-p counter|prbs31] [-s SEED] [-n BYTES] [-g] [FILE]
 *
 * Read FILE, or standard input, and check that it is what the board's source
 * makes from the beginning of a run.  -n wants exactly BYTES and reads no
 * more; -g takes jumps of a counter for losses and sums them.  Prints what it
 * found, or where the first wrong word is.
 */
#include "pattern.h"

static uint8_t buffer[1 << 20];

static void check(int fd, struct pattern *pattern, uint64_t wanted)
{
	while (pattern_total(pattern) < wanted) {
		uint64_t rest = wanted - pattern_total(pattern);
		size_t size = rest < sizeof(buffer) ? rest : sizeof(buffer);
		ssize_t got = read(fd, buffer, size);

		if (got < 0)
			die("read, after %llu good bytes",
			    (unsigned long long)pattern_total(pattern));
		if (!got)
			break;
		pattern_check(pattern, buffer, got);
	}
	pattern_end(pattern);
}

int main(int argc, char **argv)
{
	struct pattern pattern = { .register31 = 0x7fffffff };
	uint64_t wanted = UINT64_MAX;
	int option, fd = STDIN_FILENO;

	while ((option = getopt(argc, argv, "p:s:n:g")) != -1) {
		switch (option) {
		case 'p':
			pattern.kind = pattern_kind(optarg);
			break;
		case 's':
			pattern_seed(&pattern, number(optarg));
			break;
		case 'n':
			wanted = number(optarg);
			break;
		case 'g':
			pattern.gaps = true;
			break;
		default:
			return 2;
		}
	}
	if (optind < argc)
		fd = open_or_die(argv[optind], O_RDONLY);
	fcntl(fd, F_SETPIPE_SZ, sizeof(buffer));	/* if it is one */
	check(fd, &pattern, wanted);
	if (wanted != UINT64_MAX && pattern.bytes != wanted)
		fail("%llu bytes and then the end, wanted %llu",
		     (unsigned long long)pattern.bytes,
		     (unsigned long long)wanted);
	if (!pattern.bytes)
		fail("nothing to check: not one byte came");
	printf("bytes=%llu lost=%llu jumps=%llu\n",
	       (unsigned long long)pattern.bytes,
	       (unsigned long long)pattern.lost,
	       (unsigned long long)pattern.jumps);
	return 0;
}
