/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of named address ranges that may alias, nest and overlap, made for fast look-ups: filled,
 * sealed once, then searched. What ELF files and kallsyms have in common; internal to symbol/.
 */
#ifndef PP_SYMBOL_SYMTAB_H
#define PP_SYMBOL_SYMTAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "symbol/symbol.h"

#define PP_SYMTAB_BOUNDARY UINT32_MAX /* in place of a name: only ends what comes before it */

/* Which of several names for one address is shown: the lowest. */
enum pp_symtab_rank {
	PP_SYMTAB_GLOBAL,
	PP_SYMTAB_WEAK,
	PP_SYMTAB_LOCAL,
	PP_SYMTAB_MARKER, /* delimits a region and names no function of its own */
};

struct pp_symtab_entry {
	uint64_t start;
	uint64_t end;  /* exclusive; for an entry without a size, the furthest it can reach */
	uint32_t name; /* offset into `names`, where a NUL ends it, or PP_SYMTAB_BOUNDARY */
	uint8_t rank;  /* enum pp_symtab_rank */
	bool sized;
};

struct pp_symtab {
	struct pp_symtab_entry *entries; /* once sealed: those that can be found, by start */
	size_t count, cap;
	uint64_t *starts; /* once sealed: where the answer changes, ascending */
	uint32_t *owners; /* and the entry it changes to; valid up to that entry's end */
	size_t nsegs;
	char *names;   /* set by the user of the table, freed with it */
	bool versions; /* a name ends at its '@' */
};

void pp_symtab_release(struct pp_symtab *t);

/* Before sealing only. At most UINT32_MAX / 2 entries. */
void pp_symtab_add(struct pp_symtab *t, struct pp_symtab_entry e);

/*
 * Decide who is found where; call once, with `names` set. At any address the covering entry with
 * the highest start wins. Several with one start are ordered by public before local, then sized
 * before unsized, then by fewer leading underscores, rank, the shorter name, then by bytes. An
 * entry without a size reaches to the next start, and is a mere label that names nothing where it
 * stands inside a sized entry. Cost does not depend on how entries nest.
 */
void pp_symtab_seal(struct pp_symtab *t);

/* The entry that covers `addr`; false if there is none. A binary search. */
bool pp_symtab_find(const struct pp_symtab *t, uint64_t addr, struct pp_symbol *out);

#endif
