// SPDX-License-Identifier: GPL-2.0
/*
 * inject [-v] [-n NTH] OPERATION ADDRESS [MODULE]
 *
 * Do OPERATION on the board at PCI ADDRESS again and again: with the first
 * allocation or copy that the driver makes failing, with the second, and so
 * on, until there is none left; and with all of a kind failing.  It has to
 * succeed in spite of that, or to fail with an errno that fits and leave
 * everything as it was.  After each fault the same has to work without one,
 * and the stream to be right.  Prints how many faults of which kind there were.
 *
 * -n injects fault NTH only; -v writes to the kernel log where a fault was
 * injected.  MODULE is the driver's file, for those operations that load it.
 *
 * A new node, command or ioctl joins with a line of one of the tables of operations.
 */
#include "board.h"
#include "faults.h"
#include "operations.h"

#include <sys/mman.h>

#define LONGEST_ATTEMPT	120	/* seconds */

/**
 * enum round - what is to fail
 * @UNHURT: nothing
 * @NTH: the nth thing that the driver does
 * @ALL: all things of a kind that it does
 * @ANYWHERE: the nth thing that this task does
 */
enum round { UNHURT, NTH, ALL, ANYWHERE };

static struct faults faults;
static uint64_t results[256];	/* how often each came; by errno, 0: success */

static void __attribute__((noreturn))
complain(int error, enum round round, unsigned int nth, enum fault_kind kind)
{
	const char *name = strerrorname_np(error);

	if (!hit)
		fail("%s: %s without a fault", operation->name, name);
	if (round == ALL)
		fail("%s: %s with every %s failing", operation->name, name,
		     fault_kinds[kind].name);
	fail("%s: %s after fault %u (%s)%s", operation->name, name, nth,
	     fault_kinds[kind].name, round == ANYWHERE ? " anywhere" : "");
}

static bool fits(int error, enum round round)
{
	int i;

	for (i = 0; i < FITTING; i++)
		if (error == operation->errnos[i])
			return true;
	return round == ANYWHERE && (error == ENOMEM || error == EFAULT);
}

/* The driver may come to lie elsewhere each time that it is loaded. */
static void aim_at_driver(void)
{
	static uint64_t start, end;

	if (!operation->inside)
		find_driver(&start, &end);
	else if (!start)
		find_function(operation->inside, &start, &end);
	faults_within(start, end);
}

static void arm(enum round round, unsigned int which)
{
	if (round == UNHURT)
		return;
	if (round == ANYWHERE)
		faults_anywhere();
	else
		aim_at_driver();
	if (round == ALL)
		faults_arm_all(&faults, which);
	else
		faults_arm(&faults, which);
}

/* Return: how many faults there were. */
static uint64_t attempt(enum round round, unsigned int which)
{
	enum fault_kind kind = FAULT_SLAB;
	uint64_t count = 0;
	long result;

	watchdog(LONGEST_ATTEMPT);
	if (operation->before)
		operation->before();
	arm(round, which);
	result = operation->run();
	if (round != UNHURT)
		count = faults_disarm(&faults, &kind);
	hit = count;
	results[result < 0 ? -result : 0]++;
	if (result < 0 && (!hit || !fits(-result, round)))
		complain(-result, round, which, kind);
	operation->after(result);
	return count;
}

/* With a fault; and then without, for what there is has to work. */
static uint64_t attempt_twice(enum round round, unsigned int which)
{
	uint64_t count = attempt(round, which);

	if (count)
		attempt(UNHURT, 0);
	return count;
}

/* Each in turn, until there is none left. */
static uint64_t each_fault(enum round round)
{
	unsigned int nth = 0;

	while (attempt_twice(round, ++nth))
		;
	return nth - 1;
}

/* Free pages, in KiB, that each processor keeps for itself: not in MemFree. */
static long kept_by_processors(void)
{
	static const char name[] = " count: ";
	static char zones[64 << 10];
	const char *at = zones;
	long pages = 0;

	if (!read_file("/proc/zoneinfo", zones, sizeof(zones)) ||
	    !strstr(zones, name))
		fail("no pages of processors in /proc/zoneinfo");
	while ((at = strstr(at, name))) {
		at += strlen(name);
		pages += strtol(at, NULL, 10);
	}
	return pages * (sysconf(_SC_PAGESIZE) >> 10);
}

