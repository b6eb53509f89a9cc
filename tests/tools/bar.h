/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Registers of a board, past the driver: through the files of the PCI core, so
 * that it works without one.
 */
#ifndef COBRA_TESTS_BAR_H
#define COBRA_TESTS_BAR_H

#include "tool.h"

#include <sys/mman.h>

/* Memory decoding is off as long as no driver has enabled the device. */
static inline void bar_enable(const char *address)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/config", address);
	fd = open_or_die(path, O_RDWR);
	if (pwrite(fd, "\x06", 1, 4) != 1)	/* memory, bus master */
		die("enable %s", address);
	close(fd);
}

static inline volatile void *bar_map(const char *address, int bar, size_t size)
{
	char path[128];
	void *map;
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/resource%d",
		 address, bar);
	fd = open_or_die(path, O_RDWR);
	map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		die("mmap %s", path);
	close(fd);
	return map;
}

static inline volatile uint32_t *bar_word(volatile void *bar, uint32_t offset)
{
	return (volatile uint32_t *)((volatile uint8_t *)bar + offset);
}

#endif /* COBRA_TESTS_BAR_H */
