// SPDX-License-Identifier: GPL-2.0
/* The faults, a test each, and that each heals or a reset gets past it. */
#include "rig.h"
#include "tap.h"

#define MAX	0
#define KBPS	1000ull
#define FAR	(1ull << 60)

static bool give(struct rig *rig, uint32_t fault, uint64_t arg)
{
	uint32_t seq = rig_get32(rig, MAILBOX_ACK) + 1;

	rig_put32(rig, MAILBOX_FAULT, fault);
	rig_put64(rig, MAILBOX_ARG, arg);
	rig_put32(rig, MAILBOX_SEQ, seq);
	board_pass(&rig->board, rig->now);
	return rig_get32(rig, MAILBOX_ACK) == seq;
}

static uint32_t begin(struct rig *rig, uint64_t rate)
{
	uint32_t result;

	rig_open(rig);
	result = rig_setup(rig);
	return result ? result : rig_start(rig, rate);
}

/* Reset, set up, run: does the board do all it should? */
static bool works(struct rig *rig)
{
	rig_put32(rig, COBRA_REG_RESET,
		  rig_get32(rig, COBRA_REG_RESET_ACK) + 1);
	rig_run(rig);
	rig_interrupts(rig, 0);
	if (rig_setup(rig) || rig_start(rig, 64 * KBPS))
		return false;
	rig_arm(rig, 640, 0);
	rig_wait(rig, 10 * RIG_MS);
	return get64(&rig->status->rx_head) == 640 &&
	       rig_read(rig, UINT64_MAX) && rig->read == 640 &&
	       rig_interrupts(rig, 0) == 1;
}

static void stall(void)
{
	struct rig rig;

	CHECK_EQUAL(begin(&rig, 64 * KBPS), COBRA_RESULT_OK);
	rig_wait(&rig, 10 * RIG_MS);
	CHECK(give(&rig, FAULT_STALL, 0));
	rig_wait(&rig, 100 * RIG_MS);
	CHECK_EQUAL(get64(&rig.status->rx_head), 640);
	CHECK_EQUAL(get32(&rig.status->state), COBRA_STATE_RUNNING);
	CHECK(give(&rig, FAULT_NONE, 0));
	rig_wait(&rig, 10 * RIG_MS);
	CHECK_EQUAL(get64(&rig.status->rx_head), 1280);
	CHECK(give(&rig, FAULT_STALL, 0));
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_STOP), COBRA_RESULT_OK);
	rig_run(&rig);
	CHECK_EQUAL(get32(&rig.status->state), COBRA_STATE_STOPPED);
	CHECK_EQUAL(rig_start(&rig, MAX), COBRA_RESULT_OK);
	rig_wait(&rig, 100 * RIG_MS);
	CHECK_EQUAL(get64(&rig.status->rx_head), 0);
	CHECK(give(&rig, FAULT_NONE, 0));
	CHECK(works(&rig));
	rig_close(&rig);
}

static void lose_irq(void)
{
	struct rig rig;
	unsigned int i;

	CHECK_EQUAL(begin(&rig, 64 * KBPS), COBRA_RESULT_OK);
	CHECK(give(&rig, FAULT_LOSE_IRQ, 2));
	for (i = 0; i < 3; i++) {
		CHECK_EQUAL(rig_interrupts(&rig, 0), 0);
		rig_arm(&rig, 0, 0);
		rig_run(&rig);
		CHECK_EQUAL(get32(&rig.status->rx_wake_ack), i + 1);
	}
	CHECK_EQUAL(rig_interrupts(&rig, 0), 1);
	CHECK(works(&rig));
	rig_close(&rig);
}

static void spurious(void)
{
	struct rig rig;
	unsigned int i;

	CHECK_EQUAL(begin(&rig, MAX), COBRA_RESULT_OK);
	CHECK(give(&rig, FAULT_SPURIOUS, 3));
	for (i = 0; i < 3; i++) {
		CHECK_EQUAL(rig_interrupts(&rig, 0), 1);
		rig_wait(&rig, RIG_MS);
	}
	rig_wait(&rig, 100 * RIG_MS);
	CHECK_EQUAL(rig_interrupts(&rig, 0), 0);
	CHECK(works(&rig));
	rig_close(&rig);
}

