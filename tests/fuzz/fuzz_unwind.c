/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzz unwind tables: a whole ELF file, or .eh_frame and .debug_frame inside a good one (the first
 * byte tells). Rows keep the promises of their headers, and are found where they hold; walks over
 * what memory the input makes go up and end.
 */
#include <config.h>

#include <elf.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "machine.h"
#include "unwind/table.h"
#include "unwind/walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int ok)
{
	if (!ok)
		abort();
}

static void check_row(const struct pp_unwind_table *t, size_t i)
{
	const struct pp_unwind_row *r = &t->rows[i];
	struct pp_unwind_row found = pp_unwind_table_find(t, t->base + r->pc);

	check((r->kind & PP_CFA_RULE_MASK) < PP_CFA_RULES);
	check(memcmp(&found, r, sizeof(*r)) == 0);
	if (i == 0)
		return;
	check(r[-1].pc < r->pc);
	check(r[-1].cfa != r->cfa || r[-1].saved != r->saved || r[-1].kind != r->kind);
	found = pp_unwind_table_find(t, t->base + r->pc - 1);
	check(memcmp(&found, r - 1, sizeof(*r)) == 0);
}

static void check_table(const struct pp_unwind_table *t)
{
	uint64_t unsupported = 0;

	check(t->machine == EM_X86_64 || t->machine == EM_AARCH64);
	check(t->counts.rows == t->nrows);
	for (size_t i = 0; i < t->nrows; i++) {
		check_row(t, i);
		unsupported += t->rows[i].kind == PP_CFA_UNSUPPORTED;
	}
	check(unsupported == t->counts.unsupported);
	check(t->nrows == 0 || t->rows[t->nrows - 1].kind == PP_CFA_NONE);
	if (t->base)
		check(pp_unwind_table_find(t, t->base - 1).kind == PP_CFA_NONE);
}

/* ---- Walking ---- */

#define STACK 0x700000

static struct pp_unwind_code find(void *context, uint64_t pc)
{
	const struct pp_unwind_table *t = context;

	if (pc % 64 == 63)
		return (struct pp_unwind_code){.kind = PP_UNWIND_CODE_MADE};
	return (struct pp_unwind_code){PP_UNWIND_CODE_TABLE, t, pc};
}

/* Of what is somewhere in the input, addresses of rows and of the stack are made. */
static void make_stack(const struct pp_unwind_table *t, const uint8_t *data, size_t size,
		       uint64_t *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint8_t byte = size ? data[i * 7 % size] : 0;

		words[i] = STACK + i * 8 + byte * 8u;
		if (i % 2 && t->nrows)
			words[i] = t->base + t->rows[(byte * 31 + i) % t->nrows].pc + byte % 3;
	}
}

static void check_walks(struct pp_unwind_table *t, const uint8_t *data, size_t size)
{
	static struct pp_unwind_frame frames[PP_UNWIND_MAX_FRAMES];
	uint64_t words[512];
	const struct pp_unwind_stack stack = {(const uint8_t *)words, sizeof(words), STACK};

	make_stack(t, data, size, words, PP_ARRAY_LEN(words));
	for (size_t i = 0; i < t->nrows && i < 50; i++) {
		struct pp_unwind_regs r = {.pc = t->base + t->rows[i].pc,
					   .sp = STACK + i % 4 * 8,
					   .fp = STACK + i * 16,
					   .scratch = STACK + 64};
		size_t n;
		enum pp_unwind_end end = pp_unwind_walk(&stack, &r, find, t, frames, &n);

		check(n >= 1 && n <= PP_UNWIND_MAX_FRAMES);
		check(end > PP_UNWIND_MORE && end < PP_UNWIND_ENDS);
		check(frames[0].exact && frames[0].pc == r.pc);
		check((end == PP_UNWIND_TRUNCATED) <= (n == PP_UNWIND_MAX_FRAMES));
	}
}

static int all_memory(uint64_t at, uint64_t *word)
{
	*word = at * 0x9e3779b97f4a7c15u;
	return 0;
}

/* Every row, on every machine, with wild registers. */
static void check_steps(const struct pp_unwind_table *t)
{
	for (size_t i = 0; i < t->nrows && i < 1000; i++) {
		struct memory m = {.rest = all_memory};
		struct registers r = {
			.pc = i, .sp = UINT64_MAX - i * 8, .fp = i << 60, .scratch = i};
		bool exact = i % 2;

		turn_x86(&m, &r, t->rows[i], &exact);
		turn_arm64(&m, &r, t->rows[i], &exact);
	}
}

static void check_image(const void *image, size_t n, const uint8_t *data, size_t size)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_unwind_table t;

	if (pp_unwind_table_read_memory(&t, image, n, &err) < 0) {
		check(err.kind != PP_ERR_NONE && t.rows == NULL);
		return;
	}
	check_table(&t);
	check_walks(&t, data, size);
	check_steps(&t);
	pp_unwind_table_release(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct image im = {0};
	struct pp_buf b;
	size_t split;

	if (size < 2 || data[0] == 0x7f) {
		check_image(data, size, data, size);
		return 0;
	}
	/* flags, the share of .eh_frame, then both sections */
	im.flags = data[0] & (IMAGE_ARM64 | IMAGE_STRIPPED | IMAGE_DEFLATED | IMAGE_OLD_ZLIB);
	split = (size - 2) * data[1] / 255;
	pp_buf_add(&im.eh_frame, data + 2, split);
	pp_buf_add(&im.debug_frame, data + 2 + split, size - 2 - split);
	b = image_make(&im);
	check_image(b.p, b.n, data, size);
	pp_buf_release(&b);
	image_release(&im);
	return 0;
}
