/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which code of the driver a process has made the kernel execute: KCOV.
 */
#ifndef COBRA_FUZZ_COVERAGE_H
#define COBRA_FUZZ_COVERAGE_H

#include <stdint.h>
#include <stdio.h>

struct crowd;

/*
 * What one process records; the kernel writes it.
 * @fd: -1: nothing is recorded
 * @trace: how many addresses, and the addresses
 */
struct coverage {
	int fd;
	uint64_t *trace;
};

void coverage_learn(void);
void coverage_open(struct coverage *coverage, const struct crowd *crowd);
void coverage_begin(struct coverage *coverage);
void coverage_collect(struct coverage *coverage, struct crowd *crowd);
void coverage_report(const struct crowd *crowd, const char *path);

#endif /* COBRA_FUZZ_COVERAGE_H */
