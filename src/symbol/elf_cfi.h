/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What unwind tables are made from: the call frame information of an ELF file as bytes, and where
 * its code is. Says nothing about what the bytes mean (see unwind/).
 */
#ifndef PP_SYMBOL_ELF_CFI_H
#define PP_SYMBOL_ELF_CFI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "symbol/elffile.h"

struct pp_elf_bytes {
	const uint8_t *p; /* NULL: there is none */
	size_t n;	  /* at most 256 MiB: what is larger counts as absent */
	uint64_t addr;	  /* the virtual address of p[0] */
	bool unbounded;	  /* the end is that of the segment: a terminator ends it before */
};

/* An executable load segment: [start, end) are virtual addresses, the first `in_file` bytes of it
 * are at `offset` in the file. */
struct pp_elf_code {
	uint64_t start, end;
	uint64_t offset, in_file;
};

struct pp_elf_cfi {
	uint16_t machine;	  /* EM_X86_64 or EM_AARCH64 */
	struct pp_elf_code *code; /* by start, not overlapping */
	size_t ncode;
	struct pp_elf_bytes eh_frame;	 /* by section header, else by PT_GNU_EH_FRAME */
	struct pp_elf_bytes debug_frame; /* decompressed */
	bool alone; /* needs no library: a C library, or linked with one statically */
	struct pp_elffile file;
	uint8_t *owned[2]; /* the bytes of the above */
};

/*
 * Read the program or library behind `fd`, or n bytes of memory if `fd` is -1. Nothing is mapped.
 * Bytes live until pp_elf_cfi_release; so must `fd` and the memory. Damaged parts count as absent.
 * -1 as pp_elf_open, and with PP_ERR_UNSUPPORTED for machines other than x86-64 and arm64.
 */
int pp_elf_cfi_read(struct pp_elf_cfi *c, int fd, const void *image, size_t n,
		    struct pp_err *err) PP_NODISCARD;

/* Copy the n bytes at `offset` of the file; false if they are not there. */
bool pp_elf_cfi_copy(const struct pp_elf_cfi *c, void *to, size_t n, uint64_t offset);

void pp_elf_cfi_release(struct pp_elf_cfi *c);

#endif
