// SPDX-License-Identifier: GPL-2.0
/*
 * The fuzzer: the same seed tells the same lies, about everything; healing
 * ends them; and whatever it says, it writes to no memory but its own.
 */
#include "dice.h"
#include "rig.h"
#include "tap.h"

#define HEADER		"include/cobra/board.h"
#define RATE		10000000ull
#define RIG_US		1000ull
#define CANARY		0xa5
#define TRAP		0x70000ull	/* where nobody has a ring */
#define WATCHED		0x80000ull	/* of the memory, from its start */
#define LONGEST_RESET	(2000 * RIG_MS)
#define LONGEST_COMMAND	(1000 * RIG_MS)

static const uint32_t seeds[] = { 1, 4711, 0x80000000 };

/*
 * A driver that believes whatever it is told.  It has two places for a ring,
 * and takes back what the board has been told to forget.
 */
struct believer {
	struct rig rig;
	uint64_t dice;
	uint32_t reset_seq;
	uint32_t command_seq;
	uint32_t ring;		/* which of the two the board has */
	bool has_status;	/* so it has */
	bool has_ring;
	bool harmed;		/* it wrote to what it does not have */
	uint64_t done;		/* times that a run was begun */
	uint64_t bytes;		/* that it took for the stream */
};

static const uint64_t rings[] = { 0x40000, 0x50000 };

static bool give(struct rig *rig, uint32_t fault, uint64_t arg)
{
	uint32_t seq = rig_get32(rig, MAILBOX_ACK) + 1;

	rig_put32(rig, MAILBOX_FAULT, fault);
	rig_put64(rig, MAILBOX_ARG, arg);
	rig_put32(rig, MAILBOX_SEQ, seq);
	board_pass(&rig->board, rig->now);
	return rig_get32(rig, MAILBOX_ACK) == seq;
}

static void take_back(struct believer *driver, uint64_t address, size_t size)
{
	memset(memory_at(&driver->rig.memory, address, size), CANARY, size);
}

static void believer_open(struct believer *driver, uint64_t dice)
{
	*driver = (struct believer){ .dice = dice };
	rig_open(&driver->rig);
	driver->rig.shift = 12;
	driver->rig.ring = 16 << 12;
	take_back(driver, 0, WATCHED);
}

/* As the driver waits: it looks each 50 us, and takes ones for an end. */
static bool await(struct believer *driver, uint32_t reg, uint32_t seq,
		  uint64_t longest)
{
	uint64_t end = driver->rig.now + longest;
	uint32_t value;

	do {
		value = rig_get32(&driver->rig, reg);
		if (value == seq || value == UINT32_MAX)
			break;
		rig_wait(&driver->rig, 50 * RIG_US);
	} while (driver->rig.now < end);
	return value == seq;
}

static bool command(struct believer *driver, uint32_t command)
{
	uint32_t seq = ++driver->command_seq;

	rig_put32(&driver->rig, COBRA_REG_COMMAND, command);
	rig_put32(&driver->rig, COBRA_REG_COMMAND_SEQ, seq);
	return await(driver, COBRA_REG_COMMAND_ACK, seq, LONGEST_COMMAND) &&
	       rig_get32(&driver->rig, COBRA_REG_COMMAND_RESULT) ==
			COBRA_RESULT_OK;
}

static bool is_canary(struct believer *driver, uint64_t from, uint64_t to)
{
	const uint8_t *memory = driver->rig.memory.base;

	if (memory[from] == CANARY &&
	    !memcmp(memory + from, memory + from + 1, to - from - 1))
		return true;
	printf("# something between %#llx and %#llx was written to\n",
	       (unsigned long long)from, (unsigned long long)to);
	return false;
}

static bool ring_is_given(const struct believer *driver, uint32_t ring)
{
	return driver->has_ring && driver->ring == ring;
}

