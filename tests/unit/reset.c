// SPDX-License-Identifier: GPL-2.0
/* Reset, in every state; and registers that hold garbage meanwhile. */
#include "rig.h"
#include "tap.h"

#define MAX	0
#define MBPS	1000000ull

/* Ask for a reset; false: it was not acknowledged, or DMA went on. */
static bool reset(struct rig *rig)
{
	uint32_t number = rig_get32(rig, COBRA_REG_RESET_ACK) + 1;
	struct cobra_status before, after;

	rig_put32(rig, COBRA_REG_RESET, number);
	memcpy(&before, rig->status, sizeof(before));
	rig_arm(rig, 0, 1);
	rig_wait(rig, 10 * RIG_MS);
	memcpy(&after, rig->status, sizeof(after));
	return rig_get32(rig, COBRA_REG_RESET_ACK) == number &&
	       rig_get32(rig, COBRA_REG_STATE) == COBRA_STATE_RESET &&
	       rig_interrupts(rig, 0) == 0 &&
	       !memcmp(&before, &after, sizeof(before));
}

static void in_every_state(void)
{
	struct rig rig;

	rig_open(&rig);
	CHECK(reset(&rig));
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	CHECK(reset(&rig));					/* IDLE */
	CHECK_EQUAL(rig_start(&rig, MAX), COBRA_RESULT_STATE);
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_start(&rig, MAX), COBRA_RESULT_OK);
	rig_run(&rig);
	CHECK(reset(&rig));					/* RUNNING */
	CHECK_EQUAL(rig_get32(&rig, COBRA_REG_RUN_ACK), 0);
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_start(&rig, 100 * MBPS), COBRA_RESULT_OK);
	rig_wait(&rig, 100 * RIG_MS);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_STOP), COBRA_RESULT_OK);
	rig_run(&rig);
	CHECK_EQUAL(get32(&rig.status->state), COBRA_STATE_DRAINING);
	CHECK(reset(&rig));					/* DRAINING */
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_start(&rig, MAX), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_ABORT), COBRA_RESULT_OK);
	rig_run(&rig);
	CHECK(reset(&rig));					/* STOPPED */
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_start(&rig, MAX), COBRA_RESULT_OK);
	rig_run(&rig);
	CHECK(rig_read(&rig, UINT64_MAX));
	rig_close(&rig);
}

/* A command that was given before the reset is not executed after it. */
static void forgets_commands(void)
{
	struct rig rig;

	rig_open(&rig);
	rig_prepare(&rig);
	rig_put32(&rig, COBRA_REG_COMMAND, COBRA_CMD_SETUP);
	rig_put32(&rig, COBRA_REG_COMMAND_SEQ, 77);
	rig_put32(&rig, COBRA_REG_RESET, 5);
	rig_run(&rig);
	CHECK_EQUAL(rig_get32(&rig, COBRA_REG_RESET_ACK), 5);
	CHECK_EQUAL(rig_get32(&rig, COBRA_REG_COMMAND_ACK), 77);
	CHECK_EQUAL(rig_get32(&rig, COBRA_REG_STATE), COBRA_STATE_RESET);
	CHECK_EQUAL(rig_get64(&rig, COBRA_REG_STATUS_ADDRESS), RIG_STATUS);
	rig_close(&rig);
}

/*
 * Every driver register full of random bits, thousands of times: nothing to
 * see but that the board survives, and the sanitizers have nothing to say.
 */
static void survives_garbage(void)
{
	struct rig rig;
	uint32_t offset, i;

	rig_open(&rig);
	srandom(2006);
	for (i = 0; i < 20000; i++) {
		if (i % 8 == 0) {
			rig_prepare(&rig);
			rig_command(&rig, COBRA_CMD_SETUP);
			rig_start(&rig, random() % 4 ? 50 * MBPS : MAX);
		}
		offset = 0x200 + random() % 0x220 / 4 * 4;
		rig_put32(&rig, offset, random() % 2 ? random() % 64 : random() << 1);
		if (random() % 2)
			rig_put32(&rig, COBRA_REG_COMMAND, random() % 8);
		if (random() % 16 == 0)
			fill64((uint8_t *)rig.status, 4096, random());
		rig_wait(&rig, RIG_MS);
	}
	rig_put32(&rig, COBRA_REG_RESET,
		  rig_get32(&rig, COBRA_REG_RESET_ACK) + 1);
	rig_run(&rig);
	rig_put32(&rig, COBRA_REG_SOURCE_PATTERN, 0);
	rig_put32(&rig, COBRA_REG_SOURCE_PULSE, 0);
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_start(&rig, MAX), COBRA_RESULT_OK);
	rig_run(&rig);
	CHECK(rig_read(&rig, UINT64_MAX));
	rig_close(&rig);
}

static const struct tap_test tests[] = {
	{ "a reset in every state ends DMA and is acknowledged",
	  in_every_state },
	{ "a reset forgets commands", forgets_commands },
	{ "any register values are survived", survives_garbage },
};

int main(void)
{
	return TAP_MAIN(tests);
}
