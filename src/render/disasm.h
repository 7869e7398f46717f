/* SPDX-License-Identifier: Apache-2.0 */
/* The `disasm` view as text, JSON and CSV. */
#ifndef PP_RENDER_DISASM_H
#define PP_RENDER_DISASM_H

#include <stdint.h>

#include "analyze/assembly.h"
#include "io/out.h"
#include "render/header.h"

/* Byte for byte what `pprof -disasm` prints of the same instructions, but for characters that are
 * unsafe on a terminal and for the cost of recursive functions. */
void pp_disasm_text(const struct pp_assembly_routine *r, uint32_t n, const struct pp_header *h,
		    struct pp_out *o);

/* One object: the header's fields, and `routines` with their `instructions`. */
void pp_disasm_json(const struct pp_assembly_routine *r, uint32_t n, const struct pp_header *h,
		    struct pp_out *o);

/* A header line, then a record per instruction. */
void pp_disasm_csv(const struct pp_assembly_routine *r, uint32_t n, const struct pp_header *h,
		   struct pp_out *o);

#endif
