/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Recovery: boards that are reset or lose power under the driver.
 */
#ifndef COBRA_RECOVERY_H
#define COBRA_RECOVERY_H

#include <linux/types.h>

struct cobra_board;

void cobra_board_pause(struct cobra_board *board, bool reachable);
int cobra_board_resume(struct cobra_board *board, const char *cause);

#endif /* COBRA_RECOVERY_H */
