/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of a frame: `name (value, percent)`, as FlameGraph says it; of a diff both sides. */
#include <config.h>

#include "render/svg.h"

#include <math.h>

#include "render/svg_text.h"

/* The nearest integer that there is. */
static int64_t whole(double v)
{
	if (v >= 9.2e18)
		return INT64_MAX;
	if (v <= -9.2e18)
		return INT64_MIN;
	return (int64_t)llround(v);
}

static bool counts(const struct pp_header *h)
{
	return h->unit.n == 0 || pp_str_eq(h->unit, PP_STR_LIT("count"));
}

void pp_svg_quantity(struct pp_svg *s, int64_t value)
{
	const struct pp_header *h = s->v->header;
	const char *name = s->v->look.countname;
	char label[PP_QTY_MAX];

	value = pp_header_value(h, value);
	if (!counts(h)) {
		pp_units_label(label, value, h->unit, h->out_unit);
		pp_svg_clean(pp_str_of(label), &s->text);
		return;
	}
	pp_svg_grouped(&s->text, value);
	pp_buf_char(&s->text, ' ');
	pp_svg_clean(name && *name ? pp_str_of(name) : h->type, &s->text);
}

static void percent(struct pp_svg *s, int64_t part, int64_t total)
{
	char text[PP_PERCENT_MAX];

	pp_buf_str(&s->text, pp_header_percent(text, part, total));
}

static void signed_quantity(struct pp_svg *s, double delta)
{
	int64_t v = whole(delta);

	if (v > 0)
		pp_buf_char(&s->text, '+');
	pp_svg_quantity(s, v);
}

struct pp_flame_delta pp_svg_delta(const struct pp_svg *s, const struct pp_box *b)
{
	const int64_t *v = s->deltas.by_self ? b->self : b->total;
	/* bottom-up, a box is a group of nodes */
	bool several = b->func == PP_NONE || s->v->look.reverse;

	return pp_flame_diff_of(&s->deltas, several ? PP_NONE : b->node, v[0], v[1]);
}

static void sides(struct pp_svg *s, const struct pp_box *b)
{
	const struct pp_flame_diff *d = &s->deltas;
	struct pp_flame_delta r = pp_svg_delta(s, b);

	pp_buf_str(&s->text, "before ");
	pp_svg_quantity(s, b->total[0]);
	pp_buf_char(&s->text, ' ');
	percent(s, b->total[0], whole(d->before));
	pp_buf_str(&s->text, ", after ");
	pp_svg_quantity(s, b->total[1]);
	pp_buf_char(&s->text, ' ');
	percent(s, b->total[1], whole(d->after));
	pp_buf_str(&s->text, d->by_self ? ", self " : ", ");
	signed_quantity(s, r.delta);
	pp_buf_fmt(&s->text, ", %+.2f points", r.points);
	if (r.is_new)
		pp_buf_str(&s->text, ", new");
	else if (r.gone)
		pp_buf_str(&s->text, ", gone");
	else
		pp_buf_fmt(&s->text, ", %+.1f%%", r.percent);
	if (r.z != 0)
		pp_buf_fmt(&s->text, ", z %.1f", r.z);
	if (!r.significant)
		pp_buf_str(&s->text, ", within noise");
}

void pp_svg_box_title(struct pp_svg *s, const struct pp_box *b)
{
	if (b->func == PP_NONE)
		pp_buf_fmt(&s->text, "%u narrow frame%s", b->count, b->count == 1 ? "" : "s");
	else
		pp_svg_clean(s->v->flame->funcs[b->func].name, &s->text);
	pp_buf_str(&s->text, " (");
	if (s->diff) {
		sides(s, b);
	} else {
		pp_svg_quantity(s, b->total[1]);
		pp_buf_str(&s->text, ", ");
		percent(s, b->total[1], s->total);
	}
	pp_buf_char(&s->text, ')');
}
