/* SPDX-License-Identifier: Apache-2.0 */
/* What a diff says of a pair of values: doc/FLAME.md, section 5; src/render/web/core/diff.js is the
 * same. */
#ifndef PP_RENDER_FLAME_DIFF_H
#define PP_RENDER_FLAME_DIFF_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/flame.h"
#include "analyze/view.h"

struct pp_flame_diff {
	struct pp_flame *flame;
	double before, after; /* totals of the sides */
	double scale;
	bool by_self;
	/* totals, or selfs, of samples by node; NULL: no type counts */
	const int64_t *nbefore, *nafter;
	double all_before, all_after; /* samples */
	double largest;		      /* points of any node but the root */
};

struct pp_flame_delta {
	double delta;	/* of total or self, scaled */
	double points;	/* percent of the one total less percent of the other */
	double percent; /* of before; 0 if that is 0 */
	double z;	/* 0: undefined */
	bool significant, is_new, gone;
};

/* The first type that counts, of which significance is told; PP_NONE if none does. */
uint32_t pp_flame_diff_count_type(const struct pp_profile *p);

/* Of a tree with two sides. */
void pp_flame_diff_init(struct pp_flame_diff *d, struct pp_flame *f, const struct pp_view *v,
			const struct pp_flame_measure *m, bool by_self);

/* Of a node's values of the type measured; PP_NONE: of several nodes, whose numbers of samples are
 * taken to be as their values. */
struct pp_flame_delta pp_flame_diff_of(const struct pp_flame_diff *d, uint32_t node, int64_t before,
				       int64_t after);

#endif
