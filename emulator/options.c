// SPDX-License-Identifier: GPL-2.0
/*
 * The command line, as a table: each option, what it takes, what it does.
 * --help is printed from the same table.
 */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include <cobra/board.h>

#include "options.h"

#define KIB		1024ull
#define DEFAULT_BOARDS	2
#define DEFAULT_RATE	(100 * KIB * KIB)
#define DEFAULT_FIFO	(512 * KIB)
#define MIN_FIFO	4096
#define MAX_FIFO	(1024 * KIB * KIB)

/* A number, decimal or 0x..., with an optional K, M or G; false: it is not. */
static bool parse_number(const char *text, uint64_t *number)
{
	static const char suffixes[] = "KMG";
	const char *suffix;
	uint64_t factor = 1;
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*number = strtoull(text, &end, 0);
	if (errno)
		return false;
	suffix = *end ? strchr(suffixes, toupper((unsigned char)*end)) : NULL;
	if (suffix) {
		factor = KIB << 10 * (suffix - suffixes);
		end++;
	}
	if (*end || *number > UINT64_MAX / factor)
		return false;
	*number *= factor;
	return true;
}

static const char *set_memory(struct options *options, const char *value)
{
	options->memory = value;
	return *value ? NULL : "the file that is the guest's RAM";
}

static const char *set_directory(struct options *options, const char *value)
{
	options->directory = value;
	return *value ? NULL : "the directory for the sockets";
}

static const char *set_boards(struct options *options, const char *value)
{
	uint64_t number;

	if (!parse_number(value, &number) || !number || number > MAX_BOARDS)
		return "a number from 1 to 20";
	options->boards = number;
	return NULL;
}

static const char *set_rate(struct options *options, const char *value)
{
	uint64_t number = 0;

	if (strcmp(value, "max") &&
	    (!parse_number(value, &number) || !number ||
	     !source_valid(number)))
		return "bytes/s from 1 to 1024G, with K, M or G, or max";
	options->board.rate = number;
	return NULL;
}

static const char *set_pattern(struct options *options, const char *value)
{
	options->pattern_file = NULL;
	if (!strcmp(value, "counter")) {
		options->board.pattern = COBRA_PATTERN_COUNTER;
	} else if (!strcmp(value, "prbs31")) {
		options->board.pattern = COBRA_PATTERN_PRBS31;
	} else if (!strncmp(value, "file:", 5) && value[5]) {
		options->board.pattern = COBRA_PATTERN_FILE;
		options->pattern_file = value + 5;
	} else {
		return "counter, prbs31 or file:PATH";
	}
	return NULL;
}

static const char *set_seed(struct options *options, const char *value)
{
	if (!parse_number(value, &options->board.seed))
		return "a number below 2^64";
	return NULL;
}

static const char *set_fifo(struct options *options, const char *value)
{
	uint64_t number;

	if (!parse_number(value, &number) || number < MIN_FIFO ||
	    number > MAX_FIFO || number % PATTERN_WORD)
		return "bytes from 4K to 1G, a multiple of 8";
	options->board.fifo_bytes = number;
	return NULL;
}

static const char *set_no_scatter(struct options *options, const char *value)
{
	(void)value;
	options->board.scatter = false;
	return NULL;
}

static const char *set_die(struct options *options, const char *value)
{
	(void)value;
	options->die_with_parent = true;
	return NULL;
}

static const char *set_log(struct options *options, const char *value)
{
	options->log = value;
	return *value ? NULL : "a file to append to";
}

static const char *set_help(struct options *options, const char *value)
{
	(void)value;
	options->help = true;
	return NULL;
}

