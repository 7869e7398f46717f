/* SPDX-License-Identifier: Apache-2.0 */
/* Writers of windows: children that share what was recorded by being copies. */
#include <config.h>

#include "cmd/record_windows.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/exitcode.h"
#include "cli/fail.h"
#include "collect/privilege.h"

int pp_windows_init(struct pp_windows *w, struct pp_cli *cli, const struct pp_record_options *o,
		    pp_record_writer *write, struct pp_err *err)
{
	*w = (struct pp_windows){.cli = cli, .options = o, .write = write};
	return o->store ? 0 : pp_window_name_init(&w->name, o->output, err);
}

/* Take note of a writer that has ended. False while it works. */
static bool reap(struct pp_windows *w, pid_t pid, int flags)
{
	int status = 0;
	pid_t rc;

	while ((rc = waitpid(pid, &status, flags)) < 0 && errno == EINTR)
		;
	if (rc == 0)
		return false;
	if (WIFSIGNALED(status))
		pp_cli_warn(w->cli, "a window was not written: its writer was ended by signal %d",
			    WTERMSIG(status));
	w->failed += rc > 0 && status != 0;
	return true;
}

static void reap_all(struct pp_windows *w, int flags)
{
	size_t n = 0;

	for (size_t i = 0; i < w->nwriters; i++) {
		if (!reap(w, w->writers[i], flags))
			w->writers[n++] = w->writers[i];
	}
	w->nwriters = n;
}

/* Where a window goes; NULL: into the archive. */
static const char *next_path(struct pp_windows *w, const struct pp_recording *r)
{
	return w->options->store ? NULL : pp_window_name_next(&w->name, r->start_real);
}

static int write_window(struct pp_windows *w, struct pp_recording *r)
{
	struct pp_err err = PP_ERR_INIT;

	if (w->write(w->cli, w->options, r, next_path(w, r), &err) == 0)
		return PP_EXIT_OK;
	return pp_cli_fail(w->cli, &err);
}

/* Once is enough: on a busy machine it would be every time. */
static void tell_late(struct pp_windows *w, const char *why)
{
	if (!w->told_late)
		pp_cli_note(w->cli, "a window is longer than asked for: %s", why);
	w->told_late = true;
}

bool pp_windows_take(void *windows, struct pp_recording *r)
{
	struct pp_windows *w = windows;

	reap_all(w, WNOHANG);
	if (w->nwriters == PP_WINDOW_WRITERS) {
		tell_late(w, "those before it are still being written");
		return false;
	}

	/* the name is chosen here, where the names before it are known */
	const char *path = next_path(w, r);
	pid_t pid = fork();
	if (pid == 0) {
		struct pp_err err = PP_ERR_INIT;

		pp_privilege_rest(); /* the hurry is the recording's */
		int rc = w->write(w->cli, w->options, r, path, &err);

		_exit(rc ? pp_cli_fail(w->cli, &err) : PP_EXIT_OK);
	}
	if (pid < 0) {
		tell_late(w, "no process can be started to write it");
		return false;
	}
	w->writers[w->nwriters++] = pid;
	w->begun++;
	return true;
}

int pp_windows_finish(struct pp_windows *w, struct pp_recording *r, struct pp_err *err)
{
	w->begun++;
	w->failed += write_window(w, r) != PP_EXIT_OK;
	reap_all(w, 0);
	if (!w->failed)
		return 0;
	return pp_err_set(err, PP_ERR_IO, "%zu of %zu windows could not be written", w->failed,
			  w->begun);
}

void pp_windows_release(struct pp_windows *w)
{
	reap_all(w, 0);
	pp_window_name_release(&w->name);
}
