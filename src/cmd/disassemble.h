/* SPDX-License-Identifier: Apache-2.0 */
/* From a view by address to disassembled routines with their costs. */
#ifndef PP_CMD_DISASSEMBLE_H
#define PP_CMD_DISASSEMBLE_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/assembly.h"
#include "analyze/total.h"
#include "cmd/report.h"

struct pp_disassemble_options {
	const char *binary_path; /* directories to look for binaries in; NULL: none */
	const char *programs;	 /* the same for objdump */
	bool intel;
};

struct pp_disassemble; /* what the routines are made of */

/* Disassemble all routines in binaries of the profile that cost something and whose symbol matches
 * the report's REGEX, or that have its address. -1 if there are none. Free with
 * pp_disassemble_free. */
struct pp_disassemble *pp_disassemble_new(struct pp_report *r,
					  const struct pp_disassemble_options *o,
					  struct pp_err *err) PP_NODISCARD;
void pp_disassemble_free(struct pp_disassemble *d);

/* The routines, by name; they live as long as `d`. */
const struct pp_assembly_routine *pp_disassemble_routines(const struct pp_disassemble *d,
							  uint32_t *n);

#endif
