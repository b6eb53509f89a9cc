// SPDX-License-Identifier: GPL-2.0
/*
 * Settings of the test source that native boards have built in.
 */
#include <linux/bits.h>

#include "native.h"

static const struct source_register {
	unsigned int offset;
	bool wide;
} source_registers[NATIVE_SOURCES] = {
	[NATIVE_SOURCE_RATE]	= { COBRA_REG_SOURCE_RATE, true },
	[NATIVE_SOURCE_PATTERN]	= { COBRA_REG_SOURCE_PATTERN },
	[NATIVE_SOURCE_PULSE]	= { COBRA_REG_SOURCE_PULSE },
	[NATIVE_SOURCE_SEED]	= { COBRA_REG_SOURCE_SEED, true },
};

static u64 source_read(struct native *n, enum native_source which)
{
	const struct source_register *reg = &source_registers[which];

	return reg->wide ? native_read64(n, reg->offset) :
			   native_read(n, reg->offset);
}

static void source_write(struct native *n, enum native_source which, u64 value)
{
	const struct source_register *reg = &source_registers[which];

	if (reg->wide)
		native_write64(n, reg->offset, value);
	else
		native_write(n, reg->offset, value);
}

/**
 * cobra_source_remember() - what the source registers say now counts until `set`
 * @n: the board, which has CAP_SOURCE
 *
 * Context: Before the board is in service.
 */
void cobra_source_remember(struct native *n)
{
	enum native_source which;

	for (which = 0; which < NATIVE_SOURCES; which++)
		n->source[which] = source_read(n, which);
}

/**
 * cobra_source_restore() - write what counts into the source registers
 * @n: the board, which has CAP_SOURCE
 *
 * The next start takes it over, so nothing goes there that a start would refuse:
 * a board may have lied when it was found.
 *
 * Context: Process context, hardware in use, board->control held.
 */
void cobra_source_restore(struct native *n)
{
	enum native_source which;

	lockdep_assert_held(&n->board->control);
	for (which = 0; which < NATIVE_SOURCES; which++)
		if (cobra_setting_allows(&cobra_source_settings[which],
					 n->source[which]))
			source_write(n, which, n->source[which]);
}

/* source_configure - change a source register, or leave it as it was */
static int source_configure(struct cobra_board *board,
			    enum native_source which, u64 value)
{
	struct native *n = to_native(board);
	int ret = cobra_board_use(board);
	u64 old;

	if (ret)
		return ret;
	old = source_read(n, which);
	source_write(n, which, value);
	ret = cobra_native_command(n, COBRA_CMD_CONFIGURE);
	if (!ret)
		n->source[which] = value;
	else if (ret == -EIO)
		source_write(n, which, old);
	cobra_board_unuse(board);
	if (ret == -ENODEV)
		cobra_board_vanish(board);
	else if (ret == -ETIMEDOUT)
		cobra_fifo_fail(&board->rx, "no answer to configure");
	return ret;
}

static u64 source_get_rate(struct cobra_board *board)
{
	return source_read(to_native(board), NATIVE_SOURCE_RATE);
}

static u64 source_get_pattern(struct cobra_board *board)
{
	return source_read(to_native(board), NATIVE_SOURCE_PATTERN);
}

static u64 source_get_pulse(struct cobra_board *board)
{
	return source_read(to_native(board), NATIVE_SOURCE_PULSE);
}

static u64 source_get_seed(struct cobra_board *board)
{
	return source_read(to_native(board), NATIVE_SOURCE_SEED);
}

static int source_set_rate(struct cobra_board *board, u64 value)
{
	return source_configure(board, NATIVE_SOURCE_RATE, value);
}

static int source_set_pattern(struct cobra_board *board, u64 value)
{
	return source_configure(board, NATIVE_SOURCE_PATTERN, value);
}

static int source_set_pulse(struct cobra_board *board, u64 value)
{
	return source_configure(board, NATIVE_SOURCE_PULSE, value);
}

static int source_set_seed(struct cobra_board *board, u64 value)
{
	return source_configure(board, NATIVE_SOURCE_SEED, value);
}

static const char *const rate_words[] = { "max", NULL };
static const char *const pattern_words[] = { "counter", "prbs31", "file",
					     NULL };

const struct cobra_setting cobra_source_settings[] = {
	[NATIVE_SOURCE_RATE] = {
		.name = "rate", .help = "bytes/s of the test source, or max",
		.words = rate_words, .or_number = true,
		.min = 8, .max = BIT_ULL(40),
		.get = source_get_rate, .set = source_set_rate,
	},
	[NATIVE_SOURCE_PATTERN] = {
		.name = "pattern", .help = "what the test source makes",
		.words = pattern_words,
		.get = source_get_pattern, .set = source_set_pattern,
	},
	[NATIVE_SOURCE_PULSE] = {
		.name = "pulse_usecs",
		.help = "microseconds between its bursts, 0: steady",
		.max = 10000000,
		.get = source_get_pulse, .set = source_set_pulse,
	},
	[NATIVE_SOURCE_SEED] = {
		.name = "seed", .help = "what its pattern begins with",
		.max = U64_MAX,
		.get = source_get_seed, .set = source_set_seed,
	},
	[NATIVE_SOURCES] = { }
};
