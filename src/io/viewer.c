/* SPDX-License-Identifier: Apache-2.0 */
/* Starting a viewer and looking whether it fails at once. */
#include <config.h>

#include "io/viewer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"

#define WAIT_STEPS 100
#define STEP_NS	   10000000

static int start(const char *program, const char *path, pid_t *pid)
{
	const char *argv[] = {program, path, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
						      POSIX_SPAWN_SETSID);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);

	int sys = posix_spawn(pid, program, &files, &attributes, (char *const *)(uintptr_t)argv,
			      environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	return sys;
}

/* What xdg-open says by its status. */
static const char *reason(int status)
{
	switch (status) {
	case 2:
		return "it does not find the file";
	case 3:
		return "it finds no program to show it with";
	case 4:
		return "the program that it found has failed";
	default:
		return "it does not say why";
	}
}

static int judge(const char *program, int status, struct pp_err *err)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFSIGNALED(status))
		return pp_err_set(err, PP_ERR_UNSUPPORTED, "'%s' was ended by signal %d", program,
				  WTERMSIG(status));
	return pp_err_set(err, PP_ERR_UNSUPPORTED, "'%s' failed with status %d: %s", program,
			  WEXITSTATUS(status), reason(WEXITSTATUS(status)));
}

int pp_viewer_open(const char *program, const char *path, struct pp_err *err)
{
	const struct timespec step = {.tv_nsec = STEP_NS};
	/* absolute: not to be mistaken for an option or an address */
	PP_CLEANUP(pp_freep) char *file = realpath(path, NULL);
	int sys, status;
	pid_t pid;

	if (!file)
		return pp_err_sys(err, errno, "cannot open '%s'", path);
	sys = start(program, file, &pid);
	if (sys)
		return pp_err_sys(err, sys, "cannot run '%s'", program);
	for (int i = 0; i < WAIT_STEPS; i++) {
		pid_t got = waitpid(pid, &status, WNOHANG);

		if (got == pid)
			return judge(program, status, err);
		if (got < 0)
			return 0;
		nanosleep(&step, NULL);
	}
	return 0; /* it shows the file itself, and goes on doing so */
}
