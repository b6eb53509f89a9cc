// SPDX-License-Identifier: GPL-2.0
/*
 * cobra_gaps: losses are told where they happened, each once and in order.
 */
#include "stub.h"

static struct stub *gaps_start(struct kunit *test)
{
	struct stub *stub = test->priv;

	if (test->param_value)
		stub_use_ring(stub, test->param_value);
	KUNIT_ASSERT_EQ(test, stub_run(stub, cobra_run_start), 0);
	return stub;
}

/* The next read meets a loss, and this is what is told of it. */
static void gaps_expect(struct stub *stub, u64 position, u64 lost)
{
	struct cobra_gap *gap = &stub->fifo->gap;
	u64 number = gap->number;

	KUNIT_EXPECT_EQ(stub->test, stub_read(stub, 16), -ENOBUFS);
	KUNIT_EXPECT_EQ(stub->test, gap->position, position);
	KUNIT_EXPECT_EQ(stub->test, gap->lost, lost);
	KUNIT_EXPECT_EQ(stub->test, gap->number, number + 1);
	KUNIT_EXPECT_EQ(stub->test, gap->run, stub->fifo->run);
	/* The board may be waiting for the slot: it was told at once. */
	KUNIT_EXPECT_EQ(stub->test, stub->gap_tail, gap->number);
	KUNIT_EXPECT_EQ(stub->test, stub->tail, position);
}

static void gaps_come_after_what_came_before(struct kunit *test)
{
	struct stub *stub = gaps_start(test);

	stub_deliver(stub, 10);
	stub_lose(stub, 1000);
	stub_deliver(stub, 20);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 3), 3);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 7);
	gaps_expect(stub, 10, 1000);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 20);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 0);
}

/* Not by the read that ends there, though it might */
static void gaps_cost_no_bytes(struct kunit *test)
{
	struct stub *stub = gaps_start(test);

	stub_deliver(stub, 10);
	stub_lose(stub, 1);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 10), 10);
	gaps_expect(stub, 10, 1);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 10), 0);
}

static void gaps_may_be_the_first_thing_there_is(struct kunit *test)
{
	struct stub *stub = gaps_start(test);

	stub_lose(stub, U64_MAX);
	gaps_expect(stub, 0, U64_MAX);
	stub_deliver(stub, 3);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 10), 3);
}

/* A record is there before the head that it belongs to. */
static void gaps_beyond_head_wait_for_it(struct kunit *test)
{
	struct stub *stub = gaps_start(test);

	stub_deliver(stub, 5);
	stub_post_gap(stub, 8, 77);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 5);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 0);
	KUNIT_EXPECT_FALSE(test, stub_ask(stub, cobra_fifo_drained));
	KUNIT_EXPECT_EQ(test, stub->gap_tail, 0);
	stub_deliver(stub, 5);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 3);
	gaps_expect(stub, 8, 77);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 2);
	KUNIT_EXPECT_TRUE(test, stub_ask(stub, cobra_fifo_drained));
}

/* Bytes that the reader knew of already are no reason to miss a later gap. */
static void gaps_are_seen_behind_bytes_known_before(struct kunit *test)
{
	struct stub *stub = gaps_start(test);

	stub_deliver(stub, 10);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 4), 4);
	stub_lose(stub, 5);
	stub_deliver(stub, 10);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 6), 6);
	gaps_expect(stub, 10, 5);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 10);
}

static void gaps_use_their_slots_again(struct kunit *test)
{
	struct stub *stub = gaps_start(test);
	unsigned int n;

	for (n = 0; n < 3 * COBRA_GAP_SLOTS + 7; n++) {
		stub_deliver(stub, n % 5 + 1);
		stub_lose(stub, n + 1);
		KUNIT_EXPECT_EQ(test, stub_read(stub, 16), n % 5 + 1);
		gaps_expect(stub, stub->head, n + 1);
	}
}

/* As many as there can be, from a slot in the middle on */
static void gaps_fill_every_slot(struct kunit *test)
{
	struct stub *stub = gaps_start(test);
	unsigned int n;

	for (n = 0; n < 100; n++) {
		stub_lose(stub, 1);
		gaps_expect(stub, 0, 1);
	}
	for (n = 0; n < COBRA_GAP_SLOTS; n++) {
		if (n % 16 == 0)
			stub_deliver(stub, 1);
		stub_lose(stub, 1000 + n);
	}
	for (n = 0; n < COBRA_GAP_SLOTS; n++) {
		if (n % 16 == 0)
			KUNIT_EXPECT_EQ(test, stub_read(stub, 16), 1);
		gaps_expect(stub, n / 16 + 1, 1000 + n);
	}
	KUNIT_EXPECT_EQ(test, stub_read(stub, 16), 0);
	KUNIT_EXPECT_TRUE(test, stub_ask(stub, cobra_fifo_drained));
}

static void gaps_are_told_where_positions_are_great(struct kunit *test)
{
	struct stub *stub = gaps_start(test);

	stub_jump(stub, (1ULL << 63) - 10);
	stub_deliver(stub, 20);
	stub_lose(stub, 5);
	stub_deliver(stub, 4);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 20);
	gaps_expect(stub, (1ULL << 63) + 10, 5);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 4);
}

