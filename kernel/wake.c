// SPDX-License-Identifier: GPL-2.0
/*
 * The DMA FIFO: sleeping and waking.
 *
 * One interrupt per sleep.  Who is about to sleep for the stream tells the
 * board the position at which to be woken (wake_at) and numbers the request
 * (wake_seq); the board answers each request with one interrupt, after it has
 * written the number to the status block (rx_wake_ack).  Nobody asks, nobody
 * is interrupted.  One request is enough for any number of sleepers, since
 * all of them wait for the same reader's bytes: the newest request counts, and
 * whoever wakes up unserved makes another.
 *
 * No wake-up is lost: a sleeper arms first, and looks at the status block
 * after it has put itself onto the wait queue.  Bytes that arrive before the
 * board sees the request make it answer at once; bytes that arrive later make
 * it answer then.  Should the answer itself get lost, the watchdog finds the
 * request unanswered, and answers it.
 */
#include <linux/poll.h>

#include "board.h"
#include "fifo.h"
#include "node.h"

/* How often the watchdog looks; an interrupt that takes longer is lost. */
#define WATCHDOG_PERIOD HZ

/**
 * cobra_wake_all() - wake everybody who waits for the stream
 * @fifo: the FIFO
 *
 * For changes that the driver itself made, and for removal.
 *
 * Context: Any.
 */
void cobra_wake_all(struct cobra_fifo *fifo)
{
	wake_up_interruptible_poll(&fifo->wait, EPOLLIN | EPOLLRDNORM);
}

/**
 * cobra_wake_want() - bytes that make a sleeping reader get up
 * @fifo: the FIFO
 *
 * Context: Any.
 */
u64 cobra_wake_want(struct cobra_fifo *fifo)
{
	return READ_ONCE(fifo->read_min);
}

/**
 * cobra_wake_ready() - would a read not have to sleep?
 * @fifo: the FIFO
 * @want: bytes that the reader waits for
 * @eof_run: run whose end the reader has been told of already
 *
 * A hint, made without fifo->reader: what cobra_fifo_read() finds is the truth.
 * Anything that is not as it should be counts as ready, so that a read finds it.
 *
 * Context: Any.
 */
bool cobra_wake_ready(struct cobra_fifo *fifo, u64 want, u32 eof_run)
{
	const struct cobra_gap_record *record;
	const struct cobra_status *status;
	u64 gap_tail = READ_ONCE(fifo->gap_tail);
	u64 tail = READ_ONCE(fifo->tail);
	bool ready = true;
	u64 fill, gap;

	rcu_read_lock();
	status = rcu_dereference(fifo->board->status);
	if (!status || READ_ONCE(fifo->error))
		goto unlock;

	fill = le64_to_cpu(READ_ONCE(status->rx_head)) - tail;
	if (fill >= want || (fill && READ_ONCE(fifo->timed_out)))
		goto unlock;

	dma_rmb();
	record = &status->gaps[gap_tail % COBRA_GAP_SLOTS];
	if (le64_to_cpu(READ_ONCE(status->gap_head)) != gap_tail) {
		gap = le64_to_cpu(READ_ONCE(record->position));
		/* What lies before a gap does not become more. */
		if (gap <= tail || gap - tail <= fill)
			goto unlock;
	}

	switch (le32_to_cpu(READ_ONCE(status->state))) {
	case COBRA_STATE_RUNNING:
	case COBRA_STATE_DRAINING:
		ready = false;
		break;
	case COBRA_STATE_IDLE:
	case COBRA_STATE_STOPPED:
		ready = fill || READ_ONCE(fifo->run) != eof_run;
		break;
	}
unlock:
	rcu_read_unlock();
	return ready;
}

/* wake_watch - have the watchdog come by, if it does not already */
static void wake_watch(struct cobra_fifo *fifo)
{
	if (!delayed_work_pending(&fifo->watchdog))
		queue_delayed_work(cobra_workqueue, &fifo->watchdog,
				   WATCHDOG_PERIOD);
}

/**
 * cobra_wake_watch() - somebody found nothing, and goes on without waiting
 * @fifo: the FIFO
 *
 * He would find nothing for ever if the board had gone without a word: have the
 * watchdog look, once a period at most.
 *
 * Context: Any.
 */
