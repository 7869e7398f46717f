/* SPDX-License-Identifier: Apache-2.0 */
/* Counting calls. */
#include <config.h>

#include "analyze/calls.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/magnitude.h"
#include "base/parallel.h"
#include "profile/walk.h"

#define FIRST_BITS  10
#define LIST_FRAMES 254
#define HIDDEN	    UINT32_MAX	/* a location without rows; a node that is none; not wanted */
#define MANY	    0x80000000u /* | position in `many` */
#define LAST_EPOCH  ((1u << 30) - 1)

/* A frame is row << 3 with these bits. */
enum {
	INLINED = 1, /* an inner line of its location */
	AFTER = 2,   /* frames of its location on the side of the root are not rows */
	BEFORE = 4,  /* it is the last row of its location, and frames further in are none */
};

/* The frames of a location that are rows, outermost first. */
struct pair {
	uint32_t first;	 /* or MANY | the position in `many` of a run */
	uint32_t second; /* HIDDEN: there is none */
};

/* The locations in terms of rows, and the callees that are looked at. */
struct table {
	const struct pp_view *view;
	uint32_t *row_of_node; /* HIDDEN: not a row */
	uint32_t *number;      /* per row: its number among the wanted of this pass, or HIDDEN */
	uint32_t *wanted;      /* rows */
	uint32_t nwanted;
	/* One bit per location: it stands for some row. Few do, though the hottest, and the bits
	 * fit into the nearest cache. */
	uint64_t *shown;
	uint32_t *pair_of; /* per location that does: its place in pairs */
	struct pair *pairs;
	size_t npairs, pairs_cap;
	uint32_t *many; /* runs: how many frames, then these, outermost first */
	size_t nmany, many_cap;
};

struct pass {
	PP_PER_WORKER struct pp_calls calls;
	const struct table *table;
	uint32_t epoch; /* of the current sample, from 1 */
	int64_t value, div;
};

static size_t find_slot(const struct pp_calls *t, uint32_t key)
{
	/* multiplicative hashing: the high bits of the product */
	size_t i = (size_t)((key * t->multiplier) >> (64 - t->bits));

	while (t->slots[i].key && t->slots[i].key != key)
		i = (i + 1) & (((size_t)1 << t->bits) - 1);
	return i;
}

static void release_calls(struct pp_calls *t)
{
	free(t->slots);
	free(t->divs);
}

static void grow(struct pp_calls *t, bool with_divs)
{
	struct pp_calls old = *t;

	t->bits = old.bits ? old.bits + 1 : FIRST_BITS;
	t->multiplier = pp_hash_seed() | 1;
	t->slots = pp_xcalloc((size_t)1 << t->bits, sizeof(*t->slots));
	t->divs = with_divs ? pp_xcalloc((size_t)1 << t->bits, sizeof(*t->divs)) : NULL;
	for (size_t i = 0; i < pp_calls_slots(&old); i++) {
		if (!old.slots[i].key)
			continue;
		size_t to = find_slot(t, old.slots[i].key);
		t->slots[to] = old.slots[i];
		if (with_divs)
			t->divs[to] = old.divs[i];
	}
	release_calls(&old);
}

/* The slot of a call, new with no weight if it was not there. */
static inline size_t put_call(struct pp_calls *t, uint32_t key, bool with_divs)
{
	if (pp_unlikely(t->bits == 0 || t->count >= (size_t)1 << (t->bits - 1)))
		grow(t, with_divs);

	size_t i = find_slot(t, key);
	if (pp_unlikely(!t->slots[i].key)) {
		t->slots[i].key = key;
		t->count++;
	}
	return i;
}

/* A call that is to be counted. */
struct one_call {
	uint32_t key;
	uint32_t bits; /* PLAIN, RESIDUAL */
};

enum { PLAIN = 1, RESIDUAL = 2 };

static void add_calls(struct pass *p, const struct one_call *calls, uint32_t n)
{
	bool mean = p->table->view->mean;

	for (uint32_t k = 0; k < n; k++) {
		size_t i = put_call(&p->calls, calls[k].key, mean);
		struct pp_call *c = &p->calls.slots[i];

		if (c->seen == p->epoch)
			continue;
		c->seen = p->epoch & LAST_EPOCH;
		c->weight = pp_wrap_add(c->weight, p->value);
		c->plain |= calls[k].bits & PLAIN;
		c->residual |= (calls[k].bits & RESIDUAL) != 0;
		if (pp_unlikely(mean))
			p->calls.divs[i] = pp_wrap_add(p->calls.divs[i], p->div);
	}
}

