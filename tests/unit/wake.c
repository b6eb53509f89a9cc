// SPDX-License-Identifier: GPL-2.0
/* Wake-ups: once an arming, never too late, never for nothing. */
#include "rig.h"
#include "tap.h"

#define MAX	0
#define KBPS	1000ull
#define FAR	(1ull << 60)

/* Was the wake-up answered just now, by one interrupt? */
static bool woken(struct rig *rig)
{
	return rig_interrupts(rig, 0) == 1 &&
	       get32(&rig->status->rx_wake_ack) ==
	       rig_get32(rig, COBRA_REG_RX_WAKE_SEQ);
}

static bool asleep(struct rig *rig)
{
	return rig_interrupts(rig, 0) == 0 &&
	       get32(&rig->status->rx_wake_ack) !=
	       rig_get32(rig, COBRA_REG_RX_WAKE_SEQ);
}

/* 8 words a millisecond. */
static uint32_t begin(struct rig *rig)
{
	uint32_t result;

	rig_open(rig);
	result = rig_setup(rig);
	return result ? result : rig_start(rig, 64 * KBPS);
}

static void nobody_sleeps_no_interrupts(void)
{
	struct rig rig;

	CHECK_EQUAL(begin(&rig), COBRA_RESULT_OK);
	rig_wait(&rig, 1000 * RIG_MS);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_STOP), COBRA_RESULT_OK);
	rig_run(&rig);
	CHECK_EQUAL(rig_interrupts(&rig, 0), 0);
	CHECK_EQUAL(rig_interrupts(&rig, 1), 0);
	rig_close(&rig);
}

static void fires_once_at_its_position(void)
{
	struct rig rig;

	CHECK_EQUAL(begin(&rig), COBRA_RESULT_OK);
	rig_arm(&rig, 640, 0);
	rig_wait(&rig, 9 * RIG_MS);
	CHECK(asleep(&rig));
	rig_wait(&rig, 1 * RIG_MS);
	CHECK_EQUAL(get64(&rig.status->rx_head), 640);
	CHECK(woken(&rig));
	rig_wait(&rig, 100 * RIG_MS);
	CHECK_EQUAL(rig_interrupts(&rig, 0), 0);
	rig_close(&rig);
}

static void fires_at_once_when_passed(void)
{
	struct rig rig;

	CHECK_EQUAL(begin(&rig), COBRA_RESULT_OK);
	rig_wait(&rig, 10 * RIG_MS);
	rig_arm(&rig, 640, 0);
	rig_run(&rig);
	CHECK(woken(&rig));
	rig_arm(&rig, 0, 0);
	rig_run(&rig);
	CHECK(woken(&rig));
	rig_close(&rig);
}

static void newer_arming_replaces_older(void)
{
	struct rig rig;

	CHECK_EQUAL(begin(&rig), COBRA_RESULT_OK);
	rig_arm(&rig, 640, 0);
	rig_wait(&rig, 1 * RIG_MS);
	rig_arm(&rig, FAR, 0);
	rig_wait(&rig, 100 * RIG_MS);
	CHECK(asleep(&rig));
	rig_arm(&rig, 64, 0);
	rig_run(&rig);
	CHECK(woken(&rig));
	rig_close(&rig);
}

static void time_runs_while_bytes_lie_unread(void)
{
	struct rig rig;

	CHECK_EQUAL(begin(&rig), COBRA_RESULT_OK);
	rig_arm(&rig, FAR, 5000);
	rig_wait(&rig, 1 * RIG_MS);		/* bytes come: 1 ms */
	rig_wait(&rig, 5 * RIG_MS - 1);
	CHECK(asleep(&rig));
	rig_wait(&rig, 1);
	CHECK(woken(&rig));
	CHECK_EQUAL(get64(&rig.status->rx_head), 6 * 64);

	/* Unread at arming: it counts from there. */
	rig_arm(&rig, FAR, 2500);
	rig_run(&rig);
	rig_wait(&rig, 2500 * 1000 - 1);
	CHECK(asleep(&rig));
	rig_wait(&rig, 1);
	CHECK(woken(&rig));
	rig_close(&rig);
}

static void time_stands_while_all_is_read(void)
{
	struct rig rig;

	CHECK_EQUAL(begin(&rig), COBRA_RESULT_OK);
	rig_put64(&rig, COBRA_REG_SOURCE_RATE, 1);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_CONFIGURE), COBRA_RESULT_OK);
	rig_arm(&rig, FAR, 1000);
	rig_wait(&rig, 7999 * RIG_MS);
	CHECK(asleep(&rig));
	rig_wait(&rig, 1 * RIG_MS);		/* a word comes */
	CHECK(asleep(&rig));
	rig_wait(&rig, 1 * RIG_MS);
	CHECK(woken(&rig));
	rig_close(&rig);
}

/* The ring is full and nothing moves, but the clock does. */
static void time_runs_in_a_full_ring(void)
{
	struct rig rig;

	rig_open(&rig);
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_start(&rig, MAX), COBRA_RESULT_OK);
	rig_run(&rig);
	rig_arm(&rig, FAR, 700);
	rig_run(&rig);
	CHECK_EQUAL(board_deadline(&rig.board, rig.now), rig.now + 700000);
	rig_wait(&rig, 1 * RIG_MS);
	CHECK(woken(&rig));
	rig_close(&rig);
}

static void end_of_run_wakes(void)
{
	struct rig rig;

	CHECK_EQUAL(begin(&rig), COBRA_RESULT_OK);
	rig_wait(&rig, 1 * RIG_MS);
	rig_arm(&rig, FAR, 0);
	rig_run(&rig);
	CHECK(asleep(&rig));
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_STOP), COBRA_RESULT_OK);
	rig_run(&rig);
	CHECK_EQUAL(get32(&rig.status->state), COBRA_STATE_STOPPED);
	CHECK(woken(&rig));
	rig_close(&rig);
}

