/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What names of functions are made of, in the languages that have come up: C++ and Rust
 * ("ns::f<T>(int)"), Go ("path/pkg.(*T).f"), Java, Python and JavaScript ("a.b.C.f"), Objective-C
 * ("-[C f:]"). Which of them a name is of is not known: the rules below are for all. They read
 * from left to right and never fail; a bracket that is not closed is a character like others.
 * src/render/web/core/fit.js is the same.
 */
#ifndef PP_RENDER_NAME_PARTS_H
#define PP_RENDER_NAME_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

/* Append a name without parameters, return type and place ("f /src/f.js:1:2"). */
void pp_name_bare(struct pp_str name, struct pp_buf *out);

/* Append a bare name with "<…>" for arguments of templates and "[…]" for Go's; Rust's
 * "<T as Trait>" becomes T. */
void pp_name_brief(struct pp_str bare, struct pp_buf *out);

/* A part that begins at `at`, behind the separator at `sep`. */
struct pp_name_cut {
	size_t sep, at;
};

/* Where a brief name can be cut at its left: in front of its parts but the first. */
struct pp_name_cuts {
	struct pp_name_cut *all;
	size_t n, cap;
	size_t first;  /* before this one, cuts are of no use: in a path, or a package of Java */
	size_t folder; /* behind the last '/'; 0: none */
	/* Parts are 0 .. n, and part i > 0 begins at all[i - 1]. The last one that is a name: what
	 * follows, such as ".func1" or "::{lambda#1}", says little without it. */
	size_t last;
};

void pp_name_cuts(struct pp_str brief, struct pp_name_cuts *cuts);
void pp_name_cuts_release(struct pp_name_cuts *cuts);

/* Part i, and whether it is one of those that belong to the one before. */
struct pp_str pp_name_part(struct pp_str brief, const struct pp_name_cuts *cuts, size_t i);
bool pp_name_is_tail(struct pp_str part);

#endif
