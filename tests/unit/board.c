// SPDX-License-Identifier: GPL-2.0
/*
 * A board with its thread, against a driver in this one: the sleep and the
 * doorbell, which only two threads can get wrong.  Every wait has a bound.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <time.h>

#include "rig.h"
#include "tap.h"

#define MAX		0
#define WATCHDOG	20000	/* ms */
#define FAR		(1ull << 60)

/* Time here is the clock's. */
static bool power_on(struct rig *rig)
{
	rig_memory(rig);
	return !board_power_on(&rig->board, 0, &rig->options, &rig->memory);
}

static void power_off(struct rig *rig)
{
	board_power_off(&rig->board);
	memory_close(&rig->memory);
}

static void ring(struct rig *rig)
{
	const uint64_t one = 1;

	if (write(rig->board.doorbell, &one, sizeof(one)) < 0)
		abort();
}

/* What a driver does after it wrote a register. */
static void ring_if_wanted(struct rig *rig)
{
	full_fence();
	if (get32(&rig->status->doorbell_wanted))
		ring(rig);
}

/* Wait for a condition; leaves the CPU to the board now and then. */
#define WAIT_FOR(condition)						\
	({								\
		uint64_t end_ = clock_ns() + WATCHDOG * RIG_MS;		\
		bool late_, met_;					\
									\
		do {							\
			late_ = clock_ns() >= end_;			\
			met_ = (condition);				\
		} while (!met_ && !late_ && !sched_yield());		\
		met_;							\
	})

static uint32_t command(struct rig *rig, uint32_t number)
{
	uint32_t seq = rig_get32(rig, COBRA_REG_COMMAND_ACK) + 1;

	rig_put32(rig, COBRA_REG_COMMAND, number);
	rig_put32(rig, COBRA_REG_COMMAND_SEQ, seq);
	ring(rig);
	if (!WAIT_FOR(rig_get32(rig, COBRA_REG_COMMAND_ACK) == seq))
		return UINT32_MAX;
	return rig_get32(rig, COBRA_REG_COMMAND_RESULT);
}

static uint32_t begin(struct rig *rig, uint64_t rate)
{
	uint32_t result;

	rig_prepare(rig);
	result = command(rig, COBRA_CMD_SETUP);
	if (result)
		return result;
	rig_put64(rig, COBRA_REG_SOURCE_RATE, rate);
	rig_put32(rig, COBRA_REG_RUN, 1);
	return command(rig, COBRA_CMD_START);
}

