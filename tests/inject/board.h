/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A board, as who injects faults needs it: what it says, whether its stream is
 * right, and whether anything of it is left when it is out of service.
 */
#ifndef COBRA_INJECT_BOARD_H
#define COBRA_INJECT_BOARD_H

#include "../tools/pattern.h"

#define DRIVER		"/sys/bus/pci/drivers/cobra"
#define PATIENCE	20	/* seconds */
#define LONGEST_PATH	128
#define LONGEST_VALUE	96	/* of a setting */
#define RING		20480	/* for the stream: five pages, each a piece */
#define ENOUGH		65536	/* of a stream, to say that it is right */

/**
 * struct bench - the board under test
 * @address: where it sits on the PCI bus
 * @number: N of /dev/cobraN
 * @ring: size of its ring, to which it comes back
 * @ring_text: the same as control tells it
 * @fill: bytes that wait in it, at least
 * @module: the driver's file
 * @node: what the operation has open, or -1
 * @pattern: the stream of @node, as far as it was read
 * @buffer: for what is read
 */
struct bench {
	const char *address;
	int number;
	size_t ring;
	char ring_text[LONGEST_VALUE];
	size_t fill;
	const char *module;
	int node;
	struct pattern pattern;
	uint8_t buffer[RING];
};

extern struct bench bench;

/* Files: what the system call did, or -errno; must_: or the program ends */
long result_of(long value);
void __attribute__((format(printf, 2, 3)))
path_of(char *path, const char *format, ...);
bool exists(const char *path);
long write_file(const char *path, const char *text);
void must_write(const char *path, const char *text);
size_t read_file(const char *path, char *text, size_t size);

/* Nodes */
int open_node(const char *name, int flags);
int must_open_node(const char *name, int flags);
void close_node(void);

/* Control */
void tell(const char *lines);
void ask(const char *key, char *value);
void expect_setting(const char *key, const char *wanted);
void as_at_first(void);
void expect_full(void);

/* The stream */
void read_on(size_t size);
void stream_right(void);

/* In and out of service */
void bound(void);
void unbound(void);
void expect_nothing(void);

#endif /* COBRA_INJECT_BOARD_H */
