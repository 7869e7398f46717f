/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Own and cumulative cost per node. flat: samples whose innermost frame is the node. cum: samples
 * that have the node anywhere on the stack, counted once however often it recurs. Sums wrap at 64
 * bits, as pprof's do, and say so.
 */
#ifndef PP_ANALYZE_FLAT_H
#define PP_ANALYZE_FLAT_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/total.h"
#include "analyze/view.h"

struct pp_flat_cell {
	int64_t flat, cum;
	bool touched; /* some sample has the node, even if its costs sum up to 0 */
};

struct pp_flat {
	struct pp_flat_cell *cells; /* per node */
	uint32_t n;
	struct pp_total total;
	uint64_t *inlined; /* per location that has inlined frames: the sum of the absolute values
			      of its occurrences, each counted; saturates */
};

/* Count the view's value over all its samples. */
void pp_flat_init(struct pp_flat *t, const struct pp_view *v);
void pp_flat_release(struct pp_flat *t);

#endif
