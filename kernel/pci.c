// SPDX-License-Identifier: GPL-2.0
/*
 * PCI glue: finds functions, and hands them to the core as boards.
 *
 * Cards with ids of their own that speak a known board type's language join
 * without a new driver:
 *
 *	echo 1234 5678 > /sys/bus/pci/drivers/cobra/new_id
 */
#include <linux/module.h>
#include <linux/pci.h>

#include "board.h"
#include "pci.h"

/* By driver_data; new_id gives 0. */
static const struct cobra_pci_type *const types[] = {
	&cobra_native_type,
};

/**
 * struct function - what the glue keeps of a PCI function, as drvdata
 * @type: type of the board behind it
 * @board: the board
 */
struct function {
	const struct cobra_pci_type *type;
	struct cobra_board *board;
};

static const struct pci_device_id cobra_pci_ids[] = {
	{ PCI_DEVICE(0x1af4, 0x1110) },	/* QEMU's ivshmem, if a board is in it */
	{ }
};
MODULE_DEVICE_TABLE(pci, cobra_pci_ids);

static const struct cobra_pci_type *pci_type(const struct pci_device_id *id)
{
	return id->driver_data < ARRAY_SIZE(types) ? types[id->driver_data] :
						     NULL;
}

static int pci_request_interrupts(struct pci_dev *pdev,
				  struct cobra_board *board)
{
	int ret;

	ret = pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_MSIX | PCI_IRQ_MSI);
	if (ret < 0)
		return dev_err_probe(&pdev->dev, ret,
				     "board offers no MSI-X nor MSI\n");

	ret = pci_request_irq(pdev, 0, cobra_board_data_irq,
			      cobra_board_data_thread, board, "%s-data",
			      dev_name(&board->dev));
	if (ret)
		pci_free_irq_vectors(pdev);
	return ret;
}

static void pci_free_interrupts(struct pci_dev *pdev, struct cobra_board *board)
{
	pci_free_irq(pdev, 0, board);
	pci_free_irq_vectors(pdev);
}

static int cobra_pci_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	const struct cobra_pci_type *type = pci_type(id);
	struct function *function;
	struct cobra_board *board;
	int ret;

	if (!type || pci_resource_len(pdev, type->bar) < type->bar_size)
		return -ENODEV;
	ret = pcim_enable_device(pdev);
	if (ret)
		return dev_err_probe(&pdev->dev, ret, "cannot be enabled\n");
	ret = pcim_iomap_regions(pdev, BIT(type->bar), "cobra");
	if (ret)
		return dev_err_probe(&pdev->dev, ret, "BAR %d is not free\n",
				     type->bar);

	function = devm_kzalloc(&pdev->dev, sizeof(*function), GFP_KERNEL);
	if (!function)
		return -ENOMEM;
	board = type->attach(pdev, pcim_iomap_table(pdev)[type->bar]);
	if (IS_ERR(board))
		return PTR_ERR(board);
	function->type = type;
	function->board = board;
	pci_set_drvdata(pdev, function);

	ret = pci_request_interrupts(pdev, board);
	if (ret)
		goto detach;
	ret = cobra_board_add(board, type->status(board));
	if (ret)
		goto free_interrupts;
	/* For after a reset that comes with an error on the bus. */
	pci_save_state(pdev);
	return 0;

free_interrupts:
	pci_free_interrupts(pdev, board);
detach:
	pci_clear_master(pdev);
	type->detach(board);
	cobra_board_put(board);
	return ret;
}

static void cobra_pci_remove(struct pci_dev *pdev)
{
	struct function *function = pci_get_drvdata(pdev);
	struct cobra_board *board = function->board;

	/*
	 * The vectors first: their handlers end here, and nothing below wakes
	 * anybody by interrupt.  Whoever arms in between is woken by removal.
	 */
	pci_free_interrupts(pdev, board);
	cobra_board_remove(board);
	pci_clear_master(pdev);
	function->type->detach(board);
	cobra_board_put(board);
}

/**
 * cobra_pci_board() - the board behind a function
 * @pdev: function that this driver is bound to
 *
 * Return: The board.
 */
struct cobra_board *cobra_pci_board(struct pci_dev *pdev)
{
	return ((struct function *)pci_get_drvdata(pdev))->board;
}

static void cobra_pci_shutdown(struct pci_dev *pdev)
{
	cobra_board_shutdown(cobra_pci_board(pdev));
}

static struct pci_driver cobra_pci_driver = {
	.name = "cobra",
	.id_table = cobra_pci_ids,
	.probe = cobra_pci_probe,
	.remove = cobra_pci_remove,
	.shutdown = cobra_pci_shutdown,
	.err_handler = &cobra_pci_errors,
	.driver.pm = pm_sleep_ptr(&cobra_pci_pm),
};

/**
 * cobra_pci_init() - look for boards
 *
 * Return: 0 or an errno.
 */
int cobra_pci_init(void)
{
	return pci_register_driver(&cobra_pci_driver);
}

/**
 * cobra_pci_exit() - let all boards go
 */
void cobra_pci_exit(void)
{
	pci_unregister_driver(&cobra_pci_driver);
}