static void add_pair(struct table *t, uint32_t location, const uint32_t *run, uint32_t count,
		     size_t at)
{
	struct pair pair = {run[0], count > 1 ? run[1] : HIDDEN};

	if (count > 2) {
		t->many[at] = count;
		t->nmany += 1 + count;
		pair = (struct pair){(uint32_t)at | MANY, HIDDEN};
	}
	t->pairs = pp_grow(t->pairs, &t->pairs_cap, t->npairs + 1, sizeof(*t->pairs));
	t->shown[location / 64] |= 1ULL << location % 64;
	t->pair_of[location] = (uint32_t)t->npairs;
	t->pairs[t->npairs++] = pair;
}

static void reduce_location(struct table *t, uint32_t location)
{
	size_t at = t->nmany;
	uint32_t count = 0, after = 0, n;
	const uint32_t *nodes = pp_frames_of(t->view->frames, location, &n);

	t->many = pp_grow(t->many, &t->many_cap, at + 1 + n, sizeof(*t->many));
	uint32_t *run = t->many + at + 1;
	for (uint32_t i = n; i-- > 0;) {
		uint32_t row = t->row_of_node[nodes[i]];

		if (row == HIDDEN) {
			after = AFTER;
			continue;
		}
		run[count++] = row << 3 | after | (i + 1 == n ? 0 : INLINED);
		after = 0;
	}
	if (count == 0)
		return;
	if (after)
		run[count - 1] |= BEFORE;
	add_pair(t, location, run, count, at);
}

static void reduce_locations(struct table *t)
{
	uint32_t n = t->view->profile->nlocations;

	t->shown = pp_xcalloc(n / 64 + 1, sizeof(*t->shown));
	t->pair_of = pp_xcalloc(n, sizeof(*t->pair_of));
	for (uint32_t location = 0; location < n; location++)
		reduce_location(t, location);
}

/* Frames waiting for their calls to be counted, outermost first. Listing first and counting then
 * keeps the unpredictable question, how many rows a location stands for, out of both loops. */
struct list {
	uint32_t caller; /* row of the last frame that was counted, or HIDDEN */
	uint32_t residual;
	uint32_t n;
	uint32_t frames[LIST_FRAMES + 1];
};

/* Frames to calls, then calls to the table: which frames are wanted callees is hard to predict, and
 * so no branch depends on it. n <= LIST_FRAMES. */
static void count_some(struct pass *p, struct list *list, const uint32_t *frames, uint32_t n)
{
	const struct table *t = p->table;
	uint32_t caller = list->caller, residual = list->residual, ncalls = 0;
	struct one_call calls[LIST_FRAMES + 1];

	for (uint32_t i = 0; i < n; i++) {
		uint32_t frame = frames[i], row = frame >> 3, number = t->number[row];

		residual |= frame & AFTER;
		calls[ncalls].key = caller * t->nwanted + number + 1;
		calls[ncalls].bits = (frame & INLINED ? 0 : PLAIN) | (residual ? RESIDUAL : 0);
		ncalls += (number != HIDDEN) & (caller != HIDDEN) & (caller != row);
		caller = row;
		residual = frame & BEFORE;
	}
	list->caller = caller;
	list->residual = residual;
	add_calls(p, calls, ncalls);
}

static void count_frames(struct pass *p, struct list *list, const uint32_t *frames, uint32_t n)
{
	for (; n > LIST_FRAMES; n -= LIST_FRAMES, frames += LIST_FRAMES)
		count_some(p, list, frames, LIST_FRAMES);
	count_some(p, list, frames, n);
}

static void flush(struct pass *p, struct list *list)
{
	count_frames(p, list, list->frames, list->n);
	list->n = 0;
}

static void next_epoch(struct pass *p)
{
	if (pp_unlikely(p->epoch == LAST_EPOCH)) {
		for (size_t i = 0; i < pp_calls_slots(&p->calls); i++)
			p->calls.slots[i].seen = 0;
		p->epoch = 0;
	}
	p->epoch++;
}

/* The locations of a stack that stand for rows, from its root on, with AFTER_LOCATIONS where others
 * were left out before them. */
#define AFTER_LOCATIONS 0x80000000u

static uint32_t list_shown(const struct table *t, const uint32_t *locations, uint32_t n,
			   uint32_t *list, uint32_t *left_out)
{
	uint32_t k = 0, after = *left_out;

	for (uint32_t i = n; i-- > 0;) {
		uint32_t location = locations[i];
		bool shown = t->shown[location / 64] >> location % 64 & 1;

		list[k] = location | after;
		k += shown;
		after = shown ? 0 : AFTER_LOCATIONS;
	}
	*left_out = after;
	return k;
}

