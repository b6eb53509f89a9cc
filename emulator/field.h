/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fields that a board can lie about: each word of the status block, each
 * register, and the ring; and what is worth a lie there.
 */
#ifndef COBRA_EMULATOR_FIELD_H
#define COBRA_EMULATOR_FIELD_H

#include <stdint.h>

#define FIELDS		68
#define HOT_FIELDS	8	/* the first: what the driver looks at all the time */

struct stream;

enum field_place { IN_STATUS, IN_REGISTERS, IN_RING };

/* What a field holds, and so what is almost true there. */
enum field_kind {
	FIELD_WORD,		/* anything */
	FIELD_POSITION,		/* in a stream, in bytes */
	FIELD_COUNT,		/* of records in a ring of them */
	FIELD_STATE,		/* enum cobra_board_state */
	FIELD_SEQUENCE,		/* of the wake-up, or of the run */
	FIELD_SMALL,		/* a shift, a bit, a number of things */
	FIELD_GAPS,		/* records of a position and a length */
	FIELD_BAR,		/* number of a BAR */
	FIELD_MAGIC,
	FIELD_COMMAND_SEQ,	/* from here on kinds of one field each, which */
	FIELD_COMMAND_ACK,	/*	the fuzzer takes special care of */
	FIELD_COMMAND_RESULT,
	FIELD_RESET,
	FIELD_RESET_ACK,
};

/**
 * struct field - something that a board writes
 * @name: as in include/cobra/board.h
 * @place: what @offset counts from
 * @offset: bytes to the first of them
 * @width: bytes of each, 4 or 8
 * @count: how many there are in a row; 0: as many as the ring has room for
 * @kind: what they hold
 */
struct field {
	const char *name;
	enum field_place place;
	uint32_t offset;
	uint32_t width;
	uint32_t count;
	enum field_kind kind;
};

extern const struct field fields[FIELDS];

/*
 * A value for number @index of @field, where there is @was: a random one, a
 * boundary, or one that is almost true, by @how, and @what of them.  @last_head
 * is where another run ended.
 */
uint64_t field_lie(const struct field *field, uint32_t index, uint64_t was,
		   const struct stream *stream, uint64_t last_head,
		   uint64_t how, uint64_t what);

#endif /* COBRA_EMULATOR_FIELD_H */
