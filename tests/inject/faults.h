/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's fault injection, turned on this task only: the n-th thing that
 * can fail from now on does.
 *
 * Three kinds of things can: taking memory from a slab, taking pages, copying
 * from or to a program's memory.  Each has a folder in debugfs.
 * /proc/self/fail-nth counts down all three together.  What happens without one
 * of our addresses on the stack is not counted, unless faults_anywhere() was
 * said.  Each kind's `times` goes down by one with each fault: that is how we
 * know of them.
 */
#ifndef COBRA_INJECT_FAULTS_H
#define COBRA_INJECT_FAULTS_H

#include "../tools/tool.h"

enum fault_kind { FAULT_SLAB, FAULT_PAGE, FAULT_COPY, FAULT_KINDS };

struct fault_kind_files {
	const char *name;
	const char *folder;
};

extern const struct fault_kind_files fault_kinds[];

/**
 * struct faults - what was injected so far
 * @nth: /proc/self/fail-nth, open
 * @all: /proc/self/make-it-fail, open
 * @count: faults of each kind, as `times` told when it was read last
 */
struct faults {
	int nth;
	int all;
	uint64_t count[FAULT_KINDS];
};

void faults_init(struct faults *faults, bool verbose);
void faults_exit(void);

/* On whose behalf something has to be done to fail */
void faults_within(uint64_t start, uint64_t end);
void faults_spare(const char *function);
void faults_anywhere(void);
void find_function(const char *name, uint64_t *start, uint64_t *end);
void find_driver(uint64_t *start, uint64_t *end);

void faults_arm(struct faults *faults, unsigned int nth);
void faults_arm_all(struct faults *faults, enum fault_kind kind);
uint64_t faults_disarm(struct faults *faults, enum fault_kind *last);

#endif /* COBRA_INJECT_FAULTS_H */
