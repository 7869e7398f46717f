/* SPDX-License-Identifier: Apache-2.0 */
/* The executable files of a profile's mappings, and from its addresses to theirs. */
#ifndef PP_SYMBOL_BINARY_H
#define PP_SYMBOL_BINARY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "symbol/elf.h"
#include "symbol/symlist.h"

/* What a profile says of a mapping. */
struct pp_binary_place {
	struct pp_str file, build_id; /* "": unknown */
	uint64_t start, limit, offset;
};

struct pp_binary {
	char *path;
	struct pp_elf *elf;
	struct pp_symlist symbols;
};

/* Told of files that are not used, being of another build. */
typedef void (*pp_binary_ignored)(void *context, const char *path, struct pp_str wanted,
				  struct pp_str found);

/*
 * Find the file of a mapping. In each directory of the list `search` (NULL: none) these
 * are tried, as google/pprof does: BUILD-ID/NAME, BUILD-ID/ and any name, FILE/BUILD-ID, NAME and
 * FILE, NAME being the last part of FILE; after all, FILE itself. Where the profile has a build id,
 * the file must have the same. Returns a descriptor and *path, both the caller's; -1 if there is
 * none, naming FILE.
 */
int pp_binary_find(const struct pp_binary_place *place, const char *search,
		   pp_binary_ignored ignored, void *context, char **path,
		   struct pp_err *err) PP_NODISCARD;

/* Find and read it. Release with pp_binary_release. */
int pp_binary_open(struct pp_binary *b, const struct pp_binary_place *place, const char *search,
		   pp_binary_ignored ignored, void *context, struct pp_err *err) PP_NODISCARD;
void pp_binary_release(struct pp_binary *b);

/* From an address of the process, or a profile without mappings, to the file's own, which ELF and
 * objdump use: through the file offset, so that it does not matter where the file was loaded. False
 * if the file does not have the address. */
bool pp_binary_address(const struct pp_binary *b, const struct pp_binary_place *place,
		       uint64_t address, uint64_t *out);

#endif
