/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The on-board FIFO between the source and the DMA.  Patterns can be made from
 * any position, so it holds lengths, not bytes:
 *
 *	host ring <- [ front ] gap [ back ] losing <- source
 *
 * When it overflows it loses all that comes (@losing) until it has drained to
 * half, so that a slow reader gets few large gaps and not many small ones.
 * Then the loss is of known length and waits, as @gap, for its place to reach
 * the ring.  More than one such gap cannot wait: from half full, half a FIFO
 * must come behind it before the next overflow, and it is out of the way
 * before that has drained to half again.
 */
#ifndef COBRA_EMULATOR_FIFO_H
#define COBRA_EMULATOR_FIFO_H

#include <stdbool.h>
#include <stdint.h>

/* All in bytes, multiples of PATTERN_WORD. */
struct fifo {
	uint64_t size;
	uint64_t front;		/* held, before the gap */
	uint64_t gap;		/* lost, its end is known; 0: no gap waits */
	uint64_t back;		/* held, behind the gap */
	uint64_t losing;	/* lost, and still losing; 0: not losing */
};

static inline uint64_t fifo_fill(const struct fifo *fifo)
{
	return fifo->front + fifo->back;
}

static inline bool fifo_empty(const struct fifo *fifo)
{
	return !fifo_fill(fifo) && !fifo->gap && !fifo->losing;
}

static inline void fifo_push(struct fifo *fifo, uint64_t bytes)
{
	if (fifo->gap)
		fifo->back += bytes;
	else
		fifo->front += bytes;
}

/* Has everything before the gap gone, so that the gap is to be posted? */
static inline bool fifo_gap_due(const struct fifo *fifo)
{
	return fifo->gap && !fifo->front;
}

static inline uint64_t fifo_take_gap(struct fifo *fifo)
{
	uint64_t lost = fifo->gap;

	fifo->gap = 0;
	fifo->front = fifo->back;
	fifo->back = 0;
	return lost;
}

/* May the loss end?  The caller knows whether there is a slot for the gap. */
static inline bool fifo_may_resume(const struct fifo *fifo)
{
	return fifo->losing && !fifo->gap && fifo_fill(fifo) <= fifo->size / 2;
}

static inline void fifo_resume(struct fifo *fifo)
{
	fifo->gap = fifo->losing;
	fifo->losing = 0;
}

/* Lose all that is held; returns how much that was. */
static inline uint64_t fifo_drop(struct fifo *fifo)
{
	uint64_t dropped = fifo_fill(fifo);

	fifo->losing += fifo->gap + dropped;
	fifo->front = 0;
	fifo->gap = 0;
	fifo->back = 0;
	return dropped;
}

#endif /* COBRA_EMULATOR_FIFO_H */
