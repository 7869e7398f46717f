/* SPDX-License-Identifier: Apache-2.0 */
/* render/: boxes of random flame graphs against the rules, written down plainly. */
#include <config.h>

#include "boxes_fixture.h"

/*
 * The rules as they are written in doc/FLAME.md, with recursion and lists that are made anew each
 * time, for random trees.
 */
struct naive_member {
	uint32_t node, from;
	int64_t values[2];
};

struct naive_group {
	uint32_t func, node;
	double extent;
	int64_t total[2], self[2];
	struct naive_member *members;
	size_t n;
};

struct naive {
	const struct pp_boxes_view *v;
	struct pp_boxes b;
	double scale;
	bool callees;
};

static int64_t value_of(const struct naive *s, int side, uint32_t node, bool total)
{
	struct pp_flame *f = s->v->flame;
	uint32_t c = side ? pp_flame_after(f, FIXTURE_CPU) : pp_flame_before(f, FIXTURE_CPU);

	if (c == PP_NONE)
		return 0;
	return total ? pp_flame_total(f, c)[node] : f->self[c][node];
}

static void put(struct naive *s, struct pp_box box)
{
	s->b.all = pp_grow(s->b.all, &s->b.cap, s->b.n + 1, sizeof(box));
	s->b.all[s->b.n++] = box;
}

static struct pp_box node_box(const struct naive *s, uint32_t n, double x, double w)
{
	const struct pp_flame *f = s->v->flame;
	struct pp_box box = {
		.x = x, .w = w, .depth = f->depth[n], .func = f->func[n], .node = n, .count = 1};

	for (int side = 0; side < 2; side++) {
		box.total[side] = value_of(s, side, n, true);
		box.self[side] = value_of(s, side, n, false);
	}
	return box;
}

/* End a run that began at run->x and is run->w wide in values. */
static void end_run(struct naive *s, struct pp_box *run, uint32_t depth)
{
	struct pp_box box = *run;

	*run = (struct pp_box){.func = PP_NONE, .node = PP_NONE};
	box.w *= s->scale;
	box.depth = depth;
	if (box.count && box.w >= s->v->min)
		put(s, box);
}

static void add_to_run(struct pp_box *run, double x, double extent, const int64_t *total)
{
	if (!run->count++)
		run->x = x;
	run->w += extent;
	run->total[0] += total[0];
	run->total[1] += total[1];
}

static void place_node(struct naive *s, uint32_t n, double x)
{
	const struct pp_flame *f = s->v->flame;
	const double *extents = s->v->extents;
	struct pp_box run = {.func = PP_NONE, .node = PP_NONE};
	double acc = 0;

	put(s, node_box(s, n, x, extents[n] * s->scale));
	for (uint32_t c = n + 1; c < f->end[n]; c = f->end[c]) {
		if (extents[c] * s->scale >= s->v->min) {
			end_run(s, &run, f->depth[c]);
			place_node(s, c, x + acc * s->scale);
		} else {
			add_to_run(&run, x + acc * s->scale, extents[c],
				   node_box(s, c, 0, 0).total);
		}
		acc += extents[c];
	}
	end_run(s, &run, f->depth[n] + 1);
}

static void naive_tree(struct naive *s, uint32_t root)
{
	const struct pp_flame *f = s->v->flame;

	for (uint32_t n = 0; n < root; n++) {
		if (f->end[n] > root) {
			put(s, node_box(s, n, 0, s->v->width));
			s->b.all[s->b.n - 1].above = true;
		}
	}
	if (s->v->extents[root] > 0) {
		s->scale = s->v->width / s->v->extents[root];
		place_node(s, root, 0);
	} else {
		put(s, node_box(s, root, 0, s->v->width));
	}
}

/* A group of those members that are of a function; all of them for PP_NONE. */
static struct naive_group group(const struct naive *s, const struct naive_group *of, uint32_t func)
{
	struct pp_flame *f = s->v->flame;
	struct naive_group g = {.func = func, .node = PP_NONE};

	g.members = pp_xcalloc(of->n, sizeof(*g.members));
	for (size_t i = 0; i < of->n; i++) {
		const struct naive_member *m = &of->members[i];

		if (func != PP_NONE && f->func[m->node] != func)
			continue;
		g.members[g.n++] = *m;
		g.node = m->node < g.node ? m->node : g.node;
		g.extent += s->callees ? s->v->extents[m->node]
				       : pp_flame_ext(f, &s->v->measure,
						      pp_flame_scale(f, &s->v->measure),
						      m->values[0], m->values[1]);
		for (int side = 0; side < 2; side++) {
			g.total[side] += m->values[side];
			if (m->node == m->from)
				g.self[side] += value_of(s, side, m->node, false);
		}
	}
	return g;
}

static struct naive_group callees_of(const struct naive *s, const struct naive_group *g)
{
	const struct pp_flame *f = s->v->flame;
	struct naive_group to = {.members = pp_xcalloc(f->n, sizeof(*to.members))};

