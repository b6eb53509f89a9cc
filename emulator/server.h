/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sockets: one a board, each speaking the ivshmem server's protocol to
 * one QEMU.  A board has power while a client is connected to its socket.
 */
#ifndef COBRA_EMULATOR_SERVER_H
#define COBRA_EMULATOR_SERVER_H

#include <stdbool.h>
#include <sys/un.h>

#include "board.h"

/**
 * struct slot - where a board plugs in
 * @address: path of the socket
 * @listener: the socket, -1: closed
 * @client: the connection, -1: none
 * @board: has power while there is a client
 */
struct slot {
	struct sockaddr_un address;
	int listener;
	int client;
	struct board board;
};

/**
 * struct server - all boards of a process
 * @options: what they are like, borrowed
 * @memory: the guest's RAM, borrowed
 * @boards: how many
 * @connected: clients now
 * @slot: one a board, owned
 */
struct server {
	const struct board_options *options;
	const struct memory *memory;
	unsigned int boards;
	unsigned int connected;
	struct slot *slot;
};

/* Listen on all sockets.  On failure says why and leaves nothing behind. */
int server_open(struct server *server, const char *directory,
		unsigned int boards, const struct board_options *options,
		const struct memory *memory);

/*
 * Serve until the last of those that had connected is gone (returns 0) or
 * @stop becomes readable (returns 0 as well); -1: an error.
 */
int server_run(struct server *server, int stop);

/* Power off, close, and remove the sockets. */
void server_close(struct server *server);

#endif /* COBRA_EMULATOR_SERVER_H */
