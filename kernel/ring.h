/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ring memory: the pages that a board fills, and nothing about positions.
 */
#ifndef COBRA_RING_H
#define COBRA_RING_H

#include <linux/dma-mapping.h>
#include <linux/types.h>

/* Largest segment: what the page allocator gives in one piece everywhere. */
#define COBRA_RING_SEGMENT_SHIFT 22

/**
 * struct cobra_ring_limits - what a board can take for a ring
 * @max_segments: segments at most; 1: the board cannot scatter
 * @min_shift: smallest segment, as a power of two, at least PAGE_SHIFT
 * @max_shift: largest segment, as a power of two
 */
struct cobra_ring_limits {
	u32 max_segments;
	u8 min_shift;
	u8 max_shift;
};

/**
 * struct cobra_segment - a physically contiguous piece of the ring
 * @address: where the CPU finds it
 * @dma: where the board finds it
 */
struct cobra_segment {
	void *address;
	dma_addr_t dma;
};

/**
 * struct cobra_ring - the memory that a board writes and readers copy from
 * @size: bytes in all, a multiple of the segment size
 * @shift: segment size, as a power of two
 * @count: segments
 * @contiguous: one DMA allocation, for boards that cannot scatter
 * @mapped: the board can reach it
 * @need_sync: bytes must be synced before the CPU, or the board, touches them
 * @segments: the segments, in ring order
 *
 * Constant from allocation until cobra_ring_unmap(), which takes the board's
 * way to it away and leaves the bytes; a contiguous ring cannot outlive its
 * device and goes with it.
 */
struct cobra_ring {
	u64 size;
	unsigned int shift;
	unsigned int count;
	bool contiguous;
	bool mapped;
	bool need_sync;
	struct cobra_segment *segments;
};

struct cobra_ring *cobra_ring_alloc(struct device *dev, u64 size,
				    const struct cobra_ring_limits *limits);
void cobra_ring_unmap(struct cobra_ring *ring, struct device *dev);
void cobra_ring_free(struct cobra_ring *ring);
void *cobra_ring_at(const struct cobra_ring *ring, u64 offset, u64 *run);
void cobra_ring_sync_for_cpu(const struct cobra_ring *ring, struct device *dev,
			     u64 offset, u64 bytes);
void cobra_ring_sync_for_device(const struct cobra_ring *ring,
				struct device *dev, u64 offset, u64 bytes);

#endif /* COBRA_RING_H */
