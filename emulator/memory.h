/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Guest memory: the file that QEMU uses as the guest's RAM, mapped here too.
 * Reading and writing it at a guest-physical address is the board's DMA.
 */
#ifndef COBRA_EMULATOR_MEMORY_H
#define COBRA_EMULATOR_MEMORY_H

#include <stdint.h>

/**
 * struct memory - the guest's RAM
 * @base: where the file is mapped
 * @size: bytes of RAM, the size of the file
 * @low: bytes of it that the guest sees from address 0 on; the rest begins
 *	at MEMORY_HIGH
 */
struct memory {
	uint8_t *base;
	uint64_t size;
	uint64_t low;
};

#define MEMORY_HIGH	0x100000000ull	/* RAM that does not fit below is here */

/* A mapping made elsewhere, as the tests do; memory_open() maps a file. */
void memory_init(struct memory *memory, void *base, uint64_t size);
int memory_open(struct memory *memory, const char *path);
void memory_close(struct memory *memory);

/*
 * The bytes at [address, address + length), or NULL if any of them is not
 * RAM.  Every DMA address goes through here, whoever it came from.
 */
void *memory_at(const struct memory *memory, uint64_t address,
		uint64_t length);

#endif /* COBRA_EMULATOR_MEMORY_H */
