/* SPDX-License-Identifier: Apache-2.0 */
/* The code that an entry covers (DWARF 5 sections 2.17 and 7.25, DWARF 4 section 2.17.3).
 * Internal to symbol/. */
#ifndef PP_SYMBOL_DWARF_RANGE_H
#define PP_SYMBOL_DWARF_RANGE_H

#include "symbol/dwarf_unit.h"

struct pp_dwarf_range {
	uint64_t start, end;
};

/* The ranges of one entry, one after the other. */
struct pp_dwarf_ranges {
	const struct pp_dwarf_cu *cu;
	enum { PP_DWARF_NO_RANGE, PP_DWARF_ONE_RANGE, PP_DWARF_LIST_4, PP_DWARF_LIST_5 } kind;
	struct pp_dwarf_range one;
	struct pp_dwarf_cursor c;
	uint64_t base;
};

/* Begin with the ranges that the values of DW_AT_low_pc, _high_pc and _ranges give. */
void pp_dwarf_ranges_begin(struct pp_dwarf_ranges *r, const struct pp_dwarf_cu *cu,
			   struct pp_dwarf_value low, struct pp_dwarf_value high,
			   struct pp_dwarf_value ranges);

/* The next one, which is not empty and begins in code of the file; false at the end. */
bool pp_dwarf_ranges_next(struct pp_dwarf_ranges *r, struct pp_dwarf_range *out);

#endif
