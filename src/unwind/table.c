/* SPDX-License-Identifier: Apache-2.0 */
/* Making unwind tables, and searching them. */
#include <config.h>

#include "unwind/table.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "symbol/elf_cfi.h"
#include "unwind/cfi.h"
#include "unwind/cfi_run.h"
#include "unwind/rows.h"
#include "unwind/trampoline.h"

static const struct pp_unwind_row none = {.kind = PP_CFA_NONE};

static void add_fde(struct pp_unwind_table *t, struct pp_unwind_rows *rows, const struct pp_cfi *c,
		    const struct pp_cfi_fde *f)
{
	const uint8_t *p = c->bytes.p + f->ins;
	struct pp_cursor ins = {.p = p, .end = p + f->ins_n};
	uint64_t pc = c->base + f->pc, end = pc + f->size;

	t->counts.fdes++;
	if (!pp_cfi_run_fde(&c->cies[f->cie], ins, pc, end, rows))
		t->counts.skipped++;
	pp_unwind_rows_add(rows, end, none);
}

/* Both in order of address; an FDE of .debug_frame counts where .eh_frame has none at all. */
static void add_fdes(struct pp_unwind_table *t, struct pp_unwind_rows *rows,
		     const struct pp_cfi *eh, const struct pp_cfi *debug)
{
	size_t i = 0;

	for (size_t k = 0; k < debug->nfdes && !rows->full; k++) {
		const struct pp_cfi_fde *f = &debug->fdes[k];

		while (i < eh->nfdes && eh->fdes[i].pc < f->pc)
			add_fde(t, rows, eh, &eh->fdes[i++]);
		if (i && f->pc - eh->fdes[i - 1].pc < eh->fdes[i - 1].size)
			continue;
		if (i < eh->nfdes && eh->fdes[i].pc - f->pc < f->size)
			continue;
		add_fde(t, rows, debug, f);
	}
	while (i < eh->nfdes && !rows->full)
		add_fde(t, rows, eh, &eh->fdes[i++]);
}

static void read_cfi(struct pp_cfi *c, const struct pp_elf_cfi *elf, bool eh)
{
	*c = (struct pp_cfi){
		.bytes = eh ? elf->eh_frame : elf->debug_frame,
		.eh = eh,
		.arm64 = elf->machine == EM_AARCH64,
		.base = elf->code[0].start,
		.code = elf->code,
		.ncode = elf->ncode,
	};
	pp_cfi_read(c);
}

static void count_rows(struct pp_unwind_table *t)
{
	t->counts.rows = t->nrows;
	t->counts.unsupported = 0;
	for (size_t i = 0; i < t->nrows; i++)
		t->counts.unsupported += t->rows[i].kind == PP_CFA_UNSUPPORTED;
}

static int make_rows(struct pp_unwind_table *t, const struct pp_elf_cfi *elf, struct pp_err *err)
{
	PP_CLEANUP(pp_cfi_release) struct pp_cfi eh = {0};
	PP_CLEANUP(pp_cfi_release) struct pp_cfi debug = {0};
	struct pp_unwind_rows rows = {.base = t->base, .arm64 = elf->machine == EM_AARCH64};

	read_cfi(&eh, elf, true);
	read_cfi(&debug, elf, false);
	add_fdes(t, &rows, &eh, &debug);
	pp_unwind_add_trampolines(&rows, elf);
	t->rows = rows.p;
	t->nrows = rows.n;
	t->counts.skipped += eh.skipped + debug.skipped;
	count_rows(t);
	if (rows.full)
		return pp_err_set(err, PP_ERR_LIMIT, "more than %zu rows of unwind information",
				  PP_UNWIND_MAX_ROWS);
	return 0;
}

static int read_table(struct pp_unwind_table *t, int fd, const void *image, size_t n,
		      struct pp_err *err)
{
	PP_CLEANUP(pp_elf_cfi_release) struct pp_elf_cfi elf = {0};
	int rc;

	*t = (struct pp_unwind_table){0};
	if (pp_elf_cfi_read(&elf, fd, image, n, err) < 0)
		return -1;
	t->machine = elf.machine;
	if (elf.ncode == 0)
		return 0;
	t->base = elf.code[0].start;
	if (elf.code[elf.ncode - 1].end - t->base > UINT32_MAX)
		return pp_err_set(err, PP_ERR_LIMIT, "more than 4 GiB of code");
	rc = make_rows(t, &elf, err);
	if (rc < 0)
		pp_unwind_table_release(t);
	return rc;
}

int pp_unwind_table_read(struct pp_unwind_table *t, int fd, struct pp_err *err)
{
	if (fd < 0) {
		*t = (struct pp_unwind_table){0};
		return pp_err_set(err, PP_ERR_FORMAT, "no file");
	}
	return read_table(t, fd, NULL, 0, err);
}

int pp_unwind_table_read_memory(struct pp_unwind_table *t, const void *image, size_t n,
				struct pp_err *err)
{
	return read_table(t, -1, image, n, err);
}

void pp_unwind_table_release(struct pp_unwind_table *t)
{
	free(t->rows);
	*t = (struct pp_unwind_table){0};
}

struct pp_unwind_row pp_unwind_table_find(const struct pp_unwind_table *t, uint64_t vaddr)
{
	size_t lo = 0, hi = t->nrows;

	if (vaddr < t->base || vaddr - t->base > UINT32_MAX)
		return none;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (t->rows[mid].pc <= vaddr - t->base)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo ? t->rows[lo - 1] : none;
}
