/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/model.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/map.h"
#include "base/parallel.h"

static void colour_funcs(struct pp_model *m)
{
	free(m->hues);
	m->hues = pp_xcalloc(m->flame->nfuncs, sizeof(*m->hues));
	for (uint32_t i = 0; i < m->flame->nfuncs; i++)
		m->hues[i] = pp_colours_hue(&m->flame->funcs[i]);
}

/* Give back what measure() has made. */
static void forget_measure(struct pp_model *m)
{
	for (uint32_t c = 0; c < m->flame->ncolumns; c++) {
		free(m->flame->total[c]);
		m->flame->total[c] = NULL;
	}
	free(m->extents);
	m->extents = NULL;
	pp_flame_places_release(&m->places);
	for (int side = 0; side < 2; side++) {
		free(m->func_self[side]);
		free(m->func_total[side]);
		m->func_self[side] = m->func_total[side] = NULL;
	}
}

static void measure_nodes(struct pp_model *m)
{
	m->extents = pp_flame_extents(m->flame, &m->in.measure);
}

static void measure_funcs(struct pp_model *m)
{
	struct pp_flame *f = m->flame;
	uint32_t type = m->in.measure.type, before = pp_flame_before(f, type);

	pp_flame_table(f, pp_flame_after(f, type), &m->func_self[1], &m->func_total[1]);
	if (before != PP_NONE)
		pp_flame_table(f, before, &m->func_self[0], &m->func_total[0]);
}

/* What can be measured side by side, when totals are there. */
struct measuring {
	struct pp_model *m;
	struct pp_queue parts;
};

static void measure_parts(void *context, unsigned worker PP_UNUSED)
{
	static void (*const parts[])(struct pp_model * m) = {measure_nodes, measure_funcs};
	struct measuring *job = context;
	uint32_t part;

	while ((part = pp_queue_take(&job->parts)) != UINT32_MAX)
		parts[part](job->m);
}

/* Everything that follows from the measure; siblings get into the order that goes with it. */
static void measure(struct pp_model *m)
{
	struct pp_flame *f = m->flame;
	uint32_t before = pp_flame_before(f, m->in.measure.type);
	uint32_t after = pp_flame_after(f, m->in.measure.type);
	struct measuring job = {.m = m, .parts.count = 2};

	forget_measure(m);
	m->total[0] = before == PP_NONE ? 0 : pp_flame_total(f, before)[0];
	m->total[1] = pp_flame_total(f, after)[0];
	pp_parallel_run(pp_model_workers(m, job.parts.count), measure_parts, &job);
	pp_flame_sort(f, m->in.order, m->extents);
	m->scale = pp_flame_scale(f, &m->in.measure);
	m->is_diff = before != PP_NONE;
	if (m->is_diff)
		pp_flame_diff_init(&m->diff, f, m->in.view, &m->in.measure, m->in.by_self);
}

void pp_model_init(struct pp_model *m, const struct pp_model_input *in)
{
	*m = (struct pp_model){.in = *in, .flame = in->flame};
	measure(m);
	colour_funcs(m);
	pp_zooms_init(&m->zooms);
	m->changed = PP_CHANGED_TREE | PP_CHANGED_FUNCS;
	pp_search_update_zoom(m);
}

static void free_flame(struct pp_flame *f)
{
	pp_flame_release(f);
	free(f);
}

void pp_model_release(struct pp_model *m)
{
	pp_search_release(&m->search);
	pp_zooms_release(&m->zooms);
	forget_measure(m);
	free(m->kept.path);
	free(m->hues);
	free_flame(m->flame);
	*m = (struct pp_model){0};
}

/* ---- paths ---- */

uint32_t *pp_model_path(const struct pp_model *m, uint32_t node)
{
	const struct pp_flame *f = m->flame;
	uint32_t n = f->depth[node];
	uint32_t *path = pp_xcalloc((size_t)n + 1, sizeof(*path));

	for (; n; node = f->parent[node])
		path[--n] = f->func[node];
	return path;
}

static uint32_t child_of(const struct pp_flame *f, uint32_t node, uint32_t func)
{
	for (uint32_t c = node + 1; c < f->end[node]; c = f->end[c]) {
		if (f->func[c] == func)
			return c;
	}
	return PP_NONE;
}

