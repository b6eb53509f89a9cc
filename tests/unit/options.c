// SPDX-License-Identifier: GPL-2.0
/* The command line: what it takes, and the one line for what it does not. */
#include <string.h>

#include "options.h"
#include "tap.h"

#define MAX_WORDS	32

static struct options options;
static char complaint[256];

/* Parse a command line whose words are apart by a space. */
static int parse(const char *line)
{
	static char copy[256];
	char *argv[MAX_WORDS + 1] = { "cobra-emulator" }, *word;
	int argc = 1;

	snprintf(copy, sizeof(copy), "%s", line);
	for (word = strtok(copy, " "); word && argc < MAX_WORDS;
	     word = strtok(NULL, " "))
		argv[argc++] = word;
	complaint[0] = '\0';
	return options_parse(&options, argc, argv, complaint,
			     sizeof(complaint));
}

#define REQUIRED "--memory m --directory d "
#define OTHERS "--boards 20 --rate 2G --pattern prbs31 --seed 0x10 --fifo 64k --no-scatter --log l"

static void defaults(void)
{
	CHECK(!parse(REQUIRED));
	CHECK(!strcmp(options.memory, "m") && !strcmp(options.directory, "d"));
	CHECK_EQUAL(options.boards, 2);
	CHECK_EQUAL(options.board.rate, 100 << 20);
	CHECK_EQUAL(options.board.pattern, COBRA_PATTERN_COUNTER);
	CHECK_EQUAL(options.board.seed, 0);
	CHECK_EQUAL(options.board.fifo_bytes, 512 << 10);
	CHECK(options.board.scatter && !options.log && !options.pattern_file);
	CHECK(!options.die_with_parent && !options.help);
}

static void everything(void)
{
	CHECK(!parse(REQUIRED OTHERS));
	CHECK_EQUAL(options.boards, 20);
	CHECK_EQUAL(options.board.rate, 2ull << 30);
	CHECK_EQUAL(options.board.pattern, COBRA_PATTERN_PRBS31);
	CHECK_EQUAL(options.board.seed, 16);
	CHECK_EQUAL(options.board.fifo_bytes, 64 << 10);
	CHECK(!options.board.scatter);
	CHECK(!strcmp(options.log, "l"));
	CHECK(!parse(REQUIRED "--rate max --pattern file:p --die-with-parent"));
	CHECK_EQUAL(options.board.rate, 0);
	CHECK_EQUAL(options.board.pattern, COBRA_PATTERN_FILE);
	CHECK(!strcmp(options.pattern_file, "p"));
	CHECK(options.die_with_parent);
}

static void help_needs_nothing(void)
{
	CHECK(!parse("--help"));
	CHECK(options.help);
}

/* Each line is refused, and the complaint names the culprit. */
static void refusals(void)
{
	static const struct {
		const char *line;
		const char *culprit;
	} bad[] = {
		{ "", "--memory" },
		{ "--memory m", "--directory" },
		{ "--directory d", "--memory" },
		{ REQUIRED "--boards 0", "--boards 0" },
		{ REQUIRED "--boards 21", "1 to 20" },
		{ REQUIRED "--boards two", "--boards two" },
		{ REQUIRED "--boards -1", "--boards -1" },
		{ REQUIRED "--rate 0", "--rate 0" },
		{ REQUIRED "--rate fast", "--rate fast" },
		{ REQUIRED "--rate 1.5M", "--rate 1.5M" },
		{ REQUIRED "--rate 10X", "--rate 10X" },
		{ REQUIRED "--rate 2000G", "--rate 2000G" },
		{ REQUIRED "--rate 18446744073709551616", "--rate" },
		{ REQUIRED "--rate 18014398509481984K", "--rate" },
		{ REQUIRED "--pattern noise", "counter, prbs31 or file:PATH" },
		{ REQUIRED "--pattern file:", "file:PATH" },
		{ REQUIRED "--seed x", "--seed x" },
		{ REQUIRED "--fifo 4095", "--fifo 4095" },
		{ REQUIRED "--fifo 5001", "multiple of 8" },
		{ REQUIRED "--fifo 2G", "--fifo 2G" },
		{ REQUIRED "--bords 3", "--bords" },
		{ REQUIRED "--boards", "--boards" },
		{ REQUIRED "-x", "-x" },
		{ REQUIRED "3", "3:" },
	};
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK_EQUAL(parse(bad[i].line), -1);
		if (!strstr(complaint, bad[i].culprit))
			printf("# `%s': %s\n", bad[i].line, complaint);
		CHECK(strstr(complaint, bad[i].culprit));
		CHECK(!strchr(complaint, '\n'));
	}
}

static const struct tap_test tests[] = {
	{ "defaults", defaults },
	{ "every option", everything },
	{ "--help needs nothing else", help_needs_nothing },
	{ "bad ones are refused by name", refusals },
};

int main(void)
{
	return TAP_MAIN(tests);
}
