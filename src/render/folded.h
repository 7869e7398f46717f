/* SPDX-License-Identifier: Apache-2.0 */
/* Folded stacks, the input of flamegraph.pl and its kin: "root;...;leaf VALUE" per line. */
#ifndef PP_RENDER_FOLDED_H
#define PP_RENDER_FOLDED_H

#include <stdint.h>

#include "analyze/view.h"
#include "io/out.h"
#include "render/header.h"

/* A line for each distinct stack whose value is not 0, sorted frame by frame. Values are whole
 * numbers in the profile's unit. In names, ';' becomes ':', and what is unsafe is escaped. Returns
 * how many samples had no stack and are left out. */
uint64_t pp_folded_text(const struct pp_view *v, const struct pp_header *h, struct pp_out *o);

/* Replace what is in `text`, which is in memory, by a name as it stands in such lines. */
void pp_folded_name(struct pp_out *text, struct pp_str name);

#endif
