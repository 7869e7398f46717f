/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "render/trend.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/units.h"
#include "io/json.h"
#include "profile/type_kind.h"
#include "render/spark.h"
#include "render/table.h"

#define SPARK_MAX 72 /* columns */

struct pp_str pp_trend_label(const struct pp_trend_view *v, const struct pp_trend_group *g)
{
	struct pp_str name = pp_trend_name(v->trend, g);

	return name.n || !v->by ? name : PP_STR_LIT("(none)");
}

static struct tm to_utc(int64_t ns)
{
	time_t seconds = (time_t)(pp_trend_floor(ns, PP_NSEC_PER_SEC) / PP_NSEC_PER_SEC);
	struct tm tm = {0};

	/* 64 bits of nanoseconds are years that it knows */
	(void)gmtime_r(&seconds, &tm);
	return tm;
}

char *pp_trend_time(char out[PP_TREND_TIME_MAX], int64_t ns)
{
	struct tm tm = to_utc(ns);

	strftime(out, PP_TREND_TIME_MAX, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return out;
}

char *pp_trend_short_time(char out[PP_TREND_TIME_MAX], int64_t ns, int64_t step)
{
	struct tm tm = to_utc(ns);

	if (step % (86400 * PP_NSEC_PER_SEC) == 0)
		strftime(out, PP_TREND_TIME_MAX, "%Y-%m-%d", &tm);
	else if (step % (60 * PP_NSEC_PER_SEC) == 0)
		strftime(out, PP_TREND_TIME_MAX, "%Y-%m-%d %H:%M", &tm);
	else
		strftime(out, PP_TREND_TIME_MAX, "%Y-%m-%d %H:%M:%S", &tm);
	return out;
}

void pp_trend_bounds(const struct pp_trend *t, double *low, double *high)
{
	*low = *high = 0;
	for (uint32_t i = 0; i < t->ngroups; i++) {
		struct pp_trend_range r = pp_trend_range(t, &t->groups[i]);

		if (isnan(r.min))
			continue;
		*low = fmin(*low, r.min);
		*high = fmax(*high, r.max);
	}
}

static int64_t step_start(const struct pp_trend *t, uint32_t i)
{
	return t->first + (int64_t)i * t->step;
}

/* Cells of a table; nothing for what is not known. */
static void percent_cell(struct pp_table *table, double share)
{
	char text[40] = "";

	if (!isnan(share))
		snprintf(text, sizeof(text), "%.2f%%", share * 100);
	pp_table_text(table, pp_str_of(text), NULL);
}

static void points_cell(struct pp_table *table, double change)
{
	char text[40] = "";

	if (!isnan(change))
		snprintf(text, sizeof(text), "%+.2f", change * 100);
	pp_table_text(table, pp_str_of(text), NULL);
}

/* A quantity in a good unit. Small counts keep their fractions. */
static void cost_cell(struct pp_table *table, const struct pp_trend_view *v, double value,
		      const char *suffix)
{
	char label[PP_QTY_MAX];

	if (isnan(value)) {
		pp_table_text(table, PP_STR_LIT(""), NULL);
		return;
	}
	if (fabs(value) < 100 && value != trunc(value) &&
	    pp_units_convertible(v->unit, PP_STR_LIT("count")))
		snprintf(label, sizeof(label), "%.2f", value);
	else
		pp_units_label(label, fabs(value) < 9e18 ? llround(value) : INT64_MAX, v->unit,
			       PP_STR_LIT("auto"));
	PP_CLEANUP(pp_freep) char *text = pp_xasprintf("%s%s", label, suffix);
	pp_table_text(table, pp_str_of(text), NULL);
}

static void cost_cells(struct pp_table *table, const struct pp_trend_view *v,
		       const struct pp_trend_cell *c)
{
	bool state = pp_type_is_state(v->type);

	cost_cell(table, v, pp_trend_value(c, state), "");
	cost_cell(table, v, pp_trend_rate(c, state), "/s");
}

/* As many steps together as it takes to fit. */
static void spark_cell(struct pp_table *table, const struct pp_trend_view *v,
		       const struct pp_trend_group *g, double low, double high)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf line = PP_BUF_INIT;
	const struct pp_trend *t = v->trend;
	uint32_t together = (t->nsteps - 1) / SPARK_MAX + 1, n = 0;
	double shares[SPARK_MAX];

	for (uint32_t i = 0; i < t->nsteps; i += together) {
		struct pp_trend_cell sum = {0};

		for (uint32_t k = i; k < t->nsteps && k < i + together; k++)
			pp_trend_join(&sum, &g->steps[k]);
		shares[n++] = pp_trend_share(&sum);
	}
	pp_spark(&line, shares, n, low, high, v->utf8);
	pp_table_text(table, pp_buf_view(&line), NULL);
}

