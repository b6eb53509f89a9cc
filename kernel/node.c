// SPDX-License-Identifier: GPL-2.0
/*
 * Character nodes: what all personalities share.
 *
 * A node is a device and a cdev, inside its board.  Both hold the board: the
 * device until the last open file is closed, which is what keeps the board in
 * memory after its hardware has gone.  Removal takes the node away from new
 * openers first and hangs the old ones up afterwards; they find that the board
 * has gone when they use it.
 */
#include <linux/module.h>
#include <linux/slab.h>

#include "board.h"
#include "node.h"

static dev_t node_devt;

static void node_release(struct device *dev)
{
	cobra_board_put(container_of(dev, struct cobra_node, dev)->board);
}

/**
 * cobra_node_init() - prepare a node that is not there yet
 * @node: zeroed memory
 */
void cobra_node_init(struct cobra_node *node)
{
	spin_lock_init(&node->lock);
	INIT_LIST_HEAD(&node->files);
}

/**
 * cobra_node_add() - make a node appear
 * @node: the node, in @board
 * @board: whose
 * @type: which
 *
 * The name has a '!' where the path has a '/': that is how the driver core
 * spells a directory below /dev.
 *
 * Context: Process context.
 * Return: 0, and the node is open to the world; or an errno.
 */
int cobra_node_add(struct cobra_node *node, struct cobra_board *board,
		   const struct cobra_node_type *type)
{
	int ret;

	node->board = board;
	node->type = type;
	get_device(&board->dev);
	device_initialize(&node->dev);
	node->dev.class = &cobra_class;
	node->dev.parent = &board->dev;
	node->dev.release = node_release;
	node->dev.devt = node_devt + board->id * COBRA_NODE_TYPES + type->minor;
	cdev_init(&node->cdev, type->fops);
	node->cdev.owner = THIS_MODULE;

	ret = dev_set_name(&node->dev, "%s!%s", dev_name(&board->dev),
			   type->name);
	if (!ret)
		ret = cdev_device_add(&node->cdev, &node->dev);
	if (ret)
		put_device(&node->dev);
	return ret;
}

/**
 * cobra_node_remove() - make a node disappear
 * @node: the node, added before
 *
 * Files that are open stay open, and hold the board.
 *
 * Context: Process context.
 */
void cobra_node_remove(struct cobra_node *node)
{
	cdev_device_del(&node->cdev, &node->dev);
	put_device(&node->dev);
}

/**
 * cobra_node_heard() - does anybody wait for SIGIO?
 * @node: the node
 *
 * Context: Any.
 */
bool cobra_node_heard(const struct cobra_node *node)
{
	return READ_ONCE(node->listeners);
}

/**
 * cobra_node_signal() - send SIGIO to everybody who asked for it
 * @node: the node
 * @band: POLL_IN, POLL_ERR or POLL_HUP
 *
 * Context: Any but hard interrupt.
 */
void cobra_node_signal(struct cobra_node *node, int band)
{
	struct cobra_file *file;
	unsigned long flags;

	if (!cobra_node_heard(node))
		return;
	spin_lock_irqsave(&node->lock, flags);
	list_for_each_entry(file, &node->files, entry)
		kill_fasync(&file->fasync, SIGIO, band);
	spin_unlock_irqrestore(&node->lock, flags);
}

/**
 * cobra_node_open() - file operation of all nodes
 * @inode: the node
 * @filp: the new open file
 *
 * Context: Process context.
 * Return: 0, -ENOMEM, or what the node's type says.
 */
int cobra_node_open(struct inode *inode, struct file *filp)
{
	struct cobra_node *node = container_of(inode->i_cdev,
					       struct cobra_node, cdev);
	struct cobra_file *file;
	int ret;

	file = kzalloc(node->type->file_size, GFP_KERNEL);
	if (!file)
		return -ENOMEM;
	file->node = node;
	stream_open(inode, filp);

	ret = node->type->open(file, filp);
	if (ret) {
		kfree(file);
		return ret;
	}

	filp->private_data = file;
	spin_lock_irq(&node->lock);
	list_add_tail(&file->entry, &node->files);
	spin_unlock_irq(&node->lock);
	return 0;
}

/**
 * cobra_node_release() - file operation of all nodes
 * @inode: the node
 * @filp: the open file that was closed
 *
 * Context: Process context.
 * Return: 0.
 */
int cobra_node_release(struct inode *inode, struct file *filp)
{
	struct cobra_file *file = filp->private_data;
	struct cobra_node *node = file->node;

	spin_lock_irq(&node->lock);
	list_del(&file->entry);
	spin_unlock_irq(&node->lock);

	node->type->release(file);
	kfree(file);
	return 0;
}

/**
 * cobra_node_fasync() - file operation of all nodes
 * @fd: descriptor
 * @filp: open file
 * @on: whether it wants SIGIO
 *
 * Context: Process context.
 * Return: 1 if that changed, 0 if not, or -ENOMEM.
 */
int cobra_node_fasync(int fd, struct file *filp, int on)
{
	struct cobra_file *file = filp->private_data;
	struct cobra_node *node = file->node;
	int ret;

	ret = fasync_helper(fd, filp, on, &file->fasync);
	if (ret > 0) {
		spin_lock_irq(&node->lock);
		WRITE_ONCE(node->listeners, node->listeners + (on ? 1 : -1));
		spin_unlock_irq(&node->lock);
	}
	return ret;
}

/**
 * cobra_nodes_init() - get device numbers
 *
 * Return: 0 or an errno.
 */
int cobra_nodes_init(void)
{
	return alloc_chrdev_region(&node_devt, 0,
				   COBRA_MAX_BOARDS * COBRA_NODE_TYPES, "cobra");
}

/**
 * cobra_nodes_exit() - give them back
 */
void cobra_nodes_exit(void)
{
	unregister_chrdev_region(node_devt, COBRA_MAX_BOARDS * COBRA_NODE_TYPES);
}
