/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A test rig: a board without QEMU, host memory that is an array, and the
 * driver's side of the board interface.  Time is a variable: the board is
 * stepped by rig_run() with the time that the test says it is, so that what
 * happens does not depend on the machine.
 *
 * Memory: the status block, the table, and from RIG_RING on the ring, its
 * segments in reverse order so that nothing works by accident.
 */
#ifndef COBRA_TESTS_RIG_H
#define COBRA_TESTS_RIG_H

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "board.h"
#include "registers.h"

#define RIG_STATUS	0x10000ull
#define RIG_TABLE	0x20000ull
#define RIG_RING	0x100000ull
#define RIG_MEMORY	0x2000000ull	/* 32 MiB */
#define RIG_MS		1000000ull

struct rig {
	struct memory memory;
	struct board_options options;
	struct board board;
	struct cobra_status *status;
	uint64_t now;
	uint64_t ring;		/* bytes */
	uint32_t shift;
	uint32_t segments;
	uint64_t read;		/* position of the reader */
	uint64_t source;	/* position in the source that it expects */
	uint64_t gaps;		/* gaps it has passed */
	uint32_t run;
};

static inline void rig_put32(struct rig *rig, uint32_t offset, uint32_t value)
{
	put32(rig->board.registers + offset, value);
}

static inline void rig_put64(struct rig *rig, uint32_t offset, uint64_t value)
{
	put64(rig->board.registers + offset, value);
}

static inline uint32_t rig_get32(const struct rig *rig, uint32_t offset)
{
	return get32(rig->board.registers + offset);
}

static inline uint64_t rig_get64(const struct rig *rig, uint32_t offset)
{
	return get64(rig->board.registers + offset);
}

/* How often a vector was raised since the last time we asked. */
static inline uint64_t rig_interrupts(struct rig *rig, unsigned int vector)
{
	uint64_t count;

	if (read(rig->board.vector[vector], &count, sizeof(count)) < 0)
		return 0;
	return count;
}

