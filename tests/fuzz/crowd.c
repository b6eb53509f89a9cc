// SPDX-License-Identifier: GPL-2.0
/*
 * The crowd: starts users, disturbs them, replaces those who got killed, and ends
 * them all.  Whoever cannot be ended is news, and so is one who died of anything
 * but what was done to him.
 */
#include "crowd.h"

#include <glob.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define TICK_US		20000
#define SECOND_NS	1000000000ull
#define PATIENCE	100	/* seconds that one step may take */
#define END_PATIENCE	60	/* seconds that a killed process may take to go */

/*
 * What the keeper of the crowd knows of a place.
 * @step: what it was at, when last looked at
 * @since: when that was seen first
 * @stopped: by SIGSTOP, by us
 */
struct watch {
	uint64_t step;
	uint64_t since;
	bool stopped;
};

static struct watch watches[MOST_USERS];
static bool failed;

#define complain(...) do { \
	fprintf(stderr, "hostile_user: " __VA_ARGS__); \
	failed = true; \
} while (0)

struct crowd *crowd_new(void)
{
	struct crowd *crowd = mmap(NULL, sizeof(*crowd), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (crowd == MAP_FAILED)
		die("mmap");
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, crowd->socket))
		die("socketpair");
	crowd->keeper = getpid();
	return crowd;
}

/* How many steps were begun there */
uint64_t place_steps(const struct place *place)
{
	uint64_t steps = 0;
	unsigned int n;

	for (n = 0; n < operation_count; n++)
		steps += place->tries[n];
	return steps;
}

static void start_user(struct crowd *crowd, unsigned int place)
{
	pid_t id = fork();

	if (id < 0)
		die("fork");
	if (!id)
		user_live(crowd, place);
	crowd->places[place].id = id;
	watches[place] = (struct watch){ .since = now_ns() };
}

static void start_users(struct crowd *crowd)
{
	unsigned int place;

	/* Children of killed users become ours. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (place = 0; place < crowd->processes; place++)
		start_user(crowd, place);
}

static bool is_done(const struct crowd *crowd, unsigned int place)
{
	return crowd->steps && place_steps(&crowd->places[place]) >= crowd->steps;
}

/* A user or somebody's child has ended, rightly or not. */
static void take_leave(struct crowd *crowd, pid_t id, int status)
{
	unsigned int place;

	for (place = 0; place < crowd->processes; place++)
		if (crowd->places[place].id == id)
			break;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		crowd->killed += place < crowd->processes;
	else if (status)
		complain("process %d ended with wait status 0x%x\n", id, status);
	if (place == crowd->processes)
		return;
	crowd->places[place].id = 0;
	if (!crowd->end && !is_done(crowd, place))
		start_user(crowd, place);
}

/*
 * False if there is nobody left.  Children go with their user, even one that was
 * stopped before it could ask for that; as long as the user is not waited for, its
 * number is that of its group and nobody else's.
 */
static bool reap(struct crowd *crowd)
{
	siginfo_t ended = { };
	int status;

	while (!waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT)) {
		if (!ended.si_pid)
			return true;
		kill(-ended.si_pid, SIGKILL);
		if (waitpid(ended.si_pid, &status, 0) == ended.si_pid)
			take_leave(crowd, ended.si_pid, status);
		ended.si_pid = 0;
	}
	return false;
}

static void disturb(struct crowd *crowd, struct dice *dice)
{
	unsigned int place = dice_roll(dice) % crowd->processes;
	pid_t id = crowd->places[place].id;

	if (!id)
		return;
	if (watches[place].stopped) {
		kill(id, SIGCONT);
		watches[place].stopped = false;
		return;
	}
	switch (dice_roll(dice) % 64) {
	case 0:
		kill(id, SIGKILL);
		break;
	case 1:
	case 2:
		kill(id, SIGSTOP);
		watches[place].stopped = true;
		crowd->stopped++;
		break;
	}
}

static void show(pid_t id, const char *name)
{
	char path[64], text[2048];
	ssize_t size;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", id, name);
	fd = open(path, O_RDONLY);
	size = fd < 0 ? 0 : read(fd, text, sizeof(text));
	if (size > 0)
		fprintf(stderr, "%s: %.*s\n", path, (int)size, text);
	if (fd >= 0)
		close(fd);
}

static void show_stuck(const struct crowd *crowd, unsigned int place)
{
	const struct place *here = &crowd->places[place];

	complain("process %d at place %u is stuck: step %lu, operation %s\n", here->id,
		 place, place_steps(here) - 1, operations[here->operation]->name);
	show(here->id, "stat");
	show(here->id, "stack");
}

/* Is anybody at the same step for too long? */
static bool is_stuck(const struct crowd *crowd)
{
	uint64_t now = now_ns();
	unsigned int place;
	bool stuck = false;

	for (place = 0; place < crowd->processes; place++) {
		struct watch *watch = &watches[place];
		uint64_t step = place_steps(&crowd->places[place]);

		if (step != watch->step || !crowd->places[place].id) {
			watch->step = step;
			watch->since = now;
		} else if (now - watch->since > PATIENCE * SECOND_NS) {
			show_stuck(crowd, place);
			stuck = true;
		}
	}
	return stuck;
}

static bool all_done(const struct crowd *crowd)
{
	unsigned int place;

	for (place = 0; place < crowd->processes; place++)
		if (!is_done(crowd, place))
			return false;
	return true;
}

static void signal_all(const struct crowd *crowd, int signal)
{
	unsigned int place;

	for (place = 0; place < crowd->processes; place++)
		if (crowd->places[place].id)
			kill(crowd->places[place].id, signal);
}

/* Those who do not die, and where they hang */
static void show_survivors(void)
{
	glob_t found;
	size_t i;

	if (glob("/proc/[0-9]*/stat", 0, NULL, &found))
		return;
	for (i = 0; i < found.gl_pathc; i++) {
		FILE *file = fopen(found.gl_pathv[i], "r");
		pid_t id, parent;

		if (!file)
			continue;
		if (fscanf(file, "%d (%*[^)]) %*c %d", &id, &parent) == 2 &&
		    parent == getpid()) {
			show(id, "stat");
			show(id, "stack");
		}
		fclose(file);
	}
	globfree(&found);
}

/* Nobody left within so many seconds? */
static bool reap_all(struct crowd *crowd, unsigned int seconds)
{
	uint64_t deadline = now_ns() + seconds * SECOND_NS;

	while (reap(crowd)) {
		if (now_ns() > deadline)
			return false;
		usleep(TICK_US);
	}
	return true;
}

static void end_users(struct crowd *crowd)
{
	__atomic_store_n(&crowd->end, true, __ATOMIC_RELAXED);
	signal_all(crowd, SIGCONT);
	if (reap_all(crowd, 5))
		return;
	signal_all(crowd, SIGKILL);
	if (reap_all(crowd, END_PATIENCE))
		return;
	complain("not all can be killed:\n");
	show_survivors();
}

int crowd_run(struct crowd *crowd)
{
	uint64_t end = now_ns() + crowd->seconds * SECOND_NS;
	struct dice dice = { crowd->seed };

	start_users(crowd);
	while (now_ns() < end && !all_done(crowd) && !is_stuck(crowd) && !failed) {
		usleep(TICK_US);
		disturb(crowd, &dice);
		reap(crowd);
	}
	end_users(crowd);
	if (crowd->steps && !all_done(crowd))
		complain("not all did their %lu steps in %u seconds\n", crowd->steps,
			 crowd->seconds);
	return failed;
}
