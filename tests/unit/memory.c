// SPDX-License-Identifier: GPL-2.0
/* Guest memory: where addresses lie, and which are none. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "memory.h"
#include "tap.h"

#define MIB	(1024 * 1024ull)
#define GIB	(1024 * MIB)

/* No test touches the bytes, so that no memory stands behind them. */
static struct memory of_size(uint64_t size)
{
	struct memory memory;

	memory_init(&memory, (void *)0x1000, size);
	return memory;
}

#define OFFSET(address, length) \
	((uint64_t)memory_at(&memory, address, length) - 0x1000)
#define REFUSED(address, length) (!memory_at(&memory, address, length))

static void small_guest_is_flat(void)
{
	struct memory memory = of_size(1 * GIB);

	CHECK_EQUAL(OFFSET(0, 1), 0);
	CHECK_EQUAL(OFFSET(0, 1 * GIB), 0);
	CHECK_EQUAL(OFFSET(GIB - 4096, 4096), GIB - 4096);
	CHECK(REFUSED(GIB - 4096, 4097));
	CHECK(REFUSED(GIB, 1));
	CHECK(REFUSED(4 * GIB, 1));
}

static void just_below_the_split_is_flat(void)
{
	struct memory memory = of_size(2816 * MIB - 4096);

	CHECK_EQUAL(OFFSET(2 * GIB, 4096), 2 * GIB);
	CHECK(REFUSED(4 * GIB, 1));
}

static void large_guest_is_split(void)
{
	struct memory memory = of_size(3 * GIB);

	CHECK_EQUAL(OFFSET(2 * GIB - 1, 1), 2 * GIB - 1);
	CHECK(REFUSED(2 * GIB - 1, 2));
	CHECK(REFUSED(2 * GIB, 1));
	CHECK(REFUSED(4 * GIB - 1, 1));
	CHECK(REFUSED(4 * GIB - 1, 2));
	CHECK_EQUAL(OFFSET(4 * GIB, 1), 2 * GIB);
	CHECK_EQUAL(OFFSET(4 * GIB, 1 * GIB), 2 * GIB);
	CHECK_EQUAL(OFFSET(5 * GIB - 1, 1), 3 * GIB - 1);
	CHECK(REFUSED(5 * GIB - 1, 2));
	CHECK(REFUSED(5 * GIB, 1));
}

static void split_begins_at_2816_mib(void)
{
	struct memory memory = of_size(2816 * MIB);

	CHECK(REFUSED(2 * GIB, 1));
	CHECK_EQUAL(OFFSET(4 * GIB, 768 * MIB), 2 * GIB);
}

static void nothing_overflows(void)
{
	struct memory memory = of_size(3 * GIB);

	CHECK(REFUSED(UINT64_MAX, 1));
	CHECK(REFUSED(UINT64_MAX, UINT64_MAX));
	CHECK(REFUSED(1, UINT64_MAX));
	CHECK(REFUSED(0, UINT64_MAX));
	CHECK(REFUSED(UINT64_MAX - 4095, 4096));
	CHECK(REFUSED(4 * GIB, UINT64_MAX - 4 * GIB + 2));
	CHECK(REFUSED(0, 2 * GIB + 1));
}

static void opens_files_only(void)
{
	char path[] = "/tmp/cobra-memory-XXXXXX";
	struct memory memory;
	int fd = mkstemp(path);

	CHECK(fd >= 0);
	CHECK(memory_open(&memory, path));		/* empty */
	CHECK(!ftruncate(fd, 4 * MIB));
	CHECK(!memory_open(&memory, path));
	CHECK_EQUAL(memory.size, 4 * MIB);
	*(char *)memory_at(&memory, 4 * MIB - 1, 1) = 'x';
	memory_close(&memory);
	CHECK_EQUAL(lseek(fd, -1, SEEK_END), 4 * MIB - 1);
	CHECK_EQUAL(read(fd, path + 5, 1), 1);		/* went to the file */
	CHECK_EQUAL(path[5], 'x');
	path[5] = 'c';
	close(fd);
	unlink(path);
	CHECK(memory_open(&memory, path));		/* gone */
	CHECK(memory_open(&memory, "/tmp"));
}

static const struct tap_test tests[] = {
	{ "a small guest is flat", small_guest_is_flat },
	{ "a guest of almost 2.75 GiB is flat", just_below_the_split_is_flat },
	{ "a guest of 2.75 GiB is split", split_begins_at_2816_mib },
	{ "a large guest is split, with nothing between", large_guest_is_split },
	{ "no address overflows", nothing_overflows },
	{ "only a file with bytes in it is memory", opens_files_only },
};

int main(void)
{
	if (!freopen("/dev/null", "w", stderr))
		return 1;
	return TAP_MAIN(tests);
}
