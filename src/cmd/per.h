/* SPDX-License-Identifier: Apache-2.0 */
/* --per=WHAT: what values are a part of, or divided by. */
#ifndef PP_CMD_PER_H
#define PP_CMD_PER_H

#include "base/compiler.h"
#include "base/err.h"
#include "render/compare.h"

/* What the option has been given, one of `choices`, which are in the order of enum pp_per, end with
 * NULL and have "unit=" in the place of PP_PER_UNIT. Of that, units[] is how many there are on each
 * side, else it stays. -1 with PP_ERR_USAGE. */
int pp_per_parse(const char *const *choices, const char *text, enum pp_per *per,
		 double units[PP_SIDES], struct pp_err *err) PP_NODISCARD;

#endif
