// SPDX-License-Identifier: GPL-2.0
/* The receive stream: set-up, runs, every byte in its place. */
#include "rig.h"
#include "tap.h"

#define MAX	0	/* rate */

static void identifies_itself(void)
{
	struct rig rig;

	rig_open(&rig);
	CHECK_EQUAL(rig_get32(&rig, COBRA_REG_MAGIC), COBRA_MAGIC);
	CHECK_EQUAL(rig_get32(&rig, COBRA_REG_VERSION), COBRA_VERSION);
	CHECK_EQUAL(rig_get32(&rig, COBRA_REG_CAPS), COBRA_CAP_SCATTER |
		    COBRA_CAP_SOURCE | COBRA_CAP_DOORBELL);
	CHECK_EQUAL(rig_get32(&rig, COBRA_REG_MAX_SEGMENTS), 65536);
	CHECK_EQUAL(rig_get32(&rig, COBRA_REG_FIFO_BYTES), 65536);
	CHECK_EQUAL(rig_get32(&rig, COBRA_REG_DOORBELL_VALUE), 1 << 16);
	CHECK(!strcmp((char *)rig.board.registers + COBRA_REG_SERIAL,
		      "EMU-0000"));
	CHECK_EQUAL(rig_get32(&rig, COBRA_REG_STATE), COBRA_STATE_RESET);
	rig_close(&rig);
}

/* Each row spoils one register of a good set-up. */
static const struct refusal {
	uint32_t offset;
	uint64_t value;
	uint32_t width;
	uint32_t result;
} refusals[] = {
	{ COBRA_REG_STATUS_ADDRESS, RIG_STATUS + 8, 8, COBRA_RESULT_INVALID },
	{ COBRA_REG_STATUS_ADDRESS, RIG_MEMORY - 8192, 8, COBRA_RESULT_DMA },
	{ COBRA_REG_STATUS_ADDRESS, -4096ull, 8, COBRA_RESULT_DMA },
	{ COBRA_REG_RX_TABLE, RIG_TABLE + 4, 8, COBRA_RESULT_INVALID },
	{ COBRA_REG_RX_TABLE, RIG_MEMORY - 8, 8, COBRA_RESULT_DMA },
	{ COBRA_REG_RX_TABLE, -8ull, 8, COBRA_RESULT_DMA },
	{ COBRA_REG_RX_SEGMENTS, 0, 4, COBRA_RESULT_INVALID },
	{ COBRA_REG_RX_SEGMENTS, 65537, 4, COBRA_RESULT_INVALID },
	{ COBRA_REG_RX_SEGMENTS, UINT32_MAX, 4, COBRA_RESULT_INVALID },
	{ COBRA_REG_RX_SEGMENT_SHIFT, 11, 4, COBRA_RESULT_INVALID },
	{ COBRA_REG_RX_SEGMENT_SHIFT, 31, 4, COBRA_RESULT_INVALID },
	{ COBRA_REG_RX_SEGMENT_SHIFT, 64, 4, COBRA_RESULT_INVALID },
	{ COBRA_REG_RX_SEGMENT_SHIFT, 30, 4, COBRA_RESULT_DMA },
};

static void setup_refuses(void)
{
	const struct refusal *refusal;
	struct rig rig;
	unsigned int i;

	rig_open(&rig);
	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		refusal = &refusals[i];
		rig_prepare(&rig);
		if (refusal->width == 8)
			rig_put64(&rig, refusal->offset, refusal->value);
		else
			rig_put32(&rig, refusal->offset, refusal->value);
		CHECK_EQUAL(rig_command(&rig, COBRA_CMD_SETUP),
			    refusal->result);
		CHECK_EQUAL(rig_get32(&rig, COBRA_REG_STATE),
			    COBRA_STATE_RESET);
	}
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	rig_close(&rig);
}

static void setup_checks_each_segment(void)
{
	struct rig rig;
	uint64_t *table;

	rig_open(&rig);
	rig_prepare(&rig);
	table = memory_at(&rig.memory, RIG_TABLE, 16 * 8);
	put64(&table[15], RIG_RING + 2048);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_SETUP), COBRA_RESULT_INVALID);
	put64(&table[15], RIG_MEMORY - 4096);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_SETUP), COBRA_RESULT_DMA);
	put64(&table[15], -65536ull);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_SETUP), COBRA_RESULT_DMA);
	rig_close(&rig);
}

