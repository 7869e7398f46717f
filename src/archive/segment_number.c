/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/segment_number.h"

#include <stdlib.h>
#include <string.h>

#include "archive/fields.h"
#include "base/alloc.h"

static void order_init(struct pp_segment_order *o, size_t n)
{
	o->to = pp_xcalloc(n, sizeof(*o->to));
	o->from = pp_xcalloc(n, sizeof(*o->from));
	o->n = 0;
	if (n)
		memset(o->to, 0xff, n * sizeof(*o->to));
}

static void order_release(struct pp_segment_order *o)
{
	free(o->to);
	free(o->from);
}

static void give(struct pp_segment_order *o, uint32_t old)
{
	o->from[o->n] = old;
	o->to[old] = o->n++;
}

void pp_segment_put_reference(struct pp_segment_order *o, uint32_t old, struct pp_buf *out)
{
	if (o->to[old] == PP_NONE) {
		give(o, old);
		pp_wire_put_varint(out, 0);
	} else {
		pp_wire_put_varint(out, o->n - o->to[old]);
	}
}

void pp_segment_put_string(struct pp_segment_order *o, uint32_t old, struct pp_buf *out)
{
	if (old == 0) {
		pp_wire_put_varint(out, 0);
	} else if (o->to[old] == PP_NONE) {
		give(o, old);
		pp_wire_put_varint(out, 1);
	} else {
		pp_wire_put_varint(out, (uint64_t)o->n - o->to[old] + 1);
	}
}

struct pp_segment_location_view pp_segment_location_at(const struct pp_segment_tables *t,
						       uint32_t location)
{
	struct pp_str key = pp_strtab_get(&t->locations, location + 1);
	struct pp_segment_location_view l;

	memcpy(&l.head, key.p, sizeof(l.head));
	l.lines = key.p + sizeof(l.head);
	l.nlines = (uint32_t)((key.n - sizeof(l.head)) / sizeof(struct pp_segment_line));
	return l;
}

struct pp_segment_line pp_segment_line_at(const struct pp_segment_location_view *l, uint32_t i)
{
	struct pp_segment_line line;

	memcpy(&line, l->lines + i * sizeof(line), sizeof(line));
	return line;
}

static int three_way(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_locations(const void *a, const void *b, void *tables)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	struct pp_segment_location_view l = pp_segment_location_at(tables, x),
					m = pp_segment_location_at(tables, y);
	int c = three_way(l.head.mapping, m.head.mapping);

	if (c == 0)
		c = three_way(l.head.address, m.head.address);
	return c ? c : three_way(x, y);
}

static void number_locations(struct pp_segment_order *o, const struct pp_segment_tables *t)
{
	uint32_t n = (uint32_t)t->locations.count - 1;

	order_init(o, n);
	for (uint32_t i = 0; i < n; i++)
		o->from[i] = i;
	if (n)
		qsort_r(o->from, n, sizeof(*o->from), compare_locations, (void *)(uintptr_t)t);
	for (uint32_t i = 0; i < n; i++)
		o->to[o->from[i]] = i;
	o->n = n;
}

struct node_sorting {
	const struct pp_segment_node *nodes;
	const uint32_t *location;
};

static int compare_nodes(const void *a, const void *b, void *context)
{
	const struct node_sorting *s = context;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return three_way(s->location[s->nodes[x].location], s->location[s->nodes[y].location]);
}

/* Each node before what it calls, and that before what comes behind it, by location. */
static void number_nodes(struct pp_segment_order *o, const struct pp_segment_tables *t,
			 const uint32_t *location)
{
	const struct pp_segment_node *nodes = pp_segment_nodes(t);
	uint32_t n = (uint32_t)(t->nodes.n / sizeof(*nodes));
	PP_CLEANUP(pp_freep) uint32_t *first = pp_xcalloc(n, sizeof(*first)); /* callee; 0: none */
	PP_CLEANUP(pp_freep) uint32_t *next = pp_xcalloc(n, sizeof(*next));   /* of its caller's */
	PP_CLEANUP(pp_freep) uint32_t *sorted = pp_xcalloc(n, sizeof(*sorted));
	struct node_sorting s = {nodes, location};

	order_init(o, n);
	for (uint32_t i = 1; i < n; i++)
		sorted[i] = i;
	if (n > 1)
		qsort_r(sorted + 1, n - 1, sizeof(*sorted), compare_nodes, &s);
	for (uint32_t i = n; --i;) {
		uint32_t own = sorted[i];

		next[own] = first[nodes[own].parent];
		first[nodes[own].parent] = own;
	}
	give(o, 0);
	for (uint32_t at = 0;;) {
		if (first[at]) {
			at = first[at];
		} else {
			while (at && !next[at])
				at = nodes[at].parent;
			if (!at)
				break;
			at = next[at];
		}
		give(o, at);
	}
}

struct sorting {
	const struct pp_segment_sample *samples;
	const uint32_t *node;
};

/* Samples that occur up to twice as often as each other are taken for equally frequent. */
static int class_of(const struct pp_segment_sample *s)
{
	return __builtin_clz(s->count);
}

static int compare_samples(const void *a, const void *b, void *context)
{
	const struct sorting *s = context;
	const struct pp_segment_sample *x = &s->samples[*(const uint32_t *)a];
	const struct pp_segment_sample *y = &s->samples[*(const uint32_t *)b];

	if (class_of(x) != class_of(y))
		return class_of(x) - class_of(y);
	int c = three_way(s->node[x->node], s->node[y->node]);
	return c ? c : three_way(x->set, y->set);
}

static void number_samples(struct pp_segment_order *o, const struct pp_segment_tables *t,
			   const uint32_t *node)
{
	struct sorting s = {pp_segment_samples(t), node};
	uint32_t n = (uint32_t)(t->samples.n / sizeof(*s.samples));

	order_init(o, n);
	for (uint32_t i = 0; i < n; i++)
		o->from[i] = i;
	if (n)
		qsort_r(o->from, n, sizeof(*o->from), compare_samples, &s);
	for (uint32_t i = 0; i < n; i++)
		o->to[o->from[i]] = i;
	o->n = n;
}

void pp_segment_number_rest(struct pp_segment_order *o, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (o->to[i] == PP_NONE)
			give(o, i);
	}
}

void pp_segment_numbers_init(struct pp_segment_numbers *n, const struct pp_segment_tables *t)
{
	order_init(&n->strings, t->strings.count);
	give(&n->strings, 0);
	number_locations(&n->locations, t);
	order_init(&n->functions, t->functions.count - 1);
	number_nodes(&n->nodes, t, n->locations.to);
	number_samples(&n->samples, t, n->nodes.to);
}

void pp_segment_numbers_release(struct pp_segment_numbers *n)
{
	order_release(&n->strings);
	order_release(&n->functions);
	order_release(&n->locations);
	order_release(&n->nodes);
	order_release(&n->samples);
}
