/* SPDX-License-Identifier: Apache-2.0 */
/* The names of a whole profile's functions as people read them. */
#ifndef PP_SYMBOL_NAMES_H
#define PP_SYMBOL_NAMES_H

#include "profile/profile.h"
#include "symbol/demangle.h"

/*
 * Give functions readable names in a style, made from their system names; nothing but the names of
 * functions changes, and strings are added. Rules: google/pprof, Demangle in symbolizer.go.
 *
 * PP_DEMANGLE_SIMPLE names the functions that nobody has named yet: those whose name is empty or
 * equal to the system name. PP_DEMANGLE_TEMPLATES and PP_DEMANGLE_FULL rename all that have a
 * system name. PP_DEMANGLE_NONE changes nothing.
 *
 * A name that is not mangled but looks like C++ loses what is in parentheses, and in the simple
 * style what is in angle brackets, as long as these match; in the full style it stays. So do names
 * of Go and Java. A name that cannot be demangled is the system name. What all names together may
 * become is bounded by their length, far above what compilers make; from there on, names stay.
 */
void pp_names_demangle(struct pp_profile *p, enum pp_demangle style);

#endif
