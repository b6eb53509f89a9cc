// SPDX-License-Identifier: GPL-2.0
/*
 * Operations on open files that move no bytes, most of which make no sense here.
 */
#include "files.h"
#include "operations.h"
#include "user.h"
#include "uapi/linux/cobra.h"

#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <linux/fs.h>
#include <limits.h>

#define PAGE 4096ul

static int status_flags(struct user *user)
{
	static const int flags[] = { O_NONBLOCK, O_ASYNC, O_APPEND, O_DIRECT, O_NOATIME };
	int all = 0;

	while (!one_in(user, 3))
		all |= PICK(user, flags);
	return all;
}

/* Whose signals: only of those whom it does not hurt others to lose */
static int any_owner(struct user *user)
{
	int owners[] = {
		0, getpid(), -getpgrp(), user->children[0].id, INT_MIN, INT_MAX,
	};

	return PICK(user, owners);
}

/* SIGKILL is one that may be asked for, and is sent. */
static int any_signal(struct user *user)
{
	const int signals[] = {
		0, SIGIO, SIGUSR1, SIGURG, SIGRTMIN, SIGRTMIN + 1, SIGRTMAX, 65, -1,
		one_in(user, 8) ? SIGKILL : SIGIO,
	};

	return PICK(user, signals);
}

static long do_fcntl(struct user *user)
{
	static const int others[] = {
		F_GETFL, F_GETFD, F_GETOWN, F_GETSIG, F_GETLEASE, F_GETPIPE_SZ,
		F_GET_SEALS, F_GET_RW_HINT, F_GET_FILE_RW_HINT, F_GETOWN_EX,
		F_SETPIPE_SZ, F_ADD_SEALS, F_SET_RW_HINT, F_SETLEASE, F_NOTIFY,
		F_SETOWN_EX,
	};
	int fd = files_pick(user);

	switch (below(user, 8)) {
	case 0:
	case 1:
		return fcntl(fd, F_SETFL, status_flags(user));
	case 2:
		return fcntl(fd, F_SETOWN, any_owner(user));
	case 3:
		return fcntl(fd, F_SETSIG, any_signal(user));
	case 4:		/* what users of SIGIO do */
		if (fcntl(fd, F_SETOWN, getpid()) || fcntl(fd, F_SETSIG, 0))
			return -1;
		return fcntl(fd, F_SETFL, O_ASYNC | O_NONBLOCK);
	case 5:
		return fcntl(fd, F_SETFD, below(user, 2));
	default:
		return fcntl(fd, PICK(user, others), memory_any_pointer(user));
	}
}

static long do_ioctl(struct user *user)
{
	static const unsigned long known[] = {
		COBRA_IOC_GAP, COBRA_IOC_GAP, COBRA_IOC_GAP, FIONREAD, FIONREAD, FIOCLEX,
		FIONCLEX, FIGETBSZ, FIBMAP, FS_IOC_GETFLAGS, FIOQSIZE, BLKGETSIZE,
		TCGETS, TIOCGWINSZ, TIOCGPGRP, 0, ~0ul,
	};
	unsigned long number = PICK(user, known);
	int fd = files_pick(user), on = below(user, 2);

	if (one_in(user, 4))
		return ioctl(fd, one_in(user, 2) ? FIONBIO : FIOASYNC, &on);
	if (one_in(user, 4))	/* nearly one of ours */
		number = _IOC(below(user, 4), COBRA_IOC_MAGIC, below(user, 8),
			      below(user, 64));
	else if (one_in(user, 8))
		number = any_number(user);
	return ioctl(fd, number, memory_any_pointer(user));
}

/*
 * What a node lets us map is read, and filled with garbage where that is allowed:
 * whatever is kept there, driver and board have to bear it.  The kernel does the
 * copying, and says EFAULT where there is no page behind the map.
 */
