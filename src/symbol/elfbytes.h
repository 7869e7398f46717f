/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of a 64-bit little-endian ELF program as it is loaded, by virtual address. For tables
 * that lie in its data, which may contain addresses. Format: System V ABI, "Program Loading".
 */
#ifndef PP_SYMBOL_ELFBYTES_H
#define PP_SYMBOL_ELFBYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "symbol/elffile.h"

/* What is in the file of one PT_LOAD. */
struct pp_elfbytes_part {
	uint64_t vaddr, offset, size; /* size: of what the file has */
	uint32_t flags;		      /* PF_R, PF_W, PF_X */
};

/* An address that the dynamic linker puts at `where`, before it adds the load bias. */
struct pp_elfbytes_address {
	uint64_t where, value;
};

struct pp_elfbytes {
	struct pp_elffile file;
	struct pp_elfbytes_part *parts;
	size_t nparts;
	struct pp_elfbytes_address *addresses; /* by where */
	size_t naddresses;
};

/* Begin with the program or library behind `fd`, which stays open as long as `b` is used, wherever
 * its position is. -1 as pp_elffile_open, and with PP_ERR_UNSUPPORTED. Release in any case. */
int pp_elfbytes_open(struct pp_elfbytes *b, int fd, struct pp_err *err) PP_NODISCARD;
void pp_elfbytes_release(struct pp_elfbytes *b);

/* Read what position-independent programs have the dynamic linker fill in (DT_RELA). What is
 * damaged, or more than 256 MiB, is left out. */
void pp_elfbytes_relocate(struct pp_elfbytes *b);

/* Copy n bytes from a virtual address; false unless one part has them all. */
bool pp_elfbytes_read(const struct pp_elfbytes *b, uint64_t vaddr, void *out, size_t n);

/* The address at a virtual address: the dynamic linker's, or else what the file has there. */
bool pp_elfbytes_word(const struct pp_elfbytes *b, uint64_t vaddr, uint64_t *out);

/* The part that has all n bytes from a virtual address on; NULL if none has. */
const struct pp_elfbytes_part *pp_elfbytes_part(const struct pp_elfbytes *b, uint64_t vaddr,
						uint64_t n);

/* Where a section with bytes in the file is loaded; false if there is none of that name. */
bool pp_elfbytes_section(const struct pp_elfbytes *b, const char *name, uint64_t *vaddr,
			 uint64_t *size);

/* Whether a PT_NOTE has a note of this owner. */
bool pp_elfbytes_has_note(const struct pp_elfbytes *b, const char *owner);

#endif
