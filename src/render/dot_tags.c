/* SPDX-License-Identifier: Apache-2.0 */
/* Boxes for labels. Rules: google/pprof, graph.addNodelets. */
#include <config.h>

#include "render/dot_tags.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/node_tags.h"
#include "base/alloc.h"
#include "base/magnitude.h"
#include "base/units.h"
#include "render/dot_text.h"

#define BOXES 4 /* of labels on a node, and of numbers on each of them and on itself */

/* A number, or several that lie together. */
struct range {
	const struct pp_node_tag *seed, *min, *max;
	uint32_t count;
	int64_t flat, flat_div, cum, cum_div; /* sums */
	int64_t flat_value, cum_value;
	char text[2 * PP_QTY_MAX + 3];
};

static void put_box(const struct pp_dot_view *d, const char *owner, const char *name,
		    struct pp_str label, int64_t value, bool dotted, struct pp_out *o)
{
	pp_out_fmt(o, "%s [label = \"", name);
	pp_dot_text(o, label, PP_DOT_CENTRE);
	pp_out_fmt(o, "\" id=\"%s\" fontsize=8 shape=box3d tooltip=\"", name);
	pp_dot_quantity(o, d->header, value);
	pp_out_fmt(o, "\"]\n%s -> %s [label=\" ", owner, name);
	pp_dot_quantity(o, d->header, value);
	pp_out_text(o, "\" weight=100 tooltip=\"");
	pp_dot_quantity(o, d->header, value);
	pp_out_text(o, "\" labeltooltip=\"");
	pp_dot_quantity(o, d->header, value);
	pp_out_text(o, dotted ? "\" style=\"dotted\"]\n" : "\"]\n");
}

static double distance(const struct pp_node_tags *tags, const struct pp_node_tag *a,
		       const struct pp_node_tag *b)
{
	return fabs(pp_units_scale(a->value, tags->unit, tags->unit).value - (double)b->value);
}

static void join_range(const struct pp_node_tags *tags, struct range *r,
		       const struct pp_node_tag *t)
{
	int64_t value = pp_fraction_of(1, pp_units_scale(t->value, tags->unit, tags->unit).value);

	if (!r->count++)
		r->seed = r->min = r->max = t;
	if (value < r->min->value)
		r->min = t;
	if (value > r->max->value)
		r->max = t;
	r->flat = pp_wrap_add(r->flat, t->flat);
	r->flat_div = pp_wrap_add(r->flat_div, t->flat_div);
	r->cum = pp_wrap_add(r->cum, t->cum);
	r->cum_div = pp_wrap_add(r->cum_div, t->cum_div);
}

/* The range whose first number is nearest. */
static struct range *nearest(const struct pp_node_tags *tags, struct range ranges[BOXES],
			     const struct pp_node_tag *t)
{
	struct range *best = ranges;

	for (struct range *r = ranges + 1; r < ranges + BOXES; r++) {
		if (distance(tags, t, r->seed) < distance(tags, t, best->seed))
			best = r;
	}
	return best;
}

/* Ranges are printed in the unit that suits them: in that of the report they might all be 0. */
static void name_range(const struct pp_node_tags *tags, struct range *r)
{
	static const struct pp_str best = PP_STR_LIT("auto");
	char text[PP_QTY_MAX];

	pp_units_label(r->text, r->min->value, tags->unit, best);
	if (r->count > 1) {
		size_t n = strlen(r->text);

		pp_units_label(text, r->max->value, tags->unit, best);
		snprintf(r->text + n, sizeof(r->text) - n, "..%s", text);
	}
}

static bool is_before(const struct range *a, const struct range *b, bool flat)
{
	int64_t ca = pp_magnitude(a->cum_value), cb = pp_magnitude(b->cum_value);
	int64_t fa = pp_magnitude(a->flat_value), fb = pp_magnitude(b->flat_value);

	if (!flat && ca != cb)
		return ca > cb;
	return fa != fb ? fa > fb : strcmp(a->text, b->text) < 0;
}

static void sort_ranges(struct range *ranges, size_t n, bool flat)
{
	for (size_t i = 1; i < n; i++) {
		for (size_t k = i; k && is_before(&ranges[k], &ranges[k - 1], flat); k--) {
			struct range swap = ranges[k];

			ranges[k] = ranges[k - 1];
			ranges[k - 1] = swap;
		}
	}
}

