// SPDX-License-Identifier: GPL-2.0
/*
 * babble SEED COUNT CONTROL
 *
 * Write COUNT hostile things to a control node: random bytes, and commands
 * with random damage.  Every write has to end in success or in one of the
 * errors that the node promises.  Answers are read now and then, or left.
 */
#include "tool.h"

#define LONGEST 600

static const char * const commands[] = {
	"start\n", "stop\n", "discard\n", "reset\n", "get\n", "get rate\n",
	"set trigger manual\n", "set trigger open\n", "set read_min 4096\n",
	"set wake_usecs 1000\n", "set ring 1M\n", "set gaps skip\n",
	"set rate 100M\n", "set rate max\n", "set pattern counter\n",
	"set pulse_usecs 0\n", "set seed 1\n", "peek 0 16\n", "peek 0x280 2\n",
	"poke 0x410 1\n", "poke 0x240 0\n", "# a comment\n", "\n",
	"set rate 0xffffffffffffffffG\n", "set read_min -1\n",
	"peek 0xfffffffc 0xffffffff\n", "poke 65536 0\n", "set\t\n", "set rate",
	"get produced\nset gaps error\nget lost\n",
};

static const int promised[] = {
	EINVAL, ERANGE, EBUSY, EPERM, EIO, ENOMEM, ETIMEDOUT,
};

static size_t compose(struct dice *dice, char *text)
{
	const char *model;
	size_t size, i;

	if (dice_up_to(dice, 4) == 1) {
		size = dice_up_to(dice, LONGEST);
		for (i = 0; i < size; i++)
			text[i] = dice_roll(dice);
		return size;
	}
	model = commands[dice_up_to(dice, sizeof(commands) /
					  sizeof(*commands)) - 1];
	size = strlen(model);
	memcpy(text, model, size);
	if (dice_up_to(dice, 2) == 1)
		text[dice_up_to(dice, size) - 1] = dice_roll(dice);
	if (dice_up_to(dice, 8) == 1)
		size = dice_up_to(dice, size);
	return size;
}

static bool is_promised(int error)
{
	size_t i;

	for (i = 0; i < sizeof(promised) / sizeof(*promised); i++)
		if (promised[i] == error)
			return true;
	return false;
}

int main(int argc, char **argv)
{
	char text[LONGEST], answer[4096];
	uint64_t i, count, refused = 0;
	struct dice dice;
	int fd;

	if (argc != 4)
		fail("usage: babble SEED COUNT CONTROL");
	dice.state = number(argv[1]);
	count = number(argv[2]);
	fd = open_or_die(argv[3], O_RDWR);
	for (i = 0; i < count; i++) {
		size_t size = compose(&dice, text);
		ssize_t done;

		watchdog(20);
		done = write(fd, text, size);
		if (done < 0 && !is_promised(errno))
			die("write %llu", (unsigned long long)i);
		if (done > (ssize_t)size)
			fail("write of %zu bytes took %zd", size, done);
		refused += done < 0;
		if (dice_up_to(&dice, 3) == 1 &&
		    read(fd, answer, dice_up_to(&dice, sizeof(answer))) < 0)
			die("read after write %llu", (unsigned long long)i);
	}
	printf("writes=%llu refused=%llu\n", (unsigned long long)count,
	       (unsigned long long)refused);
	return 0;
}
