// SPDX-License-Identifier: GPL-2.0
/*
 * The list of all operations, made of the tables that the other files have.
 */
#include "operations.h"
#include "user.h"

static const struct operation *const tables[] = {
	file_operations, transfer_operations, wait_operations, uring_operations,
	manage_operations, process_operations, device_operations,
};

const struct operation *operations[MOST_OPERATIONS];
unsigned int operation_count;
static unsigned int all_weights;

void operations_learn(void)
{
	const struct operation *operation;
	unsigned int i;

	for (i = 0; i < LENGTH(tables); i++) {
		for (operation = tables[i]; operation->weight; operation++) {
			if (operation_count == MOST_OPERATIONS)
				fail("more than %u operations", MOST_OPERATIONS);
			operations[operation_count++] = operation;
			all_weights += operation->weight;
		}
	}
}

/* The number of one of them */
unsigned int operations_pick(struct user *user)
{
	unsigned int at = below(user, all_weights), n;

	for (n = 0; n + 1 < operation_count && at >= operations[n]->weight; n++)
		at -= operations[n]->weight;
	return n;
}
