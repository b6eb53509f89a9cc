/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fuzzer: a board that lies, by the dice, until it is healed.
 */
#ifndef COBRA_EMULATOR_FUZZ_H
#define COBRA_EMULATOR_FUZZ_H

#include <stdbool.h>
#include <stdint.h>

#include "field.h"

#define MOST_SPOILT	256	/* registers that a burst spoils */

struct board;
struct burst;

/**
 * struct spoilt - a register with a lie in it
 * @field: which
 * @offset: where
 * @was: what was there
 * @lie: what is there, unless somebody has written it since
 */
struct spoilt {
	const struct field *field;
	uint32_t offset;
	uint64_t was;
	uint64_t lie;
};

/**
 * struct fuzz - a board's lying
 * @on: it lies
 * @dice: state of the dice
 * @burst: what it does now
 * @steps: left of that
 * @period: ns between them
 * @next: when the next is due
 * @one: the field that a burst is about
 * @result: of the commands that a burst refuses
 * @false_ack: the driver may have read a false answer in this burst
 * @spoilt: the registers that the burst has spoilt, in that order
 * @spoilt_count: how many
 * @run: the run that the board was last seen in
 * @head: how far it was
 * @last_head: how far another run came
 * @writes: fields written since fuzz_begin()
 * @reached: the same for each field
 */
struct fuzz {
	bool on;
	uint64_t dice;
	const struct burst *burst;
	uint32_t steps;
	uint64_t period;
	uint64_t next;
	uint32_t one;
	uint32_t result;
	bool false_ack;
	struct spoilt spoilt[MOST_SPOILT];
	uint32_t spoilt_count;
	uint32_t run;
	uint64_t head;
	uint64_t last_head;
	uint64_t writes;
	uint64_t reached[FIELDS];
};

/* Lie from now on; the same seed, the same lies. */
void fuzz_begin(struct board *board, uint64_t seed, uint64_t now);

/* Tell the truth again, wherever the board is the one to know it. */
void fuzz_end(struct board *board);

/* Lie, if it is time; before the board looks at its registers. */
void fuzz_pass(struct board *board, uint64_t now);
uint64_t fuzz_deadline(const struct fuzz *fuzz);

#endif /* COBRA_EMULATOR_FUZZ_H */
