/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers and colours as all views show them. */
#include <config.h>

#include <math.h>
#include <stdio.h>

#include "profile/profile.h"
#include "render/header.h"
#include "tui/model.h"
#include "tui/style.h"

struct pp_str pp_model_type(const struct pp_model *m, uint32_t type)
{
	const struct pp_profile *p = m->in.view->profile;

	return pp_profile_str(p, p->sample_types[type].type);
}

struct pp_str pp_model_unit(const struct pp_model *m)
{
	const struct pp_profile *p = m->in.view->profile;

	return pp_profile_str(p, p->sample_types[m->in.measure.type].unit);
}

char *pp_model_quantity(const struct pp_model *m, int64_t value, char out[PP_QTY_MAX])
{
	return pp_units_label(out, value, pp_model_unit(m), m->in.unit);
}

/* What a percentage of a node is of. In a diff, always its side's total. */
static int64_t whole_of(const struct pp_model *m, uint32_t node)
{
	const struct pp_flame *f = m->flame;
	const int64_t *total = f->total[pp_flame_after(f, m->in.measure.type)];

	if (m->is_diff || m->percent == PP_PERCENT_ALL)
		return m->total[1];
	if (m->percent == PP_PERCENT_ZOOM)
		return total[m->zooms.node];
	return node == PP_NONE || node == 0 ? m->total[1] : total[f->parent[node]];
}

char *pp_model_percent(const struct pp_model *m, int64_t value, uint32_t node,
		       char out[PP_PERCENT_MAX])
{
	char padded[PP_PERCENT_MAX];

	snprintf(out, PP_PERCENT_MAX, "%s", pp_header_percent(padded, value, whole_of(m, node)));
	return out;
}

struct pp_flame_delta pp_model_delta(const struct pp_model *m, const struct pp_box *b)
{
	const int64_t *v = m->diff.by_self ? b->self : b->total;

	return pp_flame_diff_of(&m->diff, b->node, v[0], v[1]);
}

char *pp_model_points(const struct pp_flame_delta *d, char out[32])
{
	out[0] = '\0';
	if (d->is_new)
		snprintf(out, 32, "new");
	else if (d->gone)
		snprintf(out, 32, "gone");
	else if (fabs(d->points) >= 0.05)
		snprintf(out, 32, "%+.1f", d->points);
	return out;
}

static struct pp_colour_facts facts_of(const struct pp_model *m, const struct pp_box *b)
{
	/* the root is no function either */
	struct pp_colour_facts facts = {.significant = true,
					.run = b->func == PP_NONE || b->func == 0};

	if (m->total[1]) {
		facts.share = fabs((double)b->total[1] / (double)m->total[1]);
		facts.self_share = fabs((double)b->self[1] / (double)m->total[1]);
	}
	if (m->is_diff) {
		struct pp_flame_delta d = pp_model_delta(m, b);

		facts.significant = d.significant;
		if (m->diff.largest > 0)
			facts.delta = fmax(-1, fmin(1, d.points / m->diff.largest));
	}
	return facts;
}

struct pp_style pp_model_box_style(const struct pp_model *m, const struct pp_box *b)
{
	struct pp_colour_facts facts = facts_of(m, b);
	struct pp_style s = PP_STYLE(PP_ROLE_FRAME);
	bool is_func = b->func != PP_NONE;

	s.bg = pp_colours_fill(m->in.colours, is_func ? m->hues[b->func] : (struct pp_hue){0},
			       is_func ? m->flame->funcs[b->func].kind : PP_FLAME_UNKNOWN, &facts,
			       m->in.dark);
	if (pp_search_has(&m->search, b->func)) {
		s.bg = pp_colours_match(m->in.dark);
		s.role = PP_ROLE_MATCH;
	}
	s.fg = pp_colours_text(s.bg);
	s.has_fg = s.has_bg = true;
	return s;
}
