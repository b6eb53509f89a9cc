// SPDX-License-Identifier: GPL-2.0
/*
 * cobra_ends: streams that do not end well.  What was delivered and valid can be
 * read, then comes the error, and nothing of the kernel's is touched.
 */
#include "stub.h"

/* --- The board breaks the rules -------------------------------------------- */

/*
 * What the board says when 30 bytes of a run were delivered, the driver knows
 * of them all, and has taken 20, in a ring of 48
 */
static const struct ends_lie {
	const char *name;
	u64 head;
	u64 gap_head;
	u64 position;
	u64 lost;
} ends_lies[] = {
	{ .name = "head goes back", .head = 29 },
	{ .name = "head goes back behind tail", .head = 19 },
	{ .name = "head goes back to 0", .head = 0 },
	{ .name = "head past tail and ring", .head = 20 + 48 + 1 },
	{ .name = "head far away", .head = 1ULL << 63 },
	{ .name = "head all ones", .head = U64_MAX },
	{ .name = "gap behind tail", .head = 30,
	  .gap_head = 1, .position = 19, .lost = 1 },
	{ .name = "gap at 0", .head = 30, .gap_head = 1, .lost = 1 },
	{ .name = "gap of no bytes", .head = 30, .gap_head = 1, .position = 30 },
	{ .name = "a gap too many", .head = 30,
	  .gap_head = COBRA_GAP_SLOTS + 1, .position = 30, .lost = 1 },
	{ .name = "gaps all ones", .head = 30, .gap_head = U64_MAX,
	  .position = 30, .lost = 1 },
};

KUNIT_ARRAY_PARAM_DESC(ends_lie, ends_lies, name);

static struct stub *ends_start(struct kunit *test, bool need_sync)
{
	const struct stub_ring ring = {
		.shift = 4, .count = 3, .need_sync = need_sync,
	};
	struct stub *stub = test->priv;

	stub_use_ring(stub, &ring);
	KUNIT_ASSERT_EQ(test, stub_run(stub, cobra_run_start), 0);
	stub_deliver(stub, 30);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 20), 20);
	return stub;
}

static void ends_with_the_first_lie(struct kunit *test)
{
	const struct ends_lie *lie = test->param_value;
	struct stub *stub = ends_start(test, false);

	stub->status->gaps[0].position = cpu_to_le64(lie->position);
	stub->status->gaps[0].lost = cpu_to_le64(lie->lost);
	stub_claim_gaps(stub, lie->gap_head);
	stub_claim_head(stub, lie->head);
	/* Asks for more than is known, so has to look. */
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 10);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), -EIO);
	KUNIT_EXPECT_EQ(test, cobra_fifo_state(stub->fifo), COBRA_STATE_FAULT);
	KUNIT_EXPECT_TRUE(test, cobra_wake_ready(stub->fifo, 48, 0));
	KUNIT_EXPECT_EQ(test, stub->resets, 1);

	/* Taking it back does not help, nor does anything but a reset. */
	stub_claim_head(stub, stub->head);
	stub_claim_gaps(stub, 0);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), -EIO);
	KUNIT_EXPECT_FALSE(test, stub_ask(stub, cobra_fifo_drained));
	KUNIT_EXPECT_FALSE(test, stub_ask(stub, cobra_fifo_over));
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_start), -EIO);
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_stop), -EIO);
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_discard), -EIO);
	KUNIT_EXPECT_EQ(test, stub->resets, 1);
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_reset), 0);
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_start), 0);
	stub_deliver(stub, 48);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 48);
}

/* Thrown away, it is found out as well, and nothing is counted that was not. */
static void ends_while_discarding(struct kunit *test)
{
	const struct ends_lie *lie = test->param_value;
	struct stub *stub = ends_start(test, true);

	stub->status->gaps[0].position = cpu_to_le64(lie->position);
	stub->status->gaps[0].lost = cpu_to_le64(lie->lost);
	stub_claim_gaps(stub, lie->gap_head);
	stub_claim_head(stub, lie->head);
	stub_do(stub, cobra_fifo_discard);
	KUNIT_EXPECT_EQ(test, stub->fifo->error, -EIO);
	KUNIT_EXPECT_EQ(test, stub->fifo->discarded, 10);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), -EIO);
}

