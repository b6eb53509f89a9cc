/* SPDX-License-Identifier: GPL-2.0 */
/* The command line. */
#ifndef COBRA_EMULATOR_OPTIONS_H
#define COBRA_EMULATOR_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "board.h"

#define MAX_BOARDS	20

/**
 * struct options - what the command line says
 * @memory: path of the guest's RAM
 * @directory: where the sockets go
 * @log: path of the log, NULL: none
 * @pattern_file: path of the bytes of COBRA_PATTERN_FILE, NULL: none
 * @boards: how many
 * @die_with_parent: end when the process that started us does
 * @help: --help was asked for, nothing else counts
 * @board: what the boards are like; @board.file is not opened yet
 */
struct options {
	const char *memory;
	const char *directory;
	const char *log;
	const char *pattern_file;
	unsigned int boards;
	bool die_with_parent;
	bool help;
	struct board_options board;
};

/* Returns 0, or -1 with one line in @complaint that says what is wrong. */
int options_parse(struct options *options, int argc, char **argv,
		  char *complaint, size_t size);
void options_help(FILE *to);

#endif /* COBRA_EMULATOR_OPTIONS_H */
