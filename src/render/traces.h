/* SPDX-License-Identifier: Apache-2.0 */
/* Every sample with its labels and its stack, innermost frame first, as text, JSON and CSV. Written
 * as the samples are walked, in the order of the file. */
#ifndef PP_RENDER_TRACES_H
#define PP_RENDER_TRACES_H

#include "analyze/view.h"
#include "io/out.h"
#include "profile/labels.h"
#include "render/header.h"

/* What is shown; all borrowed. */
struct pp_traces_view {
	const struct pp_view *view;
	const struct pp_header *header; /* a unit "minimum" is chosen for each value */
	const struct pp_labels *labels; /* of the profile */
};

/* Byte for byte what `pprof -traces` prints, but for characters that are unsafe on a terminal. */
void pp_traces_text(const struct pp_traces_view *t, struct pp_out *o);

/* One object: the header's fields, and `samples`. */
void pp_traces_json(const struct pp_traces_view *t, struct pp_out *o);

/* A header line, then a record for each frame. */
void pp_traces_csv(const struct pp_traces_view *t, struct pp_out *o);

#endif