static void storm(void)
{
	struct rig rig;

	CHECK_EQUAL(begin(&rig, MAX), COBRA_RESULT_OK);
	CHECK(give(&rig, FAULT_STORM, 10000));
	rig_interrupts(&rig, 0);
	rig_wait(&rig, 1000 * RIG_MS);
	CHECK_EQUAL(rig_interrupts(&rig, 0), 10000);
	CHECK(give(&rig, FAULT_STORM, 0));
	rig_interrupts(&rig, 0);
	rig_wait(&rig, 100 * RIG_MS);
	CHECK_EQUAL(rig_interrupts(&rig, 0), 0);
	CHECK(give(&rig, FAULT_STORM, UINT64_MAX));
	CHECK(give(&rig, FAULT_NONE, 0));
	CHECK(works(&rig));
	rig_close(&rig);
}

/* A false head stays, and tells whoever sleeps. */
static void false_head(uint32_t fault, uint64_t arg, uint64_t should)
{
	struct rig rig;

	CHECK_EQUAL(begin(&rig, 64 * KBPS), COBRA_RESULT_OK);
	rig_wait(&rig, 10 * RIG_MS);
	CHECK(rig_read(&rig, 320));
	rig_arm(&rig, FAR, 0);
	CHECK(give(&rig, fault, arg));
	CHECK_EQUAL(get64(&rig.status->rx_head), should);
	CHECK_EQUAL(rig_interrupts(&rig, 0), 1);
	rig_wait(&rig, 100 * RIG_MS);
	CHECK_EQUAL(get64(&rig.status->rx_head), should);
	rig_arm(&rig, FAR, 0);
	rig_run(&rig);
	CHECK_EQUAL(rig_interrupts(&rig, 0), 1);
	CHECK(works(&rig));
	CHECK(give(&rig, fault, arg));
	CHECK(give(&rig, FAULT_NONE, 0));
	rig_run(&rig);
	CHECK_EQUAL(get64(&rig.status->rx_head), 640);
	CHECK(works(&rig));
	rig_close(&rig);
}

static void head_back(void)
{
	false_head(FAULT_HEAD_BACK, 8, 632);
}

static void head_past(void)
{
	false_head(FAULT_HEAD_PAST, 8, 320 + (1 << 20) + 8);
}

static void garbage(void)
{
	struct cobra_status before, again;
	struct rig rig;

	CHECK_EQUAL(begin(&rig, 64 * KBPS), COBRA_RESULT_OK);
	rig_wait(&rig, 10 * RIG_MS);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_STOP), COBRA_RESULT_OK);
	rig_run(&rig);
	CHECK(give(&rig, FAULT_GARBAGE, 42));
	CHECK_EQUAL(rig_interrupts(&rig, 0), 1);
	memcpy(&before, rig.status, sizeof(before));
	CHECK_EQUAL(before.doorbell_wanted, 1);
	CHECK(before.rx_head != 640 && before.gaps[255].lost);
	CHECK(before.reserved1[998] != before.reserved1[997]);
	CHECK(give(&rig, FAULT_GARBAGE, 42));
	memcpy(&again, rig.status, sizeof(again));
	CHECK(!memcmp(&before, &again, sizeof(again)));
	CHECK_EQUAL(rig_start(&rig, 64 * KBPS), COBRA_RESULT_OK);
	rig_wait(&rig, RIG_MS);
	CHECK_EQUAL(get64(&rig.status->rx_head), 64);
	CHECK_EQUAL(get32(&rig.status->state), COBRA_STATE_RUNNING);
	CHECK(works(&rig));
	rig_close(&rig);
}

/* With nothing to tell, the board does not put it right. */
static void garbage_in_a_run_stays(void)
{
	struct rig rig;

	CHECK_EQUAL(begin(&rig, 64 * KBPS), COBRA_RESULT_OK);
	rig_wait(&rig, 10 * RIG_MS);
	CHECK(give(&rig, FAULT_STALL, 0));
	CHECK(give(&rig, FAULT_GARBAGE, 1));
	rig_wait(&rig, 1000 * RIG_MS);
	CHECK(get64(&rig.status->rx_head) != 640);
	CHECK(get32(&rig.status->state) != COBRA_STATE_RUNNING);
	CHECK(give(&rig, FAULT_NONE, 0));
	rig_wait(&rig, RIG_MS);
	CHECK_EQUAL(get64(&rig.status->rx_head), 704);
	CHECK_EQUAL(get32(&rig.status->state), COBRA_STATE_RUNNING);
	CHECK(works(&rig));
	rig_close(&rig);
}

static bool all_ones(const struct rig *rig)
{
	uint32_t offset;

	for (offset = 0; offset < COBRA_REG_VENDOR; offset += 4)
		if (rig_get32(rig, offset) != UINT32_MAX)
			return false;
	return true;
}

