/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every way to read a stream, as a table: how to open the file, how to take
 * bytes from it, and how to sleep until there are some.  Another way joins by
 * a line in ways[].
 */
#ifndef COBRA_TESTS_WAYS_H
#define COBRA_TESTS_WAYS_H

#include "tool.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

#define HUNG_UP (POLLHUP | POLLERR)

/**
 * struct way - a way to read
 * @name: what people call it
 * @flags: to open the file with
 * @prepare: what it takes before the first byte of each file, or NULL
 * @take: as read()
 * @sleep: until there is something to take, or it was interrupted; says why,
 *	in words of poll() and as far as this way can tell, or 0; NULL where
 *	@take sleeps itself
 * @gone: what @sleep says of a board that has gone
 */
struct way {
	const char *name;
	int flags;
	void (*prepare)(int fd);
	ssize_t (*take)(int fd, void *buffer, size_t size);
	unsigned int (*sleep)(int fd);
	unsigned int gone;
};

static int way_pipe[2] = { -1, -1 };
static int way_epoll = -1;
static sigset_t way_signals;

static inline void way_prepare_pipe(int fd)
{
	(void)fd;
	if (way_pipe[0] < 0 && pipe(way_pipe))
		die("pipe");
}

/* What went into the pipe is taken out of it: how much is up to the pipe. */
static inline ssize_t way_splice(int fd, void *buffer, size_t size)
{
	ssize_t moved = splice(fd, NULL, way_pipe[1], NULL, size, 0);
	ssize_t done, got;

	for (done = 0; done < moved; done += got) {
		got = read(way_pipe[0], (char *)buffer + done, moved - done);
		if (got <= 0)
			die("read of a pipe with %zd bytes", moved - done);
	}
	return moved;
}

static inline unsigned int way_not_sleep(int fd)
{
	(void)fd;
	return 0;
}

/* What a sleep that ended with @status and has seen @events says */
static inline unsigned int way_woken(const char *name, int status,
				     unsigned int events)
{
	if (status < 0 && errno != EINTR)
		die("%s", name);
	return status > 0 ? events : 0;
}

static inline unsigned int way_select(int fd)
{
	fd_set readable;

	FD_ZERO(&readable);
	FD_SET(fd, &readable);
	return way_woken("select", select(fd + 1, &readable, NULL, NULL, NULL),
			 POLLIN);
}

static inline unsigned int way_look(int fd, int timeout)
{
	struct pollfd file = { .fd = fd, .events = POLLIN };
	int status = poll(&file, 1, timeout);

	return way_woken("poll", status, file.revents);
}

static inline unsigned int way_poll(int fd)
{
	return way_look(fd, -1);
}

static inline void way_watch(int fd, uint32_t events)
{
	struct epoll_event event = { .events = events };

	if (way_epoll < 0)
		way_epoll = epoll_create1(0);
	if (way_epoll < 0 || epoll_ctl(way_epoll, EPOLL_CTL_ADD, fd, &event))
		die("epoll");
}

static inline void way_prepare_level(int fd)
{
	way_watch(fd, EPOLLIN);
}

static inline void way_prepare_edge(int fd)
{
	way_watch(fd, EPOLLIN | EPOLLET);
}

static inline unsigned int way_epoll_wait(int fd)
{
	struct epoll_event event = { 0 };
	int status = epoll_wait(way_epoll, &event, 1, -1);

	(void)fd;
	return way_woken("epoll", status, event.events);
}

/*
 * A real-time signal, since SIGIO itself neither queues nor tells why.  It comes
 * all the same when the queue is full, as in a long stretch of small reads.  One
 * that is left over from a file before this one is nothing to go by.
 */
static inline void way_prepare_signal(int fd)
{
	struct timespec now = { 0 };

	sigemptyset(&way_signals);
	sigaddset(&way_signals, SIGRTMIN);
	sigaddset(&way_signals, SIGIO);
	sigprocmask(SIG_BLOCK, &way_signals, NULL);
	while (sigtimedwait(&way_signals, NULL, &now) > 0)
		;
	if (fcntl(fd, F_SETOWN, getpid()) || fcntl(fd, F_SETSIG, SIGRTMIN) ||
	    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_ASYNC))
		die("fcntl");
}

static inline unsigned int way_signal(int fd)
{
	siginfo_t info = { 0 };
	int status = sigwaitinfo(&way_signals, &info);

	if (status == SIGIO)
		return way_look(fd, 0);
	if (status > 0 && info.si_fd != fd)
		fail("a signal for file %d, wanted %d", info.si_fd, fd);
	return way_woken("sigwaitinfo", status, info.si_band);
}

static const struct way ways[] = {
	{ "read", 0, NULL, read, NULL, 0 },
	{ "splice", 0, way_prepare_pipe, way_splice, NULL, 0 },
	{ "busy", O_NONBLOCK, NULL, read, way_not_sleep, 0 },
	{ "select", O_NONBLOCK, NULL, read, way_select, POLLIN },
	{ "poll", O_NONBLOCK, NULL, read, way_poll, HUNG_UP },
	{ "epoll", O_NONBLOCK, way_prepare_level, read, way_epoll_wait,
	  HUNG_UP },
	{ "edge", O_NONBLOCK, way_prepare_edge, read, way_epoll_wait,
	  HUNG_UP },
	{ "sigio", O_NONBLOCK, way_prepare_signal, read, way_signal, HUNG_UP },
};

#define WAYS (sizeof(ways) / sizeof(*ways))

static inline const struct way *way_find(const char *name)
{
	size_t i;

	for (i = 0; i < WAYS; i++)
		if (!strcmp(ways[i].name, name))
			return &ways[i];
	fail("no such way to read: '%s'", name);
}

#endif /* COBRA_TESTS_WAYS_H */
