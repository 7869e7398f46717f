/* SPDX-License-Identifier: Apache-2.0 */
/* Names cut to the room there is, without losing the function: doc/FLAME.md, section 6;
 * src/render/web/core/fit.js is the same. */
#ifndef PP_RENDER_FIT_H
#define PP_RENDER_FIT_H

#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

/* Terminal columns of safe text: wide characters are 2, combining ones 0. */
size_t pp_fit_cells(struct pp_str text);

/* Append the best text for `name` of at most so many cells; nothing below 2. Unsafe characters are
 * escaped as pp_out_safe does. */
void pp_fit_name(struct pp_str name, size_t cells, struct pp_buf *out);

/* The name without what compilers and runtimes added: hashes, clones, parts. */
struct pp_str pp_fit_undecorated(struct pp_str name);

#endif
