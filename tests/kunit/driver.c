// SPDX-License-Identifier: GPL-2.0
/*
 * The driver once more, for the tests to call: all of it but main.c and pci.c,
 * which would look for boards.  So the driver itself carries nothing of the
 * tests, and both can be loaded at once.
 */
#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/sizes.h>

#include "stub.h"

/* On a machine where nothing need be synced nobody would notice if it were not. */
#define dma_sync_single_range_for_cpu stub_sync_for_cpu
#define dma_sync_single_range_for_device stub_sync_for_device

#include "../../kernel/ring.c"
#include "../../kernel/fifo.c"
#include "../../kernel/wake.c"
#include "../../kernel/end.c"
#include "../../kernel/settings.c"
#include "../../kernel/run.c"
#include "../../kernel/board.c"
#include "../../kernel/node.c"
#include "../../kernel/data.c"
#include "../../kernel/control.c"
#include "../../kernel/native.c"
#include "../../kernel/source.c"

u64 cobra_default_ring = SZ_64K;

/* What cobra_board_init() does, but for the class, which is the driver's. */
static int __init tests_init(void)
{
	cobra_workqueue = alloc_workqueue("cobra_kunit", 0, 0);
	return cobra_workqueue ? 0 : -ENOMEM;
}

static void __exit tests_exit(void)
{
	destroy_workqueue(cobra_workqueue);
}

module_init(tests_init);
module_exit(tests_exit);

MODULE_DESCRIPTION("KUnit tests of the cobra driver");
MODULE_LICENSE("GPL");
