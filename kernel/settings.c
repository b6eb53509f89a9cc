// SPDX-License-Identifier: GPL-2.0
/*
 * Settings: one table of what every board has, and one of what its type adds.
 *
 * docs/control.md describes each; a test compares the two.
 */
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/overflow.h>
#include <linux/string.h>

#include "board.h"
#include "run.h"
#include "settings.h"

/**
 * cobra_parse_number() - read a number as people write it
 * @text: decimal, or hexadecimal after 0x; K, M or G behind it multiplies by
 *	1024, its square, its cube; nothing else around it
 * @value: where it goes
 *
 * Return: 0; -EINVAL if that is no number; -ERANGE if it needs over 64 bits.
 */
int cobra_parse_number(const char *text, u64 *value)
{
	static const char units[] = "KMG";
	unsigned int base = 10;
	unsigned int digits = 0;
	const char *unit;
	u64 number = 0;

	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		text += 2;
	}
	for (;; text++, digits++) {
		int digit = hex_to_bin(*text);

		if (digit < 0 || digit >= base)
			break;
		if (check_mul_overflow(number, (u64)base, &number) ||
		    check_add_overflow(number, (u64)digit, &number))
			return -ERANGE;
	}
	if (!digits)
		return -EINVAL;
	if (*text) {
		unit = strchr(units, toupper(*text));
		if (!unit || text[1])
			return -EINVAL;
		if (check_mul_overflow(number, 1ULL << (unit - units + 1) * 10,
				       &number))
			return -ERANGE;
	}
	*value = number;
	return 0;
}

/* status_u64 - a u64 of the status block, 0 if that has gone */
static u64 status_u64(struct cobra_board *board, size_t offset)
{
	const struct cobra_status *status;
	u64 value = 0;

	rcu_read_lock();
	status = rcu_dereference(board->status);
	if (status)
		value = le64_to_cpu(READ_ONCE(*(__le64 *)((u8 *)status + offset)));
	rcu_read_unlock();
	return value;
}

static const char *text_type(struct cobra_board *board)
{
	return board->ops->type;
}

static const char *text_serial(struct cobra_board *board)
{
	return board->serial;
}

static const char *text_model(struct cobra_board *board)
{
	return board->model;
}

static const char *text_firmware(struct cobra_board *board)
{
	return board->firmware;
}

static const char *text_state(struct cobra_board *board)
{
	switch (cobra_fifo_state(&board->rx)) {
	case COBRA_STATE_RUNNING:
		return "running";
	case COBRA_STATE_DRAINING:
		return "draining";
	case COBRA_STATE_FAULT:
		return "fault";
	case COBRA_STATE_GONE:
		return "gone";
	default:
		return "idle";
	}
}

static u64 get_trigger(struct cobra_board *board)
{
	return READ_ONCE(board->trigger);
}

static u64 get_gaps(struct cobra_board *board)
{
	return READ_ONCE(board->rx.skip_gaps);
}

static u64 get_run(struct cobra_board *board)
{
	return READ_ONCE(board->rx.run);
}

static u64 get_head(struct cobra_board *board)
{
	return status_u64(board, offsetof(struct cobra_status, rx_head));
}

static u64 get_fill(struct cobra_board *board)
{
	return cobra_fifo_fill(&board->rx);
}

/* The ring changes under hw_lock held for reading, and goes after RCU. */
static u64 get_ring(struct cobra_board *board)
{
	u64 size;

	rcu_read_lock();
	size = READ_ONCE(board->rx.ring)->size;
	rcu_read_unlock();
	return size;
}

static u64 get_segment(struct cobra_board *board)
{
	unsigned int shift;

	rcu_read_lock();
	shift = READ_ONCE(board->rx.ring)->shift;
	rcu_read_unlock();
	return 1ULL << shift;
}

static u64 get_register_reads(struct cobra_board *board)
{
	return atomic64_read(&board->register_reads);
}

static u64 get_register_writes(struct cobra_board *board)
{
	return atomic64_read(&board->register_writes);
}

