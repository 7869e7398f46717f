/* SPDX-License-Identifier: Apache-2.0 */
/* The function symbols of an ELF file. Internal to symbol/. */
#ifndef PP_SYMBOL_ELFSYMS_H
#define PP_SYMBOL_ELFSYMS_H

#include <libelf.h>

#include "base/err.h"
#include "symbol/symtab.h"

/* Fill and seal the zeroed table `t`. Damaged symbol tables count as absent; -1 with PP_ERR_LIMIT
 * if there are too many symbols. The caller releases `t` in either case. */
int pp_elfsyms_read(struct pp_symtab *t, Elf *elf, struct pp_err *err) PP_NODISCARD;

#endif
