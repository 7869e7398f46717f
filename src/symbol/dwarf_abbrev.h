/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of abbreviations (DWARF 5 section 7.5.3). Internal to symbol/. */
#ifndef PP_SYMBOL_DWARF_ABBREV_H
#define PP_SYMBOL_DWARF_ABBREV_H

#include "symbol/dwarf_unit.h"

/* Add the table at `offset` of .debug_abbrev to `t`; with `only` not 0, no abbreviation but that of
 * this code. False if it is damaged. */
bool pp_dwarf_abbrevs_read(struct pp_dwarf_file *f, uint64_t offset, struct pp_dwarf_sizes sizes,
			   uint64_t only, struct pp_dwarf_abbrevs *t);
void pp_dwarf_abbrevs_release(struct pp_dwarf_abbrevs *t);

/* The table at `offset` as an index into the file's; SIZE_MAX if it is damaged. Read once. */
size_t pp_dwarf_abbrevs_get(struct pp_dwarf_file *f, uint64_t offset, struct pp_dwarf_sizes sizes);

#endif
