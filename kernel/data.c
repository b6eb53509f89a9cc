// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/cobraN/data: the stream, for one reader.
 *
 * All that read(), poll() and SIGIO mean is here; where the bytes are is the
 * FIFO's business.  board->rx.reader is held while bytes are taken, and let go
 * to sleep and to wait for memory.  Lock order: board->control, rx.reader,
 * board->hw_lock.
 */
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/uaccess.h>
#include <linux/uio.h>
#include <asm/ioctls.h>

#include "board.h"
#include "compat.h"
#include "node.h"
#include "run.h"

/* Times that memory is brought in for the same byte */
#define MOST_FAULTS_IN_VAIN 16

/**
 * struct data_file - the open file of the reader
 * @file: what every open file has
 * @started: this reader's open started a run, its close ends it; constant
 * @run: the run that it reads; protected by rx.reader
 * @eof_run: the run whose end it was told of last; protected by rx.reader
 * @generation: the reset that it knows of; protected by rx.reader
 * @gap: the loss that it was told of last; protected by rx.reader
 */
struct data_file {
	struct cobra_file file;
	bool started;
	u32 run;
	u32 eof_run;
	u32 generation;
	struct cobra_gap gap;
};

static struct data_file *to_data_file(struct cobra_file *file)
{
	return container_of(file, struct data_file, file);
}

static struct cobra_fifo *data_fifo(struct data_file *df)
{
	return &df->file.node->board->rx;
}

/* data_owed - was the end of the run that the file reads not told yet? */
static bool data_owed(const struct data_file *df)
{
	return READ_ONCE(df->run) != READ_ONCE(df->eof_run);
}

/* data_ready - need a read not sleep?  A hint, as cobra_wake_ready() */
static bool data_ready(struct data_file *df, u64 want)
{
	struct cobra_fifo *fifo = data_fifo(df);

	if (READ_ONCE(fifo->run) != READ_ONCE(df->run) && data_owed(df))
		return true;
	return READ_ONCE(fifo->generation) != READ_ONCE(df->generation) ||
	       cobra_wake_ready(fifo, want, READ_ONCE(df->eof_run));
}

/*
 * data_arm - somebody waits for the stream: have the board wake him
 *
 * If the bytes are there already the board answers at once, so this is right
 * whatever came since the caller looked.
 */
static void data_arm(struct data_file *df, u64 want)
{
	struct cobra_fifo *fifo = data_fifo(df);

	cobra_fifo_post(fifo);
	cobra_wake_arm(fifo, want);
}

/*
 * data_arm_unlocked - the same for who does not hold the lock
 *
 * Space is given back if no read is under way, which would do that itself; we
 * do not wait for it.
 */
static void data_arm_unlocked(struct data_file *df, u64 want)
{
	struct cobra_fifo *fifo = data_fifo(df);

	if (mutex_trylock(&fifo->reader)) {
		cobra_fifo_post(fifo);
		mutex_unlock(&fifo->reader);
	}
	cobra_wake_arm(fifo, want);
}

/*
 * data_tell_end - after arming for those who do not look again
 *
 * Between runs nothing is asked of the board, so what is there to be told then
 * is told here.
 */
static void data_tell_end(struct data_file *df)
{
	struct cobra_fifo *fifo = data_fifo(df);
	u32 state = cobra_fifo_state(fifo);

	if (state == COBRA_STATE_RUNNING || state == COBRA_STATE_DRAINING ||
	    !data_ready(df, cobra_wake_want(fifo)))
		return;
	cobra_wake_all(fifo);
	cobra_node_signal(df->file.node, POLL_IN);
}

/*
 * data_rearm - after a read: who waits without sleeping in a read?
 *
 * epoll keeps its place on the wait queue, and edge-triggered users do not call
 * poll() again before they wait.  Who listens for SIGIO is told of the next
 * arrival even with bytes left to read, as a socket would.
 */
