// SPDX-License-Identifier: GPL-2.0
/*
 * Board type 1: boards that speak the board interface of include/cobra/board.h,
 * which docs/board-interface.md specifies.
 *
 * A command is a number that the board echoes when it is done.  All but the
 * two posted writes of the stream, native_rx_post() and native_rx_arm(), run
 * one at a time, under board->control or before the board is in service.
 */
#include <linux/capability.h>
#include <linux/ctype.h>
#include <linux/iopoll.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "board.h"
#include "native.h"
#include "pci.h"

#define COMMAND_TIMEOUT_US	1000000
#define RESET_TIMEOUT_US	2000000
#define MOST_SEGMENTS		65536	/* a table of 512 KiB */

static void native_ring(struct native *n)
{
	if (!n->doorbell)
		return;
	atomic64_inc(&n->board->register_writes);
	writel(n->doorbell_value, n->doorbell);
}

/* native_nudge - ring if the board sleeps */
static void native_nudge(struct native *n)
{
	/*
	 * The board says that it wants to be rung, then looks at its registers
	 * once more, then sleeps; we write registers, then look whether it
	 * wants to.  With a full barrier on either side one of the two sees
	 * the other.
	 */
	mb();
	if (READ_ONCE(n->status->doorbell_wanted))
		native_ring(n);
}

/*
 * native_await - wait until the board has answered
 *
 * Return: 0; -ETIMEDOUT; -ENODEV if it is not there to answer.
 */
static int native_await(struct native *n, unsigned int reg, u32 answer,
			unsigned long timeout_us)
{
	u32 value;
	int ret;

	ret = read_poll_timeout(native_read, value,
				value == answer || value == NATIVE_ALL_ONES, 50,
				timeout_us, false, n, reg);
	if (value == answer)
		return 0;
	if (native_read(n, COBRA_REG_MAGIC) == NATIVE_ALL_ONES)
		return -ENODEV;
	return ret ?: -ETIMEDOUT;
}

/*
 * native_next_seq - a new number: one that was not answered is not used again,
 * so that a late answer is not taken for another's
 */
static u32 native_next_seq(u32 *seq)
{
	if (++*seq == NATIVE_ALL_ONES)
		*seq = 1;
	return *seq;
}

/**
 * cobra_native_command() - have the board do something
 * @n: the board
 * @command: what
 *
 * Context: Process context, hardware in use, board->control held.
 * Return: 0; -EIO if it will not; -EBUSY if there is no run to end;
 *	-ETIMEDOUT; -ENODEV.
 */
int cobra_native_command(struct native *n, enum cobra_command command)
{
	u32 seq = native_next_seq(&n->command_seq);
	u32 result;
	int ret;

	native_write(n, COBRA_REG_COMMAND, command);
	native_write(n, COBRA_REG_COMMAND_SEQ, seq);
	native_ring(n);
	ret = native_await(n, COBRA_REG_COMMAND_ACK, seq, COMMAND_TIMEOUT_US);
	if (ret)
		return ret;

	result = native_read(n, COBRA_REG_COMMAND_RESULT);
	if (result == COBRA_RESULT_OK)
		return 0;
	/* A run may end by itself while it is being ended. */
	if (result == COBRA_RESULT_STATE &&
	    (command == COBRA_CMD_STOP || command == COBRA_CMD_ABORT))
		return -EBUSY;
	dev_err_ratelimited(&n->pdev->dev,
			    "board refuses command %u: result %u in state %u\n",
			    command, result, native_read(n, COBRA_REG_STATE));
	return -EIO;
}

static int native_reset(struct cobra_board *board)
{
	struct native *n = to_native(board);
	u32 seq = native_next_seq(&n->reset_seq);

	native_write(n, COBRA_REG_RESET, seq);
	native_ring(n);
	return native_await(n, COBRA_REG_RESET_ACK, seq, RESET_TIMEOUT_US);
}

static void native_isolate(struct cobra_board *board)
{
	pci_clear_master(to_native(board)->pdev);
}

static bool native_alive(struct cobra_board *board)
{
	return native_read(to_native(board), COBRA_REG_MAGIC) != NATIVE_ALL_ONES;
}