/* Is all as it was that the board should not know of? */
static bool memory_is_safe(struct believer *driver)
{
	const uint64_t status_end = RIG_STATUS + COBRA_STATUS_BYTES;

	return is_canary(driver, 0, RIG_STATUS) &&
	       (driver->has_status ||
		is_canary(driver, RIG_STATUS, status_end)) &&
	       is_canary(driver, status_end, RIG_TABLE) &&
	       is_canary(driver, RIG_TABLE + 4096, rings[0]) &&
	       (ring_is_given(driver, 0) ||
		is_canary(driver, rings[0], rings[1])) &&
	       (ring_is_given(driver, 1) ||
		is_canary(driver, rings[1], rings[1] + driver->rig.ring)) &&
	       is_canary(driver, rings[1] + driver->rig.ring, WATCHED);
}

/* Do nothing for a while, and see what the board does. */
static void linger(struct believer *driver)
{
	rig_wait(&driver->rig, dice_roll(&driver->dice) % (10 * RIG_MS));
	driver->harmed |= !memory_is_safe(driver);
}

/* Whether it was answered or not: the board has no memory any more. */
static void reset(struct believer *driver)
{
	uint32_t seq = ++driver->reset_seq;

	rig_put32(&driver->rig, COBRA_REG_RESET, seq);
	await(driver, COBRA_REG_RESET_ACK, seq, LONGEST_RESET);
	driver->has_status = false;
	driver->has_ring = false;
	take_back(driver, RIG_STATUS, COBRA_STATUS_BYTES);
	take_back(driver, rings[0], 2 * driver->rig.ring);
	linger(driver);
}

static void write_table(struct believer *driver, uint64_t address)
{
	uint64_t *table = memory_at(&driver->rig.memory, RIG_TABLE, 16 * 8);
	uint32_t i;

	for (i = 0; i < 16; i++)
		put64(&table[i], address + (i << 12));
}

/* Take the other ring; the table is void as soon as there is an answer. */
static void setup(struct believer *driver)
{
	struct rig *rig = &driver->rig;
	uint32_t other = 1 - driver->ring;
	bool done;

	rig_prepare(rig);
	write_table(driver, rings[other]);
	driver->has_status = true;
	done = command(driver, COBRA_CMD_SETUP);
	write_table(driver, TRAP);
	if (done) {
		driver->ring = other;
		driver->has_ring = true;
	}
	take_back(driver, rings[1 - driver->ring], rig->ring);
	linger(driver);
}

static void start(struct believer *driver)
{
	struct rig *rig = &driver->rig;

	rig_put64(rig, COBRA_REG_RX_TAIL, 0);
	rig_put64(rig, COBRA_REG_RX_GAP_TAIL, 0);
	rig_put64(rig, COBRA_REG_SOURCE_RATE, RATE);
	rig_put32(rig, COBRA_REG_RUN, ++rig->run);
	rig->read = 0;
	driver->done += command(driver, COBRA_CMD_START);
}

/* Take what seems to be there, for a while. */
static void stream(struct believer *driver)
{
	struct rig *rig = &driver->rig;
	uint64_t head;
	int i;

	for (i = 0; i < 20; i++) {
		rig_wait(rig, RIG_MS);
		head = get64(&rig->status->rx_head);
		if (head < rig->read || head - rig->read > rig->ring)
			return;
		driver->bytes += head - rig->read;
		rig->read = head;
		rig_put64(rig, COBRA_REG_RX_TAIL, head);
	}
}

/* Something that drivers do. */
static void act(struct believer *driver)
{
	static void (* const acts[])(struct believer *driver) = {
		stream, stream, stream, start, setup, reset,
	};

	if (!driver->has_ring) {
		reset(driver);
		setup(driver);
		start(driver);
	}
	acts[dice_roll(&driver->dice) % 6](driver);
	linger(driver);
}

