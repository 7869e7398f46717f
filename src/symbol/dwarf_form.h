/* SPDX-License-Identifier: Apache-2.0 */
/* Values of attributes (DWARF 5 section 7.5.5 and 7.5.6). Internal to symbol/. */
#ifndef PP_SYMBOL_DWARF_FORM_H
#define PP_SYMBOL_DWARF_FORM_H

#include "symbol/dwarf_unit.h"

/* The bytes that a value takes, 0 for those in the abbreviation; -1 if the value tells. */
int pp_dwarf_form_size(unsigned form, struct pp_dwarf_sizes sizes);

/* Whether the form is one that can be stepped over. */
bool pp_dwarf_form_known(unsigned form);

/* Read a value as it stands. */
struct pp_dwarf_value pp_dwarf_form_read(unsigned form, int64_t constant,
					 struct pp_dwarf_sizes sizes, struct pp_dwarf_cursor *c);
void pp_dwarf_form_skip(unsigned form, struct pp_dwarf_sizes sizes, struct pp_dwarf_cursor *c);

/* What values mean in their unit. Empty, or false, if they are of another kind or lead nowhere. */
struct pp_str pp_dwarf_value_string(const struct pp_dwarf_cu *cu, struct pp_dwarf_value v);
bool pp_dwarf_value_address(const struct pp_dwarf_cu *cu, struct pp_dwarf_value v, uint64_t *out);
bool pp_dwarf_value_is_address(struct pp_dwarf_value v);

/* An entry elsewhere: its file and its offset in there. */
bool pp_dwarf_value_reference(const struct pp_dwarf_cu *cu, struct pp_dwarf_value v,
			      struct pp_dwarf_file **file, uint64_t *offset);

/* The string at `offset` of a section. */
struct pp_str pp_dwarf_string_at(const struct pp_dwarf_file *f, enum pp_dwarf_section section,
				 uint64_t offset);

/* The address of an index into .debug_addr. */
bool pp_dwarf_indexed_address(const struct pp_dwarf_cu *cu, uint64_t index, uint64_t *out);

#endif
