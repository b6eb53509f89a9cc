// SPDX-License-Identifier: GPL-2.0
/*
 * The wake-up.  The driver writes the position first and the number last, so
 * a number that is new brings its position with it.
 */
#include "registers.h"
#include "wake.h"

bool wake_armed(struct wake *wake, const uint8_t *registers)
{
	uint32_t seq = get32(registers + COBRA_REG_RX_WAKE_SEQ);

	if (seq == wake->ack)
		return false;
	if (seq != wake->seq) {
		wake->seq = seq;
		wake->at = get64(registers + COBRA_REG_RX_WAKE_AT);
		wake->usecs = get32(registers + COBRA_REG_RX_WAKE_USECS);
		wake->unread_since = 0;
	}
	return true;
}

void wake_consume(struct wake *wake, const uint8_t *registers)
{
	wake->seq = get32(registers + COBRA_REG_RX_WAKE_SEQ);
	wake->ack = wake->seq;
	wake->unread_since = 0;
	wake->news = false;
}

bool wake_due(struct wake *wake, uint64_t head, uint64_t tail, uint64_t now)
{
	if (head >= wake->at || wake->news)
		return true;
	if (!wake->usecs || head == tail) {
		wake->unread_since = 0;
		return false;
	}
	if (!wake->unread_since)
		wake->unread_since = now;
	return now >= wake_deadline(wake);
}

uint64_t wake_deadline(const struct wake *wake)
{
	if (wake->seq == wake->ack || !wake->unread_since)
		return UINT64_MAX;
	return wake->unread_since + wake->usecs * 1000ull;
}
