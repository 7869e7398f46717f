/* SPDX-License-Identifier: Apache-2.0 */
/* Processes to record, and commands started for it. */
#include <config.h>

#include "collect/target.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/num.h"
#include "io/file.h"

#define GRACE_MS 5000 /* from SIGTERM to SIGKILL */

#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL /* since Linux 6.9: the file is about one thread */
#endif

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void pp_target_all(struct pp_target *t)
{
	*t = (struct pp_target){.pid = -1, .go_fd = -1, .exec_fd = -1};
}

static int open_pidfd(pid_t pid, unsigned flags)
{
	return (int)syscall(SYS_pidfd_open, pid, flags);
}

/* The process that a thread belongs to, 0 if it is gone. */
static pid_t group_of(pid_t tid)
{
	static const char field[] = "\nTgid:\t";
	char path[64], text[4096];
	struct pp_err ignored;
	uint64_t group = 0;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)tid);
	if (pp_file_read_text(path, text, sizeof(text)) <= 0)
		return 0;
	char *at = strstr(text, field);
	if (!at)
		return 0;
	at += sizeof(field) - 1;
	at[strcspn(at, "\n")] = '\0';
	return pp_parse_u64(at, 1, INT32_MAX, &group, &ignored) ? 0 : (pid_t)group;
}

static bool has_task(const struct pp_target *t, pid_t pid, pid_t tid)
{
	for (size_t i = 0; i < t->ntasks; i++) {
		if (t->tasks[i].pid == pid && t->tasks[i].tid == tid)
			return true;
	}
	return false;
}

static void add_task(struct pp_target *t, pid_t pid, pid_t tid, int pidfd)
{
	t->tasks = pp_grow(t->tasks, &t->cap, t->ntasks + 1, sizeof(*t->tasks));
	t->tasks[t->ntasks++] = (struct pp_target_task){pid, tid, pidfd, false};
	if (t->pid < 0)
		t->pid = pid;
}

int pp_target_add_process(struct pp_target *t, pid_t pid, struct pp_err *err)
{
	pid_t group = group_of(pid);

	if (group && group != pid) {
		pp_err_set(err, PP_ERR_NOT_FOUND,
			   "cannot record process %d: that is a thread of process %d", (int)pid,
			   (int)group);
		return pp_err_hint(err, "pyroprof record -p %d", (int)group);
	}
	if (has_task(t, pid, 0))
		return 0;

	int fd = open_pidfd(pid, 0);
	if (fd < 0)
		return errno == ESRCH
			       ? pp_err_set(err, PP_ERR_NOT_FOUND,
					    "cannot record process %d: no such process", (int)pid)
			       : pp_err_sys(err, errno, "cannot record process %d", (int)pid);
	add_task(t, pid, 0, fd);
	return 0;
}

int pp_target_add_thread(struct pp_target *t, pid_t tid, struct pp_err *err)
{
	pid_t pid = group_of(tid);

	if (!pid)
		return pp_err_set(err, PP_ERR_NOT_FOUND, "cannot record thread %d: no such thread",
				  (int)tid);
	if (!has_task(t, pid, tid))
		/* older kernels have pidfds for processes only: -1 */
		add_task(t, pid, tid, open_pidfd(tid, PIDFD_THREAD));
	return 0;
}

bool pp_target_has_ended(struct pp_target *t)
{
	size_t ended = 0;

	for (size_t i = 0; i < t->ntasks; i++) {
		struct pp_target_task *task = &t->tasks[i];

		if (!task->ended && task->pidfd < 0)
			task->ended = syscall(SYS_tgkill, task->pid,
					      task->tid ? task->tid : task->pid, 0) < 0 &&
				      errno == ESRCH;
		ended += task->ended;
	}
	return t->ntasks && ended == t->ntasks;
}

/* The child's side: wait for a byte from `go`, then become the command. If the other end closes
 * without one, there is nothing to be run after all. */
static PP_NORETURN void run_command(const char *const *argv, int go, int report)
{
	sigset_t none;
	char byte;
	ssize_t n;

	while ((n = read(go, &byte, 1)) < 0 && errno == EINTR)
		;
	if (n != 1)
		_exit(127); /* pp-allow: a forked child */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(argv[0], (char *const *)(uintptr_t)argv);

	int sys = errno;
	if (write(report, &sys, sizeof(sys)) < 0)
		_exit(126); /* pp-allow: a forked child */
	_exit(127);	    /* pp-allow: a forked child */
}

