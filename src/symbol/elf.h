/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An ELF file's functions by address, its load segments and its build id. Files are hostile: a
 * damaged part is left out, and only what is no ELF program at all is an error.
 */
#ifndef PP_SYMBOL_ELF_H
#define PP_SYMBOL_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "symbol/symbol.h"

struct pp_elf;

/*
 * Read the executable or shared object (32 or 64 bits, little-endian) behind `fd`, wherever its
 * file position is. Nothing of it is mapped, so a file that shrinks meanwhile does no harm, and
 * all is copied: the caller may close `fd` at once. NULL with PP_ERR_FORMAT for what is not ELF,
 * PP_ERR_UNSUPPORTED for big-endian, relocatable and core files, PP_ERR_LIMIT for more than 8 Mi
 * functions. Messages do not name the file: wrap them. Free with pp_elf_free.
 */
struct pp_elf *pp_elf_open(int fd, struct pp_err *err) PP_NODISCARD;

/* The same for n bytes in memory, such as the vdso; they are copied from, too. */
struct pp_elf *pp_elf_open_memory(const void *image, size_t n, struct pp_err *err) PP_NODISCARD;

void pp_elf_free(struct pp_elf *elf);
void pp_elf_freep(struct pp_elf **elf);

/* The GNU build id in lower-case hex, "" if there is none; lives as long as `elf`. Taken from the
 * program headers, so that it survives stripped section headers, else from the sections. */
struct pp_str pp_elf_build_id(const struct pp_elf *elf);

/* Whether pp_elf_find can find anything. */
bool pp_elf_has_symbols(const struct pp_elf *elf);

/* The virtual address that the byte at `file_offset` is loaded at, before relocation by the load
 * bias. Executable segments come first where segments share bytes; false outside all of them. */
bool pp_elf_file_to_vaddr(const struct pp_elf *elf, uint64_t file_offset, uint64_t *vaddr);

/*
 * The function that covers `vaddr`, from .symtab and .dynsym together; out->name lives as long as
 * `elf`. False where no symbol says that it covers the address: the nearest one would mostly be
 * wrong, since dynamic symbols cover a third of a typical library. A symbol without a size
 * (assembly) reaches to the next symbol or the end of its section, and names nothing inside a
 * symbol that has one. Of nested symbols the innermost answers. For aliases see symbol/symtab.h.
 */
bool pp_elf_find(const struct pp_elf *elf, uint64_t vaddr, struct pp_symbol *out);

#endif