static void native_free_table(struct native *n)
{
	if (n->table)
		dma_free_coherent(&n->pdev->dev, n->table_bytes, n->table,
				  n->table_dma);
}

/*
 * native_want_table - have a table for so many bytes
 *
 * The board copies it during set-up.  It is kept all the same: a machine that
 * wakes up, or recovers from an error, may have no memory for another.
 */
static int native_want_table(struct native *n, size_t bytes)
{
	dma_addr_t dma;
	__le64 *table;

	if (bytes <= n->table_bytes)
		return 0;
	table = dma_alloc_coherent(&n->pdev->dev, bytes, &dma,
				   GFP_KERNEL | __GFP_NOWARN);
	if (!table)
		return -ENOMEM;
	native_free_table(n);
	n->table = table;
	n->table_dma = dma;
	n->table_bytes = bytes;
	return 0;
}

static int native_setup(struct cobra_board *board,
			const struct cobra_ring *ring)
{
	struct native *n = to_native(board);
	unsigned int i;
	int ret;

	ret = native_want_table(n, ring->count * sizeof(*n->table));
	if (ret)
		return ret;
	for (i = 0; i < ring->count; i++)
		n->table[i] = cpu_to_le64(ring->segments[i].dma);

	/* Not before the reset that comes first: it may still be in a run. */
	pci_set_master(n->pdev);
	native_write64(n, COBRA_REG_STATUS_ADDRESS, n->status_dma);
	native_write64(n, COBRA_REG_RX_TABLE, n->table_dma);
	native_write(n, COBRA_REG_RX_SEGMENTS, ring->count);
	native_write(n, COBRA_REG_RX_SEGMENT_SHIFT, ring->shift);
	native_write(n, COBRA_REG_TX_SEGMENTS, 0);
	/* rx_wake_ack in the status block is about to be 0, too. */
	native_write(n, COBRA_REG_RX_WAKE_SEQ, 0);
	/* It may have lost power since it was told. */
	spin_lock_irq(&board->rx.wake_lock);
	n->wake_usecs = NATIVE_ALL_ONES;
	spin_unlock_irq(&board->rx.wake_lock);
	if (board->caps & COBRA_CAP_SOURCE && n->was_set_up)
		cobra_source_restore(n);
	n->was_set_up = true;
	return cobra_native_command(n, COBRA_CMD_SETUP);
}

static int native_start(struct cobra_board *board, u32 run)
{
	struct native *n = to_native(board);
	int ret;

	native_write64(n, COBRA_REG_RX_TAIL, 0);
	native_write64(n, COBRA_REG_RX_GAP_TAIL, 0);
	native_write(n, COBRA_REG_RUN, run);
	ret = cobra_native_command(n, COBRA_CMD_START);
	if (ret == -EIO) {
		native_write64(n, COBRA_REG_RX_TAIL, board->rx.posted);
		native_write64(n, COBRA_REG_RX_GAP_TAIL, board->rx.gap_posted);
	}
	return ret;
}

static int native_stop(struct cobra_board *board)
{
	return cobra_native_command(to_native(board), COBRA_CMD_STOP);
}

static int native_abort(struct cobra_board *board)
{
	return cobra_native_command(to_native(board), COBRA_CMD_ABORT);
}

static int native_check_offset(u64 offset)
{
	if (!IS_ALIGNED(offset, sizeof(u32)))
		return -EINVAL;
	return offset < COBRA_REGS_SIZE ? 0 : -ERANGE;
}

/* Registers that tell the board where memory is */
static bool native_is_address(u64 offset)
{
	return offset >= COBRA_REG_STATUS_ADDRESS &&
	       offset <= COBRA_REG_TX_SEGMENT_SHIFT;
}

static int native_peek(struct cobra_board *board, u64 offset, u32 *value)
{
	int ret = native_check_offset(offset);

	/* Where memory is, is nothing for everybody. */
	if (!ret && native_is_address(offset) && !capable(CAP_SYS_RAWIO))
		ret = -EPERM;
	if (!ret)
		*value = native_read(to_native(board), offset);
	return ret;
}

