// SPDX-License-Identifier: GPL-2.0
/*
 * The stub board; stub.h says what it is.
 */
#include <linux/hash.h>
#include <linux/uio.h>
#include <kunit/device.h>

#include "stub.h"

static u8 stub_byte(u32 run, u64 position)
{
	return hash_64(position ^ (u64)run << 32, 8);
}

/* stub_complain - of the driver; may be called where nobody may sleep */
void stub_complain(struct stub *stub, const char *format, ...)
{
	va_list args;

	if (stub->complaint[0])
		return;
	va_start(args, format);
	vsnprintf(stub->complaint, sizeof(stub->complaint), format, args);
	va_end(args);
}

/* --- What it is asked to do ------------------------------------------------ */

static void stub_begin(struct stub *stub, u32 run, u32 state)
{
	memset(stub->status, 0, offsetof(struct cobra_status, gaps));
	stub->status->run = cpu_to_le32(run);
	stub->status->rx_wake_ack = cpu_to_le32(stub->wake_seq);
	stub->head = 0;
	stub->gap_head = 0;
	stub->tail = 0;
	stub->gap_tail = 0;
	stub->posts = 0;
	stub->returned = 0;
	stub_enter(stub, state);
}

static int stub_op_reset(struct cobra_board *board)
{
	struct stub *stub = board->hw;

	stub->resets++;
	return stub->answer;
}

static void stub_op_isolate(struct cobra_board *board)
{
}

static int stub_op_setup(struct cobra_board *board,
			 const struct cobra_ring *ring)
{
	struct stub *stub = board->hw;

	if (!stub->answer)
		stub_begin(stub, 0, COBRA_STATE_IDLE);
	return stub->answer;
}

static int stub_op_start(struct cobra_board *board, u32 run)
{
	struct stub *stub = board->hw;

	if (!run)
		stub_complain(stub, "run 0 is no run");
	if (!stub->answer)
		stub_begin(stub, run, COBRA_STATE_RUNNING);
	return stub->answer;
}

static int stub_op_stop(struct cobra_board *board)
{
	struct stub *stub = board->hw;

	if (!stub->answer)
		stub_enter(stub, stub->holds ? COBRA_STATE_DRAINING :
					       COBRA_STATE_STOPPED);
	return stub->answer;
}

static int stub_op_abort(struct cobra_board *board)
{
	struct stub *stub = board->hw;

	if (!stub->answer)
		stub_enter(stub, COBRA_STATE_STOPPED);
	return stub->answer;
}

static bool stub_op_alive(struct cobra_board *board)
{
	struct stub *stub = board->hw;

	return !stub->dead;
}

static void stub_op_rx_post(struct cobra_board *board, u64 tail, u64 gap_tail)
{
	struct stub *stub = board->hw;

	if (!cobra_board_reachable(board))
		stub_complain(stub, "told of a tail, but not to be touched");
	if (tail < stub->tail || tail > stub->head)
		stub_complain(stub, "tail %llu after %llu, head is %llu", tail,
			      stub->tail, stub->head);
	if (gap_tail < stub->gap_tail || gap_tail > stub->gap_head)
		stub_complain(stub, "gap tail %llu after %llu, head is %llu",
			      gap_tail, stub->gap_tail, stub->gap_head);
	if (stub->ring.need_sync && stub->returned != tail)
		stub_complain(stub, "tail %llu, but synced back up to %llu",
			      tail, stub->returned);
	stub->tail = tail;
	stub->gap_tail = gap_tail;
	stub->posts++;
}

static void stub_op_rx_arm(struct cobra_board *board, u64 wake_at, u32 seq)
{
	struct stub *stub = board->hw;

	if (!cobra_board_reachable(board))
		stub_complain(stub, "armed, but not to be touched");
	if (!seq || seq == U32_MAX || seq == stub->wake_seq)
		stub_complain(stub, "request %u after %u", seq, stub->wake_seq);
	stub->wake_at = wake_at;
	stub->wake_seq = seq;
	stub->arms++;
}

static const struct cobra_board_ops stub_ops = {
	.type = "stub",
	.reset = stub_op_reset,
	.isolate = stub_op_isolate,
	.setup = stub_op_setup,
	.start = stub_op_start,
	.stop = stub_op_stop,
	.abort = stub_op_abort,
	.alive = stub_op_alive,
	.rx_post = stub_op_rx_post,
	.rx_arm = stub_op_rx_arm,
};

