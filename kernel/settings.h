/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Settings: what `get` and `set` know, as a table.
 */
#ifndef COBRA_SETTINGS_H
#define COBRA_SETTINGS_H

#include <linux/types.h>

struct cobra_board;

/**
 * struct cobra_setting - one `key value`
 * @name: the key
 * @help: what it is, with its unit
 * @words: names of the values 0, 1, ...; ends with NULL; or NULL: a number
 * @or_number: numbers from @min to @max are values, too, beside @words
 * @min: smallest number
 * @max: largest number
 * @get: tell it; called with the hardware in use (cobra_board_use())
 * @set: change it; called between cobra_run_lock() and cobra_run_unlock(); 0,
 *	-EBUSY if not now, or what the hardware says; NULL: read-only
 * @text: instead of @get, for text
 * @own: instead of @get: offset of a u64 in struct cobra_board
 * @reported: instead of @get: offset of a u64 in struct cobra_status
 */
struct cobra_setting {
	const char *name;
	const char *help;
	const char *const *words;
	bool or_number;
	u64 min;
	u64 max;
	u64 (*get)(struct cobra_board *board);
	int (*set)(struct cobra_board *board, u64 value);
	const char *(*text)(struct cobra_board *board);
	size_t own;
	size_t reported;
};

/* Longest `key value` line, its end included. */
#define COBRA_SETTING_LINE 80

int cobra_parse_number(const char *text, u64 *value);

const struct cobra_setting *cobra_setting_next(const struct cobra_board *board,
					       const struct cobra_setting *last);
const struct cobra_setting *cobra_setting_find(const struct cobra_board *board,
					       const char *name);
int cobra_setting_show(struct cobra_board *board,
		       const struct cobra_setting *setting, char *line);
bool cobra_setting_allows(const struct cobra_setting *setting, u64 value);
int cobra_setting_parse(const struct cobra_setting *setting, const char *text,
			u64 *value);

#endif /* COBRA_SETTINGS_H */
