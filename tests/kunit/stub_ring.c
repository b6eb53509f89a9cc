// SPDX-License-Identifier: GPL-2.0
/*
 * The stub board's ring: pieces of memory, and what gets bytes from the board's
 * to the CPU's where these are not the same.
 */
#include "stub.h"

/* Where the board finds its segments: addresses that lead nowhere */
#define BUS_ADDRESS	0x5000000000ull
#define BUS_STRIDE	0x100000ull

const struct stub_ring stub_default_ring = { .shift = 4, .count = 3 };

static const struct stub_ring rings[] = {
	{ .shift = 4, .count = 3 },
	{ .shift = 4, .count = 3, .need_sync = true },
	{ .shift = 4, .count = 5 },
	{ .shift = 4, .count = 5, .need_sync = true },
	{ .shift = 6, .count = 1 },
	{ .shift = 2, .count = 16, .need_sync = true },
};

static void ring_name(const struct stub_ring *ring, char *name)
{
	snprintf(name, KUNIT_PARAM_DESC_SIZE, "%u segments of %u bytes%s",
		 ring->count, 1 << ring->shift,
		 ring->need_sync ? ", to be synced" : "");
}

KUNIT_ARRAY_PARAM(ring, rings, ring_name);

/* stub_rings - for cases that are to work with any ring: a parameter */
const void *stub_rings(const void *previous, char *name)
{
	return ring_gen_params(previous, name);
}

/* stub_segment - which one, if these bytes lie in one */
static int stub_segment(struct stub *stub, dma_addr_t dma, unsigned long offset,
			size_t bytes)
{
	u64 n = div_u64(dma - BUS_ADDRESS, BUS_STRIDE);

	if (n < stub->ring.count && dma == stub->ring.segments[n].dma &&
	    offset + bytes <= 1UL << stub->ring.shift)
		return n;
	stub_complain(stub, "sync of %zu bytes at %llx + %lx", bytes, (u64)dma,
		      offset);
	return -1;
}

/* stub_sync_for_cpu - bytes that were delivered get to where the CPU is */
void stub_sync_for_cpu(struct device *dev, dma_addr_t dma, unsigned long offset,
		       size_t bytes, enum dma_data_direction direction)
{
	struct stub *stub = dev_get_drvdata(dev);
	int n = stub_segment(stub, dma, offset, bytes);
	u64 size = stub->ring.size;
	u64 tail = stub->fifo->tail;
	u64 ahead;

	if (n < 0)
		return;
	/* How far behind tail is that? */
	ahead = (((u64)n << stub->ring.shift) + offset + size - tail % size) %
		size;
	if (tail + ahead + bytes > stub->head)
		stub_complain(stub, "%zu bytes at %llu synced, head is %llu",
			      bytes, tail + ahead, stub->head);
	memcpy(stub->ring.segments[n].address + offset, stub->bus[n] + offset,
	       bytes);
}

/* stub_sync_for_device - the CPU lets go of bytes, one after the other */
void stub_sync_for_device(struct device *dev, dma_addr_t dma,
			  unsigned long offset, size_t bytes,
			  enum dma_data_direction direction)
{
	struct stub *stub = dev_get_drvdata(dev);
	int n = stub_segment(stub, dma, offset, bytes);

	if (n < 0)
		return;
	if (((u64)n << stub->ring.shift) + offset !=
	    stub->returned % stub->ring.size)
		stub_complain(stub, "%zu bytes of segment %d synced back, next is %llu",
			      bytes, n, stub->returned);
	stub->returned += bytes;
	memset(stub->ring.segments[n].address + offset, STUB_UNTOUCHED, bytes);
}

static u8 *stub_memory(struct stub *stub, size_t bytes)
{
	u8 *memory = kunit_kmalloc(stub->test, bytes, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(stub->test, memory);
	memset(memory, STUB_UNTOUCHED, bytes);
	return memory;
}

/* stub_use_ring - take another, before anything else was done */
void stub_use_ring(struct stub *stub, const struct stub_ring *kind)
{
	struct cobra_ring *ring = &stub->ring;
	size_t bytes = 1UL << kind->shift;
	unsigned int n;

	KUNIT_ASSERT_LE(stub->test, kind->count, STUB_SEGMENTS);
	ring->shift = kind->shift;
	ring->count = kind->count;
	ring->size = kind->count * bytes;
	ring->need_sync = kind->need_sync;
	ring->segments = kunit_kcalloc(stub->test, ring->count,
				       sizeof(*ring->segments), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(stub->test, ring->segments);
	for (n = 0; n < ring->count; n++) {
		ring->segments[n].address = stub_memory(stub, bytes);
		ring->segments[n].dma = BUS_ADDRESS + n * BUS_STRIDE;
		stub->bus[n] = ring->need_sync ? stub_memory(stub, bytes) :
						 ring->segments[n].address;
	}
	stub->room = ring->size + 64;
	stub->buffer = stub_memory(stub, stub->room);
	stub->board->rx.ring = ring;
}
