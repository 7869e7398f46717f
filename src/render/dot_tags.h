/* SPDX-License-Identifier: Apache-2.0 */
/* The boxes that hang on a node of a graph: labels and ranges of numbers. */
#ifndef PP_RENDER_DOT_TAGS_H
#define PP_RENDER_DOT_TAGS_H

#include <stdbool.h>
#include <stdint.h>

#include "io/out.h"
#include "render/dot.h"

/* The heaviest labels of a row, and its numbers in a few ranges. Whether there are any. */
bool pp_dot_tags(const struct pp_dot_view *d, uint32_t row, struct pp_out *o);

#endif
