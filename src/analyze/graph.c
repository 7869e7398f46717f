/* SPDX-License-Identifier: Apache-2.0 */
/* Choosing rows in steps, with their calls counted anew after each. */
#include <config.h>

#include "analyze/graph.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/calltree.h"
#include "analyze/entropy.h"
#include "analyze/flat.h"
#include "analyze/forest.h"
#include "analyze/redundant.h"
#include "base/alloc.h"
#include "base/magnitude.h"

#define SHOWN_TAGS 4 /* of a row, as far as they count as rows */

/* A row in the making. */
struct member {
	struct pp_row row;
	uint32_t place; /* a node of the view, or of the tree */
	uint32_t rank;	/* its row in the tags */
	int64_t score;
};

struct builder {
	struct pp_graph *g;
	const struct pp_view *view;
	const struct pp_graph_options *o;
	struct pp_flat flat, divisors; /* unless for a tree */
	struct pp_calltree tree;
	struct pp_forest forest;
	uint32_t nplaces;
	bool *keep;		/* per place: a member */
	struct member *members; /* rows first */
	int64_t node_cutoff;
};

static struct pp_row row_of_place(const struct builder *b, uint32_t place)
{
	if (b->o->call_tree) {
		const struct pp_calltree_node *t = &b->tree.all[place];

		return (struct pp_row){.node = t->node,
				       .flat = t->flat,
				       .cum = t->cum,
				       .flat_value = pp_calltree_flat(&b->tree, place),
				       .cum_value = pp_calltree_cum(&b->tree, place)};
	}
	const struct pp_flat_cell *c = &b->flat.cells[place];
	const struct pp_flat_cell *div = b->view->mean ? &b->divisors.cells[place] : NULL;

	return (struct pp_row){.node = place,
			       .flat = c->flat,
			       .cum = c->cum,
			       .flat_value = pp_view_mean(c->flat, div ? div->flat : 0),
			       .cum_value = pp_view_mean(c->cum, div ? div->cum : 0)};
}

static bool is_row(const struct builder *b, const struct pp_row *r)
{
	if (r->flat == 0 && r->cum == 0)
		return false;
	if (!b->o->rows.drop_negative)
		return true;
	return !(r->flat < 0 || (r->flat == 0 && r->cum < 0));
}

/* Count costs per place, and the total. */
static int count(struct builder *b, struct pp_err *err)
{
	struct pp_view divisor = *b->view;
	struct pp_total total;

	if (b->o->call_tree) {
		if (pp_calltree_init(&b->tree, b->view, err))
			return -1;
		total = pp_total_of(b->view);
		b->nplaces = b->tree.n;
	} else {
		pp_flat_init(&b->flat, b->view);
		divisor.index = 0;
		if (b->view->mean)
			pp_flat_init(&b->divisors, &divisor);
		total = b->flat.total;
		b->nplaces = b->flat.n;
	}
	b->g->overflow = total.overflow;
	b->g->rows.total = pp_total_value(&total);
	return 0;
}

static void set_bounds(struct builder *b)
{
	const struct pp_rows_options *o = &b->o->rows;
	struct pp_rows *rows = &b->g->rows;
	int64_t listed = 0;

	for (uint32_t i = 0; i < b->nplaces; i++) {
		struct pp_row r = row_of_place(b, i);

		if (is_row(b, &r))
			listed = pp_wrap_add(listed, r.flat);
	}
	b->node_cutoff = pp_magnitude(pp_fraction_of(listed, o->nodefraction));
	rows->edge_cutoff = pp_magnitude(pp_fraction_of(listed, o->edgefraction));
	rows->dropped_cum = pp_magnitude(pp_fraction_of(rows->total, o->nodefraction));
	rows->dropped_edge = pp_magnitude(pp_fraction_of(rows->total, o->edgefraction));
}

static void add_member(struct builder *b, uint32_t place, const struct pp_row *row)
{
	b->keep[place] = true;
	b->members[b->g->rows.members++] = (struct member){.row = *row, .place = place};
}

