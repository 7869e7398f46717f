/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "unwind/trampoline.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/compiler.h"

#define MIN_GAP	      64	 /* smaller ones are mostly padding */
#define MAX_GAP_BYTES (16 << 20) /* looked at, of one file */
#define MAX_FOUND     16

static const uint8_t x86_code[] = {0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05};
static const uint8_t arm_code[] = {0x68, 0x11, 0x80, 0xd2, 0x01, 0, 0, 0xd4};

struct search {
	const struct pp_elf_cfi *elf;
	const uint8_t *code;
	size_t code_n;
	size_t left; /* bytes that may still be looked at */
	struct range {
		uint64_t start, end;
	} found[MAX_FOUND];
	size_t nfound;
};

/* Code at `at`; the row begins one before, since what waits for a call to return is looked up
 * there. One right behind another is the same range. */
static void add_found(struct search *s, uint64_t at)
{
	struct range *last = s->nfound ? &s->found[s->nfound - 1] : NULL;

	if (last && last->end >= at - 1)
		last->end = at + s->code_n;
	else
		s->found[s->nfound++] = (struct range){.start = at - 1, .end = at + s->code_n};
}

static bool has_signal_rows(const struct pp_unwind_rows *rows)
{
	for (size_t i = 0; i < rows->n; i++)
		if (rows->p[i].kind == PP_CFA_SIGNAL)
			return true;
	return false;
}

/* Code at [start, end), in a gap, but for its first byte, where the row would begin before the gap.
 */
static void search_code(struct search *s, const struct pp_elf_code *c, uint64_t start, uint64_t end)
{
	uint64_t skip = start - c->start;
	uint64_t there = skip < c->in_file ? c->in_file - skip : 0;

	there = there < end - start ? there : end - start;
	size_t n = there < s->left ? (size_t)there : s->left;
	if (n < MIN_GAP)
		return;

	PP_CLEANUP(pp_freep) uint8_t *p = pp_xcalloc(n, 1);

	s->left -= n;
	if (!pp_elf_cfi_copy(s->elf, p, n, c->offset + skip))
		return;
	for (const uint8_t *at = p + 1, *hit; s->nfound < MAX_FOUND; at = hit + 1) {
		hit = memmem(at, (size_t)(p + n - at), s->code, s->code_n);
		if (!hit)
			return;
		add_found(s, start + (uint64_t)(hit - p));
	}
}

/* A gap [start, end), as far as there is code. *code, the first segment that matters to this and
 * later gaps, moves along. */
static void search_gap(struct search *s, size_t *code, uint64_t start, uint64_t end)
{
	while (*code < s->elf->ncode && s->elf->code[*code].end <= start)
		++*code;
	for (size_t i = *code; i < s->elf->ncode && s->elf->code[i].start < end; i++) {
		const struct pp_elf_code *c = &s->elf->code[i];

		search_code(s, c, start > c->start ? start : c->start, end < c->end ? end : c->end);
	}
}

static void search_gaps(struct search *s, const struct pp_unwind_rows *rows)
{
	size_t code = 0;
	uint64_t start = 0;
	bool gap = true;

	for (size_t i = 0; i < rows->n && s->left >= MIN_GAP; i++) {
		uint64_t pc = rows->base + rows->p[i].pc;

		if (gap && pc - start >= MIN_GAP)
			search_gap(s, &code, start, pc);
		gap = rows->p[i].kind == PP_CFA_NONE;
		start = pc;
	}
	if (gap)
		search_gap(s, &code, start, UINT64_MAX);
}

/* The row of what was found, and that of the gap behind it unless a function begins there. Both are
 * within one gap. */
static void insert(struct pp_unwind_rows *rows, const struct range *found)
{
	struct pp_unwind_row row = {.pc = (uint32_t)(found->start - rows->base),
				    .kind = PP_CFA_SIGNAL};
	struct pp_unwind_row gap = {.pc = (uint32_t)(found->end - rows->base), .kind = PP_CFA_NONE};
	size_t at = rows->n, kept, more;

	while (at && rows->p[at - 1].pc >= row.pc)
		at--;
	/* the gap may begin here, too: its row gives way */
	kept = at < rows->n && rows->p[at].pc == row.pc ? at + 1 : at;
	more = kept < rows->n && rows->p[kept].pc == gap.pc ? 1 : 2;
	pp_unwind_rows_grow(rows, more);
	if (rows->full)
		return;
	memmove(rows->p + at + more, rows->p + kept, (rows->n - kept) * sizeof(*rows->p));
	rows->n = rows->n - (kept - at) + more;
	rows->p[at] = row;
	if (more == 2)
		rows->p[at + 1] = gap;
}

void pp_unwind_add_trampolines(struct pp_unwind_rows *rows, const struct pp_elf_cfi *elf)
{
	struct search s = {
		.elf = elf,
		.code = rows->arm64 ? arm_code : x86_code,
		.code_n = rows->arm64 ? sizeof(arm_code) : sizeof(x86_code),
		.left = MAX_GAP_BYTES,
	};

	if (!elf->alone || has_signal_rows(rows))
		return;
	search_gaps(&s, rows);
	for (size_t i = 0; i < s.nfound && !rows->full; i++)
		insert(rows, &s.found[i]);
}
