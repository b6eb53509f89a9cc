/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What all character nodes of a board share.
 */
#ifndef COBRA_NODE_H
#define COBRA_NODE_H

#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/spinlock.h>

struct cobra_board;
struct cobra_file;

/**
 * struct cobra_node_type - a personality
 * @name: last part of its path, /dev/cobraN/NAME
 * @minor: its place among the minors of a board, below COBRA_NODE_TYPES
 * @file_size: bytes of what it keeps for an open file, struct cobra_file first
 * @fops: file operations, .open and .release among them being
 *	cobra_node_open() and cobra_node_release()
 * @open: make a new open file ready; 0 or an errno
 * @release: the opposite
 */
struct cobra_node_type {
	const char *name;
	unsigned int minor;
	size_t file_size;
	const struct file_operations *fops;
	int (*open)(struct cobra_file *file, struct file *filp);
	void (*release)(struct cobra_file *file);
};

#define COBRA_NODE_TYPES 8
#define COBRA_MAX_BOARDS 256

/**
 * struct cobra_node - one node of one board
 * @dev: its device, which holds the board, and with that the memory
 * @cdev: its character device
 * @type: what it is; constant
 * @board: whose it is; constant
 * @lock: protects @files; taken in interrupt threads
 * @files: everybody who has it open, struct cobra_file
 * @listeners: how many of them want SIGIO; protected by @lock, read by all
 */
struct cobra_node {
	struct device dev;
	struct cdev cdev;
	const struct cobra_node_type *type;
	struct cobra_board *board;
	spinlock_t lock;	/* the open files */
	struct list_head files;
	unsigned int listeners;
};

/**
 * struct cobra_file - an open file
 * @node: what is open; constant
 * @entry: in node->files
 * @fasync: who gets its SIGIO
 */
struct cobra_file {
	struct cobra_node *node;
	struct list_head entry;
	struct fasync_struct *fasync;
};

void cobra_node_init(struct cobra_node *node);
int cobra_node_add(struct cobra_node *node, struct cobra_board *board,
		   const struct cobra_node_type *type);
void cobra_node_remove(struct cobra_node *node);
bool cobra_node_heard(const struct cobra_node *node);
void cobra_node_signal(struct cobra_node *node, int band);

int cobra_node_open(struct inode *inode, struct file *filp);
int cobra_node_release(struct inode *inode, struct file *filp);
int cobra_node_fasync(int fd, struct file *filp, int on);

int cobra_nodes_init(void);
void cobra_nodes_exit(void);

extern const struct cobra_node_type cobra_data_type;
extern const struct cobra_node_type cobra_control_type;

#endif /* COBRA_NODE_H */
