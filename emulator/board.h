/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A board: registers in a memory file that QEMU shows to the guest as BAR 2,
 * a doorbell that the guest rings, two interrupt vectors, and a thread that
 * does what the registers say.  It has power from board_power_on() to
 * board_power_off() and knows nothing of sockets or QEMU.
 */
#ifndef COBRA_EMULATOR_BOARD_H
#define COBRA_EMULATOR_BOARD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "fault.h"
#include "memory.h"
#include "stream.h"

#define BOARD_VECTORS	2
#define BOARD_PEER	1	/* our id on the ivshmem bus; the guest is 0 */
#define BOARD_FIRMWARE	"emulator 1.0"

/**
 * struct board_options - what can be ordered differently
 * @rate: power-on value of COBRA_REG_SOURCE_RATE
 * @pattern: power-on value of COBRA_REG_SOURCE_PATTERN
 * @seed: power-on value of COBRA_REG_SOURCE_SEED; serial numbers follow it
 * @fifo_bytes: size of the on-board FIFO
 * @scatter: takes a ring of many segments
 * @file: bytes of COBRA_PATTERN_FILE
 */
struct board_options {
	uint64_t rate;
	uint32_t pattern;
	uint64_t seed;
	uint32_t fifo_bytes;
	bool scatter;
	struct pattern_file file;
};

/**
 * struct board - one emulated board
 * @index: its number, for names
 * @options: as ordered, borrowed
 * @register_file: the memory behind @registers
 * @registers: COBRA_REGS_SIZE bytes
 * @doorbell: eventfd; the guest writes it
 * @vector: eventfds; writing one raises that interrupt
 * @powered: when it got power, CLOCK_MONOTONIC
 * @stream: the receive stream
 * @faults: what is wrong with it
 * @reset_ack: last COBRA_REG_RESET_ACK
 * @reset_due: when the reset that is under way may end, 0: none is
 * @command_ack: last COBRA_REG_COMMAND_ACK
 * @thread: runs the board
 * @leaving: tells the thread to end
 */
struct board {
	unsigned int index;
	const struct board_options *options;
	int register_file;
	uint8_t *registers;
	int doorbell;
	int vector[BOARD_VECTORS];
	uint64_t powered;
	struct stream stream;
	struct faults faults;
	uint32_t reset_ack;
	uint64_t reset_due;
	uint32_t command_ack;
	pthread_t thread;
	bool leaving;
};

/* Returns 0, or -1 with errno set and nothing left behind. */
int board_power_on(struct board *board, unsigned int index,
		   const struct board_options *options,
		   const struct memory *memory);
void board_power_off(struct board *board);

/* The same without the thread: the caller calls board_pass(). */
int board_assemble(struct board *board, unsigned int index,
		   const struct board_options *options,
		   const struct memory *memory);
void board_scrap(struct board *board);

/* Look at every register once; true: do so again at once. */
bool board_pass(struct board *board, uint64_t now);

/* When to look again if nobody rings. */
uint64_t board_deadline(const struct board *board, uint64_t now);

/* Registers as they are at power-on, the emulator's own page kept. */
void board_restart(struct board *board);

void board_interrupt(struct board *board, unsigned int vector);

#endif /* COBRA_EMULATOR_BOARD_H */
