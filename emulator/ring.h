/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The receive ring: the host memory that the board writes into, as a list of
 * segments of the same size.  The list is a copy, made and checked at set-up.
 */
#ifndef COBRA_EMULATOR_RING_H
#define COBRA_EMULATOR_RING_H

#include <stdint.h>

#include "memory.h"

#define RING_MAX_SEGMENTS	65536
#define RING_MIN_SHIFT		12
#define RING_MAX_SHIFT		30

/**
 * struct ring - memory for a stream
 * @segment: where each segment is mapped; owned
 * @segments: how many
 * @shift: each is 2^shift bytes
 * @size: bytes of them all, 0: no ring
 */
struct ring {
	uint8_t **segment;
	uint32_t segments;
	uint32_t shift;
	uint64_t size;
};

/* Returns enum cobra_command_result; on failure @ring is as it was. */
uint32_t ring_setup(struct ring *ring, const struct memory *memory,
		    uint64_t table, uint32_t segments, uint32_t shift);
void ring_free(struct ring *ring);

/* Where @position is; @contiguous: bytes up to the end of its segment. */
void *ring_at(const struct ring *ring, uint64_t position,
	      uint64_t *contiguous);

#endif /* COBRA_EMULATOR_RING_H */
