/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of an ELF file is loaded where, and its build id: read from the program headers alone, which
 * costs three reads where symbol/elf.h reads all symbols. Small, and in one piece, for those who
 * keep many.
 */
#ifndef PP_SYMBOL_LOADS_H
#define PP_SYMBOL_LOADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "symbol/elffile.h"

#define PP_LOADS_MAX 32 /* segments; linkers make four to six */

struct pp_loads {
	struct pp_elffile_segment load[PP_LOADS_MAX];
	size_t n;
	char build_id[2 * PP_BUILD_ID_MAX + 1]; /* as in pp_elffile */
};

/* Read the 64-bit little-endian program or library behind `fd`; false if it is none, or
 * loads nothing. Segments beyond PP_LOADS_MAX are left out. */
bool pp_loads_read(struct pp_loads *l, int fd) PP_NODISCARD;

/* The virtual address of the beginning of a mapping of `size` bytes from a file offset on. Only
 * whole pages are mapped, and segments may share them in the file (lld makes it so): the first byte
 * is that of another segment then. The one that has most of the mapping is meant, executable ones
 * first. False if none has any of it. */
bool pp_loads_mapped(const struct pp_loads *l, uint64_t offset, uint64_t size, uint64_t *vaddr);

#endif
