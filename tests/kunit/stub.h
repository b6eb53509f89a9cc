/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A stub board: it does what the case says, writes down what the driver asks of
 * it, and complains of what a board would not take.
 *
 * Its ring is small and in pieces, so that every boundary is near, and each
 * piece is an allocation of its own, so that nobody gets from one into the next.
 * Where the ring needs syncing, board and CPU have memory of their own, and
 * bytes get from one to the other by that alone.
 *
 * Each byte of a stream is a function of its run and position; whatever is read
 * through stub_read() is compared with that.
 */
#ifndef COBRA_KUNIT_STUB_H
#define COBRA_KUNIT_STUB_H

#include <kunit/test.h>

#include "../../kernel/board.h"
#include "../../kernel/run.h"

#define STUB_SEGMENTS	16

/* In memory that nobody has written, and that nobody may */
#define STUB_UNTOUCHED	0xee

/**
 * struct stub_ring - a ring to try things with
 * @shift: size of a segment, as a power of two
 * @count: segments, STUB_SEGMENTS at most
 * @need_sync: board and CPU do not see the same memory
 */
struct stub_ring {
	unsigned int shift;
	unsigned int count;
	bool need_sync;
};

/**
 * struct stub - a stub board
 * @test: who tests with it
 * @dev: the device that would do DMA
 * @board: the driver's idea of it
 * @fifo: the FIFO of that
 * @status: what it writes
 * @ring: where it delivers; unless the case gave it another
 * @bus: the segments of that, as the board sees them
 * @buffer: what was read last
 * @room: bytes of @buffer
 * @head: bytes of the run that it delivered
 * @gap_head: gaps of the run that it posted
 * @holds: at a stop it still has bytes to deliver
 * @dead: it does not answer
 * @answer: what it answers to commands
 * @tail: what it was told of the reader; and so on
 * @gap_tail: of the gaps
 * @posts: how often it was told
 * @returned: bytes of the run that were synced back
 * @wake_at: where it was asked to wake somebody
 * @wake_seq: by which request
 * @arms: how many there were
 * @resets: how often it was reset
 * @complaint: the first thing that it did not like, or ""
 */
struct stub {
	struct kunit *test;
	struct device *dev;
	struct cobra_board *board;
	struct cobra_fifo *fifo;
	struct cobra_status *status;
	struct cobra_ring ring;
	u8 *bus[STUB_SEGMENTS];
	u8 *buffer;
	size_t room;

	u64 head;
	u64 gap_head;
	bool holds;
	bool dead;
	int answer;

	u64 tail;
	u64 gap_tail;
	unsigned int posts;
	u64 returned;
	u64 wake_at;
	u32 wake_seq;
	unsigned int arms;
	unsigned int resets;
	char complaint[128];
};

/* A case begins with a board that is set up and had no run yet. */
int stub_init(struct kunit *test);
void stub_exit(struct kunit *test);

/* What the board does */
void stub_deliver(struct stub *stub, u64 bytes);
void stub_lose(struct stub *stub, u64 bytes);
void stub_post_gap(struct stub *stub, u64 position, u64 bytes);
void stub_claim_head(struct stub *stub, u64 head);
void stub_claim_gaps(struct stub *stub, u64 gap_head);
void stub_enter(struct stub *stub, u32 state);
bool stub_interrupt(struct stub *stub, bool answer);
void stub_jump(struct stub *stub, u64 position);

/* What the driver does, with the locks that this needs */
ssize_t stub_read(struct stub *stub, size_t want);
ssize_t stub_read_to(struct stub *stub, struct iov_iter *to);
int stub_run(struct stub *stub, int (*what)(struct cobra_board *board));
void stub_do(struct stub *stub, void (*what)(struct cobra_fifo *fifo));
bool stub_ask(struct stub *stub, bool (*what)(struct cobra_fifo *fifo));
void stub_arm(struct stub *stub, u64 want);
void stub_watch(struct stub *stub);
void stub_settle(struct stub *stub);

void stub_check(struct stub *stub, const u8 *bytes, u64 position, u64 count);
__printf(2, 3)
void stub_complain(struct stub *stub, const char *format, ...);

/* stub_ring.c: where the bytes lie */
extern const struct stub_ring stub_default_ring;
const void *stub_rings(const void *previous, char *name);
void stub_use_ring(struct stub *stub, const struct stub_ring *ring);

/* What the driver is compiled with instead of the kernel's functions */
void stub_sync_for_cpu(struct device *dev, dma_addr_t dma, unsigned long offset,
		       size_t bytes, enum dma_data_direction direction);
void stub_sync_for_device(struct device *dev, dma_addr_t dma,
			  unsigned long offset, size_t bytes,
			  enum dma_data_direction direction);

#endif /* COBRA_KUNIT_STUB_H */
