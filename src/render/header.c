/* SPDX-License-Identifier: Apache-2.0 */
/* Report headers in pprof's words. */
#include <config.h>

#include "render/header.h"

#include <string.h>

#include "base/clock.h"
#include "base/magnitude.h"
#include "base/units.h"

#define FILTER_SHOWN 80 /* bytes of a filter's line */

static const struct pp_str minimum = PP_STR_LIT("minimum");
static const struct pp_str count = PP_STR_LIT("count");

void pp_header_init(struct pp_header *h, const struct pp_view *v, int64_t total)
{
	const struct pp_profile *p = v->profile;

	*h = (struct pp_header){
		.profile = p,
		.type = pp_profile_str(p, p->sample_types[v->index].type),
		.unit = pp_profile_str(p, p->sample_types[v->index].unit),
		.mean = v->mean,
		.total = total,
		.ratio = 1,
		.out_unit = minimum,
	};
	if (p->nmappings) {
		h->file = pp_str_basename(pp_profile_str(p, p->mappings[0].file));
		h->build_id = pp_profile_str(p, p->mappings[0].build_id);
	}
}

int64_t pp_header_value(const struct pp_header *h, int64_t value)
{
	/* as in pprof, a ratio that makes no sense is none */
	return h->ratio > 0 && h->ratio != 1 ? pp_fraction_of(value, h->ratio) : value;
}

void pp_header_quantity(const struct pp_header *h, int64_t value, size_t width, struct pp_out *o)
{
	char text[PP_QTY_MAX];

	/* the unit may be any text of the profile */
	pp_units_label(text, pp_header_value(h, value), h->unit, h->out_unit);
	pp_out_safe_right(o, pp_str_of(text), width);
}

const char *pp_header_percent(char out[PP_PERCENT_MAX], int64_t part, int64_t total)
{
	pp_units_percent(out, part, total);
	return out + strspn(out, " ");
}

void pp_header_live_text(const struct pp_header_live *live, struct pp_out *o)
{
	char text[64];

	pp_clock_format(text, sizeof(text), live->time_nanos);
	pp_out_text(o, text);
	if (live->counted)
		pp_out_fmt(o, "  %llu samples, %llu lost, %.0f/s",
			   (unsigned long long)live->samples, (unsigned long long)live->lost,
			   live->rate);
	pp_out_char(o, '\n');
}

static void line(struct pp_out *o, const char *what, struct pp_str value)
{
	if (value.n == 0)
		return;
	pp_out_text(o, what);
	pp_out_safe(o, value);
	pp_out_char(o, '\n');
}

static void comments(const struct pp_profile *p, struct pp_out *o)
{
	for (uint32_t i = 0; i < p->ncomments; i++) {
		struct pp_str c = pp_profile_str(p, p->comments[i]);

		if (c.n && c.p[0] == '#')
			continue;
		pp_out_safe(o, c);
		pp_out_char(o, '\n');
	}
}

static void duration(const struct pp_header *h, struct pp_out *o)
{
	static const struct pp_str ns = PP_STR_LIT("nanoseconds"), best = PP_STR_LIT("auto");
	int64_t nanos = h->profile->duration_nanos;
	char length[PP_QTY_MAX], percent[PP_PERCENT_MAX];
	struct pp_qty in_ns = pp_units_scale(h->total, h->unit, ns);

	pp_units_label(length, nanos, ns, best);
	pp_out_fmt(o, "Duration: %s, Total samples = ", length);
	pp_header_quantity(h, h->total, 0, o);
	pp_out_char(o, ' ');
	if (pp_str_eq(in_ns.unit, PP_STR_LIT("ns")) && in_ns.value != 0) {
		/* hours in nanoseconds may not fit; saturates */
		pp_units_percent(percent, pp_fraction_of(1, in_ns.value), nanos);
		pp_out_fmt(o, "(%s)", percent);
	}
	pp_out_char(o, '\n');
}

