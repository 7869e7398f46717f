/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The entries of .eh_frame (LSB, "Exception Frames") and .debug_frame (DWARF 5, 6.4.1): CIEs, and
 * the FDEs that refer to them, by address. Internal to unwind/.
 */
#ifndef PP_UNWIND_CFI_H
#define PP_UNWIND_CFI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "symbol/elf_cfi.h"
#include "unwind/cfi_state.h"

struct pp_cfi_cie {
	uint32_t at; /* offset in the section */
	bool ok;     /* understood; FDEs of others are skipped */
	bool signal; /* augmentation "S" */
	bool sized;  /* augmentation "z": FDEs tell the size of what they add */
	uint8_t pc_encoding;
	uint32_t ra; /* the register that is the return address */
	uint64_t code_align;
	int64_t data_align;
	struct pp_cfi_state initial;
};

struct pp_cfi_fde {
	uint32_t pc, size;   /* pc: relative to the base */
	uint32_t cie;	     /* index */
	uint32_t ins, ins_n; /* instructions: offset in the section, bytes */
};

struct pp_cfi {
	struct pp_elf_bytes bytes;
	bool eh; /* .eh_frame, not .debug_frame */
	bool arm64;
	uint64_t base;
	const struct pp_elf_code *code; /* borrowed */
	size_t ncode;
	struct pp_cfi_cie *cies; /* by offset */
	size_t ncies, cies_cap;
	struct pp_cfi_fde *fdes; /* by pc, none empty, none within another: see pp_cfi_read */
	size_t nfdes, fdes_cap;
	uint64_t skipped; /* damaged ones */
};

/*
 * Fill the rest, once the first six are set. FDEs outside of code, and those of functions that the
 * linker has discarded (at address 0), are left out. Of two with the same address the first in the
 * file counts; one that reaches into the next ends there.
 */
void pp_cfi_read(struct pp_cfi *c);
void pp_cfi_release(struct pp_cfi *c);

/* An address in one of the encodings of the LSB, whose own address is `addr`; sets e->bad on others
 * than absolute and relative to itself. */
uint64_t pp_cfi_address(struct pp_cursor *e, uint8_t encoding, uint64_t addr);

#endif
