// SPDX-License-Identifier: GPL-2.0
/*
 * Runs: what `start`, `stop`, `discard`, `reset` and `set ring` do, and what
 * opening and closing the data node does with `trigger open`.
 *
 * Two locks make a change of state: board->control, so that there is one at a
 * time, and rx.reader, so that no reader is in the middle of a copy.
 * cobra_run_lock() takes both.  Sleepers hold neither.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>

#include "board.h"
#include "node.h"
#include "run.h"

/* How long a board may take to close a run once it has room for everything. */
#define DRAIN_TIMEOUT (2 * HZ)

static void run_assert_locked(struct cobra_board *board)
{
	lockdep_assert_held(&board->control);
	lockdep_assert_held(&board->rx.reader);
}

/**
 * cobra_run_lock() - begin a change of state
 * @board: the board
 *
 * Context: Process context.
 * Return: 0, or -ERESTARTSYS if a signal came first.
 */
int cobra_run_lock(struct cobra_board *board)
{
	if (mutex_lock_interruptible(&board->control))
		return -ERESTARTSYS;
	if (mutex_lock_interruptible(&board->rx.reader)) {
		mutex_unlock(&board->control);
		return -ERESTARTSYS;
	}
	return 0;
}

/**
 * cobra_run_unlock() - end a change of state
 * @board: the board
 */
void cobra_run_unlock(struct cobra_board *board)
{
	run_assert_locked(board);
	mutex_unlock(&board->rx.reader);
	mutex_unlock(&board->control);
}

/* run_command - have the board do something, if it is there */
static int run_command(struct cobra_board *board,
		       int (*command)(struct cobra_board *board))
{
	int ret = cobra_board_use(board);

	if (ret)
		return ret;
	ret = command(board);
	cobra_board_unuse(board);
	if (ret == -ENODEV)
		cobra_board_vanish(board);
	return ret;
}

/**
 * cobra_run_start() - begin a run
 * @board: the board
 *
 * Context: Process context, between cobra_run_lock() and cobra_run_unlock().
 * Return: 0; -EBUSY if one is on, or the last one was not read to its end;
 *	-EIO if the board has a fault or refuses; -ETIMEDOUT; -ENODEV.
 */
int cobra_run_start(struct cobra_board *board)
{
	struct cobra_fifo *fifo = &board->rx;
	u32 run = board->runs + 1 ?: 1;
	int ret;

	run_assert_locked(board);
	switch (cobra_fifo_state(fifo)) {
	case COBRA_STATE_RUNNING:
	case COBRA_STATE_DRAINING:
		return -EBUSY;
	case COBRA_STATE_FAULT:
		return -EIO;
	case COBRA_STATE_GONE:
		return -ENODEV;
	}
	if (!cobra_fifo_drained(fifo))
		return fifo->error ?: -EBUSY;

	ret = cobra_board_use(board);
	if (ret)
		return ret;
	ret = board->ops->start(board, run);
	if (!ret) {
		/*
		 * Before anybody can take the hardware away: positions of the
		 * last run and a head of this one would make a wrong end.
		 */
		board->runs = run;
		cobra_fifo_rewind(fifo, run);
	}
	cobra_board_unuse(board);
	if (ret == -ENODEV)
		cobra_board_vanish(board);
	else if (ret == -ETIMEDOUT)
		cobra_fifo_fail(fifo, "no answer to start");
	if (ret)
		return ret;

	/* Sleepers wait for a position of the last run: let them think again. */
	cobra_wake_renew(fifo);
	return 0;
}

/**
 * cobra_run_stop() - end the run, if one is on; its bytes stay readable
 * @board: the board
 *
 * Context: Process context, between cobra_run_lock() and cobra_run_unlock().
 * Return: 0, also if none was on; -EIO; -ETIMEDOUT; -ENODEV.
 */
int cobra_run_stop(struct cobra_board *board)
{
	struct cobra_fifo *fifo = &board->rx;
	int ret;

	run_assert_locked(board);
	switch (cobra_fifo_state(fifo)) {
	case COBRA_STATE_RUNNING:
		break;
	case COBRA_STATE_FAULT:
		return -EIO;
	case COBRA_STATE_GONE:
		return -ENODEV;
	default:
		return 0;
	}
	ret = run_command(board, board->ops->stop);
	if (ret == -EBUSY)
		return 0;
	if (ret == -ETIMEDOUT)
		cobra_fifo_fail(fifo, "no answer to stop");
	return ret;
}

