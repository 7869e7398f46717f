/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/unfold.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"

void pp_unfold_release(struct pp_unfold *u)
{
	free(u->open);
	free(u->names);
	pp_map_release(&u->turned);
	*u = (struct pp_unfold){0};
}

/* ---- names of nodes ---- */

static void hash_names(struct pp_unfold *u)
{
	const uint64_t seed = pp_hash_seed();

	free(u->names);
	u->names = pp_xcalloc(u->flame->nfuncs, sizeof(*u->names));
	for (uint32_t i = 0; i < u->flame->nfuncs; i++) {
		const struct pp_flame_func *f = &u->flame->funcs[i];
		uint64_t h = pp_hash_bytes(seed, f->name.p, f->name.n);

		h = pp_hash_u64(h ^ pp_hash_bytes(seed, f->file.p, f->file.n));
		u->names[i] = pp_hash_u64(h ^ pp_hash_bytes(seed, f->object.p, f->object.n));
	}
}

/* Of a node, from that of its caller. */
static uint64_t hash_below(const struct pp_unfold *u, uint64_t above, uint32_t node)
{
	return node ? pp_hash_u64(above ^ u->names[u->flame->func[node]]) : 0;
}

/* The nodes from the root to one: [its depth + 1]; the caller frees. */
static uint32_t *way_to(const struct pp_unfold *u, uint32_t node)
{
	uint32_t depth = u->flame->depth[node];
	uint32_t *way = pp_xcalloc((size_t)depth + 1, sizeof(*way));

	for (;; depth--, node = u->flame->parent[node]) {
		way[depth] = node;
		if (depth == 0)
			return way;
	}
}

/* ---- open and closed ---- */

bool pp_unfold_is_open(const struct pp_unfold *u, uint32_t node)
{
	return u->open[node / 8] >> node % 8 & 1;
}

static void put_bit(struct pp_unfold *u, uint32_t node, bool open)
{
	uint8_t bit = (uint8_t)(1u << node % 8);

	if (open)
		u->open[node / 8] |= bit;
	else
		u->open[node / 8] &= (uint8_t)~bit;
}

static void set(struct pp_unfold *u, uint32_t node, uint64_t hash, bool open)
{
	put_bit(u, node, open);
	if (open == u->all)
		pp_map_remove(&u->turned, hash);
	else
		pp_map_put(&u->turned, hash, 1);
}

void pp_unfold_set(struct pp_unfold *u, uint32_t node, bool open)
{
	uint32_t *way = way_to(u, node);
	uint64_t hash = 0;

	for (uint32_t i = 1; i <= u->flame->depth[node]; i++)
		hash = hash_below(u, hash, way[i]);
	set(u, node, hash, open);
	free(way);
}

void pp_unfold_reveal(struct pp_unfold *u, uint32_t node)
{
	uint32_t *way = way_to(u, node);
	uint64_t hash = 0;

	for (uint32_t i = 0; i < u->flame->depth[node]; i++) {
		hash = hash_below(u, hash, way[i]);
		if (!pp_unfold_is_open(u, way[i]))
			set(u, way[i], hash, true);
	}
	free(way);
}

static void fill(struct pp_unfold *u)
{
	memset(u->open, u->all ? 0xff : 0, u->flame->n / 8 + 1);
}

void pp_unfold_set_all(struct pp_unfold *u, bool open)
{
	pp_map_release(&u->turned);
	u->all = open;
	fill(u);
}

/* What was turned is looked for below open nodes: what is below closed ones nobody sees. */
static void find_turned(struct pp_unfold *u)
{
	const struct pp_flame *f = u->flame;
	uint64_t *hashes = pp_xcalloc((size_t)f->max_depth + 2, sizeof(*hashes));
	size_t left = u->turned.count;
	uint32_t next;

	for (uint32_t node = 0; left && node < f->n; node = next) {
		uint32_t depth = f->depth[node];

		hashes[depth] = hash_below(u, depth ? hashes[depth - 1] : 0, node);
		if (pp_map_find(&u->turned, hashes[depth]) != PP_MAP_NONE) {
			put_bit(u, node, !u->all);
			left--;
		}
		next = pp_unfold_is_open(u, node) ? node + 1 : f->end[node];
	}
	free(hashes);
}

void pp_unfold_take(struct pp_unfold *u, const struct pp_flame *f, bool funcs)
{
	u->flame = f;
	free(u->open);
	u->open = pp_xcalloc((size_t)f->n / 8 + 1, 1);
	if (funcs || !u->names)
		hash_names(u);
	fill(u);
	find_turned(u);
}

/* ---- from row to row ---- */

uint32_t pp_unfold_seen(const struct pp_unfold *u, uint32_t root, uint32_t node)
{
	uint32_t seen = node;

	while (node > root) {
		node = u->flame->parent[node];
		if (!pp_unfold_is_open(u, node))
			seen = node;
	}
	return seen;
}

/* The last row of the tree before the node `end`, all of which is in `above`. */
static uint32_t row_before(const struct pp_unfold *u, uint32_t above, uint32_t end)
{
	return pp_unfold_seen(u, above, end - 1);
}

uint32_t pp_unfold_last(const struct pp_unfold *u, uint32_t root)
{
	return row_before(u, root, u->flame->end[root]);
}

uint32_t pp_unfold_step(const struct pp_unfold *u, uint32_t root, uint32_t node, int step)
{
	uint32_t next;

	if (step < 0)
		/* the caller of a node that is seen is open */
		return node > root ? row_before(u, u->flame->parent[node], node) : PP_NONE;
	next = pp_unfold_is_open(u, node) ? node + 1 : u->flame->end[node];
	return next < u->flame->end[root] ? next : PP_NONE;
}