/* Numbers, the heaviest first, as at most BOXES ranges; returns how many. */
static size_t make_ranges(const struct pp_node_tags *tags, const struct pp_node_tag *list, size_t n,
			  bool flat, struct range ranges[BOXES])
{
	size_t count = n < BOXES ? n : BOXES;

	memset(ranges, 0, BOXES * sizeof(*ranges));
	for (size_t i = 0; i < n; i++)
		join_range(tags, i < BOXES ? &ranges[i] : nearest(tags, ranges, &list[i]),
			   &list[i]);
	for (size_t i = 0; i < count; i++) {
		struct range *r = &ranges[i];

		r->flat_value = pp_view_mean(r->flat, r->flat_div);
		r->cum_value = pp_view_mean(r->cum, r->cum_div);
		if (n > BOXES)
			name_range(tags, r);
		else
			snprintf(r->text, sizeof(r->text), "%s",
				 pp_strtab_get(&tags->texts, r->seed->text).p);
	}
	if (n > BOXES)
		sort_ranges(ranges, count, flat);
	return count;
}

/* The numbers of a row that stood beside these labels, as boxes on `owner`. */
static bool put_numbers(const struct pp_dot_view *d, uint32_t row, uint32_t labels, bool flat,
			const char *owner, struct pp_out *o)
{
	const struct pp_node_tags *tags = &d->graph->tags;
	size_t first = tags->first_number[row], end = tags->first_number[row + 1], n = 0;
	PP_CLEANUP(pp_freep) struct pp_node_tag *list = pp_xcalloc(end - first, sizeof(*list));
	struct range ranges[BOXES];
	bool any = false;

	for (size_t i = first; i < end; i++) {
		if (tags->numbers[i].labels == labels)
			list[n++] = tags->numbers[i];
	}
	pp_node_tags_sort(tags, list, n, flat);
	n = make_ranges(tags, list, n, flat, ranges);
	for (size_t i = 0; i < n; i++) {
		const struct range *r = &ranges[i];
		bool own = flat || r->flat_value == r->cum_value;
		int64_t value = own ? r->flat_value : r->cum_value;
		char name[64];

		if (value == 0)
			continue;
		any = true;
		snprintf(name, sizeof(name), "N%s_%zu", owner, i);
		put_box(d, owner, name, pp_str_of(r->text), value, !own, o);
	}
	return any;
}

static bool put_labels(const struct pp_dot_view *d, uint32_t row, bool flat, const char *owner,
		       struct pp_out *o)
{
	const struct pp_node_tags *tags = &d->graph->tags;
	size_t first = tags->first_label[row], n = tags->first_label[row + 1] - first;
	PP_CLEANUP(pp_freep) struct pp_node_tag *list = pp_xcalloc(n, sizeof(*list));
	bool any = false;

	if (n)
		memcpy(list, tags->labels + first, n * sizeof(*list));
	pp_node_tags_sort(tags, list, n, flat);
	for (size_t i = 0; i < n && i < BOXES; i++) {
		int64_t value = flat ? pp_node_tag_flat(&list[i]) : pp_node_tag_cum(&list[i]);
		char name[32];

		if (value == 0)
			continue;
		any = true;
		snprintf(name, sizeof(name), "%s_%zu", owner, i);
		put_box(d, owner, name, pp_strtab_get(&tags->texts, list[i].text), value, false, o);
		put_numbers(d, row, list[i].text, flat, name, o);
	}
	return any;
}

bool pp_dot_tags(const struct pp_dot_view *d, uint32_t row, struct pp_out *o)
{
	const struct pp_edges *e = &d->graph->edges;
	uint32_t tag_row = d->graph->tag_row[row];
	/* where nothing follows, what was left out below counts as well */
	bool flat = e->out_first[row + 1] > e->out_first[row];
	char owner[16];

	snprintf(owner, sizeof(owner), "N%u", row + 1);
	bool labels = put_labels(d, tag_row, flat, owner, o);
	return put_numbers(d, tag_row, 0, flat, owner, o) || labels;
}
