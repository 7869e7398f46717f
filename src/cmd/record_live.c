/* SPDX-License-Identifier: Apache-2.0 */
/* record -p, -a and -- COMMAND: sample, name, write. */
#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/units.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cli/progress.h"
#include "cli/stage.h"
#include "cmd/defaults.h"
#include "cmd/record.h"
#include "cmd/record_attach.h"
#include "cmd/record_entries.h"
#include "cmd/record_plan.h"
#include "cmd/record_stats.h"
#include "cmd/record_store.h"
#include "cmd/record_windows.h"
#include "cmd/symbol_options.h"
#include "collect/ends.h"
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

static int write_profile(const struct pp_profile *p, const char *path, size_t *written,
			 struct pp_err *err)
{
	struct pp_buf plain = PP_BUF_INIT;
	PP_CLEANUP(pp_freep) uint8_t *packed = NULL;

	pp_pprof_encode(p, &plain);
	pp_gzip_deflate((const uint8_t *)plain.p, plain.n, &packed, written);
	pp_buf_release(&plain);
	if (pp_atomic_is_stream(path))
		pp_record_stop_release();
	return pp_atomic_write(path, packed, *written, strcmp(path, PP_DEFAULT_PROFILE) == 0, err);
}

/* "990 samples, 0 lost, 99.3 % of stacks complete, 10s, by bpf: " */
static void begin_summary(struct pp_buf *out, const struct pp_recording *r)
{
	char length[PP_QTY_MAX];
	size_t before;

	pp_buf_fmt(out, "pyroprof: %llu samples, %llu lost, ",
		   (unsigned long long)r->stacks.nsamples, (unsigned long long)r->lost);
	before = out->n;
	pp_record_stats_line(out, r->stacks.ends);
	if (out->n > before)
		pp_buf_str(out, ", ");
	pp_units_label(length, r->duration_ns, PP_STR_LIT("ns"), PP_STR_LIT("auto"));
	pp_buf_fmt(out, "%s, by %s: ", length, r->ops->name);
}

static void summarize(struct pp_cli *cli, const struct pp_recording *r, const char *path,
		      size_t written)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf line = PP_BUF_INIT;
	char size[PP_QTY_MAX];

	begin_summary(&line, r);
	pp_units_label(size, (int64_t)written, PP_STR_LIT("bytes"), PP_STR_LIT("auto"));
	pp_buf_fmt(&line, "%s (%s)", strcmp(path, "-") ? path : "standard output", size);
	if (!cli->quiet)
		pp_cli_text(cli, pp_buf_view(&line));
}

/* What was stored is told, so that it can be relied on, whatever became of the rest. */
static void summarize_stored(struct pp_cli *cli, const struct pp_recording *r,
			     const struct pp_record_stored *stored)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf line = PP_BUF_INIT;

	begin_summary(&line, r);
	pp_record_stored_print(stored, &line);
	if (!cli->quiet)
		pp_cli_text(cli, pp_buf_view(&line));
}

/* What would give more names, where it is worth the trouble. */
static void explain_names(struct pp_cli *cli, const struct pp_record_options *o,
			  const struct pp_naming_report *report, uint64_t all)
{
	const char *more = report->unnamed_has_id && !o->symbols.debuginfod
				   ? " (a -dbgsym or -debuginfo package) or use --debuginfod"
				   : ", or build it with -g";
	uint64_t percent = all ? report->nunnamed * 100 / all : 0;
	uint64_t made = all ? report->nmade * 100 / all : 0;

	if (report->kernel_hidden)
		pp_symbol_explain_hidden(cli);
	if (made >= 10)
		pp_cli_note(cli,
			    "%llu %% of samples are in code made at run time that has no names: %s",
			    (unsigned long long)made,
			    report->made[0] ? report->made
					    : "node wants --perf-basic-prof, java 'jcmd PID "
					      "Compiler.perfmap', python -X perf");
	if (percent >= 10)
		pp_cli_note(cli,
			    "%llu %% of samples in %s have no names: install its debug symbols%s",
			    (unsigned long long)percent, report->unnamed, more);
}

