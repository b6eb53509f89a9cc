// SPDX-License-Identifier: GPL-2.0
/*
 * cobra_fifo: positions, and bytes at them.
 */
#include <linux/mman.h>
#include <linux/uio.h>

#include "stub.h"

static struct stub *fifo_start(struct kunit *test)
{
	struct stub *stub = test->priv;

	KUNIT_ASSERT_EQ(test, stub_run(stub, cobra_run_start), 0);
	return stub;
}

/* The same in a ring of the parameter's kind */
static struct stub *fifo_start_in_ring(struct kunit *test)
{
	stub_use_ring(test->priv, test->param_value);
	return fifo_start(test);
}

static const struct stub_ring fifo_synced_ring = {
	.shift = 4, .count = 3, .need_sync = true,
};

/* One in which space goes back in batches of 8 bytes */
static const struct stub_ring fifo_roomy_ring = { .shift = 6, .count = 4 };

static const struct stub_ring fifo_ring_of_pages = {
	.shift = PAGE_SHIFT, .count = 3,
};

static u64 fifo_batch(const struct stub *stub)
{
	return stub->ring.size / 32;
}

static void fifo_reads_any_size_at_any_offset(struct kunit *test)
{
	struct stub *stub = fifo_start_in_ring(test);
	u64 offset, bytes;

	for (offset = 0; offset < stub->ring.size; offset++) {
		for (bytes = 1; bytes <= stub->ring.size; bytes++) {
			stub_jump(stub, 1000 * stub->ring.size + offset);
			stub_deliver(stub, bytes);
			KUNIT_ASSERT_EQ(test, stub_read(stub, bytes), bytes);
			KUNIT_ASSERT_EQ(test, stub->fifo->tail, stub->head);
			KUNIT_ASSERT_EQ(test, stub->fifo->offset,
					stub->head % stub->ring.size);
		}
	}
}

/* Where offsets in the ring are not where they would be without it wrapping */
static const struct fifo_place {
	const char *name;
	u64 position;
} fifo_places[] = {
	{ "2^31", 1ULL << 31 },
	{ "2^32", 1ULL << 32 },
	{ "2^33 - 1", (1ULL << 33) - 1 },
	{ "2^53", 1ULL << 53 },
	{ "2^63", 1ULL << 63 },
	{ "2^64 - 1000", -1000ULL },
};

KUNIT_ARRAY_PARAM_DESC(fifo_place, fifo_places, name);

static void fifo_counts_on_past(struct kunit *test)
{
	const struct fifo_place *place = test->param_value;
	struct stub *stub = test->priv;
	unsigned int n;
	u64 start;

	stub_use_ring(stub, &fifo_synced_ring);
	fifo_start(test);
	start = place->position - 3 * stub->ring.size;
	stub_jump(stub, start);
	for (n = 0; n < 6 * stub->ring.size / 32; n++) {
		stub_deliver(stub, 32);
		KUNIT_EXPECT_EQ(test, cobra_fifo_fill(stub->fifo), 32);
		KUNIT_EXPECT_EQ(test, stub_read(stub, 25), 25);
		KUNIT_EXPECT_EQ(test, cobra_fifo_fill(stub->fifo), 7);
		KUNIT_EXPECT_EQ(test, stub_read(stub, 25), 7);
	}
	KUNIT_EXPECT_EQ(test, stub->fifo->tail, start + 6 * stub->ring.size);
	stub_do(stub, cobra_fifo_post);
	KUNIT_EXPECT_EQ(test, stub->tail, start + 6 * stub->ring.size);
}

/* Positions do not wrap; a board that claims so is one that goes back. */
static void fifo_ends_with_the_last_position(struct kunit *test)
{
	struct stub *stub = fifo_start(test);

	stub_jump(stub, U64_MAX - 40);
	stub_deliver(stub, 40);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 40);
	KUNIT_EXPECT_EQ(test, stub->fifo->tail, U64_MAX);
	stub_claim_head(stub, 0);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 1), -EIO);
	KUNIT_EXPECT_EQ(test, stub->fifo->tail, U64_MAX);
}

static void fifo_reads_what_is_there(struct kunit *test)
{
	struct stub *stub = fifo_start_in_ring(test);

	KUNIT_EXPECT_EQ(test, stub_read(stub, 1), 0);
	stub_deliver(stub, 10);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 4), 4);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 6);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 0);
	KUNIT_EXPECT_EQ(test, stub->fifo->tail, 10);
}

static void fifo_reads_a_ring_full_to_the_brim(struct kunit *test)
{
	struct stub *stub = fifo_start_in_ring(test);
	u64 size = stub->ring.size;
	unsigned int turn;

	for (turn = 0; turn < 3; turn++) {
		stub_deliver(stub, size);
		KUNIT_EXPECT_EQ(test, cobra_fifo_fill(stub->fifo), size);
		KUNIT_EXPECT_EQ(test, stub_read(stub, size + 1), size);
		KUNIT_EXPECT_EQ(test, cobra_fifo_fill(stub->fifo), 0);
	}
	/* A byte at a time, and the board as quick as it may be */
	stub_deliver(stub, size);
	for (turn = 0; turn < 3 * size; turn++) {
		KUNIT_EXPECT_EQ(test, stub_read(stub, 1), 1);
		stub_deliver(stub, stub->tail + size - stub->head);
	}
}

