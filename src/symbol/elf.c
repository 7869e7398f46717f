/* SPDX-License-Identifier: Apache-2.0 */
/* One file: its segments, its build id, and the table of its symbols. */
#include <config.h>

#include "symbol/elf.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "symbol/elffile.h"
#include "symbol/elfsyms.h"
#include "symbol/symtab.h"

struct pp_elf {
	struct pp_symtab syms;
	struct pp_elffile_segment *segments;
	size_t nsegments;
	char build_id[2 * PP_BUILD_ID_MAX + 1];
};

/* What remains of a file, which is released; `opened` is what opening it said. */
static struct pp_elf *read_elf(struct pp_elffile *file, int opened, struct pp_err *err)
{
	PP_CLEANUP(pp_elffile_release) struct pp_elffile f = *file;
	PP_CLEANUP(pp_elf_freep) struct pp_elf *e = pp_xcalloc(1, sizeof(*e));

	if (opened < 0 || pp_elffile_need_program(&f, err) < 0 ||
	    pp_elfsyms_read(&e->syms, &f, err) < 0)
		return NULL;
	e->segments = f.segments;
	e->nsegments = f.nsegments;
	f.segments = NULL;
	memcpy(e->build_id, f.build_id, sizeof(e->build_id));

	struct pp_elf *done = e;
	e = NULL;
	return done;
}

struct pp_elf *pp_elf_open(int fd, struct pp_err *err)
{
	struct pp_elffile f;
	int opened = pp_elffile_open(&f, fd, err);

	return read_elf(&f, opened, err);
}

struct pp_elf *pp_elf_open_memory(const void *image, size_t n, struct pp_err *err)
{
	struct pp_elffile f;
	int opened = pp_elffile_open_memory(&f, image, n, err);

	return read_elf(&f, opened, err);
}

int pp_elf_list(int fd, struct pp_symtab *t, struct pp_err *err)
{
	PP_CLEANUP(pp_elffile_release) struct pp_elffile f;

	if (pp_elffile_open(&f, fd, err) < 0 || pp_elffile_need_program(&f, err) < 0)
		return -1;
	return pp_elfsyms_list(t, &f, err);
}

void pp_elf_free(struct pp_elf *elf)
{
	if (!elf)
		return;
	pp_symtab_release(&elf->syms);
	free(elf->segments);
	free(elf);
}

void pp_elf_freep(struct pp_elf **elf)
{
	pp_elf_free(*elf);
	*elf = NULL;
}

struct pp_str pp_elf_build_id(const struct pp_elf *elf)
{
	return pp_str_of(elf->build_id);
}

bool pp_elf_has_symbols(const struct pp_elf *elf)
{
	return elf->syms.nsegs > 0;
}

bool pp_elf_file_to_vaddr(const struct pp_elf *elf, uint64_t file_offset, uint64_t *vaddr)
{
	return pp_elffile_segments_vaddr(elf->segments, elf->nsegments, file_offset, vaddr);
}

bool pp_elf_find(const struct pp_elf *elf, uint64_t vaddr, struct pp_symbol *out)
{
	return pp_symtab_find(&elf->syms, vaddr, out);
}
