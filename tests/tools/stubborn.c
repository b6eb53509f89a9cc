// SPDX-License-Identifier: GPL-2.0
/*
 * stubborn reader|commander|newcomer SEED ADDRESS
 *
 * Use the board at PCI ADDRESS in every way there is, over and over, whatever
 * comes of it, until SIGTERM: it may lie, break down, or be taken away and come
 * back as another number.  A reader reads, polls, listens and splices; a
 * commander gives commands, and so does a newcomer, to a board that may have lied
 * when it was found.  What is read is not looked at, but each error has
 * to be one of those that the documents tell of, and nothing may take longer
 * than LONGEST_SECONDS.
 */
#include "tool.h"
#include "uapi/linux/cobra.h"

#include <dirent.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/time.h>
#include <sys/uio.h>

#define TICK_USECS	50000	/* a signal each, which ends every sleep */
#define LONGEST_SECONDS	40	/* some commands may have to queue */
#define MOST_TURNS	64
#define COUNT(list)	(sizeof(list) / sizeof(*(list)))

static volatile sig_atomic_t ended, ticks;
static const char *address;
static bool found_lying;
static struct dice dice;
static uint8_t buffer[1 << 20];

/* --- Time ------------------------------------------------------------------ */

static void tick(int signal)
{
	(void)signal;
	if (++ticks > LONGEST_SECONDS * (1000000 / TICK_USECS))
		watchdog_bites(signal);
}

static void end(int signal)
{
	(void)signal;
	ended = true;
}

/* Without SA_RESTART: whoever sleeps is to be told. */
static void tick_until_ended(void)
{
	struct sigaction ticking = { .sa_handler = tick };
	struct sigaction ending = { .sa_handler = end };
	struct itimerval every = { { 0, TICK_USECS }, { 0, TICK_USECS } };

	if (sigaction(SIGALRM, &ticking, NULL) ||
	    sigaction(SIGTERM, &ending, NULL) ||
	    setitimer(ITIMER_REAL, &every, NULL))
		die("timer");
}

/* --- Nodes and errors ------------------------------------------------------ */

static bool is_one_of(int error, const int *list, size_t count)
{
	while (count--)
		if (list[count] == error)
			return true;
	return false;
}

/* Open a node of the board, whatever its number is now; -1: not there. */
static int open_node(const char *node, int flags)
{
	static const int promised[] = {
		ENOENT, ENXIO, ENODEV, EBUSY, EIO, ETIMEDOUT, EINTR,
	};
	char path[300] = "";
	struct dirent *entry;
	DIR *directory;
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/cobra", address);
	directory = opendir(path);
	if (!directory)
		return -1;
	*path = '\0';
	while ((entry = readdir(directory)))
		if (!strncmp(entry->d_name, "cobra", 5))
			snprintf(path, sizeof(path), "/dev/%s/%s",
				 entry->d_name, node);
	closedir(directory);
	if (!*path)
		return -1;
	fd = open(path, flags);
	if (fd < 0 && !is_one_of(errno, promised, COUNT(promised)))
		die("open %s", path);
	return fd;
}

/*
 * Is it up to the board whether that makes sense?  One that lied when it was found
 * may have said that it has no source, or takes a ring in one piece only.
 */
static bool is_up_to_board(const char *text)
{
	static const char * const settings[] = {
		" rate", " pulse_usecs", " pattern", " seed", " ring",
	};
	size_t i;

	if (!found_lying)
		return false;
	for (i = 0; i < COUNT(settings); i++)
		if (strstr(text, settings[i]))
			return true;
	return false;
}

/* Do a command; what it answers stays unread. */
static void command_once(int fd, const char *text)
{
	static const int promised[] = {
		EBUSY, EIO, ETIMEDOUT, ENODEV, EINTR, ENOMEM, ENOSPC, ERANGE,
	};

	ticks = 0;
	if (write(fd, text, strlen(text)) < 0 &&
	    !is_one_of(errno, promised, COUNT(promised)) &&
	    !(errno == EINVAL && is_up_to_board(text)))
		die("write '%s'", text);
}

