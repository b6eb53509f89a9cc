// SPDX-License-Identifier: GPL-2.0
/*
 * The receive ring.  Addresses are checked once, here; afterwards positions
 * cannot leave the segments whatever the host writes.
 */
#include <endian.h>
#include <stdlib.h>

#include <cobra/board.h>

#include "ring.h"

#define SEGMENT_ALIGN	4096

static uint32_t read_table(struct ring *ring, const struct memory *memory,
			   const uint64_t *table)
{
	uint64_t address;
	uint32_t i;

	for (i = 0; i < ring->segments; i++) {
		address = le64toh(__atomic_load_n(&table[i], __ATOMIC_RELAXED));
		if (address % SEGMENT_ALIGN)
			return COBRA_RESULT_INVALID;
		ring->segment[i] = memory_at(memory, address, 1ull << ring->shift);
		if (!ring->segment[i])
			return COBRA_RESULT_DMA;
	}
	return COBRA_RESULT_OK;
}

uint32_t ring_setup(struct ring *ring, const struct memory *memory,
		    uint64_t table, uint32_t segments, uint32_t shift)
{
	struct ring fresh = { .segments = segments, .shift = shift };
	const uint64_t *entries;
	uint32_t result;

	if (!segments || segments > RING_MAX_SEGMENTS || table % 8 ||
	    shift < RING_MIN_SHIFT || shift > RING_MAX_SHIFT)
		return COBRA_RESULT_INVALID;
	entries = memory_at(memory, table, segments * 8ull);
	if (!entries)
		return COBRA_RESULT_DMA;
	fresh.segment = calloc(segments, sizeof(*fresh.segment));
	if (!fresh.segment)
		return COBRA_RESULT_DMA;
	result = read_table(&fresh, memory, entries);
	if (result != COBRA_RESULT_OK) {
		ring_free(&fresh);
		return result;
	}
	fresh.size = (uint64_t)segments << shift;
	ring_free(ring);
	*ring = fresh;
	return COBRA_RESULT_OK;
}

void ring_free(struct ring *ring)
{
	free(ring->segment);
	ring->segment = NULL;
	ring->size = 0;
}

void *ring_at(const struct ring *ring, uint64_t position,
	      uint64_t *contiguous)
{
	uint64_t at = position % ring->size;
	uint64_t offset = at & ((1ull << ring->shift) - 1);

	*contiguous = (1ull << ring->shift) - offset;
	return ring->segment[at >> ring->shift] + offset;
}
