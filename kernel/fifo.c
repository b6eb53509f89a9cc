// SPDX-License-Identifier: GPL-2.0
/*
 * The DMA FIFO: positions.
 *
 * A stream is counted by two u64 that only grow within a run: head, bytes that
 * the board has delivered, and tail, bytes that were taken.  The board writes
 * data, then gap records, then head, all to host memory; the driver reads them
 * in the opposite order and never reads a register here.  tail goes back to
 * the board with one posted write per batch.
 *
 *         tail               limit                 head
 *   ------|==================|~~~~~~~~~~~~~~~~~~~~~|------------> position
 *         bytes to read now  a gap lies here        not yet there
 *
 * Who owns what: bytes below tail, and a ring size above it, are the board's;
 * those from tail to head are the reader's.  "The reader" is whoever holds
 * fifo->reader.  It sees the status block through board->status, inside an RCU
 * read section, and finds NULL there once the hardware has gone; removal
 * therefore never waits for a reader, however long its copy takes.
 *
 * Nothing that the board writes is trusted.  A head that goes back or passes
 * tail + size, or a gap that cannot be, ends the stream with EIO.
 */
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/uaccess.h>

#include "board.h"
#include "fifo.h"
#include "ring.h"

/* Space goes back to the board in pieces of this part of the ring. */
#define BATCHES 32

/* fifo_gone - nothing comes after what was there when the board left */
static int fifo_gone(struct cobra_fifo *fifo)
{
	/* Pairs with the barrier in board_revoke(). */
	smp_rmb();
	fifo->limit = max(fifo->limit, fifo->final);
	if (fifo->ring->need_sync)
		fifo->limit = min(fifo->limit, fifo->synced);
	if (fifo->ring->contiguous)
		fifo->limit = fifo->tail;
	fifo->head = fifo->limit;
	fifo->gap_ahead = false;
	return -ENODEV;
}

/*
 * fifo_judge - is what the board wrote possible?
 *
 * Says no by ending the stream; what was valid before stays readable.
 */
static bool fifo_judge(struct cobra_fifo *fifo, u64 head, u64 gap_head)
{
	if (head < fifo->head)
		cobra_fifo_fail(fifo, "head went back from %llu to %llu",
				fifo->head, head);
	else if (head - fifo->tail > fifo->ring->size)
		cobra_fifo_fail(fifo, "head %llu is past tail %llu + ring %llu",
				head, fifo->tail, fifo->ring->size);
	else if (gap_head - fifo->gap_tail > COBRA_GAP_SLOTS)
		cobra_fifo_fail(fifo, "%llu gaps posted, %llu passed, only %u fit",
				gap_head, fifo->gap_tail, COBRA_GAP_SLOTS);
	else if (fifo->gap_ahead && (fifo->next_gap.position < fifo->tail ||
				     !fifo->next_gap.lost))
		cobra_fifo_fail(fifo, "gap of %llu bytes at %llu, tail is %llu",
				fifo->next_gap.lost, fifo->next_gap.position,
				fifo->tail);
	else
		return true;

	fifo->gap_ahead = false;
	return false;
}

/*
 * fifo_look - read the status block, and move limit
 *
 * Return: 0; -EIO, the stream cannot go on behind limit; -ENODEV likewise.
 */
static int fifo_look(struct cobra_fifo *fifo)
{
	const struct cobra_gap_record *record;
	const struct cobra_status *status;
	u64 head, gap_head;

	lockdep_assert_held(&fifo->reader);
	if (fifo->error)
		return fifo->error;

	rcu_read_lock();
	status = rcu_dereference(fifo->board->status);
	if (!status) {
		rcu_read_unlock();
		return fifo_gone(fifo);
	}
	head = le64_to_cpu(READ_ONCE(status->rx_head));
	/* A gap is posted before head passes it, so look for head first... */
	dma_rmb();
	gap_head = le64_to_cpu(READ_ONCE(status->gap_head));
	if (gap_head != fifo->gap_tail) {
		/* ...and a record is written before it is counted. */
		dma_rmb();
		record = &status->gaps[fifo->gap_tail % COBRA_GAP_SLOTS];
		fifo->next_gap.position =
			le64_to_cpu(READ_ONCE(record->position));
		fifo->next_gap.lost = le64_to_cpu(READ_ONCE(record->lost));
		fifo->gap_ahead = true;
	}
	rcu_read_unlock();

	if (!fifo_judge(fifo, head, gap_head))
		return -EIO;
	fifo->head = head;
	fifo->limit = fifo->gap_ahead ? min(head, fifo->next_gap.position) :
					head;
	return 0;
}

