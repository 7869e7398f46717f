/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What signal handlers return to, by its code: two instructions that make the system call
 * rt_sigreturn. glibc describes it in .eh_frame; musl and Go do not. Internal to unwind/.
 */
#ifndef PP_UNWIND_TRAMPOLINE_H
#define PP_UNWIND_TRAMPOLINE_H

#include "symbol/elf_cfi.h"
#include "unwind/rows.h"

/* Add rows of PP_CFA_SIGNAL to those of a file, in gaps of a useful size, unless there are some,
 * or the C library must be another file. */
void pp_unwind_add_trampolines(struct pp_unwind_rows *rows, const struct pp_elf_cfi *elf);

#endif
