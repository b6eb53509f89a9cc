/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Runs: beginning, ending and abandoning them.
 */
#ifndef COBRA_RUN_H
#define COBRA_RUN_H

#include <linux/types.h>
#include <linux/workqueue.h>

struct cobra_board;

int cobra_run_lock(struct cobra_board *board);
void cobra_run_unlock(struct cobra_board *board);
int cobra_run_start(struct cobra_board *board);
int cobra_run_stop(struct cobra_board *board);
int cobra_run_discard(struct cobra_board *board);
void cobra_run_abandon(struct cobra_board *board);
int cobra_run_reset(struct cobra_board *board);
int cobra_run_resize(struct cobra_board *board, u64 size);
void cobra_run_board_fault(struct cobra_board *board);
void cobra_run_fault(struct work_struct *work);

#endif /* COBRA_RUN_H */
