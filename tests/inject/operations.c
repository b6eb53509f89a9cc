// SPDX-License-Identifier: GPL-2.0
/*
 * The list of all operations, made of the tables that the other files have.
 */
#include "../tools/tool.h"
#include "operations.h"

static const struct operation *const tables[] = {
	service_operations, stream_operations, wait_operations,
	command_operations,
};

const struct operation *operation;
bool hit;

const struct operation *operation_named(const char *name)
{
	const struct operation *one;
	size_t i;

	for (i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		for (one = tables[i]; one->name; one++)
			if (!strcmp(one->name, name))
				return one;
	fail("no such operation: '%s'", name);
}
