/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Most numbers of a tree are small: functions that cost much are few, most nodes have few below
 * them and nothing of their own. So all are varints: of each node its function and how many are
 * below it, then column after column what is its own. The rest follows from that.
 */
#include <config.h>

#include "analyze/flame_pack.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "profile/wire.h"

#define VARINT_MAX 10
#define AT_ONCE	   4096 /* varints that room is made for */

struct writer {
	uint8_t *bytes;
	size_t n, cap;
};

static void make_room(struct writer *w)
{
	w->bytes = pp_grow(w->bytes, &w->cap, w->n + (size_t)AT_ONCE * VARINT_MAX, 1);
}

/* There is room. */
static void put(struct writer *w, uint64_t x)
{
	for (; x >= 0x80; x >>= 7)
		w->bytes[w->n++] = (uint8_t)(x | 0x80);
	w->bytes[w->n++] = (uint8_t)x;
}

static uint64_t zigzag(int64_t x)
{
	return (uint64_t)x << 1 ^ (x < 0 ? UINT64_MAX : 0);
}

static int64_t unzigzag(uint64_t x)
{
	return (int64_t)(x >> 1 ^ (x & 1 ? UINT64_MAX : 0));
}

static void put_nodes(struct writer *w, const struct pp_flame *f)
{
	for (uint32_t i = 0; i < f->n; i++) {
		if (i % (AT_ONCE / 2) == 0)
			make_room(w);
		put(w, (uint64_t)f->func[i] << 1 | f->inlined[i]);
		put(w, f->end[i] - i - 1);
	}
}

static void put_values(struct writer *w, const int64_t *values, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (i % AT_ONCE == 0)
			make_room(w);
		put(w, zigzag(values[i]));
	}
}

void pp_flame_pack(struct pp_flame_pack *p, const struct pp_flame *f)
{
	struct writer w = {0};

	put_nodes(&w, f);
	for (uint32_t c = 0; c < f->ncolumns; c++)
		put_values(&w, f->self[c], f->n);
	*p = (struct pp_flame_pack){.bytes = pp_xrealloc(w.bytes, w.n, 1), .n = w.n, .nodes = f->n};
}

void pp_flame_pack_release(struct pp_flame_pack *p)
{
	free(p->bytes);
	*p = (struct pp_flame_pack){0};
}

static void make_columns(struct pp_flame *f, uint32_t n)
{
	f->n = n;
	f->parent = pp_xrealloc(f->parent, n, sizeof(*f->parent));
	f->func = pp_xrealloc(f->func, n, sizeof(*f->func));
	f->depth = pp_xrealloc(f->depth, n, sizeof(*f->depth));
	f->end = pp_xrealloc(f->end, n, sizeof(*f->end));
	f->inlined = pp_xrealloc(f->inlined, n, sizeof(*f->inlined));
	for (uint32_t c = 0; c < f->ncolumns; c++) {
		f->self[c] = pp_xrealloc(f->self[c], n, sizeof(*f->self[c]));
		free(f->total[c]);
		f->total[c] = NULL;
	}
}

static const uint8_t *take_nodes(struct pp_flame *f, const uint8_t *at)
{
	uint32_t up = PP_NONE; /* the node before, or what ends behind it */

	f->max_depth = 0;
	for (uint32_t i = 0; i < f->n; i++) {
		uint64_t func = pp_wire_varint_trusted(&at);

		while (i && i >= f->end[up])
			up = f->parent[up];
		f->parent[i] = up;
		f->depth[i] = i ? f->depth[up] + 1 : 0;
		f->func[i] = (uint32_t)(func >> 1);
		f->inlined[i] = func & 1;
		f->end[i] = i + 1 + (uint32_t)pp_wire_varint_trusted(&at);
		if (f->depth[i] > f->max_depth)
			f->max_depth = f->depth[i];
		up = i;
	}
	return at;
}

void pp_flame_unpack(const struct pp_flame_pack *p, struct pp_flame *f)
{
	const uint8_t *at;

	make_columns(f, p->nodes);
	at = take_nodes(f, p->bytes);
	for (uint32_t c = 0; c < f->ncolumns; c++) {
		for (uint32_t i = 0; i < f->n; i++)
			f->self[c][i] = unzigzag(pp_wire_varint_trusted(&at));
	}
}
