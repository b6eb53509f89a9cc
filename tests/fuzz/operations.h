/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All that a hostile user can do.
 */
#ifndef COBRA_FUZZ_OPERATIONS_H
#define COBRA_FUZZ_OPERATIONS_H

struct user;

/*
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

/* All of those, in one order */
extern const struct operation *operations[MOST_OPERATIONS];
extern unsigned int operation_count;

void operations_learn(void);
unsigned int operations_pick(struct user *user);

#endif /* COBRA_FUZZ_OPERATIONS_H */
