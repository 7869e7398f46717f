/* SPDX-License-Identifier: Apache-2.0 */
/* Rendering the top view. */
#include <config.h>

#include "render/top.h"

#include <inttypes.h>
#include <string.h>

#include "base/magnitude.h"
#include "base/units.h"
#include "io/json.h"

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

void pp_top_text(const struct pp_rows *rows, const struct pp_nodes *nodes,
		 const struct pp_header *h, struct pp_out *o)
{
	char flat_pc[PP_PERCENT_MAX], sum_pc[PP_PERCENT_MAX], cum_pc[PP_PERCENT_MAX];
	int64_t sum = 0;

	if (h->live)
		pp_header_live_text(h->live, o);
	pp_header_rows(h, rows, o);
	pp_out_text(o, "      flat  flat%   sum%        cum   cum%\n");
	for (uint32_t i = 0; i < rows->n; i++) {
		const struct pp_row *r = &rows->all[i];

		sum = pp_wrap_add(sum, r->flat_value);
		pp_header_quantity(h, r->flat_value, 10, o);
		pp_out_fmt(o, " %s %s ", pp_units_percent(flat_pc, r->flat_value, rows->total),
			   pp_units_percent(sum_pc, sum, rows->total));
		pp_header_quantity(h, r->cum_value, 10, o);
		pp_out_fmt(o, " %s  ", pp_units_percent(cum_pc, r->cum_value, rows->total));
		pp_out_safe(o, pp_nodes_name(nodes, r->node));
		pp_out_text(o, mark_text(r->inlined));
		pp_out_char(o, '\n');
	}
}

static void json_row(struct pp_json *j, const struct pp_row *r, const struct pp_nodes *nodes,
		     const struct pp_header *h)
{
	pp_json_open(j, '{');
	pp_json_pair_str(j, "name", pp_nodes_name(nodes, r->node));
	pp_json_pair_int(j, "flat", pp_header_value(h, r->flat_value));
	pp_json_pair_int(j, "cum", pp_header_value(h, r->cum_value));
	if (r->inlined != PP_INLINE_NO) {
		pp_json_key(j, "inlined");
		pp_json_str(j,
			    r->inlined == PP_INLINE_ALL ? PP_STR_LIT("all") : PP_STR_LIT("some"));
	}
	pp_json_close(j, '}');
}

void pp_top_json(const struct pp_rows *rows, const struct pp_nodes *nodes,
		 const struct pp_header *h, struct pp_out *o)
{
	struct pp_json j;

	pp_json_init(&j, o);
	j.line = h->live != NULL; /* one of many objects */
	pp_json_open(&j, '{');
	pp_header_json(h, &j);
	pp_header_json_rows(h, rows, &j);
	pp_json_key(&j, "rows");
	pp_json_open(&j, '[');
	for (uint32_t i = 0; i < rows->n; i++)
		json_row(&j, &rows->all[i], nodes, h);
	pp_json_close(&j, ']');
	pp_json_close(&j, '}');
}

void pp_top_csv(const struct pp_rows *rows, const struct pp_nodes *nodes, const struct pp_header *h,
		struct pp_out *o)
{
	pp_out_text(o, "flat,flat%,cum,cum%,unit,inlined,name\n");
	for (uint32_t i = 0; i < rows->n; i++) {
		const struct pp_row *r = &rows->all[i];

		pp_out_fmt(o, "%" PRId64 ",%.4f,%" PRId64 ",%.4f,",
			   pp_header_value(h, r->flat_value),
			   pp_header_share(r->flat_value, rows->total),
			   pp_header_value(h, r->cum_value),
			   pp_header_share(r->cum_value, rows->total));
		pp_out_csv(o, h->unit);
		pp_out_text(o, r->inlined == PP_INLINE_ALL    ? ",all,"
			       : r->inlined == PP_INLINE_SOME ? ",some,"
							      : ",,");
		pp_out_csv(o, pp_nodes_name(nodes, r->node));
		pp_out_char(o, '\n');
	}
}
