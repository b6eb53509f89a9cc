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
	unsigned int n = operations_pick(user);
	struct tally *tally = &crowd->tallies[n];
	long result;

	if (user->is_child) {
		__atomic_fetch_add(&tally->by_children, 1, __ATOMIC_RELAXED);
	} else {
		crowd->places[user->place].operation = n;
		crowd->places[user->place].tries[n]++;
	}
	start_timer(user);
	result = operations[n]->run(user);
	if (result < 0 && errno >= FIRST_INTERNAL_ERROR)
		fail("place %u, step %lu: %s ended with error %d, which is the kernel's own",
		     user->place, step, operations[n]->name, errno);
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
	uint64_t step = place_steps(here);

	setpgid(0, 0);
	set_limits();
	take_signals();
	if (!geteuid() && !user->privileged)
		become_nobody();
	die_with(crowd->keeper);
	coverage_begin(&user->coverage);
	for (; !crowd->steps || step < crowd->steps; step++) {
		if (__atomic_load_n(&crowd->end, __ATOMIC_RELAXED))
			break;
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
