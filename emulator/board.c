// SPDX-License-Identifier: GPL-2.0
/*
 * The board: identification, reset, commands, sleep.
 *
 * Registers are plain memory to the guest, so the board learns of a write by
 * looking.  A pass looks at everything once.  When a pass finds nothing to do,
 * the thread sleeps until the next thing is due.  If that is far off it asks
 * for the doorbell first (status.doorbell_wanted), and looks once more after
 * asking: a driver that wrote before it saw the wish is seen here, one that
 * writes later sees the wish and rings.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "board.h"
#include "log.h"
#include "registers.h"

#define DOORBELL_OFFSET	12	/* of ivshmem's doorbell in its BAR 0 */
#define DOORBELL_VALUE	(BOARD_PEER << 16)
#define NAP		SOURCE_TICK	/* ns to sleep without the doorbell */

#define STATE(name)	(1u << COBRA_STATE_##name)
#define READY_STATES	(STATE(IDLE) | STATE(STOPPED))
#define RUN_STATES	(STATE(RUNNING) | STATE(DRAINING))

static const struct command {
	const char *name;
	uint32_t (*execute)(struct stream *stream, uint64_t now);
	uint32_t states;
} commands[] = {
	[COBRA_CMD_SETUP] = { "setup", stream_setup,
			      STATE(RESET) | READY_STATES },
	[COBRA_CMD_START] = { "start", stream_start, READY_STATES },
	[COBRA_CMD_STOP] = { "stop", stream_stop, RUN_STATES },
	[COBRA_CMD_ABORT] = { "abort", stream_abort, RUN_STATES },
	[COBRA_CMD_CONFIGURE] = { "configure", stream_configure,
				  ~STATE(FAULT) },
};

static const struct {
	uint32_t offset;
	uint32_t value;
} identity[] = {
	{ COBRA_REG_MAGIC,		COBRA_MAGIC },
	{ COBRA_REG_VERSION,		COBRA_VERSION },
	{ COBRA_REG_VECTORS,		BOARD_VECTORS },
	{ COBRA_REG_ADDRESS_BITS,	64 },
	{ COBRA_REG_MIN_SEGMENT_SHIFT,	RING_MIN_SHIFT },
	{ COBRA_REG_MAX_SEGMENT_SHIFT,	RING_MAX_SHIFT },
	{ COBRA_REG_DOORBELL_BAR,	0 },
	{ COBRA_REG_DOORBELL_OFFSET,	DOORBELL_OFFSET },
	{ COBRA_REG_DOORBELL_VALUE,	DOORBELL_VALUE },
};

/* What the board sleeps on: a change in any of these ends a sleep. */
static const struct {
	uint32_t offset;
	uint32_t width;
} inputs[] = {
	{ COBRA_REG_RESET,		4 },
	{ COBRA_REG_COMMAND_SEQ,	4 },
	{ COBRA_REG_RX_TAIL,		8 },
	{ COBRA_REG_RX_GAP_TAIL,	8 },
	{ COBRA_REG_RX_WAKE_SEQ,	4 },
	{ MAILBOX_SEQ,			4 },
};

#define INPUTS	(sizeof(inputs) / sizeof(inputs[0]))

static void read_inputs(const struct board *board, uint64_t value[INPUTS])
{
	const uint8_t *registers = board->registers;
	unsigned int i;

	for (i = 0; i < INPUTS; i++)
		value[i] = inputs[i].width == 8 ?
			   get64(registers + inputs[i].offset) :
			   get32(registers + inputs[i].offset);
}

static void put_text(uint8_t *at, size_t size, const char *text)
{
	memset(at, 0, size);
	memcpy(at, text, strnlen(text, size - 1));
}

void board_restart(struct board *board)
{
	const struct board_options *options = board->options;
	uint8_t *registers = board->registers;
	char serial[COBRA_TEXT_BYTES];
	unsigned int i;

	fill64(registers, COBRA_REG_VENDOR, 0);
	for (i = 0; i < sizeof(identity) / sizeof(identity[0]); i++)
		put32(registers + identity[i].offset, identity[i].value);
	put32(registers + COBRA_REG_CAPS, COBRA_CAP_SOURCE |
	      COBRA_CAP_DOORBELL | (options->scatter ? COBRA_CAP_SCATTER : 0));
	put32(registers + COBRA_REG_MAX_SEGMENTS, board->stream.max_segments);
	put32(registers + COBRA_REG_FIFO_BYTES, options->fifo_bytes);
	put64(registers + COBRA_REG_SOURCE_RATE, options->rate);
	put32(registers + COBRA_REG_SOURCE_PATTERN, options->pattern);
	put64(registers + COBRA_REG_SOURCE_SEED, options->seed);
	snprintf(serial, sizeof(serial), "EMU-%04x",
		 (unsigned int)(options->seed * 32 + board->index) & 0xffff);
	put_text(registers + COBRA_REG_SERIAL, COBRA_TEXT_BYTES, serial);
	put_text(registers + COBRA_REG_MODEL, COBRA_TEXT_BYTES,
		 "COBRA emulator");
	put_text(registers + COBRA_REG_FIRMWARE, COBRA_FIRMWARE_BYTES,
		 BOARD_FIRMWARE);
	board->reset_ack = 0;
	board->reset_due = 0;
	board->command_ack = 0;
	stream_reset(&board->stream);
}