/* One that is done: what people should know. */
static void explain(struct pp_cli *cli, const struct pp_record_options *o,
		    const struct pp_recording *r, const struct pp_naming_report *report)
{
	if (!o->every_ns) /* or it would be said for ever */
		explain_names(cli, o, report, r->stacks.nsamples);
}

static int finish_file(struct pp_cli *cli, const struct pp_record_options *o,
		       struct pp_recording *r, const char *path, struct pp_err *err)
{
	struct pp_naming_options names = {.no_symbolize = o->no_symbolize};
	struct pp_naming_report report = {0};
	struct pp_symbol_settings settings;
	struct pp_profile p;
	size_t written;

	pp_symbol_settings_begin(&settings, cli, &o->symbols, &names.symbols);
	if (o->every_ns) /* Ctrl-C ends the recording, and reaches those that write, too */
		names.symbols.stopped = NULL;
	int rc = pp_naming_profile(r, &names, &p, &report, err);
	pp_symbol_settings_end(&settings, &report.stats);
	if (rc)
		return -1;
	pp_stage_done(cli, "looked up names");
	rc = write_profile(&p, path, &written, err);
	pp_profile_release(&p);
	if (rc)
		return -1;
	pp_stage_done(cli, "wrote the profile");
	explain(cli, o, r, &report);
	summarize(cli, r, path, written);
	return 0;
}

static int finish_entries(struct pp_cli *cli, const struct pp_record_options *o,
			  struct pp_recording *r, struct pp_err *err)
{
	PP_CLEANUP(pp_record_stored_release) struct pp_record_stored stored;
	struct pp_naming_options names = {.no_symbolize = o->no_symbolize};
	struct pp_naming_report report = {0};
	struct pp_symbol_settings settings;

	pp_symbol_settings_begin(&settings, cli, &o->symbols, &names.symbols);
	int rc = pp_record_entries(o->store, r, &names, &report, &stored, err);
	pp_symbol_settings_end(&settings, &report.stats);
	explain(cli, o, r, &report);
	summarize_stored(cli, r, &stored);
	return rc;
}

/* Of type pp_record_writer. */
static int finish(struct pp_cli *cli, const struct pp_record_options *o, struct pp_recording *r,
		  const char *path, struct pp_err *err)
{
	return o->store ? finish_entries(cli, o, r, err) : finish_file(cli, o, r, path, err);
}

/* The images that incomplete stacks end in, owned by the caller. */
static size_t list_failures(const struct pp_recording *r, struct pp_record_failure **list)
{
	const struct pp_stacks *s = &r->stacks;
	const struct pp_procs *p = &r->procs;
	size_t n = 0;

	*list = pp_xcalloc(p->nimages, sizeof(**list));
	for (size_t i = 0; i < s->nframes && i < s->frame_ends_cap; i++) {
		if (s->frame_ends[i] && s->frames[i].image < p->nimages)
			(*list)[s->frames[i].image].count += s->frame_ends[i];
	}
	for (size_t i = 0; i < p->nimages; i++) {
		if ((*list)[i].count)
			(*list)[n++] = (struct pp_record_failure){
				pp_strtab_get(&p->strings, p->images[i].path), (*list)[i].count};
	}
	return n;
}

static void print_stats(struct pp_cli *cli, const struct pp_recording *r, int64_t cpu_ns)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	PP_CLEANUP(pp_freep) struct pp_record_failure *failures = NULL;
	const struct pp_sampling *s = &r->sampling;
	bool comparable = s->event->clock && !s->user_only && !s->kernel_only &&
			  !(r->selection && pp_selection_is_set(r->selection));
	struct pp_record_stats stats = {
		.samples = r->stacks.nsamples,
		.lost = r->lost,
		.frames = r->stacks.nwalked,
		.copied = r->stacks.copied,
		.rows = r->procs.modules.rows,
		.shared_bytes = r->ops->table_bytes(r->collector),
		.ends = r->stacks.ends,
		.cpu_ns = cpu_ns,
		.period_ns = comparable ? s->period : 0,
	};

	for (size_t i = 0; i < r->procs.modules.n; i++)
		stats.tables += r->procs.modules.modules[i].table.nrows > 0;
	stats.nfailures = list_failures(r, &failures);
	stats.failures = failures;
	pp_record_stats_table(&text, &stats);
	pp_cli_text(cli, pp_buf_view(&text));
}