static void fifo_reads_across_pages(struct kunit *test)
{
	static const unsigned int sizes[] = {
		1, PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1, 2 * PAGE_SIZE,
		3 * PAGE_SIZE - 1, 3 * PAGE_SIZE,
	};
	struct stub *stub = test->priv;
	unsigned int n;
	u64 offset;

	stub_use_ring(stub, &fifo_ring_of_pages);
	fifo_start(test);
	for (offset = 0; offset < 3 * PAGE_SIZE; offset += 509) {
		for (n = 0; n < ARRAY_SIZE(sizes); n++) {
			stub_jump(stub, 3 * PAGE_SIZE + offset);
			stub_deliver(stub, sizes[n]);
			KUNIT_EXPECT_EQ(test, stub_read(stub, sizes[n]),
					sizes[n]);
		}
	}
}

/* A reader that knows of bytes need not know what the board says by now. */
static void fifo_looks_only_for_more(struct kunit *test)
{
	struct stub *stub = fifo_start(test);

	stub_deliver(stub, 20);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 5), 5);
	stub_claim_head(stub, 0);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 15), 15);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 1), -EIO);
}

static void fifo_gives_space_back_in_batches(struct kunit *test)
{
	struct stub *stub = fifo_start_in_ring(test);
	u64 batch = fifo_batch(stub);
	u64 size = stub->ring.size;
	u64 n;

	stub_deliver(stub, size);
	for (n = 1; n <= size; n++) {
		KUNIT_EXPECT_EQ(test, stub_read(stub, 1), 1);
		KUNIT_EXPECT_EQ(test, stub->tail, n - n % batch);
	}
	KUNIT_EXPECT_EQ(test, stub->posts, size / batch);

	/* While one long read goes on, as well */
	stub_do(stub, cobra_fifo_post);
	n = stub->posts;
	stub_deliver(stub, size);
	KUNIT_EXPECT_EQ(test, stub_read(stub, size), size);
	KUNIT_EXPECT_EQ(test, stub->posts - n, size / batch);
	KUNIT_EXPECT_LT(test, stub->fifo->tail - stub->tail, batch);
}

static void fifo_posts_only_news(struct kunit *test)
{
	struct stub *stub = test->priv;

	stub_use_ring(stub, &fifo_roomy_ring);
	fifo_start(test);
	stub_do(stub, cobra_fifo_post);
	KUNIT_EXPECT_EQ(test, stub->posts, 0);
	stub_deliver(stub, 7);
	stub_do(stub, cobra_fifo_post);
	KUNIT_EXPECT_EQ(test, stub->posts, 0);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 7), 7);
	KUNIT_EXPECT_EQ(test, stub->posts, 0);
	stub_do(stub, cobra_fifo_post);
	KUNIT_EXPECT_EQ(test, stub->posts, 1);
	KUNIT_EXPECT_EQ(test, stub->tail, 7);
	stub_do(stub, cobra_fifo_post);
	KUNIT_EXPECT_EQ(test, stub->posts, 1);
	/* A gap is news even where no byte was. */
	stub_lose(stub, 1);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 1), -ENOBUFS);
	KUNIT_EXPECT_EQ(test, stub->posts, 2);
	KUNIT_EXPECT_EQ(test, stub->gap_tail, 1);
	stub_do(stub, cobra_fifo_post);
	KUNIT_EXPECT_EQ(test, stub->posts, 2);
}

/* The stub complains of whoever touches it then. */
static void fifo_leaves_a_board_alone_that_is_paused(struct kunit *test)
{
	struct stub *stub = fifo_start_in_ring(test);

	stub_deliver(stub, stub->ring.size);
	WRITE_ONCE(stub->board->paused, true);
	KUNIT_EXPECT_EQ(test, stub_read(stub, stub->ring.size),
			stub->ring.size);
	stub_do(stub, cobra_fifo_post);
	stub_arm(stub, 1);
	KUNIT_EXPECT_EQ(test, stub->posts, 0);
	KUNIT_EXPECT_EQ(test, stub->arms, 0);
	WRITE_ONCE(stub->board->paused, false);
}

static void fifo_discards_what_is_there(struct kunit *test)
{
	struct stub *stub = fifo_start_in_ring(test);
	u64 size = stub->ring.size;

	stub_deliver(stub, size);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 5), 5);
	stub_do(stub, cobra_fifo_discard);
	KUNIT_EXPECT_EQ(test, stub->fifo->discarded, size - 5);
	KUNIT_EXPECT_EQ(test, stub->tail, size);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 1), 0);
	stub_do(stub, cobra_fifo_discard);
	KUNIT_EXPECT_EQ(test, stub->fifo->discarded, size - 5);
	/* What comes after that is read as if nothing had been. */
	stub_deliver(stub, 9);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 10), 9);
	stub_deliver(stub, 9);
	stub_do(stub, cobra_fifo_discard);
	KUNIT_EXPECT_EQ(test, stub->fifo->discarded, size + 4);
}