/* run_abort - end the run at once; it may have ended by itself */
static int run_abort(struct cobra_board *board)
{
	struct cobra_fifo *fifo = &board->rx;
	int ret = run_command(board, board->ops->abort);

	if (ret == -EBUSY && cobra_fifo_state(fifo) == COBRA_STATE_STOPPED)
		return 0;
	if (ret == -ETIMEDOUT)
		cobra_fifo_fail(fifo, "no answer to abort");
	return ret;
}

/*
 * run_drain - throw away all there is, until a run that is ending has ended
 *
 * The board may need the space, or a slot for its last gap, to end it.
 */
static void run_drain(struct cobra_board *board)
{
	struct cobra_fifo *fifo = &board->rx;
	unsigned long deadline = jiffies + DRAIN_TIMEOUT;

	cobra_fifo_discard(fifo);
	while (cobra_fifo_state(fifo) == COBRA_STATE_DRAINING) {
		if (time_after(jiffies, deadline)) {
			cobra_fifo_fail(fifo, "run does not end");
			return;
		}
		/* Nobody interrupts for this: the end is a DMA write away. */
		usleep_range(50, 200);
		cobra_fifo_discard(fifo);
	}
	/* What came between the last look and the end. */
	if (cobra_fifo_state(fifo) == COBRA_STATE_STOPPED) {
		cobra_fifo_discard(fifo);
		fifo->told_run = fifo->run;
	}
	cobra_wake_all(fifo);
}

/**
 * cobra_run_discard() - throw away what was not read
 * @board: the board
 *
 * While a run is on: what is in the ring now.  After its end: all of it, so
 * that the next run can start.
 *
 * Context: Process context, between cobra_run_lock() and cobra_run_unlock().
 * Return: 0; -EIO; -ETIMEDOUT; -ENODEV.
 */
int cobra_run_discard(struct cobra_board *board)
{
	struct cobra_fifo *fifo = &board->rx;
	int ret = 0;

	run_assert_locked(board);
	if (cobra_fifo_state(fifo) == COBRA_STATE_DRAINING)
		ret = run_abort(board);
	if (!ret)
		run_drain(board);
	if (cobra_fifo_state(fifo) == COBRA_STATE_GONE)
		return -ENODEV;
	return ret ?: fifo->error;
}

/**
 * cobra_run_abandon() - end the run and throw away what was not read
 * @board: the board
 *
 * For the close of the reader who started it.
 *
 * Context: Process context, between cobra_run_lock() and cobra_run_unlock().
 */
void cobra_run_abandon(struct cobra_board *board)
{
	u32 state = cobra_fifo_state(&board->rx);
	int ret = 0;

	run_assert_locked(board);
	if (state == COBRA_STATE_RUNNING || state == COBRA_STATE_DRAINING)
		ret = run_abort(board);
	if (!ret)
		run_drain(board);
}

/* run_setup - give the board a ring, and begin anew */
static int run_setup(struct cobra_board *board, struct cobra_ring *ring)
{
	struct cobra_fifo *fifo = &board->rx;
	int ret;

	ret = board->ops->setup(board, ring);
	if (ret)
		return ret;
	WRITE_ONCE(fifo->ring, ring);
	cobra_fifo_rewind(fifo, fifo->run);
	return 0;
}

/* run_stop_dma - whatever it takes */
static int run_stop_dma(struct cobra_board *board)
{
	int ret = board->ops->reset(board);

	if (ret && ret != -ENODEV) {
		dev_err_ratelimited(&board->dev,
				    "no answer to reset: board cut off from memory; remove and rescan it, or power it off\n");
		board->ops->isolate(board);
	}
	return ret;
}

/**
 * cobra_run_reset() - make the board usable again, whatever happened
 * @board: the board
 *
 * Ends a run and drops unread bytes; a reader who loses any is told with
 * ECONNRESET.
 *
 * Context: Process context, between cobra_run_lock() and cobra_run_unlock().
 * Return: 0; -ETIMEDOUT; -EIO; -ENODEV.
 */
