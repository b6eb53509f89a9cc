// SPDX-License-Identifier: GPL-2.0
/*
 * Operations that make and end descriptors.  No table says what is open: that is
 * in the kernel, where children and other processes may share it.
 *
 * All nodes that the boards have are tried, whatever their names.  Each has some
 * of the numbers, so that a node that opens easily does not drive out one that
 * only one process may have open.
 */
#include "crowd.h"
#include "files.h"

#include <dirent.h>
#include <glob.h>
#include <sys/socket.h>

#define MOST_NODES	16
#define MOST_PATH	64
#define MOST_PASSED	3

static char nodes[MOST_NODES][MOST_PATH];
static unsigned int node_count;

static void learn_nodes_in(const char *board)
{
	char folder[MOST_PATH / 2];
	struct dirent *entry;
	DIR *directory;

	snprintf(folder, sizeof(folder), "/dev/%.20s", board);
	directory = opendir(folder);
	while (directory && (entry = readdir(directory))) {
		if (entry->d_name[0] == '.' || node_count == MOST_NODES)
			continue;
		snprintf(nodes[node_count++], MOST_PATH, "%s/%.20s", folder,
			 entry->d_name);
	}
	if (directory)
		closedir(directory);
}

/* A board that is bound anew may have another number. */
void files_learn_nodes(struct user *user)
{
	unsigned int i;

	node_count = 0;
	for (i = 0; i < user->crowd->board_count; i++) {
		char pattern[MOST_PATH];
		glob_t found;
		size_t n;

		snprintf(pattern, sizeof(pattern), "/sys/bus/pci/devices/%s/cobra/cobra*",
			 user->crowd->boards[i]);
		if (glob(pattern, 0, NULL, &found))
			continue;
		for (n = 0; n < found.gl_pathc; n++)
			learn_nodes_in(strrchr(found.gl_pathv[n], '/') + 1);
		globfree(&found);
	}
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static bool is_writable(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags >= 0 && !(flags & O_PATH) && (flags & O_ACCMODE) != O_RDONLY;
}

/* One of a node's numbers */
static int number_of(struct user *user, unsigned int node)
{
	unsigned int each = FILES / (node_count ?: 1);

	return FIRST_FILE + node * each + below(user, each);
}

/* The first of some from any on that is as wanted; or any. */
static int pick(struct user *user, bool (*is_wanted)(int fd))
{
	unsigned int first = below(user, FILES), i;

	for (i = 0; i < FILES / 4; i++)
		if (is_wanted(FIRST_FILE + (first + i) % FILES))
			return FIRST_FILE + (first + i) % FILES;
	return FIRST_FILE + first;
}

int files_pick(struct user *user)
{
	return pick(user, is_open);
}

int files_pick_writable(struct user *user)
{
	return pick(user, is_writable);
}

/* Give @fd the number @wanted, if it was opened at all. */
static long move_to(int fd, int wanted)
{
	long result;

	if (fd < 0)
		return fd;
	result = dup2(fd, wanted);
	close(fd);
	return result;
}

static int open_flags(struct user *user)
{
	static const int more[] = {
		O_APPEND, O_ASYNC, O_DIRECT, O_DIRECTORY, O_DSYNC, O_LARGEFILE,
		O_NOATIME, O_NOCTTY, O_NOFOLLOW, O_PATH, O_SYNC, O_TRUNC, O_EXCL,
	};
	static const int usual[] = { O_RDONLY, O_RDONLY, O_RDWR, O_RDWR, O_WRONLY };
	int flags = PICK(user, usual);
	unsigned int n;

	if (one_in(user, 8))
		flags = O_ACCMODE;	/* neither reads nor writes, yet opens */
	if (one_in(user, 2))
		flags |= O_NONBLOCK;
	/* Not O_CREAT: root would get a file where the node is to be. */
	for (n = below(user, 8); n > 5; n--)
		flags |= PICK(user, more);
	return flags | O_CLOEXEC;
}

static long do_open(struct user *user)
{
	unsigned int node = below(user, node_count ?: 1);
	int number, fd;

	fd = open(nodes[node], open_flags(user));
	number = number_of(user, node);
	if (fd < 0 && (errno == ENOENT || errno == ENXIO)) {
		files_learn_nodes(user);
		errno = ENOENT;
	}
	return move_to(fd, number);
}

static long do_reopen(struct user *user)
{
	int number = files_pick(user);
	char path[MOST_PATH];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", number);
	return move_to(open(path, open_flags(user)), files_pick(user));
}

static long do_close(struct user *user)
{
	return close(files_pick(user));
}

static long do_dup(struct user *user)
{
	int from = files_pick(user);
	int to = FIRST_FILE + below(user, FILES);

	switch (below(user, 4)) {
	case 0:
		return dup2(from, to);
	case 1:
		return dup3(from, to, one_in(user, 2) ? O_CLOEXEC : 0);
	case 2:
		return move_to(fcntl(from, F_DUPFD, any_number(user) % 200), to);
	default:
		return move_to(dup(from), to);
	}
}

union passed {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(MOST_PASSED * sizeof(int))];
};

static struct msghdr message(struct iovec *byte, union passed *passed, int count)
{
	return (struct msghdr){
		.msg_iov = byte, .msg_iovlen = 1, .msg_control = passed,
		.msg_controllen = CMSG_SPACE(count * sizeof(int)),
	};
}

/* Descriptors on their way belong to nobody, and keep their files open. */
static long do_send(struct user *user)
{
	unsigned int i, count = 1 + below(user, MOST_PASSED);
	union passed passed = { .header = {
		.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS,
		.cmsg_len = CMSG_LEN(count * sizeof(int)),
	} };
	struct iovec byte = { "", 1 };
	struct msghdr msg = message(&byte, &passed, count);

	for (i = 0; i < count; i++)
		((int *)CMSG_DATA(&passed.header))[i] = files_pick(user);
	return sendmsg(user->crowd->socket[one_in(user, 2)], &msg,
		       MSG_DONTWAIT | MSG_NOSIGNAL);
}

static long do_receive(struct user *user)
{
	char byte_memory;
	struct iovec byte = { &byte_memory, 1 };
	union passed passed;
	struct msghdr msg = message(&byte, &passed, MOST_PASSED);
	struct cmsghdr *header;
	unsigned int i, count;
	long result;

	result = recvmsg(user->crowd->socket[one_in(user, 2)], &msg,
			 MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (result < 0)
		return result;
	header = CMSG_FIRSTHDR(&msg);
	count = header ? (header->cmsg_len - CMSG_LEN(0)) / sizeof(int) : 0;
	for (i = 0; i < count; i++)
		move_to(((int *)CMSG_DATA(header))[i], FIRST_FILE + below(user, FILES));
	return result;
}

const struct operation file_operations[] = {
	{ "open", 24, do_open },
	{ "reopen", 1, do_reopen },
	{ "close", 6, do_close },
	{ "dup", 3, do_dup },
	{ "send", 2, do_send },
	{ "receive", 3, do_receive },
	{ }
};
