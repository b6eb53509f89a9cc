// SPDX-License-Identifier: GPL-2.0
/* The ivshmem protocol, as QEMU's side of it sees it. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "registers.h"
#include "server.h"
#include "tap.h"

#define WATCHDOG	10000	/* ms; nothing here takes that long */
#define MESSAGES	6
#define HOST_BYTES	(1 << 20)

/* A server in a thread, with a directory and host memory of its own. */
struct host {
	char directory[64];
	struct memory memory;
	struct board_options options;
	struct server server;
	int stop[2];
	int result;
	pthread_t thread;
};

/* What a client holds after the greeting. */
struct client {
	int socket;
	int64_t value[MESSAGES];
	int descriptor[MESSAGES];
	uint8_t *registers;
};

static void *serve(void *argument)
{
	struct host *host = argument;

	host->result = server_run(&host->server, host->stop[0]);
	server_close(&host->server);
	return NULL;
}

static bool host_open(struct host *host, unsigned int boards)
{
	void *base = mmap(NULL, HOST_BYTES, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*host = (struct host){ .directory = "/tmp/cobra-server-XXXXXX",
			       .options = { .fifo_bytes = 4096 } };
	memory_init(&host->memory, base, HOST_BYTES);
	return base != MAP_FAILED && mkdtemp(host->directory) &&
	       !pipe(host->stop) &&
	       !server_open(&host->server, host->directory, boards,
			    &host->options, &host->memory) &&
	       !pthread_create(&host->thread, NULL, serve, host);
}

/* True if the server ended well and its directory is empty. */
static bool host_close(struct host *host)
{
	pthread_join(host->thread, NULL);
	close(host->stop[0]);
	close(host->stop[1]);
	memory_close(&host->memory);
	return !host->result && !rmdir(host->directory);
}

static void host_stop(struct host *host)
{
	if (write(host->stop[1], "x", 1) != 1)
		abort();
}

static int dial(const struct host *host, unsigned int board)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/board%u.sock",
		 host->directory, board);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Receive a message within the watchdog's time; -1 for its descriptor: none. */
