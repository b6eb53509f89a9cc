// SPDX-License-Identifier: GPL-2.0
/*
 * io_uring, by its system calls: requests that wait outside of any process, and
 * that are cancelled when their ring is closed.
 */
#include "files.h"
#include "operations.h"
#include "user.h"

#include <linux/io_uring.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define ENTRIES 4

struct uring {
	int fd;
	struct io_uring_params params;
	uint8_t *queue;		/* both queues */
	size_t queue_bytes;
	struct io_uring_sqe *entries;
	size_t entries_bytes;
};

static void uring_close(struct uring *uring)
{
	int error = errno;

	if (uring->queue)
		munmap(uring->queue, uring->queue_bytes);
	if (uring->entries)
		munmap(uring->entries, uring->entries_bytes);
	close(uring->fd);
	errno = error;
}

static void *uring_map(struct uring *uring, size_t bytes, off_t what)
{
	void *map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, uring->fd,
			 what);

	return map == MAP_FAILED ? NULL : map;
}

/* Fails where the kernel does not let everybody have one. */
static long uring_open(struct user *user, struct uring *uring)
{
	static const unsigned int flags[] = {
		0, 0, IORING_SETUP_CQSIZE, IORING_SETUP_CLAMP, IORING_SETUP_IOPOLL,
	};
	struct io_uring_params *params = &uring->params;

	*uring = (struct uring){ .params = {
		.flags = PICK(user, flags), .cq_entries = 2 * ENTRIES,
	} };
	uring->fd = syscall(SYS_io_uring_setup, ENTRIES, params);
	if (uring->fd < 0)
		return -1;
	uring->queue_bytes = params->cq_off.cqes +
			     params->cq_entries * sizeof(struct io_uring_cqe);
	uring->entries_bytes = params->sq_entries * sizeof(*uring->entries);
	uring->queue = uring_map(uring, uring->queue_bytes, IORING_OFF_SQ_RING);
	uring->entries = uring_map(uring, uring->entries_bytes, IORING_OFF_SQES);
	if (uring->queue && uring->entries)
		return 0;
	uring_close(uring);
	return -1;
}

static void fill_entry(struct user *user, struct io_uring_sqe *entry)
{
	static const uint8_t codes[] = {
		IORING_OP_READ, IORING_OP_READ, IORING_OP_READ, IORING_OP_WRITE,
		IORING_OP_POLL_ADD, IORING_OP_POLL_ADD, IORING_OP_POLL_REMOVE,
		IORING_OP_ASYNC_CANCEL, IORING_OP_FSYNC, IORING_OP_FADVISE,
		IORING_OP_TIMEOUT, IORING_OP_LINK_TIMEOUT, IORING_OP_NOP,
	};
	static const uint8_t flags[] = {
		0, 0, 0, IOSQE_ASYNC, IOSQE_IO_LINK, IOSQE_IO_DRAIN, IOSQE_IO_HARDLINK,
	};
	struct span span = memory_any(user);

	*entry = (struct io_uring_sqe){
		.opcode = PICK(user, codes), .flags = PICK(user, flags),
		.fd = files_pick(user), .off = one_in(user, 4) ? any_number(user) : ~0ull,
		.addr = (uintptr_t)span.start, .len = span.bytes,
		.user_data = below(user, ENTRIES),
	};
	if (entry->opcode == IORING_OP_POLL_ADD) {
		entry->addr = 0;
		entry->off = 0;
		entry->poll32_events = POLLIN;
		/* Goes on to tell, until it is removed. */
		entry->len = one_in(user, 2) ? IORING_POLL_ADD_MULTI : 0;
	} else if (entry->opcode == IORING_OP_ASYNC_CANCEL ||
		   entry->opcode == IORING_OP_POLL_REMOVE) {
		entry->addr = below(user, ENTRIES);
		entry->off = 0;
		entry->len = 0;
	}
}

static void submit(struct user *user, struct uring *uring, unsigned int count)
{
	const struct io_sqring_offsets *at = &uring->params.sq_off;
	uint32_t *tail = (uint32_t *)(uring->queue + at->tail);
	uint32_t *list = (uint32_t *)(uring->queue + at->array);
	unsigned int i;

	for (i = 0; i < count; i++) {
		fill_entry(user, &uring->entries[i]);
		list[i] = i;
	}
	__atomic_store_n(tail, count, __ATOMIC_RELEASE);
}

static long do_uring(struct user *user)
{
	unsigned int count = 1 + below(user, ENTRIES);
	struct uring uring;
	long result;

	if (uring_open(user, &uring))
		return -1;
	submit(user, &uring, count);
	result = syscall(SYS_io_uring_enter, uring.fd, count, below(user, 2),
			 IORING_ENTER_GETEVENTS, NULL, 0);
	/* Let some of them get as far as to sleep. */
	if (one_in(user, 4))
		usleep(below(user, 2000));
	uring_close(&uring);
	return result;
}

const struct operation uring_operations[] = {
	{ "uring", 2, do_uring },
	{ }
};