static void ones(void)
{
	struct rig rig;
	uint64_t head;

	CHECK_EQUAL(begin(&rig, 64 * KBPS), COBRA_RESULT_OK);
	rig_wait(&rig, 10 * RIG_MS);
	head = get64(&rig.status->rx_head);
	CHECK(give(&rig, FAULT_ONES, 0));
	CHECK(all_ones(&rig));
	rig_put32(&rig, COBRA_REG_RESET, 9);
	rig_put64(&rig, COBRA_REG_RX_TAIL, 64);
	rig_wait(&rig, 10 * RIG_MS);
	CHECK(all_ones(&rig));
	CHECK_EQUAL(get64(&rig.status->rx_head), head);
	CHECK_EQUAL(rig_interrupts(&rig, 0), 0);
	CHECK(give(&rig, FAULT_NONE, 0));
	CHECK_EQUAL(rig_get32(&rig, COBRA_REG_MAGIC), COBRA_MAGIC);
	CHECK_EQUAL(rig_get32(&rig, COBRA_REG_STATE), COBRA_STATE_RESET);
	CHECK_EQUAL(rig_get32(&rig, COBRA_REG_RESET), 0);
	CHECK_EQUAL(rig_get64(&rig, COBRA_REG_RX_TAIL), 0);
	CHECK(works(&rig));
	rig_close(&rig);
}

static void reset_never(void)
{
	struct rig rig;

	CHECK_EQUAL(begin(&rig, 64 * KBPS), COBRA_RESULT_OK);
	rig_wait(&rig, 10 * RIG_MS);
	CHECK(give(&rig, FAULT_RESET_NEVER, 0));
	rig_wait(&rig, 10 * RIG_MS);
	CHECK_EQUAL(get64(&rig.status->rx_head), 1280);
	rig_put32(&rig, COBRA_REG_RESET, 3);
	rig_wait(&rig, 1000 * RIG_MS);
	CHECK_EQUAL(rig_get32(&rig, COBRA_REG_RESET_ACK), 0);
	CHECK_EQUAL(get64(&rig.status->rx_head), 1280);	/* DMA is over */
	CHECK(board_deadline(&rig.board, rig.now) == NEVER);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_CONFIGURE), UINT32_MAX);
	CHECK(give(&rig, FAULT_NONE, 0));
	rig_run(&rig);
	CHECK_EQUAL(rig_get32(&rig, COBRA_REG_RESET_ACK), 3);
	CHECK(works(&rig));
	rig_close(&rig);
}

static void reset_slow(void)
{
	struct rig rig;

	CHECK_EQUAL(begin(&rig, 64 * KBPS), COBRA_RESULT_OK);
	CHECK(give(&rig, FAULT_RESET_SLOW, 50));
	rig_put32(&rig, COBRA_REG_RESET, 3);
	rig_wait(&rig, 50 * RIG_MS - 1);
	CHECK_EQUAL(rig_get32(&rig, COBRA_REG_RESET_ACK), 0);
	CHECK_EQUAL(get64(&rig.status->rx_head), 0);
	rig_wait(&rig, 1);
	CHECK_EQUAL(rig_get32(&rig, COBRA_REG_RESET_ACK), 3);
	CHECK(give(&rig, FAULT_NONE, 0));
	CHECK(works(&rig));
	rig_close(&rig);
}

static void mute(void)
{
	struct rig rig;

	CHECK_EQUAL(begin(&rig, 64 * KBPS), COBRA_RESULT_OK);
	CHECK(give(&rig, FAULT_MUTE, 0));
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_STOP), UINT32_MAX);
	CHECK_EQUAL(get32(&rig.status->state), COBRA_STATE_RUNNING);
	rig_put32(&rig, COBRA_REG_RESET, 3);
	rig_run(&rig);
	CHECK_EQUAL(rig_get32(&rig, COBRA_REG_RESET_ACK), 3);
	CHECK(give(&rig, FAULT_NONE, 0));
	CHECK_EQUAL(rig_get32(&rig, COBRA_REG_STATE), COBRA_STATE_RESET);
	CHECK(works(&rig));
	rig_close(&rig);
}

static void refuse(void)
{
	struct rig rig;

	CHECK_EQUAL(begin(&rig, 64 * KBPS), COBRA_RESULT_OK);
	CHECK(give(&rig, FAULT_REFUSE, 99));
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_STOP), 99);
	CHECK_EQUAL(get32(&rig.status->state), COBRA_STATE_RUNNING);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_STOP), COBRA_RESULT_OK);
	CHECK(works(&rig));
	rig_close(&rig);
}

