/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The board interface: what a board that speaks COBRA's native protocol shows
 * to its host.  docs/board-interface.md is the specification; this header is
 * the same thing for compilers and is shared by the driver, the emulator and
 * the tests.
 *
 * Two rules hold throughout:
 *
 *  - Registers are memory-like.  Reading has no side effect, nothing clears
 *    itself when written, commands are sequence numbers that the board
 *    acknowledges, and everything that moves is a counter.
 *  - Each register, and each word of the status block, has one writer.
 *
 * Everything is little-endian and naturally aligned.
 */
#ifndef COBRA_BOARD_INTERFACE_H
#define COBRA_BOARD_INTERFACE_H

#include <linux/types.h>

#define COBRA_MAGIC		0x52424f43u	/* "COBR" as od -c shows it */
#define COBRA_VERSION_MAJOR	1
#define COBRA_VERSION_MINOR	0
#define COBRA_VERSION		(COBRA_VERSION_MAJOR << 16 | COBRA_VERSION_MINOR)

/* Registers, as offsets into the register BAR (BAR 2, 64 KiB). */
#define COBRA_REGS_BAR		2
#define COBRA_REGS_SIZE		0x10000

/* Identification: written by the board, constant from power-on. */
#define COBRA_REG_MAGIC			0x0000
#define COBRA_REG_VERSION		0x0004
#define COBRA_REG_CAPS			0x0008
#define COBRA_REG_VECTORS		0x000c
#define COBRA_REG_SERIAL		0x0010	/* 32 bytes of text, NUL-padded */
#define COBRA_REG_MODEL			0x0030	/* 32 bytes of text, NUL-padded */
#define COBRA_REG_FIRMWARE		0x0050	/* 16 bytes of text, NUL-padded */
#define COBRA_REG_ADDRESS_BITS		0x0060
#define COBRA_REG_MAX_SEGMENTS		0x0064
#define COBRA_REG_MIN_SEGMENT_SHIFT	0x0068
#define COBRA_REG_MAX_SEGMENT_SHIFT	0x006c
#define COBRA_REG_DOORBELL_BAR		0x0070
#define COBRA_REG_DOORBELL_OFFSET	0x0074
#define COBRA_REG_DOORBELL_VALUE	0x0078
#define COBRA_REG_FIFO_BYTES		0x007c
#define COBRA_REG_SENSORS		0x0080

#define COBRA_TEXT_BYTES		32
#define COBRA_FIRMWARE_BYTES		16

#define COBRA_CAP_SCATTER	0x01u	/* takes a ring of many segments */
#define COBRA_CAP_SOURCE	0x02u	/* has the built-in test source */
#define COBRA_CAP_TRANSMIT	0x04u	/* takes bytes from the host */
#define COBRA_CAP_CONSOLE	0x08u	/* has a processor to talk to */
#define COBRA_CAP_EVENTS	0x10u	/* posts event records */
#define COBRA_CAP_SENSORS	0x20u	/* has temperatures, voltages */
#define COBRA_CAP_DOORBELL	0x40u	/* may ask for doorbell writes */

/* State: written by the board. */
#define COBRA_REG_STATE			0x0100	/* enum cobra_board_state */
#define COBRA_REG_ERROR			0x0104	/* enum cobra_board_error */
#define COBRA_REG_COMMAND_ACK		0x0108
#define COBRA_REG_COMMAND_RESULT	0x010c	/* enum cobra_command_result */
#define COBRA_REG_RESET_ACK		0x0110
#define COBRA_REG_RUN_ACK		0x0114
#define COBRA_REG_TIME			0x0118	/* 64 bits, ns since power-on */

enum cobra_board_state {
	COBRA_STATE_RESET	= 0,	/* knows no host memory, does no DMA */
	COBRA_STATE_IDLE	= 1,	/* set up, no run yet */
	COBRA_STATE_RUNNING	= 2,	/* source on */
	COBRA_STATE_DRAINING	= 3,	/* source off, on-board FIFO not empty */
	COBRA_STATE_STOPPED	= 4,	/* run over, head is final */
	COBRA_STATE_FAULT	= 5,	/* gave up; see error; reset helps */
};

enum cobra_board_error {
	COBRA_ERROR_NONE	= 0,
	COBRA_ERROR_DMA		= 1,	/* host memory did not answer */
	COBRA_ERROR_TAIL	= 2,	/* tail went back or passed head */
	COBRA_ERROR_INTERNAL	= 3,
};

