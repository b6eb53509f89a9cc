/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Registers and status words: little-endian, naturally aligned, each with one
 * writer.  A read acquires what the writer did before, a write releases it.
 */
#ifndef COBRA_EMULATOR_REGISTERS_H
#define COBRA_EMULATOR_REGISTERS_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cobra/board.h>

static inline uint32_t get32(const void *at)
{
	return le32toh(__atomic_load_n((const uint32_t *)at, __ATOMIC_ACQUIRE));
}

static inline uint64_t get64(const void *at)
{
	return le64toh(__atomic_load_n((const uint64_t *)at, __ATOMIC_ACQUIRE));
}

static inline void put32(void *at, uint32_t value)
{
	__atomic_store_n((uint32_t *)at, htole32(value), __ATOMIC_RELEASE);
}

static inline void put64(void *at, uint64_t value)
{
	__atomic_store_n((uint64_t *)at, htole64(value), __ATOMIC_RELEASE);
}

/* Fill a stretch that others may be reading. */
static inline void fill64(uint8_t *at, size_t bytes, uint64_t value)
{
	size_t i;

	for (i = 0; i < bytes; i += sizeof(value))
		put64(at + i, value);
}

/*
 * Between a write that the other side waits for and a read of what the other
 * side writes before it waits: one of the two sees the other's write.
 */
static inline void full_fence(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static inline uint64_t clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

#endif /* COBRA_EMULATOR_REGISTERS_H */
