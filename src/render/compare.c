/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "render/compare.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/units.h"
#include "io/json.h"
#include "render/compare_numbers.h"
#include "render/markdown.h"

static const char *const sides[PP_SIDES] = {"Before:", "After: "};
static const char *const changes[] = {"cost", "new", "gone", "moved"};

static void print_length(int64_t ns, struct pp_out *o)
{
	char text[PP_QTY_MAX];

	pp_out_fmt(o, " %s",
		   pp_units_label(text, ns, PP_STR_LIT("nanoseconds"), PP_STR_LIT("auto")));
}

/* One window begins a moment before the other ends: that is not at the same time. */
#define TOGETHER 0.99

/* The sum of durations. Of profiles that were taken at the same time that is more than went by. */
static void print_durations(const struct pp_compare_sources *s, int64_t sum, struct pp_out *o)
{
	if (sum)
		print_length(sum, o);
	if (s->profiles > 1)
		pp_out_fmt(o, " %s %llu profiles", sum ? "in" : "of",
			   (unsigned long long)s->profiles);
	if (s->covered && (double)s->covered < TOGETHER * (double)sum) {
		pp_out_text(o, " at the same time, which cover");
		print_length(s->covered, o);
	}
	if (sum || s->profiles > 1)
		pp_out_char(o, ',');
}

static void print_side(const struct pp_compare_view *v, enum pp_side s, struct pp_out *o)
{
	const struct pp_header *h = &v->headers[s];
	char when[64];

	pp_out_text(o, sides[s]);
	if (h->profile->time_nanos) {
		pp_clock_format(when, sizeof(when), h->profile->time_nanos);
		pp_out_fmt(o, " %s,", when);
	}
	print_durations(&v->sources[s], h->profile->duration_nanos, o);
	pp_out_char(o, ' ');
	pp_header_quantity(h, h->total, 0, o);
	pp_out_text(o, " in total");
	if (v->per == PP_PER_UNIT)
		pp_out_fmt(o, ", %.10g units", v->units[s]);
	if (h->build_id.n) {
		pp_out_text(o, ", build id ");
		pp_out_safe(
			o, (struct pp_str){h->build_id.p, h->build_id.n < 16 ? h->build_id.n : 16});
	}
	pp_out_char(o, '\n');
}

static void print_normalization(const struct pp_compare_view *v, struct pp_out *o)
{
	static const char *const what[] = {
		"shares of each side's total; a change of all alike is not seen (--per=total)",
		"cost per second of each side's duration (--per=second)",
		"cost per unit of work (--per=unit)",
		"values as they are; the side that ran longer has more (--per=none)",
	};

	pp_out_fmt(o, "Compared: %s\n", what[v->per]);
}

static void print_header(const struct pp_compare_view *v, struct pp_out *o)
{
	const struct pp_compare *c = v->compare;
	const struct pp_header *h = &v->headers[PP_AFTER];
	char percent[PP_COMPARE_TEXT_MAX], delta[PP_COMPARE_TEXT_MAX];
	struct pp_compare_numbers n;

	pp_out_text(o, h->mean ? "Type: mean_" : "Type: ");
	pp_out_safe(o, h->type);
	pp_out_char(o, '\n');
	for (enum pp_side s = PP_BEFORE; s < PP_SIDES; s++)
		print_side(v, s, o);
	print_normalization(v, o);
	pp_header_filters(h, o);
	if (v->per != PP_PER_TOTAL) {
		pp_compare_numbers_init(&n, v);
		pp_out_fmt(o, "Total: %s",
			   pp_compare_delta(delta, &n, pp_compare_change(c->amount)));
		pp_out_fmt(o, " (%s)\n", pp_compare_percent(percent, c->amount));
	}
	if (c->dropped)
		pp_out_fmt(o, "Left out %u that are small on both sides\n", c->dropped);
	if (c->n < c->candidates)
		pp_out_fmt(o, "Showing the %u that changed most out of %u\n", c->n, c->candidates);
}

static bool is_renamed(const struct pp_compare_view *v, struct pp_str name)
{
	for (size_t i = 0; v->renamed && v->renamed[i]; i++) {
		if (pp_str_eq(name, pp_str_of(v->renamed[i])))
			return true;
	}
	return false;
}

/* What stands behind a name, or NULL; of a moved one, in front of its counterpart. */
static const char *mark_of(const struct pp_compare_view *v, const struct pp_compare_row *r)
{
	switch (r->change) {
	case PP_CHANGE_NEW:
		return "new";
	case PP_CHANGE_GONE:
		return "gone";
	case PP_CHANGE_MOVED:
		return r->cum[PP_AFTER] == 0 ? "moved to " : "moved from ";
	case PP_CHANGE_COST:
		break;
	}
	return is_renamed(v, pp_nodes_name(v->nodes, r->node)) ? "renamed" : NULL;
}

