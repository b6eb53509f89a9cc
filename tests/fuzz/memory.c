// SPDX-License-Identifier: GPL-2.0
/*
 * Good and bad memory.  A system call that goes beyond the end of the good one
 * finds a hole there, so that whatever length it is told it writes over nothing
 * else of ours.
 */
#include "user.h"

#include <sys/mman.h>

#define HOLE (1u << 20)

static uint8_t *behind_a_hole(uint8_t *at, size_t bytes, int protection)
{
	if (mprotect(at, bytes, protection))
		die("mprotect");
	return at;
}

void memory_make(struct memory *memory)
{
	size_t all = GOOD_BYTES + CONSTANT_BYTES + 3 * HOLE;
	uint8_t *start = mmap(NULL, all, PROT_NONE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (start == MAP_FAILED)
		die("mmap");
	memory->good = behind_a_hole(start + HOLE, GOOD_BYTES, PROT_READ | PROT_WRITE);
	memory->constant = behind_a_hole(memory->good + GOOD_BYTES + HOLE,
					 CONSTANT_BYTES, PROT_READ);
}

static size_t any_length(struct user *user)
{
	static const size_t lengths[] = {
		0, 1, 7, 8, 511, 512, 4095, 4096, 4097, 65536, GOOD_BYTES,
	};

	return one_in(user, 2) ? PICK(user, lengths) : below(user, GOOD_BYTES + 1);
}

/* Somewhere in the good memory, at any alignment; mostly far from all of it. */
struct span memory_good(struct user *user)
{
	size_t bytes = any_length(user);
	size_t offset = below(user, GOOD_BYTES - bytes + 1);

	if (one_in(user, 2))
		offset &= ~4095ul;
	return (struct span){ user->memory.good + offset, bytes };
}

/* A pointer that is bad in itself, or soon after. */
static void *bad_pointer(struct user *user)
{
	void *const pointers[] = {
		NULL,
		(void *)1,
		(void *)~0ul,
		(void *)0x00007fffffffefff,	/* where user space ends */
		(void *)0x0000800000000000,	/* no address at all */
		(void *)0xffff888000000000,	/* the kernel's memory */
		(void *)0xffffffff81000000,	/* the kernel's code */
		(void *)0xffffffffff600000,	/* vsyscall */
		user->memory.good - 1,
		user->memory.good + GOOD_BYTES,
		user->memory.good + GOOD_BYTES - 1,
		user->memory.good + GOOD_BYTES - 100,
		user->memory.constant,
		user->memory.constant + CONSTANT_BYTES - 1,
	};

	return PICK(user, pointers);
}

static size_t bad_length(struct user *user)
{
	const size_t lengths[] = {
		0, 1, 4096, GOOD_BYTES, 0x7ffff000, 0x7ffff001, 0x7fffffff,
		0x80000000, 0xffffffff, 0x7fffffffffffffff, 0x8000000000000000,
		-4096ul, ~0ul, any_number(user),
	};

	return PICK(user, lengths);
}

struct span memory_any(struct user *user)
{
	struct span span = memory_good(user);

	switch (below(user, 12)) {
	case 0:
		span.start = bad_pointer(user);
		break;
	case 1:
		span.bytes = bad_length(user);
		break;
	case 2:
		span.start = bad_pointer(user);
		span.bytes = bad_length(user);
		break;
	}
	return span;
}

void *memory_any_pointer(struct user *user)
{
	return one_in(user, 3) ? bad_pointer(user) : memory_good(user).start;
}
