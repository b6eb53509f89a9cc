// SPDX-License-Identifier: GPL-2.0
/*
 * Ring memory.
 *
 * A ring is made of segments of one size, a power of two, each physically
 * contiguous in itself only.  That is why a ring of many GiB needs nothing
 * reserved at boot: the page allocator always has pieces.  Bigger pieces are
 * tried first, because a copy that stays inside one is one memcpy and because
 * boards have room for a limited number of addresses.
 *
 * The pages belong to the board while they are mapped, and to the reader from
 * cobra_ring_sync_for_cpu() to cobra_ring_sync_for_device().  They outlive
 * cobra_ring_unmap(): what was received before an unplug can still be read.
 */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "ring.h"

static void ring_free_segment(struct cobra_ring *ring, unsigned int n)
{
	free_pages((unsigned long)ring->segments[n].address,
		   ring->shift - PAGE_SHIFT);
}

/*
 * A page of zeroes from the device's own node.  No retrying: a ring may want
 * most of the memory, and is not worth anybody's life to the OOM killer.
 */
static int ring_add_segment(struct cobra_ring *ring, struct device *dev,
			    unsigned int n)
{
	gfp_t gfp = GFP_KERNEL | __GFP_ZERO | __GFP_COMP | __GFP_NOWARN |
		    __GFP_NORETRY;
	struct cobra_segment *segment = &ring->segments[n];
	struct page *page;

	page = alloc_pages_node(dev_to_node(dev), gfp,
				ring->shift - PAGE_SHIFT);
	if (!page)
		return -ENOMEM;

	segment->address = page_address(page);
	segment->dma = dma_map_page_attrs(dev, page, 0, 1UL << ring->shift,
					  DMA_FROM_DEVICE, DMA_ATTR_NO_WARN);
	if (dma_mapping_error(dev, segment->dma)) {
		ring_free_segment(ring, n);
		return -ENOMEM;
	}
	if (dma_need_sync(dev, segment->dma))
		ring->need_sync = true;
	return 0;
}

static void ring_unmap_segments(struct cobra_ring *ring, struct device *dev,
				unsigned int count)
{
	unsigned int n;

	for (n = 0; n < count; n++)
		dma_unmap_page(dev, ring->segments[n].dma, 1UL << ring->shift,
			       DMA_FROM_DEVICE);
}

static int ring_add_segments(struct cobra_ring *ring, struct device *dev)
{
	unsigned int n;
	int ret = 0;

	for (n = 0; n < ring->count; n++) {
		ret = fatal_signal_pending(current) ?
			-EINTR : ring_add_segment(ring, dev, n);
		if (ret)
			break;
		cond_resched();
	}
	if (!ret)
		return 0;

	ring_unmap_segments(ring, dev, n);
	while (n--)
		ring_free_segment(ring, n);
	return ret;
}

static int ring_add_contiguous(struct cobra_ring *ring, struct device *dev)
{
	struct cobra_segment *segment = &ring->segments[0];
	struct page *page;

	page = dma_alloc_pages(dev, ring->size, &segment->dma, DMA_FROM_DEVICE,
			       GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY);
	if (!page)
		return -ENOMEM;
	segment->address = page_address(page);
	memset(segment->address, 0, ring->size);
	/* Zeroes that are still in a cache must not land on what the board writes. */
	dma_sync_single_for_device(dev, segment->dma, ring->size,
				   DMA_FROM_DEVICE);
	ring->need_sync = dma_need_sync(dev, segment->dma);
	return 0;
}

static struct cobra_ring *ring_try(struct device *dev, u64 size,
				   unsigned int shift, bool contiguous)
{
	struct cobra_ring *ring;
	int ret = -ENOMEM;

	ring = kzalloc(sizeof(*ring), GFP_KERNEL);
	if (!ring)
		return ERR_PTR(-ENOMEM);
	ring->size = size;
	ring->shift = shift;
	ring->count = size >> shift;
	ring->contiguous = contiguous;
	ring->segments = kvcalloc(ring->count, sizeof(*ring->segments),
				  GFP_KERNEL | __GFP_NOWARN);
	if (!ring->segments)
		goto free_ring;

	ret = contiguous ? ring_add_contiguous(ring, dev) :
			   ring_add_segments(ring, dev);
	if (ret)
		goto free_table;
	ring->mapped = true;
	return ring;

free_table:
	kvfree(ring->segments);
free_ring:
	kfree(ring);
	return ERR_PTR(ret);
}

static struct cobra_ring *ring_scatter(struct device *dev, u64 size,
				       const struct cobra_ring_limits *limits)
{
	struct cobra_ring *ring = ERR_PTR(-ERANGE);
	u64 largest = min_t(u64, 1 << COBRA_RING_SEGMENT_SHIFT,
			    dma_max_mapping_size(dev));
	unsigned int shift = min3((unsigned int)__ffs64(size),
				  (unsigned int)limits->max_shift,
				  (unsigned int)ilog2(largest));

	for (; shift >= limits->min_shift; shift--) {
		if (size >> shift > limits->max_segments)
			break;
		ring = ring_try(dev, size, shift, false);
		if (!IS_ERR(ring) || PTR_ERR(ring) != -ENOMEM)
			break;
	}
	return ring;
}