static void data_rearm(struct data_file *df)
{
	struct cobra_fifo *fifo = data_fifo(df);
	u64 want = cobra_wake_want(fifo);

	if (cobra_node_heard(df->file.node))
		data_arm(df, max(want, fifo->head - fifo->tail + 1));
	else if (fifo->limit - fifo->tail < want &&
		 wq_has_sleeper(&fifo->wait))
		data_arm(df, want);
	else
		return;
	data_tell_end(df);
}

/*
 * data_turn - the file comes from one run, or reset, to another
 *
 * Return: 0 if there is something to tell about that, as end of file;
 * -ECONNRESET if unread bytes were dropped; -EAGAIN if there is not.
 */
static int data_turn(struct data_file *df)
{
	struct cobra_fifo *fifo = data_fifo(df);
	bool owed = data_owed(df);

	WRITE_ONCE(df->eof_run, df->run);
	WRITE_ONCE(df->run, fifo->run);
	if (df->generation != fifo->generation) {
		WRITE_ONCE(df->generation, fifo->generation);
		WRITE_ONCE(df->eof_run, fifo->run);
		return -ECONNRESET;
	}
	return owed ? 0 : -EAGAIN;
}

/*
 * data_take_once - what a read that need not sleep returns
 *
 * Return: bytes; 0 at the end of a run; -EAGAIN if there is nothing to tell
 * after all; or the error to tell.
 */
static ssize_t data_take_once(struct data_file *df, struct iov_iter *to)
{
	struct cobra_fifo *fifo = data_fifo(df);
	ssize_t ret;
	u32 state;

	if (df->run != fifo->run || df->generation != fifo->generation) {
		ret = data_turn(df);
		if (ret != -EAGAIN)
			return ret;
	}

	ret = cobra_fifo_read(fifo, to);
	if (ret == -ENOBUFS)
		df->gap = fifo->gap;
	if (READ_ONCE(fifo->timed_out))
		WRITE_ONCE(fifo->timed_out, false);
	if (ret)
		return ret;

	if (df->eof_run != fifo->run && cobra_fifo_over(fifo)) {
		WRITE_ONCE(df->eof_run, fifo->run);
		fifo->told_run = fifo->run;
		return 0;
	}
	/* A board in service does not forget its set-up by itself. */
	state = cobra_fifo_state(fifo);
	if (state == COBRA_STATE_FAULT || state == COBRA_STATE_RESET) {
		cobra_run_board_fault(df->file.node->board);
		return -EIO;
	}
	return -EAGAIN;
}

/* data_take - the same, and again if something came while it looked */
static ssize_t data_take(struct data_file *df, struct iov_iter *to)
{
	ssize_t ret = data_take_once(df, to);

	if (ret == -EAGAIN && data_ready(df, 1))
		ret = data_take_once(df, to);
	return ret;
}

/*
 * data_fault_in - bring in memory that a copy has come to and that is not there
 *
 * That may take for ever, so rx.reader is let go meanwhile.
 *
 * Return: 0; -EFAULT: there is no such memory; -EAGAIN: bytes were taken by
 * somebody else, or their run has ended.
 */
static int data_fault_in(struct cobra_fifo *fifo, const struct iov_iter *to,
			 size_t bytes)
{
	u32 generation = fifo->generation;
	u64 tail = fifo->tail;
	u32 run = fifo->run;
	size_t missing;

	mutex_unlock(&fifo->reader);
	missing = fault_in_iov_iter_writeable(to, bytes);
	mutex_lock(&fifo->reader);
	if (missing == bytes)
		return -EFAULT;
	return fifo->tail == tail && fifo->run == run &&
	       fifo->generation == generation ? 0 : -EAGAIN;
}

