/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nodes merged into groups by function. The members of all open groups lie in one array, each
 * group's one after the other: where a member is now, and from which node its values are. Callers
 * take the places of their callees and need no room of their own; callees are put behind what is
 * there, and taken away when they have been laid out.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/magnitude.h"
#include "render/boxes_state.h"

struct member {
	uint32_t at, from;
};

struct group {
	double extent;
	int64_t total[2], self[2];
	uint32_t func, node;
	size_t low, high; /* its members */
};

struct list {
	struct group *all;
	size_t n, cap;
};

struct level {
	struct list list;
	size_t next; /* group of the list */
	double x, acc;
	size_t base; /* members before there were any of this level */
};

struct groups {
	struct pp_boxes *b;
	const struct pp_boxes_view *v;
	struct pp_boxes_columns columns;
	const int64_t *const *values; /* of the members, by side */
	bool callees;
	double flame_scale; /* of the side before */
	double scale;	    /* px; 0: not yet known, as what is laid out is still looked for */
	struct member *members;
	size_t n, cap;
	struct member *spare;
	size_t spare_cap;
	uint32_t *slot; /* [nfuncs]: 1 + the group of a function in the list that is being made */
	struct level *levels;
	size_t nlevels, levels_cap;
};

static void groups_init(struct groups *g, struct pp_boxes *b, const struct pp_boxes_view *v)
{
	*b = (struct pp_boxes){0};
	*g = (struct groups){.b = b, .v = v, .columns = pp_boxes_columns(v)};
	g->flame_scale = pp_flame_scale(v->flame, &v->measure);
	g->slot = pp_xcalloc(v->flame->nfuncs, sizeof(*g->slot));
}

static void groups_release(struct groups *g)
{
	free(g->members);
	free(g->spare);
	free(g->slot);
	free(g->levels);
}

static void add_member(struct groups *g, uint32_t node)
{
	g->members = pp_grow(g->members, &g->cap, g->n + 1, sizeof(*g->members));
	g->members[g->n++] = (struct member){node, node};
}

static double extent_of(const struct groups *g, const struct member *m, const int64_t *values)
{
	if (g->callees)
		return g->v->extents[m->at];
	return pp_flame_ext(g->v->flame, &g->v->measure, g->flame_scale, values[0], values[1]);
}

static inline void sum_member(const struct groups *g, struct group *to, const struct member *m)
{
	int64_t values[2];

	for (int side = 0; side < 2; side++) {
		values[side] = pp_boxes_value(g->values[side], m->from);
		to->total[side] = pp_wrap_add(to->total[side], values[side]);
		/* a caller's own self is not what this is about */
		if (m->at == m->from)
			to->self[side] = pp_wrap_add(to->self[side],
						     pp_boxes_value(g->columns.self[side], m->at));
	}
	if (m->at < to->node)
		to->node = m->at;
	to->extent += extent_of(g, m, values);
}

/* What a group is sorted by: groups themselves are long. */
struct key {
	double extent;
	uint32_t func, node;
	uint32_t group;
};

static int by_weight(const void *x, const void *y)
{
	const struct key *a = x, *b = y;

	if (a->extent > b->extent || a->extent < b->extent)
		return a->extent > b->extent ? -1 : 1;
	return a->func < b->func ? -1 : a->func > b->func;
}

static int by_name(const void *x, const void *y)
{
	const struct key *a = x, *b = y;

	return a->func < b->func ? -1 : a->func > b->func;
}

static int by_node(const void *x, const void *y)
{
	const struct key *a = x, *b = y;

	return a->node < b->node ? -1 : a->node > b->node;
}

/* Whether a group is to have a box of its own. Of others, nobody will ask for members. */
static bool is_seen(const struct groups *g, const struct group *group)
{
	return !(g->scale > 0) || group->extent * g->scale >= g->v->min;
}