static void setup_without_scatter(void)
{
	struct rig rig;

	rig_memory(&rig);
	rig.options.scatter = false;
	CHECK(!board_assemble(&rig.board, 0, &rig.options, &rig.memory));
	CHECK_EQUAL(rig_get32(&rig, COBRA_REG_MAX_SEGMENTS), 1);
	CHECK(!(rig_get32(&rig, COBRA_REG_CAPS) & COBRA_CAP_SCATTER));
	rig.segments = 2;
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_INVALID);
	rig.segments = 1;
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_start(&rig, MAX), COBRA_RESULT_OK);
	rig_run(&rig);
	CHECK_EQUAL(get64(&rig.status->rx_head), 65536);
	CHECK(rig_read(&rig, UINT64_MAX));
	rig_close(&rig);
}

/* A failed SETUP leaves the old one; a good one may follow in STOPPED. */
static void setup_again(void)
{
	struct rig rig;

	rig_open(&rig);
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	put32(&rig.status->reserved1[7], 0xdead);
	put64(&rig.status->gaps[3].lost, 5);
	rig_put32(&rig, COBRA_REG_RX_SEGMENTS, 0);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_SETUP), COBRA_RESULT_INVALID);
	CHECK_EQUAL(get32(&rig.status->state), COBRA_STATE_IDLE);
	CHECK_EQUAL(get32(&rig.status->reserved1[7]), 0xdead);
	CHECK_EQUAL(rig_start(&rig, MAX), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_SETUP), COBRA_RESULT_STATE);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_ABORT), COBRA_RESULT_OK);
	rig_run(&rig);
	rig.segments = 3;
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	CHECK_EQUAL(get32(&rig.status->reserved1[7]), 0);
	CHECK_EQUAL(get64(&rig.status->gaps[3].lost), 5);	/* 4 KiB only */
	CHECK_EQUAL(rig_start(&rig, MAX), COBRA_RESULT_OK);
	rig_run(&rig);
	CHECK_EQUAL(get64(&rig.status->rx_head), 3 * 65536);
	CHECK(rig_read(&rig, UINT64_MAX));
	rig_close(&rig);
}

static void table_is_copied(void)
{
	struct rig rig;
	uint64_t *table;

	rig_open(&rig);
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	table = memory_at(&rig.memory, RIG_TABLE, 8);
	put64(table, UINT64_MAX);
	CHECK_EQUAL(rig_start(&rig, MAX), COBRA_RESULT_OK);
	rig_run(&rig);
	CHECK(rig_read(&rig, UINT64_MAX));
	rig_close(&rig);
}

static void start_refuses(void)
{
	struct rig rig;

	rig_open(&rig);
	CHECK_EQUAL(rig_start(&rig, MAX), COBRA_RESULT_STATE);
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	rig_put32(&rig, COBRA_REG_RUN, 0);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_START), COBRA_RESULT_INVALID);
	rig_put32(&rig, COBRA_REG_RUN, 1);
	rig_put64(&rig, COBRA_REG_RX_TAIL, 8);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_START), COBRA_RESULT_INVALID);
	rig_put64(&rig, COBRA_REG_RX_TAIL, 0);
	rig_put64(&rig, COBRA_REG_RX_GAP_TAIL, 1);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_START), COBRA_RESULT_INVALID);
	rig_put32(&rig, COBRA_REG_SOURCE_PATTERN, COBRA_PATTERN_FILE);
	CHECK_EQUAL(rig_start(&rig, MAX), COBRA_RESULT_INVALID);
	rig_put32(&rig, COBRA_REG_SOURCE_PATTERN, COBRA_PATTERNS);
	CHECK_EQUAL(rig_start(&rig, MAX), COBRA_RESULT_INVALID);
	rig_put32(&rig, COBRA_REG_SOURCE_PATTERN, 0);
	CHECK_EQUAL(rig_start(&rig, UINT64_MAX), COBRA_RESULT_INVALID);
	CHECK_EQUAL(get32(&rig.status->state), COBRA_STATE_IDLE);
	CHECK_EQUAL(rig_start(&rig, MAX), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_start(&rig, MAX), COBRA_RESULT_STATE);
	rig_close(&rig);
}

