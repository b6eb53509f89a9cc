// SPDX-License-Identifier: GPL-2.0
/*
 * The fuzzer.  It lies in bursts, with an honest stretch after each: who does
 * nothing but lie finds the driver's first check, and no other.  In a burst it
 * writes false values between the board's own updates or instead of them,
 * raises interrupts, and answers commands late, wrongly, or never.  What to do
 * next is up to the dice alone, so a seed is a sequence of lies; what is
 * almost true depends on what is true just then.
 *
 * A board that the driver must believe can always write to memory that is no
 * longer its own: it only has to say that a reset is done.  That would be a
 * test of nothing, so this one lies about it and forgets all memory at once:
 *
 *  - with a false RESET_ACK, the board has in fact been reset;
 *  - with a false COMMAND_ACK, it does no commands and moves no data, and
 *    forgets all memory if anything was asked of it meanwhile, since the driver
 *    may have read that it was done;
 *  - a set-up that it drops, or claims to have done, makes it forget the last.
 */
#include "board.h"
#include "dice.h"
#include "registers.h"

#define NS_PER_US	1000ull
#define NS_PER_MS	1000000ull
#define SHORTEST_TRUTH	(200 * NS_PER_US)

static struct fuzz *fuzz_of(struct board *board)
{
	return &board->faults.fuzz;
}

static uint64_t roll(struct board *board)
{
	return dice_roll(&fuzz_of(board)->dice);
}

static uint64_t get(const uint8_t *at, uint32_t width)
{
	return width == 8 ? get64(at) : get32(at);
}

static void put(uint8_t *at, uint32_t width, uint64_t value)
{
	if (width == 8)
		put64(at, value);
	else
		put32(at, value);
}

/* --- Commands and resets --------------------------------------------------- */

static bool command_waits(const struct board *board)
{
	return get32(board->registers + COBRA_REG_COMMAND_SEQ) !=
	       board->command_ack;
}

/* Count the command that waits as done, and its set-up as forgotten. */
static void skip_command(struct board *board)
{
	uint8_t *registers = board->registers;

	if (get32(registers + COBRA_REG_COMMAND) == COBRA_CMD_SETUP)
		stream_reset(&board->stream);
	board->command_ack = get32(registers + COBRA_REG_COMMAND_SEQ);
}

static void drop_commands(struct board *board)
{
	if (command_waits(board))
		skip_command(board);
}

static void claim_commands(struct board *board)
{
	uint8_t *registers = board->registers;

	if (!command_waits(board))
		return;
	skip_command(board);
	put32(registers + COBRA_REG_COMMAND_RESULT, COBRA_RESULT_OK);
	put32(registers + COBRA_REG_COMMAND_ACK, board->command_ack);
	fuzz_of(board)->writes += 2;
}

static void refuse_commands(struct board *board)
{
	board->faults.refuse = true;
	board->faults.refuse_result = fuzz_of(board)->result;
}

static void delay_commands(struct board *board)
{
	board->faults.mute = true;
}

static void delay_resets(struct board *board)
{
	board->faults.reset_delay = fuzz_of(board)->result % (64 * NS_PER_MS);
}

static void drop_resets(struct board *board)
{
	uint8_t *registers = board->registers;

	if (get32(registers + COBRA_REG_RESET) == board->reset_ack)
		return;
	stream_reset(&board->stream);
	board->reset_due = 0;
	board->command_ack = get32(registers + COBRA_REG_COMMAND_SEQ);
	board->reset_ack = get32(registers + COBRA_REG_RESET);
}

/* --- Single lies ----------------------------------------------------------- */

/* A set-up was done, and the driver may not have read yet how it ended. */
static bool set_up_is_news(const struct board *board)
{
	return get32(board->registers + COBRA_REG_COMMAND) == COBRA_CMD_SETUP &&
	       !command_waits(board);
}

