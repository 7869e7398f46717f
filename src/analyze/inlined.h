/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which rows of a top view are inlined: a node is marked when the calls that lead to it, from the
 * nodes that are shown, are inlined, all or some of them. Rules: google/pprof, report.TextItems.
 */
#ifndef PP_ANALYZE_INLINED_H
#define PP_ANALYZE_INLINED_H

#include <stdint.h>

#include "analyze/frames.h"
#include "analyze/top.h"

/* Set `inlined` of all rows, from the samples and what `flat` says of them. Calls whose cost is
 * below `edge_cutoff` do not count. A pass over the samples, left out when no row can be inlined.
 */
void pp_inlined_mark(struct pp_top *top, const struct pp_flat *flat, const struct pp_frames *frames,
		     const uint32_t *index, uint32_t nframes, int64_t edge_cutoff);

#endif
