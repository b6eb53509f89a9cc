// SPDX-License-Identifier: GPL-2.0
/*
 * Operations on what the kernel shows of boards in /sys, and on whether the
 * driver has them.
 */
#include "crowd.h"
#include "files.h"

#include <sys/stat.h>

#define DRIVER "/sys/bus/pci/drivers/cobra/"

static const char *any_board(struct user *user)
{
	return user->crowd->boards[below(user, user->crowd->board_count)];
}

static long put(const char *path, const void *text, size_t size)
{
	int error, fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	long result;

	if (fd < 0)
		return -1;
	result = write(fd, text, size);
	error = errno;
	close(fd);
	errno = error;
	return result;
}

static long get(struct user *user, const char *path)
{
	int error, fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct span span = memory_any(user);
	long result;

	if (fd < 0)
		return -1;
	result = read(fd, span.start, span.bytes);
	error = errno;
	close(fd);
	errno = error;
	return result;
}

/* Only what leaves a board as it is: to switch it off is not the nodes' affair. */
static long do_sysfs(struct user *user)
{
	static const char *const told[] = {
		"uevent", "config", "resource", "irq", "enable", "class", "modalias",
		"power/control", "power/runtime_status", "driver/module/parameters/ring",
		"driver/module/refcnt", "driver/uevent",
	};
	static const char *const taken[] = {
		"uevent", "power/control", "power/autosuspend_delay_ms", "driver/new_id",
		"driver/remove_id", "driver/bind", "driver/unbind",
		"driver/module/parameters/ring",
	};
	static const char *const words[] = {
		"", "\n", "change", "on", "auto", "1", "-1", "zzzz", "\xff\xff",
		"0000:ff:1f.7", "1af4",
	};
	char path[128];

	if (one_in(user, 4)) {
		const char *word = PICK(user, words);

		snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/%s", any_board(user),
			 PICK(user, taken));
		return put(path, word, strlen(word));
	}
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/%s", any_board(user),
		 PICK(user, told));
	return get(user, path);
}

/* A board that was taken comes back sooner or later, perhaps with another number. */
static long do_rebind(struct user *user)
{
	const char *board = any_board(user);
	const char *how = one_in(user, 2) ? DRIVER "unbind" : DRIVER "bind";
	long result;

	if (!user->crowd->unbind || user->place || user->is_child) {
		errno = EPERM;
		return -1;
	}
	result = put(how, board, strlen(board));
	files_learn_nodes(user);
	return result;
}

const struct operation device_operations[] = {
	{ "sysfs", 2, do_sysfs },
	{ "rebind", 2, do_rebind },
	{ }
};
