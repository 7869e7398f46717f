/* SPDX-License-Identifier: Apache-2.0 */
/* Starting a program, collecting what it prints, and seeing to its end. */
#include <config.h>

#include "io/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"

#define MAX_MESSAGES (64u << 10) /* more of what it says on standard error is dropped */

struct child {
	const char *name;
	pid_t pid;
	int fd[2]; /* its standard output and error; -1: at an end */
	struct pp_buf *text[2];
	size_t limit;
	int64_t deadline;
};

static bool is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

char *pp_run_find(const char *name, const char *path)
{
	while (path && *path) {
		size_t n = strcspn(path, ":");
		char *file = pp_xasprintf("%.*s/%s", (int)n, path, name);

		/* what is not absolute, "" included, would be found in the current directory */
		if (path[0] == '/' && is_program(file))
			return file;
		free(file);
		path += n + (path[n] == ':');
	}
	return NULL;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Give the child nothing of ours: not even signals that we ignore. */
static int spawn(struct child *c, const char *const *argv, int out, int messages)
{
	static const char *const environment[] = {"LC_ALL=C", NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&files, messages, STDERR_FILENO);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);

	int sys = posix_spawn(&c->pid, argv[0], &files, &attributes, (char *const *)(uintptr_t)argv,
			      (char *const *)(uintptr_t)environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	return sys;
}

static int start(struct child *c, const char *const *argv, struct pp_err *err)
{
	int out[2], messages[2];

	if (pipe2(out, O_CLOEXEC) < 0)
		return pp_err_sys(err, errno, "cannot run '%s'", c->name);
	if (pipe2(messages, O_CLOEXEC) < 0) {
		pp_err_sys(err, errno, "cannot run '%s'", c->name);
		close(out[0]);
		close(out[1]);
		return -1;
	}

	int sys = spawn(c, argv, out[1], messages[1]);
	close(out[1]);
	close(messages[1]);
	c->fd[0] = out[0];
	c->fd[1] = messages[0];
	if (sys == 0)
		return 0;
	close_fd(&c->fd[0]);
	close_fd(&c->fd[1]);
	return pp_err_sys(err, sys, "cannot run '%s'", c->name);
}

/* Milliseconds until the deadline, rounded up. */
static int time_left(const struct child *c)
{
	int64_t left = c->deadline - pp_clock_mono();

	if (left <= 0)
		return 0;
	left = left / 1000000 + 1;
	return left > INT32_MAX ? INT32_MAX : (int)left;
}

static int too_slow(const struct child *c, struct pp_err *err)
{
	return pp_err_set(err, PP_ERR_LIMIT, "cannot use '%s': it takes too long", c->name);
}

/* Take what has come from stream i. */
static int take(struct child *c, int i, struct pp_err *err)
{
	char bytes[16384];
	ssize_t n = read(c->fd[i], bytes, sizeof(bytes));

	if (n < 0 && errno == EINTR)
		return 0;
	if (n < 0)
		return pp_err_sys(err, errno, "cannot read from '%s'", c->name);
	if (n == 0)
		close_fd(&c->fd[i]);
	else if (i == 0 && (size_t)n > c->limit)
		return pp_err_set(err, PP_ERR_LIMIT, "cannot use '%s': it prints too much",
				  c->name);
	else if (i == 0 || c->text[1]->n < MAX_MESSAGES)
		pp_buf_add(c->text[i], bytes, (size_t)n);
	if (i == 0 && n > 0)
		c->limit -= (size_t)n;
	return 0;
}

static int collect(struct child *c, struct pp_err *err)
{
	while (c->fd[0] >= 0 || c->fd[1] >= 0) {
		struct pollfd p[2] = {{.fd = c->fd[0], .events = POLLIN},
				      {.fd = c->fd[1], .events = POLLIN}};
		int n = poll(p, 2, time_left(c));

		if (n == 0)
			return too_slow(c, err);
		if (n < 0 && errno != EINTR)
			return pp_err_sys(err, errno, "cannot read from '%s'", c->name);
		for (int i = 0; n > 0 && i < 2; i++) {
			if (p[i].revents && take(c, i, err))
				return -1;
		}
	}
	return 0;
}

/* Wait for the end within the time that is left; its status, or -1. */
static int wait_end(const struct child *c, int *status, struct pp_err *err)
{
	int pidfd = (int)syscall(SYS_pidfd_open, c->pid, 0);
	struct pollfd end = {.fd = pidfd, .events = POLLIN};
	int n = 1;

	while (pidfd >= 0 && (n = poll(&end, 1, time_left(c))) < 0 && errno == EINTR)
		;
	close_fd(&pidfd);
	if (n == 0)
		return too_slow(c, err);
	*status = 0;
	/* where SIGCHLD is ignored, which is inherited, there is no status to be had */
	while (waitpid(c->pid, status, 0) < 0 && errno == EINTR)
		;
	return 0;
}

static int check_status(const struct child *c, int status, struct pp_err *err)
{
	struct pp_str said = pp_buf_view(c->text[1]);
	const char *end = said.n ? memchr(said.p, '\n', said.n) : NULL;
	int n = end ? (int)(end - said.p) : (int)said.n;

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFSIGNALED(status))
		return pp_err_set(err, PP_ERR_UNSUPPORTED, "'%s' was ended by signal %d", c->name,
				  WTERMSIG(status));
	return pp_err_set(err, PP_ERR_UNSUPPORTED, "'%s' failed with status %d%s%.*s", c->name,
			  WEXITSTATUS(status), n ? ": " : "", n > 512 ? 512 : n,
			  said.n ? said.p : "");
}

int pp_run_output(const char *const *argv, size_t limit, int64_t timeout_ns, struct pp_buf *out,
		  struct pp_err *err)
{
	struct pp_buf messages = PP_BUF_INIT;
	struct child c = {
		.name = argv[0],
		.fd = {-1, -1},
		.text = {out, &messages},
		.limit = limit,
		.deadline = pp_clock_mono() + timeout_ns,
	};
	int status, rc = -1;

	if (start(&c, argv, err))
		return -1;
	if (collect(&c, err) == 0 && wait_end(&c, &status, err) == 0) {
		rc = check_status(&c, status, err);
	} else {
		kill(c.pid, SIGKILL);
		while (waitpid(c.pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	close_fd(&c.fd[0]);
	close_fd(&c.fd[1]);
	pp_buf_release(&messages);
	return rc;
}