static void unknown_commands(void)
{
	static const uint32_t unknown[] = {
		COBRA_CMD_NONE, COBRA_CMD_SELFTEST, 7, 1000, UINT32_MAX,
	};
	struct rig rig;
	unsigned int i;

	rig_open(&rig);
	for (i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		CHECK_EQUAL(rig_command(&rig, unknown[i]),
			    COBRA_RESULT_UNKNOWN);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_STOP), COBRA_RESULT_STATE);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_ABORT), COBRA_RESULT_STATE);
	rig_close(&rig);
}

/* Max rate: fills the ring to the last word and waits, losing nothing. */
static void max_rate_waits(void)
{
	static const uint64_t reads[] = { 8, 1, 2, 13, 4096, 65536, 70001 };
	struct rig rig;
	uint64_t tail = 0;
	unsigned int i;

	rig_open(&rig);
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_start(&rig, MAX), COBRA_RESULT_OK);
	rig_run(&rig);
	CHECK_EQUAL(get64(&rig.status->rx_head), rig.ring);
	for (i = 0; i < 700; i++) {
		tail += reads[i % 7];
		CHECK(rig_read(&rig, tail / 8 * 8));
		rig_put64(&rig, COBRA_REG_RX_TAIL, tail);	/* odd ones too */
		rig_run(&rig);
		CHECK_EQUAL(get64(&rig.status->rx_head),
			    (tail + rig.ring) / 8 * 8);
		CHECK_EQUAL(get64(&rig.status->produced),
			    get64(&rig.status->rx_head));
	}
	CHECK_EQUAL(get64(&rig.status->lost), 0);
	CHECK(board_deadline(&rig.board, rig.now) == NEVER);
	rig_close(&rig);
}

static void ring_of_one_page(void)
{
	struct rig rig;
	unsigned int i;

	rig_open(&rig);
	rig.shift = 12;
	rig.segments = 1;
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_start(&rig, MAX), COBRA_RESULT_OK);
	for (i = 0; i < 100; i++) {
		rig_run(&rig);
		CHECK(rig_read(&rig, rig.read + 1000));
	}
	CHECK_EQUAL(rig.read, 100000);
	rig_close(&rig);
}

/* The most segments there can be, all of them the same page. */
static void ring_of_65536_segments(void)
{
	struct rig rig;
	uint64_t *table;
	uint32_t i;

	rig_open(&rig);
	rig_prepare(&rig);
	table = memory_at(&rig.memory, RIG_RING, 65536 * 8);
	for (i = 0; i < 65536; i++)
		put64(&table[i], RIG_RING + 65536 * 8);
	rig_put64(&rig, COBRA_REG_RX_TABLE, RIG_RING);
	rig_put32(&rig, COBRA_REG_RX_SEGMENTS, 65536);
	rig_put32(&rig, COBRA_REG_RX_SEGMENT_SHIFT, 12);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_SETUP), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_start(&rig, MAX), COBRA_RESULT_OK);
	rig_run(&rig);
	CHECK_EQUAL(get64(&rig.status->rx_head), 65536ull << 12);
	rig_close(&rig);
}

static void steady_rate_keeps_time(void)
{
	struct rig rig;
	unsigned int ms;

	rig_open(&rig);
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_start(&rig, 1234567), COBRA_RESULT_OK);
	for (ms = 1; ms <= 3000; ms++) {
		rig_wait(&rig, RIG_MS);
		CHECK_EQUAL(get64(&rig.status->rx_head),
			    1234567ull * ms / 1000 / 8 * 8);
		CHECK(rig_read(&rig, UINT64_MAX));
	}
	CHECK_EQUAL(get64(&rig.status->lost), 0);
	rig_close(&rig);
}

