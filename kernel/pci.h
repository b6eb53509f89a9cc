/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Between the PCI glue and the board types.
 */
#ifndef COBRA_PCI_H
#define COBRA_PCI_H

#include <linux/pci.h>

struct cobra_board;
struct cobra_status;

/**
 * struct cobra_pci_type - a board type, as the PCI glue sees it
 * @bar: where its registers are
 * @bar_size: how many bytes of them there are at least
 * @attach: look whether it is one, and make a board object of it; -ENODEV
 *	without a word if it is something else
 * @status: its status block
 * @detach: free what @attach got, but the board object
 */
struct cobra_pci_type {
	int bar;
	resource_size_t bar_size;
	struct cobra_board *(*attach)(struct pci_dev *pdev, void __iomem *regs);
	struct cobra_status *(*status)(struct cobra_board *board);
	void (*detach)(struct cobra_board *board);
};

extern const struct cobra_pci_type cobra_native_type;
extern const struct pci_error_handlers cobra_pci_errors;
extern const struct dev_pm_ops cobra_pci_pm;

struct cobra_board *cobra_pci_board(struct pci_dev *pdev);
int cobra_pci_init(void);
void cobra_pci_exit(void);

#endif /* COBRA_PCI_H */
