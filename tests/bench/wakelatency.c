// SPDX-License-Identifier: GPL-2.0
/*
 * wakelatency ADDRESS PERIOD_USECS ROUNDS COUNT FILE
 *
 * How long does it take from an event to the program that slept in read() for
 * it?  In turns, ROUNDS times: COUNT pulses of the board at PCI ADDRESS, whose
 * source is set to one record of RECORD bytes each PERIOD_USECS, and COUNT
 * expirations of a timerfd with the same period.
 *
 * The timer: from the moment it is due, which is known.
 *
 * The board has a clock of its own, and writes the time into its register TIME
 * with each look at its registers: at each pulse, and some microseconds after.
 * What TIME says when the reader is back from read() is therefore when the
 * interrupt was raised, give or take those.  To translate it to CLOCK_MONOTONIC,
 * TIME is watched for a while before and after each round: it is never ahead, so
 * the largest difference to our clock is the offset, good to about a
 * microsecond; in between the two offsets the drift is taken to be linear.
 * "due" counts from the moment the pulse was due on the board's clock instead,
 * so that it includes how late the emulator's own timer was.
 *
 * Prints nanoseconds: median and 99th percentile of the three.
 */
#include "../tools/tool.h"
#include "cobra/board.h"

#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/timerfd.h>

#define RECORD 64
#define WATCH_NS 30000000ull	/* long enough for some pulses */

struct samples {
	int64_t *ns;
	size_t count;
};

static volatile uint64_t *board_time;
static uint64_t period_ns;

static void map_time(const char *address)
{
	uint8_t *regs;
	char path[128];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/resource%d",
		 address, COBRA_REGS_BAR);
	regs = mmap(NULL, COBRA_REGS_SIZE, PROT_READ, MAP_SHARED,
		    open_or_die(path, O_RDWR), 0);
	if (regs == MAP_FAILED)
		die("mmap %s", path);
	board_time = (volatile uint64_t *)(regs + COBRA_REG_TIME);
}

/* What to subtract from TIME to have CLOCK_MONOTONIC. */
static int64_t watch_offset(void)
{
	uint64_t start = now_ns(), now;
	int64_t offset = INT64_MIN;

	do {
		int64_t time = *board_time;

		now = now_ns();
		if (time - (int64_t)now > offset)
			offset = time - (int64_t)now;
	} while (now - start < WATCH_NS);
	return offset;
}

static uint64_t take(int fd, size_t size)
{
	static uint8_t buffer[1 << 16];
	ssize_t got = read(fd, buffer, size < sizeof(buffer) ?
					       size : sizeof(buffer));

	if (got <= 0)
		die("read gave %zd", got);
	return got;
}

/* Take what came while nobody slept, and return how much that was. */
static uint64_t catch_up(int fd)
{
	uint64_t taken = 0;
	int fill;

	for (;;) {
		if (ioctl(fd, FIONREAD, &fill))
			die("FIONREAD");
		if (!fill)
			return taken;
		taken += take(fd, fill);
	}
}

struct pulse {
	uint64_t woken;		/* CLOCK_MONOTONIC */
	uint64_t raised;	/* TIME */
	uint64_t number;
};

static void translate(const struct pulse *pulses, size_t count,
		      int64_t before, int64_t after, uint64_t run_start,
		      struct samples *raised, struct samples *due)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const struct pulse *pulse = &pulses[i];
		int64_t offset = before + (after - before) * (int64_t)i /
						  (int64_t)count;
		int64_t woken = pulse->woken + offset;

		raised->ns[raised->count++] = woken - (int64_t)pulse->raised;
		due->ns[due->count++] = woken - (int64_t)(run_start +
						pulse->number * period_ns);
	}
}

static void *array_or_die(size_t count, size_t size)
{
	void *array = calloc(count, size);

	if (!array)
		die("memory for %zu samples", count);
	return array;
}

static void round_of_board(int fd, size_t count, uint64_t *position,
			   uint64_t run_start, struct samples *raised,
			   struct samples *due)
{
	struct pulse *pulses = array_or_die(count, sizeof(*pulses));
	int64_t before = watch_offset();
	size_t i = 0;

	*position += catch_up(fd);
	while (i < count) {
		uint64_t got = take(fd, SIZE_MAX);

		pulses[i].woken = now_ns();
		pulses[i].raised = *board_time;
		*position += got;
		pulses[i].number = *position / RECORD;
		if (got == RECORD)
			i++;	/* else we came late, and slept for none */
	}
	translate(pulses, count, before, watch_offset(), run_start, raised,
		  due);
	free(pulses);
}

static void round_of_timer(size_t count, struct samples *samples)
{
	int fd = timerfd_create(CLOCK_MONOTONIC, 0);
	uint64_t due = now_ns() + period_ns, expired;
	struct itimerspec when = {
		.it_interval = { 0, period_ns },
		.it_value = { due / 1000000000, due % 1000000000 },
	};
	size_t i = 0;

	if (fd < 0 || timerfd_settime(fd, TFD_TIMER_ABSTIME, &when, NULL))
		die("timerfd");
	for (; i < count; due += period_ns) {
		uint64_t now;

		if (read(fd, &expired, sizeof(expired)) != sizeof(expired))
			die("timerfd");
		now = now_ns();
		due += (expired - 1) * period_ns;
		if (expired != 1)
			continue;
		samples->ns[samples->count++] = now - due;
		i++;
	}
	close(fd);
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void print(const char *name, struct samples *samples)
{
	qsort(samples->ns, samples->count, sizeof(*samples->ns), compare);
	printf("%s_p50=%lld %s_p99=%lld\n", name,
	       (long long)samples->ns[samples->count / 2], name,
	       (long long)samples->ns[samples->count * 99 / 100]);
}

int main(int argc, char **argv)
{
	struct samples raised = {}, due = {}, timer = {};
	uint64_t rounds, round, count, run_start, position = 0;
	int fd;

	if (argc != 6)
		fail("usage: wakelatency ADDRESS PERIOD_USECS ROUNDS COUNT FILE");
	map_time(argv[1]);
	period_ns = number(argv[2]) * 1000;
	rounds = number(argv[3]);
	count = number(argv[4]);
	raised.ns = array_or_die(rounds * count, sizeof(*raised.ns));
	due.ns = array_or_die(rounds * count, sizeof(*due.ns));
	timer.ns = array_or_die(rounds * count, sizeof(*timer.ns));
	fd = open_or_die(argv[5], O_RDONLY);	/* starts the run */
	run_start = *board_time;
	for (round = 0; round < rounds; round++) {
		watchdog(60);
		round_of_board(fd, count, &position, run_start, &raised, &due);
		round_of_timer(count, &timer);
	}
	print("board", &raised);
	print("due", &due);
	print("timer", &timer);
	return 0;
}
