// SPDX-License-Identifier: GPL-2.0
/*
 * Operations that wait for something to happen.  A timer that goes on ticking
 * ends each wait (user.c).
 */
#include "files.h"
#include "operations.h"
#include "user.h"

#include <linux/aio_abi.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>

#define MOST_POLLED	6
#define MOST_EVENTS	4
#define MOST_REQUESTS	3

static int any_timeout(struct user *user)
{
	static const int timeouts[] = { 0, 0, 1, 10, -1, INT32_MAX };

	return PICK(user, timeouts);
}

static long do_poll(struct user *user)
{
	unsigned int i, count = 1 + below(user, MOST_POLLED);
	struct timespec time = { .tv_nsec = any_number(user) };
	struct pollfd polled[MOST_POLLED];

	for (i = 0; i < MOST_POLLED; i++) {
		polled[i].fd = files_pick(user);
		polled[i].events = one_in(user, 2) ? POLLIN : below(user, 1 << 15);
	}
	if (one_in(user, 16))
		return poll(memory_any_pointer(user), below(user, 300), 0);
	if (one_in(user, 4))
		return ppoll(polled, count, &time, NULL);
	return poll(polled, count, any_timeout(user));
}

static long do_select(struct user *user)
{
	struct timeval time = { .tv_usec = below(user, 20000) };
	fd_set sets[3];
	unsigned int i;

	for (i = 0; i < LENGTH(sets); i++) {
		FD_ZERO(&sets[i]);
		FD_SET(files_pick(user), &sets[i]);
	}
	return select(FIRST_FILE + FILES, &sets[0], one_in(user, 2) ? &sets[1] : NULL,
		      &sets[2], one_in(user, 4) ? NULL : &time);
}

static uint32_t any_events(struct user *user)
{
	static const uint32_t events[] = {
		EPOLLIN, EPOLLIN | EPOLLOUT, EPOLLIN | EPOLLET, EPOLLERR | EPOLLHUP,
		EPOLLIN | EPOLLONESHOT, EPOLLIN | EPOLLET | EPOLLONESHOT,
		EPOLLIN | EPOLLEXCLUSIVE, EPOLLIN | EPOLLWAKEUP, 0, ~0u,
	};

	return PICK(user, events);
}

/* The set keeps what is added, also when its descriptor is closed elsewhere. */
static long do_epoll_change(struct user *user)
{
	static const int how[] = {
		EPOLL_CTL_ADD, EPOLL_CTL_ADD, EPOLL_CTL_MOD, EPOLL_CTL_DEL,
	};
	struct epoll_event event = { .events = any_events(user) };

	return epoll_ctl(user->epoll, PICK(user, how), files_pick(user), &event);
}

static long do_epoll_wait(struct user *user)
{
	struct epoll_event events[MOST_EVENTS];

	return epoll_wait(user->epoll, events, 1 + below(user, MOST_EVENTS),
			  any_timeout(user));
}

static void request_make(struct user *user, struct iocb *request)
{
	static const uint16_t codes[] = {
		IOCB_CMD_PREAD, IOCB_CMD_PREADV, IOCB_CMD_POLL, IOCB_CMD_POLL,
		IOCB_CMD_PWRITE, IOCB_CMD_FSYNC, IOCB_CMD_NOOP,
	};
	struct span span = memory_any(user);

	*request = (struct iocb){
		.aio_lio_opcode = PICK(user, codes), .aio_fildes = files_pick(user),
		.aio_buf = (uintptr_t)span.start, .aio_nbytes = span.bytes,
		.aio_rw_flags = one_in(user, 4) ? (int)any_number(user) : 0,
	};
	if (request->aio_lio_opcode == IOCB_CMD_POLL) {
		request->aio_buf = POLLIN;
		request->aio_nbytes = 0;
		request->aio_rw_flags = 0;
	}
}

static long do_aio(struct user *user)
{
	unsigned int i, count = 1 + below(user, MOST_REQUESTS);
	struct iocb requests[MOST_REQUESTS], *list[MOST_REQUESTS];
	struct timespec time = { .tv_nsec = below(user, 5000000) };
	struct io_event events[MOST_REQUESTS];
	aio_context_t context = 0;
	long result;
	int error;

	if (syscall(SYS_io_setup, MOST_REQUESTS, &context))
		return -1;
	for (i = 0; i < MOST_REQUESTS; i++) {
		request_make(user, &requests[i]);
		list[i] = &requests[i];
	}
	result = syscall(SYS_io_submit, context, count, list);
	error = errno;
	if (result > 0)
		syscall(SYS_io_getevents, context, below(user, 2), MOST_REQUESTS, events,
			&time);
	syscall(SYS_io_destroy, context);
	errno = error;
	return result;
}

const struct operation wait_operations[] = {
	{ "poll", 6, do_poll },
	{ "select", 3, do_select },
	{ "epoll_change", 4, do_epoll_change },
	{ "epoll_wait", 4, do_epoll_wait },
	{ "aio", 2, do_aio },
	{ }
};
