/* SPDX-License-Identifier: Apache-2.0 */
/* What every look-up of an address answers. */
#ifndef PP_SYMBOL_SYMBOL_H
#define PP_SYMBOL_SYMBOL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct pp_symbol {
	struct pp_str name; /* as in the symbol table: mangled, without a version; borrowed */
	uint64_t start;
	uint64_t size; /* never 0; a symbol without a size ends where its neighbour begins */
	bool sized;    /* the table itself says so */
};

#endif