static void print_function(const struct pp_compare_view *v, const struct pp_compare_row *r,
			   void print(struct pp_out *, struct pp_str), struct pp_out *o)
{
	const char *mark = mark_of(v, r);

	print(o, pp_nodes_name(v->nodes, r->node));
	if (!mark)
		return;
	pp_out_fmt(o, " (%s", mark);
	if (r->change == PP_CHANGE_MOVED)
		print(o, pp_nodes_name(v->nodes, r->counterpart));
	pp_out_char(o, ')');
}

/* Before, after, change and relative change. */
static void print_numbers(const struct pp_compare_view *v, const struct pp_compare_numbers *n,
			  const double side[PP_SIDES], struct pp_out *o)
{
	char before[PP_COMPARE_TEXT_MAX], after[PP_COMPARE_TEXT_MAX], delta[PP_COMPARE_TEXT_MAX],
		percent[PP_COMPARE_TEXT_MAX];
	double change = pp_compare_change(side);

	pp_out_fmt(o, "%11s %11s", pp_compare_value(before, n, side[PP_BEFORE]),
		   pp_compare_value(after, n, side[PP_AFTER]));
	pp_out_text(o, change > 0 ? v->more : change < 0 ? v->less : "");
	pp_out_fmt(o, " %11s %8s", pp_compare_delta(delta, n, change),
		   pp_compare_percent(percent, side));
	pp_out_text(o, change != 0 ? v->plain : "");
}

void pp_compare_text(const struct pp_compare_view *v, struct pp_out *o)
{
	const struct pp_compare *c = v->compare;
	struct pp_compare_numbers n;

	if (!v->compact)
		print_header(v, o);
	pp_compare_numbers_init(&n, v);
	pp_out_fmt(o, "%11s %11s %11s %8s  %11s %11s %11s %8s\n", "flat before", "after", "change",
		   "change%", "cum before", "after", "change", "change%");
	for (uint32_t i = 0; i < c->n; i++) {
		const struct pp_compare_row *r = &c->all[i];

		print_numbers(v, &n, r->own, o);
		pp_out_text(o, "  ");
		print_numbers(v, &n, r->all, o);
		pp_out_text(o, "  ");
		print_function(v, r, pp_out_safe, o);
		pp_out_char(o, '\n');
	}
}

static void json_numbers(struct pp_json *j, const char *key, const int64_t sum[PP_SIDES],
			 const double side[PP_SIDES])
{
	pp_json_key(j, key);
	pp_json_open(j, '{');
	pp_json_pair_int(j, "before", sum[PP_BEFORE]);
	pp_json_pair_int(j, "after", sum[PP_AFTER]);
	pp_json_key(j, "compared_before");
	pp_json_double(j, side[PP_BEFORE]);
	pp_json_key(j, "compared_after");
	pp_json_double(j, side[PP_AFTER]);
	pp_json_key(j, "change");
	pp_json_double(j, pp_compare_change(side));
	if (!isinf(pp_compare_relative(side))) {
		pp_json_key(j, "relative");
		pp_json_double(j, pp_compare_relative(side));
	}
	pp_json_close(j, '}');
}

static void json_row(const struct pp_compare_view *v, const struct pp_compare_row *r,
		     struct pp_json *j)
{
	struct pp_str name = pp_nodes_name(v->nodes, r->node);

	pp_json_open(j, '{');
	pp_json_pair_str(j, "name", name);
	json_numbers(j, "flat", r->flat, r->own);
	json_numbers(j, "cum", r->cum, r->all);
	if (r->change != PP_CHANGE_COST)
		pp_json_pair_str(j, "mark", pp_str_of(changes[r->change]));
	else if (is_renamed(v, name))
		pp_json_pair_str(j, "mark", PP_STR_LIT("renamed"));
	if (r->change == PP_CHANGE_MOVED)
		pp_json_pair_str(j, r->cum[PP_AFTER] == 0 ? "moved_to" : "moved_from",
				 pp_nodes_name(v->nodes, r->counterpart));
	pp_json_close(j, '}');
}

