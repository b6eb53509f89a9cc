// SPDX-License-Identifier: GPL-2.0
/*
 * cobra_wake: who need not sleep, what the board is asked, and what counts as an
 * answer.
 */
#include "stub.h"

/* A run of which 10 bytes were read */
static struct stub *wake_start(struct kunit *test)
{
	struct stub *stub = test->priv;

	KUNIT_ASSERT_EQ(test, stub_run(stub, cobra_run_start), 0);
	stub_deliver(stub, 10);
	KUNIT_ASSERT_EQ(test, stub_read(stub, 10), 10);
	return stub;
}

/* --- Who need not sleep ---------------------------------------------------- */

/* A reader who was told of the end of run @eof_run waits for 8 bytes. */
static const struct wake_moment {
	const char *name;
	u32 state;
	u64 tail;
	u64 head;
	u64 gap_tail;
	u64 gap_head;
	u64 position;
	bool timed_out;
	u32 eof_run;
	int error;
	bool ready;
} wake_moments[] = {
	{ .name = "running, nothing", .state = COBRA_STATE_RUNNING,
	  .tail = 10, .head = 10 },
	{ .name = "running, too little", .state = COBRA_STATE_RUNNING,
	  .tail = 10, .head = 17 },
	{ .name = "running, enough", .state = COBRA_STATE_RUNNING,
	  .tail = 10, .head = 18, .ready = true },
	{ .name = "running, more", .state = COBRA_STATE_RUNNING,
	  .tail = 10, .head = 50, .ready = true },
	{ .name = "running, enough past 2^63", .state = COBRA_STATE_RUNNING,
	  .tail = S64_MAX - 3, .head = S64_MAX + 5ULL, .ready = true },
	{ .name = "running, little for too long", .state = COBRA_STATE_RUNNING,
	  .tail = 10, .head = 11, .timed_out = true, .ready = true },
	{ .name = "running, nothing for too long", .state = COBRA_STATE_RUNNING,
	  .tail = 10, .head = 10, .timed_out = true },
	{ .name = "running, a gap here", .state = COBRA_STATE_RUNNING,
	  .tail = 10, .head = 10, .gap_head = 1, .position = 10, .ready = true },
	{ .name = "running, a gap that cannot be", .state = COBRA_STATE_RUNNING,
	  .tail = 10, .head = 10, .gap_head = 1, .position = 9, .ready = true },
	{ .name = "running, bytes before a gap", .state = COBRA_STATE_RUNNING,
	  .tail = 10, .head = 13, .gap_head = 1, .position = 13, .ready = true },
	{ .name = "running, a gap ahead of what is there",
	  .state = COBRA_STATE_RUNNING,
	  .tail = 10, .head = 13, .gap_head = 1, .position = 14 },
	{ .name = "running, nothing, a gap ahead", .state = COBRA_STATE_RUNNING,
	  .tail = 10, .head = 10, .gap_head = 1, .position = 13 },
	{ .name = "running, a gap passed", .state = COBRA_STATE_RUNNING,
	  .tail = 10, .head = 10, .gap_tail = 1, .gap_head = 1,
	  .position = 10 },
	{ .name = "running, a head that cannot be",
	  .state = COBRA_STATE_RUNNING, .tail = 10, .head = 9, .ready = true },
	{ .name = "draining, nothing", .state = COBRA_STATE_DRAINING,
	  .tail = 10, .head = 10 },
	{ .name = "draining, too little", .state = COBRA_STATE_DRAINING,
	  .tail = 10, .head = 12 },
	{ .name = "stopped, the end not told", .state = COBRA_STATE_STOPPED,
	  .tail = 10, .head = 10, .ready = true },
	{ .name = "stopped, the end told", .state = COBRA_STATE_STOPPED,
	  .tail = 10, .head = 10, .eof_run = 1 },
	{ .name = "stopped, a byte", .state = COBRA_STATE_STOPPED,
	  .tail = 10, .head = 11, .eof_run = 1, .ready = true },
	{ .name = "set up anew, told", .state = COBRA_STATE_IDLE,
	  .eof_run = 1 },
	{ .name = "set up anew, not told", .state = COBRA_STATE_IDLE,
	  .ready = true },
	{ .name = "reset by itself", .state = COBRA_STATE_RESET,
	  .tail = 10, .head = 10, .eof_run = 1, .ready = true },
	{ .name = "fault", .state = COBRA_STATE_FAULT,
	  .tail = 10, .head = 10, .eof_run = 1, .ready = true },
	{ .name = "no state at all", .state = 77,
	  .tail = 10, .head = 10, .eof_run = 1, .ready = true },
	{ .name = "ended", .state = COBRA_STATE_RUNNING,
	  .tail = 10, .head = 10, .error = -EIO, .ready = true },
};