static int set_trigger(struct cobra_board *board, u64 value)
{
	WRITE_ONCE(board->trigger, value);
	return 0;
}

static int set_read_min(struct cobra_board *board, u64 value)
{
	/* The board needs room to go on while the reader gets up. */
	if (value > board->rx.ring->size / 2)
		return -ERANGE;
	WRITE_ONCE(board->rx.read_min, value);
	/* Sleepers asked for another position. */
	cobra_wake_renew(&board->rx);
	return 0;
}

static int set_wake_usecs(struct cobra_board *board, u64 value)
{
	WRITE_ONCE(board->rx.wake_usecs, value);
	cobra_wake_renew(&board->rx);
	return 0;
}

static int set_gaps(struct cobra_board *board, u64 value)
{
	WRITE_ONCE(board->rx.skip_gaps, value);
	return 0;
}

static const char *const trigger_words[] = { "open", "manual", NULL };
static const char *const gaps_words[] = { "error", "skip", NULL };

static const struct cobra_setting common_settings[] = {
	{ .name = "type", .help = "board type", .text = text_type },
	{ .name = "serial", .help = "serial number", .text = text_serial },
	{ .name = "model", .help = "model", .text = text_model },
	{ .name = "firmware", .help = "firmware version",
	  .text = text_firmware },
	{ .name = "state", .help = "idle, running, draining, fault",
	  .text = text_state },
	{ .name = "trigger", .help = "who starts runs",
	  .words = trigger_words, .get = get_trigger, .set = set_trigger },
	{ .name = "ring", .help = "ring size in bytes, a multiple of 4096",
	  .max = U64_MAX, .get = get_ring, .set = cobra_run_resize },
	{ .name = "segment", .help = "size of the ring's pieces in bytes",
	  .get = get_segment },
	{ .name = "read_min", .help = "bytes that a sleeping reader waits for, to ring / 2",
	  .min = 1, .max = U64_MAX,
	  .own = offsetof(struct cobra_board, rx.read_min),
	  .set = set_read_min },
	{ .name = "wake_usecs",
	  .help = "microseconds it waits for the rest of them, 0: for ever",
	  .max = 10000000,
	  .own = offsetof(struct cobra_board, rx.wake_usecs),
	  .set = set_wake_usecs },
	{ .name = "gaps", .help = "whether a read fails at a gap",
	  .words = gaps_words, .get = get_gaps, .set = set_gaps },
	{ .name = "run", .help = "number of the newest run", .get = get_run },
	{ .name = "head", .help = "bytes of the run delivered to the ring",
	  .get = get_head },
	{ .name = "tail", .help = "bytes of the run taken from the ring",
	  .own = offsetof(struct cobra_board, rx.tail) },
	{ .name = "fill", .help = "bytes that wait to be read",
	  .get = get_fill },
	{ .name = "produced", .help = "bytes that the board made in the run",
	  .reported = offsetof(struct cobra_status, produced) },
	{ .name = "lost", .help = "bytes of those that it dropped",
	  .reported = offsetof(struct cobra_status, lost) },
	{ .name = "discarded", .help = "bytes of the run thrown away unread",
	  .own = offsetof(struct cobra_board, rx.discarded) },
	{ .name = "gap_count", .help = "gaps in the run",
	  .reported = offsetof(struct cobra_status, gap_head) },
	{ .name = "gap_position", .help = "position of the last gap passed",
	  .own = offsetof(struct cobra_board, rx.gap.position) },
	{ .name = "gap_bytes", .help = "bytes lost at that gap",
	  .own = offsetof(struct cobra_board, rx.gap.lost) },
	{ .name = "sleeps", .help = "wake-ups asked for",
	  .own = offsetof(struct cobra_board, rx.sleeps) },
	{ .name = "interrupts", .help = "wake-ups by interrupt",
	  .own = offsetof(struct cobra_board, rx.interrupts) },
	{ .name = "spurious", .help = "interrupts that woke nobody",
	  .own = offsetof(struct cobra_board, rx.spurious) },
	{ .name = "timeouts", .help = "wake-ups because of wake_usecs",
	  .own = offsetof(struct cobra_board, rx.timeouts) },
	{ .name = "rescues", .help = "wake-ups by the watchdog",
	  .own = offsetof(struct cobra_board, rx.rescues) },
	{ .name = "register_reads", .help = "register reads",
	  .get = get_register_reads },
	{ .name = "register_writes", .help = "register writes",
	  .get = get_register_writes },
	{ }
};