/*
 * fifo_sync - make bytes from tail on visible to the CPU
 *
 * Return: how many of them are; fewer than asked for if the board has gone.
 */
static u64 fifo_sync(struct cobra_fifo *fifo, u64 bytes)
{
	struct cobra_ring *ring = fifo->ring;
	struct cobra_board *board = fifo->board;
	u64 until = fifo->tail + bytes;
	u64 offset;

	if (likely(!ring->need_sync) || until <= fifo->synced)
		return bytes;

	rcu_read_lock();
	if (rcu_access_pointer(board->status)) {
		offset = fifo->offset + (fifo->synced - fifo->tail);
		if (offset >= ring->size)
			offset -= ring->size;
		cobra_ring_sync_for_cpu(ring, board->hw_dev, offset,
					until - fifo->synced);
		WRITE_ONCE(fifo->synced, until);
	}
	rcu_read_unlock();
	return fifo->synced - fifo->tail;
}

static void fifo_advance(struct cobra_fifo *fifo, u64 bytes)
{
	WRITE_ONCE(fifo->tail, fifo->tail + bytes);
	fifo->offset += bytes;
	if (fifo->offset >= fifo->ring->size)
		fifo->offset -= fifo->ring->size;
	if (fifo->synced < fifo->tail)
		WRITE_ONCE(fifo->synced, fifo->tail);
}

/*
 * fifo_copy_piece - copy bytes that lie in a row
 *
 * Within a page as the page cache does it: hardened usercopy's look-up of what
 * object an address belongs to costs as much as the copy of a few hundred
 * bytes.  But only to user memory, as a pipe might keep the page.
 *
 * User memory that is not there ends the copy: it may be the page of a file whose
 * server never answers, and others wait for the lock.
 */
static size_t fifo_copy_piece(void *from, size_t bytes, struct iov_iter *to)
{
	size_t within = offset_in_page(from);
	size_t copied;

	pagefault_disable();
	if (within + bytes <= PAGE_SIZE && user_backed_iter(to))
		copied = copy_page_to_iter(virt_to_page(from), within, bytes,
					   to);
	else
		copied = copy_to_iter(from, bytes, to);
	pagefault_enable();
	return copied;
}

static size_t fifo_copy(struct cobra_fifo *fifo, struct iov_iter *to, u64 bytes)
{
	u64 offset = fifo->offset;
	size_t done = 0;

	while (done < bytes) {
		u64 run;
		void *from = cobra_ring_at(fifo->ring, offset, &run);
		size_t chunk = min(run, bytes - done);
		size_t copied = fifo_copy_piece(from, chunk, to);

		done += copied;
		if (copied < chunk)
			break;
		offset += chunk;
		if (offset == fifo->ring->size)
			offset = 0;
	}
	return done;
}

/*
 * fifo_take - copy, and give the space back as it becomes free: a board that
 * waits for it has a FIFO for some milliseconds only
 */
static size_t fifo_take(struct cobra_fifo *fifo, struct iov_iter *to, u64 bytes)
{
	u64 batch = fifo->ring->size / BATCHES;
	size_t done = 0;

	while (done < bytes) {
		u64 chunk = min(bytes - done, batch);
		size_t copied = fifo_copy(fifo, to, chunk);

		fifo_advance(fifo, copied);
		if (fifo->tail - fifo->posted >= batch)
			cobra_fifo_post(fifo);
		done += copied;
		if (copied < chunk)
			break;
	}
	return done;
}

