/* SPDX-License-Identifier: Apache-2.0 */
/* The `disasm` view: routines of binaries and what their instructions cost. */
#ifndef PP_ANALYZE_ASSEMBLY_H
#define PP_ANALYZE_ASSEMBLY_H

#include <stdint.h>

#include "base/str.h"

/* All texts are borrowed. */
struct pp_assembly_row {
	uint64_t address;
	struct pp_str text;
	struct pp_str function, file; /* of the source, the file without its folders; "": unknown */
	uint64_t line;		      /* 0: unknown */
	int64_t flat, cum;
};

struct pp_assembly_routine {
	const struct pp_str *names; /* all symbols at its address that are shown; at least one */
	uint32_t nnames;
	struct pp_str binary;
	uint64_t start;
	int64_t flat, cum;
	struct pp_assembly_row *rows; /* by address */
	uint32_t nrows;
};

#endif
