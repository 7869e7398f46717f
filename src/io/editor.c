/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "io/editor.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"

#define WORDS_MAX 32

/* Cut into words, in place; returns how many. */
static size_t split(char *command, const char **words)
{
	size_t n = 0;

	for (; *command && n < WORDS_MAX; n++) {
		command += strspn(command, " \t");
		if (!*command)
			break;
		words[n] = command;
		command += strcspn(command, " \t");
		if (*command)
			*command++ = '\0';
	}
	return n;
}

/* Signals are as nobody has changed them; what it reads is the terminal. */
static int start(const char *const *argv, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	int sys;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	if (!isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/tty", O_RDWR, 0);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	sys = posix_spawnp(pid, argv[0], &files, &attributes, (char *const *)(uintptr_t)argv,
			   environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	return sys;
}

/* Keys that end programs are for the editor alone. */
static int wait_for(pid_t pid)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct sigaction interrupt, leave;
	int status = 0;

	sigaction(SIGINT, &ignore, &interrupt);
	sigaction(SIGQUIT, &ignore, &leave);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGQUIT, &leave, NULL);
	return status;
}

int pp_editor_run(const char *command, const char *path, int64_t line, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *words = pp_xstrdup(command), *place = NULL;
	/* absolute: not to be mistaken for an option */
	PP_CLEANUP(pp_freep) char *file = realpath(path, NULL);
	const char *argv[WORDS_MAX + 3] = {NULL};
	size_t n = split(words, argv);
	int sys, status;
	pid_t pid;

	if (!file)
		return pp_err_sys(err, errno, "cannot open '%s'", path);
	if (!n)
		return pp_err_set(err, PP_ERR_USAGE, "no editor is named ($EDITOR)");
	if (line > 0) {
		place = pp_xasprintf("+%" PRId64, line);
		argv[n++] = place;
	}
	argv[n] = file;
	sys = start(argv, &pid);
	if (sys)
		return pp_err_sys(err, sys, "cannot run '%s'", argv[0]);
	status = wait_for(pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	return pp_err_set(err, PP_ERR_UNSUPPORTED, "'%s' has failed", argv[0]);
}
