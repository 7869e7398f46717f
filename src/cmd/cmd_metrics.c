/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof metrics REGEX... [SELECTOR]: what functions cost of late, for Prometheus. */
#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/trend.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/units.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cmd/archive_options.h"
#include "cmd/archive_shares.h"
#include "cmd/cmd.h"
#include "io/atomic.h"
#include "profile/type_kind.h"
#include "render/openmetrics.h"
#include "symbol/names.h"

struct metrics {
	struct pp_shares_query query;
	const char *output;
};

/* Costs in the units that Prometheus wants. */
struct costs {
	const char *function, *total; /* names of gauges */
	const char *unit;	      /* NULL: that of the profile */
	double factor;
};

/* What is written: two sums for each expression, own and cum, each by group. */
struct sums {
	const struct pp_shares_query *query;
	const struct pp_shares_found *found;
	const char *type; /* profile_type */
	struct pp_trend *own, *cum;
	struct costs costs;
	bool state;
};

static struct pp_trend_cell cell_of(const struct sums *s, uint32_t i, int64_t value)
{
	const struct pp_entry *e = &s->found->list.items[i].entry;
	struct pp_trend_cell cell = {
		.duration = e->duration, .value = value, .total = s->found->totals[i]};

	pp_trend_repeat(&cell, e->profiles, s->state);
	return cell;
}

static int add_item(struct sums *s, uint32_t i, struct pp_err *err)
{
	const struct pp_item *item = &s->found->list.items[i];
	struct pp_trend_cell cell;
	struct pp_str group = pp_shares_group(s->query, item);

	for (uint32_t p = 0; p < s->query->npatterns; p++) {
		const struct pp_share *share =
			&s->found->shares[(size_t)i * s->query->npatterns + p];

		cell = cell_of(s, i, share->own);
		if (pp_trend_add(&s->own[p], group, 0, &cell, err))
			return -1;
		cell = cell_of(s, i, share->cum);
		if (pp_trend_add(&s->cum[p], group, 0, &cell, err))
			return -1;
	}
	return 0;
}

/* One step that is all there is. */
static int add_up(struct sums *s, struct pp_err *err)
{
	uint32_t n = s->query->npatterns;

	for (uint32_t p = 0; p < n; p++) {
		if (pp_trend_init(&s->own[p], 0, 0, INT64_MAX, err) ||
		    pp_trend_init(&s->cum[p], 0, 0, INT64_MAX, err))
			return -1;
	}
	for (uint32_t i = 0; i < s->found->list.n; i++) {
		if (add_item(s, i, err))
			return -1;
	}
	for (uint32_t p = 0; p < n; p++) {
		pp_trend_sort(&s->own[p]);
		pp_trend_sort(&s->cum[p]);
	}
	return 0;
}

static struct costs choose_costs(struct pp_str unit)
{
	if (pp_units_convertible(unit, PP_STR_LIT("s")))
		return (struct costs){"pyroprof_function_cost_seconds",
				      "pyroprof_total_cost_seconds", "seconds",
				      pp_units_scale(1, unit, PP_STR_LIT("s")).value};
	if (pp_units_convertible(unit, PP_STR_LIT("B")))
		return (struct costs){"pyroprof_function_cost_bytes", "pyroprof_total_cost_bytes",
				      "bytes", pp_units_scale(1, unit, PP_STR_LIT("B")).value};
	return (struct costs){"pyroprof_function_cost", "pyroprof_total_cost", NULL, 1};
}

/* The label of --by may be called like one of ours. */
static void add_group(struct pp_buf *labels, const struct sums *s, struct pp_str group)
{
	static const char *const ours[] = {"function", "cost", "profile_type", "sample_type"};
	const char *by = s->query->by;
	bool taken = by && strncmp(by, "__", 2) == 0;

	for (size_t i = 0; by && i < PP_ARRAY_LEN(ours); i++)
		taken |= strcmp(by, ours[i]) == 0;
	PP_CLEANUP(pp_freep) char *key = pp_xasprintf("%s%s", taken ? "label_" : "", by ? by : "");

	pp_openmetrics_label(labels, "profile_type", pp_str_of(s->type));
	pp_openmetrics_label(labels, "sample_type", s->found->type);
	if (by)
		pp_openmetrics_label(labels, key, group);
}