/* Armed while the run was on, for all the driver knew. */
static void fires_at_once_after_the_end(void)
{
	struct rig rig;

	CHECK_EQUAL(begin(&rig), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_ABORT), COBRA_RESULT_OK);
	rig_run(&rig);
	CHECK_EQUAL(get32(&rig.status->state), COBRA_STATE_STOPPED);
	rig_arm(&rig, FAR, 0);
	rig_run(&rig);
	CHECK(woken(&rig));
	rig_close(&rig);
}

/* Before the first run nothing fires, and START forgets what was armed. */
static void start_consumes_an_old_arming(void)
{
	struct rig rig;

	rig_open(&rig);
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	rig_arm(&rig, 0, 1);
	rig_wait(&rig, 10 * RIG_MS);
	CHECK(asleep(&rig));
	CHECK_EQUAL(rig_start(&rig, 64 * KBPS), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_interrupts(&rig, 0), 0);
	CHECK_EQUAL(get32(&rig.status->rx_wake_ack),
		    rig_get32(&rig, COBRA_REG_RX_WAKE_SEQ));
	rig_wait(&rig, 10 * RIG_MS);
	CHECK_EQUAL(rig_interrupts(&rig, 0), 0);
	rig_close(&rig);
}

static void gap_wakes(void)
{
	struct rig rig;

	rig_open(&rig);
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_start(&rig, 8000 * KBPS), COBRA_RESULT_OK);
	rig_wait(&rig, 500 * RIG_MS);
	rig_arm(&rig, FAR, 0);
	CHECK(rig_read(&rig, 40000));
	rig_run(&rig);
	CHECK(asleep(&rig));
	CHECK(rig_read(&rig, 65536));
	rig_run(&rig);
	CHECK_EQUAL(get64(&rig.status->gap_head), 1);
	CHECK(woken(&rig));

	CHECK(rig_read(&rig, UINT64_MAX));	/* takes the gap */
	rig_run(&rig);
	rig_arm(&rig, FAR, 0);
	rig_wait(&rig, 10 * RIG_MS);
	CHECK(asleep(&rig));
	rig_close(&rig);
}

/* Whatever tails a hostile driver writes, the board only stops. */
static void bad_tails_fault(void)
{
	static const struct {
		uint32_t offset;
		uint64_t first, second;
	} bad[] = {
		{ COBRA_REG_RX_TAIL, 1 << 20, (1 << 20) + 1 },
		{ COBRA_REG_RX_TAIL, 4096, 4095 },
		{ COBRA_REG_RX_TAIL, 0, UINT64_MAX },
		{ COBRA_REG_RX_GAP_TAIL, 0, 1 },
		{ COBRA_REG_RX_GAP_TAIL, 0, UINT64_MAX },
	};
	struct rig rig;
	unsigned int i;

	rig_open(&rig);
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK_EQUAL(rig_start(&rig, MAX), COBRA_RESULT_OK);
		rig_run(&rig);
		rig_put64(&rig, COBRA_REG_SOURCE_RATE, 1);
		CHECK_EQUAL(rig_command(&rig, COBRA_CMD_CONFIGURE), 0);
		rig_put64(&rig, bad[i].offset, bad[i].first);
		rig_run(&rig);
		CHECK_EQUAL(get32(&rig.status->state), COBRA_STATE_RUNNING);
		rig_arm(&rig, FAR, 0);
		rig_put64(&rig, bad[i].offset, bad[i].second);
		rig_run(&rig);
		CHECK_EQUAL(get32(&rig.status->state), COBRA_STATE_FAULT);
		CHECK_EQUAL(get32(&rig.status->error), COBRA_ERROR_TAIL);
		CHECK_EQUAL(rig_get32(&rig, COBRA_REG_STATE),
			    COBRA_STATE_FAULT);
		CHECK_EQUAL(rig_get32(&rig, COBRA_REG_ERROR),
			    COBRA_ERROR_TAIL);
		CHECK(woken(&rig));
		CHECK_EQUAL(rig_command(&rig, COBRA_CMD_SETUP),
			    COBRA_RESULT_STATE);
		rig_put32(&rig, COBRA_REG_RESET, i + 1);
		rig_run(&rig);
		CHECK_EQUAL(rig_get32(&rig, COBRA_REG_RESET_ACK), i + 1);
		CHECK_EQUAL(rig_get32(&rig, COBRA_REG_ERROR), 0);
		CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	}
	rig_close(&rig);
}

static const struct tap_test tests[] = {
	{ "nobody sleeps, no interrupts", nobody_sleeps_no_interrupts },
	{ "fires once, at its position", fires_once_at_its_position },
	{ "fires at once for a position passed", fires_at_once_when_passed },
	{ "a newer arming replaces an older one", newer_arming_replaces_older },
	{ "time runs while bytes lie unread", time_runs_while_bytes_lie_unread },
	{ "time stands while all is read", time_stands_while_all_is_read },
	{ "time runs in a full ring", time_runs_in_a_full_ring },
	{ "the end of the run wakes", end_of_run_wakes },
	{ "fires at once after the end", fires_at_once_after_the_end },
	{ "START consumes an old arming", start_consumes_an_old_arming },
	{ "a gap wakes", gap_wakes },
	{ "a bad tail is a fault, and wakes", bad_tails_fault },
};

int main(void)
{
	return TAP_MAIN(tests);
}