static inline void rig_memory(struct rig *rig)
{
	void *base;

	*rig = (struct rig){
		.options = { .scatter = true, .fifo_bytes = 65536 },
		.now = 1000 * RIG_MS, .shift = 16, .segments = 16,
	};
	base = mmap(NULL, RIG_MEMORY, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (base == MAP_FAILED)
		abort();
	memory_init(&rig->memory, base, RIG_MEMORY);
	rig->status = memory_at(&rig->memory, RIG_STATUS, COBRA_STATUS_BYTES);
}

static inline void rig_open(struct rig *rig)
{
	rig_memory(rig);
	if (board_assemble(&rig->board, 0, &rig->options, &rig->memory))
		abort();
	rig->board.powered = 0;
}

static inline void rig_close(struct rig *rig)
{
	board_scrap(&rig->board);
	memory_close(&rig->memory);
}

/* Let the board work until it has nothing to do, at the time it is now. */
static inline void rig_run(struct rig *rig)
{
	while (board_pass(&rig->board, rig->now))
		;
}

/* Let time pass, a step at a time. */
static inline void rig_wait(struct rig *rig, uint64_t ns)
{
	uint64_t end = rig->now + ns, next;

	for (;;) {
		rig_run(rig);
		if (rig->now >= end)
			return;
		next = board_deadline(&rig->board, rig->now);
		rig->now = next < end ? next : end;
	}
}

static inline uint32_t rig_command(struct rig *rig, uint32_t command)
{
	uint32_t seq = rig_get32(rig, COBRA_REG_COMMAND_ACK) + 1;

	rig_put32(rig, COBRA_REG_COMMAND, command);
	rig_put32(rig, COBRA_REG_COMMAND_SEQ, seq);
	board_pass(&rig->board, rig->now);
	if (rig_get32(rig, COBRA_REG_COMMAND_ACK) != seq)
		return UINT32_MAX;
	return rig_get32(rig, COBRA_REG_COMMAND_RESULT);
}

static inline uint64_t rig_segment(const struct rig *rig, uint32_t index)
{
	return RIG_RING + ((uint64_t)(rig->segments - 1 - index) << rig->shift);
}

/* Write the set-up registers and the table; the test may spoil them after. */
static inline void rig_prepare(struct rig *rig)
{
	uint64_t *table = memory_at(&rig->memory, RIG_TABLE,
				    rig->segments * 8ull);
	uint32_t i;

	rig->ring = (uint64_t)rig->segments << rig->shift;
	for (i = 0; i < rig->segments; i++)
		put64(&table[i], rig_segment(rig, i));
	rig_put64(rig, COBRA_REG_STATUS_ADDRESS, RIG_STATUS);
	rig_put64(rig, COBRA_REG_RX_TABLE, RIG_TABLE);
	rig_put32(rig, COBRA_REG_RX_SEGMENTS, rig->segments);
	rig_put32(rig, COBRA_REG_RX_SEGMENT_SHIFT, rig->shift);
}

static inline uint32_t rig_setup(struct rig *rig)
{
	rig_prepare(rig);
	return rig_command(rig, COBRA_CMD_SETUP);
}

static inline uint32_t rig_start(struct rig *rig, uint64_t rate)
{
	rig->read = 0;
	rig->source = 0;
	rig->gaps = 0;
	rig_put64(rig, COBRA_REG_RX_TAIL, 0);
	rig_put64(rig, COBRA_REG_RX_GAP_TAIL, 0);
	rig_put64(rig, COBRA_REG_SOURCE_RATE, rate);
	rig_put32(rig, COBRA_REG_RUN, ++rig->run);
	return rig_command(rig, COBRA_CMD_START);
}

/* One word of the stream, where the segment table says it is. */
static inline uint64_t rig_word(const struct rig *rig, uint64_t position)
{
	uint64_t at = position % rig->ring;
	uint64_t offset = at & ((1ull << rig->shift) - 1);

	return get64(memory_at(&rig->memory,
			       rig_segment(rig, at >> rig->shift) + offset, 8));
}

/* Pass the gaps at the reader's position, as a driver does. */
static inline void rig_pass_gaps(struct rig *rig)
{
	const struct cobra_gap_record *gap;

	while (rig->gaps != get64(&rig->status->gap_head)) {
		gap = &rig->status->gaps[rig->gaps % COBRA_GAP_SLOTS];
		if (get64(&gap->position) != rig->read)
			return;
		rig->source += get64(&gap->lost);
		rig->gaps++;
		rig_put64(rig, COBRA_REG_RX_GAP_TAIL, rig->gaps);
	}
}

/*
 * Read the counter pattern up to a position and check each word; hand the
 * space back.  False: a word is wrong, and a comment says which.
 */
static inline bool rig_read(struct rig *rig, uint64_t to)
{
	uint64_t word;

	if (to > get64(&rig->status->rx_head))
		to = get64(&rig->status->rx_head);
	for (; rig->read < to; rig->read += 8, rig->source += 8) {
		rig_pass_gaps(rig);
		word = rig_word(rig, rig->read);
		if (word == rig->source / 8)
			continue;
		printf("# position %llu: word %llu, not %llu\n",
		       (unsigned long long)rig->read, (unsigned long long)word,
		       (unsigned long long)rig->source / 8);
		return false;
	}
	rig_pass_gaps(rig);
	rig_put64(rig, COBRA_REG_RX_TAIL, rig->read);
	return true;
}

static inline void rig_arm(struct rig *rig, uint64_t at, uint32_t usecs)
{
	rig_put64(rig, COBRA_REG_RX_WAKE_AT, at);
	rig_put32(rig, COBRA_REG_RX_WAKE_USECS, usecs);
	rig_put32(rig, COBRA_REG_RX_WAKE_SEQ,
		  rig_get32(rig, COBRA_REG_RX_WAKE_SEQ) + 1);
}

#endif /* COBRA_TESTS_RIG_H */
