/* SPDX-License-Identifier: Apache-2.0 */
/* Another order of children is another preorder: each node's new place follows from the sizes of
 * the siblings before it, and then all columns are moved. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "analyze/flame_state.h"
#include "base/alloc.h"

#define FEW 16 /* children that are sorted without ado */

struct child {
	double extent;
	uint32_t func, node;
};

struct children {
	struct child *all;
	size_t cap;
	uint32_t n;
	bool sorted;
};

/* Falling extent, then rising func, then as they were. */
static int compare(const void *x, const void *y)
{
	const struct child *a = x, *b = y;

	if (a->extent > b->extent || a->extent < b->extent)
		return a->extent > b->extent ? -1 : 1;
	if (a->func != b->func)
		return a->func < b->func ? -1 : 1;
	return a->node < b->node ? -1 : a->node > b->node;
}

static struct child child(const struct pp_flame *f, const double *extents, uint32_t i)
{
	return (struct child){extents ? extents[i] : 0, f->func[i], i};
}

/* Whether each node is in order with the sibling behind it; found out much faster than sorted. */
static bool is_sorted(const struct pp_flame *f, const double *extents)
{
	for (uint32_t i = 1; i < f->n; i++) {
		struct child a = child(f, extents, i), b;

		if (f->end[i] == f->end[f->parent[i]])
			continue;
		b = child(f, extents, f->end[i]);
		if (compare(&a, &b) > 0)
			return false;
	}
	return true;
}

/* The children of a node, with what they are sorted by. */
static void list_children(const struct pp_flame *f, const double *extents, uint32_t parent,
			  struct children *c)
{
	c->n = 0;
	c->sorted = true;
	for (uint32_t i = parent + 1; i < f->end[parent]; i = f->end[i]) {
		c->all = pp_grow(c->all, &c->cap, (size_t)c->n + 1, sizeof(*c->all));
		c->all[c->n] = child(f, extents, i);
		if (c->n && compare(&c->all[c->n - 1], &c->all[c->n]) > 0)
			c->sorted = false;
		c->n++;
	}
}

static void sort_children(struct children *c)
{
	if (c->n > FEW) {
		qsort(c->all, c->n, sizeof(*c->all), compare);
		return;
	}
	for (uint32_t i = 1; i < c->n; i++) {
		struct child child = c->all[i];
		uint32_t k = i;

		for (; k && compare(&c->all[k - 1], &child) > 0; k--)
			c->all[k] = c->all[k - 1];
		c->all[k] = child;
	}
}

static uint32_t *move_numbers(uint32_t *column, const uint32_t *number, uint32_t n)
{
	uint32_t *moved = pp_xrealloc(NULL, n, sizeof(*moved));

	for (uint32_t i = 0; i < n; i++)
		moved[number[i]] = column[i];
	free(column);
	return moved;
}

static int64_t *move_values(int64_t *column, const uint32_t *number, uint32_t n)
{
	int64_t *moved;

	if (!column)
		return NULL;
	moved = pp_xrealloc(NULL, n, sizeof(*moved));
	for (uint32_t i = 0; i < n; i++)
		moved[number[i]] = column[i];
	free(column);
	return moved;
}

static void move_extents(double *extents, const uint32_t *number, uint32_t n)
{
	double *moved = pp_xrealloc(NULL, n, sizeof(*moved));

	for (uint32_t i = 0; i < n; i++)
		moved[number[i]] = extents[i];
	memcpy(extents, moved, n * sizeof(*moved));
	free(moved);
}

static bool *move_flags(bool *column, const uint32_t *number, uint32_t n)
{
	bool *moved = pp_xrealloc(NULL, n, sizeof(*moved));

	for (uint32_t i = 0; i < n; i++)
		moved[number[i]] = column[i];
	free(column);
	return moved;
}

/* Columns that hold places, in terms of the new ones. */
static void renumber(struct pp_flame *f, const uint32_t *number)
{
	for (uint32_t i = 0; i < f->n; i++) {
		f->end[i] += number[i] - i;
		if (i)
			f->parent[i] = number[f->parent[i]];
	}
	for (uint64_t k = 0; k < f->nsamples; k++) {
		if (f->sample_node[k] != PP_NONE)
			f->sample_node[k] = number[f->sample_node[k]];
	}
}

static void rearrange(struct pp_flame *f, const uint32_t *number, double *extents)
{
	renumber(f, number);
	f->parent = move_numbers(f->parent, number, f->n);
	f->func = move_numbers(f->func, number, f->n);
	f->depth = move_numbers(f->depth, number, f->n);
	f->end = move_numbers(f->end, number, f->n);
	f->inlined = move_flags(f->inlined, number, f->n);
	for (uint32_t c = 0; c < f->ncolumns; c++) {
		f->self[c] = move_values(f->self[c], number, f->n);
		f->total[c] = move_values(f->total[c], number, f->n);
	}
	if (extents)
		move_extents(extents, number, f->n);
}

void pp_flame_sort(struct pp_flame *f, enum pp_flame_order order, double *extents)
{
	const double *by = order == PP_FLAME_BY_WEIGHT ? extents : NULL;
	struct children c = {0};
	uint32_t *number;

	if (order == PP_FLAME_BY_INPUT || is_sorted(f, by))
		return;
	number = pp_xcalloc(f->n, sizeof(*number));
	for (uint32_t i = 0; i < f->n; i++) {
		uint32_t next = number[i] + 1;

		list_children(f, by, i, &c);
		if (!c.sorted)
			sort_children(&c);
		for (uint32_t k = 0; k < c.n; k++) {
			uint32_t child = c.all[k].node;

			number[child] = next;
			next += f->end[child] - child;
		}
	}
	free(c.all);
	rearrange(f, number, extents);
	free(number);
}