/* From here to the end of the burst the driver may be told what is not so. */
static void doubt_answers(struct board *board)
{
	fuzz_of(board)->false_ack = true;
	board->faults.mute = true;
	board->stream.frozen = true;
}

/*
 * A new driver goes on from the numbers that it finds.  A reset answers them,
 * and ones in an answer are a board that is gone.
 */
static bool may_renumber(const struct board *board, uint32_t number)
{
	return board->stream.state == COBRA_STATE_RESET && number != UINT32_MAX;
}

/* May this register be spoilt just now?  Does what has to come first. */
static bool prepare(struct board *board, const struct field *field,
		    uint64_t was, uint64_t value)
{
	uint32_t distance = value - was;

	switch (field->kind) {
	case FIELD_COMMAND_RESULT:
		return !set_up_is_news(board);
	case FIELD_COMMAND_ACK:
		if (set_up_is_news(board))
			return false;
		doubt_answers(board);
		return true;
	case FIELD_RESET_ACK:
		stream_reset(&board->stream);
		doubt_answers(board);
		return true;
	case FIELD_COMMAND_SEQ:
		if (!may_renumber(board, value))
			return false;
		doubt_answers(board);
		board->command_ack = value;
		return true;
	case FIELD_RESET:		/* far from what this driver says next */
		return may_renumber(board, value) &&
		       distance + 0x100000 > 0x200000;
	default:
		return true;
	}
}

static bool spoil(struct board *board, const struct field *field,
		  uint32_t offset, uint64_t was, uint64_t value)
{
	struct fuzz *fuzz = fuzz_of(board);

	if (fuzz->spoilt_count == MOST_SPOILT ||
	    !prepare(board, field, was, value))
		return false;
	/* Put back, it might be put over the result of another command. */
	if (field->kind == FIELD_COMMAND_RESULT)
		return true;
	if (field->width == 4)
		value = (uint32_t)value;
	fuzz->spoilt[fuzz->spoilt_count++] = (struct spoilt){
		.field = field, .offset = offset, .was = was, .lie = value,
	};
	return true;
}

/* Which of the field's words: of the gaps, mostly those that are read next. */
static uint32_t pick_index(const struct board *board, const struct field *field,
			   uint64_t what)
{
	uint64_t next = get64(board->registers + COBRA_REG_RX_GAP_TAIL);

	if (field->place == IN_RING)
		return what % (board->stream.ring.size / field->width);
	if (field->kind == FIELD_GAPS && what & 0x100)
		return (2 * next + what % 8) % field->count;
	return what % field->count;
}

/* May the board write there now?  Not into a ring that may have been freed. */
static bool reachable(const struct board *board, const struct field *field)
{
	switch (field->place) {
	case IN_STATUS:
		return board->stream.status;
	case IN_RING:
		return board->stream.status && !board->faults.fuzz.false_ack;
	default:
		return true;
	}
}

static uint8_t *find(const struct board *board, const struct field *field,
		     uint32_t index)
{
	uint32_t offset = field->offset + index * field->width;
	uint64_t contiguous;

	switch (field->place) {
	case IN_STATUS:
		return (uint8_t *)board->stream.status + offset;
	case IN_RING:
		return ring_at(&board->stream.ring, offset, &contiguous);
	default:
		return board->registers + offset;
	}
}

/* Lie about a field.  Takes as many rolls of the dice whether it can or not. */
static void tell(struct board *board, uint32_t number)
{
	const struct field *field = &fields[number];
	struct fuzz *fuzz = fuzz_of(board);
	uint64_t which = roll(board), how = roll(board), what = roll(board);
	uint64_t was, value;
	uint32_t index;
	uint8_t *at;

	if (!reachable(board, field))
		return;
	index = pick_index(board, field, which);
	at = find(board, field, index);
	was = get(at, field->width);
	value = field_lie(field, index, was, &board->stream, fuzz->last_head,
			  how, what);
	if (field->place == IN_REGISTERS &&
	    !spoil(board, field, at - board->registers, was, value))
		return;
	put(at, field->width, value);
	fuzz->writes++;
	fuzz->reached[number]++;
}