static bool receive(int socket, int64_t *value, int *descriptor)
{
	struct pollfd readable = { .fd = socket, .events = POLLIN };
	struct iovec data = { .iov_base = value, .iov_len = sizeof(*value) };
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control;
	struct msghdr message = {
		.msg_iov = &data, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *header;

	if (poll(&readable, 1, WATCHDOG) != 1 ||
	    recvmsg(socket, &message, MSG_WAITALL) != sizeof(*value))
		return false;
	*value = le64toh(*value);
	*descriptor = -1;
	header = CMSG_FIRSTHDR(&message);
	if (header && header->cmsg_type == SCM_RIGHTS)
		memcpy(descriptor, CMSG_DATA(header), sizeof(int));
	return true;
}

static bool client_open(struct client *client, const struct host *host,
			unsigned int board)
{
	unsigned int i;

	client->socket = dial(host, board);
	if (client->socket < 0)
		return false;
	for (i = 0; i < MESSAGES; i++)
		if (!receive(client->socket, &client->value[i],
			     &client->descriptor[i]))
			return false;
	client->registers = mmap(NULL, COBRA_REGS_SIZE, PROT_READ | PROT_WRITE,
				 MAP_SHARED, client->descriptor[2], 0);
	return client->registers != MAP_FAILED;
}

static void client_close(struct client *client)
{
	unsigned int i;

	munmap(client->registers, COBRA_REGS_SIZE);
	for (i = 2; i < MESSAGES; i++)
		close(client->descriptor[i]);
	close(client->socket);
}

/* Give a command, ring, and wait for the answer. */
static uint32_t command(struct client *client, uint32_t number)
{
	const uint64_t one = 1;
	uint64_t end = clock_ns() + WATCHDOG * 1000000ull;

	put32(client->registers + COBRA_REG_COMMAND, number);
	put32(client->registers + COBRA_REG_COMMAND_SEQ, 1);
	if (write(client->descriptor[3], &one, sizeof(one)) != sizeof(one))
		return UINT32_MAX;
	while (get32(client->registers + COBRA_REG_COMMAND_ACK) != 1)
		if (clock_ns() > end)
			return UINT32_MAX;
	return get32(client->registers + COBRA_REG_COMMAND_RESULT);
}

static void greeting(void)
{
	static const int64_t should[MESSAGES] = { 0, 0, -1, 1, 0, 0 };
	struct client client;
	struct host host;
	struct stat st;
	unsigned int i;

	CHECK(host_open(&host, 1));
	CHECK(client_open(&client, &host, 0));
	for (i = 0; i < MESSAGES; i++) {
		CHECK_EQUAL(client.value[i], should[i]);
		CHECK((client.descriptor[i] >= 0) == (i >= 2));
	}
	CHECK(!fstat(client.descriptor[2], &st));
	CHECK_EQUAL(st.st_size, COBRA_REGS_SIZE);
	CHECK_EQUAL(get32(client.registers + COBRA_REG_MAGIC), COBRA_MAGIC);
	CHECK_EQUAL(get32(client.registers + COBRA_REG_DOORBELL_VALUE),
		    client.value[3] << 16);
	client_close(&client);
	CHECK(host_close(&host));		/* the last one ends it */
}

static void doorbell_reaches_the_board(void)
{
	struct client client;
	struct host host;

	CHECK(host_open(&host, 1));
	CHECK(client_open(&client, &host, 0));
	CHECK_EQUAL(command(&client, 1234), COBRA_RESULT_UNKNOWN);
	client_close(&client);
	CHECK(host_close(&host));
}

static void twenty_boards(void)
{
	struct client client[20];
	struct host host;
	unsigned int i;
	char serial[COBRA_TEXT_BYTES];

	CHECK(host_open(&host, 20));
	for (i = 0; i < 20; i++)
		CHECK(client_open(&client[i], &host, i));
	for (i = 0; i < 20; i++) {
		snprintf(serial, sizeof(serial), "EMU-%04x", i);
		CHECK(!strcmp((char *)client[i].registers + COBRA_REG_SERIAL,
			      serial));
		CHECK_EQUAL(command(&client[i], COBRA_CMD_CONFIGURE),
			    COBRA_RESULT_OK);
	}
	for (i = 0; i < 20; i++)
		client_close(&client[i]);
	CHECK(host_close(&host));
}

/* A card that is pulled and put back has forgotten everything. */
static void plugged_again(void)
{
	struct client first, second;
	struct host host;

	CHECK(host_open(&host, 2));
	CHECK(client_open(&first, &host, 0));
	CHECK(client_open(&second, &host, 1));
	CHECK_EQUAL(command(&second, COBRA_CMD_CONFIGURE), COBRA_RESULT_OK);
	client_close(&second);
	CHECK(client_open(&second, &host, 1));
	CHECK_EQUAL(get32(second.registers + COBRA_REG_COMMAND_SEQ), 0);
	CHECK_EQUAL(command(&second, COBRA_CMD_CONFIGURE), COBRA_RESULT_OK);
	client_close(&first);
	client_close(&second);
	CHECK(host_close(&host));
}

static void second_client_is_refused(void)
{
	struct client first;
	struct host host;
	int64_t value;
	int fd, descriptor;

	CHECK(host_open(&host, 1));
	CHECK(client_open(&first, &host, 0));
	fd = dial(&host, 0);
	CHECK(fd >= 0);
	CHECK(!receive(fd, &value, &descriptor));	/* end of file */
	close(fd);
	CHECK_EQUAL(command(&first, COBRA_CMD_CONFIGURE), COBRA_RESULT_OK);
	client_close(&first);
	CHECK(host_close(&host));
}

/* Clients that talk, or go in the middle, harm nobody. */
static void odd_clients(void)
{
	struct client client;
	struct host host;
	unsigned int i;
	int fd;

	CHECK(host_open(&host, 2));
	CHECK(client_open(&client, &host, 0));
	for (i = 0; i < 100; i++) {
		fd = dial(&host, 1);
		CHECK(fd >= 0);
		if (i % 2)
			CHECK_EQUAL(write(fd, "hello", 5), 5);
		close(fd);
	}
	CHECK_EQUAL(write(client.socket, "hello", 5), 5);
	CHECK_EQUAL(command(&client, COBRA_CMD_CONFIGURE), COBRA_RESULT_OK);
	host_stop(&host);
	client_close(&client);
	CHECK(host_close(&host));
}

static void stop_ends_it(void)
{
	struct client client;
	struct host host;

	CHECK(host_open(&host, 3));
	CHECK(client_open(&client, &host, 2));
	host_stop(&host);
	CHECK(host_close(&host));
	client_close(&client);
}

/* A socket file that nobody listens on is replaced, a used one is not. */
static void stale_sockets(void)
{
	struct server second;
	struct host host;
	char path[128];

	CHECK(host_open(&host, 1));
	CHECK(server_open(&second, host.directory, 1, &host.options,
			  &host.memory));
	host_stop(&host);
	pthread_join(host.thread, NULL);
	CHECK(!server_open(&host.server, host.directory, 1, &host.options,
			   &host.memory));
	close(host.server.slot[0].listener);		/* a crash */
	free(host.server.slot);
	CHECK(!server_open(&host.server, host.directory, 1, &host.options,
			   &host.memory));
	CHECK(!pthread_create(&host.thread, NULL, serve, &host));
	CHECK(host_close(&host));
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	CHECK(server_open(&second, path, 1, &host.options, &host.memory));
	CHECK(server_open(&second, "/nonexistent", 1, &host.options,
			  &host.memory));
}

static const struct tap_test tests[] = {
	{ "the greeting", greeting },
	{ "the doorbell reaches the board", doorbell_reaches_the_board },
	{ "twenty boards at once", twenty_boards },
	{ "a board plugged in again is a new one", plugged_again },
	{ "a second client is refused", second_client_is_refused },
	{ "odd clients harm nobody", odd_clients },
	{ "stop ends it and removes the sockets", stop_ends_it },
	{ "stale sockets are replaced, used ones are not", stale_sockets },
};

int main(void)
{
	if (!freopen("/dev/null", "w", stderr))
		return 1;
	return TAP_MAIN(tests);
}
