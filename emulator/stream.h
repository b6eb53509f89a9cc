/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The receive stream: source -> on-board FIFO -> DMA -> ring in host memory,
 * with the gaps, the wake-ups and the state of the run.
 *
 * The board's thread owns a stream; nothing here is shared with other threads
 * but the registers and the host memory, which the guest writes as it likes.
 * All times are CLOCK_MONOTONIC in ns and given by the caller.
 */
#ifndef COBRA_EMULATOR_STREAM_H
#define COBRA_EMULATOR_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include <cobra/board.h>

#include "fifo.h"
#include "memory.h"
#include "pattern.h"
#include "ring.h"
#include "source.h"
#include "wake.h"

/**
 * struct stream - the receive side of a board
 * @memory: host memory
 * @registers: the board's register BAR
 * @file: bytes of COBRA_PATTERN_FILE
 * @max_segments: more are refused
 * @interrupt: raise a vector
 * @owner: argument of @interrupt
 * @status: status block in host memory, NULL before SETUP and after reset
 * @ring: where data go
 * @source: when data come
 * @pattern: what data are
 * @fifo: what is between source and ring
 * @wake: the wake-up
 * @state: enum cobra_board_state
 * @error: enum cobra_board_error
 * @run: number of the run
 * @head: bytes in the ring since the run began
 * @tail: bytes that the driver took, as last read and found possible
 * @gap_head: gaps posted
 * @gap_tail: gaps that the driver took, as last read and found possible
 * @produced: bytes that the source made
 * @lost: bytes of those that were dropped
 * @posted: bytes of those that are in a posted gap; @head + @posted is the
 *	source's position of the next byte for the ring
 * @stalled: fault: the source makes nothing
 * @frozen: fault: a false head is posted and stays
 */
struct stream {
	const struct memory *memory;
	uint8_t *registers;
	const struct pattern_file *file;
	uint32_t max_segments;
	void (*interrupt)(void *owner, unsigned int vector);
	void *owner;

	struct cobra_status *status;
	struct ring ring;
	struct source source;
	struct pattern pattern;
	struct fifo fifo;
	struct wake wake;

	uint32_t state;
	uint32_t error;
	uint32_t run;
	uint64_t head;
	uint64_t tail;
	uint64_t gap_head;
	uint64_t gap_tail;
	uint64_t produced;
	uint64_t lost;
	uint64_t posted;

	bool stalled;
	bool frozen;
};

/* The commands, in states that allow them; enum cobra_command_result. */
uint32_t stream_setup(struct stream *stream, uint64_t now);
uint32_t stream_start(struct stream *stream, uint64_t now);
uint32_t stream_stop(struct stream *stream, uint64_t now);
uint32_t stream_abort(struct stream *stream, uint64_t now);
uint32_t stream_configure(struct stream *stream, uint64_t now);

/* Reset: end the run, know no host memory any more. */
void stream_reset(struct stream *stream);

/* Give up with an error; only reset helps. */
void stream_fault(struct stream *stream, uint32_t error);

/* Do what can be done, a block at most; true: there may be more at once. */
bool stream_step(struct stream *stream, uint64_t now);

/* When stream_step() has work that no register write announces. */
uint64_t stream_deadline(const struct stream *stream, uint64_t now);

/* For faults: post what the stream knows; post a gap; stop the source. */
void stream_publish(struct stream *stream);
void stream_post_gap(struct stream *stream, uint64_t position, uint64_t lost);
void stream_stall(struct stream *stream, bool stalled, uint64_t now);

#endif /* COBRA_EMULATOR_STREAM_H */