	for (size_t i = 0; i < g->n; i++) {
		for (uint32_t c = 1; c < f->n; c++) {
			if (f->parent[c] == g->members[i].node)
				to.members[to.n++] = (struct naive_member){
					c, c, {value_of(s, 0, c, true), value_of(s, 1, c, true)}};
		}
	}
	return to;
}

static struct naive_group callers_of(const struct naive *s, const struct naive_group *g)
{
	const struct pp_flame *f = s->v->flame;
	struct naive_group to = {.members = pp_xcalloc(g->n, sizeof(*to.members))};

	for (size_t i = 0; i < g->n; i++) {
		struct naive_member m = g->members[i];

		m.node = m.node ? f->parent[m.node] : 0;
		if (m.node)
			to.members[to.n++] = m;
	}
	return to;
}

static bool goes_before(const struct naive *s, const struct naive_group *a,
			const struct naive_group *b)
{
	if (s->v->order == PP_FLAME_BY_INPUT)
		return a->node < b->node;
	if (s->v->order == PP_FLAME_BY_WEIGHT && (a->extent > b->extent || a->extent < b->extent))
		return a->extent > b->extent;
	return a->func < b->func;
}

/* Members by function, sorted; the caller frees. */
static struct naive_group *make_groups(const struct naive *s, struct naive_group of, size_t *n)
{
	uint32_t nfuncs = s->v->flame->nfuncs;
	struct naive_group *all = pp_xcalloc(nfuncs, sizeof(*all));

	*n = 0;
	for (uint32_t k = 0; k < nfuncs; k++) {
		struct naive_group g = group(s, &of, k);
		size_t i = *n;

		if (!g.n) {
			free(g.members);
			continue;
		}
		for (; i && goes_before(s, &g, &all[i - 1]); i--)
			all[i] = all[i - 1];
		all[i] = g;
		(*n)++;
	}
	free(of.members);
	return all;
}

static struct pp_box group_box(const struct naive_group *g, double x, double w, uint32_t depth)
{
	return (struct pp_box){.x = x,
			       .w = w,
			       .depth = depth,
			       .func = g->func,
			       .node = g->node,
			       .count = 1,
			       .total = {g->total[0], g->total[1]},
			       .self = {g->self[0], g->self[1]}};
}

static void place_group(struct naive *s, const struct naive_group *g, struct naive_group below,
			double x, uint32_t depth)
{
	struct pp_box run = {.func = PP_NONE, .node = PP_NONE};
	size_t n;
	struct naive_group *all = make_groups(s, below, &n);
	double acc = 0;

	put(s, group_box(g, x, g->extent * s->scale, depth));
	for (size_t i = 0; i < n; i++) {
		struct naive_group *c = &all[i];
		double at = x + acc * s->scale;

		if (c->extent * s->scale >= s->v->min) {
			end_run(s, &run, depth + 1);
			place_group(s, c, s->callees ? callees_of(s, c) : callers_of(s, c), at,
				    depth + 1);
		} else {
			add_to_run(&run, at, c->extent, c->total);
		}
		acc += c->extent;
		free(c->members);
	}
	end_run(s, &run, depth + 1);
	free(all);
}

static void place_zoomed(struct naive *s, const struct naive_group *g, struct naive_group below,
			 uint32_t depth)
{
	if (g->extent > 0) {
		s->scale = s->v->width / g->extent;
		place_group(s, g, below, 0, depth);
	} else {
		put(s, group_box(g, 0, s->v->width, depth));
		free(below.members);
	}
}

static void naive_sandwich(struct naive *s, uint32_t func)
{
	struct pp_flame *f = s->v->flame;
	struct naive_group all = {.members = pp_xcalloc(f->n, sizeof(*all.members))}, middle;

	for (uint32_t n = 0; n < f->n; n++) {
		bool outermost = f->func[n] == func;

		for (uint32_t up = f->parent[n]; up != PP_NONE; up = f->parent[up])
			outermost &= f->func[up] != func;
		if (outermost)
			all.members[all.n++] = (struct naive_member){
				n, n, {value_of(s, 0, n, true), value_of(s, 1, n, true)}};
	}
	middle = group(s, &all, func);
	place_zoomed(s, &middle, s->callees ? callees_of(s, &middle) : callers_of(s, &middle), 0);
	free(all.members);
	free(middle.members);
}

