// SPDX-License-Identifier: GPL-2.0
/*
 * Operations of processes on each other.  Killing users is the crowd's part, as
 * only a parent knows that a number still means who it meant.
 */
#include "crowd.h"

#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* What a child came to must not be worse than what was done to it. */
static void judge(int status)
{
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return;
	fail("a child ended with wait status 0x%x", status);
}

static struct child *free_child(struct user *user)
{
	unsigned int i;

	for (i = 0; i < MOST_CHILDREN; i++) {
		struct child *child = &user->children[i];
		int status;

		if (child->id && waitpid(child->id, &status, WNOHANG) == child->id) {
			judge(status);
			child->id = 0;
		}
		if (!child->id)
			return child;
	}
	return NULL;
}

/* With a copy of our descriptors, or with the very same. */
static long do_fork(struct user *user)
{
	struct child *child = user->is_child ? NULL : free_child(user);
	long id;

	if (!child) {
		errno = EAGAIN;
		return -1;
	}
	id = syscall(SYS_clone, SIGCHLD | (one_in(user, 2) ? CLONE_FILES : 0), 0, 0, 0, 0);
	if (!id)
		user_live_as_child(user, child);
	if (id > 0)
		child->id = id;
	return id;
}

static long do_signal(struct user *user)
{
	static const int signals[] = {
		SIGSTOP, SIGCONT, SIGCONT, SIGCONT, SIGKILL, SIGUSR1, SIGALRM, SIGIO,
	};
	struct child *child = &user->children[below(user, MOST_CHILDREN)];
	int signal = PICK(user, signals);

	if (user->is_child || !child->id)
		return raise(SIGUSR1);
	return kill(child->id, signal);
}

static long do_rest(struct user *user)
{
	return usleep(below(user, 5000));
}

const struct operation process_operations[] = {
	{ "fork", 1, do_fork },
	{ "signal", 3, do_signal },
	{ "rest", 2, do_rest },
	{ }
};