static void reset_board(void)
{
	int fd = open_node("control", O_WRONLY);

	if (fd < 0)
		return;
	command_once(fd, "reset");
	close(fd);
}

/* --- Readers --------------------------------------------------------------- */

static size_t some_size(void)
{
	return dice_up_to(&dice, dice_up_to(&dice, 8) == 1 ? sizeof(buffer) :
							     65536);
}

/* What a read came to; false: there is no point in going on with this file. */
static bool goes_on(int fd, ssize_t got, uint64_t *pieces)
{
	static const int promised[] = {
		EAGAIN, EINTR, ENOBUFS, ECONNRESET, EIO, ENODEV,
	};
	struct cobra_gap gap;

	if (got >= 0) {
		*pieces += got > 0;
		return true;
	}
	if (!is_one_of(errno, promised, COUNT(promised)))
		die("read");
	if (errno == EIO)
		reset_board();
	if (errno == EIO || errno == ENODEV)
		return false;
	if (errno == ENOBUFS && ioctl(fd, COBRA_IOC_GAP, &gap) &&
	    errno != EINTR)
		die("COBRA_IOC_GAP after ENOBUFS");
	return true;
}

static ssize_t by_read(int fd)
{
	return read(fd, buffer, some_size());
}

static ssize_t by_preadv2(int fd)
{
	struct iovec parts[] = {
		{ buffer, some_size() / 2 }, { buffer + 65536, 4096 },
	};

	return preadv2(fd, parts, COUNT(parts), -1, RWF_NOWAIT);
}

static ssize_t by_poll(int fd)
{
	struct pollfd file = { .fd = fd, .events = POLLIN };

	poll(&file, 1, 20);
	return by_read(fd);
}

static ssize_t by_select(int fd)
{
	struct timeval timeout = { .tv_usec = 20000 };
	fd_set set;

	FD_ZERO(&set);
	FD_SET(fd, &set);
	select(fd + 1, &set, NULL, NULL, &timeout);
	return by_read(fd);
}

/* Edge-triggered, so that nobody looks before he waits. */
static ssize_t by_epoll(int fd)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };
	int epoll_fd = epoll_create1(0), turns = dice_up_to(&dice, 4);
	ssize_t got = 0;

	if (epoll_fd < 0 || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event))
		die("epoll");
	while (turns-- && got >= 0) {
		epoll_wait(epoll_fd, &event, 1, 20);
		got = by_read(fd);
	}
	close(epoll_fd);
	return got;
}

static ssize_t by_signal(int fd)
{
	struct timespec timeout = { .tv_nsec = 20000000 };
	ssize_t got;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (fcntl(fd, F_SETOWN, getpid()) || fcntl(fd, F_SETSIG, SIGRTMIN) ||
	    fcntl(fd, F_SETFL, O_RDONLY | O_NONBLOCK | O_ASYNC))
		die("fcntl");
	sigtimedwait(&set, NULL, &timeout);
	got = by_read(fd);
	if (got < 0)
		return got;
	return fcntl(fd, F_SETFL, O_RDONLY | O_NONBLOCK) ? -1 : got;
}

static ssize_t by_splice(int fd)
{
	static int pipe_fd[2];
	ssize_t got;

	if (!pipe_fd[1] && pipe(pipe_fd))
		die("pipe");
	got = splice(fd, NULL, pipe_fd[1], NULL, some_size(), 0);
	if (got > 0 && read(pipe_fd[0], buffer, got) != got)
		die("pipe of %zd bytes", got);
	return got;
}

/* Ask this and that first. */
static ssize_t by_asking(int fd)
{
	struct pollfd file = { .fd = fd, .events = POLLIN };
	struct cobra_gap gap;
	int fill;

	poll(&file, 1, 0);
	if (ioctl(fd, FIONREAD, &fill) || fill < 0)
		die("FIONREAD");
	if (ioctl(fd, COBRA_IOC_GAP, &gap) && errno != ENODATA &&
	    errno != EINTR)
		die("COBRA_IOC_GAP");
	return read(fd, buffer, fill ? fill % sizeof(buffer) + 1 : 1);
}

