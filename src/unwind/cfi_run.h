/* SPDX-License-Identifier: Apache-2.0 */
/* Running call frame instructions (DWARF 5, 6.4.2). Internal to unwind/. */
#ifndef PP_UNWIND_CFI_RUN_H
#define PP_UNWIND_CFI_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "unwind/cfi.h"
#include "unwind/rows.h"

/* Run the first instructions of a CIE, which give cie->initial. False if they are damaged. */
bool pp_cfi_run_cie(struct pp_cfi_cie *cie, struct pp_cursor ins, bool arm64);

/*
 * Run those of an FDE of `cie` and add its rows for [pc, end). What comes after a damaged
 * instruction becomes a row of PP_CFA_UNSUPPORTED. False if that was so.
 */
bool pp_cfi_run_fde(const struct pp_cfi_cie *cie, struct pp_cursor ins, uint64_t pc, uint64_t end,
		    struct pp_unwind_rows *rows);

#endif
