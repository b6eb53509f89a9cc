/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The descriptors of nodes: a fixed range of numbers, of which each node has
 * its part.
 */
#ifndef COBRA_FUZZ_FILES_H
#define COBRA_FUZZ_FILES_H

struct user;

#define FIRST_FILE	100
#define FILES		32

int files_pick(struct user *user);
int files_pick_writable(struct user *user);
void files_learn_nodes(struct user *user);

#endif /* COBRA_FUZZ_FILES_H */
