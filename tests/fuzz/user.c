// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a hostile user: steps, each under a timer, until the crowd ends or
 * somebody kills it.  Every other one is root; the rest are nobody, in the group
 * that may use the nodes.
 */
#include "crowd.h"
#include "files.h"

#include <grp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>

#define NOBODY		65534
#define MOST_FILES	256
#define LONGEST_CHILD	64	/* steps */
#define TICK_US		20000

/* No error that a user may see is as high; those above are the kernel's own. */
#define FIRST_INTERNAL_ERROR 512

static const struct operation *const tables[] = {
	file_operations, transfer_operations, wait_operations, uring_operations,
	manage_operations, process_operations, device_operations,
};

const struct operation *operation_at(unsigned int n)
{
	const struct operation *operation;
	unsigned int i;

	for (i = 0; i < LENGTH(tables); i++)
		for (operation = tables[i]; operation->weight; operation++)
			if (!n--)
				return operation;
	return NULL;
}

static unsigned int any_operation(struct user *user)
{
	const struct operation *operation;
	unsigned int n, all = 0, at;

	for (n = 0; (operation = operation_at(n)); n++)
		all += operation->weight;
	at = below(user, all);
	for (n = 0; at >= operation_at(n)->weight; n++)
		at -= operation_at(n)->weight;
	return n;
}

/* Nothing waits for longer than to the next tick; some waits are cut very short. */
static void start_timer(struct user *user)
{
	static const int delays[] = { 200, 2000, TICK_US, 2 * TICK_US };
	struct itimerval timer = {
		.it_value.tv_usec = PICK(user, delays),
		.it_interval.tv_usec = TICK_US,
	};

	setitimer(ITIMER_REAL, &timer, NULL);
}

static void interrupted(int signal)
{
	(void)signal;
}

/* Signals interrupt, and do nothing else, but for those that say that we are wrong. */
static void take_signals(void)
{
	static const int deadly[] = {
		SIGINT, SIGTERM, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS,
		SIGKILL, SIGSTOP, SIGCHLD,
	};
	struct sigaction action = { .sa_handler = interrupted };
	int number;
	size_t i;

	for (number = 1; number <= SIGRTMAX; number++) {
		for (i = 0; i < LENGTH(deadly) && deadly[i] != number;)
			i++;
		if (i == LENGTH(deadly))
			sigaction(number, &action, NULL);
	}
}

static void become_nobody(void)
{
	struct group *group = getgrnam("cobra");

	if (!group)
		fail("there is no group cobra: groupadd --system cobra");
	if (setgroups(1, &group->gr_gid) || setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		die("become nobody");
	/* Or our own /proc is not ours. */
	prctl(PR_SET_DUMPABLE, 1);
}

/* A crowd that has gone leaves nobody behind. */
static void die_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
}

static void set_limits(void)
{
	struct rlimit none = { 0, 0 }, files = { MOST_FILES, MOST_FILES };

	setrlimit(RLIMIT_CORE, &none);
	setrlimit(RLIMIT_NOFILE, &files);
}

static struct user *user_make(struct crowd *crowd, unsigned int place)
{
	struct user *user = calloc(1, sizeof(*user));
	unsigned int i;

	if (!user)
		fail("no memory");
	user->crowd = crowd;
	user->place = place;
	user->privileged = !geteuid() && place % 2 == 0;
	memory_make(&user->memory);
	/* While we may still open it */
	coverage_open(&user->coverage, crowd);
	for (i = 0; i < MOST_CHILDREN; i++)
		coverage_open(&user->children[i].coverage, crowd);
	user->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (user->epoll < 0 || pipe2(user->pipe, O_NONBLOCK | O_CLOEXEC))
		die("epoll, pipe");
	files_learn_nodes(user);
	return user;
}

static void user_step(struct user *user, uint64_t step)
{
	struct crowd *crowd = user->crowd;
	unsigned int n = any_operation(user);
	struct tally *tally = &crowd->tallies[n];
	long result;

	if (!user->is_child)
		crowd->places[user->place].operation = n;
	start_timer(user);
	result = operation_at(n)->run(user);
	if (result < 0 && errno >= FIRST_INTERNAL_ERROR)
		fail("place %u, step %lu: %s ended with error %d, which is the kernel's own",
		     user->place, step, operation_at(n)->name, errno);
	__atomic_fetch_add(user->is_child ? &tally->by_children : &tally->tries, 1,
			   __ATOMIC_RELAXED);
	if (result >= 0)
		__atomic_fetch_add(&tally->successes, 1, __ATOMIC_RELAXED);
	coverage_collect(&user->coverage, crowd);
}

/* Dice that belong to one step, or one child of it, and to nobody else */
static void take_dice(struct user *user, uint64_t step)
{
	struct dice dice = { user->crowd->seed };

	dice.state = dice_roll(&dice) + user->place;
	dice.state = dice_roll(&dice) + step;
	user->dice.state = dice_roll(&dice);
}

static void stop_timer(void)
{
	struct itimerval never = { };

	setitimer(ITIMER_REAL, &never, NULL);
}

static void end_children(struct user *user)
{
	unsigned int i;

	for (i = 0; i < MOST_CHILDREN; i++)
		if (user->children[i].id)
			kill(user->children[i].id, SIGKILL);
	/* Their parent is the crowd as soon as we are gone: it waits for them. */
}

void user_live(struct crowd *crowd, unsigned int place)
{
	struct place *here = &crowd->places[place];
	struct user *user = user_make(crowd, place);

	setpgid(0, 0);
	set_limits();
	take_signals();
	if (!geteuid() && !user->privileged)
		become_nobody();
	die_with(crowd->keeper);
	coverage_begin(&user->coverage);
	while (!__atomic_load_n(&crowd->end, __ATOMIC_RELAXED) &&
	       (!crowd->steps || here->step < crowd->steps)) {
		/* Whoever takes our place goes on behind the step that killed us. */
		uint64_t step = here->step++;

		take_dice(user, step);
		user_step(user, step);
	}
	stop_timer();
	end_children(user);
	_exit(0);
}

void user_live_as_child(struct user *user, struct child *child)
{
	uint64_t left = 1 + below(user, LONGEST_CHILD);

	user->is_child = true;
	user->coverage = child->coverage;
	memset(user->children, 0, sizeof(user->children));
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	coverage_begin(&user->coverage);
	while (left-- && !__atomic_load_n(&user->crowd->end, __ATOMIC_RELAXED))
		user_step(user, left);
	_exit(0);
}
