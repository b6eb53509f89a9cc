// SPDX-License-Identifier: GPL-2.0
/*
 * cobra_runs: when runs begin and when they are over.
 */
#include "stub.h"

static void runs_start(struct stub *stub)
{
	KUNIT_ASSERT_EQ(stub->test, stub_run(stub, cobra_run_start), 0);
}

static void runs_stop(struct stub *stub)
{
	KUNIT_ASSERT_EQ(stub->test, stub_run(stub, cobra_run_stop), 0);
}

/* --- Beginning ------------------------------------------------------------- */

static void runs_begin_with_everything_at_0(struct kunit *test)
{
	struct stub *stub = test->priv;
	struct cobra_fifo *fifo = stub->fifo;

	runs_start(stub);
	stub_deliver(stub, 40);
	stub_lose(stub, 9);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 20), 20);
	stub_do(stub, cobra_fifo_discard);
	runs_stop(stub);
	KUNIT_EXPECT_EQ(test, fifo->run, 1);
	KUNIT_EXPECT_EQ(test, fifo->discarded, 20);

	runs_start(stub);
	KUNIT_EXPECT_EQ(test, fifo->run, 2);
	KUNIT_EXPECT_EQ(test, fifo->tail, 0);
	KUNIT_EXPECT_EQ(test, fifo->offset, 0);
	KUNIT_EXPECT_EQ(test, fifo->posted, 0);
	KUNIT_EXPECT_EQ(test, fifo->synced, 0);
	KUNIT_EXPECT_EQ(test, fifo->head, 0);
	KUNIT_EXPECT_EQ(test, fifo->limit, 0);
	KUNIT_EXPECT_EQ(test, fifo->gap_tail, 0);
	KUNIT_EXPECT_EQ(test, fifo->gap_posted, 0);
	KUNIT_EXPECT_FALSE(test, fifo->gap_ahead);
	KUNIT_EXPECT_EQ(test, fifo->gap.number, 0);
	KUNIT_EXPECT_EQ(test, fifo->discarded, 0);
	stub_deliver(stub, 48);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 48);
}

static void runs_begin_one_at_a_time(struct kunit *test)
{
	struct stub *stub = test->priv;

	runs_start(stub);
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_start), -EBUSY);
	stub->holds = true;
	runs_stop(stub);
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_start), -EBUSY);
	stub_enter(stub, COBRA_STATE_STOPPED);
	runs_start(stub);
	KUNIT_EXPECT_EQ(test, stub->fifo->run, 2);
}

static void runs_begin_when_all_was_read(struct kunit *test)
{
	struct stub *stub = test->priv;

	runs_start(stub);
	stub_deliver(stub, 10);
	stub_lose(stub, 3);
	runs_stop(stub);
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_start), -EBUSY);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 10);
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_start), -EBUSY);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), -ENOBUFS);
	runs_start(stub);
}

static void runs_begin_when_all_was_discarded(struct kunit *test)
{
	struct stub *stub = test->priv;

	runs_start(stub);
	stub_deliver(stub, 10);
	stub_lose(stub, 3);
	runs_stop(stub);
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_start), -EBUSY);
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_discard), 0);
	KUNIT_EXPECT_EQ(test, stub->fifo->discarded, 10);
	runs_start(stub);
}

static void runs_have_no_number_0(struct kunit *test)
{
	struct stub *stub = test->priv;

	stub->board->runs = U32_MAX - 1;
	runs_start(stub);
	KUNIT_EXPECT_EQ(test, stub->fifo->run, U32_MAX);
	runs_stop(stub);
	runs_start(stub);
	KUNIT_EXPECT_EQ(test, stub->fifo->run, 1);
}

static void runs_do_not_begin_if_the_board_refuses(struct kunit *test)
{
	struct stub *stub = test->priv;

	runs_start(stub);
	stub_deliver(stub, 10);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 10);
	runs_stop(stub);
	stub->answer = -EIO;
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_start), -EIO);
	KUNIT_EXPECT_EQ(test, stub->fifo->run, 1);
	KUNIT_EXPECT_EQ(test, stub->fifo->tail, 10);
	KUNIT_EXPECT_EQ(test, stub->fifo->error, 0);
	stub->answer = 0;
	runs_start(stub);
	KUNIT_EXPECT_EQ(test, stub->fifo->run, 2);
}

