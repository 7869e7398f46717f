/* SPDX-License-Identifier: Apache-2.0 */
/* New lines for the locations of a profile that is there already. Internal to symbol/. */
#ifndef PP_SYMBOL_PROFILE_TABLE_H
#define PP_SYMBOL_PROFILE_TABLE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/map.h"
#include "profile/profile.h"

struct pp_profile_table {
	struct pp_profile *p;
	struct pp_buf lines;		/* struct pp_line each */
	struct pp_buf functions;	/* those that are new */
	struct pp_strtab function_keys; /* function n is key n + 1 */
	struct pp_strtab strings;	/* new ones; id n is at p->nstrings + n - 1 in the end */
	uint32_t *first, *count;	/* per location, in lines */
	uint32_t location;
	struct pp_map readable; /* system names, by id -> name */
	struct pp_buf name;	/* scratch */
};

void pp_profile_table_init(struct pp_profile_table *t, struct pp_profile *p);

/* Locations get their lines in ascending order: begin each, then keep what it has, or add lines,
 * the innermost inlined function first. An empty name is made from the system name, and the other
 * way round. */
void pp_profile_table_begin(struct pp_profile_table *t, uint32_t location);
void pp_profile_table_keep(struct pp_profile_table *t, uint32_t location);
void pp_profile_table_line(struct pp_profile_table *t, struct pp_str name,
			   struct pp_str system_name, struct pp_str file, int64_t line,
			   int64_t start_line);

/* Put everything into the profile, or nothing of it, and release the table. -1 with PP_ERR_LIMIT.
 */
int pp_profile_table_finish(struct pp_profile_table *t, struct pp_err *err) PP_NODISCARD;

#endif
