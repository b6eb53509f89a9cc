// SPDX-License-Identifier: GPL-2.0
/*
 * The board object: lifetime, and revocation of the hardware.
 *
 * A board is a reference-counted piece of memory that lives from probe until
 * the last file is closed; the hardware under it may go at any moment.  Who
 * wants to touch the hardware has two ways to be sure that it is there:
 *
 *   may sleep:     cobra_board_use() ... cobra_board_unuse(), a read lock on
 *                  hw_lock under which `present` is true, and `paused` is not;
 *   may not sleep: an RCU read section in which cobra_board_reachable(), as
 *                  `status` is not NULL, and `paused` is not true.
 *
 * cobra_board_vanish() takes both away: it clears `present` under the write
 * lock and `status` for RCU.  cobra_board_remove() does that after it stopped
 * the board, and waits for a grace period before it lets go of what DMA needs.
 * Neither waits for a reader that copies: ring memory belongs to the board
 * object and stays.
 *
 * Locks, from the outside in; each protects what its comment in board.h or
 * fifo.h says:
 *
 *   board->control      one change of state or settings at a time; mutex
 *   board->rx.reader    the right to take bytes; mutex
 *   board->hw_lock      the hardware; rw_semaphore
 *   node->lock          open files; spinlock
 *   board->rx.wake_lock the request for an interrupt; spinlock, hard interrupt
 *   RCU                 board->status
 */
#include <linux/idr.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "board.h"
#include "node.h"
#include "run.h"

/* A board that gets less than it should by default gets at least this. */
#define SMALLEST_DEFAULT_RING SZ_64K

static DEFINE_IDA(board_ids);

struct workqueue_struct *cobra_workqueue;

struct class cobra_class = {
	.name = "cobra",
};

static void board_free(struct device *dev)
{
	struct cobra_board *board = container_of(dev, struct cobra_board, dev);

	cobra_ring_free(board->rx.ring);
	ida_free(&board_ids, board->id);
	kfree(board);
}

/**
 * cobra_board_alloc() - make a board object for hardware that was found
 * @hw_dev: device that does DMA
 * @ops: what its type can do
 * @hw: what its type keeps
 *
 * The caller fills in what identifies the board, and its limits.
 *
 * Context: Process context.
 * Return: The board, to be put; or ERR_PTR.
 */
struct cobra_board *cobra_board_alloc(struct device *hw_dev,
				      const struct cobra_board_ops *ops,
				      void *hw)
{
	struct cobra_board *board;
	int ret;

	board = kzalloc(sizeof(*board), GFP_KERNEL);
	if (!board)
		return ERR_PTR(-ENOMEM);
	board->id = ida_alloc_max(&board_ids, COBRA_MAX_BOARDS - 1, GFP_KERNEL);
	if (board->id < 0) {
		ret = board->id;
		kfree(board);
		return ERR_PTR(ret);
	}

	board->ops = ops;
	board->hw = hw;
	board->hw_dev = hw_dev;
	init_rwsem(&board->hw_lock);
	mutex_init(&board->control);
	cobra_fifo_init(&board->rx, board);
	cobra_node_init(&board->data);
	cobra_node_init(&board->control_node);
	INIT_WORK(&board->fault_work, cobra_run_fault);

	device_initialize(&board->dev);
	board->dev.class = &cobra_class;
	board->dev.parent = hw_dev;
	board->dev.release = board_free;
	ret = dev_set_name(&board->dev, "cobra%d", board->id);
	if (ret) {
		cobra_board_put(board);
		return ERR_PTR(ret);
	}
	return board;
}

/**
 * cobra_board_put() - drop a reference
 * @board: the board
 */
void cobra_board_put(struct cobra_board *board)
{
	put_device(&board->dev);
}

/*
 * board_first_ring - the ring to begin with
 *
 * A default that does not fit every board must not keep the board from being
 * used: take smaller powers of two until it does.
 */
static int board_first_ring(struct cobra_board *board)
{
	u64 size = cobra_default_ring;
	struct cobra_ring *ring;

	for (;;) {
		ring = cobra_ring_alloc(board->hw_dev, size, &board->limits);
		if (!IS_ERR(ring) || size / 2 < SMALLEST_DEFAULT_RING ||
		    PTR_ERR(ring) == -EINTR)
			break;
		size = rounddown_pow_of_two(size - 1);
	}
	if (IS_ERR(ring)) {
		dev_err(board->hw_dev, "no memory for a ring of %llu bytes\n",
			size);
		return PTR_ERR(ring);
	}
	if (size != cobra_default_ring)
		dev_notice(board->hw_dev,
			   "ring is %llu bytes, as %llu (parameter ring) could not be had\n",
			   size, cobra_default_ring);
	board->rx.ring = ring;
	return 0;
}

