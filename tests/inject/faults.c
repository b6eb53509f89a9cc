// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's fault injection: its files in debugfs and in /proc/self, described
 * in the kernel's Documentation/fault-injection.
 */
#include "faults.h"

#include <dirent.h>

#define MANY_TIMES	1000000000u
#define DEEPEST_STACK	"32"	/* all that the kernel can look through */

const struct fault_kind_files fault_kinds[] = {
	[FAULT_SLAB] = { "slab", "/sys/kernel/debug/failslab" },
	[FAULT_PAGE] = { "page", "/sys/kernel/debug/fail_page_alloc" },
	[FAULT_COPY] = { "copy", "/sys/kernel/debug/fail_usercopy" },
};

/* Set a file of this kind; false if it has none. */
static bool faults_set_one(enum fault_kind kind, const char *name,
			   const char *value)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", fault_kinds[kind].folder, name);
	fd = open(path, O_WRONLY);
	if (fd < 0 && errno == ENOENT)
		return false;
	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		die("write '%s' to %s", value, path);
	close(fd);
	return true;
}

/* The same file of every kind that has it, which some do */
static void faults_set(const char *name, const char *value)
{
	bool set = false;
	int i;

	for (i = 0; i < FAULT_KINDS; i++)
		set |= faults_set_one(i, name, value);
	if (!set)
		fail("this kernel does not inject faults: no %s in %s", name,
		     fault_kinds[FAULT_SLAB].folder);
}

static void faults_set_range(const char *what, uint64_t start, uint64_t end)
{
	char name[32], value[32];

	snprintf(name, sizeof(name), "%s-start", what);
	snprintf(value, sizeof(value), "0x%llx", (unsigned long long)start);
	faults_set(name, value);
	snprintf(name, sizeof(name), "%s-end", what);
	snprintf(value, sizeof(value), "0x%llx", (unsigned long long)end);
	faults_set(name, value);
}

/* Where a function of the kernel is. */
void find_function(const char *name, uint64_t *start, uint64_t *end)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	unsigned long long where;
	char symbol[256];

	*start = 0;
	if (!file)
		die("open /proc/kallsyms");
	/* In the order of their addresses, until the modules begin. */
	while (fscanf(file, "%llx %*c %255s%*[^\n]", &where, symbol) == 2) {
		if (*start)
			break;
		if (!strcmp(symbol, name))
			*start = where;
	}
	fclose(file);
	*end = where;
	if (!*start || *end <= *start)
		fail("the kernel has no function %s", name);
}

/* Only what is done on behalf of code from @start to @end can fail. */
void faults_within(uint64_t start, uint64_t end)
{
	faults_set_range("require", start, end);
}

/* Nothing can that is done on behalf of this function of the kernel. */
void faults_spare(const char *function)
{
	uint64_t start, end;

	find_function(function, &start, &end);
	faults_set_range("reject", start, end);
}

/* Whatever this task does can fail. */
void faults_anywhere(void)
{
	faults_set_range("require", 0, UINT64_MAX);
}

/* Where the driver's code is, once it is loaded. */
void find_driver(uint64_t *start, uint64_t *end)
{
	FILE *file = fopen("/proc/modules", "r");
	unsigned long long size, where;
	char name[64];

	*start = 0;
	if (!file)
		die("open /proc/modules");
	while (fscanf(file, "%63s %llu %*s %*s %*s %llx%*[^\n]", name, &size,
		      &where) == 3) {
		if (strcmp(name, "cobra"))
			continue;
		*start = where;
		*end = where + size;
	}
	fclose(file);
	if (!*start)
		fail("the driver is not loaded");
}

static uint64_t faults_left(enum fault_kind kind)
{
	char path[128], text[32] = "";
	int fd;

	snprintf(path, sizeof(path), "%s/times", fault_kinds[kind].folder);
	fd = open_or_die(path, O_RDONLY);
	if (read(fd, text, sizeof(text) - 1) < 1)
		die("read %s", path);
	close(fd);
	return strtoull(text, NULL, 10);
}

/* How many faults came since this was asked last; @last is one of them. */
static uint64_t faults_news(struct faults *faults, enum fault_kind *last)
{
	uint64_t news = 0;
	int i;

	for (i = 0; i < FAULT_KINDS; i++) {
		uint64_t count = MANY_TIMES - faults_left(i);

		if (count == faults->count[i])
			continue;
		news += count - faults->count[i];
		faults->count[i] = count;
		*last = i;
	}
	return news;
}

/*
 * Of the kernel's slabs all but those that the leak detector and the like take
 * from for each object of others.
 */
static void faults_pick_slabs(void)
{
	static const char base[] = "/sys/kernel/slab";
	struct dirent *slab;
	DIR *folder = opendir(base);
	char path[512];
	int fd;

	if (!folder)
		die("open %s", base);
	while ((slab = readdir(folder))) {
		if (*slab->d_name == '.' ||
		    !strncmp(slab->d_name, "kmemleak", 8) ||
		    !strncmp(slab->d_name, "debug_objects", 13))
			continue;
		snprintf(path, sizeof(path), "%s/%s/failslab", base,
			 slab->d_name);
		fd = open_or_die(path, O_WRONLY);
		if (write(fd, "1", 1) != 1)
			die("write to %s", path);
		close(fd);
	}
	closedir(folder);
	faults_set("cache-filter", "Y");
}

void faults_init(struct faults *faults, bool verbose)
{
	char text[16];

	faults->nth = open_or_die("/proc/self/fail-nth", O_WRONLY);
	faults->all = open_or_die("/proc/self/make-it-fail", O_WRONLY);
	snprintf(text, sizeof(text), "%u", MANY_TIMES);
	faults_set("times", text);
	/* A stack for each is trouble to who reads the log. */
	faults_set("verbose", verbose ? "2" : "0");
	/* The kernel spares who may sleep, and those who want one page. */
	faults_set("ignore-gfp-wait", "N");
	faults_set("ignore-gfp-highmem", "N");
	faults_set("min-order", "0");
	faults_set("stacktrace-depth", DEEPEST_STACK);
	/* Whoever has not written to make-it-fail has no part in faults_arm_all(). */
	faults_set("task-filter", "Y");
	faults_pick_slabs();
}

void faults_exit(void)
{
	faults_set("probability", "0");
	faults_set("cache-filter", "N");
	faults_set_range("reject", 0, 0);
	faults_anywhere();
}

/* The @nth thing that can fail does. */
void faults_arm(struct faults *faults, unsigned int nth)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%u", nth);

	if (write(faults->nth, text, length) != length)
		die("arm fault %u", nth);
}

/* All things of a kind that can fail do; FAULT_KINDS: of any. */
void faults_arm_all(struct faults *faults, enum fault_kind kind)
{
	faults_set("probability", kind == FAULT_KINDS ? "100" : "0");
	if (kind < FAULT_KINDS)
		faults_set_one(kind, "probability", "100");
	if (write(faults->all, "1", 1) != 1)
		die("arm all faults");
}

/*
 * Nothing fails any more.  With faults anywhere, this very write can be what
 * fails; the fault is told then as one of nobody's.
 *
 * Return: how many faults there were.
 */
uint64_t faults_disarm(struct faults *faults, enum fault_kind *last)
{
	bool ours = write(faults->nth, "0", 1) != 1;
	uint64_t news;

	if (write(faults->all, "0", 1) != 1)
		die("disarm");
	news = faults_news(faults, last);
	return ours ? 0 : news;
}
