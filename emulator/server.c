// SPDX-License-Identifier: GPL-2.0
/*
 * The ivshmem server's protocol (QEMU, docs/specs/ivshmem-spec.txt), for one
 * client a socket.  Messages are little-endian int64, some with a descriptor:
 *
 *	0			the protocol's version
 *	0			the client's id
 *	-1	 + memory	what becomes BAR 2: our registers
 *	1	 + eventfd	our id; QEMU writes it when the guest rings us
 *	0	 + eventfd	the client's id, once a vector; we write it, and
 *				the guest gets that interrupt
 *
 * The client never sends anything; end of file says that QEMU is gone.
 */
#define _GNU_SOURCE
#include <endian.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "log.h"
#include "server.h"

#define PROTOCOL_VERSION	0
#define CLIENT_PEER		0
#define MEMORY_FOLLOWS		(-1)
#define NO_DESCRIPTOR		(-1)

static int send_message(int socket, int64_t value, int descriptor)
{
	int64_t wire = htole64(value);
	struct iovec data = { .iov_base = &wire, .iov_len = sizeof(wire) };
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1 };

	if (descriptor != NO_DESCRIPTOR) {
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.header), &descriptor, sizeof(int));
	}
	return sendmsg(socket, &message, MSG_NOSIGNAL) == sizeof(wire) ? 0 : -1;
}

static int greet(int client, const struct board *board)
{
	unsigned int i;

	if (send_message(client, PROTOCOL_VERSION, NO_DESCRIPTOR) ||
	    send_message(client, CLIENT_PEER, NO_DESCRIPTOR) ||
	    send_message(client, MEMORY_FOLLOWS, board->register_file) ||
	    send_message(client, BOARD_PEER, board->doorbell))
		return -1;
	for (i = 0; i < BOARD_VECTORS; i++)
		if (send_message(client, CLIENT_PEER, board->vector[i]))
			return -1;
	return 0;
}

static void disconnect(struct server *server, unsigned int index)
{
	struct slot *slot = &server->slot[index];

	board_power_off(&slot->board);
	close(slot->client);
	slot->client = -1;
	server->connected--;
	log_line("board %u: unplugged", index);
}

static void connect_client(struct server *server, unsigned int index)
{
	struct slot *slot = &server->slot[index];
	int client = accept4(slot->listener, NULL, NULL, SOCK_CLOEXEC);

	if (client < 0)
		return;		/* gone again before we looked */
	if (slot->client >= 0) {
		log_line("board %u: a second client was refused", index);
		close(client);
		return;
	}
	if (board_power_on(&slot->board, index, server->options,
			   server->memory)) {
		log_line("board %u: no power: %s", index, strerror(errno));
		close(client);
		return;
	}
	slot->client = client;
	server->connected++;
	log_line("board %u: plugged in", index);
	if (greet(client, &slot->board)) {
		log_line("board %u: greeting: %s", index, strerror(errno));
		disconnect(server, index);
	}
}

/* Readable means end of file, or talk that the protocol does not know. */
static bool client_gone(int client)
{
	char talk[64];

	return recv(client, talk, sizeof(talk), MSG_DONTWAIT) <= 0 &&
	       errno != EAGAIN && errno != EINTR;
}

/* Listeners first, then clients, then @stop; -1 is what poll() skips. */
static void fill_poll(const struct server *server, struct pollfd *fds, int stop)
{
	unsigned int i, n = server->boards;

	for (i = 0; i < n; i++) {
		fds[i] = (struct pollfd){ server->slot[i].listener, POLLIN, 0 };
		fds[n + i] = (struct pollfd){ server->slot[i].client, POLLIN, 0 };
	}
	fds[2 * n] = (struct pollfd){ stop, POLLIN, 0 };
}

int server_run(struct server *server, int stop)
{
	struct pollfd fds[2 * server->boards + 1];
	unsigned int i, n = server->boards;
	bool used = false;

	while (!used || server->connected) {
		fill_poll(server, fds, stop);
		if (poll(fds, 2 * n + 1, -1) < 0) {
			if (errno == EINTR)
				continue;
			fprintf(stderr, "cobra-emulator: poll: %s\n",
				strerror(errno));
			return -1;
		}
		if (fds[2 * n].revents)
			return 0;
		for (i = 0; i < n; i++) {
			errno = 0;
			if (fds[n + i].revents &&
			    client_gone(server->slot[i].client))
				disconnect(server, i);
			if (fds[i].revents)
				connect_client(server, i);
		}
		used = used || server->connected;
	}
	return 0;
}

/* A socket that nobody listens on is left over from a crash. */
static void remove_stale(const struct sockaddr_un *address)
{
	int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (probe < 0)
		return;
	if (connect(probe, (const struct sockaddr *)address,
		    sizeof(*address)) && errno == ECONNREFUSED)
		unlink(address->sun_path);
	close(probe);
}

static int open_slot(struct slot *slot, const char *directory,
		     unsigned int index)
{
	struct sockaddr_un *address = &slot->address;
	int length;

	address->sun_family = AF_UNIX;
	length = snprintf(address->sun_path, sizeof(address->sun_path),
			  "%s/board%u.sock", directory, index);
	if (length >= (int)sizeof(address->sun_path)) {
		fprintf(stderr, "cobra-emulator: --directory %s: too long for a socket's path, which takes %zu bytes\n",
			directory, sizeof(address->sun_path) - 1);
		return -1;
	}
	remove_stale(address);
	slot->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (slot->listener >= 0 &&
	    !bind(slot->listener, (struct sockaddr *)address,
		  sizeof(*address))) {
		if (!listen(slot->listener, 1))
			return 0;
		unlink(address->sun_path);
	}
	fprintf(stderr, "cobra-emulator: socket %s: %s\n", address->sun_path,
		strerror(errno));
	if (slot->listener >= 0)
		close(slot->listener);
	slot->listener = -1;
	return -1;
}

int server_open(struct server *server, const char *directory,
		unsigned int boards, const struct board_options *options,
		const struct memory *memory)
{
	unsigned int i;

	*server = (struct server){
		.options = options, .memory = memory, .boards = boards,
		.slot = calloc(boards, sizeof(struct slot)),
	};
	if (!server->slot) {
		fprintf(stderr, "cobra-emulator: no memory for %u boards\n",
			boards);
		return -1;
	}
	for (i = 0; i < boards; i++) {
		server->slot[i].listener = -1;
		server->slot[i].client = -1;
	}
	for (i = 0; i < boards; i++) {
		if (open_slot(&server->slot[i], directory, i)) {
			server_close(server);
			return -1;
		}
	}
	return 0;
}

void server_close(struct server *server)
{
	struct slot *slot;
	unsigned int i;

	for (i = 0; i < server->boards; i++) {
		slot = &server->slot[i];
		if (slot->client >= 0)
			disconnect(server, i);
		if (slot->listener < 0)
			continue;
		close(slot->listener);
		unlink(slot->address.sun_path);
	}
	free(server->slot);
	server->slot = NULL;
}
