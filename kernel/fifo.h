/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The DMA FIFO: a ring of bytes with two counters that only grow.
 */
#ifndef COBRA_FIFO_H
#define COBRA_FIFO_H

#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/uio.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <uapi/linux/cobra.h>
#include <cobra/board.h>

struct cobra_board;
struct cobra_ring;

/**
 * struct cobra_fifo - bytes on their way from a board to its reader
 * @board: whose bytes; constant
 * @reader: the right to take bytes; held while they are copied, never while
 *	somebody sleeps for them
 * @ring: where they lie; changed under @reader and board->control
 * @run: the run they belong to, 0: none yet; changed as @ring
 * @generation: resets that cost a run or unread bytes; changed as @ring
 * @tail: bytes of the run taken so far; protected by @reader, read by all
 * @offset: where in the ring that is; protected by @reader
 * @posted: the tail that the board knows of; protected by @reader
 * @synced: bytes of the run made visible to the CPU; protected by @reader
 * @head: bytes of the run that the board was last seen to have delivered;
 *	protected by @reader
 * @limit: how far a reader may go without another look at the status block:
 *	@head, or the next gap; protected by @reader
 * @gap_tail: gaps of the run passed so far; protected by @reader, read by all
 * @gap_posted: the gap_tail that the board knows of; protected by @reader
 * @gap_ahead: there is a @next_gap; protected by @reader
 * @next_gap: the next loss, as the board told it last; protected by @reader
 * @gap: the loss that was passed last, @gap.number 0: none; protected by
 *	@reader
 * @told_run: the run whose end was told to some reader, or that was discarded;
 *	protected by @reader
 * @discarded: bytes of the run thrown away unread; protected by @reader
 * @final: where the stream ends on a board that is gone; constant after that
 * @error: why the stream cannot go on, 0: it can; set once until reset
 * @read_min: bytes that a sleeping reader waits for; a setting
 * @wake_usecs: how long it waits for the rest of them, 0: for ever; a setting
 * @skip_gaps: pass gaps without an error; a setting
 * @wait: who sleeps until the stream moves
 * @wake_lock: protects the members below; taken in the interrupt handler
 * @wake_at: position that the board was asked to wake us at
 * @wake_seq: number of that request
 * @armed: that request is not answered yet; read by all
 * @timed_out: it was answered before its time, as @wake_usecs had passed
 * @watched_seq: the request that the watchdog saw when it came by last
 * @watchdog: looks after requests that stay unanswered, and whether the board is
 *	still there; runs while somebody waits, or looks in vain
 * @sleeps: requests made
 * @interrupts: requests answered by interrupt
 * @spurious: interrupts that answered nothing
 * @timeouts: requests answered because @wake_usecs had passed
 * @rescues: requests that the watchdog had to answer
 */
struct cobra_fifo {
	struct cobra_board *board;

	struct mutex reader;	/* the right to take bytes */
	struct cobra_ring *ring;
	u32 run;
	u32 generation;
	u64 tail;
	u64 offset;
	u64 posted;
	u64 synced;
	u64 head;
	u64 limit;
	u64 gap_tail;
	u64 gap_posted;
	bool gap_ahead;
	struct {
		u64 position;
		u64 lost;
	} next_gap;
	struct cobra_gap gap;
	u32 told_run;
	u64 discarded;
	u64 final;
	int error;

	u64 read_min;
	u64 wake_usecs;
	bool skip_gaps;

	wait_queue_head_t wait;
	spinlock_t wake_lock;	/* the request for an interrupt */
	u64 wake_at;
	u32 wake_seq;
	bool armed;
	bool timed_out;
	u32 watched_seq;
	struct delayed_work watchdog;
	u64 sleeps;
	u64 interrupts;
	u64 spurious;
	u64 timeouts;
	u64 rescues;
};

/* fifo.c: positions */
void cobra_fifo_init(struct cobra_fifo *fifo, struct cobra_board *board);
void cobra_fifo_rewind(struct cobra_fifo *fifo, u32 run);
ssize_t cobra_fifo_read(struct cobra_fifo *fifo, struct iov_iter *to);
void cobra_fifo_discard(struct cobra_fifo *fifo);
bool cobra_fifo_drained(struct cobra_fifo *fifo);
bool cobra_fifo_over(struct cobra_fifo *fifo);
void cobra_fifo_post(struct cobra_fifo *fifo);
u64 cobra_fifo_fill(struct cobra_fifo *fifo);
u32 cobra_fifo_state(struct cobra_fifo *fifo);

/* end.c: ends that are none of a run */
void cobra_fifo_forget(struct cobra_fifo *fifo);
void cobra_fifo_revoke(struct cobra_fifo *fifo,
		       const struct cobra_status *status);
bool cobra_fifo_end(struct cobra_fifo *fifo);
__printf(2, 3)
void cobra_fifo_fail(struct cobra_fifo *fifo, const char *format, ...);

/* wake.c: sleeping and waking */
void cobra_wake_init(struct cobra_fifo *fifo);
u64 cobra_wake_want(struct cobra_fifo *fifo);
bool cobra_wake_ready(struct cobra_fifo *fifo, u64 want, u32 eof_run);
void cobra_wake_watch(struct cobra_fifo *fifo);
void cobra_wake_arm(struct cobra_fifo *fifo, u64 want);
bool cobra_wake_asked(struct cobra_fifo *fifo, u64 want);
void cobra_wake_renew(struct cobra_fifo *fifo);
bool cobra_wake_interrupt(struct cobra_fifo *fifo);
void cobra_wake_all(struct cobra_fifo *fifo);

#endif /* COBRA_FIFO_H */
