// SPDX-License-Identifier: GPL-2.0
/* The log: what the boards were told, and what they made of it. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "log.h"

static FILE *log_file;

int log_open(const char *path)
{
	log_file = fopen(path, "ae");
	if (log_file)
		return 0;
	fprintf(stderr, "cobra-emulator: log %s: %s\n", path, strerror(errno));
	return -1;
}

void log_line(const char *format, ...)
{
	struct timespec t;
	va_list arguments;

	if (!log_file)
		return;
	clock_gettime(CLOCK_REALTIME, &t);
	va_start(arguments, format);
	flockfile(log_file);
	fprintf(log_file, "%lld.%06ld ", (long long)t.tv_sec, t.tv_nsec / 1000);
	vfprintf(log_file, format, arguments);
	fputc('\n', log_file);
	fflush(log_file);
	funlockfile(log_file);
	va_end(arguments);
}