/* Zoomed into the first sub-group, `zoom` times. */
static void naive_inverted(struct naive *s, uint32_t *path, size_t zoom)
{
	struct pp_flame *f = s->v->flame;
	struct naive_group below = {.members = pp_xcalloc(f->n, sizeof(*below.members))};
	struct naive_group root = {0};
	size_t n;

	for (uint32_t i = 1; i < f->n; i++) {
		int64_t a = value_of(s, 0, i, false), b = value_of(s, 1, i, false);

		if (a || b)
			below.members[below.n++] = (struct naive_member){i, i, {a, b}};
	}
	for (int side = 0; side < 2; side++) {
		root.total[side] = value_of(s, side, 0, true);
		root.self[side] = value_of(s, side, 0, false);
	}
	for (uint32_t depth = 0;; depth++) {
		struct naive_group copy = {.members = pp_xcalloc(below.n, sizeof(*copy.members)),
					   .n = below.n};
		struct naive_group *all;

		memcpy(copy.members, below.members, below.n * sizeof(*copy.members));
		all = make_groups(s, copy, &n);
		for (size_t i = 0; depth == 0 && i < n; i++)
			root.extent += all[i].extent;
		if (depth == 0)
			root.extent +=
				pp_flame_ext(f, &s->v->measure, pp_flame_scale(f, &s->v->measure),
					     root.self[0], root.self[1]);
		if (depth == zoom || !n) {
			path[depth] = 0; /* no group has that function */
			place_zoomed(s, &root, below, depth);
			for (size_t i = 0; i < n; i++)
				free(all[i].members);
			free(all);
			free(root.members);
			return;
		}
		put(s, group_box(&root, 0, s->v->width, depth));
		s->b.all[s->b.n - 1].above = true;
		free(root.members);
		root = all[0];
		path[depth] = root.func;
		for (size_t i = 1; i < n; i++)
			free(all[i].members);
		free(all);
		free(below.members);
		below = callers_of(s, &root);
	}
}

static void same(struct naive *s, struct pp_boxes *b)
{
	assert_int_equal(b->n, s->b.n);
	for (size_t i = 0; i < b->n; i++) {
		const struct pp_box *x = &b->all[i], *y = &s->b.all[i];

		assert_true(!(x->x < y->x || x->x > y->x || x->w < y->w || x->w > y->w));
		assert_int_equal(x->depth, y->depth);
		assert_int_equal(x->func, y->func);
		assert_int_equal(x->node, y->node);
		assert_int_equal(x->count, y->count);
		assert_int_equal(x->above, y->above);
		assert_memory_equal(x->total, y->total, sizeof(x->total));
		assert_memory_equal(x->self, y->self, sizeof(x->self));
	}
	pp_boxes_release(b);
	pp_boxes_release(&s->b);
}

static void check_sandwich(const struct pp_boxes_view *v, uint32_t func)
{
	struct naive s = {.v = v};
	struct pp_boxes b;

	naive_sandwich(&s, func);
	pp_boxes_callers(&b, v, func);
	same(&s, &b);
	s.callees = true;
	naive_sandwich(&s, func);
	pp_boxes_callees(&b, v, func);
	same(&s, &b);
}

/* Whether it is known where functions are makes no difference. */
static void check_sandwiches(const struct pp_boxes_view *v, uint32_t func)
{
	struct pp_boxes_view knowing = *v;
	struct pp_flame_places places;

	pp_flame_places_init(&places, v->flame);
	knowing.places = &places;
	check_sandwich(v, func);
	check_sandwich(&knowing, func);
	pp_flame_places_release(&places);
}

static void check_all_views(const struct pp_boxes_view *v, uint64_t *seed)
{
	uint32_t root = fixture_below(seed, v->flame->n), zoom = fixture_below(seed, 4);
	uint32_t func = fixture_below(seed, v->flame->nfuncs), path[FIXTURE_DEEP + 1];
	struct naive s = {.v = v};
	struct pp_boxes b;

	pp_boxes_tree(&b, v, 0);
	naive_tree(&s, 0);
	same(&s, &b);
	pp_boxes_tree(&b, v, root);
	naive_tree(&s, root);
	same(&s, &b);
	naive_inverted(&s, path, 0);
	pp_boxes_inverted(&b, v, path, 0);
	same(&s, &b);
	naive_inverted(&s, path, zoom);
	pp_boxes_inverted(&b, v, path, zoom + 1);
	same(&s, &b);
	check_sandwiches(v, func);
}

static void random_boxes(void **state)
{
	(void)state;
	for (uint64_t k = 1; k <= 150; k++) {
		uint64_t seed = k;
		struct shown s = {0};

		for (uint32_t i = 0; i <= k % 2; i++)
			fixture_add_random(&s.f, &seed, (uint32_t)k, 1 + (uint32_t)k % 7,
					   k % 3 == 0);
		fixture_build(&s.f, NULL);
		show(&s, (enum pp_flame_width)(k / 2 % 4), (enum pp_flame_order)(k % 3));
		s.v.measure.normalize = k % 5 != 0;
		free(s.extents);
		s.v.extents = s.extents = pp_flame_extents(&s.f.flame, &s.v.measure);
		s.v.width = 300 + (double)k * 7.3;
		s.v.min = (double)(k % 4) * 3.1;
		check_all_views(&s.v, &seed);
		shown_release(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_boxes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
