/* SPDX-License-Identifier: Apache-2.0 */
/* From the options of record to a live source. */
#include <config.h>

#include "cmd/live_source.h"

#include "base/clock.h"
#include "cmd/record_attach.h"
#include "cmd/record_options.h"
#include "collect/privilege.h"
#include "collect/secret.h"

#define INTERVAL_LEAST (PP_NSEC_PER_SEC / 10)
#define INTERVAL_MOST  (24 * 3600 * PP_NSEC_PER_SEC)

void pp_live_source_add_options(struct pp_opt *table, size_t cap, struct pp_record_options *o,
				struct pp_live_options *lo)
{
	const struct pp_opt opts[] = {
		{PP_OPT_DURATION, 0, "interval", "TIME", "show what there is so often (default 1s)",
		 &lo->interval_ns, .min = 1, .group = "How to record"},
		{PP_OPT_DURATION, 0, "window", "TIME",
		 "show only what was recorded in this last time (default: all since the start)",
		 &lo->window_ns, .min = 1},
		PP_OPT_END,
	};

	pp_record_add_targets(table, cap, o);
	pp_opt_append(table, cap, opts);
	pp_record_add_sampling(table, cap, o, NULL);
	pp_record_add_labels(table, cap, o);
	pp_record_add_names(table, cap, o);
	pp_record_add_pull(table, cap, o, "With --url");
}

bool pp_live_source_wanted(const struct pp_record_options *o)
{
	return o->pids.n || o->tids.n || o->letter_t.n || o->all || o->cgroup || o->comm ||
	       o->uid || o->cpus || o->url || o->command.n;
}

/* ---- what goes together ---- */

static int refuse(const char *option, struct pp_err *err)
{
	return pp_err_set(err, PP_ERR_USAGE, "%s does not go with what is recorded now", option);
}

int pp_live_source_refuse(const struct pp_report_options *o, struct pp_err *err)
{
	if (o->args.n)
		return refuse("a PROFILE", err);
	if (o->load.base.n)
		return refuse("--base", err);
	if (o->load.diff_base.n)
		return refuse("--diff-base", err);
	return o->output ? refuse("-o", err) : 0;
}

int pp_live_source_is_unused(struct pp_err *err)
{
	pp_err_set(err, PP_ERR_USAGE, "options about recording need something to record");
	return pp_err_hint(err, "name a process (-p PID), a command (-- COMMAND), all (-a) or an "
				"endpoint (--url URL)");
}

int pp_live_source_check_unused(const struct pp_record_options *w, const struct pp_live_options *lo,
				struct pp_err *err)
{
	if (!lo->window_ns && lo->interval_ns == PP_NSEC_PER_SEC && !w->frequency && !w->period &&
	    !w->event && !w->user_only && !w->kernel_only && !w->collector && !w->labels.n &&
	    !w->fixed_labels.n && !w->no_symbolize && w->type < 0 && !w->headers.n)
		return 0;
	return pp_live_source_is_unused(err);
}

/* ---- starting and ending ---- */

static int check(struct pp_record_options *o, const struct pp_live_options *lo, struct pp_err *err)
{
	if (pp_record_check(o, err) || pp_symbol_options_check(&o->symbols, err))
		return -1;
	if (lo->interval_ns < INTERVAL_LEAST || lo->interval_ns > INTERVAL_MOST)
		return pp_err_set(err, PP_ERR_USAGE, "option '--interval': 100ms to 24h");
	if (lo->window_ns && lo->window_ns < lo->interval_ns)
		return pp_err_set(err, PP_ERR_USAGE,
				  "option '--window': the interval is the least");
	return 0;
}

static int open_samples(struct pp_live_source *s, const struct pp_record_options *o,
			const struct pp_live_options *lo, const char *output, struct pp_err *err)
{
	struct pp_naming_options names = {.no_symbolize = o->no_symbolize};

	s->samples = true;
	if (pp_record_plan_init(&s->plan, o, err) ||
	    pp_record_attach(s->cli, o, &s->plan, output, &s->recording, &s->options, err)) {
		pp_record_plan_release(&s->plan);
		return -1;
	}
	pp_symbol_settings_begin(&s->settings, s->cli, &o->symbols, &names.symbols);
	s->live = pp_live_sample(&s->recording, &s->plan.target, &s->options, &names, lo, err);
	pp_privilege_rest(); /* the hurry is the recorder's */
	if (s->live)
		return 0;
	pp_live_source_close(s);
	return -1;
}

static int open_pulls(struct pp_live_source *s, const struct pp_record_options *o,
		      const struct pp_live_options *lo, struct pp_err *err)
{
	struct pp_pull_options po;

	if (pp_record_pull_options(o, &po, &s->bearer, err))
		return -1;
	po.url = o->url;
	if (pp_record_pull_duration(&po, lo->interval_ns, err) == 0)
		s->live = pp_live_pull(&po, lo, err);
	if (s->live)
		return 0;
	pp_live_source_close(s);
	return -1;
}

int pp_live_source_open(struct pp_live_source *s, struct pp_cli *cli, struct pp_record_options *o,
			const struct pp_live_options *lo, const char *output, struct pp_err *err)
{
	*s = (struct pp_live_source){.cli = cli};
	if (check(o, lo, err))
		return -1;
	return o->url ? open_pulls(s, o, lo, err) : open_samples(s, o, lo, output, err);
}

void pp_live_source_close(struct pp_live_source *s)
{
	static const struct pp_symbolizer_stats nothing;

	pp_live_free(s->live);
	s->live = NULL;
	pp_secret_freep(&s->bearer);
	if (!s->samples)
		return;
	pp_target_release(&s->plan.target);
	pp_record_explain_status(s->cli, &s->plan.target);
	pp_symbol_settings_end(&s->settings, &nothing);
	pp_record_detach(&s->recording, &s->options);
	pp_record_plan_release(&s->plan);
}
