/* SPDX-License-Identifier: Apache-2.0 */
/* Text and numbers inside of an SVG, which is well-formed XML whatever the text is. */
#ifndef PP_RENDER_SVG_TEXT_H
#define PP_RENDER_SVG_TEXT_H

#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "io/out.h"

/* Append a text as it is known to readers of the file: what is not UTF-8, and what XML does not
 * know, is U+FFFD. */
void pp_svg_clean(struct pp_str s, struct pp_buf *out);

/* Write clean text: unsafe characters as \xNN or \u{NNNN}, markup escaped. For contents of elements
 * and attributes in double quotes. */
void pp_svg_text(struct pp_out *out, struct pp_str clean);

/* The same of any text. */
void pp_svg_any(struct pp_out *out, struct pp_str s);

/* A length: at most two decimals, none in vain. */
void pp_svg_px(struct pp_out *out, double px);

/* Digits in groups of three. */
void pp_svg_grouped(struct pp_buf *out, int64_t v);

/* A text of at most so many cells: as it is, or with its end cut and an ellipsis. */
void pp_svg_cut(struct pp_str s, size_t cells, struct pp_buf *out);

#endif
