/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table that a Go program has of its own functions (runtime.pclntab), which survives stripping:
 * names, and for every address file, line, inlined calls and the depth of the stack. Formats: "Go
 * 1.2 Runtime Symbol Table" (golang.org/s/go12symtab), and since then runtime/symtab.go and
 * runtime/runtime2.go of Go 1.12 to 1.26. The files are hostile.
 */
#ifndef PP_SYMBOL_GOTAB_H
#define PP_SYMBOL_GOTAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "symbol/elfbytes.h"

/* By the first version of Go that writes it. */
enum pp_gotab_version { PP_GOTAB_1_2, PP_GOTAB_1_16, PP_GOTAB_1_18, PP_GOTAB_1_20 };

struct pp_gotab {
	struct pp_elfbytes elf;
	struct pp_arena arena;
	const uint8_t *bytes; /* a copy of the table, in the arena */
	size_t n;
	uint64_t vaddr; /* where it is loaded */
	enum pp_gotab_version version;
	uint8_t quantum; /* addresses in it are multiples of this */
	size_t nfuncs;
	uint64_t text;			      /* what entries are relative to, from Go 1.18 on */
	uint64_t gofunc;		      /* where inlined calls are described; 0: not known */
	uint64_t names, files, units, values; /* offsets of its parts */
	uint64_t funcs;			      /* of the index, and what that is relative to */
	bool inlines;			      /* it says what was inlined ... */
	uint32_t inline_value, inline_data;   /* ... in these tables of each function */
};

enum { PP_GOFUNC_TOP = 1, PP_GOFUNC_WRITES_SP = 2, PP_GOFUNC_ASM = 4 };

/* Offsets of tables in `values`, 0: none. */
struct pp_gofunc {
	uint64_t start, limit; /* addresses; the limit is where the next function begins */
	struct pp_str name;    /* borrowed from the table */
	uint32_t sp, file, line;
	uint32_t unit;
	uint32_t nvalues, ndata;
	size_t rest; /* offset of the lists of its further tables */
	uint32_t start_line;
	uint8_t flags; /* PP_GOFUNC_*, from Go 1.17 on */
};

/* A call that was inlined. */
struct pp_goinline {
	struct pp_str name;
	uint64_t caller; /* address in the function whose file and line are the call's */
	uint32_t start_line;
};

/*
 * Read the table of the program or library behind `fd`, which stays open as long as `t` is used.
 * -1 with PP_ERR_NOT_FOUND if it has none that is sound, PP_ERR_LIMIT for one of more than 1 GiB,
 * else as pp_elfbytes_open. Release in any case.
 */
int pp_gotab_open(struct pp_gotab *t, int fd, struct pp_err *err) PP_NODISCARD;
void pp_gotab_release(struct pp_gotab *t);

/* Whether there is such a table, without reading it. */
bool pp_gotab_probe(int fd);

/* Function i < nfuncs; false if its entry is damaged. Functions are by address and disjoint. */
bool pp_gotab_func(const struct pp_gotab *t, size_t i, struct pp_gofunc *f);

/* The function that has `vaddr`. */
bool pp_gotab_find(const struct pp_gotab *t, uint64_t vaddr, struct pp_gofunc *f);

/* The values of a table along a function, in order of address. */
struct pp_gowalk {
	const uint8_t *p, *end;
	uint64_t start, next, limit; /* `value` holds from `start` up to `next` */
	int32_t value;
	uint8_t quantum;
};

/* Begin; pp_gowalk_next then goes to the first value, and is false after the last. */
struct pp_gowalk pp_gotab_walk(const struct pp_gotab *t, const struct pp_gofunc *f, uint32_t table);
bool pp_gowalk_next(struct pp_gowalk *w);

/* The value at `vaddr`; false if there is none. Counts its steps down from *budget, and gives up
 * at 0. */
bool pp_gotab_value(const struct pp_gotab *t, const struct pp_gofunc *f, uint32_t table,
		    uint64_t vaddr, uint64_t *budget, int32_t *value);

/* The name of the file that is value `file` of table f->file; "" if it is not known. */
struct pp_str pp_gotab_file(const struct pp_gotab *t, const struct pp_gofunc *f, int32_t file);

/* The table with the numbers of inlined calls, and call number `i`. */
uint32_t pp_gotab_inline_table(const struct pp_gotab *t, const struct pp_gofunc *f);
bool pp_gotab_inline(const struct pp_gotab *t, const struct pp_gofunc *f, int32_t i,
		     struct pp_goinline *out);

#endif
