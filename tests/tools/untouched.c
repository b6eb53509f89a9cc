// SPDX-License-Identifier: GPL-2.0
/*
 * untouched DATA CONTROL
 *
 * Does the driver write what it says it has written to a program's memory: each
 * byte of it, and none beside it?  A call is made twice, into memory filled with
 * one pattern and then with another; a byte that has kept both was not written.
 * DATA has to lose something soon.
 */
#include "tool.h"
#include "uapi/linux/cobra.h"

#include <sys/ioctl.h>

#define GUARD	4096
#define ROOM	(1 << 20)

static uint8_t memory[2][GUARD + ROOM + GUARD];
static const uint8_t pattern[2] = { 0x55, 0xaa };
static const char *control;
static unsigned int checked;

/* Each makes a call, and returns how many bytes of @to it has written. */

static size_t ask_gap(int fd, void *to)
{
	const struct cobra_gap *gap = to;

	if (ioctl(fd, COBRA_IOC_GAP, to))
		die("COBRA_IOC_GAP");
	if (gap->reserved)
		fail("gap.reserved is %#x", gap->reserved);
	return sizeof(*gap);
}

static size_t ask_gap_in_vain(int fd, void *to)
{
	if (!ioctl(fd, COBRA_IOC_GAP, to) || errno != ENODATA)
		die("COBRA_IOC_GAP before any gap");
	return 0;
}

static size_t ask_fill(int fd, void *to)
{
	if (ioctl(fd, FIONREAD, to))
		die("FIONREAD");
	return sizeof(int);
}

/* Never all that there is room for: the ring is smaller. */
static size_t take(int fd, void *to)
{
	ssize_t got;

	do {
		got = read(fd, to, ROOM);
	} while (got < 0 && errno == ENOBUFS);
	if (got <= 0)
		die("read of data");
	return got;
}

static size_t ask_settings(int fd, void *to)
{
	ssize_t got = read(fd = open_or_die(control, O_RDWR), to, ROOM);

	if (got <= 0)
		die("read of control");
	close(fd);
	return got;
}

static size_t ask_registers(int fd, void *to)
{
	const char *question = "peek 0 100\n";
	ssize_t got;

	fd = open_or_die(control, O_RDWR);
	if (write(fd, question, strlen(question)) < 0)
		die("write to control");
	got = read(fd, to, ROOM);
	if (got <= 0)
		die("read of an answer");
	close(fd);
	return got;
}

static void want_pattern(const char *what, int turn, size_t from, size_t to)
{
	for (; from < to; from++)
		if (memory[turn][from] != pattern[turn])
			fail("%s: wrote byte %zd, which it does not say", what,
			     (ssize_t)from - GUARD);
}

static void look_at(const char *what, size_t (*call)(int fd, void *to), int fd)
{
	size_t said[2], i;
	int turn;

	for (turn = 0; turn < 2; turn++) {
		memset(memory[turn], pattern[turn], sizeof(memory[turn]));
		said[turn] = call(fd, memory[turn] + GUARD);
		want_pattern(what, turn, 0, GUARD);
		want_pattern(what, turn, GUARD + said[turn],
			     sizeof(memory[turn]));
	}
	for (i = GUARD; i < GUARD + said[0] && i < GUARD + said[1]; i++)
		if (memory[0][i] == pattern[0] && memory[1][i] == pattern[1])
			fail("%s: byte %zu of %zu was not written", what,
			     i - GUARD, said[0]);
	printf("%s: %zu bytes, each written\n", what, said[0]);
	checked++;
}

static void meet_gap(int fd)
{
	static uint8_t bytes[ROOM];

	do {
		usleep(20000);
	} while (read(fd, bytes, sizeof(bytes)) > 0);
	if (errno != ENOBUFS)
		die("read up to the first gap");
}

int main(int argc, char **argv)
{
	int fd;

	if (argc != 3)
		fail("usage: untouched DATA CONTROL");
	watchdog(60);
	control = argv[2];
	fd = open_or_die(argv[1], O_RDONLY);
	look_at("COBRA_IOC_GAP without one", ask_gap_in_vain, fd);
	look_at("FIONREAD", ask_fill, fd);
	meet_gap(fd);
	look_at("COBRA_IOC_GAP", ask_gap, fd);
	look_at("read of data", take, fd);
	look_at("read of settings", ask_settings, -1);
	look_at("read of registers", ask_registers, -1);
	printf("checked=%u\n", checked);
	return 0;
}
