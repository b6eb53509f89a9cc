// SPDX-License-Identifier: GPL-2.0
/* Losses: what the on-board FIFO cannot hold is reported to the byte. */
#include "rig.h"
#include "tap.h"

#define MBPS	1000000ull

static uint64_t head(const struct rig *rig)
{
	return get64(&rig->status->rx_head);
}

static uint64_t gap_head(const struct rig *rig)
{
	return get64(&rig->status->gap_head);
}

/* The invariant at the end of a run, and that every gap was read. */
static bool adds_up(const struct rig *rig)
{
	uint64_t sum = 0, n;

	for (n = 0; n < gap_head(rig) && n < COBRA_GAP_SLOTS; n++)
		sum += get64(&rig->status->gaps[n].lost);
	return get32(&rig->status->state) == COBRA_STATE_STOPPED &&
	       get64(&rig->status->produced) ==
	       head(rig) + get64(&rig->status->lost) &&
	       (gap_head(rig) > COBRA_GAP_SLOTS ||
		sum == get64(&rig->status->lost));
}

/* Ring of 1 MiB, FIFO of 64 KiB, and nobody reads. */
static void overflow_is_exact(void)
{
	struct rig rig;

	rig_open(&rig);
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_start(&rig, 8 * MBPS), COBRA_RESULT_OK);
	rig_wait(&rig, 1000 * RIG_MS);
	CHECK_EQUAL(head(&rig), rig.ring);
	CHECK_EQUAL(gap_head(&rig), 0);		/* its end is not known yet */
	CHECK_EQUAL(get64(&rig.status->produced), 8 * MBPS);
	CHECK_EQUAL(get64(&rig.status->lost), 8 * MBPS - rig.ring - 65536);

	/* Room for less than half the FIFO: the loss goes on. */
	CHECK(rig_read(&rig, 32760));
	rig_wait(&rig, RIG_MS);
	CHECK_EQUAL(get64(&rig.status->lost),
		    8 * MBPS + 8000 - rig.ring - 65536);
	/* Room for half of it: from now on the FIFO takes data again. */
	CHECK(rig_read(&rig, 32768));
	rig_run(&rig);
	rig_wait(&rig, RIG_MS);
	CHECK_EQUAL(get64(&rig.status->lost),
		    8 * MBPS + 8000 - rig.ring - 65536);
	CHECK_EQUAL(gap_head(&rig), 0);		/* its place is not reached */
	CHECK_EQUAL(head(&rig), rig.ring + 32768);

	/* Room for all that came before: the gap is posted at its place. */
	CHECK(rig_read(&rig, 65536));
	rig_run(&rig);
	CHECK_EQUAL(head(&rig), rig.ring + 65536);
	CHECK_EQUAL(gap_head(&rig), 1);
	CHECK_EQUAL(get64(&rig.status->gaps[0].position), rig.ring + 65536);
	CHECK_EQUAL(get64(&rig.status->gaps[0].lost),
		    8 * MBPS + 8000 - rig.ring - 65536);
	CHECK(rig_read(&rig, UINT64_MAX));
	rig_wait(&rig, 10 * RIG_MS);
	CHECK(rig_read(&rig, UINT64_MAX));	/* right behind it, too */
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_STOP), COBRA_RESULT_OK);
	rig_run(&rig);
	CHECK(adds_up(&rig));
	CHECK(rig_read(&rig, UINT64_MAX));
	CHECK_EQUAL(rig.source, get64(&rig.status->produced));
	rig_close(&rig);
}

/* A reader that is too slow, at random: every word right, nothing missing. */
static void slow_reader(uint32_t fifo_bytes, uint64_t rate, uint32_t pulse_us)
{
	struct rig rig;
	unsigned int i;

	rig_memory(&rig);
	rig.options.fifo_bytes = fifo_bytes;
	CHECK(!board_assemble(&rig.board, 0, &rig.options, &rig.memory));
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	rig_put32(&rig, COBRA_REG_SOURCE_PULSE, pulse_us);
	CHECK_EQUAL(rig_start(&rig, rate), COBRA_RESULT_OK);
	srandom(fifo_bytes + rate);
	for (i = 0; i < 2000; i++) {
		rig_wait(&rig, random() % 20 * RIG_MS / 4);
		CHECK(rig_read(&rig, rig.read + random() % 40000 / 8 * 8));
	}
	CHECK(gap_head(&rig) > 1);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_STOP), COBRA_RESULT_OK);
	for (i = 0; i < 1000; i++) {
		rig_run(&rig);
		CHECK(rig_read(&rig, rig.read + 4096));
	}
	CHECK_EQUAL(rig.read, head(&rig));
	CHECK_EQUAL(rig.source, get64(&rig.status->produced));
	CHECK(adds_up(&rig));
	rig_close(&rig);
}

static void slow_reader_steady(void)
{
	slow_reader(65536, 50 * MBPS, 0);
}

