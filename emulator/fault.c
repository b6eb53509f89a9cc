// SPDX-License-Identifier: GPL-2.0
/*
 * The faults, one function each.  A fault that writes into the status block
 * does nothing to a board that has none, which the log then says.
 */
#include "board.h"
#include "dice.h"
#include "log.h"
#include "registers.h"

#define NS_PER_S	1000000000ull
#define NS_PER_MS	1000000ull
#define MAX_STORM	1000000ull	/* interrupts/s */
#define FOREVER		UINT64_MAX
#define ONES_PERIOD	NS_PER_MS	/* ones again after a driver's write */

static void heal(struct board *board, uint64_t arg, uint64_t now)
{
	bool gone = board->faults.ones;

	(void)arg;
	fuzz_end(board);
	board->faults = (struct faults){ 0 };
	if (board->stream.frozen) {
		board->stream.frozen = false;
		stream_publish(&board->stream);		/* the true head */
	}
	if (board->stream.stalled)
		stream_stall(&board->stream, false, now);
	put32(board->registers + COBRA_REG_MAGIC, COBRA_MAGIC);
	if (gone)
		board_restart(board);
}

static void stall(struct board *board, uint64_t arg, uint64_t now)
{
	(void)arg;
	stream_stall(&board->stream, true, now);
}

static void lose_irq(struct board *board, uint64_t arg, uint64_t now)
{
	(void)now;
	board->faults.lose = arg;
}

/* Apart by a millisecond: an eventfd would merge them into one. */
static void spurious(struct board *board, uint64_t arg, uint64_t now)
{
	board->faults.storm = arg;
	board->faults.storm_period = NS_PER_MS;
	board->faults.storm_next = now;
}

static void storm(struct board *board, uint64_t arg, uint64_t now)
{
	board->faults.storm = arg ? FOREVER : 0;
	board->faults.storm_period = NS_PER_S;
	if (arg)
		board->faults.storm_period /= arg < MAX_STORM ? arg : MAX_STORM;
	board->faults.storm_next = now;
}

/* A false head would be gone with the next block, so it stays and holds. */
static void post_false_head(struct board *board, uint64_t head)
{
	board->stream.frozen = true;
	put64(&board->stream.status->rx_head, head);
}

static void head_back(struct board *board, uint64_t arg, uint64_t now)
{
	(void)now;
	post_false_head(board, board->stream.head - arg);
}

static void head_past(struct board *board, uint64_t arg, uint64_t now)
{
	uint64_t tail = get64(board->registers + COBRA_REG_RX_TAIL);

	(void)now;
	post_false_head(board, tail + board->stream.ring.size + arg);
}

static void garbage(struct board *board, uint64_t arg, uint64_t now)
{
	struct cobra_status *status = board->stream.status;
	uint64_t *word = (uint64_t *)status;
	size_t i, words = offsetof(struct cobra_status, events) / sizeof(*word);

	(void)now;
	for (i = 0; i < words; i++)
		put64(&word[i], dice_roll(&arg));
	put32(&status->doorbell_wanted, 1);
	board_interrupt(board, 0);
}

static void ones(struct board *board, uint64_t arg, uint64_t now)
{
	(void)arg;
	(void)now;
	board->faults.ones = true;
	stream_reset(&board->stream);
}

static void reset_never(struct board *board, uint64_t arg, uint64_t now)
{
	(void)arg;
	(void)now;
	board->faults.reset_never = true;
}

static void reset_slow(struct board *board, uint64_t arg, uint64_t now)
{
	(void)now;
	if (arg > UINT32_MAX)
		arg = UINT32_MAX;
	board->faults.reset_delay = arg * NS_PER_MS;
}

static void mute(struct board *board, uint64_t arg, uint64_t now)
{
	(void)arg;
	(void)now;
	board->faults.mute = true;
}

static void refuse(struct board *board, uint64_t arg, uint64_t now)
{
	(void)now;
	board->faults.refuse = true;
	board->faults.refuse_result = arg;
}

static void gap_bad(struct board *board, uint64_t arg, uint64_t now)
{
	(void)now;
	stream_post_gap(&board->stream, arg, PATTERN_WORD);
	stream_publish(&board->stream);
	board_interrupt(board, 0);
}

static void give_up(struct board *board, uint64_t arg, uint64_t now)
{
	(void)now;
	stream_fault(&board->stream, arg);
}

