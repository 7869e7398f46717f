/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The debug sections of an ELF file: executable, shared object, file of debug information only,
 * .dwo or .dwp. Internal to symbol/.
 *
 * The file is mapped, since a few addresses need little of a large file: whoever shrinks it
 * meanwhile kills the process by SIGBUS. Callers read files of others in a process of its own.
 */
#ifndef PP_SYMBOL_DWARF_ELF_H
#define PP_SYMBOL_DWARF_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "symbol/dwarf_bytes.h"

enum pp_dwarf_section {
	PP_DWARF_INFO,
	PP_DWARF_ABBREV,
	PP_DWARF_STR,
	PP_DWARF_STR_OFFSETS,
	PP_DWARF_LINE,
	PP_DWARF_LINE_STR,
	PP_DWARF_RANGES,
	PP_DWARF_RNGLISTS,
	PP_DWARF_ADDR,
	PP_DWARF_ARANGES,
	PP_DWARF_CU_INDEX,
	PP_DWARF_SECTIONS,
};

struct pp_dwarf_code {
	uint64_t start, end;
};

struct pp_dwarf_elf {
	struct pp_dwarf_bytes sections[PP_DWARF_SECTIONS]; /* inflated; empty: none */
	struct pp_dwarf_bytes altlink;			   /* .gnu_debugaltlink */
	struct pp_dwarf_code *code;			   /* sections that are executed */
	size_t ncode;
	uint8_t *map;
	size_t map_size;
	uint8_t *inflated[PP_DWARF_SECTIONS];
};

/* What to take: sections whose names end in ".dwo", or those that do not. */
enum pp_dwarf_side { PP_DWARF_MAIN, PP_DWARF_SPLIT };

/*
 * Map the file behind `fd`; the caller may close it at once. Sections that are damaged, compressed
 * by other means than zlib, or too large inflated (1 GiB for all) are left out. -1 with
 * PP_ERR_FORMAT for what is not little-endian ELF. Release with pp_dwarf_elf_release.
 */
int pp_dwarf_elf_open(struct pp_dwarf_elf *e, int fd, enum pp_dwarf_side side,
		      struct pp_err *err) PP_NODISCARD;
void pp_dwarf_elf_release(struct pp_dwarf_elf *e);

/* Whether something begins at `vaddr` that is executed. Linkers give code that they drop addresses
 * near 0 or -1, which would cover other code. */
bool pp_dwarf_elf_is_code(const struct pp_dwarf_elf *e, uint64_t vaddr);

#endif
