// SPDX-License-Identifier: GPL-2.0
/*
 * hangup poll|epoll FILE
 *
 * Say "waiting", sleep until the board behind FILE is gone, and check that a
 * program is told in every way there is: POLLHUP and POLLERR, SIGIO with
 * POLL_HUP, and ENODEV from then on.  The last gap can still be asked for.
 */
#include "tool.h"
#include "uapi/linux/cobra.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>

#define LONGEST_MS 20000

static unsigned int sleep_in_poll(int fd)
{
	struct pollfd file = { .fd = fd, .events = POLLIN };

	if (poll(&file, 1, LONGEST_MS) != 1)
		fail("poll: not told within %d ms", LONGEST_MS);
	return file.revents;
}

static unsigned int sleep_in_epoll(int fd)
{
	struct epoll_event event = { .events = EPOLLIN };
	int epoll_fd = epoll_create1(0);

	if (epoll_fd < 0 || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event))
		die("epoll");
	if (epoll_wait(epoll_fd, &event, 1, LONGEST_MS) != 1)
		fail("epoll: not told within %d ms", LONGEST_MS);
	return event.events;
}

static void want_hangup(unsigned int events)
{
	if ((events & (POLLHUP | POLLERR)) != (POLLHUP | POLLERR))
		fail("events 0x%x, wanted POLLHUP and POLLERR", events);
}

static void want_signal(const sigset_t *set)
{
	struct timespec timeout = { .tv_sec = 5 };
	siginfo_t info;

	do {
		if (sigtimedwait(set, &info, &timeout) < 0)
			die("no signal with POLL_HUP");
	} while (info.si_code != POLL_HUP);
}

static void want_enodev(int fd)
{
	char byte;

	if (read(fd, &byte, 1) >= 0 || errno != ENODEV)
		die("read of a board that is gone");
}

int main(int argc, char **argv)
{
	struct cobra_gap gap;
	sigset_t set;
	int fd;

	if (argc != 3)
		fail("usage: hangup poll|epoll FILE");
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = open_or_die(argv[2], O_RDONLY);
	if (fcntl(fd, F_SETOWN, getpid()) || fcntl(fd, F_SETSIG, SIGRTMIN) ||
	    fcntl(fd, F_SETFL, O_RDONLY | O_ASYNC))
		die("fcntl");
	puts("waiting");
	fflush(stdout);
	want_hangup(!strcmp(argv[1], "epoll") ? sleep_in_epoll(fd) :
						sleep_in_poll(fd));
	want_signal(&set);
	want_enodev(fd);
	want_enodev(fd);
	want_hangup(sleep_in_poll(fd));
	if (!ioctl(fd, COBRA_IOC_GAP, &gap) || errno != ENODATA)
		die("COBRA_IOC_GAP of a board that is gone");
	puts("hung up");
	return 0;
}