/* fifo_pass_gap - go on behind the loss that tail has come to */
static void fifo_pass_gap(struct cobra_fifo *fifo)
{
	WRITE_ONCE(fifo->gap_tail, fifo->gap_tail + 1);
	fifo->gap_ahead = false;
	fifo->gap.position = fifo->next_gap.position;
	fifo->gap.lost = fifo->next_gap.lost;
	fifo->gap.number = fifo->gap_tail;
	fifo->gap.run = fifo->run;
	/* The board may be waiting for the slot. */
	cobra_fifo_post(fifo);
}

static bool fifo_at_gap(const struct cobra_fifo *fifo)
{
	return fifo->gap_ahead && fifo->next_gap.position == fifo->tail;
}

/**
 * cobra_fifo_read() - take bytes
 * @fifo: the FIFO
 * @to: where they go
 *
 * Context: Process context, fifo->reader held.
 * Return: Bytes taken, up to the next gap at most, and to where memory of @to is
 *	not there now; 0: there are none now; -ENOBUFS: bytes were lost here,
 *	fifo->gap tells how many, and reading goes on behind them; -EFAULT: no
 *	memory of @to is there now, nothing was taken;
 *	-EIO: the board broke the rules; -ENODEV: it has gone.
 */
ssize_t cobra_fifo_read(struct cobra_fifo *fifo, struct iov_iter *to)
{
	size_t want = iov_iter_count(to);
	unsigned int turns;
	u64 bytes = 0;
	int ret = 0;

	lockdep_assert_held(&fifo->reader);
	/* Bounded, since it is the board that says how many gaps there are. */
	for (turns = 0; turns < COBRA_GAP_SLOTS; turns++) {
		if (fifo->limit - fifo->tail < want)
			ret = fifo_look(fifo);
		bytes = min_t(u64, fifo->limit - fifo->tail, want);
		if (bytes || !fifo_at_gap(fifo))
			break;
		fifo_pass_gap(fifo);
		if (!READ_ONCE(fifo->skip_gaps))
			return -ENOBUFS;
	}
	if (!bytes)
		return ret;
	bytes = fifo_sync(fifo, bytes);
	if (!bytes)
		return fifo_look(fifo);
	return fifo_take(fifo, to, bytes) ?: -EFAULT;
}

/**
 * cobra_fifo_discard() - throw away what is there now, gaps included
 * @fifo: the FIFO
 *
 * Context: Process context, fifo->reader held.
 */
void cobra_fifo_discard(struct cobra_fifo *fifo)
{
	unsigned int turns;
	u64 end;

	fifo_look(fifo);
	end = fifo->head;
	for (turns = 0; turns <= COBRA_GAP_SLOTS; turns++) {
		u64 bytes = min(fifo->limit, end) - fifo->tail;

		fifo_advance(fifo, bytes);
		fifo->discarded += bytes;
		if (!fifo_at_gap(fifo))
			break;
		fifo_pass_gap(fifo);
		if (fifo_look(fifo))
			break;
	}
	cobra_fifo_post(fifo);
}

/**
 * cobra_fifo_drained() - is there nothing to read, nor a gap to tell?
 * @fifo: the FIFO
 *
 * Context: Process context, fifo->reader held.
 */
bool cobra_fifo_drained(struct cobra_fifo *fifo)
{
	return !fifo_look(fifo) && fifo->head == fifo->tail && !fifo->gap_ahead;
}

/**
 * cobra_fifo_over() - has the run ended, and was everything read?
 * @fifo: the FIFO
 *
 * A board that was set up anew since has forgotten the run, which was read or
 * given up before; before the first run nothing is over.
 *
 * Context: Process context, fifo->reader held.
 */
bool cobra_fifo_over(struct cobra_fifo *fifo)
{
	u32 state = cobra_fifo_state(fifo);

	if (state == COBRA_STATE_IDLE)
		return fifo->run;
	if (state != COBRA_STATE_STOPPED)
		return false;
	if (cobra_fifo_drained(fifo))
		return true;
	if (!fifo->error && fifo->gap_ahead &&
	    fifo->next_gap.position > fifo->head)
		cobra_fifo_fail(fifo, "gap at %llu, but the run ended at %llu",
				fifo->next_gap.position, fifo->head);
	return false;
}

