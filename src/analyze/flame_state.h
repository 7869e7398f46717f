/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that build and rearrange a pp_flame share; internal to them. */
#ifndef PP_ANALYZE_FLAME_STATE_H
#define PP_ANALYZE_FLAME_STATE_H

#include "analyze/flame.h"
#include "base/compiler.h"

/* In a frame, beside its func: it was not inlined into its parent. */
#define PP_FLAME_OUTER 0x80000000u

/* A node while the tree grows: parents stand before their children. */
struct pp_flame_seed {
	uint32_t parent, func; /* func | PP_FLAME_OUTER if that was so in some sample */
};

struct pp_flame_grower {
	struct pp_flame *f; /* columns of self grow there, and sample_node */
	const struct pp_flame_options *o;
	const uint32_t *func_of; /* of the views' nodes */
	struct pp_flame_seed *all;
	size_t cap;
	size_t sample_cap;
	uint32_t n;
	int64_t *sums; /* of all values, per column: whether they fit is known from the start */
	bool full;     /* there would be more than PP_FLAME_MAX */
};

/* A node at the end; PP_NONE if there are too many. */
uint32_t pp_flame_seed(struct pp_flame_grower *g, uint32_t parent, uint32_t frame);

/* Add the values of a sample, one per type, to those of a node on one side. */
void pp_flame_add(struct pp_flame_grower *g, uint32_t node, uint32_t side, const int64_t *values);

/* The frames of a sample into frames[], in the order of the tree; how many. There is room for
 * pp_flame_room(), which is never 0. */
size_t pp_flame_room(const struct pp_view *v, const struct pp_sample *s);
uint32_t pp_flame_stack(const struct pp_flame_grower *g, const struct pp_view *v,
			const struct pp_sample *s, uint32_t *frames);

/* Whether a sample counts: the filter has cut it, and some value is not 0. */
bool pp_flame_counts(const struct pp_flame_grower *g, const struct pp_view *v, struct pp_sample *s);

/* Note where the next sample of the last view ends. */
void pp_flame_note(struct pp_flame_grower *g, uint32_t node);

/* Samples in the order of time: what o->by_time asks for. */
void pp_flame_grow_by_time(struct pp_flame_grower *g, const struct pp_view *v, uint32_t side);

/* Number the functions of all nodes of the views: f->funcs, f->nfuncs, f->func_of. */
void pp_flame_funcs_init(struct pp_flame *f, const struct pp_view *views, uint32_t nviews,
			 const struct pp_flame_options *o);

/* Forget those that are in no node. */
void pp_flame_funcs_settle(struct pp_flame *f);

/* The order of two functions that are not 0: <0, 0, >0. */
int pp_flame_funcs_cmp(const struct pp_flame_func *a, const struct pp_flame_func *b);

/* A + b; notes whether it wrapped. */
static inline int64_t pp_flame_sum(struct pp_flame *f, int64_t a, int64_t b)
{
	int64_t sum;

	if (pp_unlikely(__builtin_add_overflow(a, b, &sum)))
		f->overflow = true;
	return sum;
}

#endif