static const struct {
	const char *name;
	const char *value;	/* NULL: takes none */
	/* Returns NULL, or what the value should have been. */
	const char *(*set)(struct options *options, const char *value);
	const char *help;
} table[] = {
	{ "memory", "FILE", set_memory,
	  "the guest's RAM: QEMU's memory-backend-file, share=on" },
	{ "directory", "DIR", set_directory,
	  "listen on DIR/board0.sock, DIR/board1.sock, ..." },
	{ "boards", "N", set_boards, "1 to 20; default 2" },
	{ "rate", "R", set_rate,
	  "source rate at power-on, bytes/s with K, M or G, or max;\n"
	  "default 100M" },
	{ "pattern", "P", set_pattern,
	  "pattern at power-on: counter, prbs31 or file:PATH;\n"
	  "default counter" },
	{ "seed", "S", set_seed,
	  "seed of prbs31 at power-on; serial numbers follow it;\n"
	  "default 0" },
	{ "fifo", "SIZE", set_fifo, "on-board FIFO in bytes; default 512K" },
	{ "no-scatter", NULL, set_no_scatter,
	  "boards that take a ring of one segment only" },
	{ "die-with-parent", NULL, set_die,
	  "end when the process that started this one does" },
	{ "log", "FILE", set_log, "append what happens to FILE" },
	{ "help", NULL, set_help, "print this" },
};

#define OPTIONS	(sizeof(table) / sizeof(table[0]))

void options_help(FILE *to)
{
	char left[32];
	const char *c;
	size_t i;

	fputs("usage: cobra-emulator --memory FILE --directory DIR [OPTION]...\n"
	      "Emulates COBRA boards behind QEMU's ivshmem-doorbell device.\n"
	      "Prints `ready' when the sockets listen and ends with QEMU.\n\n",
	      to);
	for (i = 0; i < OPTIONS; i++) {
		snprintf(left, sizeof(left), "--%s %s", table[i].name,
			 table[i].value ? table[i].value : "");
		fprintf(to, "  %-18s ", left);
		for (c = table[i].help; *c; c++) {
			fputc(*c, to);
			if (*c == '\n')
				fprintf(to, "%21s", "");
		}
		fputc('\n', to);
	}
}

static int check(const struct options *options, char *complaint, size_t size)
{
	if (options->help || (options->memory && options->directory))
		return 0;
	snprintf(complaint, size, "--%s is missing, see --help",
		 options->memory ? "directory" : "memory");
	return -1;
}

static int complain_word(int code, char **argv, char *complaint, size_t size)
{
	const char *word = argv[optind - 1];

	if (code == ':')
		snprintf(complaint, size, "%s needs a value, see --help", word);
	else
		snprintf(complaint, size, "%s: no such option, see --help",
			 word);
	return -1;
}

/* Returns getopt's code: an index into the table, -1 at the end, ? or :. */
static int next_option(int argc, char **argv)
{
	struct option known[OPTIONS + 1] = { 0 };
	size_t i;

	for (i = 0; i < OPTIONS; i++) {
		known[i].name = table[i].name;
		known[i].has_arg = table[i].value ? required_argument :
						    no_argument;
		known[i].val = i;
	}
	return getopt_long(argc, argv, ":", known, NULL);
}

int options_parse(struct options *options, int argc, char **argv,
		  char *complaint, size_t size)
{
	const char *wanted;
	int code;

	*options = (struct options){
		.boards = DEFAULT_BOARDS,
		.board = { .rate = DEFAULT_RATE, .fifo_bytes = DEFAULT_FIFO,
			   .pattern = COBRA_PATTERN_COUNTER, .scatter = true },
	};
	optind = 0;	/* start afresh, getopt(3) */
	opterr = 0;
	while ((code = next_option(argc, argv)) != -1) {
		if (code == '?' || code == ':')
			return complain_word(code, argv, complaint, size);
		wanted = table[code].set(options, optarg);
		if (wanted) {
			snprintf(complaint, size, "--%s %s: must be %s",
				 table[code].name, optarg, wanted);
			return -1;
		}
	}
	if (optind < argc) {
		snprintf(complaint, size, "%s: takes no arguments but options, see --help",
			 argv[optind]);
		return -1;
	}
	return check(options, complaint, size);
}
