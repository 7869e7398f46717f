/* SPDX-License-Identifier: Apache-2.0 */
/* What functions are called. Internal to symbol/. */
#ifndef PP_SYMBOL_DWARF_NAME_H
#define PP_SYMBOL_DWARF_NAME_H

#include "base/map.h"
#include "symbol/dwarf_unit.h"

/* As in struct pp_answer_frame. */
struct pp_dwarf_name {
	uint32_t system_name, name, start_line;
};

struct pp_dwarf_names {
	struct pp_strtab *strings;
	struct pp_dwarf_name *list; /* the first is the name of what has none */
	size_t n, cap;
};

void pp_dwarf_names_init(struct pp_dwarf_names *names, struct pp_strtab *strings);
void pp_dwarf_names_release(struct pp_dwarf_names *names);

/* The index in the list of the name of the function at `entry` of the unit: its own, or that of the
 * entry that it is an instance or a definition of, wherever that is. */
uint32_t pp_dwarf_names_find(struct pp_dwarf_names *names, const struct pp_dwarf_cu *cu,
			     uint64_t entry);

/* Keep a string within the budget; 0 if it is too much. */
uint32_t pp_dwarf_intern(struct pp_strtab *strings, struct pp_dwarf_budget *budget,
			 struct pp_str s);

#endif