uint32_t pp_model_find(const struct pp_model *m, const uint32_t *path, size_t n)
{
	uint32_t node = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t child = child_of(m->flame, node, path[i]);

		if (child == PP_NONE)
			break;
		node = child;
	}
	return node;
}

/* ---- changes of the tree ---- */

static void keep_selection(struct pp_model *m)
{
	if (m->kept.path || m->node == PP_NONE)
		return;
	m->kept = (struct pp_model_kept){pp_model_path(m, m->node), m->flame->depth[m->node]};
}

static void restore_selection(struct pp_model *m)
{
	if (m->kept.path)
		pp_model_select(m, pp_model_find(m, m->kept.path, m->kept.n));
	else
		m->picked.count = 0; /* what a function sums up to was of the other tree */
	free(m->kept.path);
	m->kept = (struct pp_model_kept){0};
}

void pp_model_rest(struct pp_model *m)
{
	keep_selection(m);
	forget_measure(m);
}

void pp_model_measure(struct pp_model *m)
{
	measure(m);
	restore_selection(m);
}

/* Measure the same tree anew. */
static void remeasure(struct pp_model *m)
{
	keep_selection(m);
	pp_model_measure(m);
	pp_zooms_remap(m, NULL);
	pp_search_update(m, false);
	m->changed |= PP_CHANGED_TREE;
}

void pp_model_set_type(struct pp_model *m, uint32_t type)
{
	if (type >= m->flame->ntypes || type == m->in.measure.type)
		return;
	m->in.measure.type = type;
	remeasure(m);
}

void pp_model_set_order(struct pp_model *m, enum pp_flame_order order)
{
	m->in.order = order;
	remeasure(m);
}

void pp_model_set_width(struct pp_model *m, enum pp_flame_width width)
{
	m->in.measure.width = width;
	remeasure(m);
}

void pp_model_set_delta(struct pp_model *m, bool by_self)
{
	m->in.by_self = by_self;
	pp_flame_diff_init(&m->diff, m->flame, m->in.view, &m->in.measure, by_self);
	m->changed |= PP_CHANGED_LOOK;
}

void pp_model_change(struct pp_model *m, void (*change)(void *context, struct pp_flame *f),
		     void *context)
{
	pp_model_rest(m);
	change(context, m->flame);
	pp_model_measure(m);
	m->search.nhits = 0; /* of the old tree */
	pp_zooms_remap(m, NULL);
	pp_search_update(m, false);
	m->changed |= PP_CHANGED_TREE;
}

struct pp_str pp_model_func_ref(const struct pp_flame_func *f, struct pp_buf *buf)
{
	pp_buf_clear(buf);
	pp_buf_add(buf, f->name.p, f->name.n);
	pp_buf_char(buf, '\0');
	pp_buf_add(buf, f->file.p, f->file.n);
	pp_buf_char(buf, '\0');
	pp_buf_add(buf, f->object.p, f->object.n);
	return pp_buf_view(buf);
}

/* [nfuncs of `from`]: the func of each in `to`. The caller frees. */
static uint32_t *match_up(const struct pp_flame *from, const struct pp_flame *to)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf buf = PP_BUF_INIT;
	uint32_t *func_of = pp_xcalloc(from->nfuncs, sizeof(*func_of));
	struct pp_strtab names;
	uint32_t *func_at = pp_xcalloc((size_t)to->nfuncs + 1, sizeof(*func_at));

	pp_strtab_init(&names);
	for (uint32_t i = 1; i < to->nfuncs; i++)
		func_at[pp_strtab_add(&names, pp_model_func_ref(&to->funcs[i], &buf))] = i;
	for (uint32_t i = 1; i < from->nfuncs; i++) {
		uint32_t at = pp_strtab_find(&names, pp_model_func_ref(&from->funcs[i], &buf));

		func_of[i] = at == PP_MAP_NONE ? PP_NONE : func_at[at];
	}
	pp_strtab_release(&names);
	free(func_at);
	return func_of;
}

static void remap_path(uint32_t *path, size_t *n, const uint32_t *func_of)
{
	for (size_t i = 0; i < *n; i++) {
		path[i] = func_of[path[i]];
		if (path[i] == PP_NONE)
			*n = i;
	}
}

/* The type of another profile that goes by the name of the one that is shown. */
static uint32_t same_type(const struct pp_model *m, const struct pp_view *view)
{
	const struct pp_profile *p = view->profile;
	struct pp_str name = pp_model_type(m, m->in.measure.type);

	for (uint32_t i = 0; i < p->nsample_types; i++) {
		if (pp_str_eq(pp_profile_str(p, p->sample_types[i].type), name))
			return i;
	}
	return view->index;
}

