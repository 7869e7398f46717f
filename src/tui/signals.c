/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define RESET_MAX 512

/* What is told through the pipe, and what is the end. */
static const int told[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGWINCH, SIGTSTP, SIGCONT};
static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

/* Handlers have no other way to know. */
static struct {
	int pipe[2];
	int fd;
	char reset[RESET_MAX];
	size_t nreset;
	struct termios modes;
} state;

static void tell(int sig)
{
	int saved = errno;
	char c = (char)sig;
	ssize_t n PP_UNUSED = write(state.pipe[1], &c, 1);

	errno = saved;
}

static void die(int sig)
{
	ssize_t n PP_UNUSED = write(state.fd, state.reset, state.nreset);

	tcsetattr(state.fd, TCSANOW, &state.modes);
	raise(sig); /* SA_RESETHAND: as without us */
}

static void set(int sig, void (*handler)(int), int flags)
{
	struct sigaction a = {.sa_flags = flags};

	a.sa_handler = handler;
	sigemptyset(&a.sa_mask);
	sigaction(sig, &a, NULL);
}

int pp_signals_start(int fd, struct pp_str reset, const struct termios *modes, struct pp_err *err)
{
	if (pipe2(state.pipe, O_CLOEXEC | O_NONBLOCK))
		return pp_err_sys(err, errno, "cannot make a pipe");
	state.fd = fd;
	state.modes = *modes;
	state.nreset = reset.n < RESET_MAX ? reset.n : 0;
	memcpy(state.reset, reset.p, state.nreset);
	for (size_t i = 0; i < PP_ARRAY_LEN(told); i++)
		set(told[i], tell, SA_RESTART);
	for (size_t i = 0; i < PP_ARRAY_LEN(fatal); i++)
		set(fatal[i], die, (int)SA_RESETHAND | SA_NODEFER);
	/* what cannot be written is seen by who writes */
	set(SIGPIPE, SIG_IGN, 0);
	return 0;
}

void pp_signals_stop(void)
{
	for (size_t i = 0; i < PP_ARRAY_LEN(told); i++)
		set(told[i], SIG_DFL, 0);
	for (size_t i = 0; i < PP_ARRAY_LEN(fatal); i++)
		set(fatal[i], SIG_DFL, 0);
	set(SIGPIPE, SIG_DFL, 0);
	close(state.pipe[0]);
	close(state.pipe[1]);
}

int pp_signals_fd(void)
{
	return state.pipe[0];
}

int pp_signals_take(void)
{
	char c;

	return read(state.pipe[0], &c, 1) == 1 ? c : 0;
}

void pp_signals_default(int sig)
{
	set(sig, SIG_DFL, 0);
	raise(sig);
	set(sig, tell, SA_RESTART);
}
