/* SPDX-License-Identifier: Apache-2.0 */
/* The symbols of an ELF file. Internal to symbol/. */
#ifndef PP_SYMBOL_ELFSYMS_H
#define PP_SYMBOL_ELFSYMS_H

#include "base/err.h"
#include "symbol/elffile.h"
#include "symbol/symtab.h"

/* Fill with functions and seal the zeroed table `t`. Damaged symbol tables count as absent; -1 with
 * PP_ERR_LIMIT if there are too many symbols. The caller releases `t` in either case. */
int pp_elfsyms_read(struct pp_symtab *t, const struct pp_elffile *f,
		    struct pp_err *err) PP_NODISCARD;

/* Fill the zeroed table with all that has an address, from .symtab, or from .dynsym where that is
 * stripped, and leave it unsealed. As above otherwise. */
int pp_elfsyms_list(struct pp_symtab *t, const struct pp_elffile *f,
		    struct pp_err *err) PP_NODISCARD;

/* pp_elfsyms_list of the file behind `fd`, which stays open; in elf.c. -1 as pp_elf_open. */
int pp_elf_list(int fd, struct pp_symtab *t, struct pp_err *err) PP_NODISCARD;

#endif
