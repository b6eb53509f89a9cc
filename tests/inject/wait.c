// SPDX-License-Identifier: GPL-2.0
/*
 * What can be done to a board while something fails: waiting for its stream.
 */
#include "board.h"
#include "operations.h"

#include <poll.h>
#include <sys/epoll.h>

static void idle_reader(void)
{
	if (bench.node >= 0)
		return;
	as_at_first();
	tell("set trigger manual\n");
	bench.node = must_open_node("data", O_RDONLY);
}

/* A run for a reader who waits for it somehow, all of it right */
static void whole_run(void (*await)(void))
{
	ssize_t got;

	memset(&bench.pattern, 0, sizeof(bench.pattern));
	tell("start\n");
	if (await)
		await();
	read_on(ENOUGH);
	tell("stop\n");
	while ((got = read(bench.node, bench.buffer, RING)) > 0)
		pattern_check(&bench.pattern, bench.buffer, got);
	if (got < 0)
		die("read to the end of the run");
}

/* More places than the kernel has room for in advance: it takes a page. */
static long run_poll(void)
{
	struct pollfd places[64];
	int i;

	for (i = 0; i < 64; i++)
		places[i] = (struct pollfd){ .fd = bench.node,
					     .events = POLLIN };
	return result_of(poll(places, 64, 1));
}

static void await_poll(void)
{
	struct pollfd place = { .fd = bench.node, .events = POLLIN };

	if (poll(&place, 1, PATIENCE * 1000) != 1 || place.revents != POLLIN)
		fail("poll tells 0x%x", place.revents);
}

static void after_poll(long result)
{
	if (result > 0)
		fail("poll finds something in an idle board");
	whole_run(await_poll);
}

static int epoll = -1;

static void idle_reader_and_epoll(void)
{
	idle_reader();
	epoll = epoll_create1(0);
	if (epoll < 0)
		die("epoll_create1");
}

static long run_epoll(void)
{
	struct epoll_event event = { .events = EPOLLIN };

	return result_of(epoll_ctl(epoll, EPOLL_CTL_ADD, bench.node, &event));
}

static void await_epoll(void)
{
	struct epoll_event event;

	if (epoll_wait(epoll, &event, 1, PATIENCE * 1000) != 1)
		fail("epoll does not wake up");
}

static void after_epoll(long result)
{
	whole_run(result < 0 ? NULL : await_epoll);
	close(epoll);
}

static void block_sigio(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGIO);
	sigprocmask(SIG_BLOCK, set, NULL);
}

static void idle_listener(void)
{
	sigset_t set;

	idle_reader();
	block_sigio(&set);
	if (fcntl(bench.node, F_SETOWN, getpid()))
		die("F_SETOWN");
}

static long run_fasync(void)
{
	return result_of(fcntl(bench.node, F_SETFL, O_RDONLY | O_ASYNC));
}

static void await_sigio(void)
{
	struct timespec patience = { .tv_sec = PATIENCE };
	sigset_t set;

	block_sigio(&set);
	if (sigtimedwait(&set, NULL, &patience) != SIGIO)
		die("no signal");
}

static void after_fasync(long result)
{
	bool on = fcntl(bench.node, F_GETFL) & O_ASYNC;

	if (result < 0 ? on : !on)
		fail("O_ASYNC is %d after result %ld", on, result);
	whole_run(on ? await_sigio : NULL);
	if (fcntl(bench.node, F_SETFL, O_RDONLY))
		die("F_SETFL");
}

const struct operation wait_operations[] = {
	{ "poll", idle_reader, run_poll, after_poll,
	  .errnos = { ENOMEM }, .anywhere = true },
	{ "epoll", idle_reader_and_epoll, run_epoll, after_epoll,
	  .errnos = { ENOMEM }, .anywhere = true },
	{ "fasync", idle_listener, run_fasync, after_fasync,
	  .errnos = { ENOMEM }, .anywhere = true },
	{ }
};
