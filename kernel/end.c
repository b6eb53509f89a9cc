// SPDX-License-Identifier: GPL-2.0
/*
 * The DMA FIFO: how a stream ends that does not end well.
 *
 * The board breaks the rules (cobra_fifo_fail), or its hardware goes away
 * (cobra_fifo_revoke, cobra_fifo_forget).  In either case readers get what was
 * delivered and valid before, and the error after that.
 */
#include <linux/device.h>
#include <linux/minmax.h>

#include "board.h"
#include "fifo.h"
#include "node.h"
#include "ring.h"

/**
 * cobra_fifo_forget() - leave nothing to read: the ring's memory goes
 * @fifo: the FIFO
 *
 * Context: Process context, fifo->reader held, the board gone.
 */
void cobra_fifo_forget(struct cobra_fifo *fifo)
{
	lockdep_assert_held(&fifo->reader);
	fifo->limit = fifo->tail;
	fifo->head = fifo->tail;
}

/**
 * cobra_fifo_revoke() - fix where the stream of a board that goes away ends
 * @fifo: the FIFO
 * @status: the status block, still there for the caller
 *
 * What was delivered can be read after that, up to the next gap; but not what
 * was not synced while that was possible, nor what lies in a contiguous ring,
 * which cannot outlive its device.
 *
 * Context: Process context, board->hw_lock held for writing.
 */
void cobra_fifo_revoke(struct cobra_fifo *fifo,
		       const struct cobra_status *status)
{
	u64 tail = READ_ONCE(fifo->tail);
	u64 end = le64_to_cpu(READ_ONCE(status->rx_head));
	u64 gap_tail = READ_ONCE(fifo->gap_tail);
	u64 gap;

	dma_rmb();
	if (le64_to_cpu(READ_ONCE(status->gap_head)) != gap_tail) {
		gap = gap_tail % COBRA_GAP_SLOTS;
		gap = le64_to_cpu(READ_ONCE(status->gaps[gap].position));
		end = min(end, gap);
	}
	if (fifo->ring->need_sync)
		end = min(end, READ_ONCE(fifo->synced));
	if (fifo->ring->contiguous || end - tail > fifo->ring->size)
		end = tail;
	fifo->final = end;
}

/**
 * cobra_fifo_end() - end the stream, until a reset
 * @fifo: the FIFO
 *
 * Readers get what was valid, then EIO.
 *
 * Context: Process context.
 * Return: false if it had ended before.
 */
bool cobra_fifo_end(struct cobra_fifo *fifo)
{
	if (cmpxchg(&fifo->error, 0, -EIO))
		return false;
	cobra_wake_all(fifo);
	cobra_node_signal(&fifo->board->data, POLL_ERR);
	return true;
}

/**
 * cobra_fifo_fail() - end the stream: the board broke the rules
 * @fifo: the FIFO
 * @format: what it did, for the log
 *
 * Says so once; a worker stops the board.  Only a reset makes the stream usable
 * again.
 *
 * Context: Process context.
 */
void cobra_fifo_fail(struct cobra_fifo *fifo, const char *format, ...)
{
	struct cobra_board *board = fifo->board;
	struct va_format what;
	va_list args;

	if (!cobra_fifo_end(fifo))
		return;

	va_start(args, format);
	what.fmt = format;
	what.va = &args;
	dev_err_ratelimited(&board->dev,
			    "board broke the rules, stream ended: %pV; to recover: echo reset > /dev/%s/control\n",
			    &what, dev_name(&board->dev));
	va_end(args);
	get_device(&board->dev);
	if (!queue_work(cobra_workqueue, &board->fault_work))
		put_device(&board->dev);
}