/**
 * cobra_setting_next() - walk the settings of a board
 * @board: the board
 * @last: the one before, or NULL
 *
 * Return: The next one, or NULL after the last.
 */
const struct cobra_setting *cobra_setting_next(const struct cobra_board *board,
					       const struct cobra_setting *last)
{
	const struct cobra_setting *next = last ? last + 1 : common_settings;

	if (!next->name && last >= common_settings &&
	    last < common_settings + ARRAY_SIZE(common_settings))
		next = board->settings;
	return next && next->name ? next : NULL;
}

/**
 * cobra_setting_find() - find a setting by its key
 * @board: the board
 * @name: the key
 *
 * Return: The setting, or NULL.
 */
const struct cobra_setting *cobra_setting_find(const struct cobra_board *board,
					       const char *name)
{
	const struct cobra_setting *setting = NULL;

	while ((setting = cobra_setting_next(board, setting)))
		if (!strcmp(setting->name, name))
			break;
	return setting;
}

static const char *setting_word(const struct cobra_setting *setting, u64 value)
{
	u64 n;

	for (n = 0; setting->words && setting->words[n]; n++)
		if (n == value)
			return setting->words[n];
	return NULL;
}

static u64 setting_value(struct cobra_board *board,
			 const struct cobra_setting *setting)
{
	if (setting->own)
		return READ_ONCE(*(u64 *)((u8 *)board + setting->own));
	if (setting->reported)
		return status_u64(board, setting->reported);
	return setting->get(board);
}

/**
 * cobra_setting_show() - tell a setting
 * @board: the board, its hardware in use
 * @setting: the setting
 * @line: COBRA_SETTING_LINE bytes, for `key value` and a newline
 *
 * Return: Length of the line.
 */
int cobra_setting_show(struct cobra_board *board,
		       const struct cobra_setting *setting, char *line)
{
	const char *text;
	u64 value = 0;

	if (setting->text) {
		text = setting->text(board);
	} else {
		value = setting_value(board, setting);
		text = setting_word(setting, value);
	}
	if (text)
		return scnprintf(line, COBRA_SETTING_LINE, "%s %s\n",
				 setting->name, text);
	return scnprintf(line, COBRA_SETTING_LINE, "%s %llu\n", setting->name,
			 value);
}

static bool setting_in_range(const struct cobra_setting *setting, u64 number)
{
	return number >= setting->min && number <= setting->max;
}

/**
 * cobra_setting_allows() - may the setting have this value?
 * @setting: the setting
 * @value: the value, as its set() would get it; maybe what a board claims
 *
 * Return: true if it may.
 */
bool cobra_setting_allows(const struct cobra_setting *setting, u64 value)
{
	if (setting_word(setting, value))
		return true;
	return (!setting->words || setting->or_number) &&
	       setting_in_range(setting, value);
}

/**
 * cobra_setting_parse() - understand a value
 * @setting: the setting
 * @text: what the user wrote
 * @value: where the value goes
 *
 * Return: 0; -EINVAL; -ERANGE.
 */
int cobra_setting_parse(const struct cobra_setting *setting, const char *text,
			u64 *value)
{
	int n, ret;

	for (n = 0; setting->words && setting->words[n]; n++) {
		if (!strcmp(setting->words[n], text)) {
			*value = n;
			return 0;
		}
	}
	if (setting->words && !setting->or_number)
		return -EINVAL;
	ret = cobra_parse_number(text, value);
	if (!ret && !setting_in_range(setting, *value))
		ret = -ERANGE;
	return ret;
}
