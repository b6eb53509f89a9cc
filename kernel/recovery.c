// SPDX-License-Identifier: GPL-2.0
/*
 * Recovery: a board that is reset or loses power under the driver, by suspend,
 * by a reset through sysfs, or after an error on the bus.
 *
 * Each comes in two halves, with a pause in between in which nobody touches the
 * hardware: `paused` under hw_lock keeps away who may sleep, an RCU grace period
 * lets those end who post.  Memory stays, so readers may go on reading what was
 * delivered.  A board forgets its run when it is reset.  So the second half sets
 * it up anew, and a reader who loses bytes, or his run, is told so, with
 * ECONNRESET, as after the command `reset`.
 *
 * If there is no second half, as after an error that the bus does not recover
 * from, the board stays paused: whatever is asked of it fails with EIO, and
 * removal works.
 */
#include <linux/device.h>

#include "board.h"
#include "recovery.h"
#include "run.h"

/**
 * cobra_board_pause() - keep away from the hardware from here on
 * @board: the board, added before
 * @reachable: it still answers, and can be asked to stop its DMA
 *
 * Context: Process context.
 */
void cobra_board_pause(struct cobra_board *board, bool reachable)
{
	down_write(&board->hw_lock);
	if (board->present && !board->paused) {
		if (reachable)
			board->ops->reset(board);
		board->ops->isolate(board);
		/* Pairs with cobra_board_reachable(). */
		WRITE_ONCE(board->paused, true);
	}
	up_write(&board->hw_lock);
	/* Those who saw it otherwise: posts, arms. */
	synchronize_rcu();
}

/* recovery_reset - set the board up anew; says so if that cost anything */
static int recovery_reset(struct cobra_board *board, const char *cause)
{
	struct cobra_fifo *fifo = &board->rx;
	u32 generation = fifo->generation;
	u64 fill = cobra_fifo_fill(fifo);
	u64 tail = fifo->tail;
	int ret = cobra_run_reset(board);

	if (ret)
		dev_err(&board->dev,
			"board does not come back after %s (error %d); remove and rescan it, or power it off\n",
			cause, -ret);
	else if (fifo->generation != generation)
		dev_warn(&board->dev,
			 "%s ended run %u: %llu bytes were taken, %llu delivered and not yet taken are lost\n",
			 cause, fifo->run, tail, fill);
	return ret;
}

/**
 * cobra_board_resume() - the hardware is back
 * @board: the board, paused
 * @cause: what it was paused for, for the log
 *
 * Waits for a copy to a reader that is under way.
 *
 * Context: Process context.
 * Return: 0; -ETIMEDOUT, -EIO: it does not work; -ENODEV: it has gone.
 */
int cobra_board_resume(struct cobra_board *board, const char *cause)
{
	int ret = 0;

	mutex_lock(&board->control);
	mutex_lock(&board->rx.reader);
	down_write(&board->hw_lock);
	WRITE_ONCE(board->paused, false);
	up_write(&board->hw_lock);
	ret = recovery_reset(board, cause);
	cobra_run_unlock(board);
	return ret;
}