static void writes_to_no_memory_but_its_own(void)
{
	struct believer driver;
	unsigned int i, n;

	for (i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++) {
		believer_open(&driver, seeds[i]);
		CHECK(give(&driver.rig, FAULT_FUZZ, seeds[i]));
		for (n = 0; n < 60000; n++) {
			act(&driver);
			if (driver.harmed)
				printf("# seed %u, act %u\n", seeds[i], n);
			CHECK(!driver.harmed);
		}
		CHECK(driver.done > 500);
		CHECK(driver.bytes > 100 * driver.rig.ring);
		rig_close(&driver.rig);
	}
}

static void tells_nothing_before_setup(void)
{
	struct believer driver;

	believer_open(&driver, 1);
	CHECK(give(&driver.rig, FAULT_FUZZ, 1));
	rig_wait(&driver.rig, 10000 * RIG_MS);
	CHECK(rig_get64(&driver.rig, MAILBOX_LIES) > 1000);
	CHECK(memory_is_safe(&driver));
	rig_close(&driver.rig);
}

/* FNV-1a of what the board shows, at each of many times. */
static uint64_t digest(uint32_t seed, uint64_t *writes)
{
	struct believer driver;
	uint64_t sum = 0xcbf29ce484222325ull, i, n;

	believer_open(&driver, 1);
	give(&driver.rig, FAULT_FUZZ, seed);
	for (n = 0; n < 100; n++) {
		act(&driver);
		for (i = 0; i < COBRA_STATUS_BYTES; i += 8)
			sum = (sum ^ get64((uint8_t *)driver.rig.status + i)) *
			      0x100000001b3ull;
		for (i = 0; i < COBRA_REGS_SIZE; i += 8)
			sum = (sum ^ rig_get64(&driver.rig, i)) *
			      0x100000001b3ull;
		sum += rig_interrupts(&driver.rig, 0);
		sum += rig_interrupts(&driver.rig, 1);
	}
	*writes = rig_get64(&driver.rig, MAILBOX_LIES);
	rig_close(&driver.rig);
	return sum;
}

static void same_seed_same_lies(void)
{
	uint64_t first, again, other;

	CHECK_EQUAL(digest(5, &again), digest(5, &first));
	CHECK_EQUAL(again, first);
	CHECK(first > 1000);
	CHECK(digest(6, &other) != digest(5, &again));
}

static void reaches_every_field(void)
{
	struct believer driver;
	unsigned int i, n;

	believer_open(&driver, 1);
	CHECK(give(&driver.rig, FAULT_FUZZ, 1));
	for (n = 0; n < 3000; n++)
		act(&driver);
	for (i = 0; i < FIELDS; i++) {
		if (!driver.rig.board.faults.fuzz.reached[i])
			printf("# %s\n", fields[i].name);
		CHECK(driver.rig.board.faults.fuzz.reached[i]);
	}
	rig_close(&driver.rig);
}

/* Both vectors, and more than anybody asked for */
static void interrupts_for_nothing(void)
{
	struct rig rig;

	rig_open(&rig);
	CHECK(give(&rig, FAULT_FUZZ, 1));
	rig_wait(&rig, 10000 * RIG_MS);
	CHECK(rig_interrupts(&rig, 0) > 1000);
	CHECK(rig_interrupts(&rig, 1) > 100);
	CHECK(give(&rig, FAULT_NONE, 0));
	rig_interrupts(&rig, 0);
	rig_interrupts(&rig, 1);
	rig_wait(&rig, 10000 * RIG_MS);
	CHECK_EQUAL(rig_interrupts(&rig, 0), 0);
	CHECK_EQUAL(rig_interrupts(&rig, 1), 0);
	rig_close(&rig);
}

/* The registers that say what a board is, and what it has answered */
static bool registers_are_true(struct rig *rig, const uint8_t *identity)
{
	return !memcmp(rig->board.registers, identity, 0x84) &&
	       rig_get32(rig, COBRA_REG_STATE) == rig->board.stream.state &&
	       rig_get32(rig, COBRA_REG_ERROR) == rig->board.stream.error &&
	       rig_get32(rig, COBRA_REG_RESET_ACK) == rig->board.reset_ack &&
	       rig_get32(rig, COBRA_REG_COMMAND_ACK) == rig->board.command_ack;
}