int pp_target_command(struct pp_target *t, const char *const *argv, struct pp_err *err)
{
	int go[2], report[2];

	pp_target_all(t);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, go) < 0)
		return pp_err_sys(err, errno, "cannot start '%s'", argv[0]);
	t->go_fd = go[1];
	if (pipe2(report, O_CLOEXEC) < 0) {
		close(go[0]);
		pp_err_sys(err, errno, "cannot start '%s'", argv[0]);
		pp_target_release(t);
		return -1;
	}
	t->exec_fd = report[0];

	pid_t pid = fork();
	if (pid == 0) {
		close(go[1]);
		close(report[0]);
		run_command(argv, go[0], report[1]);
	}
	int sys = errno;
	close(go[0]);
	close(report[1]);
	if (pid > 0) {
		int pidfd = open_pidfd(pid, 0);

		sys = errno;
		add_task(t, pid, 0, pidfd);
		t->is_command = true;
	}
	if (pid > 0 && t->tasks[0].pidfd >= 0)
		return 0;
	pp_err_sys(err, sys, "cannot start '%s'", argv[0]);
	pp_target_release(t);
	return -1;
}

int pp_target_go(struct pp_target *t, struct pp_err *err)
{
	int sys = 0;
	ssize_t n;

	if (!t->is_command)
		return 0;
	/* a socket, for this flag; a child that is gone will be noticed as any that ends */
	if (send(t->go_fd, "", 1, MSG_NOSIGNAL) < 0 && errno != EPIPE)
		return pp_err_sys(err, errno, "cannot start the command");
	close_fd(&t->go_fd);
	while ((n = read(t->exec_fd, &sys, sizeof(sys))) < 0 && errno == EINTR)
		;
	close_fd(&t->exec_fd);
	if (n != sizeof(sys))
		return 0; /* closed by the exec */
	return pp_err_sys(err, sys, "cannot run the command");
}

/* Ask the command to end; one that does not care would keep us, and what was recorded, for ever. */
static void end_command(struct pp_target *t)
{
	struct pollfd end = {.fd = t->tasks[0].pidfd, .events = POLLIN};

	kill(t->pid, SIGTERM);
	kill(t->pid, SIGCONT); /* a stopped one, too */
	close_fd(&t->go_fd);
	if (end.fd >= 0 && poll(&end, 1, GRACE_MS) == 0)
		kill(t->pid, SIGKILL);
}

/* Wait for the command, which is asked to end if it has not. */
static void reap_command(struct pp_target *t)
{
	struct rusage used = {0};
	int status;

	if (wait4(t->pid, &status, WNOHANG, &used) == 0) {
		end_command(t);
		while (wait4(t->pid, &status, 0, &used) < 0 && errno == EINTR)
			;
	}
	t->status = status;
	t->cpu_ns = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * PP_NSEC_PER_SEC +
		    (used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1000;
	t->ended = true;
}

void pp_target_release(struct pp_target *t)
{
	close_fd(&t->exec_fd);
	if (t->is_command && !t->ended)
		reap_command(t);
	close_fd(&t->go_fd);
	for (size_t i = 0; i < t->ntasks; i++)
		close_fd(&t->tasks[i].pidfd);
	free(t->tasks);
	t->tasks = NULL;
	t->ntasks = t->cap = 0;
}

/* The entries of a folder in /proc that are numbers. */
static size_t list_ids(const char *path, pid_t **ids)
{
	struct pp_err ignored;
	struct dirent *d;
	size_t n = 0, cap = 0;
	uint64_t id;

	*ids = NULL;
	DIR *dir = opendir(path);
	if (!dir)
		return 0;
	while ((d = readdir(dir))) {
		if (pp_parse_u64(d->d_name, 1, INT32_MAX, &id, &ignored))
			continue;
		*ids = pp_grow(*ids, &cap, n + 1, sizeof(**ids));
		(*ids)[n++] = (pid_t)id;
	}
	closedir(dir);
	return n;
}

size_t pp_target_list(pid_t **pids)
{
	return list_ids("/proc", pids);
}

size_t pp_target_threads(pid_t pid, pid_t **tids)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	return list_ids(path, tids);
}