static void sort_groups(struct groups *g, struct list *list)
{
	static int (*const orders[])(const void *, const void *) = {
		[PP_FLAME_BY_WEIGHT] = by_weight,
		[PP_FLAME_BY_NAME] = by_name,
		[PP_FLAME_BY_INPUT] = by_node,
	};
	struct group *sorted;
	struct key *keys;

	if (list->n < 2)
		return;
	keys = pp_xrealloc(NULL, list->n, sizeof(*keys));
	for (size_t k = 0; k < list->n; k++) {
		const struct group *group = &list->all[k];

		keys[k] = (struct key){group->extent, group->func, group->node, (uint32_t)k};
	}
	qsort(keys, list->n, sizeof(*keys), orders[g->v->order]);
	sorted = pp_xrealloc(NULL, list->n, sizeof(*sorted));
	for (size_t k = 0; k < list->n; k++) {
		sorted[k] = list->all[keys[k].group];
		g->slot[sorted[k].func] = (uint32_t)k + 1;
	}
	free(keys);
	free(list->all);
	list->all = sorted;
	list->cap = list->n;
}

/* ---- lists of groups: counted, sorted, given places, filled, ended ---- */

static inline struct group *group_of(struct groups *g, struct list *list, uint32_t func)
{
	if (!g->slot[func]) {
		list->all = pp_grow(list->all, &list->cap, list->n + 1, sizeof(*list->all));
		list->all[list->n++] = (struct group){.func = func, .node = PP_NONE};
		g->slot[func] = (uint32_t)list->n;
	}
	return &list->all[g->slot[func] - 1];
}

static inline void count_member(struct groups *g, struct list *list, const struct member *m)
{
	struct group *to = group_of(g, list, g->v->flame->func[m->at]);

	sum_member(g, to, m);
	to->high++; /* as yet how many */
}

/* Each group's members are to lie behind those of the one before, from `low` on; where they end.
 * What cannot be seen gets no members. */
static size_t give_places(struct groups *g, struct list *list, size_t low)
{
	for (size_t k = 0; k < list->n; k++) {
		struct group *group = &list->all[k];
		size_t n = group->high;

		group->low = group->high = low;
		if (is_seen(g, group))
			low += n;
		else
			g->slot[group->func] = 0;
	}
	return low;
}

static inline void fill_in(struct groups *g, struct list *list, const struct member *m)
{
	uint32_t slot = g->slot[g->v->flame->func[m->at]];

	if (slot)
		g->members[list->all[slot - 1].high++] = *m;
}

static void end_list(struct groups *g, const struct list *list)
{
	for (size_t k = 0; k < list->n; k++)
		g->slot[list->all[k].func] = 0;
}

/* Put the members of each group together, in the order they were in. */
static void scatter(struct groups *g, struct list *list, size_t low, size_t n)
{
	g->spare = pp_grow(g->spare, &g->spare_cap, n, sizeof(*g->spare));
	memcpy(g->spare, g->members + low, n * sizeof(*g->spare));
	for (size_t i = 0; i < n; i++)
		fill_in(g, list, &g->spare[i]);
}

/* The members from `low` to `high` by function. The caller frees list.all. */
static struct list make_list(struct groups *g, size_t low, size_t high)
{
	struct list list = {0};

	for (size_t i = low; i < high; i++)
		count_member(g, &list, &g->members[i]);
	sort_groups(g, &list);
	if (list.n == 1) {
		list.all[0].low = low;
		list.all[0].high = high;
	} else if (give_places(g, &list, low) > low) {
		scatter(g, &list, low, high - low);
	}
	end_list(g, &list);
	return list;
}

static struct list list_callers(struct groups *g, const struct group *of)
{
	size_t high = of->low;

	for (size_t i = of->low; i < of->high; i++) {
		uint32_t up = g->v->flame->parent[g->members[i].at];

		if (up == 0 || up == PP_NONE)
			continue;
		g->members[high++] = (struct member){up, g->members[i].from};
	}
	return make_list(g, of->low, high);
}

static struct list list_callees(struct groups *g, const struct group *of)
{
	const uint32_t *end = g->v->flame->end;
	size_t low = g->n;

