/* SPDX-License-Identifier: Apache-2.0 */
/* Input, output and messages are files in memory: nobody has to wait for the other side, however
 * much there is of each. */
#include <config.h>

#include "io/graphviz.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"

#define PROGRAM	    "dot"
#define MESSAGE_MAX 4096 /* bytes of what it says that are of interest */

enum { GRAPH, PICTURE, MESSAGES, FILES };

struct run {
	int fd[FILES]; /* -1: not open */
	int report[2]; /* a pipe for the errno of an exec that failed */
	pid_t pid;
};

static void close_all(struct run *r)
{
	for (int i = 0; i < FILES; i++) {
		if (r->fd[i] >= 0)
			close(r->fd[i]);
	}
	for (int i = 0; i < 2; i++) {
		if (r->report[i] >= 0)
			close(r->report[i]);
	}
}

static int write_all(int fd, struct pp_str s)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		s.p += n;
		s.n -= (size_t)n;
	}
	return 0;
}

static int open_all(struct run *r, struct pp_str graph)
{
	*r = (struct run){.fd = {-1, -1, -1}, .report = {-1, -1}};
	for (int i = 0; i < FILES; i++) {
		r->fd[i] = memfd_create("pyroprof", MFD_CLOEXEC);
		if (r->fd[i] < 0)
			return -1;
	}
	if (pipe2(r->report, O_CLOEXEC) < 0 || write_all(r->fd[GRAPH], graph) < 0)
		return -1;
	return lseek(r->fd[GRAPH], 0, SEEK_SET) < 0 ? -1 : 0;
}

/* The child's side. */
static PP_NORETURN void become_dot(const struct run *r, const char *option, pid_t parent)
{
	const char *argv[] = {PROGRAM, option, NULL};
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127); /* pp-allow: a forked child */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int i = 0; i < FILES; i++) {
		if (dup2(r->fd[i], i) < 0) /* pp-allow: to be inherited */
			_exit(127);	   /* pp-allow: a forked child */
	}
	execvp(argv[0], (char *const *)(uintptr_t)argv);

	int sys = errno;
	if (write(r->report[1], &sys, sizeof(sys)) < 0)
		_exit(126); /* pp-allow: a forked child */
	_exit(127);	    /* pp-allow: a forked child */
}

/* Start it; -1 with an error if that fails. */
static int start(struct run *r, const char *option, struct pp_err *err)
{
	pid_t parent = getpid();
	int sys = 0;
	ssize_t n;

	r->pid = fork();
	if (r->pid < 0)
		return pp_err_sys(err, errno, "cannot start '" PROGRAM "'");
	if (r->pid == 0)
		become_dot(r, option, parent);
	close(r->report[1]);
	r->report[1] = -1;
	while ((n = read(r->report[0], &sys, sizeof(sys))) < 0 && errno == EINTR)
		;
	if (n != sizeof(sys))
		return 0; /* closed by the exec */
	while (waitpid(r->pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (sys != ENOENT)
		return pp_err_sys(err, sys, "cannot start '" PROGRAM "'");
	pp_err_set(err, PP_ERR_NOT_FOUND,
		   "cannot draw the graph: Graphviz's '" PROGRAM "' is not installed");
	return pp_err_hint(err, "sudo apt install graphviz, or write DOT: --format=dot");
}

/* The first line that is an error, or the last of all: before these may be warnings. */
static void read_message(const struct run *r, char text[MESSAGE_MAX])
{
	ssize_t n = pread(r->fd[MESSAGES], text, MESSAGE_MAX - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	for (size_t len = strlen(text); len && text[len - 1] == '\n'; len--)
		text[len - 1] = '\0';
	char *line = strstr(text, "Error: ");
	char *last = strrchr(text, '\n');
	if (!line && last)
		line = last + 1;
	if (line)
		memmove(text, line, strlen(line) + 1);
	text[strcspn(text, "\n")] = '\0';
}

static int wait_for(const struct run *r, struct pp_err *err)
{
	char said[MESSAGE_MAX];
	int status;

	while (waitpid(r->pid, &status, 0) < 0) {
		if (errno != EINTR)
			return pp_err_sys(err, errno, "cannot wait for '" PROGRAM "'");
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFSIGNALED(status))
		return pp_err_set(err, PP_ERR_IO,
				  "cannot draw the graph: '" PROGRAM "' was ended by signal %d",
				  WTERMSIG(status));
	read_message(r, said);
	return pp_err_set(err, PP_ERR_IO,
			  "cannot draw the graph: '" PROGRAM "' failed with status %d%s%s",
			  WEXITSTATUS(status), *said ? ": " : "", said);
}

static int take_picture(const struct run *r, struct pp_buf *out, struct pp_err *err)
{
	off_t at = 0;
	struct stat st;

	if (fstat(r->fd[PICTURE], &st) < 0)
		return pp_err_sys(err, errno, "cannot read what '" PROGRAM "' has drawn");
	if (st.st_size == 0)
		return pp_err_set(err, PP_ERR_IO,
				  "cannot draw the graph: '" PROGRAM "' has written nothing");
	pp_buf_reserve(out, (size_t)st.st_size);
	while (at < st.st_size) {
		ssize_t n = pread(r->fd[PICTURE], out->p + out->n, (size_t)(st.st_size - at), at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return pp_err_sys(err, n ? errno : EIO,
					  "cannot read what '" PROGRAM "' has drawn");
		out->n += (size_t)n;
		at += n;
	}
	out->p[out->n] = '\0';
	return 0;
}

int pp_graphviz_draw(struct pp_str graph, const char *format, struct pp_buf *out,
		     struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *option = pp_xasprintf("-T%s", format);
	PP_CLEANUP(close_all) struct run r;

	if (open_all(&r, graph))
		return pp_err_sys(err, errno, "cannot start '" PROGRAM "'");
	if (start(&r, option, err) || wait_for(&r, err))
		return -1;
	return take_picture(&r, out, err);
}
