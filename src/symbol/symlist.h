/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All symbols of an ELF file by address, as `nm -n` lists them: what stands between one address
 * with symbols and the next goes by the names of the first. That is how google/pprof cuts a file
 * into routines to disassemble; to name an address, symbol/elf.h is right.
 */
#ifndef PP_SYMBOL_SYMLIST_H
#define PP_SYMBOL_SYMLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "symbol/symtab.h"

struct pp_symlist {
	struct pp_symtab table; /* by address, then by name */
};

/* The names of one address are entries [first, first + n) of the list. */
struct pp_symgroup {
	size_t first, n;
	uint64_t start;
	uint64_t next; /* where the following symbols are; UINT64_MAX: nowhere */
	bool full;     /* a symbol's size says that its code reaches up to `next` */
};

/* Read the file behind `fd`, which the caller may close at once. Errors as pp_elf_open. */
int pp_symlist_read(struct pp_symlist *l, int fd, struct pp_err *err) PP_NODISCARD;
void pp_symlist_release(struct pp_symlist *l);

/* The symbols at or before `address`; false if there are none. */
bool pp_symlist_find(const struct pp_symlist *l, uint64_t address, struct pp_symgroup *g);

/* The name of an entry, as it is in the file; lives as long as the list. */
struct pp_str pp_symlist_name(const struct pp_symlist *l, size_t entry);

#endif
