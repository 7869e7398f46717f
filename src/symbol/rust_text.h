/* SPDX-License-Identifier: Apache-2.0 */
/* From libiberty's text of a Rust name (v0 mangling) to pprof's. */
#ifndef PP_SYMBOL_RUST_TEXT_H
#define PP_SYMBOL_RUST_TEXT_H

#include "base/buf.h"
#include "base/str.h"

/*
 * Append a demangled Rust name without its generic arguments, as pprof shows it: "Vec<u8>" is
 * "Vec<>". What is no argument stays: "<T as Trait>", "for<'a>", and the bindings of "dyn
 * Iterator<Item = u8>". `text` is at most 4 GiB long.
 */
void pp_rust_text(struct pp_str text, struct pp_buf *out);

#endif