void cobra_wake_watch(struct cobra_fifo *fifo)
{
	rcu_read_lock();
	if (cobra_board_reachable(fifo->board))
		wake_watch(fifo);
	rcu_read_unlock();
}

/* wake_next_seq - a number that is not 0, as after set-up, nor all ones */
static u32 wake_next_seq(u32 seq)
{
	return seq + 2 > 1 ? seq + 1 : 1;
}

/**
 * cobra_wake_arm() - ask for one interrupt
 * @fifo: the FIFO
 * @want: bytes behind tail to be woken at; if they are there already, the
 *	answer comes at once
 *
 * Between runs nothing is asked: what ends the wait then is a start, which wakes
 * everybody.  The caller looks at the state after this call, as at head.
 *
 * The caller posts the tail first if it can: a board that waits for space would
 * never get there.  The position is worked out under the lock, so that a run
 * that starts meanwhile either disarms this request or counts for it.
 *
 * Context: Process context.
 */
void cobra_wake_arm(struct cobra_fifo *fifo, u64 want)
{
	struct cobra_board *board = fifo->board;
	u32 state = cobra_fifo_state(fifo);
	unsigned long flags;
	u64 tail, wake_at;

	spin_lock_irqsave(&fifo->wake_lock, flags);
	rcu_read_lock();
	if (!cobra_board_reachable(board))
		goto unlock;
	wake_watch(fifo);
	if (state != COBRA_STATE_RUNNING && state != COBRA_STATE_DRAINING)
		goto unlock;
	tail = READ_ONCE(fifo->tail);
	wake_at = tail + want;
	/* A request that will be answered in time will do. */
	if (fifo->armed && fifo->wake_at > tail && fifo->wake_at <= wake_at)
		goto unlock;

	WRITE_ONCE(fifo->wake_at, wake_at);
	fifo->wake_seq = wake_next_seq(fifo->wake_seq);
	WRITE_ONCE(fifo->timed_out, false);
	WRITE_ONCE(fifo->armed, true);
	fifo->sleeps++;
	board->ops->rx_arm(board, wake_at, fifo->wake_seq);
unlock:
	rcu_read_unlock();
	spin_unlock_irqrestore(&fifo->wake_lock, flags);
}

/**
 * cobra_wake_asked() - will the board wake who waits for so much?
 * @fifo: the FIFO
 * @want: bytes behind tail
 *
 * Not if the request was answered, nor if it is for more; and always between
 * runs, and while the board is out of reach: then the driver does.
 *
 * Context: Any.
 */
bool cobra_wake_asked(struct cobra_fifo *fifo, u64 want)
{
	u32 state = cobra_fifo_state(fifo);

	if (state != COBRA_STATE_RUNNING && state != COBRA_STATE_DRAINING)
		return true;
	/* The end of the pause wakes everybody. */
	if (READ_ONCE(fifo->board->paused))
		return true;
	return READ_ONCE(fifo->armed) &&
	       READ_ONCE(fifo->wake_at) <= READ_ONCE(fifo->tail) + want;
}

/**
 * cobra_wake_renew() - forget the request, and have another made
 * @fifo: the FIFO
 *
 * For when positions or what to wait for have changed.  Sleepers look again,
 * and ask anew; for those who wait for a signal it is done here.  If the board
 * answers the old request after all, that wakes nobody.
 *
 * Context: Process context.
 */
void cobra_wake_renew(struct cobra_fifo *fifo)
{
	spin_lock_irq(&fifo->wake_lock);
	WRITE_ONCE(fifo->armed, false);
	WRITE_ONCE(fifo->timed_out, false);
	spin_unlock_irq(&fifo->wake_lock);

	if (cobra_node_heard(&fifo->board->data))
		cobra_wake_arm(fifo, cobra_wake_want(fifo));
	cobra_wake_all(fifo);
}

/* wake_answered - did the board answer the newest request? */
static bool wake_answered(struct cobra_fifo *fifo,
			  const struct cobra_status *status)
{
	return le32_to_cpu(READ_ONCE(status->rx_wake_ack)) == fifo->wake_seq;
}

/*
 * wake_due - could the request be answered?
 *
 * A board that interrupts without an answer may be one that writes nonsense to
 * the status block; whoever sleeps had better have a look.
 */
static bool wake_due(struct cobra_fifo *fifo)
{
	return cobra_wake_ready(fifo, fifo->wake_at - READ_ONCE(fifo->tail),
				READ_ONCE(fifo->run));
}