/*
 * What the kernel tells of no use for, in KiB, with the board in service:
 * pages taken as the driver's ring takes them, which the kernel's leak detector
 * does not follow.
 */
static long unaccounted(void)
{
	static const char * const uses[] = {
		"MemFree", "Buffers", "Cached", "Slab", "AnonPages",
		"PageTables", "KernelStack", "VmallocUsed", "Percpu",
	};
	char all[8192], name[32];
	long left, kib;
	unsigned int i;

	close_node();
	bound();
	as_at_first();
	read_file("/proc/meminfo", all, sizeof(all));
	if (sscanf(all, "MemTotal: %ld", &left) != 1)
		fail("no MemTotal in /proc/meminfo");
	for (i = 0; i < sizeof(uses) / sizeof(*uses); i++) {
		snprintf(name, sizeof(name), "\n%s:", uses[i]);
		if (!strstr(all, name) ||
		    sscanf(strstr(all, name) + strlen(name), "%ld", &kib) != 1)
			fail("no %s in /proc/meminfo", uses[i]);
		left -= kib;
	}
	return left - kept_by_processors();
}

static void find_board(const char *address)
{
	char path[LONGEST_PATH];

	bench.address = address;
	do {
		path_of(path, "/sys/bus/pci/devices/%s/cobra/cobra%d", address,
			bench.number);
		if (exists(path)) {
			ask("ring", bench.ring_text);
			bench.ring = number(bench.ring_text);
			return;
		}
	} while (++bench.number < 256);
	fail("no board in service at %s", address);
}

static void print_results(uint64_t count, uint64_t all, uint64_t anywhere,
			  long kept)
{
	int i;

	printf("faults=%llu all=%llu anywhere=%llu kept=%ld\n",
	       (unsigned long long)count, (unsigned long long)all,
	       (unsigned long long)anywhere, kept);
	for (i = 0; i < 256; i++)
		if (results[i])
			printf("%s %llu\n", i ? strerrorname_np(i) : "success",
			       (unsigned long long)results[i]);
}

/* All rounds; or one fault only. */
static void inject(unsigned int only)
{
	uint64_t count, all = 0, anywhere = 0;
	long memory;
	int i;

	attempt(UNHURT, 0);
	memory = unaccounted();
	count = only ? attempt_twice(NTH, only) : each_fault(NTH);
	for (i = 0; i < FAULT_KINDS; i++)
		printf("%s=%llu ", fault_kinds[i].name,
		       (unsigned long long)faults.count[i]);
	for (i = 0; i <= FAULT_KINDS && !only; i++)
		all += attempt_twice(ALL, i);
	if (operation->anywhere && !only)
		anywhere = each_fault(ANYWHERE);
	memory = unaccounted() - memory;
	print_results(count, all, anywhere, memory > 0 ? memory : 0);
}

int main(int argc, char **argv)
{
	bool verbose = false;
	unsigned int only = 0;
	int option;

	while ((option = getopt(argc, argv, "vn:")) != -1) {
		if (option == 'v')
			verbose = true;
		else if (option == 'n')
			only = number(optarg);
		else
			return 2;
	}
	if (argc - optind < 2 || argc - optind > 3)
		fail("usage: inject [-v] [-n NTH] OPERATION ADDRESS [MODULE]");
	operation = operation_named(argv[optind]);
	find_board(argv[optind + 1]);
	bench.module = argv[optind + 2];
	if (!bench.module && operation->loads)
		fail("%s needs MODULE, the driver's file", operation->name);
	/* Not to meet faults where this program itself needs memory */
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		die("mlockall");
	faults_init(&faults, verbose);
	if (operation->spare)
		faults_spare(operation->spare);
	inject(only);
	faults_exit();
	return 0;
}
