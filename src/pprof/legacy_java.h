/* SPDX-License-Identifier: Apache-2.0 */
/* The table of locations at the end of profiles of Java programs. */
#ifndef PP_PPROF_LEGACY_JAVA_H
#define PP_PPROF_LEGACY_JAVA_H

#include "base/compiler.h"
#include "base/err.h"
#include "pprof/legacy_text.h"
#include "profile/builder.h"

/* Name the locations of the builder, from the current line on. The "addresses" by which samples
 * refer to them are only numbers, and go. */
int pp_legacy_java_names(struct pp_builder *b, struct pp_lines *l, struct pp_err *err) PP_NODISCARD;

#endif
