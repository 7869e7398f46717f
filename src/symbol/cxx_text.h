/* SPDX-License-Identifier: Apache-2.0 */
/* From libiberty's text of a C++ name to pprof's. */
#ifndef PP_SYMBOL_CXX_TEXT_H
#define PP_SYMBOL_CXX_TEXT_H

#include "base/buf.h"
#include "base/str.h"
#include "symbol/demangle.h"

/*
 * Append a demangled C++ name in a style: PP_DEMANGLE_SIMPLE leaves out template arguments, and
 * that and PP_DEMANGLE_TEMPLATES what is between the parentheses of enclosing functions. A lambda's
 * own parameters, in braces, tell it from its neighbours and stay. `text` is at most 4 GiB long.
 */
void pp_cxx_text(struct pp_str text, enum pp_demangle style, struct pp_buf *out);

#endif
