/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A hostile user: a process that does one random thing after the other to the
 * nodes of some boards.
 *
 * Step N of the user at place P rolls dice of its own, made of the seed, P and
 * N.  What it tries therefore depends on those three only, and neither on what
 * the steps before came to, nor on whether their user was killed and another
 * one took the place.
 */
#ifndef COBRA_FUZZ_USER_H
#define COBRA_FUZZ_USER_H

#include "../tools/tool.h"
#include "coverage.h"
#include "memory.h"

#include <sys/types.h>

struct crowd;

#define MOST_CHILDREN 2

/*
 * A child that a user forked; children do not fork.
 * @id: 0: there is none
 * @coverage: what it records goes here; made while the user may still open it
 */
struct child {
	pid_t id;
	struct coverage coverage;
};

/*
 * @place: in the crowd
 * @is_child: forked by the user at that place
 * @privileged: root, as far as the nodes can tell
 * @dice: of this step
 * @memory: what it points system calls to
 * @pipe: to splice from and to; never blocks
 * @epoll: keeps what was added in earlier steps
 */
struct user {
	struct crowd *crowd;
	unsigned int place;
	bool is_child;
	bool privileged;
	struct dice dice;
	struct memory memory;
	struct coverage coverage;
	struct child children[MOST_CHILDREN];
	int pipe[2];
	int epoll;
};

/*
 * One thing that a user can do.
 * @weight: how often, compared with the others; 0 ends a table
 * @run: do it; returns what the system call did, and leaves its errno
 */
struct operation {
	const char *name;
	unsigned int weight;
	long (*run)(struct user *user);
};

extern const struct operation file_operations[];
extern const struct operation transfer_operations[];
extern const struct operation wait_operations[];
extern const struct operation uring_operations[];
extern const struct operation manage_operations[];
extern const struct operation process_operations[];
extern const struct operation device_operations[];

#define MOST_OPERATIONS 64

/* All of them, in one order; NULL behind the last */
const struct operation *operation_at(unsigned int n);

void __attribute__((noreturn)) user_live(struct crowd *crowd, unsigned int place);
void __attribute__((noreturn)) user_live_as_child(struct user *user, struct child *child);

/* A number below @bound. */
static inline uint64_t below(struct user *user, uint64_t bound)
{
	return dice_roll(&user->dice) % bound;
}

static inline bool one_in(struct user *user, uint64_t bound)
{
	return !below(user, bound);
}

#define LENGTH(list) (sizeof(list) / sizeof(*(list)))
#define PICK(user, list) ((list)[below(user, LENGTH(list))])

/* A number of as many bits as it happens: small ones are as likely as huge ones. */
static inline uint64_t any_number(struct user *user)
{
	return dice_roll(&user->dice) >> below(user, 64);
}

#endif /* COBRA_FUZZ_USER_H */