static void gaps_are_skipped_if_that_is_set(struct kunit *test)
{
	struct stub *stub = gaps_start(test);

	WRITE_ONCE(stub->fifo->skip_gaps, true);
	stub_deliver(stub, 10);
	stub_lose(stub, 1000);
	stub_lose(stub, 2000);
	stub_deliver(stub, 20);
	stub_lose(stub, 3000);
	/* It ends the read that comes to it none the less. */
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 10);
	KUNIT_EXPECT_EQ(test, stub->gap_tail, 0);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 20);
	KUNIT_EXPECT_EQ(test, stub->gap_tail, 2);
	KUNIT_EXPECT_EQ(test, stub->fifo->gap.lost, 2000);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 0);
	KUNIT_EXPECT_EQ(test, stub->gap_tail, 3);
	KUNIT_EXPECT_EQ(test, stub->fifo->gap.position, 30);
	KUNIT_EXPECT_EQ(test, stub->fifo->gap.lost, 3000);
}

/* However many a board posts, a read comes to an end. */
static void gaps_skipped_are_bounded(struct kunit *test)
{
	struct stub *stub = gaps_start(test);
	unsigned int n;

	WRITE_ONCE(stub->fifo->skip_gaps, true);
	for (n = 0; n < COBRA_GAP_SLOTS; n++)
		stub_lose(stub, 1);
	stub_deliver(stub, 6);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 16), 0);
	KUNIT_EXPECT_EQ(test, stub->gap_tail, COBRA_GAP_SLOTS);
	KUNIT_EXPECT_TRUE(test, cobra_wake_ready(stub->fifo, 1, 0));
	KUNIT_EXPECT_EQ(test, stub_read(stub, 16), 6);
}

static void gaps_are_discarded_with_the_bytes(struct kunit *test)
{
	struct stub *stub = gaps_start(test);
	unsigned int n;

	for (n = 0; n < COBRA_GAP_SLOTS; n++) {
		stub_deliver(stub, n % 6 == 0);
		stub_lose(stub, 1 + n);
	}
	stub_deliver(stub, 2);
	stub_do(stub, cobra_fifo_discard);
	KUNIT_EXPECT_EQ(test, stub->fifo->discarded, stub->head);
	KUNIT_EXPECT_EQ(test, stub->tail, stub->head);
	KUNIT_EXPECT_EQ(test, stub->gap_tail, COBRA_GAP_SLOTS);
	KUNIT_EXPECT_EQ(test, stub->fifo->gap.lost, COBRA_GAP_SLOTS);
	KUNIT_EXPECT_TRUE(test, stub_ask(stub, cobra_fifo_drained));
	stub_deliver(stub, 5);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 16), 5);
}

/* One that is not reached yet is not discarded either. */
static void gaps_beyond_head_survive_a_discard(struct kunit *test)
{
	struct stub *stub = gaps_start(test);

	stub_deliver(stub, 5);
	stub_post_gap(stub, 8, 77);
	stub_do(stub, cobra_fifo_discard);
	KUNIT_EXPECT_EQ(test, stub->fifo->discarded, 5);
	KUNIT_EXPECT_EQ(test, stub->gap_tail, 0);
	stub_deliver(stub, 5);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 3);
	gaps_expect(stub, 8, 77);
}

static void gaps_begin_anew_with_a_run(struct kunit *test)
{
	struct stub *stub = gaps_start(test);

	stub_deliver(stub, 5);
	stub_lose(stub, 1);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 5), 5);
	gaps_expect(stub, 5, 1);
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_stop), 0);
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_start), 0);
	KUNIT_EXPECT_EQ(test, stub->fifo->gap.number, 0);
	KUNIT_EXPECT_EQ(test, stub->fifo->gap_tail, 0);
	stub_deliver(stub, 2);
	stub_lose(stub, 9);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 5), 2);
	gaps_expect(stub, 2, 9);
}

static struct kunit_case gaps_cases[] = {
	KUNIT_CASE_PARAM(gaps_come_after_what_came_before, stub_rings),
	KUNIT_CASE(gaps_cost_no_bytes),
	KUNIT_CASE(gaps_may_be_the_first_thing_there_is),
	KUNIT_CASE_PARAM(gaps_beyond_head_wait_for_it, stub_rings),
	KUNIT_CASE(gaps_are_seen_behind_bytes_known_before),
	KUNIT_CASE_PARAM(gaps_use_their_slots_again, stub_rings),
	KUNIT_CASE(gaps_fill_every_slot),
	KUNIT_CASE(gaps_are_told_where_positions_are_great),
	KUNIT_CASE_PARAM(gaps_are_skipped_if_that_is_set, stub_rings),
	KUNIT_CASE(gaps_skipped_are_bounded),
	KUNIT_CASE_PARAM(gaps_are_discarded_with_the_bytes, stub_rings),
	KUNIT_CASE(gaps_beyond_head_survive_a_discard),
	KUNIT_CASE(gaps_begin_anew_with_a_run),
	{}
};

static struct kunit_suite gaps_suite = {
	.name = "cobra_gaps",
	.init = stub_init,
	.exit = stub_exit,
	.test_cases = gaps_cases,
};

kunit_test_suite(gaps_suite);
