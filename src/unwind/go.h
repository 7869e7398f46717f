/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unwind rows for the code of Go programs, from their own table of functions: Go's linker writes
 * no .eh_frame for it, and what it writes of .debug_frame is stripped.
 *
 * The table says how deep the stack is at each address. x86-64: CFA = rsp + depth + 8. arm64: CFA =
 * sp + depth, with the return address at sp, or in x30 at depth 0. It does not say when the frame
 * pointer has been saved (to CFA - 16, or right below sp on arm64); that is seen by the
 * instructions that do it. Which functions begin a stack it says from Go 1.17 on, and for older
 * programs their names do.
 */
#ifndef PP_UNWIND_GO_H
#define PP_UNWIND_GO_H

#include "base/compiler.h"
#include "base/err.h"
#include "unwind/table.h"

/*
 * Give the Go functions of the file behind `fd` their rows in `t`, which is empty ({0}) or has been
 * made by pp_unwind_table_read from the same file. Rows that it has for them already, such as those
 * from .debug_frame, are replaced: they know neither the roots nor the frame pointer. Does nothing
 * to files without a sound table of Go functions, and those of other machines. Counts functions as
 * `fdes`. -1, with `t` as it was, for PP_ERR_LIMIT (as pp_unwind_table_read), or PP_ERR_IO.
 */
int pp_unwind_go_rows(int fd, struct pp_unwind_table *t, struct pp_err *err) PP_NODISCARD;

#endif