/* Reset, set up, run: does the board do all it should? */
static bool works(struct rig *rig)
{
	rig_put32(rig, COBRA_REG_RESET,
		  rig_get32(rig, COBRA_REG_RESET_ACK) + 1);
	rig_run(rig);
	rig_interrupts(rig, 0);
	rig->shift = 16;
	if (rig_setup(rig) || rig_start(rig, 64000))
		return false;
	rig_arm(rig, 640, 0);
	rig_wait(rig, 10 * RIG_MS);
	return get64(&rig->status->rx_head) == 640 &&
	       rig_read(rig, UINT64_MAX) && rig->read == 640 &&
	       rig_interrupts(rig, 0) == 1;
}

static void healing_ends_it(void)
{
	struct believer driver;
	uint8_t identity[0x84];
	uint64_t writes;
	unsigned int i;

	believer_open(&driver, 1);
	memcpy(identity, driver.rig.board.registers, sizeof(identity));
	for (i = 0; i < 200; i++) {
		CHECK(give(&driver.rig, FAULT_FUZZ, i));
		act(&driver);
		writes = rig_get64(&driver.rig, MAILBOX_LIES);
		CHECK(give(&driver.rig, FAULT_NONE, 0));
		CHECK(registers_are_true(&driver.rig, identity));
		rig_wait(&driver.rig, 100 * RIG_MS);
		CHECK_EQUAL(rig_get64(&driver.rig, MAILBOX_LIES), writes);
		CHECK(registers_are_true(&driver.rig, identity));
		CHECK(works(&driver.rig));
		driver.has_ring = false;
		driver.rig.shift = 12;
		driver.rig.ring = 16 << 12;
		driver.reset_seq = rig_get32(&driver.rig, COBRA_REG_RESET);
		driver.command_seq = rig_get32(&driver.rig,
					       COBRA_REG_COMMAND_SEQ);
	}
	rig_close(&driver.rig);
}

static const struct field *field_at(enum field_place place, uint32_t offset)
{
	unsigned int i;

	for (i = 0; i < FIELDS; i++)
		if (fields[i].place == place && offset >= fields[i].offset &&
		    offset < fields[i].offset + fields[i].width * fields[i].count)
			return &fields[i];
	return NULL;
}

/* Those that say where memory is, or what to do with it */
static bool is_let_alone(uint32_t reg)
{
	return reg == COBRA_REG_COMMAND || reg == COBRA_REG_VENDOR ||
	       (reg >= COBRA_REG_STATUS_ADDRESS &&
		reg <= COBRA_REG_TX_SEGMENT_SHIFT);
}

/* To be run in the project's folder. */
static void knows_all_that_there_is(void)
{
	FILE *file = fopen(HEADER, "r");
	char line[256], name[64];
	unsigned int offset, found = 0;

	CHECK(file);
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "#define COBRA_REG_%63[A-Z_0-9] 0x%x", name,
			   &offset) != 2)
			continue;
		if (!field_at(IN_REGISTERS, offset) != is_let_alone(offset))
			printf("# %s\n", name);
		CHECK(!field_at(IN_REGISTERS, offset) == is_let_alone(offset));
		found++;
	}
	fclose(file);
	CHECK(found > 40);		/* else we do not read the header right */
	for (offset = 0; offset < COBRA_STATUS_BYTES; offset++)
		CHECK(field_at(IN_STATUS, offset));
}

static const struct tap_test tests[] = {
	{ "same seed, same lies", same_seed_same_lies },
	{ "lies about everything there is", knows_all_that_there_is },
	{ "reaches every field", reaches_every_field },
	{ "nothing is told before SETUP", tells_nothing_before_setup },
	{ "writes to no memory but its own", writes_to_no_memory_but_its_own },
	{ "interrupts for nothing", interrupts_for_nothing },
	{ "healing ends it", healing_ends_it },
};

int main(void)
{
	return TAP_MAIN(tests);
}
