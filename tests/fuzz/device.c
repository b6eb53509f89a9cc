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

/* One user is enough for what takes a board from all others. */
static bool may_take(struct user *user)
{
	return user->crowd->unbind && !user->place && !user->is_child;
}

/* A board that is bound again may have another number; not all are at once. */
static long do_rebind(struct user *user)
{
	const char *board = any_board(user);
	bool stays_away = one_in(user, 8);
	long result;

	if (!may_take(user)) {
		errno = EPERM;
		return -1;
	}
	result = put(DRIVER "unbind", board, strlen(board));
	if (!stays_away) {
		usleep(below(user, 3000));
		result = put(DRIVER "bind", board, strlen(board));
	}
	files_learn_nodes(user);
	return result;
}

/* It takes a second, in which the board is out of reach. */
static long do_reset(struct user *user)
{
	char path[128];

	if (!may_take(user)) {
		errno = EPERM;
		return -1;
	}
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/reset", any_board(user));
	return put(path, "1", 1);
}

const struct operation device_operations[] = {
	{ "sysfs", 2, do_sysfs },
	{ "rebind", 2, do_rebind },
	{ "reset", 1, do_reset },
	{ }
};