KUNIT_ARRAY_PARAM_DESC(wake_moment, wake_moments, name);

static void wake_knows_who_need_not_sleep(struct kunit *test)
{
	const struct wake_moment *moment = test->param_value;
	struct stub *stub = test->priv;
	struct cobra_fifo *fifo = stub->fifo;

	fifo->run = 1;
	fifo->tail = moment->tail;
	fifo->gap_tail = moment->gap_tail;
	fifo->timed_out = moment->timed_out;
	fifo->error = moment->error;
	stub_claim_head(stub, moment->head);
	stub_claim_gaps(stub, moment->gap_head);
	stub->status->gaps[0].position = cpu_to_le64(moment->position);
	stub_enter(stub, moment->state);
	KUNIT_EXPECT_EQ(test, cobra_wake_ready(fifo, 8, moment->eof_run),
			moment->ready);
}

/* --- What is asked --------------------------------------------------------- */

static void wake_asks_for_a_position(struct kunit *test)
{
	struct stub *stub = wake_start(test);

	KUNIT_EXPECT_EQ(test, cobra_wake_want(stub->fifo), 1);
	KUNIT_EXPECT_FALSE(test, cobra_wake_asked(stub->fifo, 5));
	stub_arm(stub, 5);
	KUNIT_EXPECT_EQ(test, stub->wake_at, 15);
	KUNIT_EXPECT_EQ(test, stub->arms, 1);
	KUNIT_EXPECT_EQ(test, stub->fifo->sleeps, 1);
	KUNIT_EXPECT_TRUE(test, cobra_wake_asked(stub->fifo, 5));
	KUNIT_EXPECT_TRUE(test, cobra_wake_asked(stub->fifo, 6));
	KUNIT_EXPECT_FALSE(test, cobra_wake_asked(stub->fifo, 4));
}

/* Nobody would hear the request, so who sleeps has to stay asleep. */
static void wake_waits_for_the_end_of_a_pause(struct kunit *test)
{
	struct stub *stub = wake_start(test);

	WRITE_ONCE(stub->board->paused, true);
	stub_arm(stub, 5);
	KUNIT_EXPECT_EQ(test, stub->arms, 0);
	KUNIT_EXPECT_TRUE(test, cobra_wake_asked(stub->fifo, 5));
	WRITE_ONCE(stub->board->paused, false);
	KUNIT_EXPECT_FALSE(test, cobra_wake_asked(stub->fifo, 5));
}

static void wake_asks_anew_only_for_less(struct kunit *test)
{
	struct stub *stub = wake_start(test);

	stub_arm(stub, 20);
	stub_arm(stub, 20);
	stub_arm(stub, 30);
	KUNIT_EXPECT_EQ(test, stub->arms, 1);
	KUNIT_EXPECT_EQ(test, stub->wake_at, 30);
	stub_arm(stub, 19);
	KUNIT_EXPECT_EQ(test, stub->arms, 2);
	KUNIT_EXPECT_EQ(test, stub->wake_at, 29);
	/* A byte before it the request will do for another, at it no more. */
	stub_deliver(stub, 18);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 18), 18);
	stub_arm(stub, 10);
	KUNIT_EXPECT_EQ(test, stub->arms, 2);
	stub_deliver(stub, 1);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 1), 1);
	stub_arm(stub, 10);
	KUNIT_EXPECT_EQ(test, stub->arms, 3);
	KUNIT_EXPECT_EQ(test, stub->wake_at, 39);
}

static void wake_asks_where_positions_are_great(struct kunit *test)
{
	struct stub *stub = wake_start(test);

	stub_jump(stub, S64_MAX - 4);
	stub_arm(stub, 10);
	KUNIT_EXPECT_EQ(test, stub->wake_at, S64_MAX + 6ULL);
	stub_arm(stub, 11);
	KUNIT_EXPECT_EQ(test, stub->arms, 1);
	stub_deliver(stub, 9);
	KUNIT_EXPECT_FALSE(test, stub_interrupt(stub, false));
	stub_deliver(stub, 1);
	KUNIT_EXPECT_TRUE(test, stub_interrupt(stub, true));
}

static void wake_asks_only_during_a_run(struct kunit *test)
{
	struct stub *stub = test->priv;

	stub_arm(stub, 1);
	KUNIT_EXPECT_EQ(test, stub->arms, 0);
	KUNIT_EXPECT_TRUE(test, cobra_wake_asked(stub->fifo, 1));
	wake_start(test);
	stub->holds = true;
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_stop), 0);
	stub_arm(stub, 1);
	KUNIT_EXPECT_EQ(test, stub->arms, 1);
	stub_enter(stub, COBRA_STATE_STOPPED);
	KUNIT_EXPECT_TRUE(test, cobra_wake_asked(stub->fifo, 0));
	stub_arm(stub, 0);
	KUNIT_EXPECT_EQ(test, stub->arms, 1);
}