/* --- What it does ---------------------------------------------------------- */

/* stub_enter - say that it is in another state */
void stub_enter(struct stub *stub, u32 state)
{
	WRITE_ONCE(stub->status->state, cpu_to_le32(state));
}

/* stub_claim_head - say that so much was delivered */
void stub_claim_head(struct stub *stub, u64 head)
{
	WRITE_ONCE(stub->status->rx_head, cpu_to_le64(head));
}

/* stub_claim_gaps - say that so many gaps were posted */
void stub_claim_gaps(struct stub *stub, u64 gap_head)
{
	WRITE_ONCE(stub->status->gap_head, cpu_to_le64(gap_head));
}

/* stub_deliver - put the next bytes of the run into the ring */
void stub_deliver(struct stub *stub, u64 bytes)
{
	u32 run = le32_to_cpu(stub->status->run);
	u64 offset;

	KUNIT_ASSERT_LE_MSG(stub->test, stub->head + bytes - stub->tail,
			    stub->ring.size, "the case itself overruns");
	for (; bytes; bytes--, stub->head++) {
		offset = stub->head % stub->ring.size;
		stub->bus[offset >> stub->ring.shift]
			 [offset & ((1 << stub->ring.shift) - 1)] =
				stub_byte(run, stub->head);
	}
	stub_claim_head(stub, stub->head);
}

/* stub_post_gap - say that bytes were lost somewhere */
void stub_post_gap(struct stub *stub, u64 position, u64 bytes)
{
	struct cobra_gap_record *record;

	record = &stub->status->gaps[stub->gap_head % COBRA_GAP_SLOTS];
	record->position = cpu_to_le64(position);
	record->lost = cpu_to_le64(bytes);
	stub_claim_gaps(stub, ++stub->gap_head);
}

/* stub_lose - lose the next bytes */
void stub_lose(struct stub *stub, u64 bytes)
{
	KUNIT_ASSERT_LT_MSG(stub->test, stub->gap_head - stub->gap_tail,
			    COBRA_GAP_SLOTS, "the case has no slot left");
	stub_post_gap(stub, stub->head, bytes);
}

/*
 * stub_interrupt - raise one, after an answer to the newest request or without
 *
 * Return: whether the driver had asked for it.
 */
bool stub_interrupt(struct stub *stub, bool answer)
{
	bool asked;

	if (answer)
		WRITE_ONCE(stub->status->rx_wake_ack,
			   cpu_to_le32(stub->wake_seq));
	local_irq_disable();
	asked = cobra_wake_interrupt(stub->fifo);
	local_irq_enable();
	return asked;
}

/* stub_jump - pretend that the run is so far, and everything was read */
void stub_jump(struct stub *stub, u64 position)
{
	struct cobra_fifo *fifo = stub->fifo;

	mutex_lock(&fifo->reader);
	fifo->tail = position;
	fifo->posted = position;
	fifo->synced = position;
	fifo->head = position;
	fifo->limit = position;
	fifo->offset = position % stub->ring.size;
	mutex_unlock(&fifo->reader);
	stub->head = position;
	stub->tail = position;
	stub->returned = position;
	stub_claim_head(stub, position);
}

/* --- What the driver does -------------------------------------------------- */

/* stub_settle - let what was set off end, and look whether it complained */
void stub_settle(struct stub *stub)
{
	if (stub->fifo->error)
		flush_work(&stub->board->fault_work);
	KUNIT_EXPECT_STREQ(stub->test, stub->complaint, "");
}

/* stub_check - are these the bytes that belong there? */
void stub_check(struct stub *stub, const u8 *bytes, u64 position, u64 count)
{
	u32 run = le32_to_cpu(stub->status->run);
	u64 n;

	for (n = 0; n < count; n++) {
		if (bytes[n] == stub_byte(run, position + n))
			continue;
		KUNIT_FAIL(stub->test, "byte %llu of %llu at %llu is wrong", n,
			   count, position);
		return;
	}
}

