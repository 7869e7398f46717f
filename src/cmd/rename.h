/* SPDX-License-Identifier: Apache-2.0 */
/* --rename OLD=NEW: what a function was called before, and what it is called after. */
#ifndef PP_CMD_RENAME_H
#define PP_CMD_RENAME_H

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "cli/opt.h"
#include "profile/profile.h"

struct pp_str pp_rename_old(const char *rename);
const char *pp_rename_new(const char *rename);

/* See that all of them are OLD=NEW. */
int pp_rename_check(const struct pp_opt_list *renames, struct pp_err *err) PP_NODISCARD;

/* Give the functions of a profile of the side before the name that they have after. *found becomes
 * true if there are any. */
int pp_rename_functions(struct pp_profile *p, const char *rename, bool *found,
			struct pp_err *err) PP_NODISCARD;

#endif
