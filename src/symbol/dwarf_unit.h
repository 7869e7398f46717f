/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of DWARF, their units, abbreviations and entries (DWARF 5 chapter 7; versions 2 to 5 and
 * GNU's split and alternate files before 5). Internal to symbol/.
 */
#ifndef PP_SYMBOL_DWARF_UNIT_H
#define PP_SYMBOL_DWARF_UNIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/map.h"
#include "symbol/dwarf_bytes.h"
#include "symbol/dwarf_elf.h"

/* What all work for one batch may still cost. Whoever finds it used up ends early; what has been
 * found by then is right. */
struct pp_dwarf_budget {
	uint64_t steps; /* entries, attributes, rows and ranges that may still be looked at */
	size_t room;	/* elements of tables, of some 16 bytes, that may still be made */
	size_t text;	/* bytes of strings that may still be kept */
	bool out;	/* something was refused */
};

static inline bool pp_dwarf_spend(struct pp_dwarf_budget *b, uint64_t steps)
{
	if (steps > b->steps) {
		b->steps = 0;
		b->out = true;
		return false;
	}
	b->steps -= steps;
	return true;
}

static inline bool pp_dwarf_make(struct pp_dwarf_budget *b, size_t elements)
{
	if (elements > b->room) {
		b->out = true;
		return false;
	}
	b->room -= elements;
	return true;
}

/* The attributes that matter here. */
enum pp_dwarf_slot {
	PP_DWARF_LOW_PC,
	PP_DWARF_HIGH_PC,
	PP_DWARF_RANGES_AT,
	PP_DWARF_NAME,
	PP_DWARF_LINKAGE_NAME,
	PP_DWARF_ORIGIN, /* abstract origin or, in entries without one, specification */
	PP_DWARF_DECL_LINE,
	PP_DWARF_CALL_FILE,
	PP_DWARF_CALL_LINE,
	PP_DWARF_SIBLING,
	PP_DWARF_STMT_LIST,
	PP_DWARF_COMP_DIR,
	PP_DWARF_STR_OFFSETS_BASE,
	PP_DWARF_ADDR_BASE,
	PP_DWARF_RNGLISTS_BASE,
	PP_DWARF_RANGES_BASE,
	PP_DWARF_DWO_NAME,
	PP_DWARF_DWO_ID,
	PP_DWARF_SLOTS, /* any other attribute */
};

struct pp_dwarf_attr {
	int64_t constant; /* of DW_FORM_implicit_const */
	uint16_t form;
	uint8_t slot;
	int8_t size; /* of the value; -1: depends */
};

/* How the walk for functions treats an entry. */
enum pp_dwarf_kind { PP_DWARF_OTHER, PP_DWARF_FUNCTION, PP_DWARF_INLINED, PP_DWARF_ENCLOSING };

struct pp_dwarf_abbrev {
	uint64_t code;
	uint32_t first, n; /* among the attributes */
	int32_t size;	   /* of all attributes together; -1: depends */
	uint8_t kind;	   /* enum pp_dwarf_kind */
	bool children, sibling;
};

struct pp_dwarf_abbrevs {
	struct pp_dwarf_abbrev *list; /* by code */
	size_t n, cap;
	struct pp_dwarf_attr *attrs;
	size_t nattrs, attrs_cap;
};

/* The sizes that forms depend on. */
struct pp_dwarf_sizes {
	uint8_t offset, address;
	uint16_t version;
};

struct pp_dwarf_unit {
	uint64_t offset, end;	/* in .debug_info */
	uint64_t abbrev_offset; /* in .debug_abbrev */
	uint64_t id;		/* of a skeleton or split unit of DWARF 5 */
	struct pp_dwarf_sizes sizes;
	uint8_t type;	     /* DW_UT_*; DW_UT_compile in versions without */
	uint8_t header_size; /* the first entry is there */
	struct pp_dwarf_cu *cu;
};

struct pp_dwarf_file {
	struct pp_dwarf_bytes sections[PP_DWARF_SECTIONS];
	const struct pp_dwarf_elf *code; /* of the main file, which addresses belong to */
	struct pp_dwarf_budget *budget;
	struct pp_dwarf_file *alt;	    /* what dwz has moved there, or NULL */
	const struct pp_dwarf_cu *skeleton; /* of a split file; else NULL */
	struct pp_dwarf_unit *units;	    /* by offset */
	size_t nunits, units_cap;
	struct pp_map tables; /* place and sizes to an index of abbrevs */
	struct pp_dwarf_abbrevs *abbrevs;
	size_t nabbrevs, abbrevs_cap;
	struct pp_map names; /* offset of a function's entry to what it is called */
};

struct pp_dwarf_value {
	uint16_t form; /* 0: the entry has no such attribute */
	uint64_t u;
	struct pp_str text; /* of DW_FORM_string */
};

/* The attributes of one entry; values whose bit is not set are not there. */
struct pp_dwarf_entry {
	uint32_t have;
	struct pp_dwarf_value values[PP_DWARF_SLOTS];
};

/* A unit whose entries can be read. */
struct pp_dwarf_cu {
	struct pp_dwarf_file *file;
	struct pp_dwarf_sizes sizes;
	uint64_t offset, end, entries; /* in .debug_info; the unit entry is at `entries` */
	size_t abbrevs;		       /* index in the file's; SIZE_MAX: none yet */
	uint64_t low_pc, str_offsets_base, addr_base, rnglists_base, ranges_base;
	uint64_t id; /* of a skeleton or split unit, 0: none */
	struct pp_str name, comp_dir, dwo_name;
	struct pp_dwarf_value low, high, ranges, stmt_list;
};

/* List the units of a file whose sections are set. Stops where the headers stop making sense. */
void pp_dwarf_file_index(struct pp_dwarf_file *f);
void pp_dwarf_file_release(struct pp_dwarf_file *f);

/* The unit that holds `offset`; NULL: none. */
struct pp_dwarf_unit *pp_dwarf_file_unit(const struct pp_dwarf_file *f, uint64_t offset);

/* Read the unit entry of `unit` into `cu`, and no abbreviation but its own; enough for all but the
 * entries. False if it is damaged. */
bool pp_dwarf_unit_peek(struct pp_dwarf_file *f, const struct pp_dwarf_unit *unit,
			struct pp_dwarf_cu *cu);

/* The unit ready for reading entries; it lives as long as the file. NULL if it is damaged. */
struct pp_dwarf_cu *pp_dwarf_unit_open(struct pp_dwarf_file *f, struct pp_dwarf_unit *unit);

/* The abbreviation of a code, or NULL. */
const struct pp_dwarf_abbrev *pp_dwarf_abbrev_find(const struct pp_dwarf_abbrevs *t, uint64_t code);

/* Read the attributes that follow the code of an entry, or step over them. */
void pp_dwarf_entry_read(const struct pp_dwarf_abbrevs *t, const struct pp_dwarf_abbrev *a,
			 struct pp_dwarf_sizes sizes, struct pp_dwarf_cursor *c,
			 struct pp_dwarf_entry *out);
void pp_dwarf_entry_skip(const struct pp_dwarf_abbrevs *t, const struct pp_dwarf_abbrev *a,
			 struct pp_dwarf_sizes sizes, struct pp_dwarf_cursor *c);

/* The entry at `offset` of .debug_info, which must be in the unit; false if it is none. */
bool pp_dwarf_entry_at(const struct pp_dwarf_cu *cu, uint64_t offset, struct pp_dwarf_entry *out);

/* An attribute of an entry; form 0 if it is not there. */
static inline struct pp_dwarf_value pp_dwarf_entry_get(const struct pp_dwarf_entry *e,
						       enum pp_dwarf_slot slot)
{
	return e->have >> slot & 1 ? e->values[slot] : (struct pp_dwarf_value){0};
}

#endif
