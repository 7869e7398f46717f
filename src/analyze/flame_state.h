/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that build and rearrange a pp_flame share; internal to them. */
#ifndef PP_ANALYZE_FLAME_STATE_H
#define PP_ANALYZE_FLAME_STATE_H

#include "analyze/flame.h"
#include "analyze/stack_tree.h"
#include "base/compiler.h"

/* Enter samples thread by thread and in the order of time, in preorder: what by_time asks for. */
void pp_flame_grow_by_time(struct pp_stack_tree *t, const struct pp_view *views);

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
