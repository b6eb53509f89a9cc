// SPDX-License-Identifier: GPL-2.0
/*
 * The receive stream.
 *
 * A step takes in what the source has made, moves one block to the ring,
 * posts what became known, and answers the wake-up.  DMA is taken to be
 * infinitely fast: however late a step comes, data are lost only if the ring
 * had no room for them, never because the emulator was slow.
 *
 * Order of writes to the status block, which the driver relies on: data, gap
 * record, gap_head, rx_head; state after the counters that belong to it;
 * rx_wake_ack after all of them; the interrupt last.
 */
#include <string.h>

#include "registers.h"
#include "stream.h"

#define BLOCK_BYTES	(256 * 1024)	/* posted at once, at most */
#define STATUS_ALIGN	4096
#define WORD		((uint64_t)PATTERN_WORD)

static uint64_t min64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

void stream_publish(struct stream *stream)
{
	struct cobra_status *status = stream->status;

	if (status) {
		put64(&status->produced, stream->produced);
		put64(&status->lost, stream->lost);
		put64(&status->gap_head, stream->gap_head);
		put64(&status->rx_head, stream->head);
		put32(&status->run, stream->run);
		put32(&status->error, stream->error);
		put32(&status->rx_wake_ack, stream->wake.ack);
		put32(&status->state, stream->state);
	}
	put32(stream->registers + COBRA_REG_ERROR, stream->error);
	put32(stream->registers + COBRA_REG_STATE, stream->state);
}

/* Answer the wake-up if it is armed.  Everything it is about is posted. */
static void answer_wake(struct stream *stream)
{
	full_fence();	/* our posts before our look, as the driver's are */
	if (!stream->status || !wake_armed(&stream->wake, stream->registers))
		return;
	wake_consume(&stream->wake, stream->registers);
	put32(&stream->status->rx_wake_ack, stream->wake.ack);
	stream->interrupt(stream->owner, 0);
}

static void check_wake(struct stream *stream, uint64_t now)
{
	full_fence();
	if (wake_armed(&stream->wake, stream->registers) &&
	    (stream->frozen ||
	     wake_due(&stream->wake, stream->head, stream->tail, now)))
		answer_wake(stream);
}

/* A change of state that a sleeping driver must hear of. */
static void end_run(struct stream *stream, uint32_t state)
{
	source_stop(&stream->source, stream->produced);
	stream->state = state;
	stream_publish(stream);
	answer_wake(stream);
}

void stream_fault(struct stream *stream, uint32_t error)
{
	stream->error = error;
	end_run(stream, COBRA_STATE_FAULT);
}

/* Tails only grow, and not past what was posted. */
static bool read_tails(struct stream *stream)
{
	uint64_t tail = get64(stream->registers + COBRA_REG_RX_TAIL);
	uint64_t gaps = get64(stream->registers + COBRA_REG_RX_GAP_TAIL);

	if (tail < stream->tail || tail > stream->head ||
	    gaps < stream->gap_tail || gaps > stream->gap_head)
		return false;
	stream->tail = tail;
	stream->gap_tail = gaps;
	if (gaps == stream->gap_head)
		stream->wake.news = false;
	return true;
}

/* Whole words that the ring has room for. */
static uint64_t room(const struct stream *stream)
{
	uint64_t bytes = stream->tail + stream->ring.size - stream->head;

	return bytes / WORD * WORD;
}

/* The most to move before head is posted, so that reader and board overlap. */
static uint64_t block(const struct stream *stream)
{
	uint64_t bytes = min64(BLOCK_BYTES, stream->ring.size / 4);

	return min64(bytes, room(stream));
}

static bool gap_slot_free(const struct stream *stream)
{
	return stream->gap_head - stream->gap_tail < COBRA_GAP_SLOTS;
}

void stream_post_gap(struct stream *stream, uint64_t position, uint64_t lost)
{
	struct cobra_gap_record *gap;

	gap = &stream->status->gaps[stream->gap_head % COBRA_GAP_SLOTS];
	put64(&gap->position, position);
	put64(&gap->lost, lost);
	stream->gap_head++;
	stream->wake.news = true;
}

static void post_due_gap(struct stream *stream)
{
	uint64_t lost;

	if (!fifo_gap_due(&stream->fifo) || !gap_slot_free(stream))
		return;
	lost = fifo_take_gap(&stream->fifo);
	stream_post_gap(stream, stream->head, lost);
	stream->posted += lost;
}