int cobra_run_reset(struct cobra_board *board)
{
	struct cobra_fifo *fifo = &board->rx;
	u32 state = cobra_fifo_state(fifo);
	bool idle = state == COBRA_STATE_IDLE || state == COBRA_STATE_STOPPED;
	bool costs = !idle || !cobra_fifo_drained(fifo);
	int ret;

	run_assert_locked(board);
	ret = cobra_board_use(board);
	if (ret)
		return ret;
	ret = run_stop_dma(board);
	if (!ret) {
		ret = run_setup(board, fifo->ring);
		if (ret == -ETIMEDOUT)
			dev_err_ratelimited(&board->dev,
					    "no answer to set-up after a reset\n");
	}
	if (!ret) {
		WRITE_ONCE(fifo->error, 0);
		fifo->told_run = fifo->run;
		if (costs)
			WRITE_ONCE(fifo->generation, fifo->generation + 1);
	}
	cobra_board_unuse(board);

	if (ret == -ENODEV)
		cobra_board_vanish(board);
	else if (ret)
		cobra_fifo_end(fifo);	/* the log has the reason already */
	cobra_wake_renew(fifo);
	if (costs)
		cobra_node_signal(&board->data, POLL_IN);
	return ret;
}

/**
 * cobra_run_resize() - take another ring
 * @board: the board
 * @size: its bytes
 *
 * Context: Process context, between cobra_run_lock() and cobra_run_unlock().
 * Return: 0; -EBUSY while a run is on, or bytes are unread; what
 *	cobra_ring_alloc() says; -EIO; -ETIMEDOUT; -ENODEV.  The old ring
 *	stays if there is no new one.
 */
int cobra_run_resize(struct cobra_board *board, u64 size)
{
	struct cobra_fifo *fifo = &board->rx;
	struct cobra_ring *old = fifo->ring;
	struct cobra_ring *ring;
	u32 state = cobra_fifo_state(fifo);
	int ret;

	run_assert_locked(board);
	if (state == COBRA_STATE_FAULT)
		return -EIO;
	if (state == COBRA_STATE_GONE)
		return -ENODEV;
	if (state == COBRA_STATE_RUNNING || state == COBRA_STATE_DRAINING ||
	    !cobra_fifo_drained(fifo))
		return -EBUSY;

	ret = cobra_board_use(board);
	if (ret)
		return ret;
	ring = cobra_ring_alloc(board->hw_dev, size, &board->limits);
	if (IS_ERR(ring)) {
		cobra_board_unuse(board);
		return PTR_ERR(ring);
	}
	ret = run_setup(board, ring);
	if (ret)
		swap(old, ring);
	else
		WRITE_ONCE(fifo->read_min, min(fifo->read_min, size / 2));
	/* cobra_fifo_fill() may still look at the old one. */
	synchronize_rcu();
	cobra_ring_unmap(old, board->hw_dev);
	cobra_board_unuse(board);
	cobra_ring_free(old);

	if (ret == -ENODEV)
		cobra_board_vanish(board);
	else if (ret == -ETIMEDOUT)
		cobra_fifo_fail(fifo, "no answer to set-up of a ring");
	cobra_wake_renew(fifo);
	return ret;
}

/**
 * cobra_run_board_fault() - the board says itself that it cannot go on
 * @board: the board
 *
 * Context: Process context.
 */
void cobra_run_board_fault(struct cobra_board *board)
{
	const struct cobra_status *status;
	u32 error = 0;
	u32 state = 0;

	rcu_read_lock();
	status = rcu_dereference(board->status);
	if (status) {
		state = le32_to_cpu(READ_ONCE(status->state));
		error = le32_to_cpu(READ_ONCE(status->error));
	}
	rcu_read_unlock();
	cobra_fifo_fail(&board->rx, "it reports state %u, error %u",
			state, error);
}

/**
 * cobra_run_fault() - stop a board whose stream was ended
 * @work: board->fault_work
 */
void cobra_run_fault(struct work_struct *work)
{
	struct cobra_board *board = container_of(work, struct cobra_board,
						 fault_work);

	mutex_lock(&board->control);
	/* A reset may have been quicker. */
	if (READ_ONCE(board->rx.error))
		run_command(board, run_stop_dma);
	mutex_unlock(&board->control);
	cobra_board_put(board);
}