static void raise_some(struct board *board)
{
	uint64_t what = roll(board);

	if (what % 2)
		board_interrupt(board, 0);
	if (what % 16 < 2)
		board_interrupt(board, 1);
}

/* --- Bursts ---------------------------------------------------------------- */

static void tell_one(struct board *board)
{
	tell(board, fuzz_of(board)->one);
}

/* Not about resets: a board that is forever reset is no great liar. */
static void tell_some(struct board *board)
{
	uint64_t left;
	uint32_t number;

	for (left = 2 + roll(board) % 11; left; left--) {
		number = roll(board) % FIELDS;
		if (fields[number].kind < FIELD_COMMAND_SEQ)
			tell(board, number);
	}
}

static void tell_all(struct board *board)
{
	uint32_t number;

	for (number = 0; number < FIELDS; number++)
		tell(board, number);
}

/* Gaps that hang together, up to one more than there is room for. */
static void tell_gaps(struct board *board)
{
	struct cobra_status *status = board->stream.status;
	uint64_t next = get64(board->registers + COBRA_REG_RX_GAP_TAIL);
	uint64_t tail = get64(board->registers + COBRA_REG_RX_TAIL);
	uint64_t step = roll(board) % 3 * (roll(board) % 65536), i;
	uint64_t count = 1 + roll(board) % (COBRA_GAP_SLOTS + 1);
	struct cobra_gap_record *gap;

	if (!status)
		return;
	for (i = 0; i < count; i++) {
		gap = &status->gaps[(next + i) % COBRA_GAP_SLOTS];
		put64(&gap->position, tail + i * step);
		put64(&gap->lost, 1 + i);
	}
	put64(&status->gap_head, next + count);
	fuzz_of(board)->writes += 2 * count + 1;
}

static void storm(struct board *board)
{
	board_interrupt(board, 0);
	board_interrupt(board, 1);
}

/*
 * A kind of burst: how often in a thousand it is chosen, how many steps it has
 * at most, what each does, and what happens to commands and resets meanwhile.
 * Dropped ones are rare: they hold the driver up for a second or two.
 */
static const struct burst {
	uint32_t weight;
	uint32_t most_steps;
	void (*step)(struct board *board);
	void (*answer)(struct board *board);
} bursts[] = {
	{ 450,  8, tell_one,	NULL },
	{ 230,  4, tell_some,	NULL },
	{  20,  2, tell_all,	NULL },
	{ 120,  4, tell_gaps,	NULL },
	{  58, 64, storm,	NULL },
	{  40, 16, raise_some,	delay_commands },
	{  30, 16, raise_some,	refuse_commands },
	{  30, 16, raise_some,	claim_commands },
	{  20, 16, raise_some,	delay_resets },
	{   1, 16, raise_some,	drop_commands },
	{   1, 16, raise_some,	drop_resets },
};

static const struct burst truth;

static const struct burst *pick_burst(uint64_t what)
{
	const struct burst *burst = bursts;

	for (what %= 1000; what >= burst->weight; burst++)
		what -= burst->weight;
	return burst;
}

/* Half of the fields that bursts are about are hot ones. */
static uint32_t pick_field(uint64_t what)
{
	return what & 0x100 ? what % HOT_FIELDS : (what >> 16) % FIELDS;
}

static void begin_burst(struct board *board)
{
	struct fuzz *fuzz = fuzz_of(board);
	uint64_t hold;

	fuzz->burst = pick_burst(roll(board));
	fuzz->steps = 1 + roll(board) % fuzz->burst->most_steps;
	fuzz->period = ((1 << roll(board) % 13) - 1) * NS_PER_US;
	fuzz->one = pick_field(roll(board));
	fuzz->result = roll(board) | 1;
	hold = roll(board);
	/* Frozen, the board does not put right what was told. */
	if (hold % 2 && board->stream.status)
		board->stream.frozen = true;
}