static void board_drop_ring(struct cobra_board *board)
{
	cobra_ring_unmap(board->rx.ring, board->hw_dev);
	cobra_ring_free(board->rx.ring);
	board->rx.ring = NULL;
}

static void board_remove_nodes(struct cobra_board *board)
{
	cobra_node_remove(&board->control_node);
	cobra_node_remove(&board->data);
}

static int board_add_nodes(struct cobra_board *board)
{
	int ret;

	ret = cobra_node_add(&board->data, board, &cobra_data_type);
	if (ret)
		return ret;
	ret = cobra_node_add(&board->control_node, board, &cobra_control_type);
	if (ret)
		cobra_node_remove(&board->data);
	return ret;
}

/* board_revoke - from here on nobody touches the hardware */
static bool board_revoke(struct cobra_board *board)
{
	struct cobra_status *status;

	lockdep_assert_held_write(&board->hw_lock);
	if (!board->present)
		return false;
	status = rcu_dereference_protected(board->status,
					   lockdep_is_held(&board->hw_lock));
	cobra_fifo_revoke(&board->rx, status);
	/* rx.final comes first; pairs with fifo_gone() and cobra_fifo_fill(). */
	smp_wmb();
	RCU_INIT_POINTER(board->status, NULL);
	board->present = false;
	return true;
}

/* board_hang_up - tell everybody that the board has gone */
static void board_hang_up(struct cobra_board *board)
{
	wake_up_poll(&board->rx.wait, EPOLLIN | EPOLLERR | EPOLLHUP);
	cobra_node_signal(&board->data, POLL_HUP);
	cobra_node_signal(&board->control_node, POLL_HUP);
}

/* board_stop - have it quiet, and out of everybody's reach */
static void board_stop(struct cobra_board *board)
{
	down_write(&board->hw_lock);
	if (board->present) {
		if (!board->paused)
			board->ops->reset(board);
		/* Whether it obeyed or not: its memory is about to go. */
		board->ops->isolate(board);
	}
	board_revoke(board);
	up_write(&board->hw_lock);
	/* Those who saw status before: interrupts, posts, arms. */
	synchronize_rcu();
}

/* board_settle - what still runs on its behalf ends, what DMA needs goes */
static void board_settle(struct cobra_board *board)
{
	struct cobra_fifo *fifo = &board->rx;

	if (cancel_work_sync(&board->fault_work))
		cobra_board_put(board);
	cancel_delayed_work_sync(&fifo->watchdog);
	/*
	 * A contiguous ring goes with the device: let a copy out of it end, and
	 * allow no other.
	 */
	if (fifo->ring->contiguous) {
		mutex_lock(&fifo->reader);
		cobra_fifo_forget(fifo);
		mutex_unlock(&fifo->reader);
	}
	cobra_ring_unmap(fifo->ring, board->hw_dev);
}

/* board_shut - the way out of service of a board that nobody can open */
static void board_shut(struct cobra_board *board)
{
	board_stop(board);
	board_hang_up(board);
	board_settle(board);
}

/**
 * cobra_board_add() - put a board into service
 * @board: the board
 * @status: its status block, zeroed, where its DMA reaches it
 *
 * The nodes come last: when somebody can open them, everything works.
 *
 * Context: Process context.  The interrupts may be requested already.
 * Return: 0 or an errno, after which nothing of it is left but the reference.
 */
int cobra_board_add(struct cobra_board *board, struct cobra_status *status)
{
	int ret;

	ret = board_first_ring(board);
	if (ret)
		return ret;
	ret = board->ops->reset(board);
	if (!ret)
		ret = board->ops->setup(board, board->rx.ring);
	if (ret) {
		dev_err(board->hw_dev, "board does not answer to %s (error %d)\n",
			"reset and set-up", -ret);
		goto drop_ring;
	}

	board->present = true;
	rcu_assign_pointer(board->status, status);
	ret = device_add(&board->dev);
	if (ret)
		goto stop_board;
	ret = board_add_nodes(board);
	if (ret)
		goto stop_device;

	dev_info(&board->dev, "%s, serial %s, firmware %s, ring %llu bytes\n",
		 board->model, board->serial, board->firmware,
		 board->rx.ring->size);
	return 0;

stop_device:
	device_del(&board->dev);
stop_board:
	board_shut(board);
	return ret;
drop_ring:
	board->ops->isolate(board);
	board_drop_ring(board);
	return ret;
}

