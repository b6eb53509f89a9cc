/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the source makes: a pure function of kind, seed and position, so that
 * a reader can compute the truth instead of recording it, and so that bytes
 * which are lost need never be made.
 */
#ifndef COBRA_EMULATOR_PATTERN_H
#define COBRA_EMULATOR_PATTERN_H

#include <stddef.h>
#include <stdint.h>

#define PATTERN_WORD	8	/* bytes; the source makes and loses whole words */
#define PRBS_ORDER	31

/* The bytes of PATTERN_FILE; @bytes 0: there is none. */
struct pattern_file {
	uint8_t *data;
	size_t bytes;
};

/**
 * struct pattern - one run's pattern
 * @kind: enum cobra_pattern
 * @file: for COBRA_PATTERN_FILE, borrowed
 * @next: index of the word that @window begins with
 * @window: prbs31: the words that follow
 * @first: prbs31: the words that the run begins with, to jump from
 */
struct pattern {
	uint32_t kind;
	const struct pattern_file *file;
	uint64_t next;
	uint64_t window[PRBS_ORDER];
	uint64_t first[2 * PRBS_ORDER];
};

void pattern_start(struct pattern *pattern, uint32_t kind, uint64_t seed,
		   const struct pattern_file *file);

/* Position and bytes are multiples of PATTERN_WORD, @to is aligned to it. */
void pattern_fill(struct pattern *pattern, void *to, uint64_t position,
		  size_t bytes);

int pattern_file_open(struct pattern_file *file, const char *path);
void pattern_file_close(struct pattern_file *file);

#endif /* COBRA_EMULATOR_PATTERN_H */
