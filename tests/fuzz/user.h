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

void __attribute__((noreturn)) user_live(struct crowd *crowd, unsigned int place);
void __attribute__((noreturn)) user_live_as_child(struct user *user, struct child *child);

/* A number below @bound. */
static inline uint64_t below(struct user *user, uint64_t bound)
{
	return (__uint128_t)dice_roll(&user->dice) * bound >> 64;
}

static inline bool one_in(struct user *user, uint64_t bound)
{
	return !below(user, bound);
}

#define LENGTH(list) (sizeof(list) / sizeof(*(list)))
#define PICK(user, list) ((list)[below(user, sizeof(list) / sizeof((list)[0]))])

/* A number of as many bits as it happens: small ones are as likely as huge ones. */
static inline uint64_t any_number(struct user *user)
{
	return dice_roll(&user->dice) >> below(user, 64);
}

#endif /* COBRA_FUZZ_USER_H */
