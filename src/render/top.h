/* SPDX-License-Identifier: Apache-2.0 */
/* The `top` view as text, JSON and CSV. */
#ifndef PP_RENDER_TOP_H
#define PP_RENDER_TOP_H

#include "analyze/nodes.h"
#include "analyze/top.h"
#include "io/out.h"
#include "render/header.h"

/* The unit to print all quantities in: `wanted`, unless that is "minimum" or "auto", which stand
 * for the smallest in which no shown value drowns. Rules: google/pprof, report.selectOutputUnit. */
struct pp_str pp_top_unit(const struct pp_top *top, struct pp_str unit, struct pp_str wanted);

/* Byte for byte what `pprof -top` prints, but for characters that are unsafe on a terminal.
 * h->total and h->out_unit are set. */
void pp_top_text(const struct pp_top *top, const struct pp_nodes *nodes, const struct pp_header *h,
		 struct pp_out *o);

/* One object: the header's fields, and `rows` with raw values in `unit`. */
void pp_top_json(const struct pp_top *top, const struct pp_nodes *nodes, const struct pp_header *h,
		 struct pp_out *o);

/* A header line, then a record per row with raw values. */
void pp_top_csv(const struct pp_top *top, const struct pp_nodes *nodes, const struct pp_header *h,
		struct pp_out *o);

#endif