/* The command @seq is the last: it was overwritten, a reset may have told so. */
static void count_done(struct board *board, uint32_t seq)
{
	board->command_ack = seq;
	put32(board->registers + COBRA_REG_COMMAND_ACK, seq);
}

/* Put registers back where nobody has written since, the newest lie first. */
static void unspoil(struct board *board)
{
	struct fuzz *fuzz = fuzz_of(board);
	const struct spoilt *spoilt;
	uint8_t *at;

	while (fuzz->spoilt_count) {
		spoilt = &fuzz->spoilt[--fuzz->spoilt_count];
		at = board->registers + spoilt->offset;
		if (get(at, spoilt->field->width) != spoilt->lie)
			continue;
		put(at, spoilt->field->width, spoilt->was);
		if (spoilt->field->kind == FIELD_COMMAND_SEQ)
			count_done(board, spoilt->was);
	}
}

/*
 * What was asked while the answers were false is done, as far as the driver
 * knows.  Who asks after our look did so after the answer was put right.
 */
static void own_up(struct board *board)
{
	full_fence();
	if (command_waits(board)) {
		stream_reset(&board->stream);
		claim_commands(board);
	}
	fuzz_of(board)->false_ack = false;
}

/* An arming that was taken back is not waited for. */
static void settle_wake(struct board *board)
{
	struct wake *wake = &board->stream.wake;

	if (get32(board->registers + COBRA_REG_RX_WAKE_SEQ) == wake->ack)
		wake->unread_since = 0;
}

static void be_honest(struct board *board)
{
	struct fuzz *fuzz = fuzz_of(board);

	unspoil(board);
	if (fuzz->false_ack)
		own_up(board);
	board->faults.mute = false;
	board->faults.refuse = false;
	board->faults.reset_delay = 0;
	board->stream.frozen = false;
	settle_wake(board);
	stream_publish(&board->stream);
	fuzz->burst = &truth;
}

/* The head of another run is a good lie in this one. */
static void watch_run(struct board *board)
{
	struct fuzz *fuzz = fuzz_of(board);

	if (fuzz->run != board->stream.run)
		fuzz->last_head = fuzz->head;
	fuzz->run = board->stream.run;
	fuzz->head = board->stream.head;
}

void fuzz_begin(struct board *board, uint64_t seed, uint64_t now)
{
	fuzz_end(board);
	*fuzz_of(board) = (struct fuzz){
		.on = true, .dice = seed, .next = now, .burst = &truth,
	};
}

void fuzz_end(struct board *board)
{
	uint8_t *registers = board->registers;

	if (!fuzz_of(board)->on)
		return;
	be_honest(board);
	/* What was dropped is answered now, if somebody still waits for it. */
	put32(registers + COBRA_REG_COMMAND_ACK, board->command_ack);
	put32(registers + COBRA_REG_RESET_ACK, board->reset_ack);
	fuzz_of(board)->on = false;
}

void fuzz_pass(struct board *board, uint64_t now)
{
	struct fuzz *fuzz = fuzz_of(board);

	if (!fuzz->on)
		return;
	watch_run(board);
	if (fuzz->burst->answer)
		fuzz->burst->answer(board);
	if (now < fuzz->next)
		return;
	if (fuzz->steps) {
		fuzz->steps--;
		fuzz->burst->step(board);
		raise_some(board);
		fuzz->next = now + fuzz->period;
	} else if (fuzz->burst == &truth) {
		begin_burst(board);
	} else {
		be_honest(board);
		fuzz->next = now + (SHORTEST_TRUTH << roll(board) % 10);
	}
	settle_wake(board);
	put64(board->registers + MAILBOX_LIES, fuzz->writes);
}

uint64_t fuzz_deadline(const struct fuzz *fuzz)
{
	return fuzz->on ? fuzz->next : UINT64_MAX;
}
