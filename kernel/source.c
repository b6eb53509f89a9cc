// SPDX-License-Identifier: GPL-2.0
/*
 * Settings of the test source that native boards have built in.
 */
#include <linux/bits.h>

#include "native.h"

static u64 source_get_rate(struct cobra_board *board)
{
	return native_read64(to_native(board), COBRA_REG_SOURCE_RATE);
}

static u64 source_get_pattern(struct cobra_board *board)
{
	return native_read(to_native(board), COBRA_REG_SOURCE_PATTERN);
}

static u64 source_get_pulse(struct cobra_board *board)
{
	return native_read(to_native(board), COBRA_REG_SOURCE_PULSE);
}

static u64 source_get_seed(struct cobra_board *board)
{
	return native_read64(to_native(board), COBRA_REG_SOURCE_SEED);
}

/**
 * cobra_source_remember() - what the source registers say now is what counts
 * @n: the board, which has CAP_SOURCE
 *
 * Context: Process context, hardware in use, board->control held; or before the
 *	board is in service.
 */
void cobra_source_remember(struct native *n)
{
	n->source.rate = native_read64(n, COBRA_REG_SOURCE_RATE);
	n->source.pattern = native_read(n, COBRA_REG_SOURCE_PATTERN);
	n->source.pulse = native_read(n, COBRA_REG_SOURCE_PULSE);
	n->source.seed = native_read64(n, COBRA_REG_SOURCE_SEED);
}

/**
 * cobra_source_restore() - write what counts into the source registers
 * @n: the board, which has CAP_SOURCE
 *
 * The next start takes it over.
 *
 * Context: As cobra_source_remember().
 */
void cobra_source_restore(struct native *n)
{
	native_write64(n, COBRA_REG_SOURCE_RATE, n->source.rate);
	native_write(n, COBRA_REG_SOURCE_PATTERN, n->source.pattern);
	native_write(n, COBRA_REG_SOURCE_PULSE, n->source.pulse);
	native_write64(n, COBRA_REG_SOURCE_SEED, n->source.seed);
}

/* source_configure - change a source register, or leave it as it was */
static int source_configure(struct cobra_board *board, unsigned int reg,
			    bool wide, u64 value)
{
	struct native *n = to_native(board);
	u64 old;
	int ret = cobra_board_use(board);

	if (ret)
		return ret;
	old = wide ? native_read64(n, reg) : native_read(n, reg);
	if (wide)
		native_write64(n, reg, value);
	else
		native_write(n, reg, value);
	ret = cobra_native_command(n, COBRA_CMD_CONFIGURE);
	if (!ret)
		cobra_source_remember(n);
	else if (ret == -EIO && wide)
		native_write64(n, reg, old);
	else if (ret == -EIO)
		native_write(n, reg, old);
	cobra_board_unuse(board);
	if (ret == -ENODEV)
		cobra_board_vanish(board);
	else if (ret == -ETIMEDOUT)
		cobra_fifo_fail(&board->rx, "no answer to configure");
	return ret;
}

static int source_set_rate(struct cobra_board *board, u64 value)
{
	return source_configure(board, COBRA_REG_SOURCE_RATE, true, value);
}

static int source_set_pattern(struct cobra_board *board, u64 value)
{
	return source_configure(board, COBRA_REG_SOURCE_PATTERN, false, value);
}

static int source_set_pulse(struct cobra_board *board, u64 value)
{
	return source_configure(board, COBRA_REG_SOURCE_PULSE, false, value);
}

static int source_set_seed(struct cobra_board *board, u64 value)
{
	return source_configure(board, COBRA_REG_SOURCE_SEED, true, value);
}

static const char *const rate_words[] = { "max", NULL };
static const char *const pattern_words[] = { "counter", "prbs31", "file",
					     NULL };

const struct cobra_setting cobra_source_settings[] = {
	{ .name = "rate", .help = "bytes/s of the test source, or max",
	  .words = rate_words, .or_number = true, .min = 8, .max = BIT_ULL(40),
	  .get = source_get_rate, .set = source_set_rate },
	{ .name = "pattern", .help = "what the test source makes",
	  .words = pattern_words,
	  .get = source_get_pattern, .set = source_set_pattern },
	{ .name = "pulse_usecs",
	  .help = "microseconds between its bursts, 0: steady",
	  .max = 10000000,
	  .get = source_get_pulse, .set = source_set_pulse },
	{ .name = "seed", .help = "what its pattern begins with",
	  .max = U64_MAX,
	  .get = source_get_seed, .set = source_set_seed },
	{ }
};
