/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What all hostile users share, in memory that all of them have mapped, and what
 * is wanted of them.
 */
#ifndef COBRA_FUZZ_CROWD_H
#define COBRA_FUZZ_CROWD_H

#include "operations.h"
#include "user.h"

#define MOST_USERS	64
#define MOST_BOARDS	8
#define MOST_TEXT	(4u << 20)	/* bytes of code that the driver may have */

/*
 * A place in the crowd: when its user is killed, another goes on there.
 * @operation: number of the one that is under way, for those who ask why it hangs
 * @tries: by operation, how often it was begun; all of them together say which step
 *	comes next, so that no moment to be killed at makes a difference
 */
struct place {
	pid_t id;
	unsigned int operation;
	uint64_t tries[MOST_OPERATIONS];
};

/* What came of an operation, for users and their children */
struct tally {
	uint64_t successes;
	uint64_t by_children;
};

/*
 * @keeper: the process that started all others
 * @processes: places in use
 * @seconds: how long to go on
 * @steps: of each place, 0: as many as there is time for
 * @unbind: whether the user at place 0 unbinds, binds and resets boards
 * @coverage: whether to record what of the driver was reached
 * @boards: addresses on the PCI bus
 * @socket: where descriptors are passed on
 * @end: no new step
 * @killed: users who were killed, by the crowd or by a signal they asked for
 * @reached: by the offset into the driver's code: was it executed?
 */
struct crowd {
	pid_t keeper;
	uint64_t seed;
	unsigned int processes;
	unsigned int seconds;
	uint64_t steps;
	bool unbind;
	bool coverage;
	unsigned int board_count;
	const char *boards[MOST_BOARDS];
	int socket[2];

	bool end;
	uint64_t killed;
	uint64_t stopped;
	struct place places[MOST_USERS];
	struct tally tallies[MOST_OPERATIONS];
	uint8_t reached[MOST_TEXT];
};

uint64_t place_steps(const struct place *place);

struct crowd *crowd_new(void);
int crowd_run(struct crowd *crowd);

#endif /* COBRA_FUZZ_CROWD_H */
