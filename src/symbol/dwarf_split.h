/* SPDX-License-Identifier: Apache-2.0 */
/* Units whose entries are in another file: .dwo files and packages of them, .dwp (DWARF 5 section
 * 7.3, and GNU's form of DWARF 4 with both). Internal to symbol/. */
#ifndef PP_SYMBOL_DWARF_SPLIT_H
#define PP_SYMBOL_DWARF_SPLIT_H

#include "symbol/dwarf_unit.h"

struct pp_dwarf_split {
	struct pp_dwarf_elf elf; /* of a .dwo; nothing is open if the unit is in the package */
	struct pp_dwarf_file file;
	struct pp_dwarf_cu *cu; /* the split unit */
};

/*
 * Find the unit that `skeleton` stands for: in the package, if `dwp` is not NULL, else, with
 * `files`, in the .dwo file that it names, relative to the directory of the compilation or to `dir`
 * (NULL: none), or there without its own directory. The ids must agree. False if it is nowhere.
 * Release in either case, before the skeleton.
 */
bool pp_dwarf_split_open(struct pp_dwarf_split *s, const struct pp_dwarf_cu *skeleton,
			 const struct pp_dwarf_elf *dwp, bool files, const char *dir);
void pp_dwarf_split_release(struct pp_dwarf_split *s);

#endif
