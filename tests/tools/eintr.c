// SPDX-License-Identifier: GPL-2.0
/*
 * eintr restart|interrupt BYTES FILE
 *
 * Read BYTES of a slow counter stream while a timer's signal strikes all the
 * time.  With SA_RESTART no read may say EINTR, without it some have to; no
 * byte may be lost or come twice either way.
 */
#include "pattern.h"

#include <sys/time.h>

#define STRIKE_USECS 700

static uint8_t buffer[4096];
static volatile sig_atomic_t strikes;

static void strike(int signal)
{
	(void)signal;
	strikes++;
}

static void storm(bool restart)
{
	struct sigaction action = {
		.sa_handler = strike,
		.sa_flags = restart ? SA_RESTART : 0,
	};
	struct itimerval every = {
		{ 0, STRIKE_USECS }, { 0, STRIKE_USECS }
	};

	if (sigaction(SIGALRM, &action, NULL) ||
	    setitimer(ITIMER_REAL, &every, NULL))
		die("timer");
}

int main(int argc, char **argv)
{
	struct pattern pattern = { .kind = PATTERN_COUNTER };
	uint64_t bytes, interrupted = 0;
	bool restart;
	int fd;

	if (argc != 4)
		fail("usage: eintr restart|interrupt BYTES FILE");
	restart = !strcmp(argv[1], "restart");
	bytes = number(argv[2]);
	fd = open_or_die(argv[3], O_RDONLY);
	storm(restart);
	while (pattern_total(&pattern) < bytes) {
		ssize_t got = read(fd, buffer, sizeof(buffer));

		if (got > 0)
			pattern_check(&pattern, buffer, got);
		else if (!got)
			fail("the run ended");
		else if (errno == EINTR)
			interrupted++;
		else
			die("read");
	}
	if (!strikes || restart != !interrupted)
		fail("%d signals, %llu reads interrupted", (int)strikes,
		     (unsigned long long)interrupted);
	printf("bytes=%llu signals=%d interrupted=%llu\n",
	       (unsigned long long)pattern_total(&pattern), (int)strikes,
	       (unsigned long long)interrupted);
	return 0;
}
