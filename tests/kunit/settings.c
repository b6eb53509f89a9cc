// SPDX-License-Identifier: GPL-2.0
/*
 * cobra_settings: numbers as people write them, and what holds for every entry
 * of the tables.
 */
#include <linux/ctype.h>

#include "../../kernel/native.h"
#include "../../kernel/settings.h"
#include "stub.h"

/* --- Numbers --------------------------------------------------------------- */

static const struct settings_number {
	const char *text;
	int ret;
	u64 value;
} settings_numbers[] = {
	/* Decimal */
	{ "0", 0, 0 },
	{ "7", 0, 7 },
	{ "1234567890", 0, 1234567890 },
	{ "0010", 0, 10 },
	{ "4294967295", 0, U32_MAX },
	{ "4294967296", 0, 1ULL << 32 },
	{ "9223372036854775808", 0, 1ULL << 63 },
	{ "18446744073709551615", 0, U64_MAX },
	{ "18446744073709551616", -ERANGE },
	{ "18446744073709551620", -ERANGE },
	{ "99999999999999999999", -ERANGE },
	{ "100000000000000000000000000000000000000000", -ERANGE },
	/* Hexadecimal */
	{ "0x0", 0, 0 },
	{ "0x1f", 0, 0x1f },
	{ "0X1F", 0, 0x1f },
	{ "0xabcdefABCDEF", 0, 0xabcdefabcdefULL },
	{ "0xffffffffffffffff", 0, U64_MAX },
	{ "0x0000000000000000001", 0, 1 },
	{ "0x10000000000000000", -ERANGE },
	/* With a unit */
	{ "1K", 0, 1ULL << 10 },
	{ "1k", 0, 1ULL << 10 },
	{ "1M", 0, 1ULL << 20 },
	{ "1m", 0, 1ULL << 20 },
	{ "1G", 0, 1ULL << 30 },
	{ "1g", 0, 1ULL << 30 },
	{ "0K", 0, 0 },
	{ "16M", 0, 16ULL << 20 },
	{ "0x10K", 0, 16ULL << 10 },
	{ "17179869183G", 0, 17179869183ULL << 30 },
	{ "17179869184G", -ERANGE },
	{ "18014398509481983K", 0, 18014398509481983ULL << 10 },
	{ "18014398509481984K", -ERANGE },
	/* None */
	{ "", -EINVAL },
	{ " ", -EINVAL },
	{ "0x", -EINVAL },
	{ "0xK", -EINVAL },
	{ "0xg", -EINVAL },
	{ "x1", -EINVAL },
	{ "K", -EINVAL },
	{ "KK", -EINVAL },
	{ "1KK", -EINVAL },
	{ "1KB", -EINVAL },
	{ "1KiB", -EINVAL },
	{ "1T", -EINVAL },
	{ "1B", -EINVAL },
	{ "1 K", -EINVAL },
	{ " 1", -EINVAL },
	{ "1 ", -EINVAL },
	{ "1\n", -EINVAL },
	{ "-1", -EINVAL },
	{ "+1", -EINVAL },
	{ "1.5", -EINVAL },
	{ "1e6", -EINVAL },
	{ "1_000", -EINVAL },
	{ "1,000", -EINVAL },
	{ "a", -EINVAL },
	{ "12a", -EINVAL },
	{ "0b1", -EINVAL },
	{ "\xb2", -EINVAL },
	{ "1\xcb", -EINVAL },
};

static void settings_number_name(const struct settings_number *number,
				 char *name)
{
	snprintf(name, KUNIT_PARAM_DESC_SIZE, "\"%*pE\"",
		 (int)strlen(number->text), number->text);
}

KUNIT_ARRAY_PARAM(settings_number, settings_numbers, settings_number_name);

static void settings_read_numbers(struct kunit *test)
{
	const struct settings_number *number = test->param_value;
	u64 value = 0xdead;

	KUNIT_EXPECT_EQ(test, cobra_parse_number(number->text, &value),
			number->ret);
	/* A number that is none leaves what was there. */
	KUNIT_EXPECT_EQ(test, value, number->ret ? 0xdead : number->value);
}

