// SPDX-License-Identifier: GPL-2.0
/*
 * Multi-personality driver for data-acquisition boards.  Here is the order in
 * which things come up; they go down in the opposite one.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/sizes.h>

#include "board.h"
#include "node.h"
#include "pci.h"
#include "settings.h"

u64 cobra_default_ring = SZ_16M;

/* `echo` to sysfs brings a newline; nobody means it. */
static int ring_param_set(const char *text, const struct kernel_param *param)
{
	char copy[24];
	u64 size;

	if (strscpy(copy, text, sizeof(copy)) < 0)
		return -EINVAL;
	if (cobra_parse_number(strim(copy), &size) || !size ||
	    !IS_ALIGNED(size, PAGE_SIZE)) {
		pr_err("cobra: ring=%s: want bytes, a multiple of %lu, K M and G may follow\n",
		       text, PAGE_SIZE);
		return -EINVAL;
	}
	cobra_default_ring = size;
	return 0;
}

static int ring_param_get(char *buffer, const struct kernel_param *param)
{
	return scnprintf(buffer, PAGE_SIZE, "%llu\n", cobra_default_ring);
}

static const struct kernel_param_ops ring_param_ops = {
	.set = ring_param_set,
	.get = ring_param_get,
};

module_param_cb(ring, &ring_param_ops, NULL, 0444);
MODULE_PARM_DESC(ring, "ring size of a new board in bytes, K M G may follow (default 16M)");

static int __init cobra_init(void)
{
	int ret;

	ret = cobra_board_init();
	if (ret)
		return ret;
	ret = cobra_nodes_init();
	if (ret)
		goto board_exit;
	ret = cobra_pci_init();
	if (ret)
		goto node_exit;
	return 0;

node_exit:
	cobra_nodes_exit();
board_exit:
	cobra_board_exit();
	return ret;
}

static void __exit cobra_exit(void)
{
	cobra_pci_exit();
	cobra_nodes_exit();
	cobra_board_exit();
}

module_init(cobra_init);
module_exit(cobra_exit);

MODULE_AUTHOR("The COBRA developers");
MODULE_DESCRIPTION("Streams, control and monitoring of data-acquisition boards");
MODULE_LICENSE("GPL");
