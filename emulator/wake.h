/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The wake-up: the driver arms it by a new RX_WAKE_SEQ, the board answers
 * once, by writing that number to rx_wake_ack and raising vector 0.
 */
#ifndef COBRA_EMULATOR_WAKE_H
#define COBRA_EMULATOR_WAKE_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct wake - one stream's wake-up
 * @seq: the arming that @at and @usecs belong to
 * @ack: the arming that was answered last
 * @at: stream position to wake at
 * @usecs: longest time that unread bytes may lie unannounced, 0: any
 * @unread_since: when bytes were first seen unread while armed, 0: none are
 * @news: a gap was posted that no wake-up has announced
 */
struct wake {
	uint32_t seq;
	uint32_t ack;
	uint64_t at;
	uint32_t usecs;
	uint64_t unread_since;
	bool news;
};

/* Is it armed?  Takes a new arming over from the registers. */
bool wake_armed(struct wake *wake, const uint8_t *registers);

/* Count whatever is armed as answered, without a word to the host. */
void wake_consume(struct wake *wake, const uint8_t *registers);

/* While armed: is it time?  @head, @tail: of the stream, now. */
bool wake_due(struct wake *wake, uint64_t head, uint64_t tail, uint64_t now);

/* When it will be time if nothing else happens; UINT64_MAX: never. */
uint64_t wake_deadline(const struct wake *wake);

#endif /* COBRA_EMULATOR_WAKE_H */
