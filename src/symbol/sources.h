/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All that can name addresses of one file, asked in order of how much it knows: DWARF, Go's table,
 * symbols that cover the address by their size, PLT stubs, symbols without a size, frame
 * descriptions. Never the nearest symbol: it would mostly be wrong.
 */
#ifndef PP_SYMBOL_SOURCES_H
#define PP_SYMBOL_SOURCES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "symbol/answers.h"

/* Which of them named an address. */
enum pp_source {
	PP_SOURCE_NONE,
	PP_SOURCE_FDE, /* by the address of its function alone: "libfoo.so.1!0x7e22a0" */
	PP_SOURCE_PLT,
	PP_SOURCE_SYMBOL,
	PP_SOURCE_GO, /* the table of a Go program, which knows lines and inlined functions, too */
	PP_SOURCE_DWARF,
	PP_SOURCE_KINDS,
};

#define PP_SOURCES_MAX_INLINED 1024 /* functions at one address */

struct pp_named {
	struct pp_answers answers;
	uint8_t *source; /* enum pp_source, per address */
};

void pp_named_init(struct pp_named *named, size_t n);
void pp_named_release(struct pp_named *named);

struct pp_sources {
	int fd;		   /* the file, or -1: */
	const void *image; /* the n bytes of it in memory */
	size_t n;
	int debug_fd, alt_fd, dwp_fd; /* what belongs to it; -1: none */
	const char *split_dir;	      /* where split units may be; NULL: none are opened */
	const char *name;	      /* in front of the addresses of functions without a name */
	bool inlines, lines;	      /* whether DWARF is asked for these */
	bool careful;		      /* only what symbol/elffile.h reads: no symbols, no DWARF */
};

/* Name n addresses, ascending, in the empty *out, which the caller releases. What cannot be read
 * names nothing. */
void pp_sources_resolve(const struct pp_sources *in, const uint64_t *vaddrs, size_t n,
			struct pp_named *out);

/* Whether `name` is one that PP_SOURCE_FDE gives to functions of the file `path`. */
bool pp_sources_is_fde_name(struct pp_str name, struct pp_str path);

#endif