static void print_groups(const struct pp_trend_view *v, double low, double high, struct pp_out *out)
{
	const struct pp_table_column columns[] = {
		{v->by, false}, {"share", false},     {"first", true}, {"last", true},
		{"min", true},	{"max", true},	      {"mean", true},  {"change", true},
		{"cost", true}, {"per_second", true},
	};
	size_t skip = v->by ? 0 : 1;
	struct pp_table table;

	pp_table_init(&table, columns + skip, PP_ARRAY_LEN(columns) - skip);
	for (uint32_t i = 0; i < v->trend->ngroups; i++) {
		const struct pp_trend_group *g = &v->trend->groups[i];
		struct pp_trend_range r = pp_trend_range(v->trend, g);

		if (v->by)
			pp_table_text(&table, pp_trend_label(v, g), NULL);
		spark_cell(&table, v, g, low, high);
		percent_cell(&table, r.first);
		percent_cell(&table, r.last);
		percent_cell(&table, r.min);
		percent_cell(&table, r.max);
		percent_cell(&table, pp_trend_share(&g->all));
		points_cell(&table, r.change);
		cost_cells(&table, v, &g->all);
	}
	pp_table_print(&table, out);
	pp_table_release(&table);
}

static void print_steps(const struct pp_trend_view *v, struct pp_out *out)
{
	const struct pp_table_column columns[] = {
		{v->by, false},	 {"start", false}, {"profiles", true},
		{"share", true}, {"cost", true},   {"per_second", true},
	};
	size_t skip = v->by ? 0 : 1;
	const struct pp_trend *t = v->trend;
	char start[PP_TREND_TIME_MAX];
	struct pp_table table;

	pp_table_init(&table, columns + skip, PP_ARRAY_LEN(columns) - skip);
	for (uint32_t i = 0; i < t->ngroups * t->nsteps; i++) {
		const struct pp_trend_group *g = &t->groups[i / t->nsteps];
		const struct pp_trend_cell *c = &g->steps[i % t->nsteps];

		if (v->by)
			pp_table_text(&table, pp_trend_label(v, g), NULL);
		pp_trend_short_time(start, step_start(t, i % t->nsteps), t->step);
		pp_table_text(&table, pp_str_of(start), NULL);
		pp_table_number(&table, (int64_t)c->profiles, NULL);
		percent_cell(&table, pp_trend_share(c));
		cost_cells(&table, v, c);
	}
	pp_table_print(&table, out);
	pp_table_release(&table);
}

/* In the largest unit of which it is a multiple. */
static void print_step(int64_t step, struct pp_buf *out)
{
	int64_t seconds = step / PP_NSEC_PER_SEC;

	if (seconds % 86400 == 0)
		pp_buf_fmt(out, "%lldd", (long long)seconds / 86400);
	else if (seconds % 3600 == 0)
		pp_buf_fmt(out, "%lldh", (long long)seconds / 3600);
	else if (seconds % 60 == 0)
		pp_buf_fmt(out, "%lldm", (long long)seconds / 60);
	else
		pp_buf_fmt(out, "%llds", (long long)seconds);
}

void pp_trend_title(const struct pp_trend_view *v, struct pp_buf *out)
{
	pp_buf_fmt(out, "%s: %s share of ", v->pattern, v->cum ? "cumulative" : "own");
	pp_buf_add(out, v->type.p, v->type.n);
}

void pp_trend_subtitle(const struct pp_trend_view *v, struct pp_buf *out)
{
	const struct pp_trend *t = v->trend;
	char from[PP_TREND_TIME_MAX], until[PP_TREND_TIME_MAX];
	uint64_t profiles = 0;

	for (uint32_t i = 0; i < t->ngroups; i++)
		profiles += t->groups[i].all.profiles;
	pp_buf_fmt(out, "%s to %s UTC: %u step%s of ", pp_trend_short_time(from, t->first, t->step),
		   pp_trend_short_time(until, step_start(t, t->nsteps), t->step), t->nsteps,
		   t->nsteps == 1 ? "" : "s");
	print_step(t->step, out);
	pp_buf_fmt(out, ", %llu profile%s", (unsigned long long)profiles, profiles == 1 ? "" : "s");
}

static void print_heading(const struct pp_trend_view *v, double low, double high,
			  struct pp_out *out)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf title = PP_BUF_INIT;
	PP_CLEANUP(pp_buf_release) struct pp_buf subtitle = PP_BUF_INIT;

	pp_trend_title(v, &title);
	pp_out_safe(out, pp_buf_view(&title));
	if (!v->steps && low < 0)
		pp_out_fmt(out, ", %s is %.2f%%", v->utf8 ? "\u2581" : "_", low * 100);
	if (!v->steps)
		pp_out_fmt(out, ", %s is %.2f%%", v->utf8 ? "\u2588" : "#", high * 100);
	pp_trend_subtitle(v, &subtitle);
	pp_out_fmt(out, "\n%s\n\n", subtitle.p);
}

