// SPDX-License-Identifier: GPL-2.0
/*
 * The fields that a board can lie about.
 *
 * All that there are but COMMAND and those from STATUS_ADDRESS on: a board
 * that takes its own nonsense for an address, or for a set-up that was never
 * asked for, writes to memory that is not its own.  No driver can help that.
 */
#include <stddef.h>

#include <cobra/board.h>

#include "field.h"
#include "registers.h"
#include "stream.h"

#define PICK(list, what) \
	((list)[(what) % (sizeof(list) / sizeof((list)[0]))])

#define STATUS(name, width, count, kind) \
	{ #name, IN_STATUS, offsetof(struct cobra_status, name), width, count, \
	  FIELD_##kind }

#define REGISTER(name, width, count, kind) \
	{ #name, IN_REGISTERS, COBRA_REG_##name, width, count, FIELD_##kind }

const struct field fields[FIELDS] = {
	/* The hot ones */
	STATUS(rx_head,			8, 1, POSITION),
	STATUS(gap_head,		8, 1, COUNT),
	STATUS(state,			4, 1, STATE),
	STATUS(rx_wake_ack,		4, 1, SEQUENCE),
	STATUS(gaps,			8, 2 * COBRA_GAP_SLOTS, GAPS),
	STATUS(error,			4, 1, SMALL),
	STATUS(doorbell_wanted,		4, 1, SMALL),
	{ "ring", IN_RING, 0, 8, 0, FIELD_WORD },

	STATUS(produced,		8, 1, POSITION),
	STATUS(lost,			8, 1, POSITION),
	STATUS(run,			4, 1, SEQUENCE),
	STATUS(reserved0,		4, 3, WORD),
	STATUS(tx_tail,			8, 1, POSITION),
	STATUS(tx_wake_ack,		4, 1, SEQUENCE),
	STATUS(event_wake_ack,		4, 1, SEQUENCE),
	STATUS(event_head,		8, 1, COUNT),
	STATUS(console_out_head,	4, 1, COUNT),
	STATUS(console_err_head,	4, 1, COUNT),
	STATUS(console_in_tail,		4, 1, COUNT),
	STATUS(reserved1,		4, 999, WORD),
	STATUS(events,			8, 8 * COBRA_EVENT_SLOTS, WORD),
	STATUS(console_out,		4, COBRA_CONSOLE_OUT_BYTES / 4, WORD),
	STATUS(console_err,		4, COBRA_CONSOLE_ERR_BYTES / 4, WORD),
	STATUS(console_in,		4, COBRA_CONSOLE_IN_BYTES / 4, WORD),

	REGISTER(MAGIC,			4, 1, MAGIC),
	REGISTER(VERSION,		4, 1, WORD),
	REGISTER(CAPS,			4, 1, SMALL),
	REGISTER(VECTORS,		4, 1, SMALL),
	REGISTER(SERIAL,		4, COBRA_TEXT_BYTES / 4, WORD),
	REGISTER(MODEL,			4, COBRA_TEXT_BYTES / 4, WORD),
	REGISTER(FIRMWARE,		4, COBRA_FIRMWARE_BYTES / 4, WORD),
	REGISTER(ADDRESS_BITS,		4, 1, SMALL),
	REGISTER(MAX_SEGMENTS,		4, 1, SMALL),
	REGISTER(MIN_SEGMENT_SHIFT,	4, 1, SMALL),
	REGISTER(MAX_SEGMENT_SHIFT,	4, 1, SMALL),
	REGISTER(DOORBELL_BAR,		4, 1, BAR),
	REGISTER(DOORBELL_OFFSET,	4, 1, SMALL),
	REGISTER(DOORBELL_VALUE,	4, 1, WORD),
	REGISTER(FIFO_BYTES,		4, 1, WORD),
	REGISTER(SENSORS,		4, 1, SMALL),
	REGISTER(STATE,			4, 1, STATE),
	REGISTER(ERROR,			4, 1, SMALL),
	REGISTER(COMMAND_ACK,		4, 1, COMMAND_ACK),
	REGISTER(COMMAND_RESULT,	4, 1, COMMAND_RESULT),
	REGISTER(RESET_ACK,		4, 1, RESET_ACK),
	REGISTER(RUN_ACK,		4, 1, SEQUENCE),
	REGISTER(TIME,			8, 1, WORD),
	{ "SENSOR", IN_REGISTERS, COBRA_REG_SENSOR(0), 4,
	  4 * COBRA_MAX_SENSORS, FIELD_SMALL },

	/* What the driver writes: a board that spoils its own memory */
	REGISTER(RESET,			4, 1, RESET),
	REGISTER(COMMAND_SEQ,		4, 1, COMMAND_SEQ),
	REGISTER(RUN,			4, 1, SEQUENCE),
	REGISTER(RX_TAIL,		8, 1, POSITION),
	REGISTER(RX_GAP_TAIL,		8, 1, COUNT),
	REGISTER(RX_WAKE_AT,		8, 1, POSITION),
	REGISTER(RX_WAKE_SEQ,		4, 1, SEQUENCE),
	REGISTER(RX_WAKE_USECS,		4, 1, WORD),
	REGISTER(TX_HEAD,		8, 1, POSITION),
	REGISTER(TX_WAKE_AT,		8, 1, POSITION),
	REGISTER(TX_WAKE_SEQ,		4, 1, SEQUENCE),
	REGISTER(EVENT_TAIL,		8, 1, COUNT),
	REGISTER(EVENT_WAKE_SEQ,	4, 1, SEQUENCE),
	REGISTER(CONSOLE_OUT_TAIL,	4, 1, COUNT),
	REGISTER(CONSOLE_ERR_TAIL,	4, 1, COUNT),
	REGISTER(CONSOLE_IN_HEAD,	4, 1, COUNT),
	REGISTER(SOURCE_RATE,		8, 1, WORD),
	REGISTER(SOURCE_PATTERN,	4, 1, SMALL),
	REGISTER(SOURCE_PULSE,		4, 1, WORD),
	REGISTER(SOURCE_SEED,		8, 1, WORD),
};

static const uint64_t boundaries[] = {
	0, 1, 2, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff, 0x100000000,
	1ull << 62, 1ull << 63, UINT64_MAX - 1, UINT64_MAX,
};

static const int64_t steps[] = { 1, -1, 3, -3, 8, -8, 4096, -4096 };

static uint64_t almost_position(const struct stream *stream, uint64_t last_head,
				uint64_t what)
{
	const uint64_t tail = get64(stream->registers + COBRA_REG_RX_TAIL);
	const uint64_t head = stream->head, size = stream->ring.size;
	const uint64_t list[] = {
		tail, tail + 1, tail - 1, tail + size, tail + size - 1,
		tail + size + 1, head, head + 1, head - size, head + size,
		last_head, stream->produced,
	};

	return PICK(list, what);
}

static uint64_t almost_count(const struct stream *stream, uint64_t what)
{
	const uint64_t tail = get64(stream->registers + COBRA_REG_RX_GAP_TAIL);
	const uint64_t list[] = {
		tail, tail + 1, tail - 1, stream->gap_head + 1,
		tail + COBRA_GAP_SLOTS - 1, tail + COBRA_GAP_SLOTS,
		tail + COBRA_GAP_SLOTS + 1, COBRA_EVENT_SLOTS,
		COBRA_EVENT_SLOTS + 1, COBRA_CONSOLE_OUT_BYTES + 1,
	};

	return PICK(list, what);
}

static uint64_t almost_sequence(const struct stream *stream, uint64_t what)
{
	const uint64_t seq = get32(stream->registers + COBRA_REG_RX_WAKE_SEQ);
	const uint64_t list[] = {
		seq, seq + 1, seq - 1, stream->run + 1, stream->run - 1,
	};

	return PICK(list, what);
}

/* The numbers that somebody waits for, or is going to. */
static uint64_t almost_answer(const struct stream *stream, uint64_t what)
{
	const uint8_t *registers = stream->registers;
	const uint64_t command = get32(registers + COBRA_REG_COMMAND_SEQ);
	const uint64_t reset = get32(registers + COBRA_REG_RESET);
	const uint64_t list[] = {
		command, command + 1, command - 1, reset, reset + 1, reset - 1,
	};

	return PICK(list, what);
}

/* BAR 1 and 2 are the interrupt table and the set-up: addresses again. */
static uint64_t almost_bar(uint64_t what)
{
	static const uint64_t list[] = { 0, 3, 4, 5, 6, 7 };

	return PICK(list, what);
}

static uint64_t almost_true(const struct field *field, uint32_t index,
			    const struct stream *stream, uint64_t last_head,
			    uint64_t what)
{
	switch (field->kind) {
	case FIELD_POSITION:
		return almost_position(stream, last_head, what);
	case FIELD_GAPS:
		return index % 2 ? what % 4096 :
				   almost_position(stream, last_head, what);
	case FIELD_COUNT:
		return almost_count(stream, what);
	case FIELD_SEQUENCE:
		return almost_sequence(stream, what);
	case FIELD_STATE:
		return what % (COBRA_STATE_FAULT + 2);
	case FIELD_SMALL:
		return what % 80;
	case FIELD_COMMAND_RESULT:
		return what % (COBRA_RESULT_DMA + 2);
	case FIELD_COMMAND_ACK:
	case FIELD_RESET_ACK:
		return almost_answer(stream, what);
	default:
		return what % 0x10000;
	}
}

/* All ones would be a board that is gone, which FAULT_ONES does better. */
static uint64_t almost_magic(uint64_t what)
{
	static const uint64_t list[] = { 0, 1, COBRA_MAGIC ^ 0x80, ~COBRA_MAGIC };

	return PICK(list, what);
}

uint64_t field_lie(const struct field *field, uint32_t index, uint64_t was,
		   const struct stream *stream, uint64_t last_head,
		   uint64_t how, uint64_t what)
{
	if (field->kind == FIELD_BAR)
		return almost_bar(what);
	if (field->kind == FIELD_MAGIC)
		return almost_magic(what);
	switch (how % 8) {
	case 0:
		return what;
	case 1:
		return PICK(boundaries, what);
	case 2:
	case 3:
		return was + PICK(steps, what);
	default:
		return almost_true(field, index, stream, last_head, what);
	}
}
