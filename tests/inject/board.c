// SPDX-License-Identifier: GPL-2.0
/*
 * The board under test: files, nodes, control, the stream, in and out of service.
 */
#include "board.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

struct bench bench = { .node = -1 };

/* --- Files ----------------------------------------------------------------- */

long result_of(long value)
{
	return value < 0 ? -errno : value;
}

void path_of(char *path, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(path, LONGEST_PATH, format, arguments);
	va_end(arguments);
}

bool exists(const char *path)
{
	return !access(path, F_OK);
}

long write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	long result;

	if (fd < 0)
		return -errno;
	result = result_of(write(fd, text, strlen(text)));
	close(fd);
	return result;
}

void must_write(const char *path, const char *text)
{
	long result = write_file(path, text);

	errno = -result;
	if (result < 0)
		die("write '%s' to %s", text, path);
}

/* Nothing of a file that is not there. */
size_t read_file(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY);
	size_t done = 0;
	ssize_t got;

	while (fd >= 0 && done < size - 1 &&
	       (got = read(fd, text + done, size - 1 - done)) > 0)
		done += got;
	text[done] = '\0';
	if (fd >= 0)
		close(fd);
	return done;
}

/* --- Nodes ----------------------------------------------------------------- */

/*
 * The kernel makes a node in /dev, or not: the driver is not told.  Where it
 * did not, make one for the moment.
 */
int open_node(const char *name, int flags)
{
	char path[LONGEST_PATH], text[32];
	unsigned int major, minor;
	int fd;

	path_of(path, "/dev/cobra%d/%s", bench.number, name);
	fd = open(path, flags);
	if (fd >= 0 || errno != ENOENT)
		return fd;
	path_of(path, "/sys/class/cobra/cobra%d!%s/dev", bench.number, name);
	read_file(path, text, sizeof(text));
	if (sscanf(text, "%u:%u", &major, &minor) != 2) {
		errno = ENOENT;
		return -1;
	}
	path_of(path, "/dev/inject.%d", getpid());
	if (mknod(path, S_IFCHR | 0600, makedev(major, minor)))
		die("mknod %s", path);
	fd = open(path, flags);
	unlink(path);
	return fd;
}

int must_open_node(const char *name, int flags)
{
	int fd = open_node(name, flags);

	if (fd < 0)
		die("open %s", name);
	return fd;
}

void close_node(void)
{
	if (bench.node >= 0)
		close(bench.node);
	bench.node = -1;
}

/* --- Control --------------------------------------------------------------- */

void tell(const char *lines)
{
	int fd = must_open_node("control", O_WRONLY);

	if (write(fd, lines, strlen(lines)) != (ssize_t)strlen(lines))
		die("write '%s' to control", lines);
	close(fd);
}

/* The value of a setting; @value has LONGEST_VALUE bytes. */
void ask(const char *key, char *value)
{
	int fd = must_open_node("control", O_RDWR);
	char line[LONGEST_VALUE];
	int length = snprintf(line, sizeof(line), "get %s\n", key);
	ssize_t got;

	if (write(fd, line, length) != length)
		die("write '%s' to control", line);
	got = read(fd, line, sizeof(line) - 1);
	if (got <= (ssize_t)strlen(key) + 1)
		die("read %s from control", key);
	line[got - 1] = '\0';
	memcpy(value, line + strlen(key) + 1, got - strlen(key) - 1);
	close(fd);
}

void expect_setting(const char *key, const char *wanted)
{
	uint64_t deadline = now_ns() + PATIENCE * 1000000000ull;
	char value[LONGEST_VALUE];

	for (;;) {
		ask(key, value);
		if (!strcmp(value, wanted))
			return;
		if (now_ns() > deadline)
			fail("%s is %s, wanted %s", key, value, wanted);
		usleep(1000);
	}
}

/* Everything that an operation changes */
void as_at_first(void)
{
	char lines[2 * LONGEST_VALUE];

	snprintf(lines, sizeof(lines),
		 "reset\nset trigger open\nset rate max\nset read_min 1\nset ring %s\n",
		 bench.ring_text);
	tell(lines);
}

/*
 * But for space that the driver has not told the board of yet: it does so in
 * pieces (BATCHES in kernel/fifo.c).
 */
void expect_full(void)
{
	uint64_t deadline = now_ns() + PATIENCE * 1000000000ull;
	char value[LONGEST_VALUE];

	if (bench.ring != RING)
		fail("the ring has %zu bytes: set ring %u", bench.ring, RING);
	for (;;) {
		ask("fill", value);
		bench.fill = number(value);
		if (bench.fill > RING - RING / 32)
			return;
		if (now_ns() > deadline)
			fail("fill is %zu, wanted about %u", bench.fill, RING);
		usleep(1000);
	}
}

/* --- The stream ------------------------------------------------------------ */

void read_on(size_t size)
{
	while (size) {
		size_t most = size < RING ? size : RING;
		ssize_t got = read(bench.node, bench.buffer, most);

		if (got <= 0)
			die("read, %llu good bytes into the stream",
			    (unsigned long long)pattern_total(&bench.pattern));
		pattern_check(&bench.pattern, bench.buffer, got);
		size -= got;
	}
}

/* From its first word on */
void stream_right(void)
{
	uint64_t total = 0;

	tell("set trigger open\nset rate max\n");
	while (total < ENOUGH) {
		struct pattern run = { .kind = PATTERN_COUNTER };
		int fd = must_open_node("data", O_RDONLY);
		ssize_t got = 1;

		/* What was left of a run that was stopped ends early. */
		while (got && pattern_total(&run) < ENOUGH) {
			got = read(fd, bench.buffer, RING);
			if (got < 0)
				die("read data");
			pattern_check(&run, bench.buffer, got);
		}
		pattern_end(&run);
		total += run.bytes;
		close(fd);
	}
}

/* --- In and out of service ------------------------------------------------- */

static bool is_bound(void)
{
	char path[LONGEST_PATH];

	path_of(path, "/sys/bus/pci/devices/%s/driver", bench.address);
	return exists(path);
}

void bound(void)
{
	if (!is_bound())
		must_write(DRIVER "/bind", bench.address);
}

void unbound(void)
{
	if (is_bound())
		must_write(DRIVER "/unbind", bench.address);
}

/*
 * The driver core may find no memory to have a node removed from /dev; but
 * nobody may get through it.
 */
static void expect_no_node(const char *name)
{
	int fd = open_node(name, O_RDONLY | O_NONBLOCK);

	if (fd >= 0)
		fail("%s is still there", name);
	if (errno != ENOENT && errno != ENXIO)
		die("open %s", name);
}

static void expect_gone(const char *format, const char *what)
{
	char path[LONGEST_PATH];

	snprintf(path, sizeof(path), format, what);
	if (exists(path))
		fail("%s is still there", path);
}

/* All that the board had is given back. */
void expect_nothing(void)
{
	static char interrupts[64 << 10];
	char name[32];

	expect_gone("/sys/bus/pci/devices/%s/driver", bench.address);
	expect_gone("/sys/bus/pci/devices/%s/cobra", bench.address);
	expect_gone("/sys/bus/pci/devices/%s/msi_irqs", bench.address);
	snprintf(name, sizeof(name), "cobra%d", bench.number);
	expect_gone("/sys/class/cobra/%s", name);
	snprintf(name, sizeof(name), "cobra%d-data\n", bench.number);
	if (!read_file("/proc/interrupts", interrupts, sizeof(interrupts)) ||
	    strstr(interrupts, name))
		fail("its interrupt is still requested");
	expect_no_node("data");
	expect_no_node("control");
}