void board_interrupt(struct board *board, unsigned int vector)
{
	const uint64_t one = 1;

	if (faults_lose_interrupt(&board->faults))
		return;
	/* Fails only when the count is full: then one is under way anyway. */
	if (write(board->vector[vector], &one, sizeof(one)) < 0)
		log_line("board %u: vector %u: %s", board->index, vector,
			 strerror(errno));
}

static void interrupt(void *owner, unsigned int vector)
{
	board_interrupt(owner, vector);
}

/*
 * A reset ends all DMA at once; when it ends itself, the board is as at
 * power-on but for the registers that the driver wrote.  True: under way.
 */
static bool pass_reset(struct board *board, uint64_t now)
{
	uint8_t *registers = board->registers;
	uint32_t wanted = get32(registers + COBRA_REG_RESET);

	if (wanted == board->reset_ack) {
		if (board->reset_due)	/* taken back: it has happened all the same */
			stream_publish(&board->stream);
		board->reset_due = 0;
		return false;
	}
	stream_reset(&board->stream);
	if (!board->reset_due)
		board->reset_due = now + board->faults.reset_delay;
	if (board->faults.reset_never || now < board->reset_due)
		return true;
	board->reset_due = 0;
	board->reset_ack = wanted;
	board->command_ack = get32(registers + COBRA_REG_COMMAND_SEQ);
	stream_publish(&board->stream);
	put32(registers + COBRA_REG_RUN_ACK, 0);
	put32(registers + COBRA_REG_COMMAND_RESULT, COBRA_RESULT_OK);
	put32(registers + COBRA_REG_COMMAND_ACK, board->command_ack);
	put32(registers + COBRA_REG_RESET_ACK, wanted);
	log_line("board %u: reset %u", board->index, wanted);
	return false;
}

static uint32_t execute(struct board *board, uint32_t number, uint64_t now)
{
	const struct command *command;

	if (number >= sizeof(commands) / sizeof(commands[0]))
		return COBRA_RESULT_UNKNOWN;
	command = &commands[number];
	if (!command->execute)
		return COBRA_RESULT_UNKNOWN;
	if (!(command->states & 1u << board->stream.state))
		return COBRA_RESULT_STATE;
	return command->execute(&board->stream, now);
}

static void pass_command(struct board *board, uint64_t now)
{
	uint8_t *registers = board->registers;
	uint32_t seq = get32(registers + COBRA_REG_COMMAND_SEQ);
	uint32_t number, result;

	if (seq == board->command_ack || board->faults.mute)
		return;
	number = get32(registers + COBRA_REG_COMMAND);
	if (!faults_refuse(&board->faults, &result))
		result = execute(board, number, now);
	board->command_ack = seq;
	put32(registers + COBRA_REG_COMMAND_RESULT, result);
	put32(registers + COBRA_REG_COMMAND_ACK, seq);
	log_line("board %u: command %u, number %u: result %u, state %u",
		 board->index, number, seq, result, board->stream.state);
}

bool board_pass(struct board *board, uint64_t now)
{
	if (faults_pass(board, now))
		return false;
	put64(board->registers + COBRA_REG_TIME, now - board->powered);
	if (pass_reset(board, now))
		return false;
	pass_command(board, now);
	return stream_step(&board->stream, now);
}

uint64_t board_deadline(const struct board *board, uint64_t now)
{
	uint64_t deadline = stream_deadline(&board->stream, now);
	uint64_t fault = faults_deadline(&board->faults, now);

	if (board->reset_due && !board->faults.reset_never &&
	    board->reset_due < deadline)
		deadline = board->reset_due;
	return fault < deadline ? fault : deadline;
}