static void gap_bad(void)
{
	struct rig rig;

	CHECK_EQUAL(begin(&rig, 64 * KBPS), COBRA_RESULT_OK);
	CHECK(give(&rig, FAULT_GAP_BAD, FAR));
	CHECK_EQUAL(get64(&rig.status->gap_head), 1);
	CHECK_EQUAL(get64(&rig.status->gaps[0].position), FAR);
	CHECK_EQUAL(rig_interrupts(&rig, 0), 1);
	CHECK(works(&rig));
	rig_close(&rig);
}

static void board_gives_up(void)
{
	struct rig rig;

	CHECK_EQUAL(begin(&rig, 64 * KBPS), COBRA_RESULT_OK);
	rig_arm(&rig, FAR, 0);
	CHECK(give(&rig, FAULT_BOARD, COBRA_ERROR_DMA));
	CHECK_EQUAL(get32(&rig.status->state), COBRA_STATE_FAULT);
	CHECK_EQUAL(get32(&rig.status->error), COBRA_ERROR_DMA);
	CHECK_EQUAL(rig_get32(&rig, COBRA_REG_ERROR), COBRA_ERROR_DMA);
	CHECK_EQUAL(rig_interrupts(&rig, 0), 1);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_STOP), COBRA_RESULT_STATE);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_CONFIGURE),
		    COBRA_RESULT_STATE);
	CHECK(works(&rig));
	rig_close(&rig);
}

static void other_magic(void)
{
	struct rig rig;

	CHECK_EQUAL(begin(&rig, 64 * KBPS), COBRA_RESULT_OK);
	CHECK(give(&rig, FAULT_MAGIC, 0x12345678));
	CHECK_EQUAL(rig_get32(&rig, COBRA_REG_MAGIC), 0x12345678);
	CHECK(give(&rig, FAULT_NONE, 0));
	CHECK_EQUAL(rig_get32(&rig, COBRA_REG_MAGIC), COBRA_MAGIC);
	CHECK(works(&rig));
	rig_close(&rig);
}

static void status_word(void)
{
	const uint64_t at = offsetof(struct cobra_status, run);
	struct rig rig;

	CHECK_EQUAL(begin(&rig, 64 * KBPS), COBRA_RESULT_OK);
	CHECK_EQUAL(rig_command(&rig, COBRA_CMD_ABORT), COBRA_RESULT_OK);
	rig_run(&rig);
	CHECK(give(&rig, FAULT_STATUS_WORD, at << 32 | 4711));
	CHECK_EQUAL(get32(&rig.status->run), 4711);
	CHECK(give(&rig, FAULT_STATUS_WORD, 0x4000ull << 32));
	CHECK(give(&rig, FAULT_STATUS_WORD, UINT64_MAX));
	CHECK(works(&rig));
	rig_close(&rig);
}

/* Every fault, in every order of two, before SETUP and with nonsense. */
static void faults_compose(void)
{
	static const uint64_t args[] = { 0, 1, 1ull << 31, UINT64_MAX };
	struct rig rig;
	uint32_t first, second, arg;

	rig_open(&rig);
	for (first = 0; first <= FAULT_STATUS_WORD + 1; first++) {
		for (second = 0; second <= FAULT_STATUS_WORD; second++) {
			arg = (first + second) % 4;
			CHECK(give(&rig, first, args[arg]));
			CHECK(give(&rig, second, args[3 - arg]));
			rig_wait(&rig, 2 * RIG_MS);
			CHECK(give(&rig, FAULT_NONE, 0));
			CHECK(works(&rig));
			CHECK(give(&rig, second, args[arg]));
			rig_wait(&rig, 2 * RIG_MS);
			CHECK(give(&rig, FAULT_NONE, 0));
			rig_put32(&rig, COBRA_REG_RESET, 0xffff);
			rig_run(&rig);
		}
	}
	rig_close(&rig);
}

static const struct tap_test tests[] = {
	{ "stall", stall },
	{ "lost interrupts", lose_irq },
	{ "spurious interrupts", spurious },
	{ "interrupt storm", storm },
	{ "head goes back", head_back },
	{ "head past the ring", head_past },
	{ "garbage in the status block", garbage },
	{ "garbage in a run that makes no progress", garbage_in_a_run_stays },
	{ "registers read ones", ones },
	{ "reset never ends", reset_never },
	{ "slow reset", reset_slow },
	{ "mute", mute },
	{ "refused command", refuse },
	{ "bad gap", gap_bad },
	{ "board gives up", board_gives_up },
	{ "other magic", other_magic },
	{ "any status word", status_word },
	{ "faults compose and heal", faults_compose },
};

int main(void)
{
	return TAP_MAIN(tests);
}
