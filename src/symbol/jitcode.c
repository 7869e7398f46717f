/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of code that changes. */
#include <config.h>

#include "symbol/jitcode.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/compiler.h"

/* How many entries a search looks at, for tables made to have no end of overlaps. */
#define MAX_LOOKS (64u << 10)

void pp_jitcode_init(struct pp_jitcode *c)
{
	*c = (struct pp_jitcode){0};
	pp_strtab_init(&c->strings);
}

void pp_jitcode_release(struct pp_jitcode *c)
{
	free(c->entries);
	free(c->reach);
	free(c->lines);
	pp_strtab_release(&c->strings);
	*c = (struct pp_jitcode){0};
}

void pp_jitcode_add(struct pp_jitcode *c, struct pp_jitcode_entry e)
{
	e.order = (uint32_t)c->n;
	c->entries = pp_grow(c->entries, &c->cap, c->n + 1, sizeof(*c->entries));
	c->entries[c->n++] = e;
}

static int by_start(const void *x, const void *y)
{
	const struct pp_jitcode_entry *a = x, *b = y;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

static void sort(struct pp_jitcode *c)
{
	if (c->n)
		qsort(c->entries, c->n, sizeof(*c->entries), by_start);
}

/* ---- Flattening: a heap of the entries that have begun, the last on top ---- */

struct heap {
	const struct pp_jitcode_entry *entries;
	uint32_t *of; /* entries */
	size_t n;
};

static bool above(const struct heap *h, size_t a, size_t b)
{
	return h->entries[h->of[a]].order > h->entries[h->of[b]].order;
}

static void swap(struct heap *h, size_t a, size_t b)
{
	uint32_t other = h->of[a];

	h->of[a] = h->of[b];
	h->of[b] = other;
}

static void push(struct heap *h, uint32_t entry)
{
	size_t i = h->n++;

	h->of[i] = entry;
	for (; i && above(h, i, (i - 1) / 2); i = (i - 1) / 2)
		swap(h, i, (i - 1) / 2);
}

static void pop(struct heap *h)
{
	size_t i = 0;

	h->of[0] = h->of[--h->n];
	for (;;) {
		size_t best = i;

		for (size_t child = 2 * i + 1; child <= 2 * i + 2; child++) {
			if (child < h->n && above(h, child, best))
				best = child;
		}
		if (best == i)
			return;
		swap(h, i, best);
		i = best;
	}
}

/* Append what the topmost entry has from `at` up to where the next entry begins. Where nothing is,
 * or all that has begun has ended, it goes to the next. */
static void flatten_until(struct heap *h, uint64_t at, uint64_t next, struct pp_jitcode *flat)
{
	while (h->n && at < next) {
		const struct pp_jitcode_entry *top = &h->entries[h->of[0]];
		struct pp_jitcode_entry piece = *top;

		if (top->limit <= at) {
			pop(h);
			continue;
		}
		piece.start = at;
		if (piece.limit > next)
			piece.limit = next;
		at = piece.limit;
		pp_jitcode_add(flat, piece);
	}
}

void pp_jitcode_flatten(struct pp_jitcode *c)
{
	PP_CLEANUP(pp_freep) uint32_t *room = pp_xcalloc(c->n + 1, sizeof(*room));
	struct heap h = {.of = room};
	struct pp_jitcode flat = {0};

	sort(c);
	h.entries = c->entries;
	for (size_t i = 0; i < c->n;) {
		uint64_t at = c->entries[i].start;

		for (; i < c->n && c->entries[i].start == at; i++)
			push(&h, (uint32_t)i);
		flatten_until(&h, at, i < c->n ? c->entries[i].start : UINT64_MAX, &flat);
	}
	free(c->entries);
	c->entries = flat.entries;
	c->n = flat.n;
	c->cap = flat.cap;
}

void pp_jitcode_seal(struct pp_jitcode *c)
{
	uint64_t reach = 0;

	sort(c);
	c->reach = pp_xcalloc(c->n + 1, sizeof(*c->reach));
	for (size_t i = 0; i < c->n; i++) {
		if (c->entries[i].limit > reach)
			reach = c->entries[i].limit;
		c->reach[i] = reach;
	}
}

/* Whether `a` answers rather than `b`, at a time. */
static bool better(const struct pp_jitcode_entry *a, const struct pp_jitcode_entry *b,
		   uint64_t time)
{
	bool a_was = a->time <= time, b_was = b->time <= time;

	if (a_was != b_was)
		return a_was;
	if (a->time != b->time)
		return a_was ? a->time > b->time : a->time < b->time;
	return a->order > b->order;
}

const struct pp_jitcode_entry *pp_jitcode_find(const struct pp_jitcode *c, uint64_t address,
					       uint64_t time)
{
	const struct pp_jitcode_entry *found = NULL;
	size_t lo = 0, hi = c->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (c->entries[mid].start <= address)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (size_t looks = 0; lo > 0 && c->reach[lo - 1] > address && looks < MAX_LOOKS; looks++) {
		const struct pp_jitcode_entry *e = &c->entries[--lo];

		if (address < e->limit && (!found || better(e, found, time)))
			found = e;
	}
	return found;
}

const struct pp_jitline *pp_jitcode_line(const struct pp_jitcode *c,
					 const struct pp_jitcode_entry *e, uint64_t address)
{
	size_t lo = 0, hi = e->nlines;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (c->lines[e->line + mid].at <= address)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo ? &c->lines[e->line + lo - 1] : NULL;
}