/* Run control: written by the driver. */
#define COBRA_REG_RESET			0x0200
#define COBRA_REG_COMMAND		0x0204	/* enum cobra_command */
#define COBRA_REG_COMMAND_SEQ		0x0208
#define COBRA_REG_RUN			0x020c

enum cobra_command {
	COBRA_CMD_NONE		= 0,
	COBRA_CMD_SETUP		= 1,	/* take over the set-up registers */
	COBRA_CMD_START		= 2,	/* begin run COBRA_REG_RUN */
	COBRA_CMD_STOP		= 3,	/* source off, deliver what is held */
	COBRA_CMD_ABORT		= 4,	/* source off, drop what is held */
	COBRA_CMD_CONFIGURE	= 5,	/* take over the source registers */
	COBRA_CMD_SELFTEST	= 6,	/* post an event of that type */
};

enum cobra_command_result {
	COBRA_RESULT_OK		= 0,
	COBRA_RESULT_UNKNOWN	= 1,	/* no such command */
	COBRA_RESULT_INVALID	= 2,	/* a register it uses is out of range */
	COBRA_RESULT_STATE	= 3,	/* not in this state */
	COBRA_RESULT_DMA	= 4,	/* host memory did not answer */
};

/* Set-up: written by the driver, taken over by COBRA_CMD_SETUP. */
#define COBRA_REG_STATUS_ADDRESS	0x0240	/* 64 bits */
#define COBRA_REG_RX_TABLE		0x0248	/* 64 bits */
#define COBRA_REG_RX_SEGMENTS		0x0250
#define COBRA_REG_RX_SEGMENT_SHIFT	0x0254
#define COBRA_REG_TX_TABLE		0x0258	/* 64 bits */
#define COBRA_REG_TX_SEGMENTS		0x0260
#define COBRA_REG_TX_SEGMENT_SHIFT	0x0264

/* Stream: written by the driver while a run is on. */
#define COBRA_REG_RX_TAIL		0x0280	/* 64 bits */
#define COBRA_REG_RX_GAP_TAIL		0x0288	/* 64 bits */
#define COBRA_REG_RX_WAKE_AT		0x0290	/* 64 bits */
#define COBRA_REG_RX_WAKE_SEQ		0x0298
#define COBRA_REG_RX_WAKE_USECS		0x029c
#define COBRA_REG_TX_HEAD		0x02c0	/* 64 bits */
#define COBRA_REG_TX_WAKE_AT		0x02c8	/* 64 bits */
#define COBRA_REG_TX_WAKE_SEQ		0x02d0
#define COBRA_REG_EVENT_TAIL		0x0300	/* 64 bits */
#define COBRA_REG_EVENT_WAKE_SEQ	0x0308
#define COBRA_REG_CONSOLE_OUT_TAIL	0x0310
#define COBRA_REG_CONSOLE_ERR_TAIL	0x0314
#define COBRA_REG_CONSOLE_IN_HEAD	0x0318

/* Source: written by the driver, taken over by CONFIGURE and by START. */
#define COBRA_REG_SOURCE_RATE		0x0400	/* 64 bits, bytes/s, 0: max */
#define COBRA_REG_SOURCE_PATTERN	0x0408	/* enum cobra_pattern */
#define COBRA_REG_SOURCE_PULSE		0x040c	/* us between bursts, 0: steady */
#define COBRA_REG_SOURCE_SEED		0x0410	/* 64 bits */

enum cobra_pattern {
	COBRA_PATTERN_COUNTER	= 0,	/* u64 words, each its own index */
	COBRA_PATTERN_PRBS31	= 1,	/* ITU-T O.150, x^31 + x^28 + 1 */
	COBRA_PATTERN_FILE	= 2,	/* bytes of a file, over and over */
};

#define COBRA_PATTERNS			3

/* Sensors: written by the board; COBRA_REG_SENSORS says how many. */
#define COBRA_REG_SENSOR(n)		(0x0500 + 0x10 * (n))
#define COBRA_SENSOR_KIND		0x0	/* enum cobra_sensor_kind */
#define COBRA_SENSOR_VALUE		0x4	/* signed: m°C, mV, mA */
#define COBRA_SENSOR_NAME		0x8	/* 8 bytes of text */
#define COBRA_MAX_SENSORS		16

enum cobra_sensor_kind {
	COBRA_SENSOR_NONE		= 0,
	COBRA_SENSOR_TEMPERATURE	= 1,
	COBRA_SENSOR_VOLTAGE		= 2,
	COBRA_SENSOR_CURRENT		= 3,
};

