/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All that can be done to a board while something fails: for each operation what
 * makes it ready, does it, and looks whether it was done, or not done, as it
 * should be.
 */
#ifndef COBRA_INJECT_OPERATIONS_H
#define COBRA_INJECT_OPERATIONS_H

#include <stdbool.h>

#define FITTING 5	/* errnos of an operation */

/**
 * struct operation - what can be done to a board
 * @name: for the command line; NULL ends a table
 * @before: make ready; nothing fails here
 * @run: do it; returns what the system call did, or -errno
 * @after: look at what came of it, and put back; nothing fails here
 * @errnos: what it may fail with; none: it may not
 * @inside: function of the kernel inside which the driver works, if the driver
 *	is not there before
 * @loads: the driver is loaded, from its file
 * @spare: function of the kernel that cannot stand a fault
 * @anywhere: faults outside the driver are worth a round as well
 * @prepare: for commands: lines that come first
 * @command: the line
 * @answer: what the board says to it; or
 * @key: the setting that shows its effect
 * @new: what that becomes; as long as the command fails it stays as it was
 */
struct operation {
	const char *name;
	void (*before)(void);
	long (*run)(void);
	void (*after)(long result);
	int errnos[FITTING];
	const char *inside;
	bool loads;
	const char *spare;
	bool anywhere;
	const char *prepare;
	const char *command;
	const char *answer;
	const char *key;
	const char *new;
};

extern const struct operation service_operations[];
extern const struct operation stream_operations[];
extern const struct operation wait_operations[];
extern const struct operation command_operations[];

extern const struct operation *operation;	/* the one that is tried */
extern bool hit;				/* there was a fault */

const struct operation *operation_named(const char *name);

#endif /* COBRA_INJECT_OPERATIONS_H */
