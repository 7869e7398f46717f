/* SPDX-License-Identifier: Apache-2.0 */
/* Which functions, and which functions inlined there, addresses of a unit lie in. Internal to
 * symbol/. */
#ifndef PP_SYMBOL_DWARF_SCOPE_H
#define PP_SYMBOL_DWARF_SCOPE_H

#include "symbol/dwarf_range.h"

#define PP_DWARF_NO_SCOPE UINT32_MAX

/* A function, or one that has been inlined into its parent. */
struct pp_dwarf_scope {
	uint64_t entry;	 /* in .debug_info */
	uint32_t parent; /* PP_DWARF_NO_SCOPE: it is a function */
	uint32_t outer;	 /* what it stands in, which for nested functions is no parent */
	uint32_t depth;
	uint32_t call_file, call_line; /* where the parent calls it */
};

/* Addresses of one unit and what is found for them. */
struct pp_dwarf_hits {
	const uint64_t *vaddrs; /* ascending */
	size_t n;
	uint32_t *scopes;	     /* the innermost of each, or PP_DWARF_NO_SCOPE */
	struct pp_dwarf_scope *list; /* parents come first */
	size_t nlist, cap;
};

/* The first of n ascending addresses that is not below `at`. */
size_t pp_dwarf_first_from(const uint64_t *vaddrs, size_t n, uint64_t at);

/* Walk the entries of the unit and find the scopes of all addresses. */
void pp_dwarf_scopes_find(const struct pp_dwarf_cu *cu, bool inlines, struct pp_dwarf_hits *hits);

#endif