/* No answer at all ends the stream, until a reset. */
static void runs_need_an_answer(struct kunit *test)
{
	struct stub *stub = test->priv;

	stub->answer = -ETIMEDOUT;
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_start), -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 1), -EIO);
	stub->answer = 0;
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_start), -EIO);
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_reset), 0);
	runs_start(stub);
}

/* --- Ending ---------------------------------------------------------------- */

static void runs_end_though_there_is_none(struct kunit *test)
{
	struct stub *stub = test->priv;

	runs_stop(stub);
	KUNIT_EXPECT_FALSE(test, stub_ask(stub, cobra_fifo_over));
	runs_start(stub);
	runs_stop(stub);
	runs_stop(stub);
	KUNIT_EXPECT_TRUE(test, stub_ask(stub, cobra_fifo_over));
}

/* What the board says, and what that means after 10 bytes were read */
static const struct runs_moment {
	const char *name;
	u32 state;
	u64 more;
	u64 lost;
	bool drained;
	bool over;
} runs_moments[] = {
	{ .name = "running, all read", .state = COBRA_STATE_RUNNING,
	  .drained = true },
	{ .name = "draining, all read", .state = COBRA_STATE_DRAINING,
	  .drained = true },
	{ .name = "stopped, all read", .state = COBRA_STATE_STOPPED,
	  .drained = true, .over = true },
	{ .name = "stopped, bytes left", .state = COBRA_STATE_STOPPED,
	  .more = 1 },
	{ .name = "stopped, a gap left", .state = COBRA_STATE_STOPPED,
	  .lost = 1 },
	{ .name = "stopped, both left", .state = COBRA_STATE_STOPPED,
	  .more = 5, .lost = 8 },
	{ .name = "fault, all read", .state = COBRA_STATE_FAULT,
	  .drained = true },
	{ .name = "set up anew", .state = COBRA_STATE_IDLE,
	  .drained = true, .over = true },
	{ .name = "reset", .state = COBRA_STATE_RESET, .drained = true },
};

KUNIT_ARRAY_PARAM_DESC(runs_moment, runs_moments, name);

static void runs_are_over_when_all_was_read(struct kunit *test)
{
	const struct runs_moment *moment = test->param_value;
	struct stub *stub = test->priv;

	runs_start(stub);
	stub_deliver(stub, 10);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 10), 10);
	stub_deliver(stub, moment->more);
	if (moment->lost)
		stub_lose(stub, moment->lost);
	stub_enter(stub, moment->state);
	KUNIT_EXPECT_EQ(test, stub_ask(stub, cobra_fifo_drained),
			moment->drained);
	KUNIT_EXPECT_EQ(test, stub_ask(stub, cobra_fifo_over), moment->over);
}

static void runs_drain_before_they_are_over(struct kunit *test)
{
	struct stub *stub = test->priv;

	runs_start(stub);
	stub->holds = true;
	runs_stop(stub);
	KUNIT_EXPECT_FALSE(test, stub_ask(stub, cobra_fifo_over));
	stub_deliver(stub, 10);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 10);
	KUNIT_EXPECT_FALSE(test, stub_ask(stub, cobra_fifo_over));
	stub_enter(stub, COBRA_STATE_STOPPED);
	KUNIT_EXPECT_TRUE(test, stub_ask(stub, cobra_fifo_over));
}

/* A discard while the board drains has it drop what it holds. */
static void runs_do_not_drain_to_be_discarded(struct kunit *test)
{
	struct stub *stub = test->priv;

	runs_start(stub);
	stub_deliver(stub, 10);
	stub->holds = true;
	runs_stop(stub);
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_discard), 0);
	KUNIT_EXPECT_EQ(test, cobra_fifo_state(stub->fifo),
			COBRA_STATE_STOPPED);
	KUNIT_EXPECT_EQ(test, stub->fifo->discarded, 10);
	KUNIT_EXPECT_EQ(test, stub->fifo->told_run, 1);
}

static void runs_go_on_when_bytes_are_discarded(struct kunit *test)
{
	struct stub *stub = test->priv;

	runs_start(stub);
	stub_deliver(stub, 10);
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_discard), 0);
	KUNIT_EXPECT_EQ(test, cobra_fifo_state(stub->fifo),
			COBRA_STATE_RUNNING);
	KUNIT_EXPECT_EQ(test, stub->fifo->told_run, 0);
	stub_deliver(stub, 5);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 48), 5);
	KUNIT_EXPECT_EQ(test, stub->fifo->discarded, 10);
}

