/* SPDX-License-Identifier: Apache-2.0 */
/* The tree as boxes. The open nodes are on a stack of their own. */
#include <config.h>

#include "render/boxes.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/magnitude.h"
#include "render/boxes_state.h"

struct open {
	uint32_t node, next; /* the next child */
	double x, acc;	     /* where it begins, and what its children so far take */
};

struct layout {
	struct pp_boxes *b;
	const struct pp_boxes_view *v;
	struct pp_boxes_columns columns;
	double scale;
	struct open *open;
	size_t n, cap;
};

struct pp_boxes_columns pp_boxes_columns(const struct pp_boxes_view *v)
{
	struct pp_flame *f = v->flame;
	uint32_t before = pp_flame_before(f, v->measure.type);
	uint32_t after = pp_flame_after(f, v->measure.type);
	struct pp_boxes_columns c = {0};

	if (before != PP_NONE) {
		c.total[0] = pp_flame_total(f, before);
		c.self[0] = f->self[before];
	}
	c.total[1] = pp_flame_total(f, after);
	c.self[1] = f->self[after];
	return c;
}

void pp_boxes_add(struct pp_boxes *b, const struct pp_box *box)
{
	b->all = pp_grow(b->all, &b->cap, b->n + 1, sizeof(*b->all));
	b->all[b->n++] = *box;
}

void pp_boxes_run_add(struct pp_boxes_run *r, double x, double extent, int64_t before,
		      int64_t after)
{
	if (r->count == 0)
		r->x = x;
	r->count++;
	r->extent += extent;
	r->total[0] = pp_wrap_add(r->total[0], before);
	r->total[1] = pp_wrap_add(r->total[1], after);
}

void pp_boxes_run_end(struct pp_boxes_run *r, struct pp_boxes *b, double scale, double min,
		      uint32_t depth)
{
	struct pp_box box = {.x = r->x,
			     .w = r->extent * scale,
			     .depth = depth,
			     .func = PP_NONE,
			     .node = PP_NONE,
			     .count = r->count,
			     .total = {r->total[0], r->total[1]}};

	if (r->count && box.w >= min)
		pp_boxes_add(b, &box);
	*r = (struct pp_boxes_run){0};
}

static void add_node(struct layout *l, uint32_t node, double x, double w, bool above)
{
	const struct pp_flame *f = l->v->flame;
	struct pp_box box = {.x = x,
			     .w = w,
			     .depth = f->depth[node],
			     .func = f->func[node],
			     .node = node,
			     .count = 1,
			     .above = above};

	for (int side = 0; side < 2; side++) {
		box.total[side] = pp_boxes_value(l->columns.total[side], node);
		box.self[side] = pp_boxes_value(l->columns.self[side], node);
	}
	pp_boxes_add(l->b, &box);
}

static void open_node(struct layout *l, uint32_t node, double x)
{
	add_node(l, node, x, l->v->extents[node] * l->scale, false);
	l->open = pp_grow(l->open, &l->cap, l->n + 1, sizeof(*l->open));
	l->open[l->n++] = (struct open){node, node + 1, x, 0};
}

/* Gather children of the innermost open node up to one that can be seen: 0 if there is none. */
static uint32_t gather(struct layout *l)
{
	const struct pp_flame *f = l->v->flame;
	const double *extents = l->v->extents;
	struct open *o = &l->open[l->n - 1];
	struct pp_boxes_run run = {0};
	uint32_t c = o->next, end = f->end[o->node];

	while (c < end && !(extents[c] * l->scale >= l->v->min)) {
		pp_boxes_run_add(&run, o->x + o->acc * l->scale, extents[c],
				 pp_boxes_value(l->columns.total[0], c), l->columns.total[1][c]);
		o->acc += extents[c];
		c = f->end[c];
	}
	pp_boxes_run_end(&run, l->b, l->scale, l->v->min, f->depth[o->node] + 1);
	return c < end ? c : 0;
}

static void place(struct layout *l, uint32_t root)
{
	open_node(l, root, 0);
	while (l->n) {
		uint32_t c = gather(l);
		struct open *o = &l->open[l->n - 1];
		double x = o->x + o->acc * l->scale;

		if (!c) {
			l->n--;
			continue;
		}
		o->acc += l->v->extents[c];
		o->next = l->v->flame->end[c];
		open_node(l, c, x);
	}
}

static void add_ancestors(struct layout *l, uint32_t root)
{
	const struct pp_flame *f = l->v->flame;
	uint32_t n = f->depth[root];
	uint32_t *way = pp_xcalloc(n, sizeof(*way));

	for (uint32_t i = n, at = root; i-- > 0;)
		way[i] = at = f->parent[at];
	for (uint32_t i = 0; i < n; i++)
		add_node(l, way[i], 0, l->v->width, true);
	free(way);
}

void pp_boxes_tree(struct pp_boxes *b, const struct pp_boxes_view *v, uint32_t root)
{
	struct layout l = {.b = b, .v = v, .columns = pp_boxes_columns(v)};

	*b = (struct pp_boxes){0};
	add_ancestors(&l, root);
	if (v->extents[root] > 0) {
		l.scale = v->width / v->extents[root];
		place(&l, root);
	} else {
		add_node(&l, root, 0, v->width, false);
	}
	free(l.open);
}

void pp_boxes_release(struct pp_boxes *b)
{
	free(b->all);
	*b = (struct pp_boxes){0};
}
