/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Code that a program has made while it ran: names of address ranges, which may change with time.
 * Filled from a perf map or a jitdump, sealed, then searched. Internal to symbol/.
 */
#ifndef PP_SYMBOL_JITCODE_H
#define PP_SYMBOL_JITCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"

#define PP_JITCODE_MAX (8u << 20) /* entries */

/* From address `at` on, code is of this line. */
struct pp_jitline {
	uint64_t at;
	uint32_t file; /* string */
	uint32_t line;
};

struct pp_jitcode_entry {
	uint64_t start, limit; /* start < limit */
	uint64_t time;	       /* from when on */
	uint32_t name;	       /* string */
	uint32_t order;	       /* of several, the later; set by pp_jitcode_seal */
	size_t line, nlines;   /* in lines, by address */
};

struct pp_jitcode {
	struct pp_jitcode_entry *entries; /* once sealed: by start */
	size_t n, cap;
	uint64_t *reach; /* the furthest limit of entries 0 to i; once sealed */
	struct pp_jitline *lines;
	size_t nlines, lines_cap;
	struct pp_strtab strings;
};

void pp_jitcode_init(struct pp_jitcode *c);
void pp_jitcode_release(struct pp_jitcode *c);

/* At most PP_JITCODE_MAX entries, which their user sees to, in the order they were made. */
void pp_jitcode_add(struct pp_jitcode *c, struct pp_jitcode_entry e);

/* Of entries that overlap the last one is right everywhere: cut the others. For code without
 * times; before sealing. */
void pp_jitcode_flatten(struct pp_jitcode *c);
void pp_jitcode_seal(struct pp_jitcode *c);

/* The code at an address at a time: the latest that was there by then, or else the first there was
 * after. NULL if there has never been any. */
const struct pp_jitcode_entry *pp_jitcode_find(const struct pp_jitcode *c, uint64_t address,
					       uint64_t time);

/* The line of an address of an entry; NULL if it is not known. */
const struct pp_jitline *pp_jitcode_line(const struct pp_jitcode *c,
					 const struct pp_jitcode_entry *e, uint64_t address);

#endif
