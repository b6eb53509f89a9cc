/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Faults, given through the mailbox (mailbox.h).  Some happen once, others
 * hold until FAULT_NONE heals them all; any number may be in force at a time.
 */
#ifndef COBRA_EMULATOR_FAULT_H
#define COBRA_EMULATOR_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "fuzz.h"
#include "mailbox.h"

struct board;

/**
 * struct faults - what is wrong with a board
 * @ack: the mailbox number that was taken last
 * @ones: the registers read ones and the board does nothing
 * @reset_never: a reset is not acknowledged
 * @reset_delay: ns until a reset is acknowledged
 * @mute: commands are not acknowledged
 * @refuse: the next command ends with @refuse_result
 * @refuse_result: see @refuse
 * @lose: interrupts still to be lost
 * @storm: interrupts still to be raised for nothing
 * @storm_period: ns between them
 * @storm_next: when the next is due
 * @fuzz: lies
 */
struct faults {
	uint32_t ack;
	bool ones;
	bool reset_never;
	uint64_t reset_delay;
	bool mute;
	bool refuse;
	uint32_t refuse_result;
	uint64_t lose;
	uint64_t storm;
	uint64_t storm_period;
	uint64_t storm_next;
	struct fuzz fuzz;
};

/* Take a fault from the mailbox, work on those in force; true: board gone. */
bool faults_pass(struct board *board, uint64_t now);
uint64_t faults_deadline(const struct faults *faults, uint64_t now);

/* True if this interrupt is to be lost. */
bool faults_lose_interrupt(struct faults *faults);

/* True if this command is to end with @result without being executed. */
bool faults_refuse(struct faults *faults, uint32_t *result);

#endif /* COBRA_EMULATOR_FAULT_H */