	for (size_t i = of->low; i < of->high; i++) {
		uint32_t node = g->members[i].at;

		for (uint32_t c = node + 1; c < end[node]; c = end[c])
			add_member(g, c);
	}
	return make_list(g, low, g->n);
}

/* What is below a group. Of callers, this ends what was known of its members. */
static struct list list_below(struct groups *g, const struct group *of)
{
	return g->callees ? list_callees(g, of) : list_callers(g, of);
}

static void add_box(struct groups *g, const struct group *from, double x, double w, size_t depth,
		    bool above)
{
	struct pp_box box = {.x = x,
			     .w = w,
			     .depth = (uint32_t)depth,
			     .func = from->func,
			     .node = from->node,
			     .count = 1,
			     .above = above};

	memcpy(box.total, from->total, sizeof(box.total));
	memcpy(box.self, from->self, sizeof(box.self));
	pp_boxes_add(g->b, &box);
}

static void open_level(struct groups *g, struct list list, double x, size_t base)
{
	g->levels = pp_grow(g->levels, &g->levels_cap, g->nlevels + 1, sizeof(*g->levels));
	g->levels[g->nlevels++] = (struct level){.list = list, .x = x, .base = base};
}

static void close_level(struct groups *g)
{
	struct level *l = &g->levels[--g->nlevels];

	free(l->list.all);
	g->n = l->base;
}

/* What is laid out has this extent. */
static void set_scale(struct groups *g, double extent)
{
	g->scale = extent > 0 ? g->v->width / extent : 0;
}

/* Gather groups up to one that can be seen; false if there is none. */
static bool gather(struct groups *g, size_t depth)
{
	struct level *l = &g->levels[g->nlevels - 1];
	struct pp_boxes_run run = {0};

	for (; l->next < l->list.n; l->next++) {
		const struct group *next = &l->list.all[l->next];

		if (is_seen(g, next))
			break;
		pp_boxes_run_add(&run, l->x + l->acc * g->scale, next->extent, next->total[0],
				 next->total[1]);
		l->acc += next->extent;
	}
	pp_boxes_run_end(&run, g->b, g->scale, g->v->min, (uint32_t)(depth + g->nlevels));
	return l->next < l->list.n;
}

/* Lay out a group in a row; `list` are its sub-groups, and are freed. */
static void place(struct groups *g, const struct group *root, struct list list, size_t depth)
{
	if (!(root->extent > 0)) {
		add_box(g, root, 0, g->v->width, depth, false);
		free(list.all);
		return;
	}
	set_scale(g, root->extent);
	add_box(g, root, 0, root->extent * g->scale, depth, false);
	open_level(g, list, 0, g->n);
	while (g->nlevels) {
		if (!gather(g, depth)) {
			close_level(g);
			continue;
		}
		struct level *l = &g->levels[g->nlevels - 1];
		struct group *next = &l->list.all[l->next++];
		double x = l->x + l->acc * g->scale;
		size_t base = g->n;

		l->acc += next->extent;
		add_box(g, next, x, next->extent * g->scale, depth + g->nlevels, false);
		open_level(g, list_below(g, next), x, base);
	}
}

static bool has_self(const struct groups *g, uint32_t node)
{
	return g->values[1][node] || pp_boxes_value(g->values[0], node);
}

/* What the sub-groups of all of the tree sum up to, which has what is the root's own, too. */
static struct group sum_root(const struct groups *g, const struct list *list)
{
	struct group root = {0};

	for (size_t k = 0; k < list->n; k++)
		root.extent += list->all[k].extent;
	for (int side = 0; side < 2; side++) {
		root.total[side] = pp_boxes_value(g->columns.total[side], 0);
		root.self[side] = pp_boxes_value(g->columns.self[side], 0);
	}
	root.extent += pp_flame_ext(g->v->flame, &g->v->measure, g->flame_scale, root.self[0],
				    root.self[1]);
	return root;
}

/* All of the tree bottom-up; the list of its sub-groups is the caller's to free. */
static struct list inverted_root(struct groups *g, struct group *root)
{
	const struct pp_flame *f = g->v->flame;
	struct list list = {0};

