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

/* What follows tells one word of the status block, 0 if it has gone. */
#define STATUS_U64(name)						\
static u64 status_##name(struct cobra_board *board)			\
{									\
	const struct cobra_status *status;				\
	u64 value = 0;							\
									\
	rcu_read_lock();						\
	status = rcu_dereference(board->status);			\
	if (status)							\
		value = le64_to_cpu(READ_ONCE(status->name));		\
	rcu_read_unlock();						\
	return value;							\
}
STATUS_U64(rx_head)
STATUS_U64(gap_head)
STATUS_U64(produced)
STATUS_U64(lost)

/* And these one member of the board object, as it is at the moment. */
#define MEMBER(name, member)						\
static u64 get_##name(struct cobra_board *board)			\
{									\
	return READ_ONCE(board->member);				\
}
MEMBER(trigger, trigger)
MEMBER(read_min, rx.read_min)
MEMBER(wake_usecs, rx.wake_usecs)
MEMBER(gaps, rx.skip_gaps)
MEMBER(run, rx.run)
MEMBER(tail, rx.tail)
MEMBER(gap_position, rx.gap.position)
MEMBER(gap_bytes, rx.gap.lost)
MEMBER(discarded, rx.discarded)
MEMBER(sleeps, rx.sleeps)
MEMBER(interrupts, rx.interrupts)
MEMBER(spurious, rx.spurious)
MEMBER(timeouts, rx.timeouts)
MEMBER(rescues, rx.rescues)

#define TEXT(name, value)						\
static const char *text_##name(struct cobra_board *board)		\
{									\
	return value;							\
}
TEXT(type, board->ops->type)
TEXT(serial, board->serial)
TEXT(model, board->model)
TEXT(firmware, board->firmware)

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
	if (value > board->rx.ring->size)
		return -ERANGE;
	WRITE_ONCE(board->rx.read_min, value);
	/* Sleepers asked for another position. */
	cobra_wake_disarm(&board->rx);
	return 0;
}

static int set_wake_usecs(struct cobra_board *board, u64 value)
{
	WRITE_ONCE(board->rx.wake_usecs, value);
	cobra_wake_disarm(&board->rx);
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
	{ .name = "read_min", .help = "bytes that a sleeping reader waits for",
	  .min = 1, .max = U64_MAX,
	  .get = get_read_min, .set = set_read_min },
	{ .name = "wake_usecs",
	  .help = "microseconds it waits for the rest of them, 0: for ever",
	  .max = 10000000, .get = get_wake_usecs, .set = set_wake_usecs },
	{ .name = "gaps", .help = "whether a read fails at a gap",
	  .words = gaps_words, .get = get_gaps, .set = set_gaps },
	{ .name = "run", .help = "number of the newest run", .get = get_run },
	{ .name = "head", .help = "bytes of the run delivered to the ring",
	  .get = status_rx_head },
	{ .name = "tail", .help = "bytes of the run taken from the ring",
	  .get = get_tail },
	{ .name = "fill", .help = "bytes that wait to be read",
	  .get = get_fill },
	{ .name = "produced", .help = "bytes that the board made in the run",
	  .get = status_produced },
	{ .name = "lost", .help = "bytes of those that it dropped",
	  .get = status_lost },
	{ .name = "discarded", .help = "bytes of the run thrown away unread",
	  .get = get_discarded },
	{ .name = "gap_count", .help = "gaps in the run",
	  .get = status_gap_head },
	{ .name = "gap_position", .help = "position of the last gap passed",
	  .get = get_gap_position },
	{ .name = "gap_bytes", .help = "bytes lost at that gap",
	  .get = get_gap_bytes },
	{ .name = "sleeps", .help = "wake-ups asked for", .get = get_sleeps },
	{ .name = "interrupts", .help = "wake-ups by interrupt",
	  .get = get_interrupts },
	{ .name = "spurious", .help = "interrupts that woke nobody",
	  .get = get_spurious },
	{ .name = "timeouts", .help = "wake-ups because of wake_usecs",
	  .get = get_timeouts },
	{ .name = "rescues", .help = "wake-ups by the watchdog",
	  .get = get_rescues },
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
		next = board->ops->settings;
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
		value = setting->get(board);
		text = setting_word(setting, value);
	}
	if (text)
		return scnprintf(line, COBRA_SETTING_LINE, "%s %s\n",
				 setting->name, text);
	return scnprintf(line, COBRA_SETTING_LINE, "%s %llu\n", setting->name,
			 value);
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
	if (!ret && (*value < setting->min || *value > setting->max))
		ret = -ERANGE;
	return ret;
}