static void fifo_syncs_what_it_reads_and_no_more(struct kunit *test)
{
	struct stub *stub = test->priv;

	stub_use_ring(stub, &fifo_synced_ring);
	fifo_start(test);
	stub_deliver(stub, 40);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 10), 10);
	KUNIT_EXPECT_EQ(test, stub->fifo->synced, 10);
	stub_do(stub, cobra_fifo_discard);
	KUNIT_EXPECT_EQ(test, stub->fifo->synced, 40);
	KUNIT_EXPECT_EQ(test, stub->returned, 40);
	stub_deliver(stub, 20);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 20);
	KUNIT_EXPECT_EQ(test, stub->fifo->synced, 60);
}

/* Two pages that user space has, and none behind them */
static void __user *fifo_two_pages(struct kunit *test)
{
	unsigned long address;

	address = kunit_vm_mmap(test, NULL, 0, 3 * PAGE_SIZE,
				PROT_READ | PROT_WRITE,
				MAP_ANONYMOUS | MAP_PRIVATE, 0);
	KUNIT_ASSERT_NE(test, address, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(address));
	KUNIT_ASSERT_EQ(test, 0, vm_munmap(address + 2 * PAGE_SIZE, PAGE_SIZE));
	return (void __user *)address;
}

/* The next bytes get there, or as many as there is memory for. */
static void fifo_expect_at(struct stub *stub, void __user *where, size_t want,
			   size_t good)
{
	u64 tail = stub->fifo->tail;
	struct iov_iter to;

	iov_iter_ubuf(&to, ITER_DEST, where, want);
	KUNIT_ASSERT_EQ(stub->test, stub_read_to(stub, &to), good ?: -EFAULT);
	KUNIT_ASSERT_EQ(stub->test, 0,
			copy_from_user(stub->buffer, where, good));
	stub_check(stub, stub->buffer, tail, good);
	KUNIT_EXPECT_EQ(stub->test, stub->fifo->tail, tail + good);
}

/* Nobody waits under the lock for memory that is not there yet. */
static void fifo_brings_no_memory_in(struct kunit *test)
{
	struct stub *stub = fifo_start_in_ring(test);
	void __user *memory = fifo_two_pages(test);

	stub_deliver(stub, 10);
	fifo_expect_at(stub, memory, 10, 0);
	KUNIT_ASSERT_EQ(test, 0, clear_user(memory, 1));
	fifo_expect_at(stub, memory, 10, 10);
}

/* A read that meets bad memory half way takes the first half only. */
static void fifo_takes_what_memory_takes(struct kunit *test)
{
	struct stub *stub = fifo_start_in_ring(test);
	void __user *memory = fifo_two_pages(test);
	void __user *end = memory + 2 * PAGE_SIZE;
	u64 size = stub->ring.size;
	u64 good;

	KUNIT_ASSERT_EQ(test, 0, clear_user(memory, 2 * PAGE_SIZE));
	for (good = 0; good < size; good++) {
		stub_do(stub, cobra_fifo_post);
		stub_deliver(stub, stub->tail + size - stub->head);
		fifo_expect_at(stub, end - good, size, good);
		/* All the rest is still there. */
		fifo_expect_at(stub, memory, 1, 1);
	}
}

static struct kunit_case fifo_cases[] = {
	KUNIT_CASE_PARAM(fifo_reads_any_size_at_any_offset, stub_rings),
	KUNIT_CASE_PARAM(fifo_counts_on_past, fifo_place_gen_params),
	KUNIT_CASE(fifo_ends_with_the_last_position),
	KUNIT_CASE_PARAM(fifo_reads_what_is_there, stub_rings),
	KUNIT_CASE_PARAM(fifo_reads_a_ring_full_to_the_brim, stub_rings),
	KUNIT_CASE(fifo_reads_across_pages),
	KUNIT_CASE(fifo_looks_only_for_more),
	KUNIT_CASE_PARAM(fifo_gives_space_back_in_batches, stub_rings),
	KUNIT_CASE(fifo_posts_only_news),
	KUNIT_CASE_PARAM(fifo_leaves_a_board_alone_that_is_paused, stub_rings),
	KUNIT_CASE_PARAM(fifo_discards_what_is_there, stub_rings),
	KUNIT_CASE(fifo_syncs_what_it_reads_and_no_more),
	KUNIT_CASE_PARAM(fifo_brings_no_memory_in, stub_rings),
	KUNIT_CASE_PARAM(fifo_takes_what_memory_takes, stub_rings),
	{}
};

static struct kunit_suite fifo_suite = {
	.name = "cobra_fifo",
	.init = stub_init,
	.exit = stub_exit,
	.test_cases = fifo_cases,
};

kunit_test_suite(fifo_suite);