/* All places that are rows, but those below the cutoff; behind them the others, which still take
 * part in calls. A graph has these only as long as nothing is dropped: then it is made anew from
 * the rows. */
static void choose_members(struct builder *b)
{
	struct pp_rows *rows = &b->g->rows;

	b->keep = pp_xcalloc(b->nplaces, sizeof(*b->keep));
	b->members = pp_xcalloc(b->nplaces, sizeof(*b->members));
	for (uint32_t i = 0; i < b->nplaces; i++) {
		struct pp_row r = row_of_place(b, i);

		if (!is_row(b, &r))
			continue;
		if (b->node_cutoff > 0 && pp_magnitude(r.cum) < b->node_cutoff)
			rows->dropped++;
		else
			add_member(b, i, &r);
	}
	rows->n = rows->candidates = rows->members;
	for (uint32_t i = 0; i < b->nplaces && (b->o->call_tree || !rows->dropped); i++) {
		struct pp_row r = row_of_place(b, i);

		if (!is_row(b, &r) && (b->o->call_tree || b->flat.cells[i].touched))
			add_member(b, i, &r);
	}
}

/* The rows as they are now in order. */
static void fill_rows(struct builder *b)
{
	struct pp_rows *rows = &b->g->rows;

	rows->all = pp_xrealloc(rows->all, rows->members, sizeof(*rows->all));
	for (uint32_t i = 0; i < rows->members; i++)
		rows->all[i] = b->members[i].row;
}

static void collect_from_tree(struct builder *b)
{
	struct pp_edges *e = &b->g->edges;
	uint32_t *row_of = pp_xcalloc(b->nplaces, sizeof(*row_of));

	for (uint32_t i = 0; i < b->g->rows.members; i++)
		row_of[b->members[i].place] = i;
	e->all = pp_xcalloc(b->forest.n, sizeof(*e->all));
	for (uint32_t i = 0; i < b->forest.n; i++) {
		const struct pp_forest_node *node = &b->forest.all[i];

		if (node->parent == PP_NONE)
			continue;
		e->all[e->n++] = (struct pp_edge){
			.src = row_of[b->forest.all[node->parent].place],
			.dest = row_of[node->place],
			.weight = b->tree.all[node->place].cum,
			.div = b->tree.divs ? b->tree.divs[node->place].cum : 0,
			.inlined = node->inlined,
			.residual = node->residual,
		};
	}
	free(row_of);
}

/* All calls between the members, however small. */
static void connect(struct builder *b)
{
	struct pp_graph *g = b->g;
	int64_t cutoff = g->rows.edge_cutoff;

	fill_rows(b);
	pp_edges_release(&g->edges);
	if (b->o->call_tree) {
		pp_forest_reduce(&b->forest, b->keep);
		collect_from_tree(b);
	} else {
		g->rows.edge_cutoff = INT64_MIN;
		pp_edges_collect(&g->edges, b->view, &g->rows);
		g->rows.edge_cutoff = cutoff;
	}
	pp_edges_arrange(&g->edges, b->view->nodes, &g->rows);
}

static int by_magnitude(int64_t a, int64_t b)
{
	a = pp_magnitude(a);
	b = pp_magnitude(b);
	return a > b ? -1 : a < b;
}

static int compare_members(const void *x, const void *y, void *context)
{
	const struct member *a = x, *m = y;
	const struct builder *b = context;
	const struct pp_nodes *nodes = b->view->nodes;
	bool by_flat = !b->o->visual && !b->o->rows.cum;
	int c = by_magnitude(a->score, m->score);

	if (c == 0)
		c = pp_str_cmp(pp_nodes_name(nodes, a->row.node),
			       pp_nodes_name(nodes, m->row.node));
	if (c == 0)
		c = by_flat ? by_magnitude(a->row.cum, m->row.cum)
			    : by_magnitude(a->row.flat, m->row.flat);
	if (c == 0)
		c = pp_nodes_cmp(nodes, a->row.node, m->row.node);
	/* of a call tree, where pprof leaves the order open */
	if (c == 0)
		c = by_magnitude(a->row.cum, m->row.cum);
	return c ? c : a->place < m->place ? -1 : a->place > m->place;
}

