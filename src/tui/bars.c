/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/bars.h"

#include <stdlib.h>

#include "base/alloc.h"

void pp_bars_release(struct pp_bars *g)
{
	pp_boxes_release(&g->boxes);
	free(g->parent);
	free(g->first);
	free(g->in_row);
	free(g->place);
	*g = (struct pp_bars){0};
}

/* Boxes come in preorder: the last one of the row before is what a box stands on, and those of a
 * row come from left to right. */
static void find_parents(struct pp_bars *g)
{
	uint32_t *last = pp_xcalloc((size_t)g->nrows + 1, sizeof(*last));

	for (uint32_t i = 0; i < g->boxes.n; i++) {
		uint32_t depth = g->boxes.all[i].depth;

		g->parent[i] = depth ? last[depth - 1] : PP_NONE;
		last[depth] = i;
	}
	free(last);
}

static void sort_rows(struct pp_bars *g)
{
	uint32_t *next = pp_xcalloc((size_t)g->nrows + 1, sizeof(*next));

	for (size_t i = 0; i < g->boxes.n; i++)
		g->first[g->boxes.all[i].depth + 1]++;
	for (uint32_t r = 0; r < g->nrows; r++)
		next[r + 1] = g->first[r + 1] += g->first[r];
	for (uint32_t i = 0; i < g->boxes.n; i++) {
		g->place[i] = next[g->boxes.all[i].depth]++;
		g->in_row[g->place[i]] = i;
	}
	free(next);
}

void pp_bars_take(struct pp_bars *g, struct pp_boxes *boxes)
{
	pp_bars_release(g);
	g->boxes = *boxes;
	for (size_t i = 0; i < boxes->n; i++) {
		if (boxes->all[i].depth >= g->nrows)
			g->nrows = boxes->all[i].depth + 1;
	}
	g->parent = pp_xcalloc(boxes->n + 1, sizeof(*g->parent));
	g->first = pp_xcalloc((size_t)g->nrows + 1, sizeof(*g->first));
	g->in_row = pp_xcalloc(boxes->n + 1, sizeof(*g->in_row));
	g->place = pp_xcalloc(boxes->n + 1, sizeof(*g->place));
	find_parents(g);
	sort_rows(g);
}

/* ---- which is where ---- */

uint32_t pp_bars_at(const struct pp_bars *g, double x, uint32_t row)
{
	uint32_t low, high, box;

	if (row >= g->nrows)
		return PP_NONE;
	low = g->first[row];
	high = g->first[row + 1];
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (g->boxes.all[g->in_row[middle]].x <= x)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == g->first[row])
		return PP_NONE;
	box = g->in_row[low - 1];
	return x < g->boxes.all[box].x + g->boxes.all[box].w ? box : PP_NONE;
}

uint32_t pp_bars_box_of(const struct pp_bars *g, uint32_t node, uint32_t row)
{
	for (uint32_t i = 0; i < g->boxes.n; i++) {
		if (g->boxes.all[i].node == node &&
		    (row == PP_NONE || g->boxes.all[i].depth == row))
			return i;
	}
	return PP_NONE;
}

uint32_t pp_bars_beside(const struct pp_bars *g, uint32_t box, int step)
{
	uint32_t at = g->place[box], row = g->boxes.all[box].depth;

	if (step < 0)
		return at > g->first[row] ? g->in_row[at - 1] : box;
	return at + 1 < g->first[row + 1] ? g->in_row[at + 1] : box;
}

/* Of the siblings of a box, or what stands on it, the first and the end in in_row. */
static void siblings_on(const struct pp_bars *g, uint32_t parent, uint32_t row, uint32_t *from,
			uint32_t *to)
{
	*from = *to = 0;
	if (row >= g->nrows)
		return;
	for (*from = g->first[row]; *from < g->first[row + 1]; (*from)++) {
		if (g->parent[g->in_row[*from]] == parent)
			break;
	}
	for (*to = *from; *to < g->first[row + 1]; (*to)++) {
		if (g->parent[g->in_row[*to]] != parent)
			break;
	}
}

static bool is_wider(const struct pp_box *a, const struct pp_box *b)
{
	/* a run is nothing that one wants to go to */
	if ((a->func == PP_NONE) != (b->func == PP_NONE))
		return b->func == PP_NONE;
	return a->w > b->w;
}

static uint32_t widest_of(const struct pp_bars *g, uint32_t from, uint32_t to)
{
	uint32_t best = g->in_row[from];

	for (uint32_t i = from; i < to; i++) {
		if (is_wider(&g->boxes.all[g->in_row[i]], &g->boxes.all[best]))
			best = g->in_row[i];
	}
	return best;
}

uint32_t pp_bars_child(const struct pp_bars *g, uint32_t box)
{
	uint32_t from, to;

	siblings_on(g, box, g->boxes.all[box].depth + 1, &from, &to);
	return from < to ? widest_of(g, from, to) : box;
}

uint32_t pp_bars_end_sibling(const struct pp_bars *g, uint32_t box, int step)
{
	uint32_t from, to;

	siblings_on(g, g->parent[box], g->boxes.all[box].depth, &from, &to);
	return g->in_row[step < 0 ? from : to - 1];
}

uint32_t pp_bars_lighter(const struct pp_bars *g, uint32_t box)
{
	const struct pp_box *all = g->boxes.all;
	uint32_t from, to, best = PP_NONE;

	siblings_on(g, g->parent[box], all[box].depth, &from, &to);
	for (uint32_t i = from; i < to; i++) {
		uint32_t other = g->in_row[i];
		bool after = all[other].w < all[box].w ||
			     (!(all[other].w > all[box].w) && g->place[other] > g->place[box]);

		if (after && (best == PP_NONE || all[other].w > all[best].w))
			best = other;
	}
	return best == PP_NONE ? widest_of(g, from, to) : best;
}

uint32_t pp_bars_widest(const struct pp_bars *g, uint32_t row)
{
	return widest_of(g, g->first[row], g->first[row + 1]);
}