void pp_compare_json(const struct pp_compare_view *v, struct pp_out *o)
{
	static const char *const keys[PP_SIDES] = {"before", "after"};
	const struct pp_compare *c = v->compare;
	struct pp_json j;

	pp_json_init(&j, o);
	pp_json_open(&j, '{');
	for (enum pp_side s = PP_BEFORE; s < PP_SIDES; s++) {
		pp_json_key(&j, keys[s]);
		pp_json_open(&j, '{');
		pp_header_json(&v->headers[s], &j);
		pp_json_pair_int(&j, "profiles", (int64_t)v->sources[s].profiles);
		if (v->sources[s].covered)
			pp_json_pair_int(&j, "covered_nanos", v->sources[s].covered);
		if (v->per == PP_PER_UNIT) {
			pp_json_key(&j, "units");
			pp_json_double(&j, v->units[s]);
		}
		pp_json_close(&j, '}');
	}
	pp_json_pair_str(&j, "per", pp_str_of(pp_compare_per(v->per)));
	json_numbers(&j, "total", c->total, c->amount);
	pp_json_pair_int(&j, "dropped", c->dropped);
	pp_json_pair_int(&j, "rows_in_all", c->candidates);
	pp_json_key(&j, "rows");
	pp_json_open(&j, '[');
	for (uint32_t i = 0; i < c->n; i++)
		json_row(v, &c->all[i], &j);
	pp_json_close(&j, ']');
	pp_json_close(&j, '}');
}

static void csv_numbers(const int64_t sum[PP_SIDES], const double side[PP_SIDES], struct pp_out *o)
{
	pp_out_fmt(o, "%" PRId64 ",%" PRId64 ",%.10g,%.10g,%.10g,", sum[PP_BEFORE], sum[PP_AFTER],
		   side[PP_BEFORE], side[PP_AFTER], pp_compare_change(side));
	if (!isinf(pp_compare_relative(side)))
		pp_out_fmt(o, "%.10g", pp_compare_relative(side));
	pp_out_char(o, ',');
}

void pp_compare_csv(const struct pp_compare_view *v, struct pp_out *o)
{
	const struct pp_compare *c = v->compare;

	pp_out_text(o,
		    "flat before,flat after,flat compared before,flat compared after,"
		    "flat change,flat relative,cum before,cum after,cum compared before,"
		    "cum compared after,cum change,cum relative,unit,per,mark,counterpart,name\n");
	for (uint32_t i = 0; i < c->n; i++) {
		const struct pp_compare_row *r = &c->all[i];
		struct pp_str name = pp_nodes_name(v->nodes, r->node);

		csv_numbers(r->flat, r->own, o);
		csv_numbers(r->cum, r->all, o);
		pp_out_csv(o, v->headers[PP_AFTER].unit);
		pp_out_fmt(o, ",%s,", pp_compare_per(v->per));
		if (r->change != PP_CHANGE_COST)
			pp_out_text(o, changes[r->change]);
		else if (is_renamed(v, name))
			pp_out_text(o, "renamed");
		pp_out_char(o, ',');
		if (r->change == PP_CHANGE_MOVED)
			pp_out_csv(o, pp_nodes_name(v->nodes, r->counterpart));
		pp_out_char(o, ',');
		pp_out_csv(o, name);
		pp_out_char(o, '\n');
	}
}

static void markdown_numbers(const struct pp_compare_numbers *n, const double side[PP_SIDES],
			     struct pp_out *o)
{
	char text[PP_COMPARE_TEXT_MAX];

	pp_out_fmt(o, " %s |", pp_compare_value(text, n, side[PP_BEFORE]));
	pp_out_fmt(o, " %s |", pp_compare_value(text, n, side[PP_AFTER]));
	pp_out_fmt(o, " %s", pp_compare_delta(text, n, pp_compare_change(side)));
	pp_out_fmt(o, " (%s) |", pp_compare_percent(text, side));
}

void pp_compare_markdown(const struct pp_compare_view *v, struct pp_out *o)
{
	const struct pp_compare *c = v->compare;
	struct pp_compare_numbers n;

	/* in a block of its own, whose text nobody takes for anything else */
	if (!v->compact) {
		pp_out_text(o, "````\n");
		print_header(v, o);
		pp_out_text(o, "````\n");
	}
	pp_compare_numbers_init(&n, v);
	pp_out_text(o,
		    "\n| function | flat before | after | change | cum before | after | change |\n"
		    "|---|---:|---:|---:|---:|---:|---:|\n");
	for (uint32_t i = 0; i < c->n; i++) {
		const struct pp_compare_row *r = &c->all[i];

		pp_out_text(o, "| ");
		print_function(v, r, pp_markdown_code, o);
		pp_out_text(o, " |");
		markdown_numbers(&n, r->own, o);
		markdown_numbers(&n, r->all, o);
		pp_out_char(o, '\n');
	}
}
