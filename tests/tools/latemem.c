// SPDX-License-Identifier: GPL-2.0
/*
 * latemem [-h] FILE
 *
 * Read a counter stream into memory whose second half nobody provides at first.
 * Prints "waiting" when the read has come to it; provides it at SIGUSR1; prints
 *
 *	bytes=N
 *
 * or what the read says instead.  With -h for hopeless, none of it is there.
 */
#include "pattern.h"

#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define HALF ((size_t)64 << 10)

static uint8_t *memory;
static int fd;

static void *read_into_it(void *unused)
{
	struct pattern pattern = { .kind = PATTERN_COUNTER };
	ssize_t got = read(fd, memory, 2 * HALF);

	(void)unused;
	if (got < 0)
		die("read");
	pattern_check(&pattern, memory, got);
	printf("bytes=%zd\n", got);
	exit(0);
}

/* late_memory - from @from on nobody provides pages but who reads what it returns */
static int late_memory(uint8_t *from, size_t bytes)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register area = {
		.range = { (uintptr_t)from, bytes },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	int faults = syscall(SYS_userfaultfd, O_CLOEXEC);

	if (faults < 0 || ioctl(faults, UFFDIO_API, &api) ||
	    ioctl(faults, UFFDIO_REGISTER, &area))
		die("userfaultfd");
	return faults;
}

/* Others wait for the same page again as soon as it is there. */
static void provide(int faults)
{
	struct uffd_msg message;
	struct uffdio_zeropage page;

	if (read(faults, &message, sizeof(message)) != sizeof(message))
		die("read a fault");
	page = (struct uffdio_zeropage){
		.range = { message.arg.pagefault.address & ~4095ull, 4096 },
	};
	if (ioctl(faults, UFFDIO_ZEROPAGE, &page) && errno != EEXIST)
		die("UFFDIO_ZEROPAGE");
}

int main(int argc, char **argv)
{
	bool hopeless = argc == 3 && !strcmp(argv[1], "-h");
	size_t there = hopeless ? 0 : HALF;
	struct pollfd fault = { .events = POLLIN };
	sigset_t now;
	pthread_t reader;
	int signal;

	if (argc != 2 + hopeless)
		fail("usage: latemem [-h] FILE");
	watchdog(100);
	sigemptyset(&now);
	sigaddset(&now, SIGUSR1);
	sigprocmask(SIG_BLOCK, &now, NULL);
	fd = open_or_die(argv[argc - 1], O_RDONLY);
	memory = mmap(NULL, 2 * HALF, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		die("mmap");
	memset(memory, 0, there);
	fault.fd = late_memory(memory + there, 2 * HALF - there);
	if (pthread_create(&reader, NULL, read_into_it, NULL))
		die("pthread_create");
	if (poll(&fault, 1, -1) != 1)
		die("poll");
	puts("waiting");
	fflush(stdout);
	sigwait(&now, &signal);
	for (;;)
		provide(fault.fd);
}
