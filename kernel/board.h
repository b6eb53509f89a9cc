/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The board object, and what a board type has to provide.
 */
#ifndef COBRA_BOARD_H
#define COBRA_BOARD_H

#include <linux/device.h>
#include <linux/interrupt.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <cobra/board.h>

#include "fifo.h"
#include "node.h"
#include "ring.h"

struct cobra_board;
struct cobra_setting;

/**
 * struct cobra_board_ops - what a board type can do
 * @type: its name, as `get type` tells it
 * @reset: stop all DMA and forget the set-up; 0, -ETIMEDOUT, -ENODEV
 * @isolate: stop all DMA without the board's help, until the next @setup
 * @setup: hand the status block and a ring to the board; 0, -EIO, -ETIMEDOUT,
 *	-ENODEV
 * @start: begin a run at position 0; errors as @setup, after which the board
 *	knows the positions of the last run again
 * @stop: source off, what the board holds is still delivered; errors as @setup,
 *	and -EBUSY if no run is on
 * @abort: source off, what the board holds is dropped and counted as lost;
 *	errors as @stop
 * @alive: the hardware still answers
 * @peek: read a 32-bit register; 0, -EINVAL, -ERANGE
 * @poke: write one; 0, -EINVAL, -ERANGE, -EPERM for a DMA address
 * @rx_post: tell the board how far the reader came
 * @rx_arm: ask for one interrupt at a position, as request @seq
 *
 * All but @rx_post and @rx_arm may sleep and are called with board->hw_lock
 * held and board->present true, all but @isolate with board->paused false;
 * @start, @stop, @abort and @setup under board->control as well.  @rx_post and
 * @rx_arm are posted writes, called in any context in an RCU read section in
 * which cobra_board_reachable() said yes.
 */
struct cobra_board_ops {
	const char *type;

	int (*reset)(struct cobra_board *board);
	void (*isolate)(struct cobra_board *board);
	int (*setup)(struct cobra_board *board, const struct cobra_ring *ring);
	int (*start)(struct cobra_board *board, u32 run);
	int (*stop)(struct cobra_board *board);
	int (*abort)(struct cobra_board *board);
	bool (*alive)(struct cobra_board *board);
	int (*peek)(struct cobra_board *board, u64 offset, u32 *value);
	int (*poke)(struct cobra_board *board, u64 offset, u32 value);

	void (*rx_post)(struct cobra_board *board, u64 tail, u64 gap_tail);
	void (*rx_arm)(struct cobra_board *board, u64 wake_at, u32 seq);
};

/* enum cobra_board_state goes on here, for boards that have left */
#define COBRA_STATE_GONE	0x100

/**
 * enum cobra_trigger - who starts runs
 * @COBRA_TRIGGER_OPEN: opening data for reading
 * @COBRA_TRIGGER_MANUAL: `start` and `stop` only
 */
enum cobra_trigger {
	COBRA_TRIGGER_OPEN,
	COBRA_TRIGGER_MANUAL,
};

/**
 * struct cobra_board - a board, from probe until the last file is closed
 * @dev: its device in class cobra, cobraN; owns the memory
 * @id: N
 * @ops: its type; constant
 * @hw: what the type keeps; valid while @present
 * @hw_dev: the device that does DMA; valid while @present
 * @limits: what it takes for a ring; constant
 * @serial: text it identifies itself with; constant
 * @model: text; constant
 * @firmware: text; constant
 * @caps: COBRA_CAP_*; constant
 * @settings: settings that its type adds, ending with one without a name, or
 *	NULL; constant
 * @hw_lock: held for reading by who uses the hardware and may sleep, for
 *	writing by who takes it away
 * @present: the hardware is there; protected by @hw_lock
 * @paused: it may not be touched for now, see recovery.c; changed under
 *	@hw_lock held for writing, then by a grace period; read under @hw_lock
 *	or in an RCU read section
 * @status: the status block while the hardware may be touched, else NULL; an
 *	RCU read section keeps it, the ring's mapping and @hw in place for who
 *	may not sleep
 * @control: one change of state or settings at a time
 * @trigger: who starts runs; protected by @control
 * @runs: number of the newest run; protected by @control
 * @rx: bytes from the board
 * @fault_work: stops a board that broke the rules; holds a reference while
 *	it is pending
 * @data_open: bit 0: there is a reader
 * @data: the data node
 * @control_node: the control node
 * @register_reads: register reads so far
 * @register_writes: register writes so far
 */
struct cobra_board {
	struct device dev;
	int id;
	const struct cobra_board_ops *ops;
	void *hw;
	struct device *hw_dev;
	struct cobra_ring_limits limits;
	char serial[COBRA_TEXT_BYTES + 1];
	char model[COBRA_TEXT_BYTES + 1];
	char firmware[COBRA_FIRMWARE_BYTES + 1];
	u32 caps;
	const struct cobra_setting *settings;

	struct rw_semaphore hw_lock;
	bool present;
	bool paused;
	struct cobra_status __rcu *status;

	struct mutex control;	/* one change at a time */
	enum cobra_trigger trigger;
	u32 runs;

	struct cobra_fifo rx;
	struct work_struct fault_work;

	unsigned long data_open;
	struct cobra_node data;
	struct cobra_node control_node;

	atomic64_t register_reads;
	atomic64_t register_writes;
};

struct cobra_board *cobra_board_alloc(struct device *hw_dev,
				      const struct cobra_board_ops *ops,
				      void *hw);
int cobra_board_add(struct cobra_board *board, struct cobra_status *status);
void cobra_board_remove(struct cobra_board *board);
void cobra_board_shutdown(struct cobra_board *board);
void cobra_board_put(struct cobra_board *board);

irqreturn_t cobra_board_data_irq(int irq, void *board);
irqreturn_t cobra_board_data_thread(int irq, void *board);

/**
 * cobra_board_reachable() - may the hardware be touched by who cannot sleep?
 * @board: the board
 *
 * Context: Any, in an RCU read section, for as long as that lasts.
 */
static inline bool cobra_board_reachable(const struct cobra_board *board)
{
	return rcu_access_pointer(board->status) && !READ_ONCE(board->paused);
}

int cobra_board_use(struct cobra_board *board);
void cobra_board_unuse(struct cobra_board *board);
void cobra_board_check(struct cobra_board *board);
void cobra_board_vanish(struct cobra_board *board);

int cobra_board_init(void);
void cobra_board_exit(void);

extern struct workqueue_struct *cobra_workqueue;
extern struct class cobra_class;
extern u64 cobra_default_ring;

#endif /* COBRA_BOARD_H */