/* wake_early - was the request answered because wake_usecs had passed? */
static bool wake_early(struct cobra_fifo *fifo,
		       const struct cobra_status *status)
{
	u64 head;

	if (!READ_ONCE(fifo->wake_usecs))
		return false;
	dma_rmb();
	head = le64_to_cpu(READ_ONCE(status->rx_head));
	return head < fifo->wake_at && head != READ_ONCE(fifo->tail) &&
	       le32_to_cpu(READ_ONCE(status->state)) == COBRA_STATE_RUNNING &&
	       le64_to_cpu(READ_ONCE(status->gap_head)) ==
			READ_ONCE(fifo->gap_tail);
}

/* wake_settle - the request is answered, by the board or in its place */
static void wake_settle(struct cobra_fifo *fifo,
			const struct cobra_status *status)
{
	lockdep_assert_held(&fifo->wake_lock);
	if (wake_early(fifo, status)) {
		WRITE_ONCE(fifo->timed_out, true);
		fifo->timeouts++;
	}
	WRITE_ONCE(fifo->armed, false);
}

/**
 * cobra_wake_interrupt() - the board raised the data interrupt
 * @fifo: the FIFO
 *
 * Context: Hard interrupt.
 * Return: true if that answered a request, and woke whoever slept for it.
 */
bool cobra_wake_interrupt(struct cobra_fifo *fifo)
{
	const struct cobra_status *status;
	bool answered = false;
	unsigned long flags;

	spin_lock_irqsave(&fifo->wake_lock, flags);
	rcu_read_lock();
	status = rcu_dereference(fifo->board->status);
	if (status && fifo->armed && (wake_answered(fifo, status) ||
				      wake_due(fifo))) {
		wake_settle(fifo, status);
		fifo->interrupts++;
		answered = true;
	} else {
		fifo->spurious++;
	}
	rcu_read_unlock();
	spin_unlock_irqrestore(&fifo->wake_lock, flags);

	if (answered)
		cobra_wake_all(fifo);
	return answered;
}

/*
 * wake_overdue - is the request that was there a period ago still unanswered,
 * though it could be answered?
 */
static bool wake_overdue(struct cobra_fifo *fifo,
			 const struct cobra_status *status)
{
	bool old = fifo->watched_seq == fifo->wake_seq;

	lockdep_assert_held(&fifo->wake_lock);
	fifo->watched_seq = fifo->wake_seq;
	return old && (wake_answered(fifo, status) || wake_due(fifo));
}

static void wake_watchdog(struct work_struct *work)
{
	struct cobra_fifo *fifo = container_of(to_delayed_work(work),
					       struct cobra_fifo, watchdog);
	struct cobra_board *board = fifo->board;
	const struct cobra_status *status;
	bool rescued = false;
	bool again;

	cobra_board_check(board);
	/* poll() does not wait for the lock to give space back; make up for it. */
	if (mutex_trylock(&fifo->reader)) {
		cobra_fifo_post(fifo);
		mutex_unlock(&fifo->reader);
	}

	spin_lock_irq(&fifo->wake_lock);
	rcu_read_lock();
	status = rcu_dereference(board->status);
	if (status && fifo->armed && wake_overdue(fifo, status)) {
		wake_settle(fifo, status);
		fifo->rescues++;
		rescued = true;
	}
	/* Who comes to the queue after this look has armed, or will. */
	again = status && (fifo->armed || waitqueue_active(&fifo->wait) ||
			   cobra_node_heard(&board->data));
	rcu_read_unlock();
	spin_unlock_irq(&fifo->wake_lock);

	if (rescued) {
		dev_warn_ratelimited(&board->dev,
				     "an interrupt got lost; its reader was woken late, and lost nothing\n");
		cobra_wake_all(fifo);
		cobra_node_signal(&board->data, POLL_IN);
	}
	if (again)
		wake_watch(fifo);
}

/**
 * cobra_wake_init() - prepare sleeping and waking
 * @fifo: the FIFO
 */
void cobra_wake_init(struct cobra_fifo *fifo)
{
	init_waitqueue_head(&fifo->wait);
	spin_lock_init(&fifo->wake_lock);
	INIT_DELAYED_WORK(&fifo->watchdog, wake_watchdog);
}
