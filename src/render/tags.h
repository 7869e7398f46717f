/* SPDX-License-Identifier: Apache-2.0 */
/* The values of labels with what they cost, as text, JSON and CSV. */
#ifndef PP_RENDER_TAGS_H
#define PP_RENDER_TAGS_H

#include "analyze/tags.h"
#include "io/out.h"
#include "render/header.h"

/* Byte for byte what `pprof -tags` prints, but for characters that are unsafe on a terminal.
 * Numbers that look the same in h->out_unit are one value. */
void pp_tags_text(const struct pp_tags *t, const struct pp_header *h, struct pp_out *o);

/* One object: the header's fields, and `keys`. Numbers are told apart, whatever the unit. */
void pp_tags_json(const struct pp_tags *t, const struct pp_header *h, struct pp_out *o);

/* A header line, then a record for each value. */
void pp_tags_csv(const struct pp_tags *t, const struct pp_header *h, struct pp_out *o);

#endif