/**
 * cobra_fifo_post() - give space back to the board
 * @fifo: the FIFO
 *
 * Context: fifo->reader held.
 */
void cobra_fifo_post(struct cobra_fifo *fifo)
{
	struct cobra_board *board = fifo->board;
	struct cobra_ring *ring = fifo->ring;
	u64 bytes = fifo->tail - fifo->posted;
	u64 offset;

	lockdep_assert_held(&fifo->reader);
	if (!bytes && fifo->gap_posted == fifo->gap_tail)
		return;

	rcu_read_lock();
	if (cobra_board_reachable(board)) {
		if (ring->need_sync) {
			offset = fifo->offset + ring->size - bytes;
			if (offset >= ring->size)
				offset -= ring->size;
			cobra_ring_sync_for_device(ring, board->hw_dev, offset,
						   bytes);
		}
		board->ops->rx_post(board, fifo->tail, fifo->gap_tail);
	}
	rcu_read_unlock();
	fifo->posted = fifo->tail;
	fifo->gap_posted = fifo->gap_tail;
}

/**
 * cobra_fifo_fill() - bytes that wait to be read, for information
 * @fifo: the FIFO
 *
 * Context: Any.
 * Return: The fill, never more than the ring holds.
 */
u64 cobra_fifo_fill(struct cobra_fifo *fifo)
{
	const struct cobra_status *status;
	u64 tail = READ_ONCE(fifo->tail);
	u64 fill;

	rcu_read_lock();
	status = rcu_dereference(fifo->board->status);
	if (status) {
		fill = le64_to_cpu(READ_ONCE(status->rx_head)) - tail;
	} else {
		/* Pairs with the barrier in board_revoke(). */
		smp_rmb();
		fill = fifo->final - tail;
	}
	if (fill > READ_ONCE(fifo->ring)->size)
		fill = 0;
	rcu_read_unlock();
	return fill;
}

/**
 * cobra_fifo_state() - what the run is doing
 * @fifo: the FIFO
 *
 * Context: Any.
 * Return: enum cobra_board_state or COBRA_STATE_GONE; COBRA_STATE_FAULT also if
 *	the driver ended the stream, or the board tells nonsense.
 */
u32 cobra_fifo_state(struct cobra_fifo *fifo)
{
	const struct cobra_status *status;
	u32 state = COBRA_STATE_GONE;

	rcu_read_lock();
	status = rcu_dereference(fifo->board->status);
	if (status) {
		state = le32_to_cpu(READ_ONCE(status->state));
		/* A board writes its last head before it says that it has stopped. */
		dma_rmb();
		if (state > COBRA_STATE_FAULT || READ_ONCE(fifo->error))
			state = COBRA_STATE_FAULT;
	}
	rcu_read_unlock();
	return state;
}

/**
 * cobra_fifo_rewind() - make all positions 0, for a new run or a new ring
 * @fifo: the FIFO
 * @run: number of the run that they belong to
 *
 * Context: Process context, fifo->reader held, no run on; the hardware in use,
 *	so that it goes before or after, but not in between.
 */
void cobra_fifo_rewind(struct cobra_fifo *fifo, u32 run)
{
	lockdep_assert_held(&fifo->reader);
	lockdep_assert_held(&fifo->board->hw_lock);
	WRITE_ONCE(fifo->tail, 0);
	fifo->offset = 0;
	fifo->posted = 0;
	WRITE_ONCE(fifo->synced, 0);
	fifo->head = 0;
	fifo->limit = 0;
	WRITE_ONCE(fifo->gap_tail, 0);
	fifo->gap_posted = 0;
	fifo->gap_ahead = false;
	memset(&fifo->gap, 0, sizeof(fifo->gap));
	fifo->discarded = 0;
	WRITE_ONCE(fifo->run, run);
}

/**
 * cobra_fifo_init() - prepare a FIFO that has no ring yet
 * @fifo: zeroed memory
 * @board: board that it belongs to
 */
void cobra_fifo_init(struct cobra_fifo *fifo, struct cobra_board *board)
{
	fifo->board = board;
	fifo->read_min = 1;
	mutex_init(&fifo->reader);
	cobra_wake_init(fifo);
}
