/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a hostile user writes to a control node.
 */
#ifndef COBRA_FUZZ_TEXT_H
#define COBRA_FUZZ_TEXT_H

#include <stddef.h>

struct user;

/* Twice what the driver takes from one write, so that lines get cut there. */
#define LONGEST_TEXT 8192

struct text {
	char bytes[LONGEST_TEXT];
	size_t size;
};

void text_compose(struct user *user, struct text *text);

#endif /* COBRA_FUZZ_TEXT_H */