/* Bytes the source has made that are neither in the FIFO nor lost yet. */
static uint64_t owed(const struct stream *stream, uint64_t now)
{
	if (source_is_max(&stream->source))
		return 0;
	return source_made(&stream->source, now) - stream->produced;
}

static void lose(struct stream *stream, uint64_t bytes)
{
	stream->produced += bytes;
	stream->lost += bytes;
	stream->fifo.losing += bytes;
}

/* Source to FIFO.  At maximum the source makes just what the ring takes. */
static void take_in(struct stream *stream, uint64_t now)
{
	struct fifo *fifo = &stream->fifo;
	uint64_t bytes = owed(stream, now);

	if (fifo->losing) {
		lose(stream, bytes);
		return;
	}
	if (source_is_max(&stream->source))
		bytes = fifo_empty(fifo) ? block(stream) : 0;
	else
		bytes = min64(bytes, fifo->size - fifo_fill(fifo));
	fifo_push(fifo, bytes);
	stream->produced += bytes;
}

/* FIFO to ring, as much as a block; returns the bytes moved. */
static uint64_t deliver(struct stream *stream)
{
	uint64_t bytes = min64(block(stream), stream->fifo.front);
	uint64_t left, n, contiguous;
	void *to;

	for (left = bytes; left; left -= n) {
		to = ring_at(&stream->ring, stream->head, &contiguous);
		n = min64(left, contiguous);
		pattern_fill(&stream->pattern, to,
			     stream->head + stream->posted, n);
		stream->head += n;
	}
	stream->fifo.front -= bytes;
	post_due_gap(stream);
	return bytes;
}

/* End a loss when the FIFO takes data again, or none will come any more. */
static void resume(struct stream *stream, bool last)
{
	struct fifo *fifo = &stream->fifo;

	if ((fifo_may_resume(fifo) && gap_slot_free(stream)) ||
	    (last && fifo->losing && !fifo->gap)) {
		fifo_resume(fifo);
		post_due_gap(stream);
	}
}

/* Grows with whatever the status block tells of a run. */
static uint64_t progress(const struct stream *stream)
{
	return stream->produced + stream->head + stream->gap_head;
}

bool stream_step(struct stream *stream, uint64_t now)
{
	uint64_t moved, before = progress(stream);
	bool last;

	/* Armed in the run, seen after its end: on its way when the run ended. */
	if (stream->state == COBRA_STATE_STOPPED ||
	    stream->state == COBRA_STATE_FAULT)
		answer_wake(stream);
	if (stream->state != COBRA_STATE_RUNNING &&
	    stream->state != COBRA_STATE_DRAINING)
		return false;
	if (stream->frozen) {
		check_wake(stream, now);
		return false;
	}
	if (!read_tails(stream)) {
		stream_fault(stream, COBRA_ERROR_TAIL);
		return false;
	}
	take_in(stream, now);
	moved = deliver(stream);
	if (!moved)	/* no room behind the FIFO, so what it cannot hold... */
		lose(stream, owed(stream, now));
	last = stream->state == COBRA_STATE_DRAINING && !owed(stream, now);
	resume(stream, last);
	if (last && fifo_empty(&stream->fifo)) {
		end_run(stream, COBRA_STATE_STOPPED);
		return false;
	}
	if (progress(stream) != before)
		stream_publish(stream);
	check_wake(stream, now);
	return moved > 0;
}

uint64_t stream_deadline(const struct stream *stream, uint64_t now)
{
	if (stream->state != COBRA_STATE_RUNNING &&
	    stream->state != COBRA_STATE_DRAINING)
		return NEVER;
	return min64(source_due(&stream->source, stream->produced, now),
		     wake_deadline(&stream->wake));
}

uint32_t stream_setup(struct stream *stream, uint64_t now)
{
	const uint8_t *registers = stream->registers;
	uint64_t address = get64(registers + COBRA_REG_STATUS_ADDRESS);
	uint32_t segments = get32(registers + COBRA_REG_RX_SEGMENTS);
	struct cobra_status *status;
	uint32_t result;

	(void)now;
	if (address % STATUS_ALIGN || segments > stream->max_segments)
		return COBRA_RESULT_INVALID;
	status = memory_at(stream->memory, address, COBRA_STATUS_BYTES);
	if (!status)
		return COBRA_RESULT_DMA;
	result = ring_setup(&stream->ring, stream->memory,
			    get64(registers + COBRA_REG_RX_TABLE), segments,
			    get32(registers + COBRA_REG_RX_SEGMENT_SHIFT));
	if (result != COBRA_RESULT_OK)
		return result;
	stream_reset(stream);
	stream->status = status;
	memset(status, 0, offsetof(struct cobra_status, gaps));
	stream->state = COBRA_STATE_IDLE;
	stream_publish(stream);
	return COBRA_RESULT_OK;
}