/* A late step finds what it missed, and that a rate was slow to come. */
static void slow_rate_sleeps(void)
{
	struct rig rig;

	rig_open(&rig);
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_start(&rig, 1000), COBRA_RESULT_OK);
	rig_run(&rig);
	CHECK_EQUAL(board_deadline(&rig.board, rig.now), rig.now + 8 * RIG_MS);
	rig_wait(&rig, 8 * RIG_MS - 1);
	CHECK_EQUAL(get64(&rig.status->rx_head), 0);
	rig_wait(&rig, 1);
	CHECK_EQUAL(get64(&rig.status->rx_head), 8);
	rig.now += 1000 * RIG_MS;
	rig_run(&rig);
	CHECK_EQUAL(get64(&rig.status->rx_head), 1008);
	CHECK_EQUAL(rig_start(&rig, 1), COBRA_RESULT_STATE);
	rig_put64(&rig, COBRA_REG_SOURCE_RATE, 1);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_CONFIGURE), COBRA_RESULT_OK);
	rig_run(&rig);
	CHECK_EQUAL(board_deadline(&rig.board, rig.now),
		    rig.now + 8000 * RIG_MS);
	rig_close(&rig);
}

static void pulses_come_at_once(void)
{
	struct rig rig;
	unsigned int n;

	rig_open(&rig);
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	rig_put32(&rig, COBRA_REG_SOURCE_PULSE, 20000);
	CHECK_EQUAL(rig_start(&rig, 10000000), COBRA_RESULT_OK);
	for (n = 1; n < 50; n++) {
		rig_wait(&rig, 20 * RIG_MS - 1);
		CHECK_EQUAL(get64(&rig.status->rx_head), (n - 1) * 200000);
		rig_wait(&rig, 1);
		CHECK_EQUAL(get64(&rig.status->rx_head), n * 200000);
		CHECK(rig_read(&rig, UINT64_MAX));
	}
	CHECK_EQUAL(get64(&rig.status->lost), 0);
	rig_close(&rig);
}

/* CONFIGURE changes the rate from now on and leaves what was made. */
static void configure_while_running(void)
{
	struct rig rig;

	rig_open(&rig);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_CONFIGURE), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_setup(&rig), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_start(&rig, 1000000), COBRA_RESULT_OK);
	rig_wait(&rig, 100 * RIG_MS);
	rig_put64(&rig, COBRA_REG_SOURCE_RATE, 2000000);
	rig_put32(&rig, COBRA_REG_SOURCE_PATTERN, COBRA_PATTERN_PRBS31);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_CONFIGURE), COBRA_RESULT_OK);
	rig_wait(&rig, 100 * RIG_MS);
	CHECK_EQUAL(get64(&rig.status->rx_head), 300000);
	rig_put64(&rig, COBRA_REG_SOURCE_RATE, MAX);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_CONFIGURE), COBRA_RESULT_OK);
	rig_run(&rig);
	CHECK_EQUAL(get64(&rig.status->rx_head), rig.ring);
	CHECK(rig_read(&rig, UINT64_MAX));	/* still the counter */
	rig_put64(&rig, COBRA_REG_SOURCE_RATE, 8000);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_CONFIGURE), COBRA_RESULT_OK);
	rig_wait(&rig, 10 * RIG_MS);
	CHECK(get64(&rig.status->rx_head) < 2 * rig.ring);
	rig_put64(&rig, COBRA_REG_SOURCE_RATE, UINT64_MAX);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_CONFIGURE),
		    COBRA_RESULT_INVALID);
	CHECK(rig_read(&rig, UINT64_MAX));
	rig_close(&rig);
}

static const struct tap_test tests[] = {
	{ "identifies itself", identifies_itself },
	{ "SETUP refuses what is out of range", setup_refuses },
	{ "SETUP checks each segment", setup_checks_each_segment },
	{ "SETUP without scatter takes one segment", setup_without_scatter },
	{ "SETUP again", setup_again },
	{ "the segment table is copied", table_is_copied },
	{ "START refuses what is out of range", start_refuses },
	{ "unknown commands are unknown", unknown_commands },
	{ "maximum rate waits for room and loses nothing", max_rate_waits },
	{ "a ring of one page", ring_of_one_page },
	{ "a ring of 65536 segments", ring_of_65536_segments },
	{ "a steady rate keeps time", steady_rate_keeps_time },
	{ "a slow rate sleeps until a word is due", slow_rate_sleeps },
	{ "pulses come at once", pulses_come_at_once },
	{ "CONFIGURE in a run changes the rate only", configure_while_running },
};

int main(void)
{
	return TAP_MAIN(tests);
}