/* The last page belongs to no board: the emulator's fault mailbox is there. */
#define COBRA_REG_VENDOR		0xf000

/**
 * struct cobra_gap_record - where bytes were lost, and how many
 * @position: bytes of the run that came before the loss
 * @lost: bytes that the board made and had to drop there
 */
struct cobra_gap_record {
	__le64 position;
	__le64 lost;
};

/**
 * struct cobra_event_record - something that happened on the board
 * @time: COBRA_REG_TIME when it happened
 * @position: stream position it belongs to, where it has one
 * @type: enum cobra_event_type
 * @run: the run it belongs to, 0: none
 * @missed: records that were lost before this one, for want of a free slot
 * @reserved: 0
 * @value: by type
 */
struct cobra_event_record {
	__le64 time;
	__le64 position;
	__le32 type;
	__le32 run;
	__le32 missed;
	__le32 reserved;
	__le64 value[4];
};

enum cobra_event_type {
	COBRA_EVENT_NONE	= 0,
	COBRA_EVENT_TRANSFER	= 1,	/* value[0]: bytes; position: its end */
	COBRA_EVENT_SENSOR	= 2,	/* value[0]: sensor, [1]: its value */
	COBRA_EVENT_ERROR	= 3,	/* value[0]: enum cobra_board_error */
	COBRA_EVENT_SELFTEST	= 4,	/* value[0]: command_seq that asked */
};

#define COBRA_GAP_SLOTS			256
#define COBRA_EVENT_SLOTS		64
#define COBRA_CONSOLE_OUT_BYTES		2048
#define COBRA_CONSOLE_ERR_BYTES		1024
#define COBRA_CONSOLE_IN_BYTES		1024

/**
 * struct cobra_status - the status block, in host memory
 *
 * 16 KiB, 4 KiB aligned, physically contiguous; written by the board but for
 * @console_in.  START sets the members up to @lost, and @tx_tail, back to 0.
 *
 * @rx_head: bytes of the run that are in host memory; written after them
 * @gap_head: gap records posted in this run; written before @rx_head passes
 *	the position of the newest
 * @produced: bytes that the source made in this run
 * @lost: bytes of those that were dropped, posted as a gap or not yet
 * @state: enum cobra_board_state; written after the counters that belong to it
 * @run: the run that the counters above belong to
 * @error: enum cobra_board_error
 * @rx_wake_ack: the COBRA_REG_RX_WAKE_SEQ that was answered last
 * @doorbell_wanted: not 0: the board sleeps, ring after writing a register
 * @reserved0: 0
 * @tx_tail: bytes of the run that were taken from the transmit ring
 * @tx_wake_ack: the COBRA_REG_TX_WAKE_SEQ that was answered last
 * @event_wake_ack: the COBRA_REG_EVENT_WAKE_SEQ that was answered last
 * @event_head: event records posted since SETUP
 * @console_out_head: bytes written to @console_out since SETUP
 * @console_err_head: bytes written to @console_err since SETUP
 * @console_in_tail: bytes taken from @console_in since SETUP
 * @reserved1: 0
 * @gaps: gap n is in slot n % COBRA_GAP_SLOTS
 * @events: event n is in slot n % COBRA_EVENT_SLOTS
 * @console_out: standard output of the board's processor
 * @console_err: standard error of the board's processor
 * @console_in: standard input of the board's processor, written by the driver
 */
struct cobra_status {
	__le64 rx_head;
	__le64 gap_head;
	__le64 produced;
	__le64 lost;
	__le32 state;
	__le32 run;
	__le32 error;
	__le32 rx_wake_ack;
	__le32 doorbell_wanted;
	__le32 reserved0[3];
	__le64 tx_tail;
	__le32 tx_wake_ack;
	__le32 event_wake_ack;
	__le64 event_head;
	__le32 console_out_head;
	__le32 console_err_head;
	__le32 console_in_tail;
	__le32 reserved1[999];

	struct cobra_gap_record gaps[COBRA_GAP_SLOTS];
	struct cobra_event_record events[COBRA_EVENT_SLOTS];

	__u8 console_out[COBRA_CONSOLE_OUT_BYTES];
	__u8 console_err[COBRA_CONSOLE_ERR_BYTES];
	__u8 console_in[COBRA_CONSOLE_IN_BYTES];
};

#define COBRA_STATUS_BYTES		0x4000

#endif /* COBRA_BOARD_INTERFACE_H */
