/* SPDX-License-Identifier: Apache-2.0 */
/* The distinct stacks of a view with what each costs. */
#ifndef PP_ANALYZE_FOLD_H
#define PP_ANALYZE_FOLD_H

#include <stddef.h>
#include <stdint.h>

#include "analyze/view.h"
#include "base/map.h"

struct pp_fold {
	struct pp_strtab keys; /* stack n is key n + 1: its ranks, packed */
	int64_t *sums, *divs;  /* per stack; they wrap. divs: NULL unless the view asks for means */
	uint32_t *order;       /* the stacks, by their frames from the root on */
	uint32_t n;	       /* how many */
	uint64_t empty;	       /* samples without a stack; they are in no sum */
};

/* Gather the view's samples. rank[node] is a number below 2^32 for each node: frames are ordered by
 * it, and nodes with the same are one frame. */
void pp_fold_init(struct pp_fold *s, const struct pp_view *v, const uint32_t *rank);
void pp_fold_release(struct pp_fold *s);

/* How many frames stack i in the order has. */
size_t pp_fold_depth(const struct pp_fold *s, uint32_t i);

/* The rank of frame k, counted from the root, of stack i in the order. */
uint32_t pp_fold_frame(const struct pp_fold *s, uint32_t i, size_t k);

/* What stack i in the order costs: a sum, or mean. */
int64_t pp_fold_value(const struct pp_fold *s, uint32_t i);

#endif
