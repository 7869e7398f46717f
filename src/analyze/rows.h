/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which nodes a report shows, and in which order. Rules: google/pprof's trimming
 * (report.newTrimmedGraph) for text reports.
 */
#ifndef PP_ANALYZE_ROWS_H
#define PP_ANALYZE_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/flat.h"
#include "analyze/view.h"

struct pp_rows_options {
	bool cum;	     /* order by cum rather than flat */
	bool drop_negative;  /* leave out nodes with negative cost */
	uint64_t nodecount;  /* show at most so many; 0: all */
	double nodefraction; /* drop nodes whose cum is less than this part of all flat */
	double edgefraction; /* likewise calls */
};

enum pp_inline_mark { PP_INLINE_NO, PP_INLINE_SOME, PP_INLINE_ALL };

struct pp_row {
	uint32_t node;
	enum pp_inline_mark inlined;   /* the calls to it; filled by pp_edges_mark_inlined */
	int64_t flat, cum;	       /* sums */
	int64_t flat_value, cum_value; /* what to show: the same, or means */
};

struct pp_rows {
	struct pp_row *all;
	uint32_t n;
	uint32_t members;     /* rows and, behind them, nodes that are in the graph but not shown:
				 callers and callees whose cost is 0, or negative and to be dropped
			       */
	uint32_t candidates;  /* nodes that were left after dropping, before `nodecount` */
	uint32_t dropped;     /* nodes below nodefraction */
	size_t dropped_calls; /* calls below edgefraction, where the report says how many */
	int64_t dropped_cum;  /* the bound that is shown for them */
	int64_t dropped_edge; /* and for calls */
	int64_t edge_cutoff;  /* calls of less are not shown */
	int64_t total;
	int64_t shown_flat; /* sum of the rows' flat_value */
};

/* Choose from `flat`, which was made from the view; `divisors` likewise for means, of the first
 * value, or NULL. */
void pp_rows_init(struct pp_rows *rows, const struct pp_flat *flat, const struct pp_flat *divisors,
		  const struct pp_nodes *nodes, const struct pp_rows_options *o);
void pp_rows_release(struct pp_rows *rows);

#endif
