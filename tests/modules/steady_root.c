// SPDX-License-Identifier: GPL-2.0
/*
 * For the virtual machine only: keeps the device that the guest's root comes
 * through out of suspend.  The 9p driver does not bring its queue back
 * afterwards, so the guest would have nothing to go on with; what is tested is
 * what the other devices do.
 */
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/virtio_ids.h>

#define VIRTIO_VENDOR	0x1af4
#define VIRTIO_OLD_9P	0x1009
#define VIRTIO_NEW_9P	(0x1040 + VIRTIO_ID_9P)

static int steady_child(struct device *dev, void *unused)
{
	dev_pm_syscore_device(dev, true);
	return 0;
}

static int __init steady_root_init(void)
{
	struct pci_dev *pdev = NULL;

	for_each_pci_dev(pdev) {
		if (pdev->vendor != VIRTIO_VENDOR ||
		    (pdev->device != VIRTIO_OLD_9P &&
		     pdev->device != VIRTIO_NEW_9P))
			continue;
		dev_pm_syscore_device(&pdev->dev, true);
		device_for_each_child(&pdev->dev, NULL, steady_child);
	}
	return 0;
}

static void __exit steady_root_exit(void)
{
}

module_init(steady_root_init);
module_exit(steady_root_exit);

MODULE_DESCRIPTION("Keeps the root of a virtual machine out of suspend");
MODULE_LICENSE("GPL");