static void magic(struct board *board, uint64_t arg, uint64_t now)
{
	(void)now;
	put32(board->registers + COBRA_REG_MAGIC, arg);
}

static void status_word(struct board *board, uint64_t arg, uint64_t now)
{
	uint64_t offset = (arg >> 32) & ~3ull;

	(void)now;
	if (offset >= COBRA_STATUS_BYTES)
		return;
	put32((uint8_t *)board->stream.status + offset, arg);
	board_interrupt(board, 0);
}

static const struct {
	const char *name;
	void (*give)(struct board *board, uint64_t arg, uint64_t now);
	bool needs_status;
} faults[] = {
	[FAULT_NONE]		= { "heal", heal, false },
	[FAULT_STALL]		= { "stall", stall, false },
	[FAULT_LOSE_IRQ]	= { "lose interrupts", lose_irq, false },
	[FAULT_SPURIOUS]	= { "spurious interrupts", spurious, false },
	[FAULT_STORM]		= { "interrupt storm", storm, false },
	[FAULT_HEAD_BACK]	= { "head goes back", head_back, true },
	[FAULT_HEAD_PAST]	= { "head past the ring", head_past, true },
	[FAULT_GARBAGE]		= { "garbage in the status", garbage, true },
	[FAULT_ONES]		= { "registers read ones", ones, false },
	[FAULT_RESET_NEVER]	= { "reset never ends", reset_never, false },
	[FAULT_RESET_SLOW]	= { "slow reset", reset_slow, false },
	[FAULT_MUTE]		= { "mute", mute, false },
	[FAULT_REFUSE]		= { "refuse a command", refuse, false },
	[FAULT_GAP_BAD]		= { "bad gap", gap_bad, true },
	[FAULT_BOARD]		= { "board gives up", give_up, false },
	[FAULT_MAGIC]		= { "other magic", magic, false },
	[FAULT_STATUS_WORD]	= { "status word", status_word, true },
	[FAULT_FUZZ]		= { "fuzz", fuzz_begin, false },
};

static void take_from_mailbox(struct board *board, uint64_t now)
{
	uint8_t *registers = board->registers;
	uint32_t seq = get32(registers + MAILBOX_SEQ);
	uint32_t number = get32(registers + MAILBOX_FAULT);
	uint64_t arg = get64(registers + MAILBOX_ARG);
	const char *remark = "";

	if (seq == board->faults.ack)
		return;
	if (number >= sizeof(faults) / sizeof(faults[0])) {
		log_line("board %u: fault %u: no such fault", board->index,
			 number);
	} else {
		if (faults[number].needs_status && !board->stream.status)
			remark = ": no status block, nothing done";
		else
			faults[number].give(board, arg, now);
		log_line("board %u: fault %u (%s), argument %#llx%s",
			 board->index, number, faults[number].name,
			 (unsigned long long)arg, remark);
	}
	board->faults.ack = seq;
	if (board->faults.ones)
		fill64(registers, COBRA_REG_VENDOR, UINT64_MAX);
	put32(registers + MAILBOX_ACK, seq);
}

static void raise_storm(struct board *board, uint64_t now)
{
	struct faults *faults = &board->faults;

	if (!faults->storm || now < faults->storm_next)
		return;
	board_interrupt(board, 0);
	if (faults->storm != FOREVER)
		faults->storm--;
	faults->storm_next = now + faults->storm_period;
}

bool faults_pass(struct board *board, uint64_t now)
{
	take_from_mailbox(board, now);
	if (board->faults.ones) {
		fill64(board->registers, COBRA_REG_VENDOR, UINT64_MAX);
		return true;
	}
	raise_storm(board, now);
	fuzz_pass(board, now);
	return false;
}

uint64_t faults_deadline(const struct faults *faults, uint64_t now)
{
	uint64_t deadline = fuzz_deadline(&faults->fuzz);

	if (faults->ones)
		return now + ONES_PERIOD;
	if (faults->storm && faults->storm_next < deadline)
		deadline = faults->storm_next;
	return deadline;
}

bool faults_lose_interrupt(struct faults *faults)
{
	if (!faults->lose)
		return false;
	faults->lose--;
	return true;
}

bool faults_refuse(struct faults *faults, uint32_t *result)
{
	if (!faults->refuse)
		return false;
	faults->refuse = false;
	*result = faults->refuse_result;
	return true;
}
