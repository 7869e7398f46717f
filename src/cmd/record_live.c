/* SPDX-License-Identifier: Apache-2.0 */
/* record -p, -a and -- COMMAND: sample, name, write. */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/units.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cli/progress.h"
#include "cmd/defaults.h"
#include "cmd/record.h"
#include "collect/naming.h"
#include "collect/recording.h"
#include "io/atomic.h"
#include "io/gzip.h"
#include "pprof/encode.h"

static void show_progress(void *arg, uint64_t samples, uint64_t lost, int64_t elapsed_ns)
{
	struct pp_progress *progress = arg;

	pp_progress_update(progress, "recording: %llu samples, %llu lost, %lld s; Ctrl-C ends it",
			   (unsigned long long)samples, (unsigned long long)lost,
			   (long long)(elapsed_ns / PP_NSEC_PER_SEC));
}

static int open_target(struct pp_target *t, const struct pp_record_options *o, struct pp_err *err)
{
	if (o->all) {
		pp_target_all(t);
		return 0;
	}
	if (o->pid)
		return pp_target_process(t, (pid_t)o->pid, err);
	return pp_target_command(t, o->command.item, err);
}

/* What was used, where it is not the best, and why. */
static void explain_collector(struct pp_cli *cli, const struct pp_recording *r)
{
	if (r->fallback.kind != PP_ERR_NONE) {
		pp_cli_note(cli, "using perf events, not eBPF: %s", r->fallback.msg);
		if (r->fallback.hint[0])
			pp_cli_note(cli, "for eBPF: %s", r->fallback.hint);
	}
	if (r->caveat[0])
		pp_cli_note(cli, "%s", r->caveat);
}

/* A command's end is news only if it was not a good one. */
static void explain_status(struct pp_cli *cli, const struct pp_target *t)
{
	if (!t->is_command)
		return;
	if (WIFEXITED(t->status) && WEXITSTATUS(t->status))
		pp_cli_note(cli, "the command ended with status %d", WEXITSTATUS(t->status));
	else if (WIFSIGNALED(t->status))
		pp_cli_note(cli, "the command was ended by SIG%s",
			    sigabbrev_np(WTERMSIG(t->status)));
}

static int write_profile(const struct pp_profile *p, const char *path, size_t *written,
			 struct pp_err *err)
{
	struct pp_buf plain = PP_BUF_INIT;
	PP_CLEANUP(pp_freep) uint8_t *packed = NULL;

	pp_pprof_encode(p, &plain);
	pp_gzip_deflate((const uint8_t *)plain.p, plain.n, &packed, written);
	pp_buf_release(&plain);
	return pp_atomic_write(path, packed, *written, strcmp(path, PP_DEFAULT_PROFILE) == 0, err);
}

static void summarize(struct pp_cli *cli, const struct pp_recording *r, const char *path,
		      size_t written)
{
	char size[PP_QTY_MAX], length[PP_QTY_MAX];

	pp_units_label(size, (int64_t)written, PP_STR_LIT("bytes"), PP_STR_LIT("auto"));
	pp_units_label(length, r->duration_ns, PP_STR_LIT("ns"), PP_STR_LIT("auto"));
	pp_cli_note(cli, "%llu samples, %llu lost, %s, by %s: %s (%s)",
		    (unsigned long long)r->stacks.nsamples, (unsigned long long)r->lost, length,
		    r->ops->name, strcmp(path, "-") ? path : "standard output", size);
	if (r->stacks.nsamples == 0)
		pp_cli_note(cli, "no samples: nothing of it ran on a CPU");
}

static int finish(struct pp_cli *cli, struct pp_recording *r, const char *path, struct pp_err *err)
{
	struct pp_profile p;
	size_t written;

	if (pp_naming_profile(r, &p, err))
		return -1;
	int rc = write_profile(&p, path, &written, err);
	pp_profile_release(&p);
	if (rc == 0)
		summarize(cli, r, path, written);
	return rc;
}

static int record(struct pp_cli *cli, const struct pp_record_options *o, struct pp_target *t,
		  int stop_fd, struct pp_err *err)
{
	struct pp_progress progress;
	struct pp_recording r;
	struct pp_recording_options ro = {
		.collector = (enum pp_collector_choice)o->collector,
		.frequency = (uint32_t)o->frequency,
		.duration_ns = o->duration_ns,
		.stop_fd = stop_fd,
		.progress = show_progress,
		.progress_arg = &progress,
	};

	if (pp_recording_open(&r, t, &ro, err))
		return -1;
	explain_collector(cli, &r);
	pp_progress_init(&progress, cli);
	int rc = pp_recording_run(&r, t, &ro, err);
	pp_progress_done(&progress);
	if (rc && t->is_command)
		pp_err_wrap(err, "'%s'", o->command.item[0]);
	pp_target_release(t);
	if (rc == 0) {
		explain_status(cli, t);
		rc = finish(cli, &r, o->output, err);
	}
	pp_recording_release(&r);
	return rc;
}

int pp_record_live(struct pp_cli *cli, const struct pp_record_options *o)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_target t;
	int stop_fd = pp_record_stop_fd();

	/* refusals come before the work, not after it */
	if (pp_atomic_check(o->output, &err) || open_target(&t, o, &err))
		return pp_cli_fail(cli, &err);
	int rc = record(cli, o, &t, stop_fd, &err);
	pp_target_release(&t);
	return rc ? pp_cli_fail(cli, &err) : PP_EXIT_OK;
}
