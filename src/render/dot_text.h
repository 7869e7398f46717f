/* SPDX-License-Identifier: Apache-2.0 */
/* Text and colours in the DOT language (graphviz.org, "DOT Language" and "escString"). */
#ifndef PP_RENDER_DOT_TEXT_H
#define PP_RENDER_DOT_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "io/out.h"
#include "render/header.h"

/* How a line ends inside a string: the line is then centred or stands left. */
#define PP_DOT_CENTRE "\\n"
#define PP_DOT_LEFT   "\\l"

#define PP_DOT_TEXT_MAX 4096 /* bytes; Graphviz refuses to read long strings */

/* Text from outside between quotes, cut if it is too long: `newline` for newlines,
 * everything else stands for itself. */
void pp_dot_text(struct pp_out *o, struct pp_str s, const char *newline);

/* A function's name, shortened and broken into lines at its dots and colons. */
void pp_dot_name(struct pp_out *o, struct pp_str name);

/* A value in the report's unit. */
void pp_dot_quantity(struct pp_out *o, const struct pp_header *h, int64_t value);

#define PP_DOT_COLOR_MAX 8

/* "#rrggbb" for a share of the total: from green at -1 by way of grey to red at 1, pale for
 * backgrounds. Source of the formula: google/pprof, graph.dotColor. */
void pp_dot_color(char out[PP_DOT_COLOR_MAX], int64_t part, int64_t total, bool background);

#endif