/**
 * cobra_board_remove() - take a board out of service
 * @board: the board, added before; its interrupts are freed
 *
 * In this order: nobody opens it any more; its DMA stops; nobody touches the
 * hardware any more; everybody who sleeps or listens is told; what still runs
 * on our behalf ends.  Files that are open afterwards find -ENODEV once they
 * have read what was delivered.
 *
 * Context: Process context.
 */
void cobra_board_remove(struct cobra_board *board)
{
	board_remove_nodes(board);
	board_shut(board);
	device_del(&board->dev);
	board->hw_dev = NULL;
}

/**
 * cobra_board_shutdown() - have the board quiet: the machine goes down
 * @board: the board, added before
 *
 * What comes next, maybe another kernel, has other uses for the memory.  Nothing
 * is freed, and who still runs finds that the board has gone.
 *
 * Context: Process context.
 */
void cobra_board_shutdown(struct cobra_board *board)
{
	board_stop(board);
	board_hang_up(board);
}

/**
 * cobra_board_use() - begin to use the hardware
 * @board: the board
 *
 * Context: Process context.  hw_lock is held for reading after success.
 * Return: 0; -ENODEV if there is none any more; -EIO while it is being reset or
 *	has no power.
 */
int cobra_board_use(struct cobra_board *board)
{
	int ret = -ENODEV;

	down_read(&board->hw_lock);
	if (board->present && !board->paused)
		return 0;
	if (board->present)
		ret = -EIO;
	up_read(&board->hw_lock);
	return ret;
}

/**
 * cobra_board_unuse() - end using the hardware
 * @board: the board
 */
void cobra_board_unuse(struct cobra_board *board)
{
	up_read(&board->hw_lock);
}

/**
 * cobra_board_vanish() - the hardware has gone without a word
 * @board: the board
 *
 * Context: Process context, hw_lock not held.
 */
void cobra_board_vanish(struct cobra_board *board)
{
	bool news;

	down_write(&board->hw_lock);
	news = board_revoke(board);
	if (news)
		board->ops->isolate(board);
	up_write(&board->hw_lock);
	if (!news)
		return;
	dev_err(&board->dev,
		"board has gone: its registers read all ones; plug it in again, then remove and rescan it\n");
	board_hang_up(board);
}

/**
 * cobra_board_check() - notice hardware that has gone
 * @board: the board
 *
 * Context: Process context, hw_lock not held.
 */
void cobra_board_check(struct cobra_board *board)
{
	bool alive;

	if (cobra_board_use(board))
		return;
	alive = board->ops->alive(board);
	cobra_board_unuse(board);
	if (!alive)
		cobra_board_vanish(board);
}

/**
 * cobra_board_data_irq() - hard interrupt handler for data
 * @irq: its number
 * @data: the board
 *
 * Wakes who sleeps; the thread runs only for those who want a signal.
 *
 * Return: IRQ_HANDLED or IRQ_WAKE_THREAD: message-signalled interrupts are
 *	nobody else's.
 */
irqreturn_t cobra_board_data_irq(int irq, void *data)
{
	struct cobra_board *board = data;

	if (!cobra_wake_interrupt(&board->rx))
		return IRQ_HANDLED;
	return cobra_node_heard(&board->data) ? IRQ_WAKE_THREAD : IRQ_HANDLED;
}

/**
 * cobra_board_data_thread() - the rest of the data interrupt: signals
 * @irq: its number
 * @data: the board
 *
 * Return: IRQ_HANDLED.
 */
irqreturn_t cobra_board_data_thread(int irq, void *data)
{
	struct cobra_board *board = data;

	cobra_node_signal(&board->data, POLL_IN);
	return IRQ_HANDLED;
}

/**
 * cobra_board_init() - make what all boards share
 *
 * Return: 0 or an errno.
 */
int cobra_board_init(void)
{
	int ret;

	cobra_workqueue = alloc_workqueue("cobra", WQ_FREEZABLE, 0);
	if (!cobra_workqueue)
		return -ENOMEM;
	ret = class_register(&cobra_class);
	if (ret)
		destroy_workqueue(cobra_workqueue);
	return ret;
}

/**
 * cobra_board_exit() - unmake it
 *
 * Work may be left that holds the last reference to a board that has gone, so
 * the queue is emptied first.
 */
void cobra_board_exit(void)
{
	destroy_workqueue(cobra_workqueue);
	class_unregister(&cobra_class);
	ida_destroy(&board_ids);
}