/* The stub complains of numbers that it could not tell from none. */
static void wake_numbers_its_requests(struct kunit *test)
{
	struct stub *stub = wake_start(test);
	u32 first = U32_MAX - 3;
	unsigned int n;

	stub->fifo->wake_seq = first;
	for (n = 1; n < 6; n++) {
		stub_arm(stub, 1);
		KUNIT_EXPECT_EQ(test, stub->arms, n);
		KUNIT_EXPECT_TRUE(test, stub_interrupt(stub, true));
	}
	/* ...-2, ...-1, and then 1, 2, 3 */
	KUNIT_EXPECT_EQ(test, stub->wake_seq, 3);
}

static void wake_forgets_requests_of_before(struct kunit *test)
{
	struct stub *stub = wake_start(test);

	stub_arm(stub, 30);
	cobra_wake_renew(stub->fifo);
	KUNIT_EXPECT_FALSE(test, cobra_wake_asked(stub->fifo, 30));
	stub_arm(stub, 30);
	KUNIT_EXPECT_EQ(test, stub->arms, 2);
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_stop), 0);
	KUNIT_EXPECT_EQ(test, stub_run(stub, cobra_run_start), 0);
	KUNIT_EXPECT_FALSE(test, cobra_wake_asked(stub->fifo, 100));
}

/* --- What is an answer ----------------------------------------------------- */

static void wake_takes_one_answer(struct kunit *test)
{
	struct stub *stub = wake_start(test);

	KUNIT_EXPECT_FALSE(test, stub_interrupt(stub, true));
	stub_arm(stub, 5);
	KUNIT_EXPECT_FALSE(test, stub_interrupt(stub, false));
	KUNIT_EXPECT_TRUE(test, stub->fifo->armed);
	stub_deliver(stub, 5);
	KUNIT_EXPECT_TRUE(test, stub_interrupt(stub, true));
	KUNIT_EXPECT_FALSE(test, stub->fifo->armed);
	KUNIT_EXPECT_FALSE(test, cobra_wake_asked(stub->fifo, 5));
	KUNIT_EXPECT_FALSE(test, stub_interrupt(stub, true));
	KUNIT_EXPECT_EQ(test, stub->fifo->interrupts, 1);
	KUNIT_EXPECT_EQ(test, stub->fifo->spurious, 3);
	KUNIT_EXPECT_EQ(test, stub->fifo->timeouts, 0);
}

/* A board that forgets to say so; the bytes are there. */
static void wake_takes_bytes_for_an_answer(struct kunit *test)
{
	struct stub *stub = wake_start(test);

	stub_arm(stub, 5);
	stub_deliver(stub, 4);
	KUNIT_EXPECT_FALSE(test, stub_interrupt(stub, false));
	stub_deliver(stub, 1);
	KUNIT_EXPECT_TRUE(test, stub_interrupt(stub, false));
	KUNIT_EXPECT_EQ(test, stub->fifo->interrupts, 1);
}

static void wake_takes_an_old_answer_for_none(struct kunit *test)
{
	struct stub *stub = wake_start(test);

	stub_arm(stub, 30);
	stub->status->rx_wake_ack = cpu_to_le32(stub->wake_seq);
	stub_arm(stub, 20);
	KUNIT_EXPECT_FALSE(test, stub_interrupt(stub, false));
	KUNIT_EXPECT_TRUE(test, stub->fifo->armed);
	KUNIT_EXPECT_TRUE(test, stub_interrupt(stub, true));
}

/* Why a request for 8 bytes more was answered, when @head were there */
static const struct wake_answer {
	const char *name;
	u64 usecs;
	u64 head;
	bool gap;
	u32 state;
	bool timed_out;
} wake_answers[] = {
	{ .name = "some bytes for too long", .usecs = 100, .head = 11,
	  .state = COBRA_STATE_RUNNING, .timed_out = true },
	{ .name = "all but one", .usecs = 100, .head = 17,
	  .state = COBRA_STATE_RUNNING, .timed_out = true },
	{ .name = "all of them", .usecs = 100, .head = 18,
	  .state = COBRA_STATE_RUNNING },
	{ .name = "nothing", .usecs = 100, .head = 10,
	  .state = COBRA_STATE_RUNNING },
	{ .name = "no time was set", .head = 11,
	  .state = COBRA_STATE_RUNNING },
	{ .name = "a gap", .usecs = 100, .head = 11, .gap = true,
	  .state = COBRA_STATE_RUNNING },
	{ .name = "the end of the run", .usecs = 100, .head = 11,
	  .state = COBRA_STATE_STOPPED },
};