static struct way {
	const char *name;
	ssize_t (*take)(int fd);
	int flags;
	uint64_t pieces;
} ways[] = {
	{ "read",	by_read,	0, 0 },
	{ "preadv2",	by_preadv2,	0, 0 },
	{ "poll",	by_poll,	O_NONBLOCK, 0 },
	{ "select",	by_select,	O_NONBLOCK, 0 },
	{ "epoll",	by_epoll,	O_NONBLOCK, 0 },
	{ "signal",	by_signal,	O_NONBLOCK, 0 },
	{ "splice",	by_splice,	0, 0 },
	{ "asking",	by_asking,	O_NONBLOCK, 0 },
};

static void read_once(void)
{
	struct way *way = &ways[dice_up_to(&dice, COUNT(ways)) - 1];
	uint64_t turns = dice_up_to(&dice, MOST_TURNS), had;
	bool goes = true;
	int fd;

	ticks = 0;
	fd = open_node("data", O_RDONLY | way->flags);
	if (fd < 0) {
		if (errno == EIO)
			reset_board();
		usleep(10000);
		return;
	}
	had = way->pieces;
	while (goes && turns-- && !ended) {
		ticks = 0;
		goes = goes_on(fd, way->take(fd), &way->pieces);
	}
	ticks = 0;
	close(fd);
	/* A board that gives nothing may have forgotten that it has a driver. */
	if (way->pieces == had)
		reset_board();
}

/* --- Commanders ------------------------------------------------------------ */

static const char * const commands[] = {
	"reset", "start", "stop", "discard", "start\nstop\ndiscard",
	"get", "get state", "get fill", "get gap_count", "get rate",
	"peek 0 64", "peek 0x100 8", "peek 0x280 8", "peek 0x400 6",
	"set trigger open", "set trigger manual", "set trigger open",
	"set ring 64K", "set ring 1M", "set ring 192K", "set ring 4M",
	"set read_min 1", "set read_min 8K", "set wake_usecs 0",
	"set wake_usecs 500", "set gaps skip", "set gaps error",
	"set rate max", "set rate 10M", "set rate 100M", "set pulse_usecs 0",
	"set pulse_usecs 3000", "set pattern counter", "set pattern prbs31",
	"set seed 1",
};

static void read_answers(int fd)
{
	struct pollfd file = { .fd = fd, .events = POLLIN };

	poll(&file, 1, 0);
	if (read(fd, buffer, some_size()) < 0 && errno != ENODEV &&
	    errno != EINTR)
		die("read of answers");
}

static void command_some(void)
{
	uint64_t turns = dice_up_to(&dice, MOST_TURNS);
	int fd = open_node("control", O_RDWR);

	while (fd >= 0 && turns-- && !ended) {
		command_once(fd, commands[dice_up_to(&dice,
						     COUNT(commands)) - 1]);
		if (dice_up_to(&dice, 2) == 1)
			read_answers(fd);
		usleep(dice_up_to(&dice, 4000));
	}
	if (fd >= 0)
		close(fd);
	else
		usleep(1000);
}

int main(int argc, char **argv)
{
	bool reads = argc > 1 && !strcmp(argv[1], "reader");
	size_t i;

	found_lying = argc > 1 && !strcmp(argv[1], "newcomer");
	if (argc != 4 || (!reads && !found_lying && strcmp(argv[1], "commander")))
		fail("usage: stubborn reader|commander|newcomer SEED ADDRESS");
	dice.state = number(argv[2]);
	address = argv[3];
	tick_until_ended();
	while (!ended) {
		if (reads)
			read_once();
		else
			command_some();
	}
	for (i = 0; reads && i < COUNT(ways); i++)
		printf("%s=%llu\n", ways[i].name,
		       (unsigned long long)ways[i].pieces);
	return 0;
}
