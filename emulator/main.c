// SPDX-License-Identifier: GPL-2.0
/*
 * cobra-emulator: COBRA boards for a virtual machine, in one process.
 *
 *	main -> server (sockets) -> board (registers, thread)
 *		-> stream (source, FIFO, ring, gaps, wake-ups)
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "log.h"
#include "options.h"
#include "server.h"

#define EXIT_USAGE	2

/* SIGTERM and SIGINT as something to poll; boards' threads inherit the mask. */
static int open_stop(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	return signalfd(-1, &signals, SFD_CLOEXEC);
}

/* The parent may have gone before we asked to hear of it. */
static int tie_to_parent(pid_t parent)
{
	return prctl(PR_SET_PDEATHSIG, SIGTERM) || getppid() != parent;
}

static int serve(const struct options *options, const struct memory *memory,
		 int stop)
{
	struct server server;
	int result;

	if (server_open(&server, options->directory, options->boards,
			&options->board, memory))
		return -1;
	puts("ready");
	fflush(stdout);
	result = server_run(&server, stop);
	server_close(&server);
	return result;
}

static int run(struct options *options, pid_t parent)
{
	struct memory memory;
	int result = -1;
	int stop;

	if (options->log && log_open(options->log))
		return -1;
	if (options->pattern_file &&
	    pattern_file_open(&options->board.file, options->pattern_file))
		return -1;
	if (!memory_open(&memory, options->memory)) {
		stop = open_stop();
		if (options->die_with_parent && tie_to_parent(parent))
			result = 0;
		else
			result = serve(options, &memory, stop);
		close(stop);
		memory_close(&memory);
	}
	pattern_file_close(&options->board.file);
	return result;
}

int main(int argc, char **argv)
{
	const pid_t parent = getppid();
	struct options options;
	char complaint[256];

	if (options_parse(&options, argc, argv, complaint, sizeof(complaint))) {
		fprintf(stderr, "cobra-emulator: %s\n", complaint);
		return EXIT_USAGE;
	}
	if (options.help) {
		options_help(stdout);
		return 0;
	}
	return run(&options, parent) ? EXIT_USAGE : 0;
}
