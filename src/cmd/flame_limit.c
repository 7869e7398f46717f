/* SPDX-License-Identifier: Apache-2.0 */
/* A file is written, measured, and written again with fewer nodes. Which threshold leaves how many
 * is told by histograms over the leading bits of extents. */
#include <config.h>

#include "cmd/flame_limit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "profile/ids.h"

#define KEY_SHIFT 46 /* leaves sign, exponent and 6 bits of a double: steps of 1.6 % */
#define KEYS	  (1u << (64 - KEY_SHIFT))
#define TRIES	  12

/* Bits of doubles that are not negative are in the order of their values. */
static uint32_t key_of(double extent)
{
	uint64_t bits;

	if (!(extent > 0))
		return 0;
	memcpy(&bits, &extent, sizeof(bits));
	return (uint32_t)(bits >> KEY_SHIFT);
}

static double value_of(uint32_t key)
{
	uint64_t bits = (uint64_t)key << KEY_SHIFT;
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

/*
 * gain[k] = by how many nodes a tree pruned below key k is larger than one pruned below k + 1: the
 * nodes of key k, and of their parents with a child below k one node for all those, unless the
 * parent itself is gone.
 */
static int64_t *count_gains(const struct pp_flame *f, const double *extents)
{
	int64_t *gain = pp_xcalloc(KEYS + 1, sizeof(*gain));
	PP_CLEANUP(pp_freep) uint32_t *least = pp_xcalloc(f->n, sizeof(*least));

	for (uint32_t i = 0; i < f->n; i++)
		least[i] = UINT32_MAX;
	for (uint32_t i = f->n; i-- > 0;) {
		uint32_t key = key_of(extents[i]), parent = f->parent[i];

		gain[key]++;
		/* there is a merged child for thresholds above the least child, up to the node */
		if (least[i] < key) {
			gain[key]++;
			gain[least[i]]--;
		}
		if (parent != PP_NONE && key < least[parent])
			least[parent] = key;
	}
	return gain;
}

/* The lowest threshold that leaves at most `most` nodes; as many nodes of the next lower key are
 * spared as there is room for, since all may have the same. */
static struct pp_flame_cut choose_cut(const struct pp_flame *f, const double *extents, double most)
{
	PP_CLEANUP(pp_freep) int64_t *gain = count_gains(f, extents);
	double nodes = 0;
	uint32_t key = KEYS;

	while (key > 0 && nodes + (double)gain[key - 1] <= most)
		nodes += (double)gain[--key];
	return (struct pp_flame_cut){
		.least = value_of(key),
		.spared = key ? value_of(key - 1) : 0,
		.nspared = most > nodes ? (uint32_t)(most - nodes) : 0,
	};
}

/* Merge until about `most` nodes are left; how many are gone. */
static uint32_t prune(struct pp_flame_limit *l, struct pp_flame_view *v, double most)
{
	struct pp_flame *f = v->flame;
	struct pp_flame_cut cut = choose_cut(f, v->extents, most);
	double all = v->extents[0];
	uint32_t gone = pp_flame_prune(f, v->extents, &cut);

	if (gone == 0)
		return 0;
	free(l->extents);
	l->extents = pp_flame_extents(f, &v->block.measure);
	pp_flame_sort(f, v->block.order, l->extents);
	v->extents = l->extents;
	v->block.pruned_nodes += gone;
	if (all > 0 && cut.least / all > v->block.pruned_below)
		v->block.pruned_below = cut.least / all;
	return gone;
}

/* How large a file of how many nodes was. */
struct attempt {
	double nodes, bytes;
};

/* How many nodes there may be: by a line through two attempts, since not all of a file grows with
 * the tree; in proportion as long as there is one. */
static double nodes_for(const struct attempt *now, const struct attempt *before, double max)
{
	double nodes = now->nodes * max / now->bytes;

	if (before->nodes > now->nodes && before->bytes > now->bytes) {
		double slope = (before->bytes - now->bytes) / (before->nodes - now->nodes);

		nodes = fmin(nodes, now->nodes - (now->bytes - max) / slope);
	}
	return fmax(nodes * 0.97, now->nodes / 8);
}

/* Leave out what does not shrink with the tree: where to note that it helped; NULL if there is
 * nothing such, or it is too early. */
static bool *drop(struct pp_flame_limit *l, struct pp_flame_view *v, int attempt)
{
	if (attempt < 2 || (!v->block.times && !v->block.labels))
		return NULL;
	if (v->block.times) {
		v->block.times = false;
		return &l->no_times;
	}
	v->block.labels = false;
	return &l->no_labels;
}

int pp_flame_limit_write(struct pp_flame_limit *l, struct pp_flame_view *v, struct pp_out *out,
			 struct pp_err *err)
{
	struct attempt now = {0}, before;
	double max = (double)l->max;
	bool *dropped = NULL;

	l->nodes = v->flame->n;
	/* a node takes 2 to 5 bytes: do not write first what has no chance */
	if (l->max && v->flame->n > max / 2)
		prune(l, v, max / 3);
	for (int attempt = 0; attempt < TRIES; attempt++) {
		if (l->write(v, out, err))
			return -1;
		if (dropped)
			*dropped = (double)out->buf.n < now.bytes;
		if (!l->max || out->buf.n <= l->max)
			return 0;
		before = now;
		now = (struct attempt){v->flame->n, (double)out->buf.n};
		dropped = drop(l, v, attempt);
		if (!dropped && !prune(l, v, nodes_for(&now, &before, max)))
			break;
		pp_buf_clear(&out->buf);
	}
	pp_err_set(err, PP_ERR_LIMIT, "cannot get below %llu bytes: option '--max-size'",
		   (unsigned long long)l->max);
	return pp_err_hint(err, "allow more, or leave out what is small: --show-from, --focus");
}

void pp_flame_limit_release(struct pp_flame_limit *l)
{
	free(l->extents);
}