/* data_take_all - data_take(), wherever the memory is that it goes to */
static ssize_t data_take_all(struct data_file *df, struct iov_iter *to,
			     bool nowait)
{
	struct cobra_fifo *fifo = data_fifo(df);
	ssize_t ret = data_take(df, to);
	unsigned int in_vain = 0;
	size_t taken = 0;
	size_t bytes;

	while (ret > 0 || ret == -EFAULT) {
		if (ret > 0) {
			taken += ret;
			in_vain = 0;
		} else if (++in_vain > MOST_FAULTS_IN_VAIN) {
			break;
		}
		bytes = min_t(u64, fifo->limit - fifo->tail,
			      iov_iter_count(to));
		if (!bytes || !user_backed_iter(to))
			break;
		ret = nowait ? -EAGAIN : data_fault_in(fifo, to, bytes);
		if (ret)
			break;
		ret = data_take(df, to);
	}
	return taken ?: ret;
}

static int data_lock(struct cobra_fifo *fifo, bool nowait)
{
	if (nowait)
		return mutex_trylock(&fifo->reader) ? 0 : -EAGAIN;
	return mutex_lock_interruptible(&fifo->reader) ? -ERESTARTSYS : 0;
}

/* data_sleep - until there is something to tell, or our request is answered */
static int data_sleep(struct data_file *df, u64 want)
{
	struct cobra_fifo *fifo = data_fifo(df);

	return wait_event_interruptible(fifo->wait,
					data_ready(df, want) ||
					!cobra_wake_asked(fifo, want));
}

static ssize_t data_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	struct data_file *df = to_data_file(iocb->ki_filp->private_data);
	struct cobra_fifo *fifo = data_fifo(df);
	bool nowait = iocb->ki_flags & IOCB_NOWAIT;
	bool nonblock = nowait || (iocb->ki_filp->f_flags & O_NONBLOCK);
	size_t count = iov_iter_count(to);
	u64 want = 1;	/* what is there is taken, however little... */
	ssize_t ret;

	if (!count)
		return 0;
	ret = data_lock(fifo, nowait);
	if (ret)
		return ret;

	for (;;) {
		ret = -EAGAIN;
		if (fifo->limit - fifo->tail >= want || data_ready(df, want))
			ret = data_take_all(df, to, nowait);
		if (ret != -EAGAIN || nonblock)
			break;

		/* ...but who has to wait waits for what is worth it. */
		want = min_t(u64, cobra_wake_want(fifo), count);
		data_arm(df, want);
		mutex_unlock(&fifo->reader);
		ret = data_sleep(df, want);
		if (ret)
			return ret;
		/* A board that does not keep what it promises spins us here. */
		if (signal_pending(current))
			return -ERESTARTSYS;
		cond_resched();
		ret = data_lock(fifo, false);
		if (ret)
			return ret;
	}
	data_rearm(df);
	mutex_unlock(&fifo->reader);
	if (ret == -EAGAIN)
		cobra_wake_watch(fifo);
	return ret;
}

static __poll_t data_poll(struct file *filp, poll_table *wait)
{
	struct data_file *df = to_data_file(filp->private_data);
	struct cobra_fifo *fifo = data_fifo(df);
	u64 want = cobra_wake_want(fifo);

	poll_wait(filp, &fifo->wait, wait);
	/*
	 * Arm only for callers who are going to sleep: poll_does_not_wait() is
	 * said by those who just ask, and by sleepers who look again; the
	 * latter are on the queue.
	 */
	if (!data_ready(df, want)) {
		if (!poll_does_not_wait(wait) || wq_has_sleeper(&fifo->wait))
			data_arm_unlocked(df, want);
		else
			cobra_wake_watch(fifo);
	}

	if (cobra_fifo_state(fifo) == COBRA_STATE_GONE)
		return EPOLLIN | EPOLLRDNORM | EPOLLERR | EPOLLHUP;
	if (READ_ONCE(fifo->error))
		return EPOLLIN | EPOLLRDNORM | EPOLLERR;
	return data_ready(df, want) ? EPOLLIN | EPOLLRDNORM : 0;
}

static int data_fasync(int fd, struct file *filp, int on)
{
	struct data_file *df = to_data_file(filp->private_data);
	int ret = cobra_node_fasync(fd, filp, on);

	/* Bytes that are there already make the board answer at once. */
	if (ret > 0 && on) {
		data_arm_unlocked(df, cobra_wake_want(data_fifo(df)));
		data_tell_end(df);
	}
	return ret;
}

