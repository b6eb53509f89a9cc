// SPDX-License-Identifier: GPL-2.0
/*
 * Guest memory and how addresses map to it.
 *
 * The map is that of QEMU's q35 machine: a guest of less than 2.75 GiB has
 * all its RAM from address 0 on; a larger one has 2 GiB there and the rest
 * from 4 GiB on, with the PCI devices between.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"

#define SPLIT_FROM	0xb0000000ull	/* guests of this size are split */
#define SPLIT_LOW	0x80000000ull	/* and have this much below */

void memory_init(struct memory *memory, void *base, uint64_t size)
{
	memory->base = base;
	memory->size = size;
	memory->low = size < SPLIT_FROM ? size : SPLIT_LOW;
}

static int complain(const char *path, const char *what)
{
	fprintf(stderr, "cobra-emulator: guest memory %s: %s\n", path, what);
	return -1;
}

int memory_open(struct memory *memory, const char *path)
{
	struct stat st;
	void *base;
	int fd;

	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return complain(path, strerror(errno));
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || !st.st_size) {
		close(fd);
		return complain(path, "must be a file as large as the guest's RAM");
	}
	base = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (base == MAP_FAILED)
		return complain(path, strerror(errno));
	memory_init(memory, base, st.st_size);
	return 0;
}

void memory_close(struct memory *memory)
{
	munmap(memory->base, memory->size);
	memory->base = NULL;
}

/* Is [at, at + length) inside [0, size)?  Written so as not to overflow. */
static int inside(uint64_t at, uint64_t length, uint64_t size)
{
	return length <= size && at <= size - length;
}

void *memory_at(const struct memory *memory, uint64_t address,
		uint64_t length)
{
	uint64_t high = memory->size - memory->low;

	if (inside(address, length, memory->low))
		return memory->base + address;
	if (address >= MEMORY_HIGH &&
	    inside(address - MEMORY_HIGH, length, high))
		return memory->base + memory->low + (address - MEMORY_HIGH);
	return NULL;
}
