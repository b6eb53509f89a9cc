// SPDX-License-Identifier: GPL-2.0
/*
 * wakeups METHOD COUNT SEED FILE
 *
 * Sleep until FILE, a counter stream, has something to read, COUNT times, by
 * METHOD: select, poll, epoll or edge (edge-triggered epoll).  In
 * between take records of random sizes and run FILE dry, so that each sleep is
 * one: a non-blocking read has just said EAGAIN.  A wake-up that does not come
 * within 5 s ends the program, and so does a wake-up for nothing.
 */
#include "pattern.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

#define LONGEST_SLEEP_MS 5000
#define LARGEST_RECORD 8192

static uint8_t buffer[LARGEST_RECORD];
static int epoll_fd = -1;

static int sleep_in_select(int fd)
{
	struct timeval timeout = { LONGEST_SLEEP_MS / 1000, 0 };
	fd_set readable;

	FD_ZERO(&readable);
	FD_SET(fd, &readable);
	return select(fd + 1, &readable, NULL, NULL, &timeout);
}

static int sleep_in_poll(int fd)
{
	struct pollfd readable = { .fd = fd, .events = POLLIN };

	return poll(&readable, 1, LONGEST_SLEEP_MS);
}

static int sleep_in_epoll(int fd)
{
	struct epoll_event event;

	(void)fd;
	return epoll_wait(epoll_fd, &event, 1, LONGEST_SLEEP_MS);
}

static const struct method {
	const char *name;
	int (*sleep)(int fd);
	uint32_t epoll_events;
} methods[] = {
	{ "select", sleep_in_select, 0 },
	{ "poll", sleep_in_poll, 0 },
	{ "epoll", sleep_in_epoll, EPOLLIN },
	{ "edge", sleep_in_epoll, EPOLLIN | EPOLLET },
};

static const struct method *find_method(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (!strcmp(methods[i].name, name))
			return &methods[i];
	fail("no such method: '%s'", name);
}

static void watch_with_epoll(int fd, uint32_t events)
{
	struct epoll_event event = { .events = events };

	epoll_fd = epoll_create1(0);
	if (epoll_fd < 0 || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event))
		die("epoll");
}

/* Take records until there is nothing more; true if there was anything. */
static bool run_dry(int fd, struct dice *dice, struct pattern *pattern)
{
	bool any = false;
	ssize_t got;

	for (;;) {
		got = read(fd, buffer, dice_up_to(dice, LARGEST_RECORD));
		if (got < 0 && errno == EAGAIN)
			return any;
		if (got < 0)
			die("read");
		if (!got)
			fail("the run ended");
		pattern_check(pattern, buffer, got);
		any = true;
	}
}

int main(int argc, char **argv)
{
	struct pattern pattern = { .kind = PATTERN_COUNTER };
	const struct method *method;
	uint64_t count, sleeps;
	struct dice dice;
	int fd;

	if (argc != 5)
		fail("usage: wakeups METHOD COUNT SEED FILE");
	method = find_method(argv[1]);
	count = number(argv[2]);
	dice.state = number(argv[3]);
	fd = open_or_die(argv[4], O_RDONLY | O_NONBLOCK);
	if (method->epoll_events)
		watch_with_epoll(fd, method->epoll_events);
	run_dry(fd, &dice, &pattern);
	for (sleeps = 0; sleeps < count; sleeps++) {
		int ready = method->sleep(fd);

		if (ready < 0)
			die("%s", method->name);
		if (!ready)
			fail("sleep %llu: no wake-up within %d ms",
			     (unsigned long long)sleeps, LONGEST_SLEEP_MS);
		if (!run_dry(fd, &dice, &pattern))
			fail("sleep %llu: woken for nothing",
			     (unsigned long long)sleeps);
	}
	printf("sleeps=%llu bytes=%llu\n", (unsigned long long)sleeps,
	       (unsigned long long)pattern_total(&pattern));
	return 0;
}
