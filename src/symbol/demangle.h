/* SPDX-License-Identifier: Apache-2.0 */
/* Mangled names as people read them. The only user of libiberty's demanglers. */
#ifndef PP_SYMBOL_DEMANGLE_H
#define PP_SYMBOL_DEMANGLE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

/*
 * Append the readable form of a C++ (Itanium ABI) or Rust (legacy and v0) name to `out`, in the
 * "simple" style that pprof shows by default: C++ without template arguments and without
 * parameters, those of an enclosing function being shown as "()"; Rust without hashes, generics
 * kept. Suffixes of clones (".part.0", ".cold") are left out.
 *
 * False, with `out` untouched, if the name is not mangled through and through (C, Go), is over 64
 * KiB, nests deeper than libiberty's limit (a C++ name over 1 KiB counts as such), or would expand
 * to more than 1 MiB, as hostile names do.
 */
bool pp_demangle(struct pp_str mangled, struct pp_buf *out);

#endif
