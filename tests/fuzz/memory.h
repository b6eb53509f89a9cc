/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a hostile user points system calls to: good memory now and then.
 */
#ifndef COBRA_FUZZ_MEMORY_H
#define COBRA_FUZZ_MEMORY_H

#include <stddef.h>
#include <stdint.h>

struct user;

/*
 * @good: GOOD_BYTES that can be read and written; no memory follows
 * @constant: CONSTANT_BYTES that can only be read; no memory follows
 */
struct memory {
	uint8_t *good;
	uint8_t *constant;
};

#define GOOD_BYTES	(1u << 20)
#define CONSTANT_BYTES	(16u << 10)

/* A place and a length; whether there is memory is another question. */
struct span {
	void *start;
	size_t bytes;
};

void memory_make(struct memory *memory);
struct span memory_good(struct user *user);
struct span memory_any(struct user *user);
void *memory_any_pointer(struct user *user);

#endif /* COBRA_FUZZ_MEMORY_H */
