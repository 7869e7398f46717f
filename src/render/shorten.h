/* SPDX-License-Identifier: Apache-2.0 */
/* Short names of functions, for where there is little room: graphs and flame graphs. */
#ifndef PP_RENDER_SHORTEN_H
#define PP_RENDER_SHORTEN_H

#include "base/buf.h"
#include "base/str.h"

/*
 * Append a function's name without what says where it lives: the path of a Go package and the
 * version of its module, the package and parameters of a Java method, the namespaces of a C++
 * method. A name of no such form is appended as it is. Rules: google/pprof, ShortenFunctionName.
 */
void pp_shorten_name(struct pp_str name, struct pp_buf *out);

#endif