/* Whether enough stacks are complete. */
static int check_strict(const struct pp_recording *r, double least, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf line = PP_BUF_INIT;

	if (isnan(least) || pp_end_completeness(r->stacks.ends) * 100 >= least)
		return 0;
	pp_record_stats_line(&line, r->stacks.ends);
	return pp_err_set(err, PP_ERR_FORMAT, "only %s, less than the %g %% of --strict", line.p,
			  least);
}

static void explain_nothing(struct pp_cli *cli, const struct pp_recording *r)
{
	const struct pp_sampling *s = &r->sampling;

	if (s->event->clock)
		pp_cli_note(cli, "no samples: nothing of it ran on a CPU");
	else
		pp_cli_note(cli, "no samples: it had no %s%s", s->event->name,
			    s->user_only || r->caveat[0] ? " in user code" : "");
}

/* A recording that has ended, as one profile. */
static int conclude(struct pp_cli *cli, const struct pp_record_options *o, struct pp_recording *r,
		    const struct pp_target *t, struct pp_err *err)
{
	int64_t used = t->is_command ? t->cpu_ns : pp_cputime_used(&r->cpu_time);

	if (finish(cli, o, r, o->output, err))
		return -1;
	if (r->stacks.nsamples == 0)
		explain_nothing(cli, r);
	if (o->stats)
		print_stats(cli, r, used);
	return check_strict(r, o->strict, err);
}

/* Record and write, in windows if there are any. */
static int run(struct pp_cli *cli, const struct pp_record_options *o, struct pp_record_plan *plan,
	       struct pp_recording *r, struct pp_recording_options *ro, struct pp_err *err)
{
	struct pp_target *t = &plan->target;
	struct pp_progress progress;
	struct pp_windows windows = {0};

	if (o->every_ns && pp_windows_init(&windows, cli, o, finish, err))
		return -1;
	pp_progress_init(&progress, cli);
	ro->progress_arg = &progress;
	ro->window_arg = &windows;
	int rc = pp_recording_run(r, t, ro, err);
	pp_progress_done(&progress);
	pp_stage_done(cli, "recorded %llu samples", (unsigned long long)r->stacks.nsamples);
	while (pp_record_stopped(ro->stop_fd))
		; /* the next one is about what follows */
	if (rc && t->is_command)
		pp_err_wrap(err, "'%s'", o->command.item[0]);
	pp_target_release(t);
	if (rc == 0) {
		pp_record_explain_status(cli, t);
		rc = o->every_ns ? pp_windows_finish(&windows, r, err)
				 : conclude(cli, o, r, t, err);
	}
	pp_windows_release(&windows);
	return rc;
}

static int record(struct pp_cli *cli, const struct pp_record_options *o,
		  struct pp_record_plan *plan, int stop_fd, struct pp_err *err)
{
	struct pp_recording r;
	struct pp_recording_options ro;

	if (pp_record_attach(cli, o, plan, o->store ? o->store->path : o->output, &r, &ro, err))
		return -1;
	pp_stage_done(cli, "attached, by %s", r.ops->name);
	ro.duration_ns = o->duration_ns;
	ro.stop_fd = stop_fd;
	ro.count_cpu_time = o->stats;
	ro.progress = show_progress;
	ro.every_ns = o->every_ns;
	ro.window = pp_windows_take;
	int rc = run(cli, o, plan, &r, &ro, err);
	pp_record_detach(&r, &ro);
	return rc;
}

int pp_record_live(struct pp_cli *cli, const struct pp_record_options *o)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_record_plan plan;
	int stop_fd = pp_record_stop_fd();

	/* refusals come before the work, not after it */
	if ((!o->store && pp_record_check_output(o, &err)) ||
	    pp_symbol_options_check(&o->symbols, &err))
		return pp_cli_fail(cli, &err);
	int rc = pp_record_plan_init(&plan, o, &err);
	if (rc == 0)
		rc = record(cli, o, &plan, stop_fd, &err);
	pp_record_plan_release(&plan);
	return rc ? pp_cli_fail(cli, &err) : PP_EXIT_OK;
}