KUNIT_ARRAY_PARAM_DESC(wake_answer, wake_answers, name);

static void wake_knows_why_it_was_answered(struct kunit *test)
{
	const struct wake_answer *answer = test->param_value;
	struct stub *stub = wake_start(test);

	stub->fifo->wake_usecs = answer->usecs;
	stub_arm(stub, 8);
	stub_deliver(stub, answer->head - 10);
	if (answer->gap)
		stub_lose(stub, 1);
	stub_enter(stub, answer->state);
	KUNIT_EXPECT_TRUE(test, stub_interrupt(stub, true));
	KUNIT_EXPECT_EQ(test, stub->fifo->timed_out, answer->timed_out);
	KUNIT_EXPECT_EQ(test, stub->fifo->timeouts, answer->timed_out);
}

/* --- The watchdog ---------------------------------------------------------- */

static void wake_watchdog_answers_what_is_overdue(struct kunit *test)
{
	struct stub *stub = wake_start(test);

	stub_arm(stub, 5);
	stub_deliver(stub, 5);
	/* The first time round the interrupt may still be on its way. */
	stub_watch(stub);
	KUNIT_EXPECT_TRUE(test, stub->fifo->armed);
	stub_watch(stub);
	KUNIT_EXPECT_FALSE(test, stub->fifo->armed);
	KUNIT_EXPECT_EQ(test, stub->fifo->rescues, 1);
	/* Late, it wakes nobody. */
	KUNIT_EXPECT_FALSE(test, stub_interrupt(stub, true));
	KUNIT_EXPECT_EQ(test, stub->fifo->interrupts, 0);
}

static void wake_watchdog_lets_sleepers_sleep(struct kunit *test)
{
	struct stub *stub = wake_start(test);
	unsigned int n;

	stub_arm(stub, 5);
	stub_deliver(stub, 4);
	for (n = 0; n < 3; n++)
		stub_watch(stub);
	KUNIT_EXPECT_TRUE(test, stub->fifo->armed);
	KUNIT_EXPECT_EQ(test, stub->fifo->rescues, 0);
}

static void wake_watchdog_gives_space_back(struct kunit *test)
{
	static const struct stub_ring roomy = { .shift = 6, .count = 4 };
	struct stub *stub = test->priv;

	stub_use_ring(stub, &roomy);
	wake_start(test);
	stub_deliver(stub, 5);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 5), 5);
	KUNIT_EXPECT_LT(test, stub->tail, 15);
	stub_watch(stub);
	KUNIT_EXPECT_EQ(test, stub->tail, 15);
}

static void wake_watchdog_notices_a_board_that_has_gone(struct kunit *test)
{
	struct stub *stub = wake_start(test);

	stub_arm(stub, 5);
	stub_watch(stub);
	KUNIT_EXPECT_EQ(test, cobra_fifo_state(stub->fifo),
			COBRA_STATE_RUNNING);
	stub->dead = true;
	stub_watch(stub);
	KUNIT_EXPECT_EQ(test, cobra_fifo_state(stub->fifo), COBRA_STATE_GONE);
	KUNIT_EXPECT_EQ(test, stub_read(stub, 1), -ENODEV);
}

static struct kunit_case wake_cases[] = {
	KUNIT_CASE_PARAM(wake_knows_who_need_not_sleep, wake_moment_gen_params),
	KUNIT_CASE(wake_asks_for_a_position),
	KUNIT_CASE(wake_waits_for_the_end_of_a_pause),
	KUNIT_CASE(wake_asks_anew_only_for_less),
	KUNIT_CASE(wake_asks_where_positions_are_great),
	KUNIT_CASE(wake_asks_only_during_a_run),
	KUNIT_CASE(wake_numbers_its_requests),
	KUNIT_CASE(wake_forgets_requests_of_before),
	KUNIT_CASE(wake_takes_one_answer),
	KUNIT_CASE(wake_takes_bytes_for_an_answer),
	KUNIT_CASE(wake_takes_an_old_answer_for_none),
	KUNIT_CASE_PARAM(wake_knows_why_it_was_answered, wake_answer_gen_params),
	KUNIT_CASE(wake_watchdog_answers_what_is_overdue),
	KUNIT_CASE(wake_watchdog_lets_sleepers_sleep),
	KUNIT_CASE(wake_watchdog_gives_space_back),
	KUNIT_CASE(wake_watchdog_notices_a_board_that_has_gone),
	{}
};

static struct kunit_suite wake_suite = {
	.name = "cobra_wake",
	.init = stub_init,
	.exit = stub_exit,
	.test_cases = wake_cases,
};

kunit_test_suite(wake_suite);