static bool source_registers_valid(const struct stream *stream)
{
	uint32_t pattern = get32(stream->registers + COBRA_REG_SOURCE_PATTERN);
	uint64_t rate = get64(stream->registers + COBRA_REG_SOURCE_RATE);

	return source_valid(rate) && pattern < COBRA_PATTERNS &&
	       (pattern != COBRA_PATTERN_FILE || stream->file->bytes);
}

/* Run the source by its registers, from @made bytes on. */
static void tune(struct stream *stream, uint64_t made, uint64_t now)
{
	source_start(&stream->source,
		     get64(stream->registers + COBRA_REG_SOURCE_RATE),
		     get32(stream->registers + COBRA_REG_SOURCE_PULSE),
		     made, now);
	if (stream->stalled)
		source_stop(&stream->source, made);
}

/* What the source has made so far, whichever kind it is. */
static uint64_t made_by(const struct stream *stream, uint64_t now)
{
	return stream->produced + owed(stream, now);
}

/* Back to position 0, with the set-up kept. */
static void rewind_run(struct stream *stream, uint32_t run)
{
	stream->run = run;
	stream->error = COBRA_ERROR_NONE;
	stream->head = 0;
	stream->tail = 0;
	stream->gap_head = 0;
	stream->gap_tail = 0;
	stream->produced = 0;
	stream->lost = 0;
	stream->posted = 0;
	stream->frozen = false;
	stream->fifo = (struct fifo){ .size = stream->fifo.size };
}

uint32_t stream_start(struct stream *stream, uint64_t now)
{
	const uint8_t *registers = stream->registers;
	uint32_t run = get32(registers + COBRA_REG_RUN);

	if (!run || get64(registers + COBRA_REG_RX_TAIL) ||
	    get64(registers + COBRA_REG_RX_GAP_TAIL) ||
	    !source_registers_valid(stream))
		return COBRA_RESULT_INVALID;
	rewind_run(stream, run);
	wake_consume(&stream->wake, registers);
	pattern_start(&stream->pattern,
		      get32(registers + COBRA_REG_SOURCE_PATTERN),
		      get64(registers + COBRA_REG_SOURCE_SEED), stream->file);
	tune(stream, 0, now);
	stream->state = COBRA_STATE_RUNNING;
	stream_publish(stream);
	put32(stream->registers + COBRA_REG_RUN_ACK, run);
	return COBRA_RESULT_OK;
}

uint32_t stream_stop(struct stream *stream, uint64_t now)
{
	if (stream->state == COBRA_STATE_RUNNING) {
		source_stop(&stream->source, made_by(stream, now));
		stream->state = COBRA_STATE_DRAINING;
		stream_publish(stream);
	}
	return COBRA_RESULT_OK;
}

uint32_t stream_abort(struct stream *stream, uint64_t now)
{
	(void)now;
	source_stop(&stream->source, stream->produced);
	stream->lost += fifo_drop(&stream->fifo);
	stream->state = COBRA_STATE_DRAINING;
	stream_publish(stream);
	return COBRA_RESULT_OK;
}

uint32_t stream_configure(struct stream *stream, uint64_t now)
{
	if (!source_registers_valid(stream))
		return COBRA_RESULT_INVALID;
	if (stream->state == COBRA_STATE_RUNNING)
		tune(stream, made_by(stream, now), now);
	return COBRA_RESULT_OK;
}

void stream_stall(struct stream *stream, bool stalled, uint64_t now)
{
	stream->stalled = stalled;
	if (stream->state == COBRA_STATE_RUNNING)
		tune(stream, made_by(stream, now), now);
}

void stream_reset(struct stream *stream)
{
	source_stop(&stream->source, 0);
	rewind_run(stream, 0);
	stream->wake = (struct wake){ 0 };
	stream->status = NULL;
	stream->state = COBRA_STATE_RESET;
}