static int64_t score_of(const struct builder *b, uint32_t i)
{
	const struct pp_row *r = &b->members[i].row;

	if (b->o->visual)
		return pp_entropy_score(&b->g->rows, &b->g->edges, i);
	return b->o->rows.cum ? r->cum : r->flat;
}

/* Sort the rows, and let the calls refer to where they are then. */
static void sort(struct builder *b)
{
	struct pp_graph *g = b->g;
	uint32_t *now = pp_xcalloc(g->rows.members, sizeof(*now));

	for (uint32_t i = 0; i < g->rows.members; i++)
		b->members[i].rank = i;
	for (uint32_t i = 0; i < g->rows.n; i++)
		b->members[i].score = score_of(b, i);
	qsort_r(b->members, g->rows.n, sizeof(*b->members), compare_members, b);
	for (uint32_t i = 0; i < g->rows.members; i++)
		now[b->members[i].rank] = i;
	for (size_t i = 0; i < g->edges.n; i++) {
		g->edges.all[i].src = now[g->edges.all[i].src];
		g->edges.all[i].dest = now[g->edges.all[i].dest];
	}
	free(now);
	fill_rows(b);
	pp_edges_arrange(&g->edges, b->view->nodes, &g->rows);
}

/* Find the tags of the first n rows, which take their ranks from it. */
static int find_tags(struct builder *b, uint32_t n, struct pp_err *err)
{
	uint32_t *row_of = pp_xrealloc(NULL, b->nplaces, sizeof(*row_of));
	struct pp_node_tags_options o = {
		.tree = b->o->call_tree ? &b->tree : NULL,
		.row_of = row_of,
		.nrows = n,
		.unit = b->o->unit,
		.cutoff = b->node_cutoff,
	};

	memset(row_of, 0xff, b->nplaces * sizeof(*row_of));
	for (uint32_t i = 0; i < n; i++)
		row_of[b->members[i].place] = i;
	int rc = pp_node_tags_init(&b->g->tags, b->view, &o, err);
	free(row_of);
	return rc;
}

/* How many rows fit into `nodecount`, if each takes its tags along. */
static uint32_t count_fitting(const struct builder *b, uint32_t n)
{
	uint64_t room = b->o->rows.nodecount, used = 0;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t tags = pp_node_tags_count(&b->g->tags, i);

		used += 1 + (tags < SHOWN_TAGS ? tags : SHOWN_TAGS);
		if (used >= room)
			return i + 1;
	}
	return n;
}

/* In a tree, small calls are cut before rows are left out: what was below is then a root. */
static void cut_forest(struct builder *b)
{
	for (uint32_t i = 0; i < b->forest.n; i++) {
		struct pp_forest_node *node = &b->forest.all[i];
		struct pp_row r = row_of_place(b, node->place);

		if (is_row(b, &r) && pp_magnitude(r.cum) < b->g->rows.edge_cutoff)
			node->parent = PP_NONE;
	}
}

/* Leave only the first n rows. */
static void cut_rows(struct builder *b, uint32_t n)
{
	struct pp_rows *rows = &b->g->rows;
	uint32_t unlisted = b->o->call_tree ? rows->members - rows->n : 0;

	if (b->o->call_tree)
		cut_forest(b);
	for (uint32_t i = n; i < rows->n; i++)
		b->keep[b->members[i].place] = false;
	memmove(b->members + n, b->members + rows->n, unlisted * sizeof(*b->members));
	rows->n = n;
	rows->members = n + unlisted;
	connect(b);
}

/* Take out calls, and order the rest. */
static void drop_edges(struct builder *b, const bool *drop)
{
	struct pp_edges *e = &b->g->edges;
	size_t n = 0;

	for (size_t i = 0; i < e->n; i++) {
		if (!drop[i])
			e->all[n++] = e->all[i];
	}
	e->n = n;
	pp_edges_arrange(e, b->view->nodes, &b->g->rows);
}

