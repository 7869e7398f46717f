/* SPDX-License-Identifier: Apache-2.0 */
/* The `top` view as text, JSON and CSV. */
#ifndef PP_RENDER_TOP_H
#define PP_RENDER_TOP_H

#include "analyze/nodes.h"
#include "analyze/rows.h"
#include "io/out.h"
#include "render/header.h"

/* Byte for byte what `pprof -top` prints, but for characters that are unsafe on a terminal.
 * h->out_unit is chosen. */
void pp_top_text(const struct pp_rows *rows, const struct pp_nodes *nodes,
		 const struct pp_header *h, struct pp_out *o);

/* One object: the header's fields, and `rows` with values in `unit`. */
void pp_top_json(const struct pp_rows *rows, const struct pp_nodes *nodes,
		 const struct pp_header *h, struct pp_out *o);

/* A header line, then a record per row with values in the profile's unit. */
void pp_top_csv(const struct pp_rows *rows, const struct pp_nodes *nodes, const struct pp_header *h,
		struct pp_out *o);

#endif