struct pp_flame *pp_model_exchange(struct pp_model *m, struct pp_flame *flame,
				   const struct pp_view *view)
{
	struct pp_flame *old = m->flame;
	uint32_t *func_of = match_up(old, flame);

	m->in.measure.type = same_type(m, view);
	pp_model_rest(m);
	m->flame = m->in.flame = flame;
	m->in.view = view;
	measure(m);
	colour_funcs(m);
	m->func = m->func == PP_NONE ? PP_NONE : func_of[m->func];
	remap_path(m->kept.path, &m->kept.n, func_of);
	remap_path(m->search.back, &m->search.nback, func_of);
	restore_selection(m);
	m->search.nhits = 0; /* of the old tree */
	pp_zooms_remap(m, func_of);
	pp_search_update(m, true); /* of what is zoomed to */
	m->changed |= PP_CHANGED_TREE | PP_CHANGED_FUNCS;
	free(func_of);
	return old;
}

void pp_model_replace(struct pp_model *m, struct pp_flame *flame, const struct pp_view *view)
{
	free_flame(pp_model_exchange(m, flame, view));
}

/* ---- the selection ---- */

static int64_t value_at(const int64_t *column, uint32_t node)
{
	return column ? column[node] : 0;
}

struct pp_box pp_model_box(const struct pp_model *m, uint32_t node)
{
	const struct pp_flame *f = m->flame;
	struct pp_box b = {
		.node = node, .func = f->func[node], .depth = f->depth[node], .count = 1};
	uint32_t columns[2] = {pp_flame_before(f, m->in.measure.type),
			       pp_flame_after(f, m->in.measure.type)};

	for (int side = 0; side < 2; side++) {
		if (columns[side] == PP_NONE)
			continue;
		b.total[side] = value_at(f->total[columns[side]], node);
		b.self[side] = value_at(f->self[columns[side]], node);
	}
	return b;
}

struct pp_box pp_model_func_box(const struct pp_model *m, uint32_t func)
{
	struct pp_box b = {.node = PP_NONE, .func = func, .count = 1};

	for (int side = 0; side < 2; side++) {
		if (!m->func_total[side])
			continue;
		b.total[side] = m->func_total[side][func];
		b.self[side] = m->func_self[side][func];
	}
	return b;
}

static void pick(struct pp_model *m, uint32_t node, uint32_t func, const struct pp_box *b)
{
	if (m->node != node || m->func != func)
		m->changed |= PP_CHANGED_SELECTION;
	m->node = node;
	m->func = func;
	m->picked = b ? *b : (struct pp_box){0};
}

void pp_model_select(struct pp_model *m, uint32_t node)
{
	struct pp_box b;

	if (node == PP_NONE) {
		pick(m, PP_NONE, PP_NONE, NULL);
		return;
	}
	b = pp_model_box(m, node);
	pick(m, node, b.func, &b);
}

void pp_model_select_func(struct pp_model *m, uint32_t func)
{
	pick(m, PP_NONE, func, NULL);
}

void pp_model_select_box(struct pp_model *m, const struct pp_box *b)
{
	pick(m, b->node, b->func, b);
}

unsigned pp_model_workers(const struct pp_model *m, unsigned parts)
{
	unsigned n = pp_parallel_workers((uint64_t)m->flame->n * sizeof(*m->extents));

	return n < parts ? n : parts;
}

const struct pp_flame_places *pp_model_places(struct pp_model *m)
{
	if (!m->places.first)
		pp_flame_places_init(&m->places, m->flame);
	return &m->places;
}

uint32_t pp_model_widest(const struct pp_model *m, uint32_t func)
{
	uint32_t best = PP_NONE;

	for (uint32_t i = 0; i < m->flame->n; i++) {
		if (m->flame->func[i] == func &&
		    (best == PP_NONE || m->extents[i] > m->extents[best]))
			best = i;
	}
	return best;
}

struct pp_boxes_view pp_model_boxes_view(const struct pp_model *m, double width, double min)
{
	return (struct pp_boxes_view){.flame = m->flame,
				      .measure = m->in.measure,
				      .order = m->in.order,
				      .extents = m->extents,
				      .width = width,
				      .min = min};
}
