// SPDX-License-Identifier: GPL-2.0
/*
 * attempt open FILE read|write|both
 * attempt write FILE TEXT         (escapes \n \r \t \0 \\ are understood)
 * attempt lseek FILE
 * attempt pread FILE
 * attempt ioctl FILE NUMBER
 * attempt fionread FILE
 * attempt gap FILE
 * attempt badgap FILE             (COBRA_IOC_GAP without memory for it)
 *
 * Do one system call, and print what came of it: its result, or the name of
 * the error.  The status tells only whether it could be tried.
 */
#include "tool.h"
#include "uapi/linux/cobra.h"

#include <sys/ioctl.h>

static void result(long value)
{
	if (value < 0)
		puts(strerrorname_np(errno));
	else
		printf("%ld\n", value);
}

/* In its place, since it only gets shorter; returns its size. */
static size_t unescape(char *text)
{
	char *out = text;
	const char *in;

	for (in = text; *in; in++) {
		char c = *in;

		if (c == '\\' && in[1]) {
			c = *++in;
			c = c == 'n' ? '\n' : c == 'r' ? '\r' :
			    c == 't' ? '\t' : c == '0' ? '\0' : c;
		}
		*out++ = c;
	}
	return out - text;
}

static long try_open(const char *path, const char *how)
{
	int flags = !strcmp(how, "both") ? O_RDWR :
		    !strcmp(how, "write") ? O_WRONLY : O_RDONLY;

	return open(path, flags | O_NONBLOCK) < 0 ? -1 : 0;
}

static long try_write(const char *path, char *text)
{
	return write(open_or_die(path, O_WRONLY), text, unescape(text));
}

/* Standard input or a path: "-" uses what the shell has open already. */
static int reader(const char *path)
{
	return strcmp(path, "-") ? open_or_die(path, O_RDONLY | O_NONBLOCK) :
				   STDIN_FILENO;
}

static long try_fionread(const char *path)
{
	int fill;

	return ioctl(reader(path), FIONREAD, &fill) ? -1 : fill;
}

static long try_gap(const char *path)
{
	struct cobra_gap gap;

	if (ioctl(reader(path), COBRA_IOC_GAP, &gap))
		return -1;
	printf("position=%llu lost=%llu number=%llu run=%u ",
	       (unsigned long long)gap.position, (unsigned long long)gap.lost,
	       (unsigned long long)gap.number, gap.run);
	return 0;
}

int main(int argc, char **argv)
{
	const char *call = argc > 2 ? argv[1] : "";
	char byte;

	if (argc == 4 && !strcmp(call, "open"))
		result(try_open(argv[2], argv[3]));
	else if (argc == 4 && !strcmp(call, "write"))
		result(try_write(argv[2], argv[3]));
	else if (argc == 3 && !strcmp(call, "lseek"))
		result(lseek(reader(argv[2]), 512, SEEK_CUR));
	else if (argc == 3 && !strcmp(call, "pread"))
		result(pread(reader(argv[2]), &byte, 1, 0));
	else if (argc == 4 && !strcmp(call, "ioctl"))
		result(ioctl(reader(argv[2]), number(argv[3]), &byte));
	else if (argc == 3 && !strcmp(call, "fionread"))
		result(try_fionread(argv[2]));
	else if (argc == 3 && !strcmp(call, "gap"))
		result(try_gap(argv[2]));
	else if (argc == 3 && !strcmp(call, "badgap"))
		result(ioctl(reader(argv[2]), COBRA_IOC_GAP, NULL));
	else
		fail("usage: attempt CALL FILE [ARGUMENT]");
	return 0;
}
