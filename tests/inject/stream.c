// SPDX-License-Identifier: GPL-2.0
/*
 * What can be done to a board while something fails: taking bytes, and asking
 * what is there.
 */
#include "board.h"
#include "operations.h"
#include "uapi/linux/cobra.h"

#include <sys/ioctl.h>
#include <sys/uio.h>

/* One run, of which each fault meets a part: no byte of it may be lost. */
static void ring_full(void)
{
	if (bench.node < 0) {
		as_at_first();
		bench.node = must_open_node("data", O_RDONLY);
		memset(&bench.pattern, 0, sizeof(bench.pattern));
	}
	expect_full();
}

static long run_read(void)
{
	return result_of(read(bench.node, bench.buffer, RING));
}

static long run_readv(void)
{
	uint8_t *to = bench.buffer;
	struct iovec pieces[] = {
		{ to, 1 }, { to + 1, 4096 }, { to + 4097, 511 },
		{ to + 4608, 9000 }, { to + 13608, RING - 13608 },
	};

	return result_of(readv(bench.node, pieces, 5));
}

static void after_read(long result)
{
	if (!hit && result < (long)bench.fill)
		fail("%ld bytes of %zu that were there", result, bench.fill);
	if (result > 0)
		pattern_check(&bench.pattern, bench.buffer, result);
	read_on(ENOUGH);
}

static int ends[2] = { -1, -1 };	/* of a pipe */

static void ring_full_and_pipe(void)
{
	ring_full();
	if (ends[0] < 0 && pipe(ends))
		die("pipe");
}

static long run_splice(void)
{
	return result_of(splice(bench.node, NULL, ends[1], NULL, RING, 0));
}

static void after_splice(long result)
{
	long done = 0;

	while (done < result) {
		ssize_t got = read(ends[0], bench.buffer + done, result - done);

		if (got <= 0)
			die("read what was spliced");
		done += got;
	}
	after_read(result);
}

static struct cobra_gap gap, told_gap;

static void gap_passed(void)
{
	char lost[LONGEST_VALUE];

	memset(&told_gap, 0, sizeof(told_gap));
	if (bench.node >= 0)
		return;
	as_at_first();
	tell("set trigger manual\nset rate 200M\nstart\n");
	do {
		ask("lost", lost);
	} while (!strcmp(lost, "0"));
	tell("stop\n");
	bench.node = must_open_node("data", O_RDONLY);
	while (read(bench.node, bench.buffer, RING) > 0)
		;
	if (errno != ENOBUFS || ioctl(bench.node, COBRA_IOC_GAP, &gap) ||
	    !gap.lost)
		die("no gap, though bytes were lost");
}

static long run_gap(void)
{
	return result_of(ioctl(bench.node, COBRA_IOC_GAP, &told_gap));
}

static void after_gap(long result)
{
	if (result >= 0 && memcmp(&gap, &told_gap, sizeof(gap)))
		fail("now a gap of %llu bytes at %llu",
		     (unsigned long long)told_gap.lost,
		     (unsigned long long)told_gap.position);
}

/* put_user() knows nothing of fault injection: the fault is a bad address. */
static long run_fionread(void)
{
	int fill = -1;

	if (ioctl(bench.node, FIONREAD, NULL) != -1 || errno != EFAULT)
		fail("FIONREAD told nobody");
	if (ioctl(bench.node, FIONREAD, &fill))
		return -errno;
	return fill;
}

static void after_fionread(long result)
{
	if (result < (long)bench.fill || result > RING)
		fail("FIONREAD tells %ld, wanted %zu", result, bench.fill);
	read_on(ENOUGH);
}

const struct operation stream_operations[] = {
	{ "read", ring_full, run_read, after_read,
	  .errnos = { EFAULT }, .anywhere = true },
	{ "readv", ring_full, run_readv, after_read,
	  .errnos = { EFAULT }, .anywhere = true },
	{ "splice", ring_full_and_pipe, run_splice, after_splice,
	  .errnos = { 0 }, .anywhere = true },
	{ "gap", gap_passed, run_gap, after_gap, .errnos = { EFAULT } },
	{ "fionread", ring_full, run_fionread, after_fionread,
	  .errnos = { 0 } },
	{ }
};
