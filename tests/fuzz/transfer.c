// SPDX-License-Identifier: GPL-2.0
/*
 * Operations that move bytes.
 */
#include "crowd.h"
#include "files.h"
#include "text.h"

#include <limits.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

#define MOST_SPANS 8

/* No node returns more than it was asked for, nor an error that is not for users. */
static long checked(const char *call, long result, size_t asked)
{
	int error = errno;

	if (result > 0 && (size_t)result > asked)
		fail("%s of %zu bytes returned %ld", call, asked, result);
	errno = error;
	return result;
}

static long do_read(struct user *user)
{
	int fd = files_pick(user);
	struct span span = memory_any(user);

	return checked("read", read(fd, span.start, span.bytes), span.bytes);
}

static off_t any_offset(struct user *user)
{
	static const off_t offsets[] = { 0, -1, 1, 4096, LONG_MAX, LONG_MIN };

	return one_in(user, 2) ? PICK(user, offsets) : (off_t)any_number(user);
}

static long do_pread(struct user *user)
{
	int fd = files_pick(user);
	struct span span = memory_any(user);

	return pread(fd, span.start, span.bytes, any_offset(user));
}

struct vector {
	struct iovec spans[MOST_SPANS];
	struct iovec *start;
	unsigned long count;
};

static void vector_make(struct user *user, struct vector *vector)
{
	unsigned int i;

	vector->count = 1 + below(user, MOST_SPANS);
	vector->start = vector->spans;
	for (i = 0; i < MOST_SPANS; i++) {
		struct span span = memory_any(user);

		vector->spans[i] = (struct iovec){ span.start, span.bytes };
	}
	if (one_in(user, 16)) {
		vector->start = memory_any_pointer(user);
		vector->count = any_number(user);
	}
}

static long do_readv(struct user *user)
{
	int fd = files_pick(user);
	struct vector vector;

	vector_make(user, &vector);
	return readv(fd, vector.start, vector.count);
}

static int transfer_flags(struct user *user)
{
	static const int flags[] = {
		0, RWF_NOWAIT, RWF_HIPRI, RWF_APPEND, RWF_DSYNC, RWF_SYNC,
		RWF_NOWAIT | RWF_HIPRI, ~0,
	};

	return PICK(user, flags);
}

/* Offset -1: where the file is, as readv() */
static long do_preadv2(struct user *user)
{
	int fd = files_pick(user);
	struct vector vector;

	vector_make(user, &vector);
	return preadv2(fd, vector.start, vector.count,
		       one_in(user, 4) ? any_offset(user) : -1, transfer_flags(user));
}

/* What a control node understands, or nearly does */
static long do_command(struct user *user)
{
	int fd = files_pick_writable(user);
	struct text text;
	struct span answer;
	size_t first;
	long result;

	text_compose(user, &text);
	first = one_in(user, 8) ? below(user, text.size + 1) : text.size;
	result = checked("write", write(fd, text.bytes, first), first);
	if (result > 0 && first < text.size)
		result = write(fd, text.bytes + first, text.size - first);
	if (result > 0 && one_in(user, 2)) {
		answer = memory_good(user);
		result = read(fd, answer.start, answer.bytes);
	}
	return result;
}

static long do_write(struct user *user)
{
	int fd = files_pick_writable(user);
	struct span span = memory_any(user);

	return checked("write", write(fd, span.start, span.bytes), span.bytes);
}

static long do_pwrite(struct user *user)
{
	int fd = files_pick(user);
	struct span span = memory_any(user);

	return pwrite(fd, span.start, span.bytes, any_offset(user));
}

static long do_writev(struct user *user)
{
	int fd = files_pick_writable(user);
	struct vector vector;
	struct text text;

	vector_make(user, &vector);
	text_compose(user, &text);
	vector.spans[0] = (struct iovec){ text.bytes, text.size };
	return pwritev2(fd, vector.start, vector.count, -1, transfer_flags(user));
}

/* So that there is room for the next one. */
static long then_empty_pipe(struct user *user, long result)
{
	int error = errno, n;

	for (n = 0; n < 64; n++)
		if (read(user->pipe[0], user->memory.good, GOOD_BYTES) <= 0)
			break;
	errno = error;
	return result;
}

static long do_splice(struct user *user)
{
	int fd = files_pick(user);
	struct span span = memory_any(user);
	unsigned int flags = below(user, 16);
	off_t offset = any_offset(user), *at = one_in(user, 8) ? &offset : NULL;

	if (one_in(user, 6)) {
		if (write(user->pipe[1], "get\n", 4) < 0)
			return -1;
		return then_empty_pipe(user, splice(user->pipe[0], NULL, fd, at,
						    span.bytes, flags));
	}
	return then_empty_pipe(user, splice(fd, at, user->pipe[1], NULL, span.bytes,
					    flags));
}

static long do_tee(struct user *user)
{
	int fd = files_pick(user);

	return then_empty_pipe(user, one_in(user, 2) ?
			       tee(fd, user->pipe[1], any_number(user), 0) :
			       tee(user->pipe[0], fd, any_number(user), 0));
}

static long do_vmsplice(struct user *user)
{
	int fd = one_in(user, 4) ? files_pick(user) : user->pipe[1];
	struct span span = memory_any(user);
	struct iovec vector = { span.start, span.bytes };

	return then_empty_pipe(user, vmsplice(fd, &vector, 1, below(user, 16)));
}

static long do_sendfile(struct user *user)
{
	int from = files_pick(user);
	int to = one_in(user, 2) ? user->pipe[1] : files_pick(user);
	off_t offset = any_offset(user);

	return then_empty_pipe(user, sendfile(to, from, one_in(user, 4) ? &offset : NULL,
					      any_number(user)));
}

static long do_copy_file_range(struct user *user)
{
	int from = files_pick(user);

	return copy_file_range(from, NULL, files_pick(user), NULL, any_number(user), 0);
}

const struct operation transfer_operations[] = {
	{ "read", 24, do_read },
	{ "pread", 1, do_pread },
	{ "readv", 6, do_readv },
	{ "preadv2", 6, do_preadv2 },
	{ "command", 32, do_command },
	{ "write", 2, do_write },
	{ "pwrite", 1, do_pwrite },
	{ "writev", 2, do_writev },
	{ "splice", 6, do_splice },
	{ "tee", 1, do_tee },
	{ "vmsplice", 1, do_vmsplice },
	{ "sendfile", 2, do_sendfile },
	{ "copy_file_range", 1, do_copy_file_range },
	{ }
};