void pp_header_text(const struct pp_header *h, struct pp_out *o)
{
	const struct pp_profile *p = h->profile;
	char when[64];

	line(o, "File: ", h->file);
	line(o, "Build ID: ", h->build_id);
	comments(p, o);
	line(o, h->mean ? "Type: mean_" : "Type: ", h->type);
	line(o, "Doc: ", pp_profile_str(p, p->doc_url));
	if (p->time_nanos) {
		pp_clock_format(when, sizeof(when), p->time_nanos);
		line(o, "Time: ", pp_str_of(when));
	}
	if (p->duration_nanos)
		duration(h, o);
}

static void filter(enum pp_filter_kind kind, const char *text, struct pp_out *o)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf line = PP_BUF_INIT;
	bool cut;

	pp_buf_fmt(&line, "%s=%s", pp_filter_name(kind), text);
	cut = line.n > FILTER_SHOWN;
	pp_out_text(o, "   ");
	pp_out_safe(o, (struct pp_str){line.p, cut ? FILTER_SHOWN : line.n});
	pp_out_text(o, cut ? "…\n" : "\n");
}

void pp_header_filters(const struct pp_header *h, struct pp_out *o)
{
	bool any = false;

	for (enum pp_filter_kind kind = 0; h->filters && kind < PP_FILTER_PRUNE_FROM; kind++) {
		const char *text = h->filters[kind];

		if (!text || !*text)
			continue;
		if (!any)
			pp_out_text(o, "Active filters:\n");
		any = true;
		filter(kind, text, o);
	}
}

static void dropped(const struct pp_header *h, size_t n, const char *what, const char *by,
		    int64_t bound, struct pp_out *o)
{
	if (n == 0)
		return;
	pp_out_fmt(o, "Dropped %zu %s%s (%s <= ", n, what, n > 1 ? "s" : "", by);
	pp_header_quantity(h, bound, 0, o);
	pp_out_text(o, ")\n");
}

void pp_header_rows(const struct pp_header *h, const struct pp_rows *rows, struct pp_out *o)
{
	char percent[PP_PERCENT_MAX];

	if (!h->compact)
		pp_header_text(h, o);
	pp_header_filters(h, o);
	pp_out_text(o, "Showing nodes accounting for ");
	pp_header_quantity(h, rows->shown_flat, 0, o);
	pp_out_fmt(o, ", %s of ", pp_header_percent(percent, rows->shown_flat, rows->total));
	pp_header_quantity(h, rows->total, 0, o);
	pp_out_text(o, " total\n");
	if (rows->total == 0)
		return;
	dropped(h, rows->dropped, "node", "cum", rows->dropped_cum, o);
	dropped(h, rows->dropped_calls, "edge", "freq", rows->dropped_edge, o);
	if (rows->n && rows->n < rows->candidates)
		pp_out_fmt(o, "Showing top %u nodes out of %u\n", rows->n, rows->candidates);
}

/* The smallest value that the rows show: of flat, or of cum where flat is 0. 0 if there is none. */
static int64_t smallest(const struct pp_rows *rows)
{
	int64_t min = 0;

	for (uint32_t i = 0; i < rows->n; i++) {
		int64_t v = pp_magnitude(rows->all[i].flat_value);

		if (v == 0)
			v = pp_magnitude(rows->all[i].cum_value);
		if (v > 0 && (min == 0 || v < min))
			min = v;
	}
	return min;
}

void pp_header_choose_unit(struct pp_header *h, const struct pp_rows *rows, bool exact)
{
	int64_t min = smallest(rows), max = rows->total;

	if (!pp_str_eq(h->out_unit, minimum) || rows->n == 0)
		return;
	if (min == 0)
		min = max;
	min = pp_header_value(h, min);
	max = pp_header_value(h, max);

	struct pp_str small = pp_units_scale(min, h->unit, minimum).unit;
	struct pp_str large = pp_units_scale(max, h->unit, minimum).unit;
	int64_t hundred = (int64_t)((uint64_t)min * 100);

	if (!pp_str_eq(small, large) && hundred < max && !exact)
		small = pp_units_scale(hundred, h->unit, minimum).unit;
	/* counts have no name, whatever fractions of them were kept */
	if (small.n == 0 && pp_units_convertible(h->unit, count))
		small = count;
	h->out_unit = small.n ? small : h->unit;
}
