/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much a row adds to a picture of the calls. Rows through which everything passes from one
 * caller to one callee tell little; where ways meet or part is of interest. Source of the formula:
 * google/pprof, graph.entropyScore.
 */
#ifndef PP_ANALYZE_ENTROPY_H
#define PP_ANALYZE_ENTROPY_H

#include <stdint.h>

#include "analyze/edges.h"
#include "analyze/rows.h"

/* The score of a member of `rows`, from all calls to and from it. */
int64_t pp_entropy_score(const struct pp_rows *rows, const struct pp_edges *edges, uint32_t row);

#endif
