// SPDX-License-Identifier: GPL-2.0
/*
 * hostile_user --seed N [OPTION]... BOARD...
 *
 * Several processes do random things to the nodes of BOARDs, which are given by
 * their addresses on the PCI bus, to find out whether driver and kernel bear it:
 * open, read, write, map, wait, pass on, fork, kill, with good and with bad
 * arguments, from root and from nobody.
 *
 *	--seed N          the same seed, the same choices
 *	--processes N     how many at a time, default 6
 *	--seconds N       go on for so long, default 20
 *	--steps N         end when each process has done so many; it is an error if
 *	                  the time is up before that
 *	--unbind          as well unbind the boards from the driver, bind and reset them
 *	--coverage FILE   write to FILE what of the driver was reached (needs KCOV)
 *
 * Prints, as NAME=NUMBER: steps; users killed and stopped; for each operation how
 * often it was tried, and how many tries, those of children among them, succeeded.
 */
#include "crowd.h"

#include <getopt.h>

static const struct option options[] = {
	{ "seed", required_argument, NULL, 's' },
	{ "processes", required_argument, NULL, 'p' },
	{ "seconds", required_argument, NULL, 't' },
	{ "steps", required_argument, NULL, 'n' },
	{ "unbind", no_argument, NULL, 'u' },
	{ "coverage", required_argument, NULL, 'c' },
	{ }
};

static const char *coverage_file;

static void take_option(struct crowd *crowd, int option)
{
	switch (option) {
	case 's':
		crowd->seed = number(optarg);
		break;
	case 'p':
		crowd->processes = number(optarg);
		break;
	case 't':
		crowd->seconds = number(optarg);
		break;
	case 'n':
		crowd->steps = number(optarg);
		break;
	case 'u':
		crowd->unbind = true;
		break;
	case 'c':
		crowd->coverage = true;
		coverage_file = optarg;
		break;
	default:
		fail("usage: hostile_user --seed N [--processes N] [--seconds N] [--steps N] [--unbind] [--coverage FILE] BOARD...");
	}
}

static void take_board(struct crowd *crowd, const char *address)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s", address);
	if (access(path, F_OK))
		die("'%s' is no address of a board, see /sys/bus/pci/drivers/cobra; %s",
		    address, path);
	if (crowd->board_count == MOST_BOARDS)
		fail("at most %u boards", MOST_BOARDS);
	crowd->boards[crowd->board_count++] = address;
}

static void take_options(struct crowd *crowd, int argc, char **argv)
{
	bool seeded = false;
	int option;

	crowd->processes = 6;
	crowd->seconds = 20;
	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		seeded |= option == 's';
		take_option(crowd, option);
	}
	if (!seeded)
		fail("--seed is missing: without it nobody can do this again");
	if (crowd->processes < 1 || crowd->processes > MOST_USERS)
		fail("--processes %u: want 1 to %u", crowd->processes, MOST_USERS);
	for (; optind < argc; optind++)
		take_board(crowd, argv[optind]);
	if (!crowd->board_count)
		fail("name a board: see /sys/bus/pci/drivers/cobra");
}

static uint64_t tries_of(const struct crowd *crowd, unsigned int n)
{
	unsigned int place;
	uint64_t tries = 0;

	for (place = 0; place < crowd->processes; place++)
		tries += crowd->places[place].tries[n];
	return tries;
}

static void report(const struct crowd *crowd)
{
	uint64_t steps = 0, by_children = 0;
	unsigned int n;

	for (n = 0; n < operation_count; n++) {
		steps += tries_of(crowd, n);
		by_children += crowd->tallies[n].by_children;
	}
	printf("steps=%lu by_children=%lu seed=%lu processes=%u killed=%lu stopped=%lu\n",
	       steps, by_children, crowd->seed, crowd->processes, crowd->killed,
	       crowd->stopped);
	for (n = 0; n < operation_count; n++)
		printf("%s=%lu %s_done=%lu\n", operations[n]->name, tries_of(crowd, n),
		       operations[n]->name, crowd->tallies[n].successes);
}

int main(int argc, char **argv)
{
	struct crowd *crowd = crowd_new();
	int status;

	take_options(crowd, argc, argv);
	operations_learn();
	if (crowd->coverage)
		coverage_learn();
	status = crowd_run(crowd);
	report(crowd);
	if (crowd->coverage)
		coverage_report(crowd, coverage_file);
	return status;
}
