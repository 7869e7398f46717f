/* SPDX-License-Identifier: Apache-2.0 */
/* Which C++ names libiberty must not see, because it would never finish. */
#ifndef PP_SYMBOL_CXX_GUARD_H
#define PP_SYMBOL_CXX_GUARD_H

#include <stdbool.h>

/*
 * False for a mangled name for which libiberty would work in silence for a time that is exponential
 * in its length: templates nested in the type of a conversion operator, each of which it reads
 * twice, and expansions of parameter packs whose pattern refers to itself over and over, which it
 * searches for a pack. Names that compilers make are far from both. `options` are libiberty's.
 */
bool pp_cxx_is_tame(const char *mangled, int options);

#endif
