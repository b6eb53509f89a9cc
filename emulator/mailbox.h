/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fault mailbox: how a test inside the guest tells the emulated board to
 * misbehave.  It lies in the last page of the register BAR, which belongs to
 * no board; the driver knows nothing of it and promises nothing about it.
 *
 * Write FAULT and ARG, then a new number to SEQ, then ring the doorbell; the
 * emulator writes the same number to ACK when the fault is in force.
 * docs/emulator.md tells what each fault does.
 */
#ifndef COBRA_EMULATOR_MAILBOX_H
#define COBRA_EMULATOR_MAILBOX_H

#define MAILBOX_FAULT	0xf000	/* 32 bits, enum fault */
#define MAILBOX_SEQ	0xf004	/* 32 bits, written last */
#define MAILBOX_ARG	0xf008	/* 64 bits, by fault */
#define MAILBOX_ACK	0xf010	/* 32 bits, written by the emulator */
#define MAILBOX_LIES	0xf018	/* 64 bits, how often FAULT_FUZZ lied so far */

enum fault {
	FAULT_NONE		= 0,	/* heal: end every fault below */
	FAULT_STALL		= 1,	/* source produces nothing */
	FAULT_LOSE_IRQ		= 2,	/* lose the next ARG interrupts */
	FAULT_SPURIOUS		= 3,	/* raise ARG interrupts for nothing */
	FAULT_STORM		= 4,	/* raise ARG interrupts/s until healed */
	FAULT_HEAD_BACK		= 5,	/* post rx_head less ARG bytes, hold */
	FAULT_HEAD_PAST		= 6,	/* post tail + size + ARG, hold */
	FAULT_GARBAGE		= 7,	/* random status page, seed ARG, once */
	FAULT_ONES		= 8,	/* registers read ones, no DMA, no irq */
	FAULT_RESET_NEVER	= 9,	/* DMA ends at reset, no ack ever */
	FAULT_RESET_SLOW	= 10,	/* acknowledge reset after ARG ms */
	FAULT_MUTE		= 11,	/* commands are never acknowledged */
	FAULT_REFUSE		= 12,	/* next command's result is ARG */
	FAULT_GAP_BAD		= 13,	/* post a gap at position ARG once */
	FAULT_BOARD		= 14,	/* state FAULT with error ARG */
	FAULT_MAGIC		= 15,	/* magic reads ARG until healed */
	FAULT_STATUS_WORD	= 16,	/* status block at ARG >> 32 becomes ARG */
	FAULT_FUZZ		= 17,	/* lies of all kinds with seed ARG */
};

#endif /* COBRA_EMULATOR_MAILBOX_H */