typedef double value_fn(const struct sums *s, const struct pp_trend_cell *c);

static double share_of(const struct sums *s PP_UNUSED, const struct pp_trend_cell *c)
{
	return pp_trend_share(c);
}

static double cost_of(const struct sums *s, const struct pp_trend_cell *c)
{
	return pp_trend_value(c, s->state) * s->costs.factor;
}

static double total_of(const struct sums *s, const struct pp_trend_cell *c)
{
	struct pp_trend_cell total = *c;

	total.value = c->total;
	return cost_of(s, &total);
}

static double seconds_of(const struct sums *s PP_UNUSED, const struct pp_trend_cell *c)
{
	return (double)c->duration / (double)PP_NSEC_PER_SEC;
}

static double profiles_of(const struct sums *s PP_UNUSED, const struct pp_trend_cell *c)
{
	return (double)c->profiles;
}

/* A sample for each group; `function` NULL: of no function. */
static void write_groups(struct pp_out *out, const char *name, const struct sums *s,
			 const struct pp_trend *t, const char *function, const char *cost,
			 value_fn *value_of)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf labels = PP_BUF_INIT;

	for (uint32_t g = 0; g < t->ngroups; g++) {
		double value = value_of(s, &t->groups[g].all);

		if (isnan(value))
			continue;
		pp_buf_clear(&labels);
		if (function) {
			pp_openmetrics_label(&labels, "function", pp_str_of(function));
			pp_openmetrics_label(&labels, "cost", pp_str_of(cost));
		}
		add_group(&labels, s, pp_trend_name(t, &t->groups[g]));
		pp_openmetrics_sample(out, name, &labels, value);
	}
}

static void write_functions(struct pp_out *out, const char *name, const struct sums *s,
			    value_fn *value_of)
{
	for (uint32_t p = 0; p < s->query->npatterns; p++) {
		const char *function = s->query->args.item[p];

		write_groups(out, name, s, &s->own[p], function, "own", value_of);
		write_groups(out, name, s, &s->cum[p], function, "cum", value_of);
	}
}

static void write_found(struct pp_out *out, const struct sums *s)
{
	const struct pp_list *list = &s->found->list;
	const struct pp_buf none = PP_BUF_INIT;

	pp_openmetrics_gauge(
		out, "pyroprof_function_share", NULL,
		"Part of the total cost, from 0 to 1, of functions whose names match.");
	write_functions(out, "pyroprof_function_share", s, share_of);
	pp_openmetrics_gauge(out, s->costs.function, s->costs.unit,
			     "Cost of functions whose names match.");
	write_functions(out, s->costs.function, s, cost_of);
	pp_openmetrics_gauge(out, s->costs.total, s->costs.unit, "Cost of everything.");
	write_groups(out, s->costs.total, s, s->own, NULL, NULL, total_of);
	pp_openmetrics_gauge(out, "pyroprof_profiled_seconds", "seconds",
			     "How long the profiles have recorded, together.");
	write_groups(out, "pyroprof_profiled_seconds", s, s->own, NULL, NULL, seconds_of);
	pp_openmetrics_gauge(out, "pyroprof_profiles", NULL, "How many profiles were added up.");
	write_groups(out, "pyroprof_profiles", s, s->own, NULL, NULL, profiles_of);
	pp_openmetrics_gauge(out, "pyroprof_newest_profile_timestamp_seconds", "seconds",
			     "When the newest of the profiles started.");
	pp_openmetrics_sample(out, "pyroprof_newest_profile_timestamp_seconds", &none,
			      (double)list->items[list->n - 1].entry.start /
				      (double)PP_NSEC_PER_SEC);
}

static int write_metrics(const struct metrics *m, const struct pp_shares_found *found,
			 struct pp_out *out, struct pp_err *err)
{
	uint32_t n = m->query.npatterns;
	PP_CLEANUP(pp_freep) struct pp_trend *trends = pp_xcalloc(2 * (size_t)n, sizeof(*trends));
	struct sums s = {
		.query = &m->query,
		.found = found,
		.type = pp_entry_labels_get(&found->list.items[0].series->labels, "profile_type"),
		.own = trends,
		.cum = trends + n,
		.costs = choose_costs(found->unit),
		.state = pp_type_is_state(found->type),
	};
	int rc = add_up(&s, err);