static void slow_reader_small_fifo(void)
{
	slow_reader(4096, 50 * MBPS, 0);
}

static void slow_reader_odd_fifo(void)
{
	slow_reader(5000, 20 * MBPS, 0);
}

static void slow_reader_pulsed(void)
{
	slow_reader(65536, 50 * MBPS, 7000);
}

/* Late steps alone lose nothing while the ring has room. */
static void late_steps_lose_nothing(void)
{
	struct rig rig;
	unsigned int i;

	rig_open(&rig);
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_start(&rig, 100 * MBPS), COBRA_RESULT_OK);
	for (i = 0; i < 50; i++) {
		rig.now += 10 * RIG_MS;		/* 1 MB, 15 times the FIFO */
		rig_run(&rig);
		CHECK(rig_read(&rig, UINT64_MAX));
	}
	CHECK_EQUAL(rig.read, 50 * MBPS);
	CHECK_EQUAL(get64(&rig.status->lost), 0);
	rig_close(&rig);
}

/* The smallest FIFO and a driver that takes no gap: 256, then one long one. */
static void slots_run_out(void)
{
	struct rig rig;
	uint64_t lost;
	unsigned int i;

	rig_memory(&rig);
	rig.options.fifo_bytes = 4096;
	CHECK(!board_assemble(&rig.board, 0, &rig.options, &rig.memory));
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_start(&rig, 10 * MBPS), COBRA_RESULT_OK);
	rig_wait(&rig, 200 * RIG_MS);
	for (i = 0; i < 400; i++) {
		rig_put64(&rig, COBRA_REG_RX_TAIL, (i + 1) * 4096ull);
		rig_wait(&rig, RIG_MS);
	}
	CHECK_EQUAL(gap_head(&rig), COBRA_GAP_SLOTS);
	lost = get64(&rig.status->lost);
	rig_wait(&rig, RIG_MS);
	CHECK_EQUAL(get64(&rig.status->lost), lost + 10000);
	CHECK_EQUAL(get32(&rig.status->state), COBRA_STATE_RUNNING);

	rig_put64(&rig, COBRA_REG_RX_GAP_TAIL, 1);	/* a slot is free */
	rig_put64(&rig, COBRA_REG_RX_TAIL, head(&rig));
	rig_run(&rig);
	rig_wait(&rig, RIG_MS);
	CHECK_EQUAL(gap_head(&rig), COBRA_GAP_SLOTS + 1);
	CHECK_EQUAL(get64(&rig.status->lost), lost + 10000);
	rig_close(&rig);
}

/* STOP and ABORT wait for a slot to report the last loss in. */
static void stop_waits_for_a_slot(uint32_t command)
{
	struct rig rig;
	unsigned int i;

	rig_memory(&rig);
	rig.options.fifo_bytes = 4096;
	CHECK(!board_assemble(&rig.board, 0, &rig.options, &rig.memory));
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_start(&rig, 10 * MBPS), COBRA_RESULT_OK);
	rig_wait(&rig, 200 * RIG_MS);
	for (i = 0; i < 400; i++) {
		rig_put64(&rig, COBRA_REG_RX_TAIL, (i + 1) * 4096ull);
		rig_wait(&rig, RIG_MS);
	}
	CHECK_EQUAL(rig_command(&rig, command), COBRA_RESULT_OK);
	rig_put64(&rig, COBRA_REG_RX_TAIL, head(&rig));
	rig_wait(&rig, 100 * RIG_MS);
	CHECK_EQUAL(get32(&rig.status->state), COBRA_STATE_DRAINING);
	rig_put64(&rig, COBRA_REG_RX_GAP_TAIL, 1);
	rig_run(&rig);
	CHECK_EQUAL(get32(&rig.status->state), COBRA_STATE_STOPPED);
	CHECK_EQUAL(gap_head(&rig), COBRA_GAP_SLOTS + 1);
	CHECK(adds_up(&rig));
	rig_close(&rig);
}

static void stop_without_a_slot(void)
{
	stop_waits_for_a_slot(COBRA_CMD_STOP);
}

static void abort_without_a_slot(void)
{
	stop_waits_for_a_slot(COBRA_CMD_ABORT);
}