static void use_map(struct user *user, uint8_t *map, size_t bytes, int protection)
{
	uint64_t garbage[64];
	size_t at;
	unsigned int i;

	for (i = 0; i < 16; i++) {
		at = below(user, bytes - sizeof(garbage) + 1);
		garbage[i] = dice_roll(&user->dice);
		if (protection & PROT_READ &&
		    write(user->pipe[1], map + at, sizeof(garbage)) > 0)
			read(user->pipe[0], garbage, sizeof(garbage));
		garbage[i] = dice_roll(&user->dice);
		if (protection & PROT_WRITE &&
		    write(user->pipe[1], garbage, sizeof(garbage)) > 0)
			read(user->pipe[0], map + at, sizeof(garbage));
	}
}

static long do_mmap(struct user *user)
{
	static const int hows[] = {
		MAP_SHARED, MAP_SHARED, MAP_PRIVATE, MAP_SHARED | MAP_POPULATE,
		MAP_SHARED_VALIDATE, MAP_SHARED | MAP_LOCKED, MAP_SHARED | MAP_HUGETLB,
		MAP_PRIVATE | MAP_GROWSDOWN, 0,
	};
	static const size_t lengths[] = {
		PAGE, PAGE, 2 * PAGE, 16 * PAGE, 1, 0, 1ul << 20, 16ul << 20, 1ul << 46,
		-PAGE, ~0ul,
	};
	size_t length = PICK(user, lengths);
	int protection = below(user, 8);
	off_t offset = one_in(user, 2) ? 0 : any_number(user) & -PAGE;
	uint8_t *map;

	map = mmap(NULL, length, protection, PICK(user, hows), files_pick(user),
		   one_in(user, 16) ? offset + 1 : offset);
	if (map == MAP_FAILED)
		return -1;
	use_map(user, map, (length + PAGE - 1) & -PAGE, protection);
	return munmap(map, length);
}

static long do_seek(struct user *user)
{
	return lseek(files_pick(user), any_number(user), below(user, 6));
}

static long do_sync(struct user *user)
{
	int fd = files_pick(user);

	switch (below(user, 5)) {
	case 0:
		return fsync(fd);
	case 1:
		return fdatasync(fd);
	case 2:
		return sync_file_range(fd, any_number(user), any_number(user),
				       below(user, 8));
	case 3:
		return readahead(fd, any_number(user), any_number(user));
	default:	/* returns the error instead of setting it */
		errno = posix_fadvise(fd, any_number(user), any_number(user),
				      below(user, 8));
		return errno ? -1 : 0;
	}
}

static long do_allocate(struct user *user)
{
	int fd = files_pick(user);

	return one_in(user, 2) ? ftruncate(fd, any_number(user)) :
				 fallocate(fd, below(user, 128), 0, any_number(user));
}

static long do_lock(struct user *user)
{
	struct flock lock = {
		.l_type = below(user, 3), .l_whence = below(user, 3),
		.l_start = any_number(user), .l_len = any_number(user),
	};
	static const int how[] = {
		F_SETLK, F_SETLKW, F_GETLK, F_OFD_SETLK, F_OFD_SETLKW, F_OFD_GETLK,
	};
	int fd = files_pick(user);

	if (one_in(user, 2))
		return flock(fd, 1 << below(user, 4) | below(user, 2) * LOCK_NB);
	return fcntl(fd, PICK(user, how), &lock);
}

static long do_stat(struct user *user)
{
	struct stat status;
	int fd = files_pick(user);

	return one_in(user, 4) ? futimens(fd, NULL) : fstat(fd, &status);
}

const struct operation manage_operations[] = {
	{ "fcntl", 8, do_fcntl },
	{ "ioctl", 8, do_ioctl },
	{ "mmap", 2, do_mmap },
	{ "lseek", 1, do_seek },
	{ "sync", 1, do_sync },
	{ "allocate", 1, do_allocate },
	{ "lock", 2, do_lock },
	{ "stat", 1, do_stat },
	{ }
};