/* A run that is over cannot have a gap to come. */
static void ends_at_a_gap_behind_the_end(struct kunit *test)
{
	struct stub *stub = ends_start(test, false);

	stub_post_gap(stub, 31, 5);
	KUNIT_EXPECT_FALSE(test, stub_ask(stub, cobra_fifo_over));
	KUNIT_EXPECT_EQ(test, stub->fifo->error, 0);
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_stop), 0);
	KUNIT_EXPECT_FALSE(test, stub_ask(stub, cobra_fifo_over));
	KUNIT_EXPECT_EQ(test, stub->fifo->error, -EIO);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 10);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), -EIO);
}

static void ends_are_told_to_the_board_once(struct kunit *test)
{
	struct stub *stub = ends_start(test, false);

	cobra_fifo_fail(stub->fifo, "%s", "first");
	cobra_fifo_fail(stub->fifo, "%s", "second");
	stub_settle(stub);
	KUNIT_EXPECT_FALSE(test, cobra_fifo_end(stub->fifo));
	KUNIT_EXPECT_EQ(test, stub->fifo->error, -EIO);
	KUNIT_EXPECT_EQ(test, stub->resets, 1);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 10);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), -EIO);
}

/* --- The board goes -------------------------------------------------------- */

/* What there is at the moment that it goes, in a ring of 48 */
static const struct ends_last {
	const char *name;
	u64 tail;
	u64 synced;
	u64 head;
	u64 gap_tail;
	u64 gap_head;
	u64 position;
	bool need_sync;
	bool contiguous;
	u64 final;
} ends_lasts[] = {
	{ .name = "nothing", .tail = 20, .head = 20, .final = 20 },
	{ .name = "bytes", .tail = 20, .head = 30, .final = 30 },
	{ .name = "a full ring", .tail = 20, .head = 68, .final = 68 },
	{ .name = "a head past it", .tail = 20, .head = 69, .final = 20 },
	{ .name = "a head behind tail", .tail = 20, .head = 19, .final = 20 },
	{ .name = "a head of all ones", .tail = 20, .head = U64_MAX,
	  .final = 20 },
	{ .name = "a gap ahead", .tail = 20, .head = 30,
	  .gap_head = 1, .position = 25, .final = 25 },
	{ .name = "a gap at tail", .tail = 20, .head = 30,
	  .gap_head = 1, .position = 20, .final = 20 },
	{ .name = "a gap at head", .tail = 20, .head = 30,
	  .gap_head = 1, .position = 30, .final = 30 },
	{ .name = "a gap beyond head", .tail = 20, .head = 30,
	  .gap_head = 1, .position = 33, .final = 30 },
	{ .name = "a gap behind tail", .tail = 20, .head = 30,
	  .gap_head = 1, .position = 19, .final = 20 },
	{ .name = "a gap that was passed", .tail = 20, .head = 30,
	  .gap_tail = 1, .gap_head = 1, .position = 25, .final = 30 },
	{ .name = "a gap in the first slot again", .tail = 20, .head = 30,
	  .gap_tail = COBRA_GAP_SLOTS, .gap_head = COBRA_GAP_SLOTS + 1,
	  .position = 27, .final = 27 },
	{ .name = "bytes to sync", .tail = 20, .synced = 20, .head = 30,
	  .need_sync = true, .final = 20 },
	{ .name = "bytes partly synced", .tail = 20, .synced = 26, .head = 30,
	  .need_sync = true, .final = 26 },
	{ .name = "a gap among synced bytes", .tail = 20, .synced = 26,
	  .head = 30, .gap_head = 1, .position = 24,
	  .need_sync = true, .final = 24 },
	{ .name = "bytes in one piece", .tail = 20, .head = 30,
	  .contiguous = true, .final = 20 },
	{ .name = "bytes across 2^63", .tail = (1ULL << 63) - 8,
	  .head = (1ULL << 63) + 8, .final = (1ULL << 63) + 8 },
};

KUNIT_ARRAY_PARAM_DESC(ends_last, ends_lasts, name);

