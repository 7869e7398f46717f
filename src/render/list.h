/* SPDX-License-Identifier: Apache-2.0 */
/* The `list` view, with its source, as text, JSON and CSV. */
#ifndef PP_RENDER_LIST_H
#define PP_RENDER_LIST_H

#include "analyze/lines.h"
#include "base/err.h"
#include "base/text.h"
#include "io/out.h"
#include "render/header.h"

/* Where the renderers get the source of a routine: NULL, with *err saying why, if there is none. */
struct pp_list_sources {
	const struct pp_text *(*read)(void *context, const struct pp_lines_routine *r,
				      struct pp_err *err);
	void *context;
};

/* Byte for byte what `pprof -list` prints, but for characters that are unsafe on a terminal and
 * for the cost of recursive functions. */
void pp_list_text(const struct pp_lines *l, const struct pp_list_sources *s,
		  const struct pp_header *h, struct pp_out *o);

/* One object: the header's fields, and `routines` with their `lines`. */
void pp_list_json(const struct pp_lines *l, const struct pp_list_sources *s,
		  const struct pp_header *h, struct pp_out *o);

/* A header line, then a record per line that costs something, without its source. */
void pp_list_csv(const struct pp_lines *l, const struct pp_header *h, struct pp_out *o);

#endif
