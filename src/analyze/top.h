/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The `top` view: which nodes to show, in which order, and which of them stand for inlined calls.
 * Rules: google/pprof's trimming (report.newTrimmedGraph) for text reports.
 */
#ifndef PP_ANALYZE_TOP_H
#define PP_ANALYZE_TOP_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/flat.h"
#include "analyze/frames.h"
#include "analyze/nodes.h"

struct pp_top_options {
	bool cum;	     /* order by cum rather than flat */
	uint64_t nodecount;  /* show at most so many; 0: all */
	double nodefraction; /* drop nodes whose cum is less than this part of all flat */
	double edgefraction; /* likewise calls, when deciding what is inlined */
};

enum pp_inline_mark { PP_INLINE_NO, PP_INLINE_SOME, PP_INLINE_ALL };

struct pp_top_row {
	uint32_t node;
	enum pp_inline_mark inlined;
	int64_t flat, cum;
};

struct pp_top {
	struct pp_top_row *rows;
	uint32_t nrows;
	uint32_t candidates; /* nodes that were left after dropping, before `nodecount` */
	uint32_t dropped;    /* nodes below nodefraction */
	int64_t dropped_cum; /* the bound that is shown for them */
	int64_t total;
	int64_t shown_flat; /* sum of the rows' flat */
};

/* Build the view of `flat`, which was filled from the given frames with value number index[i] of
 * frames[i]. */
void pp_top_init(struct pp_top *top, const struct pp_flat *flat, const struct pp_nodes *nodes,
		 const struct pp_frames *frames, const uint32_t *index, uint32_t nframes,
		 const struct pp_top_options *o);
void pp_top_release(struct pp_top *top);

#endif
