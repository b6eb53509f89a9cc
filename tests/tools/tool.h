/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every small test program here needs: to say why it gives up, to read
 * numbers as the driver does, seeded random numbers, a clock and a watchdog.
 */
#ifndef COBRA_TESTS_TOOL_H
#define COBRA_TESTS_TOOL_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define WATCHDOG_STATUS 124	/* as timeout(1) exits */

/* Say what went wrong, with errno's name if it is set, and exit with 1. */
static inline void __attribute__((noreturn, format(printf, 1, 2)))
die(const char *format, ...)
{
	int error = errno;
	va_list arguments;

	fflush(stdout);
	fprintf(stderr, "%s: ", program_invocation_short_name);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	if (error)
		fprintf(stderr, ": %s (%s)", strerror(error),
			strerrorname_np(error));
	fputc('\n', stderr);
	exit(1);
}

/* The same for a failure that has nothing to do with errno. */
#define fail(...) do { errno = 0; die(__VA_ARGS__); } while (0)

/* A number in decimal or 0x hex, K, M and G being powers of 1024. */
static inline uint64_t number(const char *text)
{
	static const char units[] = "KMG";
	const char *unit;
	uint64_t value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 0);
	unit = *end ? strchr(units, *end) : NULL;
	if (unit) {
		value <<= 10 * (unit - units + 1);
		end++;
	}
	if (errno || end == text || *end)
		fail("'%s': want digits, hexadecimal after 0x, and at most K, M or G", text);
	return value;
}

static inline uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

/* splitmix64: the same seed, the same numbers, on every machine. */
struct dice {
	uint64_t state;
};

static inline uint64_t dice_roll(struct dice *dice)
{
	uint64_t z = dice->state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

/* A number from 1 to @most. */
static inline uint64_t dice_up_to(struct dice *dice, uint64_t most)
{
	return 1 + dice_roll(dice) % most;
}

static inline void watchdog_bites(int signal)
{
	static const char message[] = "watchdog: nothing happened in time\n";

	(void)signal;
	if (write(STDERR_FILENO, message, sizeof(message) - 1) < 0)
		_exit(WATCHDOG_STATUS - 1);
	_exit(WATCHDOG_STATUS);
}

/* End the program unless this is called again within @seconds; 0: never. */
static inline void watchdog(unsigned int seconds)
{
	signal(SIGALRM, watchdog_bites);
	alarm(seconds);
}

static inline int open_or_die(const char *path, int flags)
{
	int fd = open(path, flags);

	if (fd < 0)
		die("open %s", path);
	return fd;
}

/* Write one command to a control node, in one go. */
static inline void command(const char *path, const char *text)
{
	int fd = open_or_die(path, O_WRONLY);

	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		die("write '%s' to %s", text, path);
	close(fd);
}

#endif /* COBRA_TESTS_TOOL_H */