ssize_t stub_read_to(struct stub *stub, struct iov_iter *to)
{
	ssize_t ret;

	mutex_lock(&stub->fifo->reader);
	ret = cobra_fifo_read(stub->fifo, to);
	mutex_unlock(&stub->fifo->reader);
	stub_settle(stub);
	return ret;
}

/* stub_read - what cobra_fifo_read() says; what it brings is compared */
ssize_t stub_read(struct stub *stub, size_t want)
{
	struct kvec vec = { stub->buffer, want };
	u64 tail = stub->fifo->tail;
	struct iov_iter to;
	ssize_t ret;

	KUNIT_ASSERT_LE(stub->test, want, stub->room);
	memset(stub->buffer, STUB_UNTOUCHED, want);
	iov_iter_kvec(&to, ITER_DEST, &vec, 1, want);
	ret = stub_read_to(stub, &to);
	KUNIT_EXPECT_LE(stub->test, ret, (ssize_t)want);
	if (ret > 0)
		stub_check(stub, stub->buffer, tail, ret);
	KUNIT_EXPECT_NULL(stub->test,
			  memchr_inv(stub->buffer + max(ret, 0), STUB_UNTOUCHED,
				     want - max(ret, 0)));
	return ret;
}

/* stub_run - one of the functions that `control` calls */
int stub_run(struct stub *stub, int (*what)(struct cobra_board *board))
{
	int ret = cobra_run_lock(stub->board);

	if (!ret) {
		ret = what(stub->board);
		cobra_run_unlock(stub->board);
	}
	stub_settle(stub);
	return ret;
}

void stub_do(struct stub *stub, void (*what)(struct cobra_fifo *fifo))
{
	mutex_lock(&stub->fifo->reader);
	what(stub->fifo);
	mutex_unlock(&stub->fifo->reader);
	stub_settle(stub);
}

bool stub_ask(struct stub *stub, bool (*what)(struct cobra_fifo *fifo))
{
	bool ret;

	mutex_lock(&stub->fifo->reader);
	ret = what(stub->fifo);
	mutex_unlock(&stub->fifo->reader);
	stub_settle(stub);
	return ret;
}

/* stub_arm - the watchdog comes by when the case says so, and only then */
void stub_arm(struct stub *stub, u64 want)
{
	cobra_wake_arm(stub->fifo, want);
	cancel_delayed_work_sync(&stub->fifo->watchdog);
	stub_settle(stub);
}

/* stub_watch - let a period of the watchdog pass */
void stub_watch(struct stub *stub)
{
	struct work_struct *work = &stub->fifo->watchdog.work;

	work->func(work);
	cancel_delayed_work_sync(&stub->fifo->watchdog);
	stub_settle(stub);
}

/* --- Coming and going ------------------------------------------------------ */

/* stub_init - what cobra_board_add() does, without anything that others see */
int stub_init(struct kunit *test)
{
	struct cobra_board *board;
	struct stub *stub = kunit_kzalloc(test, sizeof(*stub), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, stub);
	stub->test = test;
	stub->dev = kunit_device_register(test, "stub");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, stub->dev);
	dev_set_drvdata(stub->dev, stub);
	stub->status = kunit_kzalloc(test, COBRA_STATUS_BYTES, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, stub->status);
	test->priv = stub;

	board = cobra_board_alloc(stub->dev, &stub_ops, stub);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, board);
	KUNIT_ASSERT_EQ(test, 0, dev_set_name(&board->dev, "kunit%d",
					      board->id));
	stub->board = board;
	stub->fifo = &board->rx;
	stub_use_ring(stub, &stub_default_ring);
	stub_begin(stub, 0, COBRA_STATE_IDLE);
	board->present = true;
	rcu_assign_pointer(board->status, stub->status);
	return 0;
}

/* stub_exit - what cobra_board_remove() does; also if stub_init() gave up */
void stub_exit(struct kunit *test)
{
	struct stub *stub = test->priv;
	struct cobra_board *board = stub ? stub->board : NULL;

	if (!board)
		return;
	cancel_delayed_work_sync(&board->rx.watchdog);
	stub_settle(stub);
	if (board->rx.ring == &stub->ring)
		board->rx.ring = NULL;
	cobra_ring_unmap(board->rx.ring, stub->dev);
	cobra_board_put(board);
}