	for (uint32_t i = 1; i < f->n; i++) {
		if (has_self(g, i))
			count_member(g, &list, &(struct member){i, i});
	}
	sort_groups(g, &list);
	*root = sum_root(g, &list);
	set_scale(g, root->extent);
	g->n = give_places(g, &list, 0);
	g->members = pp_grow(g->members, &g->cap, g->n, sizeof(*g->members));
	for (uint32_t i = 1; i < f->n; i++) {
		if (has_self(g, i))
			fill_in(g, &list, &(struct member){i, i});
	}
	end_list(g, &list);
	return list;
}

/* The one of its sub-groups that is of a function; empty if there is none. */
static struct list inverted_group(struct groups *g, uint32_t func)
{
	const struct pp_flame *f = g->v->flame;

	for (uint32_t i = 1; i < f->n; i++) {
		if (f->func[i] == func && has_self(g, i))
			add_member(g, i);
	}
	return make_list(g, 0, g->n);
}

static const struct group *find(const struct list *list, uint32_t func)
{
	for (size_t k = 0; k < list->n; k++) {
		if (list->all[k].func == func)
			return &list->all[k];
	}
	return NULL;
}

void pp_boxes_inverted(struct pp_boxes *b, const struct pp_boxes_view *v, const uint32_t *path,
		       size_t npath)
{
	struct groups g;
	struct group root;
	struct list list = {0};
	size_t depth = 0;

	groups_init(&g, b, v);
	g.values = g.columns.self;
	if (npath)
		list = inverted_group(&g, path[0]);
	root = sum_root(&g, &list);
	if (!list.n)
		list = inverted_root(&g, &root);
	for (; depth < npath; depth++) {
		const struct group *next = find(&list, path[depth]);

		if (!next)
			break;
		add_box(&g, &root, 0, v->width, depth, true);
		root = *next;
		free(list.all);
		if (depth + 1 == npath)
			set_scale(&g, root.extent);
		list = list_below(&g, &root);
	}
	place(&g, &root, list, depth);
	groups_release(&g);
}

/* The outermost nodes of a function, which are looked for. */
static void find_outermost(struct groups *g, uint32_t func)
{
	const struct pp_flame *f = g->v->flame;

	for (uint32_t i = 0; i < f->n;) {
		if (f->func[i] != func) {
			i++;
			continue;
		}
		add_member(g, i);
		i = f->end[i];
	}
}

/* The same, when it is known where they are. */
static void take_outermost(struct groups *g, uint32_t func)
{
	const struct pp_flame_places *p = g->v->places;
	uint32_t end = 0;

	for (uint32_t k = p->first[func]; k < p->first[func + 1]; k++) {
		if (p->nodes[k] < end)
			continue;
		add_member(g, p->nodes[k]);
		end = g->v->flame->end[p->nodes[k]];
	}
}

/* The outermost nodes of a function as one group. */
static void middle_of(struct groups *g, uint32_t func, struct group *middle)
{
	if (g->v->places)
		take_outermost(g, func);
	else
		find_outermost(g, func);
	*middle = (struct group){.func = func, .node = PP_NONE, .high = g->n};
	for (size_t i = 0; i < g->n; i++)
		sum_member(g, middle, &g->members[i]);
}

static void sandwich(struct pp_boxes *b, const struct pp_boxes_view *v, uint32_t func, bool callees)
{
	struct groups g;
	struct group middle;

	groups_init(&g, b, v);
	g.values = g.columns.total;
	g.callees = callees;
	middle_of(&g, func, &middle);
	set_scale(&g, middle.extent);
	place(&g, &middle, list_below(&g, &middle), 0);
	groups_release(&g);
}

void pp_boxes_callees(struct pp_boxes *b, const struct pp_boxes_view *v, uint32_t func)
{
	sandwich(b, v, func, true);
}

void pp_boxes_callers(struct pp_boxes *b, const struct pp_boxes_view *v, uint32_t func)
{
	sandwich(b, v, func, false);
}