static int native_poke(struct cobra_board *board, u64 offset, u32 value)
{
	int ret = native_check_offset(offset);

	/* ...and to say where, nobody's business but ours. */
	if (!ret && native_is_address(offset))
		ret = -EPERM;
	if (!ret) {
		native_write(to_native(board), offset, value);
		native_ring(to_native(board));
	}
	return ret;
}

static void native_rx_post(struct cobra_board *board, u64 tail, u64 gap_tail)
{
	struct native *n = to_native(board);

	/* All bytes have been copied before the board may write over them. */
	dma_mb();
	if (gap_tail != board->rx.gap_posted)
		native_write64(n, COBRA_REG_RX_GAP_TAIL, gap_tail);
	native_write64(n, COBRA_REG_RX_TAIL, tail);
	native_nudge(n);
}

static void native_rx_arm(struct cobra_board *board, u64 wake_at, u32 seq)
{
	struct native *n = to_native(board);
	u32 wake_usecs = READ_ONCE(board->rx.wake_usecs);

	if (wake_usecs != n->wake_usecs) {
		n->wake_usecs = wake_usecs;
		native_write(n, COBRA_REG_RX_WAKE_USECS, wake_usecs);
	}
	native_write64(n, COBRA_REG_RX_WAKE_AT, wake_at);
	native_write(n, COBRA_REG_RX_WAKE_SEQ, seq);
	native_nudge(n);
}

static const struct cobra_board_ops native_ops = {
	.type = "native",
	.reset = native_reset,
	.isolate = native_isolate,
	.setup = native_setup,
	.start = native_start,
	.stop = native_stop,
	.abort = native_abort,
	.alive = native_alive,
	.peek = native_peek,
	.poke = native_poke,
	.rx_post = native_rx_post,
	.rx_arm = native_rx_arm,
};

/* native_text - read text from registers, whatever is there */
static void native_text(struct native *n, unsigned int reg, char *text,
			unsigned int bytes)
{
	unsigned int i;

	for (i = 0; i < bytes; i++) {
		text[i] = native_read(n, (reg + i) & ~3u) >> 8 * ((reg + i) & 3);
		if (text[i] && !isprint(text[i]))
			text[i] = '?';
	}
	text[bytes] = '\0';
}

/* native_limits - what it takes for a ring; -EPROTO if that makes no sense */
static int native_limits(struct native *n, struct cobra_ring_limits *limits)
{
	u32 segments = native_read(n, COBRA_REG_MAX_SEGMENTS);
	u32 min_shift = native_read(n, COBRA_REG_MIN_SEGMENT_SHIFT);
	u32 max_shift = native_read(n, COBRA_REG_MAX_SEGMENT_SHIFT);

	if (!segments || min_shift > max_shift || max_shift < PAGE_SHIFT ||
	    max_shift >= 63 || min_shift > COBRA_RING_SEGMENT_SHIFT) {
		dev_err(&n->pdev->dev,
			"board takes %u segments of 2^%u to 2^%u bytes, which is no ring\n",
			segments, min_shift, max_shift);
		return -EPROTO;
	}
	if (!(n->board->caps & COBRA_CAP_SCATTER))
		segments = 1;
	limits->max_segments = min_t(u32, segments, MOST_SEGMENTS);
	limits->min_shift = max_t(u32, min_shift, PAGE_SHIFT);
	limits->max_shift = max_shift;
	return 0;
}

/* native_find_doorbell - a board may want to be rung through any of its BARs */
static int native_find_doorbell(struct native *n)
{
	struct pci_dev *pdev = n->pdev;
	u32 bar, offset;

	if (!(n->board->caps & COBRA_CAP_DOORBELL))
		return 0;
	bar = native_read(n, COBRA_REG_DOORBELL_BAR);
	offset = native_read(n, COBRA_REG_DOORBELL_OFFSET);
	n->doorbell_value = native_read(n, COBRA_REG_DOORBELL_VALUE);
	if (bar >= PCI_STD_NUM_BARS || !IS_ALIGNED(offset, 4) ||
	    !(pci_resource_flags(pdev, bar) & IORESOURCE_MEM) ||
	    pci_resource_len(pdev, bar) < (u64)offset + 4) {
		dev_err(&pdev->dev,
			"doorbell at offset 0x%x of BAR %u, where there is nothing\n",
			offset, bar);
		return -EPROTO;
	}
	n->doorbell = pci_iomap_range(pdev, bar, offset, 4);
	return n->doorbell ? 0 : -ENOMEM;
}

