/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Inside board type 1: its registers.
 */
#ifndef COBRA_NATIVE_H
#define COBRA_NATIVE_H

#include <linux/atomic.h>
#include <linux/io.h>
#include <linux/pci.h>
#include <cobra/board.h>

#include "board.h"
#include "settings.h"

/* What all registers read of a board that is not there. */
#define NATIVE_ALL_ONES 0xffffffffu

/* The registers of the test source, and the settings that they hold */
enum native_source {
	NATIVE_SOURCE_RATE,
	NATIVE_SOURCE_PATTERN,
	NATIVE_SOURCE_PULSE,
	NATIVE_SOURCE_SEED,
	NATIVE_SOURCES
};

/**
 * struct native - a native board
 * @board: its board object
 * @pdev: its PCI function
 * @regs: its registers, COBRA_REGS_SIZE of them
 * @doorbell: register to ring when the board sleeps, or NULL
 * @doorbell_value: what to write there
 * @status: its status block, 16 KiB of coherent memory
 * @status_dma: where it finds that
 * @table: where it finds the ring's segments during set-up, coherent memory
 * @table_dma: where it finds that
 * @table_bytes: how much there is; with the two above protected by board->control
 * @command_seq: number of the newest command; protected by board->control
 * @reset_seq: number of the newest reset; protected as hw_lock says
 * @wake_usecs: what it was told of rx.wake_usecs; protected by rx.wake_lock
 * @source: what the source registers held when it was found, and were set to since,
 *	for when it comes back without power; protected by board->control
 * @was_set_up: once at least; protected by board->control
 */
struct native {
	struct cobra_board *board;
	struct pci_dev *pdev;
	u8 __iomem *regs;
	void __iomem *doorbell;
	u32 doorbell_value;
	struct cobra_status *status;
	dma_addr_t status_dma;
	__le64 *table;
	dma_addr_t table_dma;
	size_t table_bytes;
	u32 command_seq;
	u32 reset_seq;
	u32 wake_usecs;
	u64 source[NATIVE_SOURCES];
	bool was_set_up;
};

static inline struct native *to_native(const struct cobra_board *board)
{
	return board->hw;
}

static inline u32 native_read(struct native *n, unsigned int reg)
{
	atomic64_inc(&n->board->register_reads);
	return readl(n->regs + reg);
}

static inline u64 native_read64(struct native *n, unsigned int reg)
{
	atomic64_inc(&n->board->register_reads);
	return readq(n->regs + reg);
}

static inline void native_write(struct native *n, unsigned int reg, u32 value)
{
	atomic64_inc(&n->board->register_writes);
	writel(value, n->regs + reg);
}

static inline void native_write64(struct native *n, unsigned int reg, u64 value)
{
	atomic64_inc(&n->board->register_writes);
	writeq(value, n->regs + reg);
}

int cobra_native_command(struct native *n, enum cobra_command command);

/* source.c */
void cobra_source_remember(struct native *n);
void cobra_source_restore(struct native *n);

extern const struct cobra_setting cobra_source_settings[];

#endif /* COBRA_NATIVE_H */
