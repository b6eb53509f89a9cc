// SPDX-License-Identifier: GPL-2.0
/*
 * What can be done to a board while something fails: in and out of service, and
 * opening its nodes.
 */
#include "board.h"
#include "operations.h"

#include <sys/syscall.h>

#define AUTOPROBE	"/sys/bus/pci/drivers_autoprobe"
#define LOADED		"/sys/module/cobra"

static long run_bind(void)
{
	return write_file(DRIVER "/bind", bench.address);
}

static void after_bind(long result)
{
	if (result < 0)
		expect_nothing();
	else
		stream_right();
}

static long run_unbind(void)
{
	return write_file(DRIVER "/unbind", bench.address);
}

static void after_unbind(long result)
{
	(void)result;
	expect_nothing();
}

static long run_insmod(void)
{
	int fd = open_or_die(bench.module, O_RDONLY);
	long result = result_of(syscall(SYS_finit_module, fd, "", 0));

	close(fd);
	return result;
}

static long run_rmmod(void)
{
	return result_of(syscall(SYS_delete_module, "cobra", O_NONBLOCK));
}

/* The module without boards: those have operations of their own. */
static void module_alone(void)
{
	if (exists(LOADED) && run_rmmod())
		die("rmmod");
	must_write(AUTOPROBE, "0");
	if (run_insmod())
		die("insmod %s", bench.module);
}

static void module_away(void)
{
	module_alone();
	if (run_rmmod())
		die("rmmod");
}

static void after_module(long result)
{
	bool loaded = operation->run == run_insmod ? result >= 0 : result < 0;

	must_write(AUTOPROBE, "1");
	if (exists(LOADED) != loaded)
		fail("the module is %sthere", loaded ? "not " : "");
	/* The driver core does without files that it has no memory for. */
	if (loaded && !exists(DRIVER "/bind")) {
		if (run_rmmod())
			die("rmmod");
		loaded = false;
	}
	if (!loaded && run_insmod())
		die("insmod %s", bench.module);
	bound();
	stream_right();
}

static long run_open_data(void)
{
	return result_of(bench.node = open_node("data", O_RDONLY));
}

static void after_open_data(long result)
{
	memset(&bench.pattern, 0, sizeof(bench.pattern));
	if (result >= 0)
		read_on(ENOUGH);
	close_node();
	stream_right();
}

static long run_open_control(void)
{
	return result_of(bench.node = open_node("control", O_RDWR));
}

static void after_open_control(long result)
{
	if (result >= 0 && write(bench.node, "stop\n", 5) != 5)
		die("write to control");
	close_node();
	stream_right();
}

const struct operation service_operations[] = {
	/* Out of memory is what the PCI core calls busy or invalid, too. */
	{ "bind", unbound, run_bind, after_bind,
	  .errnos = { ENOMEM, EBUSY, EINVAL },
	  /*
	   * A file missing in /proc/irq/N is no error to who makes it, but a
	   * warning to who takes it away.
	   */
	  .spare = "register_irq_proc" },
	{ "unbind", bound, run_unbind, after_unbind, .errnos = { 0 } },
	/* And so does the driver core. */
	{ "insmod", module_away, run_insmod, after_module,
	  .errnos = { ENOMEM, EINVAL }, .inside = "do_one_initcall", .loads = true },
	{ "rmmod", module_alone, run_rmmod, after_module, .errnos = { 0 },
	  .loads = true },
	{ "open-data", NULL, run_open_data, after_open_data,
	  .errnos = { ENOMEM }, .anywhere = true },
	{ "open-control", NULL, run_open_control, after_open_control,
	  .errnos = { ENOMEM }, .anywhere = true },
	{ }
};