/* STOP delivers what is held, and the loss behind it, as room comes. */
static void stop_drains(void)
{
	struct rig rig;

	rig_open(&rig);
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_start(&rig, 8 * MBPS), COBRA_RESULT_OK);
	rig_wait(&rig, 500 * RIG_MS);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_STOP), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_get32(&rig, COBRA_REG_STATE), COBRA_STATE_DRAINING);
	rig_wait(&rig, 100 * RIG_MS);
	CHECK_EQUAL(get64(&rig.status->produced), 4 * MBPS);
	CHECK_EQUAL(get32(&rig.status->state), COBRA_STATE_DRAINING);
	CHECK(board_deadline(&rig.board, rig.now) == NEVER);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_STOP), COBRA_RESULT_OK);
	CHECK(rig_read(&rig, 65528));
	rig_run(&rig);
	CHECK_EQUAL(get32(&rig.status->state), COBRA_STATE_DRAINING);
	CHECK(rig_read(&rig, 65536));
	rig_run(&rig);
	CHECK_EQUAL(get32(&rig.status->state), COBRA_STATE_STOPPED);
	CHECK_EQUAL(rig_get32(&rig, COBRA_REG_STATE), COBRA_STATE_STOPPED);
	CHECK_EQUAL(gap_head(&rig), 1);
	CHECK_EQUAL(get64(&rig.status->gaps[0].position), head(&rig));
	CHECK(adds_up(&rig));
	CHECK(rig_read(&rig, UINT64_MAX));
	CHECK_EQUAL(rig.source, 4 * MBPS);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_STOP), COBRA_RESULT_STATE);
	rig_close(&rig);
}

/* ABORT ends at once, though the ring is full; all it drops is one gap. */
static void abort_drops(void)
{
	struct rig rig;

	rig_open(&rig);
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_start(&rig, 8 * MBPS), COBRA_RESULT_OK);
	rig_wait(&rig, 500 * RIG_MS);
	CHECK(rig_read(&rig, 40000));
	rig_wait(&rig, 10 * RIG_MS);	/* a gap waits inside the FIFO now */
	CHECK_EQUAL(gap_head(&rig), 0);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_ABORT), COBRA_RESULT_OK);
	rig_run(&rig);
	CHECK_EQUAL(get32(&rig.status->state), COBRA_STATE_STOPPED);
	CHECK_EQUAL(head(&rig), rig.ring + 40000);
	CHECK_EQUAL(gap_head(&rig), 1);
	CHECK_EQUAL(get64(&rig.status->gaps[0].position), head(&rig));
	CHECK(adds_up(&rig));
	CHECK(rig_read(&rig, UINT64_MAX));
	CHECK_EQUAL(rig.source, get64(&rig.status->produced));
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_ABORT), COBRA_RESULT_STATE);
	rig_close(&rig);
}

static void abort_while_draining(void)
{
	struct rig rig;

	rig_open(&rig);
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_start(&rig, 2 * MBPS), COBRA_RESULT_OK);
	rig_wait(&rig, 540 * RIG_MS);		/* FIFO part full, no loss */
	CHECK_EQUAL(get64(&rig.status->lost), 0);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_STOP), COBRA_RESULT_OK);
	rig_run(&rig);
	CHECK_EQUAL(get32(&rig.status->state), COBRA_STATE_DRAINING);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_ABORT), COBRA_RESULT_OK);
	rig_run(&rig);
	CHECK(adds_up(&rig));
	CHECK_EQUAL(get64(&rig.status->lost), 2 * 540000 - rig.ring);
	rig_close(&rig);
}

/* A run after a lossy one knows nothing of it. */
static void next_run_is_clean(void)
{
	struct rig rig;

	rig_open(&rig);
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_start(&rig, 8 * MBPS), COBRA_RESULT_OK);
	rig_wait(&rig, 500 * RIG_MS);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_ABORT), COBRA_RESULT_OK);
	rig_run(&rig);
	CHECK_EQUAL(rig_start(&rig, 8 * MBPS), COBRA_RESULT_OK);
	CHECK_EQUAL(get64(&rig.status->lost), 0);
	CHECK_EQUAL(gap_head(&rig), 0);
	CHECK_EQUAL(get32(&rig.status->run), 2);
	CHECK_EQUAL(rig_get32(&rig, COBRA_REG_RUN_ACK), 2);
	rig_wait(&rig, 100 * RIG_MS);
	CHECK_EQUAL(head(&rig), 800000);
	CHECK(rig_read(&rig, UINT64_MAX));
	rig_close(&rig);
}

static const struct tap_test tests[] = {
	{ "an overflow is reported to the byte", overflow_is_exact },
	{ "slow reader, steady source", slow_reader_steady },
	{ "slow reader, smallest FIFO", slow_reader_small_fifo },
	{ "slow reader, FIFO of odd size", slow_reader_odd_fifo },
	{ "slow reader, pulsed source", slow_reader_pulsed },
	{ "late steps lose nothing", late_steps_lose_nothing },
	{ "gap slots run out and come back", slots_run_out },
	{ "STOP waits for a gap slot", stop_without_a_slot },
	{ "ABORT waits for a gap slot", abort_without_a_slot },
	{ "STOP delivers what is held", stop_drains },
	{ "ABORT drops what is held", abort_drops },
	{ "ABORT ends a drain", abort_while_draining },
	{ "the next run is clean", next_run_is_clean },
};

int main(void)
{
	return TAP_MAIN(tests);
}