	if (rc == 0)
		write_found(out, &s);
	for (uint32_t p = 0; p < 2 * n; p++)
		pp_trend_release(&trends[p]);
	return rc;
}

/* What was written the last time must not stay: it would be believed. */
static int write_nothing(struct pp_cli *cli, const struct metrics *m,
			 const struct pp_shares_found *found, struct pp_out *out,
			 struct pp_err *err)
{
	const struct pp_buf none = PP_BUF_INIT;

	(void)pp_shares_nothing(&m->query, found, err);
	if (err->kind != PP_ERR_NOT_FOUND)
		return -1;
	pp_cli_warn(cli, "%s", err->msg);
	*err = (struct pp_err)PP_ERR_INIT;
	pp_openmetrics_gauge(out, "pyroprof_profiles", NULL, "How many profiles were added up.");
	pp_openmetrics_sample(out, "pyroprof_profiles", &none, 0);
	return 0;
}

static int check(struct metrics *m, struct pp_err *err)
{
	const char **item = m->query.args.item;

	if (pp_shares_query_args(&m->query, PP_SHARES_MAX, err))
		return -1;
	for (uint32_t i = 0; i < m->query.npatterns; i++) {
		for (uint32_t k = 0; k < i; k++) {
			if (strcmp(item[i], item[k]) == 0)
				return pp_err_set(err, PP_ERR_USAGE, "'%s' is there twice",
						  item[i]);
		}
	}
	return 0;
}

static int metrics(struct pp_cli *cli, struct metrics *m, struct pp_err *err)
{
	PP_CLEANUP(pp_shares_found_release) struct pp_shares_found found = {.npatterns = 0};
	const char *path = m->output && strcmp(m->output, "-") != 0 ? m->output : NULL;
	struct pp_out file, *out = path ? &file : &cli->out;
	int rc;

	if (check(m, err) || pp_shares_find(cli, &m->query, &found, err))
		return -1;
	pp_out_init_mem(&file);
	rc = found.list.n ? write_metrics(m, &found, out, err)
			  : write_nothing(cli, m, &found, out, err);
	if (rc == 0)
		pp_openmetrics_end(out);
	if (rc == 0 && path)
		rc = pp_atomic_write(path, file.buf.p, file.buf.n, false, err);
	pp_buf_release(&file.buf);
	return rc;
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	struct metrics m = {
		.query = {.demangle = PP_DEMANGLE_SIMPLE, .window = 300 * PP_NSEC_PER_SEC}};
	const struct pp_opt opts[] = {
		PP_SHARES_OPTIONS(&m.query),
		{PP_OPT_DURATION, 0, "step", "DURATION",
		 "how far to look back, if the selector says no times (default 5m)",
		 &m.query.window},
		PP_ARCHIVE_OPTION(&m.query.archive),
		PP_LAST_OPTION(&m.query.last),
		PP_DELTA_OPTION(&m.query.delta),
		{PP_OPT_NUMBER, 0, "threads", "N", "use at most N threads", &m.query.threads,
		 .min = 1, .max = 1024},
		{PP_OPT_TEXT, 'o', "output", "FILE", "write to FILE rather than standard output",
		 &m.output, .hint = PP_HINT_FILE, .group = "Output"},
		{PP_OPT_ARGS, 0, NULL, "REGEX SELECTOR",
		 "names of functions, several if need be; which entries (default: all)",
		 &m.query.args, .min = 1, .hint = PP_HINT_SELECTOR, .first_hint = PP_HINT_FUNCTION,
		 .group = "Arguments"},
		PP_OPT_END,
	};
	struct pp_err err = PP_ERR_INIT;
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);

	if (rc == 0)
		rc = metrics(cli, &m, &err);
	pp_shares_query_release(&m.query);
	return rc < 0 ? pp_cli_fail(cli, &err) : PP_EXIT_OK;
}

const struct pp_command pp_cmd_metrics = {
	.name = "metrics",
	.summary = "write what functions cost of late for Prometheus",
	.run = run,
};
