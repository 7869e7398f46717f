/* SPDX-License-Identifier: Apache-2.0 */
/* Rendering the top view. */
#include <config.h>

#include "render/top.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/magnitude.h"
#include "base/units.h"
#include "io/json.h"

/* The smallest value that the rows show: of flat, or of cum where flat is 0. 0 if there is none. */
static int64_t smallest(const struct pp_top *top)
{
	int64_t min = 0;

	for (uint32_t i = 0; i < top->nrows; i++) {
		int64_t v = pp_magnitude(top->rows[i].flat);

		if (v == 0)
			v = pp_magnitude(top->rows[i].cum);
		if (v > 0 && (min == 0 || v < min))
			min = v;
	}
	return min;
}

struct pp_str pp_top_unit(const struct pp_top *top, struct pp_str unit, struct pp_str wanted)
{
	static const struct pp_str best = PP_STR_LIT("minimum");
	int64_t min = smallest(top), max = top->total;

	if (!pp_str_eq(wanted, best) || top->nrows == 0)
		return wanted;
	if (min == 0)
		min = max;

	struct pp_str small = pp_units_scale(min, unit, best).unit;
	struct pp_str large = pp_units_scale(max, unit, best).unit;
	int64_t hundred = (int64_t)((uint64_t)min * 100);

	if (!pp_str_eq(small, large) && hundred < max)
		small = pp_units_scale(hundred, unit, best).unit;
	return small.n ? small : unit;
}

/* A percentage without its leading blanks. */
static const char *trimmed_percent(char out[PP_PERCENT_MAX], int64_t part, int64_t total)
{
	pp_units_percent(out, part, total);
	return out + strspn(out, " ");
}

/* A value in the report's unit, which may be any text of the profile. */
static void quantity(struct pp_out *o, int64_t value, const struct pp_header *h, size_t width)
{
	char text[PP_QTY_MAX];

	pp_units_label(text, value, h->unit, h->out_unit);
	pp_out_safe_right(o, pp_str_of(text), width);
}

static void summary(const struct pp_top *top, const struct pp_header *h, struct pp_out *o)
{
	char percent[PP_PERCENT_MAX];

	pp_out_text(o, "Showing nodes accounting for ");
	quantity(o, top->shown_flat, h, 0);
	pp_out_fmt(o, ", %s of ", trimmed_percent(percent, top->shown_flat, top->total));
	quantity(o, top->total, h, 0);
	pp_out_text(o, " total\n");
	if (top->total == 0)
		return;
	if (top->dropped) {
		pp_out_fmt(o, "Dropped %u node%s (cum <= ", top->dropped,
			   top->dropped > 1 ? "s" : "");
		quantity(o, top->dropped_cum, h, 0);
		pp_out_text(o, ")\n");
	}
	if (top->nrows && top->nrows < top->candidates)
		pp_out_fmt(o, "Showing top %u nodes out of %u\n", top->nrows, top->candidates);
}

static const char *mark_text(enum pp_inline_mark mark)
{
	switch (mark) {
	case PP_INLINE_ALL:
		return " (inline)";
	case PP_INLINE_SOME:
		return " (partial-inline)";
	case PP_INLINE_NO:
		break;
	}
	return "";
}

void pp_top_text(const struct pp_top *top, const struct pp_nodes *nodes, const struct pp_header *h,
		 struct pp_out *o)
{
	char flat_pc[PP_PERCENT_MAX], sum_pc[PP_PERCENT_MAX], cum_pc[PP_PERCENT_MAX];
	int64_t sum = 0;

	pp_header_text(h, o);
	summary(top, h, o);
	pp_out_text(o, "      flat  flat%   sum%        cum   cum%\n");
	for (uint32_t i = 0; i < top->nrows; i++) {
		const struct pp_top_row *r = &top->rows[i];

		sum = pp_wrap_add(sum, r->flat);
		quantity(o, r->flat, h, 10);
		pp_out_fmt(o, " %s %s ", pp_units_percent(flat_pc, r->flat, top->total),
			   pp_units_percent(sum_pc, sum, top->total));
		quantity(o, r->cum, h, 10);
		pp_out_fmt(o, " %s  ", pp_units_percent(cum_pc, r->cum, top->total));
		pp_out_safe(o, pp_nodes_name(nodes, r->node));
		pp_out_text(o, mark_text(r->inlined));
		pp_out_char(o, '\n');
	}
}

static void json_pair_str(struct pp_json *j, const char *key, struct pp_str value)
{
	if (value.n == 0)
		return;
	pp_json_key(j, key);
	pp_json_str(j, value);
}

static void json_pair_int(struct pp_json *j, const char *key, int64_t value)
{
	pp_json_key(j, key);
	pp_json_int(j, value);
}

static void json_row(struct pp_json *j, const struct pp_top_row *r, const struct pp_nodes *nodes)
{
	pp_json_open(j, '{');
	json_pair_str(j, "name", pp_nodes_name(nodes, r->node));
	json_pair_int(j, "flat", r->flat);
	json_pair_int(j, "cum", r->cum);
	if (r->inlined != PP_INLINE_NO) {
		pp_json_key(j, "inlined");
		pp_json_str(j,
			    r->inlined == PP_INLINE_ALL ? PP_STR_LIT("all") : PP_STR_LIT("some"));
	}
	pp_json_close(j, '}');
}

void pp_top_json(const struct pp_top *top, const struct pp_nodes *nodes, const struct pp_header *h,
		 struct pp_out *o)
{
	struct pp_json j;

	pp_json_init(&j, o);
	pp_json_open(&j, '{');
	json_pair_str(&j, "file", h->file);
	json_pair_str(&j, "build_id", h->build_id);
	json_pair_str(&j, "type", h->type);
	json_pair_str(&j, "unit", h->unit);
	if (h->time_nanos)
		json_pair_int(&j, "time_nanos", h->time_nanos);
	if (h->duration_nanos)
		json_pair_int(&j, "duration_nanos", h->duration_nanos);
	json_pair_int(&j, "total", top->total);
	json_pair_int(&j, "shown_flat", top->shown_flat);
	json_pair_int(&j, "dropped_nodes", top->dropped);
	json_pair_int(&j, "nodes", top->candidates);
	pp_json_key(&j, "rows");
	pp_json_open(&j, '[');
	for (uint32_t i = 0; i < top->nrows; i++)
		json_row(&j, &top->rows[i], nodes);
	pp_json_close(&j, ']');
	pp_json_close(&j, '}');
}

/* Share of the total in percent; 0 of nothing. */
static double share(int64_t part, int64_t total)
{
	return total ? 100 * fabs((double)part / (double)total) : 0;
}

void pp_top_csv(const struct pp_top *top, const struct pp_nodes *nodes, const struct pp_header *h,
		struct pp_out *o)
{
	pp_out_text(o, "flat,flat%,cum,cum%,unit,inlined,name\n");
	for (uint32_t i = 0; i < top->nrows; i++) {
		const struct pp_top_row *r = &top->rows[i];

		pp_out_fmt(o, "%" PRId64 ",%.4f,%" PRId64 ",%.4f,", r->flat,
			   share(r->flat, top->total), r->cum, share(r->cum, top->total));
		pp_out_csv(o, h->unit);
		pp_out_text(o, r->inlined == PP_INLINE_ALL    ? ",all,"
			       : r->inlined == PP_INLINE_SOME ? ",some,"
							      : ",,");
		pp_out_csv(o, pp_nodes_name(nodes, r->node));
		pp_out_char(o, '\n');
	}
}
