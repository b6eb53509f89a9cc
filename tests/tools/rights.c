// SPDX-License-Identifier: GPL-2.0
/*
 * rights <OPERATIONS
 *
 * Try one operation after the other, a line each, and print a line for each:
 * ok, or the name of the error.  Nothing is changed but by commands.
 *
 *	open FILE read|write|both
 *	list FOLDER
 *	create FILE			and remove it
 *	map FILE			a page of it, shared
 *	ioctl FILE NAME
 *	command FILE TEXT...		written to FILE as a line
 */
#include "tool.h"
#include "uapi/linux/cobra.h"

#include <dirent.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#define LONGEST 512

static const struct {
	const char *name;
	unsigned long number;
} ioctls[] = {
	{ "FIONREAD", FIONREAD },
	{ "TCGETS", TCGETS },
	{ "COBRA_IOC_GAP", COBRA_IOC_GAP },
};

/* Each returns 0, or -1 and errno, and leaves nothing open. */

static int done(int fd, long result)
{
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
	return result < 0 ? -1 : 0;
}

static int done_open(int fd)
{
	return done(fd, fd);
}

static int try_open(const char *path, const char *how)
{
	if (!strcmp(how, "read"))
		return done_open(open(path, O_RDONLY | O_NONBLOCK));
	if (!strcmp(how, "write"))
		return done_open(open(path, O_WRONLY | O_NONBLOCK));
	if (!strcmp(how, "both"))
		return done_open(open(path, O_RDWR | O_NONBLOCK));
	fail("open %s how? Not '%s'", path, how);
}

static int try_list(const char *path, const char *how)
{
	DIR *folder = opendir(path);

	(void)how;
	return folder ? closedir(folder) : -1;
}

static int try_create(const char *path, const char *how)
{
	(void)how;
	return done_open(open(path, O_CREAT | O_EXCL, 0600)) ?: unlink(path);
}

/* To be written, if it can be opened for that. */
static int try_map(const char *path, const char *how)
{
	size_t page = getpagesize();
	int fd = open(path, O_RDWR | O_NONBLOCK);
	int protection = PROT_READ | PROT_WRITE;
	void *map;

	(void)how;
	if (fd < 0 && errno == EOPNOTSUPP) {
		fd = open(path, O_RDONLY | O_NONBLOCK);
		protection = PROT_READ;
	}
	if (fd < 0)
		return -1;
	map = mmap(NULL, page, protection, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return done(fd, -1);
	munmap(map, page);
	return done(fd, 0);
}

static int try_ioctl(const char *path, const char *name)
{
	uint64_t answer[16];
	size_t i;
	int fd;

	for (i = 0; i < sizeof(ioctls) / sizeof(*ioctls); i++)
		if (!strcmp(ioctls[i].name, name))
			break;
	if (i == sizeof(ioctls) / sizeof(*ioctls))
		fail("rights.c does not know ioctl '%s'", name);
	fd = open(path, O_RDONLY | O_NONBLOCK);
	if (fd < 0)
		return -1;
	return done(fd, ioctl(fd, ioctls[i].number, answer));
}

static int try_command(const char *path, const char *text)
{
	int fd = open(path, O_RDWR);

	if (fd < 0)
		return -1;
	return done(fd, write(fd, text, strlen(text)));
}

static const struct {
	const char *name;
	int (*try)(const char *path, const char *rest);
} operations[] = {
	{ "open", try_open },
	{ "list", try_list },
	{ "create", try_create },
	{ "map", try_map },
	{ "ioctl", try_ioctl },
	{ "command", try_command },
};

static int try_line(char *line)
{
	char *name = strsep(&line, " ");
	char *path = strsep(&line, " ");
	size_t i;

	for (i = 0; i < sizeof(operations) / sizeof(*operations); i++)
		if (path && !strcmp(operations[i].name, name))
			return operations[i].try(path, line ?: "");
	fail("there is no operation '%s'", name);
}

int main(void)
{
	char line[LONGEST];

	while (fgets(line, sizeof(line), stdin)) {
		watchdog(30);
		line[strcspn(line, "\n")] = '\0';
		puts(try_line(line) ? strerrorname_np(errno) : "ok");
	}
	return 0;
}
