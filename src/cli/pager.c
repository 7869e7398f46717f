/* SPDX-License-Identifier: Apache-2.0 */
/* Started at the first write: by then it is known how long the text is, and commands have asked the
 * terminal for its width. */
#include <config.h>

#include "cli/pager.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/alias.h"

/* Not more than a screen is shown as it is; -F of less would do that, too, but not every pager has
 * one. */
static bool fits(const struct pp_out *out)
{
	struct winsize ws;
	size_t lines = 0;

	if (ioctl(out->fd, TIOCGWINSZ, &ws) < 0 || ws.ws_row == 0)
		return true;
	for (size_t i = 0; i < out->buf.n; i++)
		lines += out->buf.p[i] == '\n';
	return lines < ws.ws_row;
}

static const char *choose(void)
{
	static const char *const names[] = {"PYROPROF_PAGER", "PAGER"};

	for (size_t i = 0; i < PP_ARRAY_LEN(names); i++) {
		const char *value = getenv(names[i]);

		if (value)
			return value;
	}
	return "less";
}

static int spawn(char *const *argv, const posix_spawn_file_actions_t *files, pid_t *pid)
{
	posix_spawnattr_t attr;
	sigset_t keys;

	if (posix_spawnattr_init(&attr))
		return -1;
	sigemptyset(&keys);
	sigaddset(&keys, SIGINT);
	sigaddset(&keys, SIGQUIT);
	int rc = posix_spawnattr_setsigdefault(&attr, &keys) ||
		 posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF) ||
		 posix_spawnp(pid, argv[0], files, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	return rc ? -1 : 0;
}

/* Start it with what it reads from at ends[0]; its pid, or 0. The keys that end programs are its
 * own from here on, as long as it has the terminal. */
static pid_t start(char *const *argv, const int ends[2])
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct sigaction interrupt, quit;
	posix_spawn_file_actions_t files;
	pid_t pid = 0;

	if (posix_spawn_file_actions_init(&files))
		return 0;
	/* quit if it fits, pass colours on, leave the text on the screen; the user's own come first
	 */
	setenv("LESS", "FRX", 0);
	setenv("LV", "-c", 0);
	sigaction(SIGINT, &ignore, &interrupt);
	sigaction(SIGQUIT, &ignore, &quit);
	if (posix_spawn_file_actions_adddup2(&files, ends[0], STDIN_FILENO) ||
	    spawn(argv, &files, &pid)) {
		sigaction(SIGINT, &interrupt, NULL);
		sigaction(SIGQUIT, &quit, NULL);
		pid = 0;
	}
	posix_spawn_file_actions_destroy(&files);
	return pid;
}

static void begin(struct pp_out *out, void *arg)
{
	PP_CLEANUP(pp_words_release) struct pp_words words = {0};
	struct pp_cli *cli = arg;
	int ends[2];

	if (!isatty(out->fd) || fits(out))
		return;
	if (pp_words_split(&words, choose()) || !words.n || strcmp(words.word[0], "cat") == 0)
		return;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return;
	cli->pager = start(words.word, ends);
	close(ends[0]);
	if (!cli->pager) {
		close(ends[1]);
		return;
	}
	out->fd = ends[1];
}

void pp_pager_arm(struct pp_cli *cli)
{
	pp_out_at_first(&cli->out, begin, cli);
}

void pp_pager_wait(struct pp_cli *cli)
{
	if (!cli->pager)
		return;
	close(cli->out.fd);
	while (waitpid(cli->pager, NULL, 0) < 0 && errno == EINTR)
		continue;
	cli->pager = 0;
}