static size_t drop_small_edges(struct builder *b)
{
	struct pp_edges *e = &b->g->edges;
	PP_CLEANUP(pp_freep) bool *drop = pp_xcalloc(e->n, sizeof(*drop));
	size_t dropped = 0;

	for (size_t i = 0; i < e->n; i++) {
		drop[i] = e->all[i].dest < b->g->rows.n &&
			  pp_magnitude(e->all[i].weight) < b->g->rows.edge_cutoff;
		dropped += drop[i];
	}
	drop_edges(b, drop);
	return dropped;
}

static void drop_redundant_edges(struct builder *b)
{
	PP_CLEANUP(pp_freep) bool *drop = pp_xcalloc(b->g->edges.n, sizeof(*drop));

	pp_redundant_find(&b->g->edges, &b->g->rows, drop);
	drop_edges(b, drop);
}

/* From all rows in order of what they tell to those that are drawn. */
static int trim(struct builder *b, struct pp_err *err)
{
	struct pp_graph *g = b->g;
	uint64_t nodecount = b->o->rows.nodecount;
	uint32_t n = nodecount && nodecount < g->rows.n ? (uint32_t)nodecount : g->rows.n;
	uint32_t fitting, *rank;

	if (find_tags(b, n, err))
		return -1;
	fitting = nodecount ? count_fitting(b, n) : n;
	rank = pp_xcalloc(b->nplaces, sizeof(*rank));
	for (uint32_t i = 0; i < n; i++)
		rank[b->members[i].place] = i;
	bool all = fitting == g->rows.n;
	if (!all) {
		cut_rows(b, fitting);
		sort(b);
	}
	g->tag_row = pp_xcalloc(g->rows.n, sizeof(*g->tag_row));
	for (uint32_t i = 0; i < g->rows.n; i++)
		g->tag_row[i] = rank[b->members[i].place];
	free(rank);
	size_t dropped = drop_small_edges(b);
	/* as in pprof, which has cut these before it would count them */
	g->rows.dropped_calls = nodecount && all ? 0 : dropped;
	drop_redundant_edges(b);
	return 0;
}

static void note_callers(struct builder *b)
{
	struct pp_graph *g = b->g;

	g->caller = pp_xcalloc(g->rows.members, sizeof(*g->caller));
	for (uint32_t i = 0; i < g->rows.members; i++)
		g->caller[i] = b->o->call_tree ? b->tree.all[b->members[i].place].parent : PP_NONE;
}

static int build(struct builder *b, struct pp_err *err)
{
	struct pp_rows *rows = &b->g->rows;

	if (count(b, err))
		return -1;
	set_bounds(b);
	choose_members(b);
	if (b->o->call_tree)
		pp_forest_init(&b->forest, &b->tree);
	connect(b);
	sort(b);
	if (!b->o->visual)
		drop_small_edges(b);
	else if (trim(b, err))
		return -1;
	note_callers(b);
	for (uint32_t i = 0; i < rows->n; i++)
		rows->shown_flat = pp_wrap_add(rows->shown_flat, rows->all[i].flat_value);
	return 0;
}

int pp_graph_init(struct pp_graph *g, const struct pp_view *v, const struct pp_graph_options *o,
		  struct pp_err *err)
{
	struct builder b = {.g = g, .view = v, .o = o};

	*g = (struct pp_graph){0};
	int rc = build(&b, err);
	pp_flat_release(&b.flat);
	pp_flat_release(&b.divisors);
	pp_calltree_release(&b.tree);
	pp_forest_release(&b.forest);
	free(b.keep);
	free(b.members);
	return rc;
}

void pp_graph_release(struct pp_graph *g)
{
	pp_rows_release(&g->rows);
	pp_edges_release(&g->edges);
	pp_node_tags_release(&g->tags);
	free(g->tag_row);
	free(g->caller);
	*g = (struct pp_graph){0};
}