void pp_trend_text(const struct pp_trend_view *v, struct pp_out *out)
{
	double low, high;

	pp_trend_bounds(v->trend, &low, &high);
	print_heading(v, low, high, out);
	if (v->steps)
		print_steps(v, out);
	else
		print_groups(v, low, high, out);
}

static void pair_double(struct pp_json *j, const char *key, double value)
{
	pp_json_key(j, key);
	pp_json_double(j, value);
}

static void cell_json(const struct pp_trend_view *v, const struct pp_trend_cell *c,
		      struct pp_json *j)
{
	bool state = pp_type_is_state(v->type);

	pp_json_pair_int(j, "profiles", (int64_t)c->profiles);
	pp_json_pair_int(j, "duration_nanos", c->duration);
	if (state || c->profiles == 0)
		pair_double(j, "value", pp_trend_value(c, state));
	else
		pp_json_pair_int(j, "value", c->value);
	pp_json_pair_int(j, "total", c->total);
	pair_double(j, "share", pp_trend_share(c));
	pair_double(j, "per_second", pp_trend_rate(c, state));
}

static void group_json(const struct pp_trend_view *v, const struct pp_trend_group *g,
		       struct pp_json *j)
{
	struct pp_trend_range r = pp_trend_range(v->trend, g);
	char start[PP_TREND_TIME_MAX];

	pp_json_open(j, '{');
	pp_json_pair_str(j, "group", pp_trend_name(v->trend, g));
	pair_double(j, "first", r.first);
	pair_double(j, "last", r.last);
	pair_double(j, "min", r.min);
	pair_double(j, "max", r.max);
	pair_double(j, "change", r.change);
	pp_json_key(j, "all");
	pp_json_open(j, '{');
	cell_json(v, &g->all, j);
	pp_json_close(j, '}');
	pp_json_key(j, "steps");
	pp_json_open(j, '[');
	for (uint32_t i = 0; i < v->trend->nsteps; i++) {
		pp_json_open(j, '{');
		pp_trend_time(start, step_start(v->trend, i));
		pp_json_pair_str(j, "start", pp_str_of(start));
		pp_json_pair_int(j, "start_nanos", step_start(v->trend, i));
		cell_json(v, &g->steps[i], j);
		pp_json_close(j, '}');
	}
	pp_json_close(j, ']');
	pp_json_close(j, '}');
}

void pp_trend_json(const struct pp_trend_view *v, struct pp_out *out)
{
	struct pp_json j;

	pp_json_init(&j, out);
	pp_json_open(&j, '{');
	pp_json_pair_str(&j, "function", pp_str_of(v->pattern));
	pp_json_pair_str(&j, "cost", pp_str_of(v->cum ? "cum" : "own"));
	pp_json_pair_str(&j, "type", v->type);
	pp_json_pair_str(&j, "unit", v->unit);
	pp_json_pair_str(&j, "by", pp_str_of(v->by ? v->by : ""));
	pp_json_pair_int(&j, "step_nanos", v->trend->step);
	pp_json_key(&j, "groups");
	pp_json_open(&j, '[');
	for (uint32_t i = 0; i < v->trend->ngroups; i++)
		group_json(v, &v->trend->groups[i], &j);
	pp_json_close(&j, ']');
	pp_json_close(&j, '}');
}

static void csv_double(struct pp_out *out, double value)
{
	if (isnan(value))
		pp_out_char(out, ',');
	else
		pp_out_fmt(out, ",%.9g", value);
}

void pp_trend_csv(const struct pp_trend_view *v, struct pp_out *out)
{
	bool state = pp_type_is_state(v->type);
	const struct pp_trend *t = v->trend;
	char start[PP_TREND_TIME_MAX];

	pp_out_text(out, "group,start,start_nanos,profiles,duration_nanos,value,total,share,"
			 "per_second\n");
	for (uint32_t i = 0; i < t->ngroups * t->nsteps; i++) {
		const struct pp_trend_cell *c = &t->groups[i / t->nsteps].steps[i % t->nsteps];
		int64_t at = step_start(t, i % t->nsteps);

		pp_out_csv(out, pp_trend_name(t, &t->groups[i / t->nsteps]));
		pp_out_fmt(out, ",%s,%lld,%llu,%lld", pp_trend_time(start, at), (long long)at,
			   (unsigned long long)c->profiles, (long long)c->duration);
		if (state || c->profiles == 0)
			csv_double(out, pp_trend_value(c, state));
		else
			pp_out_fmt(out, ",%lld", (long long)c->value);
		pp_out_fmt(out, ",%lld", (long long)c->total);
		csv_double(out, pp_trend_share(c));
		csv_double(out, pp_trend_rate(c, state));
		pp_out_char(out, '\n');
	}
}