/* Every number that the driver prints, it reads, and so in hexadecimal. */
static void settings_read_what_is_printed(struct kunit *test)
{
	unsigned int shift, below;
	char text[24];
	u64 value;

	for (shift = 0; shift < 64; shift++) {
		for (below = 0; below < 3; below++) {
			u64 number = (1ULL << shift) - below;

			snprintf(text, sizeof(text), "%llu", number);
			KUNIT_EXPECT_EQ(test, 0,
					cobra_parse_number(text, &value));
			KUNIT_EXPECT_EQ(test, value, number);
			snprintf(text, sizeof(text), "0x%llx", number);
			KUNIT_EXPECT_EQ(test, 0,
					cobra_parse_number(text, &value));
			KUNIT_EXPECT_EQ(test, value, number);
		}
	}
}

/* --- Values ---------------------------------------------------------------- */

static const char *const some_words[] = { "max", "off", "1", NULL };

static const struct cobra_setting number_setting = {
	.name = "number", .min = 8, .max = 4096,
};

static const struct cobra_setting word_setting = {
	.name = "word", .words = some_words, .max = U64_MAX,
};

static const struct cobra_setting both_setting = {
	.name = "both", .words = some_words, .or_number = true,
	.min = 8, .max = 4096,
};

static const struct settings_value {
	const char *name;
	const struct cobra_setting *setting;
	const char *text;
	int ret;
	u64 value;
} settings_values[] = {
	{ "smallest", &number_setting, "8", 0, 8 },
	{ "greatest", &number_setting, "4K", 0, 4096 },
	{ "too small", &number_setting, "7", -ERANGE },
	{ "0 too small", &number_setting, "0", -ERANGE },
	{ "too great", &number_setting, "4097", -ERANGE },
	{ "far too great", &number_setting, "0xfffffffffffffffff", -ERANGE },
	{ "no number", &number_setting, "many", -EINVAL },
	{ "no word here", &number_setting, "max", -EINVAL },
	{ "nothing", &number_setting, "", -EINVAL },
	{ "first word", &word_setting, "max", 0, 0 },
	{ "second word", &word_setting, "off", 0, 1 },
	{ "a word of digits", &word_setting, "1", 0, 2 },
	{ "number of a word", &word_setting, "0", -EINVAL },
	{ "part of a word", &word_setting, "ma", -EINVAL },
	{ "more than a word", &word_setting, "maximum", -EINVAL },
	{ "great letters", &word_setting, "MAX", -EINVAL },
	{ "no word", &word_setting, "", -EINVAL },
	{ "word or number: word", &both_setting, "off", 0, 1 },
	{ "word or number: word of digits", &both_setting, "1", 0, 2 },
	{ "word or number: number", &both_setting, "1K", 0, 1024 },
	{ "word or number: too small", &both_setting, "2", -ERANGE },
	{ "word or number: too great", &both_setting, "1G", -ERANGE },
	{ "word or number: neither", &both_setting, "on", -EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(settings_value, settings_values, name);

static void settings_understand_values(struct kunit *test)
{
	const struct settings_value *expected = test->param_value;
	u64 value = 0xdead;

	KUNIT_EXPECT_EQ(test, cobra_setting_parse(expected->setting,
						  expected->text, &value),
			expected->ret);
	if (!expected->ret) {
		KUNIT_EXPECT_EQ(test, value, expected->value);
		KUNIT_EXPECT_TRUE(test, cobra_setting_allows(expected->setting,
							     value));
	}
}

/* What a board claims to be set to is a number, whatever it stands for. */
static void settings_know_what_cannot_be(struct kunit *test)
{
	static const struct {
		const struct cobra_setting *setting;
		u64 value;
	} wrong[] = {
		{ &number_setting, 7 },
		{ &number_setting, 4097 },
		{ &number_setting, U64_MAX },
		{ &word_setting, 3 },
		{ &word_setting, U64_MAX },
		{ &both_setting, 3 },
		{ &both_setting, 7 },
		{ &both_setting, 4097 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		KUNIT_EXPECT_FALSE(test, cobra_setting_allows(wrong[i].setting,
							      wrong[i].value));
}

/* --- Tables ---------------------------------------------------------------- */

/* Numbers need no board, and there are many of them. */
static struct stub *settings_stub(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, stub_init(test), 0);
	return test->priv;
}

/* A board that has all settings there are, and registers to tell them from */
static struct cobra_board *settings_board(struct kunit *test)
{
	struct stub *stub = settings_stub(test);
	struct native *native = kunit_kzalloc(test, sizeof(*native),
					      GFP_KERNEL);
	void *registers = kunit_kzalloc(test, COBRA_REGS_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, native);
	KUNIT_ASSERT_NOT_NULL(test, registers);
	native->board = stub->board;
	native->regs = (u8 __iomem __force *)registers;
	stub->board->hw = native;
	stub->board->settings = cobra_source_settings;
	return stub->board;
}

static u64 *settings_register(struct cobra_board *board, unsigned int offset)
{
	return (void __force *)to_native(board)->regs + offset;
}

static void settings_are_found_by_name(struct kunit *test)
{
	struct cobra_board *board = settings_board(test);
	const struct cobra_setting *setting = NULL;
	unsigned int all = 0, common = 0;

	/* The first of a name is found, so none has the name of another. */
	while ((setting = cobra_setting_next(board, setting))) {
		KUNIT_EXPECT_PTR_EQ(test, setting,
				    cobra_setting_find(board, setting->name));
		all++;
	}
	KUNIT_EXPECT_NULL(test, cobra_setting_find(board, ""));
	KUNIT_EXPECT_NULL(test, cobra_setting_find(board, "rin"));
	KUNIT_EXPECT_NULL(test, cobra_setting_find(board, "rings"));
	KUNIT_EXPECT_NOT_NULL(test, cobra_setting_find(board, "rate"));
	/* Without a source there are those of every board, and no more. */
	board->settings = NULL;
	while ((setting = cobra_setting_next(board, setting)))
		common++;
	KUNIT_EXPECT_EQ(test, all - common, 4);
	KUNIT_EXPECT_NOT_NULL(test, cobra_setting_find(board, "ring"));
	KUNIT_EXPECT_NULL(test, cobra_setting_find(board, "rate"));
}

static size_t settings_longest_word(const struct cobra_setting *setting)
{
	size_t longest = 0;
	int n;

	for (n = 0; setting->words && setting->words[n]; n++)
		longest = max(longest, strlen(setting->words[n]));
	return longest;
}

static void settings_fit_their_lines(struct kunit *test)
{
	struct cobra_board *board = settings_board(test);
	const struct cobra_setting *setting = NULL;
	size_t longest = strlen("18446744073709551615");

	while ((setting = cobra_setting_next(board, setting))) {
		size_t value = max(longest, settings_longest_word(setting));

		if (setting->text)
			value = COBRA_TEXT_BYTES;
		/* A blank, a newline, and the end of the string */
		KUNIT_EXPECT_LE_MSG(test, strlen(setting->name) + value + 3,
				    COBRA_SETTING_LINE, "%s", setting->name);
	}
}

static void settings_make_sense(struct kunit *test)
{
	struct cobra_board *board = settings_board(test);
	const struct cobra_setting *setting = NULL;
	const char *c;

	while ((setting = cobra_setting_next(board, setting))) {
		for (c = setting->name; *c; c++)
			KUNIT_EXPECT_TRUE_MSG(test, islower(*c) || *c == '_',
					      "%s", setting->name);
		KUNIT_EXPECT_NE_MSG(test, strlen(setting->help), 0, "%s",
				    setting->name);
		KUNIT_EXPECT_EQ_MSG(test, 1, !!setting->get + !!setting->text +
				    !!setting->own + !!setting->reported,
				    "%s has one way to be told", setting->name);
		KUNIT_EXPECT_TRUE_MSG(test, setting->words ||
				      !setting->or_number, "%s",
				      setting->name);
		if (setting->set && (!setting->words || setting->or_number))
			KUNIT_EXPECT_LT_MSG(test, setting->min, setting->max,
					    "%s", setting->name);
		KUNIT_EXPECT_LE_MSG(test, setting->own + sizeof(u64),
				    sizeof(struct cobra_board), "%s",
				    setting->name);
		KUNIT_EXPECT_LE_MSG(test, setting->reported + sizeof(u64),
				    sizeof(struct cobra_status), "%s",
				    setting->name);
		KUNIT_EXPECT_EQ_MSG(test, setting->own % sizeof(u64) +
				    setting->reported % sizeof(u64), 0, "%s",
				    setting->name);
	}
}

/* No word is a number that could have been meant instead. */
static void settings_words_are_no_numbers(struct kunit *test)
{
	struct cobra_board *board = settings_board(test);
	const struct cobra_setting *setting = NULL;
	u64 value;
	int n;

	while ((setting = cobra_setting_next(board, setting))) {
		for (n = 0; setting->words && setting->words[n]; n++) {
			KUNIT_EXPECT_EQ_MSG(test, -EINVAL,
					    cobra_parse_number(setting->words[n],
							       &value),
					    "%s", setting->words[n]);
			KUNIT_EXPECT_EQ(test, 0,
					cobra_setting_parse(setting,
							    setting->words[n],
							    &value));
			KUNIT_EXPECT_EQ(test, value, n);
		}
		if (setting->or_number)
			KUNIT_EXPECT_GE_MSG(test, setting->min, n, "%s",
					    setting->name);
	}
}

/* Printed as `key value`, and what may be set is taken as it was printed. */
static void settings_are_set_as_they_are_shown(struct kunit *test)
{
	struct cobra_board *board = settings_board(test);
	const struct cobra_setting *setting = NULL;
	char line[COBRA_SETTING_LINE + 1];
	char *text = line;
	u64 value;

	line[COBRA_SETTING_LINE] = '#';
	while ((setting = cobra_setting_next(board, setting))) {
		size_t name = strlen(setting->name);
		int length = cobra_setting_show(board, setting, line);

		KUNIT_ASSERT_EQ(test, length, strlen(line));
		KUNIT_EXPECT_EQ(test, line[COBRA_SETTING_LINE], '#');
		KUNIT_EXPECT_EQ(test, 0, strncmp(line, setting->name, name));
		KUNIT_EXPECT_EQ(test, line[name], ' ');
		KUNIT_EXPECT_PTR_EQ(test, strchr(line, '\n'),
				    text + length - 1);
		if (!setting->set)
			continue;
		line[length - 1] = '\0';
		KUNIT_EXPECT_EQ_MSG(test, 0,
				    cobra_setting_parse(setting,
							line + name + 1,
							&value),
				    "%s", line);
	}
}

static void settings_show(struct kunit *test, struct cobra_board *board,
			  const char *name, const char *expected)
{
	const struct cobra_setting *setting = cobra_setting_find(board, name);
	char line[COBRA_SETTING_LINE];

	KUNIT_ASSERT_NOT_NULL(test, setting);
	cobra_setting_show(board, setting, line);
	KUNIT_EXPECT_STREQ(test, line, expected);
}

static void settings_show_what_is(struct kunit *test)
{
	struct cobra_board *board = settings_board(test);
	struct stub *stub = test->priv;

	settings_show(test, board, "type", "type stub\n");
	memset(board->serial, 'x', COBRA_TEXT_BYTES);
	settings_show(test, board, "serial",
		      "serial xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n");
	settings_show(test, board, "ring", "ring 48\n");
	settings_show(test, board, "segment", "segment 16\n");
	settings_show(test, board, "state", "state idle\n");
	stub_enter(stub, COBRA_STATE_DRAINING);
	settings_show(test, board, "state", "state draining\n");
	stub_enter(stub, U32_MAX);
	settings_show(test, board, "state", "state fault\n");
	settings_show(test, board, "gaps", "gaps error\n");
	board->rx.skip_gaps = true;
	settings_show(test, board, "gaps", "gaps skip\n");
	board->rx.tail = U64_MAX;
	settings_show(test, board, "tail", "tail 18446744073709551615\n");
	stub->status->lost = cpu_to_le64(4242);
	settings_show(test, board, "lost", "lost 4242\n");

	settings_show(test, board, "rate", "rate max\n");
	*settings_register(board, COBRA_REG_SOURCE_RATE) = 1000000;
	settings_show(test, board, "rate", "rate 1000000\n");
	settings_show(test, board, "pattern", "pattern counter\n");
	/* A board that tells nonsense is quoted. */
	*settings_register(board, COBRA_REG_SOURCE_PATTERN) = 99;
	settings_show(test, board, "pattern", "pattern 99\n");
}

static int settings_set(struct stub *stub, const char *name, u64 value)
{
	const struct cobra_setting *setting =
		cobra_setting_find(stub->board, name);
	int ret;

	KUNIT_ASSERT_NOT_NULL(stub->test, setting);
	KUNIT_ASSERT_EQ(stub->test, 0, cobra_run_lock(stub->board));
	ret = setting->set(stub->board, value);
	cobra_run_unlock(stub->board);
	stub_settle(stub);
	return ret;
}

static void settings_leave_the_board_room(struct kunit *test)
{
	struct stub *stub = settings_stub(test);

	KUNIT_EXPECT_EQ(test, settings_set(stub, "read_min", 24), 0);
	KUNIT_EXPECT_EQ(test, cobra_wake_want(stub->fifo), 24);
	KUNIT_EXPECT_EQ(test, settings_set(stub, "read_min", 25), -ERANGE);
	KUNIT_EXPECT_EQ(test, settings_set(stub, "read_min", U64_MAX), -ERANGE);
	KUNIT_EXPECT_EQ(test, cobra_wake_want(stub->fifo), 24);
}

/* Who sleeps asked for what was set before. */
static void settings_that_matter_to_sleepers_wake_them(struct kunit *test)
{
	struct stub *stub = settings_stub(test);

	KUNIT_ASSERT_EQ(test, stub_run(stub, cobra_run_start), 0);
	stub_arm(stub, 5);
	KUNIT_EXPECT_EQ(test, settings_set(stub, "wake_usecs", 100), 0);
	KUNIT_EXPECT_FALSE(test, cobra_wake_asked(stub->fifo, 5));
	stub_arm(stub, 5);
	KUNIT_EXPECT_EQ(test, settings_set(stub, "read_min", 2), 0);
	KUNIT_EXPECT_FALSE(test, cobra_wake_asked(stub->fifo, 5));
	stub_arm(stub, 5);
	KUNIT_EXPECT_EQ(test, settings_set(stub, "gaps", 1), 0);
	KUNIT_EXPECT_TRUE(test, cobra_wake_asked(stub->fifo, 5));
}

static struct kunit_case settings_cases[] = {
	KUNIT_CASE_PARAM(settings_read_numbers, settings_number_gen_params),
	KUNIT_CASE(settings_read_what_is_printed),
	KUNIT_CASE_PARAM(settings_understand_values, settings_value_gen_params),
	KUNIT_CASE(settings_know_what_cannot_be),
	KUNIT_CASE(settings_are_found_by_name),
	KUNIT_CASE(settings_fit_their_lines),
	KUNIT_CASE(settings_make_sense),
	KUNIT_CASE(settings_words_are_no_numbers),
	KUNIT_CASE(settings_are_set_as_they_are_shown),
	KUNIT_CASE(settings_show_what_is),
	KUNIT_CASE(settings_leave_the_board_room),
	KUNIT_CASE(settings_that_matter_to_sleepers_wake_them),
	{}
};

static struct kunit_suite settings_suite = {
	.name = "cobra_settings",
	.exit = stub_exit,
	.test_cases = settings_cases,
};

kunit_test_suite(settings_suite);
