// SPDX-License-Identifier: GPL-2.0
/*
 * KCOV has the kernel write down, for one process, where in the driver it is: an
 * address for each piece of code that runs in one go.  Interrupts and workers are
 * not recorded, as they work for nobody.
 *
 * Addresses are kept as offsets from where the driver's code begins, and reported
 * by section, as a tool that reads the module's file needs them.
 */
#include "crowd.h"

#include <linux/kcov.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#define KCOV		"/sys/kernel/debug/kcov"
#define SECTIONS	"/sys/module/cobra/sections/"
/* What is recorded is where a call returns to: this far behind its operand. */
#define OPERAND_BYTES	4
#define TRACE_WORDS	(16u << 10)
#define TRACE_BYTES	(TRACE_WORDS * sizeof(uint64_t))

/* Of the code that is there as long as the module is; start 0: has none of it */
static struct section {
	const char *name;
	uint64_t start;
} sections[] = {
	{ ".text", 0 }, { ".text.unlikely", 0 }, { ".exit.text", 0 },
};

/* Where the driver's code begins */
static uint64_t code;

static uint64_t section_start(const char *name)
{
	char path[64];
	uint64_t start;
	FILE *file;

	snprintf(path, sizeof(path), SECTIONS "%s", name);
	file = fopen(path, "r");
	if (!file)
		return 0;
	if (fscanf(file, "%lx", &start) != 1 || !start)
		fail("%s does not tell an address: be root", path);
	fclose(file);
	return start;
}

/* Once, before anybody needs to know them */
void coverage_learn(void)
{
	unsigned int i;

	for (i = 0; i < LENGTH(sections); i++) {
		sections[i].start = section_start(sections[i].name);
		if (sections[i].start && (!code || sections[i].start < code))
			code = sections[i].start;
	}
	if (!code)
		fail("there is no " SECTIONS ".text: load the driver");
}

void coverage_open(struct coverage *coverage, const struct crowd *crowd)
{
	coverage->fd = -1;
	if (!crowd->coverage)
		return;
	coverage->fd = open_or_die(KCOV, O_RDWR);
	if (ioctl(coverage->fd, KCOV_INIT_TRACE, TRACE_WORDS))
		die("KCOV_INIT_TRACE");
	coverage->trace = mmap(NULL, TRACE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED,
			       coverage->fd, 0);
	if (coverage->trace == MAP_FAILED)
		die("mmap " KCOV);
}

void coverage_begin(struct coverage *coverage)
{
	if (coverage->fd < 0)
		return;
	__atomic_store_n(coverage->trace, 0, __ATOMIC_RELAXED);
	if (ioctl(coverage->fd, KCOV_ENABLE, KCOV_TRACE_PC))
		die("KCOV_ENABLE");
}

/* Keep what was recorded, and make room. */
void coverage_collect(struct coverage *coverage, struct crowd *crowd)
{
	uint64_t count, i;

	if (coverage->fd < 0)
		return;
	count = __atomic_load_n(coverage->trace, __ATOMIC_RELAXED);
	for (i = 1; i <= count; i++) {
		uint64_t offset = coverage->trace[i] - code;

		if (offset >= MOST_TEXT)
			fail("0x%lx is not in the driver: was it loaded anew?",
			     coverage->trace[i]);
		crowd->reached[offset] = 1;
	}
	__atomic_store_n(coverage->trace, 0, __ATOMIC_RELAXED);
}

/* As objdump shows the call: its section, which begins last of those before it */
static void report_call(FILE *file, uint64_t address)
{
	const struct section *found = NULL;
	unsigned int i;

	for (i = 0; i < LENGTH(sections); i++)
		if (sections[i].start && sections[i].start <= address &&
		    (!found || sections[i].start > found->start))
			found = &sections[i];
	if (found)
		fprintf(file, "%s %lx\n", found->name,
			address - OPERAND_BYTES - found->start);
}

/* A line SECTION OFFSET for each call that recorded */
void coverage_report(const struct crowd *crowd, const char *path)
{
	FILE *file = fopen(path, "w");
	uint64_t offset;

	if (!file)
		die("open %s", path);
	for (offset = 0; offset < MOST_TEXT; offset++)
		if (crowd->reached[offset])
			report_call(file, code + offset);
	if (fclose(file))
		die("write %s", path);
}
