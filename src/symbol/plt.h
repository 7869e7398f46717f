/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stubs through which a file calls into others: name@plt. Which one calls what is in their
 * instructions: the slot of the global offset table that they jump through, which a relocation
 * fills with a symbol (psABIs of x86-64, "Procedure Linkage Table", and AArch64).
 */
#ifndef PP_SYMBOL_PLT_H
#define PP_SYMBOL_PLT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "symbol/elffile.h"
#include "symbol/symbol.h"

struct pp_plt_stub {
	uint64_t start;
	uint32_t size;
	uint32_t name; /* offset into names, where a NUL ends it */
};

struct pp_plt {
	struct pp_plt_stub *stubs; /* by start */
	size_t n, cap;
	struct pp_buf names;
};

/* Read the stubs of an x86-64 or arm64 file; none for others. Those that are not to be understood,
 * the one for lazy binding among them, are left out. */
void pp_plt_read(struct pp_plt *t, const struct pp_elffile *f);
void pp_plt_release(struct pp_plt *t);

/* The stub at `vaddr`; the name lives as long as the table. */
bool pp_plt_find(const struct pp_plt *t, uint64_t vaddr, struct pp_symbol *out);

#endif
