// SPDX-License-Identifier: GPL-2.0
/*
 * PCI glue: how the bus says that a function is reset or loses power.  What that
 * means for a board stands in recovery.c.
 */
#include <linux/pci.h>
#include <linux/pm.h>

#include "board.h"
#include "pci.h"
#include "recovery.h"

static int pci_suspend(struct device *dev)
{
	cobra_board_pause(cobra_pci_board(to_pci_dev(dev)), true);
	return 0;
}

/*
 * pci_save_again - keep the state that probe left, for the next time
 *
 * Restoring it once has the PCI core of some kernels forget it.
 */
static void pci_save_again(struct pci_dev *pdev)
{
	if (!pdev->state_saved)
		pci_save_state(pdev);
}

static int pci_resume(struct device *dev)
{
	struct pci_dev *pdev = to_pci_dev(dev);

	pci_save_again(pdev);
	return cobra_board_resume(cobra_pci_board(pdev), "suspend");
}

DEFINE_SIMPLE_DEV_PM_OPS(cobra_pci_pm, pci_suspend, pci_resume);

/*
 * pci_error_detected - of what was on its way, any part may be missing
 *
 * So nobody may go on as if nothing had been, not even where the link works.
 */
static pci_ers_result_t pci_error_detected(struct pci_dev *pdev,
					   pci_channel_state_t state)
{
	struct cobra_board *board = cobra_pci_board(pdev);

	if (state == pci_channel_io_perm_failure) {
		cobra_board_vanish(board);
		return PCI_ERS_RESULT_DISCONNECT;
	}
	cobra_board_pause(board, state == pci_channel_io_normal);
	return PCI_ERS_RESULT_NEED_RESET;
}

static pci_ers_result_t pci_slot_reset(struct pci_dev *pdev)
{
	pci_restore_state(pdev);
	pci_save_again(pdev);
	return cobra_board_resume(cobra_pci_board(pdev), "an error on the bus") ?
		PCI_ERS_RESULT_DISCONNECT : PCI_ERS_RESULT_RECOVERED;
}

static void pci_reset_prepare(struct pci_dev *pdev)
{
	cobra_board_pause(cobra_pci_board(pdev), true);
}

static void pci_reset_done(struct pci_dev *pdev)
{
	pci_save_again(pdev);
	cobra_board_resume(cobra_pci_board(pdev), "a reset of the device");
}

const struct pci_error_handlers cobra_pci_errors = {
	.error_detected = pci_error_detected,
	.slot_reset = pci_slot_reset,
	.reset_prepare = pci_reset_prepare,
	.reset_done = pci_reset_done,
};
