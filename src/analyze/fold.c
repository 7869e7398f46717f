/* SPDX-License-Identifier: Apache-2.0 */
/* A stack is interned as its ranks, root first, with the highest byte of each in front: the order
 * of the bytes is that of the frames. */
#include <config.h>

#include "analyze/fold.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/magnitude.h"
#include "profile/walk.h"

#define RANK_BYTES sizeof(uint32_t)

struct gatherer {
	struct pp_fold *s;
	const struct pp_view *v;
	const uint32_t *rank;
	struct pp_buf key; /* scratch */
	size_t sums_cap, divs_cap;
};

static void add_frame(struct pp_buf *key, uint32_t rank)
{
	uint32_t ordered = htobe32(rank);

	pp_buf_add(key, &ordered, RANK_BYTES);
}

static void make_key(struct gatherer *g, const struct pp_sample *s)
{
	pp_buf_clear(&g->key);
	for (uint32_t i = s->nlocations; i-- > 0;) {
		uint32_t n;
		const uint32_t *nodes = pp_frames_of(g->v->frames, s->locations[i], &n);

		while (n-- > 0)
			add_frame(&g->key, g->rank[nodes[n]]);
	}
}

/* Room for the sums of key `id`, which may be the first new one. */
static void make_room(struct gatherer *g, uint32_t id)
{
	struct pp_fold *s = g->s;

	if (id < s->n)
		return;
	s->sums = pp_grow(s->sums, &g->sums_cap, (size_t)id + 1, sizeof(*s->sums));
	s->sums[id] = 0;
	if (g->v->mean) {
		s->divs = pp_grow(s->divs, &g->divs_cap, (size_t)id + 1, sizeof(*s->divs));
		s->divs[id] = 0;
	}
	s->n = id + 1;
}

static void visit(void *context, unsigned worker PP_UNUSED, struct pp_sample *s)
{
	struct gatherer *g = context;
	uint32_t id;

	if (!pp_filter_sample(g->v->filter, s))
		return;
	if (s->nlocations == 0) {
		g->s->empty++;
		return;
	}
	make_key(g, s);
	id = pp_strtab_add(&g->s->keys, pp_buf_view(&g->key)) - 1;
	make_room(g, id);
	g->s->sums[id] = pp_wrap_add(g->s->sums[id], s->values[g->v->index]);
	if (g->v->mean)
		g->s->divs[id] = pp_wrap_add(g->s->divs[id], s->values[0]);
}

static int compare(const void *x, const void *y, void *keys)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return pp_str_cmp(pp_strtab_get(keys, a + 1), pp_strtab_get(keys, b + 1));
}

void pp_fold_init(struct pp_fold *s, const struct pp_view *v, const uint32_t *rank)
{
	struct gatherer g = {.s = s, .v = v, .rank = rank};

	*s = (struct pp_fold){0};
	pp_strtab_init(&s->keys);
	pp_walk(v->profile, 1, visit, &g);
	pp_buf_release(&g.key);
	s->order = pp_xcalloc(s->n, sizeof(*s->order));
	for (uint32_t i = 0; i < s->n; i++)
		s->order[i] = i;
	qsort_r(s->order, s->n, sizeof(*s->order), compare, &s->keys);
}

void pp_fold_release(struct pp_fold *s)
{
	pp_strtab_release(&s->keys);
	free(s->sums);
	free(s->divs);
	free(s->order);
	*s = (struct pp_fold){0};
}

static struct pp_str key_of(const struct pp_fold *s, uint32_t i)
{
	return pp_strtab_get(&s->keys, s->order[i] + 1);
}

size_t pp_fold_depth(const struct pp_fold *s, uint32_t i)
{
	return key_of(s, i).n / RANK_BYTES;
}

uint32_t pp_fold_frame(const struct pp_fold *s, uint32_t i, size_t k)
{
	uint32_t ordered;

	memcpy(&ordered, key_of(s, i).p + k * RANK_BYTES, RANK_BYTES);
	return be32toh(ordered);
}

int64_t pp_fold_value(const struct pp_fold *s, uint32_t i)
{
	uint32_t key = s->order[i];

	return pp_view_mean(s->sums[key], s->divs ? s->divs[key] : 0);
}
