/* SPDX-License-Identifier: Apache-2.0 */
/* Drawing with Graphviz's `dot`, run as a program. */
#ifndef PP_IO_GRAPHVIZ_H
#define PP_IO_GRAPHVIZ_H

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

/* Have `dot -Tformat` draw the graph; what it writes is appended to *out. It is found on the PATH
 * and ends when we do. -1 with PP_ERR_NOT_FOUND if it is not installed, otherwise with what it
 * said. */
int pp_graphviz_draw(struct pp_str graph, const char *format, struct pp_buf *out,
		     struct pp_err *err) PP_NODISCARD;

#endif