/* Sleep until the deadline or the doorbell, whichever comes first. */
static void sleep_until(struct board *board, uint64_t deadline)
{
	struct pollfd doorbell = { .fd = board->doorbell, .events = POLLIN };
	uint64_t now = clock_ns(), left = deadline > now ? deadline - now : 0;
	struct timespec timeout = {
		.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000,
	};
	uint64_t rings;

	if (ppoll(&doorbell, 1, deadline == NEVER ? NULL : &timeout, NULL) > 0 &&
	    read(board->doorbell, &rings, sizeof(rings)) < 0 && errno != EAGAIN)
		log_line("board %u: doorbell: %s", board->index,
			 strerror(errno));
}

/* As above, having asked for the doorbell, unless an input has changed. */
static void sleep_on_doorbell(struct board *board, uint64_t deadline,
			      const uint64_t seen[INPUTS])
{
	struct cobra_status *status = board->stream.status;
	uint64_t value[INPUTS];

	if (status) {
		put32(&status->doorbell_wanted, 1);
		full_fence();
	}
	read_inputs(board, value);
	if (!memcmp(value, seen, sizeof(value)))
		sleep_until(board, deadline);
	if (status)
		put32(&status->doorbell_wanted, 0);
}

static void *run(void *argument)
{
	struct board *board = argument;
	uint64_t seen[INPUTS], now, deadline;

	prctl(PR_SET_TIMERSLACK, 1);
	while (!__atomic_load_n(&board->leaving, __ATOMIC_ACQUIRE)) {
		read_inputs(board, seen);
		now = clock_ns();
		if (board_pass(board, now))
			continue;
		deadline = board_deadline(board, now);
		if (deadline <= now + NAP)
			sleep_until(board, deadline);
		else
			sleep_on_doorbell(board, deadline, seen);
	}
	return NULL;
}

static int open_registers(struct board *board)
{
	void *registers;

	board->register_file = memfd_create("cobra-registers", MFD_CLOEXEC);
	if (board->register_file < 0 ||
	    ftruncate(board->register_file, COBRA_REGS_SIZE))
		return -1;
	registers = mmap(NULL, COBRA_REGS_SIZE, PROT_READ | PROT_WRITE,
			 MAP_SHARED, board->register_file, 0);
	if (registers == MAP_FAILED)
		return -1;
	board->registers = registers;
	return 0;
}

static int open_signals(struct board *board)
{
	unsigned int i;

	board->doorbell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (board->doorbell < 0)
		return -1;
	for (i = 0; i < BOARD_VECTORS; i++) {
		board->vector[i] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		if (board->vector[i] < 0)
			return -1;
	}
	return 0;
}

int board_assemble(struct board *board, unsigned int index,
		   const struct board_options *options,
		   const struct memory *memory)
{
	*board = (struct board){
		.index = index, .options = options, .register_file = -1,
		.doorbell = -1, .vector = { -1, -1 }, .powered = clock_ns(),
	};
	if (open_registers(board) || open_signals(board)) {
		board_scrap(board);
		return -1;
	}
	board->stream = (struct stream){
		.memory = memory, .registers = board->registers,
		.file = &options->file, .interrupt = interrupt, .owner = board,
		.max_segments = options->scatter ? RING_MAX_SEGMENTS : 1,
		.fifo = { .size = options->fifo_bytes },
	};
	board_restart(board);
	return 0;
}

static void close_if_open(int fd)
{
	if (fd >= 0)
		close(fd);
}

void board_scrap(struct board *board)
{
	int saved = errno;
	unsigned int i;

	ring_free(&board->stream.ring);
	for (i = 0; i < BOARD_VECTORS; i++)
		close_if_open(board->vector[i]);
	close_if_open(board->doorbell);
	if (board->registers)
		munmap(board->registers, COBRA_REGS_SIZE);
	close_if_open(board->register_file);
	errno = saved;
}

int board_power_on(struct board *board, unsigned int index,
		   const struct board_options *options,
		   const struct memory *memory)
{
	if (board_assemble(board, index, options, memory))
		return -1;
	errno = pthread_create(&board->thread, NULL, run, board);
	if (errno) {
		board_scrap(board);
		return -1;
	}
	return 0;
}

void board_power_off(struct board *board)
{
	const uint64_t one = 1;

	__atomic_store_n(&board->leaving, true, __ATOMIC_RELEASE);
	if (write(board->doorbell, &one, sizeof(one)) < 0)
		log_line("board %u: doorbell: %s", board->index,
			 strerror(errno));
	pthread_join(board->thread, NULL);
	board_scrap(board);
}