static int data_tell_gap(struct data_file *df, void __user *to)
{
	struct cobra_fifo *fifo = data_fifo(df);
	struct cobra_gap gap;

	if (mutex_lock_interruptible(&fifo->reader))
		return -ERESTARTSYS;
	gap = df->gap;
	mutex_unlock(&fifo->reader);
	if (!gap.number)
		return -ENODATA;
	return copy_to_user(to, &gap, sizeof(gap)) ? -EFAULT : 0;
}

static long data_ioctl(struct file *filp, unsigned int command,
		       unsigned long arg)
{
	struct data_file *df = to_data_file(filp->private_data);
	u64 fill;

	switch (command) {
	case FIONREAD:
		fill = min_t(u64, cobra_fifo_fill(data_fifo(df)), INT_MAX);
		return put_user((int)fill, (int __user *)arg);
	case COBRA_IOC_GAP:
		return data_tell_gap(df, (void __user *)arg);
	default:
		return -ENOTTY;
	}
}

/* data_begin - start a run for a new reader, if there is anything to start */
static int data_begin(struct data_file *df)
{
	struct cobra_board *board = df->file.node->board;
	struct cobra_fifo *fifo = &board->rx;
	u32 state = cobra_fifo_state(fifo);
	int ret = 0;

	lockdep_assert_held(&board->control);
	lockdep_assert_held(&fifo->reader);
	if (state == COBRA_STATE_GONE)
		return -ENODEV;
	/* The run that it seems to be in is about to be forgotten. */
	if (READ_ONCE(board->paused) &&
	    (state == COBRA_STATE_RUNNING || state == COBRA_STATE_DRAINING))
		return -EIO;

	df->generation = fifo->generation;
	df->run = fifo->run;
	if (state == COBRA_STATE_IDLE || cobra_fifo_over(fifo)) {
		/* An end that somebody was told of is not news any more. */
		df->eof_run = fifo->told_run;
		if (board->trigger == COBRA_TRIGGER_OPEN) {
			df->eof_run = fifo->run;
			ret = cobra_run_start(board);
			df->started = !ret;
		}
	}
	return ret;
}

static int data_open(struct cobra_file *file, struct file *filp)
{
	struct data_file *df = to_data_file(file);
	struct cobra_board *board = file->node->board;
	int ret;

	if (filp->f_mode & FMODE_WRITE)
		return -EOPNOTSUPP;
	if (test_and_set_bit(0, &board->data_open))
		return -EBUSY;

	ret = cobra_run_lock(board);
	if (!ret) {
		ret = data_begin(df);
		cobra_run_unlock(board);
	}
	if (ret) {
		clear_bit(0, &board->data_open);
		return ret;
	}
	filp->f_mode |= FMODE_NOWAIT;
	return 0;
}

/* Not interruptible: this is also what happens to the files of the killed. */
static void data_release(struct cobra_file *file)
{
	struct data_file *df = to_data_file(file);
	struct cobra_board *board = file->node->board;

	mutex_lock(&board->control);
	mutex_lock(&board->rx.reader);
	if (df->started)
		cobra_run_abandon(board);
	else
		cobra_fifo_post(&board->rx);
	cobra_run_unlock(board);
	clear_bit(0, &board->data_open);
}

static const struct file_operations data_fops = {
	.owner = THIS_MODULE,
	.open = cobra_node_open,
	.release = cobra_node_release,
	.read_iter = data_read_iter,
	.splice_read = COBRA_SPLICE_READ,
	.poll = data_poll,
	.fasync = data_fasync,
	.unlocked_ioctl = data_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

const struct cobra_node_type cobra_data_type = {
	.name = "data",
	.minor = 0,
	.file_size = sizeof(struct data_file),
	.fops = &data_fops,
	.open = data_open,
	.release = data_release,
};
