// SPDX-License-Identifier: GPL-2.0
/*
 * What can be done to a board while something fails: commands to control, questions,
 * and their answers.
 */
#include "board.h"
#include "operations.h"

static char was[LONGEST_VALUE];	/* the setting, before the command */

static void ready_for_command(void)
{
	as_at_first();
	if (operation->prepare)
		tell(operation->prepare);
	if (operation->key)
		ask(operation->key, was);
	bench.node = must_open_node("control", O_RDWR);
}

static void ready_and_full(void)
{
	as_at_first();
	tell(operation->prepare);
	expect_full();
	ask(operation->key, was);
	bench.node = must_open_node("control", O_RDWR);
}

static long run_command(void)
{
	return result_of(write(bench.node, operation->command,
			       strlen(operation->command)));
}

static void after_command(long result)
{
	if (result >= 0 && result != (long)strlen(operation->command))
		fail("%ld bytes of the line were taken", result);
	if (operation->key)
		expect_setting(operation->key,
			       result < 0 ? was : operation->new);
	close_node();
	stream_right();
}

/* After a reset that failed the stream may have ended; another one helps. */
static void after_reset(long result)
{
	close_node();
	if (result >= 0)
		stream_right();
}

/*
 * What can be read until the end, together with what was read already: @answer,
 * or all settings.
 */
static void expect_answer(const char *answer, size_t already)
{
	char *all = (char *)bench.buffer;
	size_t done = already;
	ssize_t got;

	while ((got = read(bench.node, all + done,
			   sizeof(bench.buffer) - 1 - done)) > 0)
		done += got;
	if (got < 0)
		die("read the rest of an answer");
	all[done] = '\0';
	if (answer && strcmp(all, answer))
		fail("wanted the answer '%s', got '%s'", answer, all);
	if (!answer && (strncmp(all, "type native\n", 12) ||
			!strstr(all, "\nseed ")))
		fail("wanted all settings, got '%s'", all);
	close_node();
}

/* A question that failed leaves no answer, so that a read tells all settings. */
static void after_question(long result)
{
	expect_answer(result < 0 ? NULL : operation->answer, 0);
}

static void question_asked(void)
{
	ready_for_command();
	if (operation->command &&
	    run_command() != (long)strlen(operation->command))
		die("write '%s' to control", operation->command);
}

static long run_answer(void)
{
	return result_of(read(bench.node, bench.buffer, sizeof(bench.buffer)));
}

static void after_answer(long result)
{
	expect_answer(operation->answer, result > 0 ? result : 0);
}

#define COMMAND(name, ...) \
	{ name, ready_for_command, run_command, after_command, \
	  .errnos = { ENOMEM, EFAULT }, .anywhere = true, __VA_ARGS__ }

const struct operation command_operations[] = {
	{ "ask", ready_for_command, run_command, after_question,
	  .errnos = { ENOMEM, EFAULT }, .anywhere = true,
	  .command = "peek 0\n", .answer = "0x0000 0x52424f43\n" },
	{ "answer", question_asked, run_answer, after_answer,
	  .errnos = { ENOMEM, EFAULT }, .anywhere = true,
	  .command = "peek 0\n", .answer = "0x0000 0x52424f43\n" },
	{ "list", question_asked, run_answer, after_answer,
	  .errnos = { ENOMEM, EFAULT }, .anywhere = true },
	COMMAND("set", .command = "set read_min 64\n",
		.key = "read_min", .new = "64"),
	COMMAND("poke", .prepare = "set seed 1\n", .command = "poke 0x410 2\n",
		.key = "seed", .new = "2"),
	COMMAND("start", .prepare = "set trigger manual\n",
		.command = "start\n", .key = "state", .new = "running"),
	{ "discard", ready_and_full, run_command, after_command,
	  .errnos = { ENOMEM, EFAULT }, .anywhere = true,
	  .prepare = "set trigger manual\nstart\n",
	  .command = "stop\ndiscard\n", .key = "fill", .new = "0" },
	{ "reset", ready_for_command, run_command, after_reset,
	  .errnos = { ENOMEM, EFAULT }, .anywhere = true,
	  .command = "reset\n" },
	/* Single pages; a piece that may become two; pieces worth a leak */
	COMMAND("ring-12K", .command = "set ring 12K\n",
		.key = "ring", .new = "12288"),
	COMMAND("ring-8K", .command = "set ring 8K\n",
		.key = "ring", .new = "8192"),
	COMMAND("ring-36M", .command = "set ring 36M\n",
		.key = "ring", .new = "37748736"),
	{ }
};
