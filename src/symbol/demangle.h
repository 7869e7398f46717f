/* SPDX-License-Identifier: Apache-2.0 */
/* Mangled names as people read them. The only user of libiberty's demanglers. */
#ifndef PP_SYMBOL_DEMANGLE_H
#define PP_SYMBOL_DEMANGLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

/* How much of a name is shown; the texts are those of pprof's options of the same names. */
enum pp_demangle {
	PP_DEMANGLE_NONE,      /* the mangled name */
	PP_DEMANGLE_SIMPLE,    /* no parameters, no template and generic arguments */
	PP_DEMANGLE_TEMPLATES, /* no parameters */
	PP_DEMANGLE_FULL,      /* everything */
};

/* The style called none, simple, templates or full; "default" is simple. False: no such style. */
bool pp_demangle_parse(const char *name, enum pp_demangle *style);

/*
 * Append the readable form of a C++ (Itanium ABI) or Rust (legacy and v0) name to `out`. Hashes of
 * Rust and suffixes of clones (".part.0", ".cold") are left out. Without parameters, those of an
 * enclosing function are shown as "()"; without generic arguments their list is "<>", but legacy
 * Rust names keep them. As with pprof, what follows a C++ name is passed over where parameters are
 * not shown, and must be parameters in the full style.
 *
 * False, with `out` untouched, if the name is not mangled (C, Go), the style is PP_DEMANGLE_NONE,
 * or the name is over 64 KiB, nests deeper than libiberty's limit (a C++ name over 1 KiB counts as
 * such), or would expand to more than 1 MiB, as hostile names do.
 */
bool pp_demangle(struct pp_str mangled, enum pp_demangle style, struct pp_buf *out);

/* The same for one of many names: libiberty may write no more than *budget characters, which is
 * reduced by what it wrote, whether or not that became a name. */
bool pp_demangle_within(struct pp_str mangled, enum pp_demangle style, size_t *budget,
			struct pp_buf *out);

#endif
