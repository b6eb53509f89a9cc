// SPDX-License-Identifier: GPL-2.0
/*
 * sigio plain COUNT FILE CONTROL
 * sigio queued COUNT FILE CONTROL [FILE CONTROL]...
 *
 * Sleep in sigtimedwait() until a signal says that a FILE has something to
 * read, COUNT times for each FILE.  plain: SIGIO as it comes.  queued: a
 * real-time signal chosen with F_SETSIG, which has to say which file (si_fd),
 * what (si_code) and in which band.  The boards are idle, trigger manual.
 */
#include "pattern.h"

#include <poll.h>

#define MOST_FILES 4

struct source {
	const char *control;
	int fd;
	struct pattern pattern;
	uint64_t signals;
};

static struct source sources[MOST_FILES];
static int count;

static void add_source(const char *path, const char *control, int signal)
{
	struct source *source = &sources[count++];

	source->control = control;
	source->fd = open_or_die(path, O_RDONLY | O_NONBLOCK);
	if (fcntl(source->fd, F_SETOWN, getpid()) ||
	    (signal != SIGIO && fcntl(source->fd, F_SETSIG, signal)) ||
	    fcntl(source->fd, F_SETFL, O_RDONLY | O_NONBLOCK | O_ASYNC))
		die("fcntl %s", path);
}

/* Take all there is; false if that was nothing. */
static bool run_dry(struct source *source)
{
	static uint8_t buffer[64 << 10];
	bool any = false;

	for (;;) {
		ssize_t got = read(source->fd, buffer, sizeof(buffer));

		if (got < 0 && errno == EAGAIN)
			return any;
		if (got < 0)
			die("read");
		if (!got)
			fail("the run ended");
		pattern_check(&source->pattern, buffer, got);
		any = true;
	}
}

static struct source *told_source(const siginfo_t *info)
{
	int i;

	if (info->si_code != POLL_IN || !(info->si_band & POLLIN))
		fail("si_code %d, si_band 0x%lx: not input", info->si_code,
		     (long)info->si_band);
	for (i = 0; i < count; i++)
		if (sources[i].fd == info->si_fd)
			return &sources[i];
	fail("si_fd %d is none of ours", info->si_fd);
}

static bool satisfied(uint64_t wanted)
{
	int i;

	for (i = 0; i < count; i++)
		if (sources[i].signals < wanted)
			return false;
	return true;
}

static void wait_for_signal(const sigset_t *set)
{
	struct timespec timeout = { .tv_sec = 5 };
	struct source *source = &sources[0];
	siginfo_t info;
	int signal = sigtimedwait(set, &info, &timeout);

	if (signal < 0)
		die("no signal for 5 s");
	if (signal != SIGIO)
		source = told_source(&info);
	if (run_dry(source))
		source->signals++;
}

int main(int argc, char **argv)
{
	int i, signal = argc > 1 && !strcmp(argv[1], "plain") ? SIGIO : SIGRTMIN;
	sigset_t set;

	if (argc < 5 || argc % 2 == 0 || (argc - 3) / 2 > MOST_FILES)
		fail("usage: sigio plain|queued COUNT FILE CONTROL...");
	sigemptyset(&set);
	sigaddset(&set, signal);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (i = 3; i < argc; i += 2)
		add_source(argv[i], argv[i + 1], signal);
	for (i = 0; i < count; i++) {
		run_dry(&sources[i]);
		command(sources[i].control, "start");
	}
	while (!satisfied(number(argv[2])))
		wait_for_signal(&set);
	for (i = 0; i < count; i++)
		printf("signals=%llu bytes=%llu\n",
		       (unsigned long long)sources[i].signals,
		       (unsigned long long)pattern_total(&sources[i].pattern));
	return 0;
}