static void runs_are_ended_by_a_reset(struct kunit *test)
{
	struct stub *stub = test->priv;

	runs_start(stub);
	stub_deliver(stub, 10);
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_reset), 0);
	KUNIT_EXPECT_EQ(test, stub->resets, 1);
	KUNIT_EXPECT_EQ(test, stub->fifo->generation, 1);
	KUNIT_EXPECT_EQ(test, stub->fifo->tail, 0);
	KUNIT_EXPECT_TRUE(test, stub_ask(stub, cobra_fifo_over));
	/* Nothing was on, nothing was unread: it costs nobody anything. */
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_reset), 0);
	KUNIT_EXPECT_EQ(test, stub->fifo->generation, 1);
	runs_start(stub);
	KUNIT_EXPECT_EQ(test, stub->fifo->run, 2);
}

/* --- Another ring ---------------------------------------------------------- */

static int runs_shrink(struct cobra_board *board)
{
	return cobra_run_resize(board, PAGE_SIZE);
}

/* Real memory now, as the driver gives what it had back. */
static void runs_take_another_ring_in_between(struct kunit *test)
{
	struct stub *stub = test->priv;
	struct cobra_board *board = stub->board;
	struct cobra_ring *ring;

	board->limits = (struct cobra_ring_limits){
		.max_segments = 8, .min_shift = PAGE_SHIFT,
		.max_shift = PAGE_SHIFT,
	};
	KUNIT_ASSERT_EQ(test, 0, dma_set_mask_and_coherent(stub->dev,
							   DMA_BIT_MASK(64)));
	ring = cobra_ring_alloc(stub->dev, 3 * PAGE_SIZE, &board->limits);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, ring);
	board->rx.ring = ring;
	board->rx.read_min = 3 * PAGE_SIZE / 2;

	runs_start(stub);
	KUNIT_EXPECT_EQ(test, stub_run(stub, runs_shrink), -EBUSY);
	stub_lose(stub, 1);
	runs_stop(stub);
	KUNIT_EXPECT_EQ(test, stub_run(stub, runs_shrink), -EBUSY);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 1), -ENOBUFS);
	/* A board that will not have it keeps the one that it has. */
	stub->answer = -EIO;
	KUNIT_EXPECT_EQ(test, stub_run(stub, runs_shrink), -EIO);
	KUNIT_EXPECT_PTR_EQ(test, board->rx.ring, ring);
	KUNIT_EXPECT_EQ(test, board->rx.read_min, 3 * PAGE_SIZE / 2);
	stub->answer = 0;
	KUNIT_EXPECT_EQ(test, stub_run(stub, runs_shrink), 0);
	KUNIT_EXPECT_EQ(test, board->rx.ring->size, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, board->rx.read_min, PAGE_SIZE / 2);
	KUNIT_EXPECT_EQ(test, board->rx.gap_tail, 0);
	runs_start(stub);
}

static struct kunit_case runs_cases[] = {
	KUNIT_CASE(runs_begin_with_everything_at_0),
	KUNIT_CASE(runs_begin_one_at_a_time),
	KUNIT_CASE(runs_begin_when_all_was_read),
	KUNIT_CASE(runs_begin_when_all_was_discarded),
	KUNIT_CASE(runs_have_no_number_0),
	KUNIT_CASE(runs_do_not_begin_if_the_board_refuses),
	KUNIT_CASE(runs_need_an_answer),
	KUNIT_CASE(runs_end_though_there_is_none),
	KUNIT_CASE_PARAM(runs_are_over_when_all_was_read,
			 runs_moment_gen_params),
	KUNIT_CASE(runs_drain_before_they_are_over),
	KUNIT_CASE(runs_do_not_drain_to_be_discarded),
	KUNIT_CASE(runs_go_on_when_bytes_are_discarded),
	KUNIT_CASE(runs_are_ended_by_a_reset),
	KUNIT_CASE(runs_take_another_ring_in_between),
	{}
};

static struct kunit_suite runs_suite = {
	.name = "cobra_runs",
	.init = stub_init,
	.exit = stub_exit,
	.test_cases = runs_cases,
};

kunit_test_suite(runs_suite);
