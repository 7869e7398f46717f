/* SPDX-License-Identifier: Apache-2.0 */
/* Report headers in pprof's words. */
#include <config.h>

#include "render/header.h"

#include "base/clock.h"
#include "base/magnitude.h"
#include "base/units.h"

void pp_header_init(struct pp_header *h, const struct pp_profile *p, uint32_t index)
{
	*h = (struct pp_header){
		.comments_of = p,
		.doc_of = p,
		.type = pp_profile_str(p, p->sample_types[index].type),
		.unit = pp_profile_str(p, p->sample_types[index].unit),
		.time_nanos = p->time_nanos,
		.duration_nanos = p->duration_nanos,
	};
	if (p->nmappings) {
		h->file = pp_str_basename(pp_profile_str(p, p->mappings[0].file));
		h->build_id = pp_profile_str(p, p->mappings[0].build_id);
	}
}

void pp_header_join(struct pp_header *h, const struct pp_profile *p)
{
	if (h->time_nanos == 0 || (p->time_nanos && p->time_nanos < h->time_nanos))
		h->time_nanos = p->time_nanos;
	h->duration_nanos = pp_wrap_add(h->duration_nanos, p->duration_nanos);
	if (h->comments_of->ncomments == 0)
		h->comments_of = p;
	if (h->doc_of->doc_url == 0)
		h->doc_of = p;
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
	char length[PP_QTY_MAX], total[PP_QTY_MAX], percent[PP_PERCENT_MAX];
	struct pp_qty in_ns = pp_units_scale(h->total, h->unit, ns);

	pp_units_label(length, h->duration_nanos, ns, best);
	pp_units_label(total, h->total, h->unit, h->out_unit);
	pp_out_fmt(o, "Duration: %s, Total samples = ", length);
	pp_out_safe(o, pp_str_of(total));
	pp_out_char(o, ' ');
	if (pp_str_eq(in_ns.unit, PP_STR_LIT("ns")) && in_ns.value != 0) {
		/* hours in nanoseconds may not fit; saturates */
		pp_units_percent(percent, pp_fraction_of(1, in_ns.value), h->duration_nanos);
		pp_out_fmt(o, "(%s)", percent);
	}
	pp_out_char(o, '\n');
}

void pp_header_text(const struct pp_header *h, struct pp_out *o)
{
	char when[64];

	line(o, "File: ", h->file);
	line(o, "Build ID: ", h->build_id);
	comments(h->comments_of, o);
	line(o, "Type: ", h->type);
	line(o, "Doc: ", pp_profile_str(h->doc_of, h->doc_of->doc_url));
	if (h->time_nanos) {
		pp_clock_format(when, sizeof(when), h->time_nanos);
		line(o, "Time: ", pp_str_of(when));
	}
	if (h->duration_nanos)
		duration(h, o);
}