/* CPU time of the board's thread, ns. */
static uint64_t board_cpu(const struct rig *rig)
{
	struct timespec t = { 0 };
	clockid_t clock;

	if (!pthread_getcpuclockid(rig->board.thread, &clock))
		clock_gettime(clock, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

/* Asleep: it has asked for the doorbell and takes no CPU time any more. */
static bool sleeps(struct rig *rig)
{
	uint64_t cpu;

	if (!WAIT_FOR(get32(&rig->status->doorbell_wanted)))
		return false;
	cpu = board_cpu(rig);
	return WAIT_FOR(({
		uint64_t before = cpu;

		cpu = board_cpu(rig);
		poll(NULL, 0, 20);
		cpu == before && cpu == board_cpu(rig);
	}));
}

static void idle_boards_cost_nothing(void)
{
	struct rig rig;

	CHECK(power_on(&rig));
	rig_prepare(&rig);
	CHECK_EQUAL(command(&rig, COBRA_CMD_SETUP), COBRA_RESULT_OK);
	CHECK(sleeps(&rig));
	power_off(&rig);
}

static void full_ring_sleeps(void)
{
	struct rig rig;

	CHECK(power_on(&rig));
	CHECK_EQUAL(begin(&rig, MAX), COBRA_RESULT_OK);
	CHECK(WAIT_FOR(get64(&rig.status->rx_head) == rig.ring));
	CHECK(sleeps(&rig));
	CHECK(rig_read(&rig, 4096));
	ring_if_wanted(&rig);
	CHECK(WAIT_FOR(get64(&rig.status->rx_head) == rig.ring + 4096));
	CHECK(sleeps(&rig));
	power_off(&rig);
}

/* A driver that rings only when asked never waits in vain. */
static void no_doorbell_is_lost(void)
{
	struct rig rig;
	unsigned int i;

	CHECK(power_on(&rig));
	CHECK_EQUAL(begin(&rig, MAX), COBRA_RESULT_OK);
	for (i = 1; i <= 20000; i++) {
		CHECK(WAIT_FOR(get64(&rig.status->rx_head) ==
			       rig.ring + rig.read));
		CHECK(rig_read(&rig, rig.read + 8 * (i % 5 + 1)));
		ring_if_wanted(&rig);
	}
	power_off(&rig);
}

/* Wait for vector 0 as a sleeping reader does. */
static bool wait_interrupt(struct rig *rig)
{
	struct pollfd vector = { .fd = rig->board.vector[0], .events = POLLIN };

	return poll(&vector, 1, WATCHDOG) == 1 && rig_interrupts(rig, 0);
}

/* Arm, look again, sleep: the driver's protocol.  No wake-up may be lost. */
static void no_wake_up_is_lost(void)
{
	struct rig rig;
	unsigned int i;
	uint64_t at;

	CHECK(power_on(&rig));
	CHECK_EQUAL(begin(&rig, MAX), COBRA_RESULT_OK);
	srandom(100);
	for (i = 0; i < 20000; i++) {
		at = rig.read + 8 * (1 + random() % 10000);
		rig_arm(&rig, at, 0);
		ring_if_wanted(&rig);
		CHECK(wait_interrupt(&rig));
		CHECK(get64(&rig.status->rx_head) >= at);
		CHECK_EQUAL(get32(&rig.status->rx_wake_ack),
			    rig_get32(&rig, COBRA_REG_RX_WAKE_SEQ));
		CHECK(rig_read(&rig, at));
		ring_if_wanted(&rig);
	}
	CHECK_EQUAL(rig_interrupts(&rig, 0), 0);
	power_off(&rig);
}

/* Read what is there; false: a word was wrong. */
static bool drain(struct rig *rig)
{
	bool right = rig_read(rig, UINT64_MAX);

	ring_if_wanted(rig);
	return right;
}

static bool stopped(const struct rig *rig)
{
	return get32(&rig->status->state) == COBRA_STATE_STOPPED;
}

/* Loss under a real clock, then everything that was made is accounted for. */
static void overrun_adds_up(void)
{
	struct rig rig;
	uint64_t lost;
	unsigned int i;

	CHECK(power_on(&rig));
	CHECK_EQUAL(begin(&rig, 200000000), COBRA_RESULT_OK);
	for (i = 1; i <= 10; i++) {
		lost = get64(&rig.status->lost);
		CHECK(WAIT_FOR(get64(&rig.status->lost) > lost));
		CHECK(WAIT_FOR(!drain(&rig) || rig.gaps >= i));
		CHECK(rig.gaps >= i);
	}
	CHECK_EQUAL(command(&rig, COBRA_CMD_STOP), COBRA_RESULT_OK);
	CHECK(WAIT_FOR(!drain(&rig) || stopped(&rig)));
	CHECK(drain(&rig));
	CHECK_EQUAL(rig.read, get64(&rig.status->rx_head));
	CHECK_EQUAL(rig.source, get64(&rig.status->produced));
	CHECK_EQUAL(rig.source, rig.read + get64(&rig.status->lost));
	power_off(&rig);
}

static void resets_under_load(void)
{
	struct rig rig;
	unsigned int i;

	CHECK(power_on(&rig));
	for (i = 1; i <= 500; i++) {
		CHECK_EQUAL(begin(&rig, i % 2 ? MAX : 100000000), 0);
		rig_arm(&rig, FAR, 0);
		ring_if_wanted(&rig);
		CHECK(WAIT_FOR(get64(&rig.status->rx_head)));
		rig_put32(&rig, COBRA_REG_RESET, i);
		ring(&rig);
		CHECK(WAIT_FOR(rig_get32(&rig, COBRA_REG_RESET_ACK) == i));
	}
	power_off(&rig);
}

static const struct tap_test tests[] = {
	{ "an idle board costs nothing", idle_boards_cost_nothing },
	{ "a full ring lets the board sleep", full_ring_sleeps },
	{ "no doorbell is lost", no_doorbell_is_lost },
	{ "no wake-up is lost", no_wake_up_is_lost },
	{ "an overrun adds up", overrun_adds_up },
	{ "resets under load", resets_under_load },
};

int main(void)
{
	return TAP_MAIN(tests);
}