static void ends_where_revoke_says(struct kunit *test)
{
	const struct ends_last *last = test->param_value;
	struct stub *stub = test->priv;
	struct cobra_fifo *fifo = stub->fifo;

	fifo->tail = last->tail;
	fifo->synced = last->synced;
	fifo->gap_tail = last->gap_tail;
	stub->ring.need_sync = last->need_sync;
	stub->ring.contiguous = last->contiguous;
	stub_claim_head(stub, last->head);
	stub_claim_gaps(stub, last->gap_head);
	stub->status->gaps[0].position = cpu_to_le64(last->position);
	stub->status->gaps[0].lost = cpu_to_le64(1);
	cobra_fifo_revoke(fifo, stub->status);
	KUNIT_EXPECT_EQ(test, fifo->final, last->final);
}

/* Away it goes; the stub complains of whoever touches it after that. */
static void ends_vanish(struct stub *stub)
{
	cobra_board_vanish(stub->board);
	stub_settle(stub);
	KUNIT_EXPECT_EQ(stub->test, cobra_fifo_state(stub->fifo),
			COBRA_STATE_GONE);
	KUNIT_EXPECT_TRUE(stub->test, cobra_wake_ready(stub->fifo, 48, 0));
}

static void ends_after_what_was_delivered(struct kunit *test)
{
	struct stub *stub = ends_start(test, false);

	stub_deliver(stub, 8);
	ends_vanish(stub);
	KUNIT_EXPECT_EQ(test, cobra_fifo_fill(stub->fifo), 18);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 15), 15);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 3);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), -ENODEV);
	KUNIT_EXPECT_EQ(test, cobra_fifo_fill(stub->fifo), 0);
	stub_arm(stub, 1);
	KUNIT_EXPECT_EQ(test, stub->arms, 0);
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_start), -ENODEV);
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_stop), -ENODEV);
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_reset), -ENODEV);
}

static void ends_at_a_gap_of_a_board_that_left(struct kunit *test)
{
	struct stub *stub = ends_start(test, false);

	stub_lose(stub, 5);
	stub_deliver(stub, 8);
	ends_vanish(stub);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 10);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), -ENODEV);
}

/* Nobody can sync any more: no byte is read that was not. */
static void ends_with_what_was_synced(struct kunit *test)
{
	struct stub *stub = ends_start(test, true);

	ends_vanish(stub);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 5), -ENODEV);
	KUNIT_EXPECT_EQ(test, stub->fifo->tail, 20);
}

static void ends_at_once_in_one_piece(struct kunit *test)
{
	struct stub *stub = ends_start(test, false);

	stub->ring.contiguous = true;
	ends_vanish(stub);
	stub_do(stub, cobra_fifo_forget);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), -ENODEV);
	KUNIT_EXPECT_EQ(test, stub->fifo->tail, 20);
}

static void ends_of_discarded_bytes(struct kunit *test)
{
	struct stub *stub = ends_start(test, false);

	ends_vanish(stub);
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_discard), -ENODEV);
	KUNIT_EXPECT_EQ(test, stub->fifo->discarded, 10);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), -ENODEV);
	KUNIT_EXPECT_EQ(test, cobra_fifo_fill(stub->fifo), 0);
}

/* An error that came first is told first, and for good. */
static void ends_once_only(struct kunit *test)
{
	struct stub *stub = ends_start(test, false);

	cobra_fifo_fail(stub->fifo, "on purpose");
	ends_vanish(stub);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 10);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), -EIO);
}

static struct kunit_case ends_cases[] = {
	KUNIT_CASE_PARAM(ends_with_the_first_lie, ends_lie_gen_params),
	KUNIT_CASE_PARAM(ends_while_discarding, ends_lie_gen_params),
	KUNIT_CASE(ends_at_a_gap_behind_the_end),
	KUNIT_CASE(ends_are_told_to_the_board_once),
	KUNIT_CASE_PARAM(ends_where_revoke_says, ends_last_gen_params),
	KUNIT_CASE(ends_after_what_was_delivered),
	KUNIT_CASE(ends_at_a_gap_of_a_board_that_left),
	KUNIT_CASE(ends_with_what_was_synced),
	KUNIT_CASE(ends_at_once_in_one_piece),
	KUNIT_CASE(ends_of_discarded_bytes),
	KUNIT_CASE(ends_once_only),
	{}
};

static struct kunit_suite ends_suite = {
	.name = "cobra_ends",
	.init = stub_init,
	.exit = stub_exit,
	.test_cases = ends_cases,
};

kunit_test_suite(ends_suite);