static void add_frames(struct pass *p, struct list *list, const struct pair *pair, uint32_t after)
{
	if (pp_unlikely((pair->first & MANY) != 0)) {
		const uint32_t *run = &p->table->many[pair->first & ~MANY];

		flush(p, list);
		list->residual |= after;
		count_frames(p, list, run + 1, run[0]);
		return;
	}
	list->frames[list->n++] = pair->first | after;
	list->frames[list->n] = pair->second;
	list->n += pair->second != HIDDEN;
	if (pp_unlikely(list->n >= LIST_FRAMES - 1))
		flush(p, list);
}

static void walk_stack(struct pass *p, const struct pp_sample *s)
{
	const struct table *t = p->table;
	uint32_t shown[LIST_FRAMES], left_out = 0, end = s->nlocations;
	struct list list;

	next_epoch(p);
	list.caller = HIDDEN;
	list.residual = list.n = 0;
	while (end) {
		uint32_t n = end < LIST_FRAMES ? end : LIST_FRAMES;
		uint32_t k = list_shown(t, s->locations + end - n, n, shown, &left_out);

		for (uint32_t i = 0; i < k; i++) {
			uint32_t location = shown[i] & ~AFTER_LOCATIONS;

			add_frames(p, &list, &t->pairs[t->pair_of[location]],
				   shown[i] & AFTER_LOCATIONS ? AFTER : 0);
		}
		end -= n;
	}
	flush(p, &list);
}

static void visit(void *context, unsigned worker, struct pp_sample *s)
{
	struct pass *p = &((struct pass *)context)[worker];
	const struct pp_view *v = p->table->view;

	p->value = s->values[v->index];
	p->div = v->mean ? s->values[0] : 0;
	if ((p->value || p->div) && pp_filter_sample(v->filter, s))
		walk_stack(p, s);
}

/* Add what the other workers found to the first one's table. */
static void merge_passes(struct pass *pass, unsigned workers, bool with_divs)
{
	for (unsigned w = 1; w < workers; w++) {
		const struct pp_calls *t = &pass[w].calls;

		for (size_t i = 0; i < pp_calls_slots(t); i++) {
			const struct pp_call *from = &t->slots[i];

			if (!from->key)
				continue;
			size_t at = put_call(&pass->calls, from->key, with_divs);
			struct pp_call *to = &pass->calls.slots[at];
			to->weight = pp_wrap_add(to->weight, from->weight);
			to->plain |= from->plain;
			to->residual |= from->residual;
			if (with_divs)
				pass->calls.divs[at] =
					pp_wrap_add(pass->calls.divs[at], t->divs[i]);
		}
	}
}

/* Take the next callees from row *next on, as many as keys have room for; false if there are none.
 */
static bool choose_wanted(struct table *t, const struct pp_rows *rows, const bool *is_wanted,
			  uint32_t *next)
{
	uint32_t members = rows->members, most = (UINT32_MAX - 1) / (members ? members : 1);

	t->nwanted = 0;
	memset(t->number, 0xff, members * sizeof(*t->number));
	for (; *next < members && t->nwanted < most; ++*next) {
		if (is_wanted && !is_wanted[*next])
			continue;
		t->number[*next] = t->nwanted;
		t->wanted[t->nwanted++] = *next;
	}
	return t->nwanted > 0;
}

static void count_wanted(const struct table *t, pp_calls_fn *take, void *context)
{
	struct pass pass[PP_PARALLEL_MAX];
	unsigned workers = pp_walk_workers(t->view->profile);

	for (unsigned i = 0; i < workers; i++)
		pass[i] = (struct pass){.table = t};
	pp_walk(t->view->profile, workers, visit, pass);
	merge_passes(pass, workers, t->view->mean);
	take(context, &pass->calls, t->wanted, t->nwanted);
	for (unsigned i = 0; i < workers; i++)
		release_calls(&pass[i].calls);
}

void pp_calls_count(const struct pp_view *v, const struct pp_rows *rows, const bool *is_wanted,
		    pp_calls_fn *take, void *context)
{
	struct table t = {
		.view = v,
		.row_of_node = pp_xrealloc(NULL, v->nodes->count, sizeof(uint32_t)),
		.number = pp_xcalloc(rows->members, sizeof(uint32_t)),
		.wanted = pp_xcalloc(rows->members, sizeof(uint32_t)),
	};
	uint32_t next = 0;

	memset(t.row_of_node, 0xff, v->nodes->count * sizeof(*t.row_of_node));
	/* rows beyond what a frame can name do not fit into memory anyway */
	for (uint32_t i = 0; i < rows->members && i < MANY >> 3; i++)
		t.row_of_node[rows->all[i].node] = i;
	reduce_locations(&t);
	while (choose_wanted(&t, rows, is_wanted, &next))
		count_wanted(&t, take, context);
	free(t.row_of_node);
	free(t.number);
	free(t.wanted);
	free(t.shown);
	free(t.pair_of);
	free(t.pairs);
	free(t.many);
}
