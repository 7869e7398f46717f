/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where functions begin and end, from the frame descriptions that exceptions and debuggers need:
 * .eh_frame (LSB, "Exception Frames"). Debian's libraries have symbols for a third of their code
 * and these for nearly all of it.
 */
#ifndef PP_SYMBOL_FDE_H
#define PP_SYMBOL_FDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "symbol/elffile.h"

struct pp_fde {
	uint64_t start, end;
};

struct pp_fdes {
	struct pp_fde *fde; /* by start; disjoint in sound files */
	size_t n;
};

/* Read all of them; what is damaged is left out, and n is 0 if there are none. Without section
 * headers the segment PT_GNU_EH_FRAME leads to them. */
void pp_fdes_read(struct pp_fdes *t, const struct pp_elffile *f);
void pp_fdes_release(struct pp_fdes *t);

/* The one that covers `vaddr`, or NULL. */
const struct pp_fde *pp_fdes_find(const struct pp_fdes *t, uint64_t vaddr);

/* Whether one begins in (after, last]. */
bool pp_fdes_begins_in(const struct pp_fdes *t, uint64_t after, uint64_t last);

#endif