/**
 * cobra_ring_alloc() - get memory that a board can fill
 * @dev: device whose DMA goes there
 * @size: bytes
 * @limits: what the board can take
 *
 * Context: Process context, may sleep long for a large ring; a fatal signal
 *	ends it.
 * Return: The ring, zeroed and mapped; or ERR_PTR: -EINVAL for a size that is
 *	0, no multiple of PAGE_SIZE, or no power of two for a board that cannot
 *	scatter; -ERANGE for more than the board has room for; -ENOMEM; -EINTR.
 */
struct cobra_ring *cobra_ring_alloc(struct device *dev, u64 size,
				    const struct cobra_ring_limits *limits)
{
	long available;

	if (!size || !IS_ALIGNED(size, PAGE_SIZE))
		return ERR_PTR(-EINVAL);

	if (limits->max_segments > 1) {
		if (size >> limits->max_shift > limits->max_segments)
			return ERR_PTR(-ERANGE);
	} else {
		if (!is_power_of_2(size))
			return ERR_PTR(-EINVAL);
		if (size >> limits->max_shift > 1 ||
		    size < 1ULL << limits->min_shift)
			return ERR_PTR(-ERANGE);
	}
	/* Say no at once rather than squeeze everybody else, and leave some. */
	available = si_mem_available();
	if (available <= 0 || size >> PAGE_SHIFT > available - available / 8)
		return ERR_PTR(-ENOMEM);

	if (limits->max_segments > 1)
		return ring_scatter(dev, size, limits);
	return ring_try(dev, size, ilog2(size), true);
}

/**
 * cobra_ring_unmap() - take the board's way to the ring away
 * @ring: the ring, or NULL
 * @dev: device that it was allocated for
 *
 * The board must have stopped its DMA.  The bytes stay readable, but not those
 * of a contiguous ring: the caller keeps readers out of that one.
 *
 * Context: Process context.  Nobody syncs any more.
 */
void cobra_ring_unmap(struct cobra_ring *ring, struct device *dev)
{
	if (!ring || !ring->mapped)
		return;
	ring->mapped = false;
	if (ring->contiguous)
		dma_free_pages(dev, ring->size,
			       virt_to_page(ring->segments[0].address),
			       ring->segments[0].dma, DMA_FROM_DEVICE);
	else
		ring_unmap_segments(ring, dev, ring->count);
}

/**
 * cobra_ring_free() - give the memory of an unmapped ring back
 * @ring: the ring, or NULL
 *
 * Context: Process context.
 */
void cobra_ring_free(struct cobra_ring *ring)
{
	unsigned int n;

	if (!ring)
		return;
	if (!ring->contiguous)
		for (n = 0; n < ring->count; n++)
			ring_free_segment(ring, n);
	kvfree(ring->segments);
	kfree(ring);
}

/**
 * cobra_ring_at() - find bytes of the ring
 * @ring: the ring
 * @offset: from its start, below its size
 * @run: how many bytes lie in a row there
 *
 * Return: Where the CPU finds the byte at @offset.
 */
void *cobra_ring_at(const struct cobra_ring *ring, u64 offset, u64 *run)
{
	u64 segment_size = 1ULL << ring->shift;
	u64 within = offset & (segment_size - 1);

	*run = segment_size - within;
	return ring->segments[offset >> ring->shift].address + within;
}

static void ring_sync(const struct cobra_ring *ring, struct device *dev,
		      u64 offset, u64 bytes, bool for_cpu)
{
	u64 segment_size = 1ULL << ring->shift;

	while (bytes) {
		u64 within = offset & (segment_size - 1);
		u64 run = min(segment_size - within, bytes);
		dma_addr_t dma = ring->segments[offset >> ring->shift].dma;

		if (for_cpu)
			dma_sync_single_range_for_cpu(dev, dma, within, run,
						      DMA_FROM_DEVICE);
		else
			dma_sync_single_range_for_device(dev, dma, within, run,
							 DMA_FROM_DEVICE);
		bytes -= run;
		offset += run;
		if (offset == ring->size)
			offset = 0;
	}
}

/**
 * cobra_ring_sync_for_cpu() - make bytes that the board wrote visible
 * @ring: the ring
 * @dev: device that writes it
 * @offset: from the start of the ring, below its size
 * @bytes: how many, at most the ring's size; may wrap
 *
 * Context: Any.  The ring is mapped and stays so.
 */
void cobra_ring_sync_for_cpu(const struct cobra_ring *ring, struct device *dev,
			     u64 offset, u64 bytes)
{
	ring_sync(ring, dev, offset, bytes, true);
}

/**
 * cobra_ring_sync_for_device() - let the board write bytes again
 * @ring: the ring
 * @dev: device that writes it
 * @offset: from the start of the ring, below its size
 * @bytes: how many, at most the ring's size; may wrap
 *
 * Context: Any.  The ring is mapped and stays so.
 */
void cobra_ring_sync_for_device(const struct cobra_ring *ring,
				struct device *dev, u64 offset, u64 bytes)
{
	ring_sync(ring, dev, offset, bytes, false);
}
