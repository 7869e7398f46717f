/* SPDX-License-Identifier: Apache-2.0 */
/* Line number tables (DWARF 5 section 6.2, and those of versions 2 to 4). Internal to symbol/. */
#ifndef PP_SYMBOL_DWARF_LINE_H
#define PP_SYMBOL_DWARF_LINE_H

#include "base/buf.h"
#include "symbol/dwarf_unit.h"

struct pp_dwarf_line_file {
	struct pp_str name;
	uint64_t dir;
};

/* The table of one unit: its header, and its program, which is run but not kept. */
struct pp_dwarf_lines {
	const struct pp_dwarf_cu *cu;
	struct pp_dwarf_sizes sizes; /* the table's own */
	struct pp_dwarf_cursor program;
	struct pp_str *dirs;
	size_t ndirs, dirs_cap;
	struct pp_dwarf_line_file *files;
	size_t nfiles, files_cap;
	uint8_t min_length, max_ops, line_range, opcode_base;
	int8_t line_base;
	uint8_t operands[256]; /* how many each standard opcode has */
};

/* Where an address is; line 0: unknown. */
struct pp_dwarf_line_hit {
	uint32_t file; /* as entries name it: from 1 up before DWARF 5, else from 0 */
	uint32_t line;
	bool found;
};

/* Read the header of the unit's table; false if there is none. Release in either case. */
bool pp_dwarf_lines_open(struct pp_dwarf_lines *l, const struct pp_dwarf_cu *cu);
void pp_dwarf_lines_release(struct pp_dwarf_lines *l);

/* Run the program and fill the hits of n ascending addresses; those found before stay. */
void pp_dwarf_lines_find(struct pp_dwarf_lines *l, const uint64_t *vaddrs, size_t n,
			 struct pp_dwarf_line_hit *hits);

/* The whole path of a file, as the compiler had it; nothing if there is no such file. */
void pp_dwarf_lines_path(const struct pp_dwarf_lines *l, uint64_t file, struct pp_buf *out);

#endif