/* native_identify - read what is constant */
static int native_identify(struct native *n)
{
	struct cobra_board *board = n->board;
	struct device *dev = &n->pdev->dev;
	u32 version = native_read(n, COBRA_REG_VERSION);
	u32 bits = native_read(n, COBRA_REG_ADDRESS_BITS);
	int ret;

	if (version >> 16 != COBRA_VERSION_MAJOR) {
		dev_err(dev, "board speaks version %u of the board interface, this driver version %u\n",
			version >> 16, COBRA_VERSION_MAJOR);
		return -EPROTONOSUPPORT;
	}
	if (bits < 32 || bits > 64) {
		dev_err(dev, "board claims to know %u address bits, want 32 to 64\n",
			bits);
		return -EPROTO;
	}
	ret = dma_set_mask_and_coherent(dev, DMA_BIT_MASK(bits));
	if (ret)
		return dev_err_probe(dev, ret, "no DMA with %u address bits\n",
				     bits);

	n->command_seq = native_read(n, COBRA_REG_COMMAND_SEQ);
	n->reset_seq = native_read(n, COBRA_REG_RESET);
	board->caps = native_read(n, COBRA_REG_CAPS);
	native_text(n, COBRA_REG_SERIAL, board->serial, COBRA_TEXT_BYTES);
	native_text(n, COBRA_REG_MODEL, board->model, COBRA_TEXT_BYTES);
	native_text(n, COBRA_REG_FIRMWARE, board->firmware,
		    COBRA_FIRMWARE_BYTES);
	if (board->caps & COBRA_CAP_SOURCE) {
		board->settings = cobra_source_settings;
		cobra_source_remember(n);
	}
	ret = native_limits(n, &board->limits);
	return ret ?: native_find_doorbell(n);
}

static void native_free(struct native *n)
{
	if (n->doorbell)
		pci_iounmap(n->pdev, n->doorbell);
	native_free_table(n);
	if (n->status)
		dma_free_coherent(&n->pdev->dev, COBRA_STATUS_BYTES, n->status,
				  n->status_dma);
	kfree(n);
}

static struct cobra_board *native_attach(struct pci_dev *pdev,
					 void __iomem *regs)
{
	struct cobra_board *board;
	struct native *n;
	int ret;

	/* Others use the same ids for other things: not a word to them. */
	if (readl(regs + COBRA_REG_MAGIC) != COBRA_MAGIC)
		return ERR_PTR(-ENODEV);

	n = kzalloc(sizeof(*n), GFP_KERNEL);
	if (!n)
		return ERR_PTR(-ENOMEM);
	n->pdev = pdev;
	n->regs = regs;
	n->wake_usecs = NATIVE_ALL_ONES;
	board = cobra_board_alloc(&pdev->dev, &native_ops, n);
	if (IS_ERR(board)) {
		kfree(n);
		return board;
	}
	n->board = board;

	ret = native_identify(n);
	if (ret)
		goto free_native;
	n->status = dma_alloc_coherent(&pdev->dev, COBRA_STATUS_BYTES,
				       &n->status_dma, GFP_KERNEL);
	if (!n->status) {
		ret = -ENOMEM;
		goto free_native;
	}
	return board;

free_native:
	native_free(n);
	cobra_board_put(board);
	return ERR_PTR(ret);
}

static struct cobra_status *native_status(struct cobra_board *board)
{
	return to_native(board)->status;
}

static void native_detach(struct cobra_board *board)
{
	native_free(to_native(board));
	board->hw = NULL;
}

const struct cobra_pci_type cobra_native_type = {
	.bar = COBRA_REGS_BAR,
	.bar_size = COBRA_REGS_SIZE,
	.attach = native_attach,
	.status = native_status,
	.detach = native_detach,
};
