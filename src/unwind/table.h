/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The unwind table of one file: rows (unwind/row.h) in order of address, made from its .eh_frame,
 * from .debug_frame for functions that this leaves out, and, in a C library without either, from
 * the code that signal handlers return to. Files are hostile: what is damaged is left out, and only
 * what is no ELF program at all is an error.
 */
#ifndef PP_UNWIND_TABLE_H
#define PP_UNWIND_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "unwind/row.h"

struct pp_unwind_counts {
	uint64_t fdes, rows;
	uint64_t unsupported; /* rows of rule PP_CFA_UNSUPPORTED */
	uint64_t skipped;     /* FDEs and CIEs that were damaged, or are of a kind unknown */
};

struct pp_unwind_table {
	uint64_t base;		    /* virtual address in the file that pc 0 of rows means */
	struct pp_unwind_row *rows; /* by pc, no two alike in pc, neighbours differ in the rest;
				     * the last one is PP_CFA_NONE */
	size_t nrows;		    /* 0: the file has no unwind information */
	uint16_t machine;	    /* EM_X86_64 or EM_AARCH64 */
	struct pp_unwind_counts counts;
};

/*
 * Make the table of the program or library behind `fd`, wherever its position is. A file without
 * unwind information gives an empty table. -1 with PP_ERR_FORMAT for what is not ELF,
 * PP_ERR_UNSUPPORTED for other machines than x86-64 and arm64, PP_ERR_LIMIT for more than 64 Mi
 * rows or more than 4 GiB of code. Messages do not name the file. Release with
 * pp_unwind_table_release.
 */
int pp_unwind_table_read(struct pp_unwind_table *t, int fd, struct pp_err *err) PP_NODISCARD;

/* The same for n bytes of memory, such as the vdso. */
int pp_unwind_table_read_memory(struct pp_unwind_table *t, const void *image, size_t n,
				struct pp_err *err) PP_NODISCARD;

void pp_unwind_table_release(struct pp_unwind_table *t);

/* The row that holds at `vaddr`, an address in the file; a row of PP_CFA_NONE if there is none. */
struct pp_unwind_row pp_unwind_table_find(const struct pp_unwind_table *t, uint64_t vaddr);

#endif
