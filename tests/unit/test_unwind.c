/* SPDX-License-Identifier: Apache-2.0 */
/* Call frame information assembled by hand, and the rows that come of it. */
#include <config.h>

#include "unit.h"

#include <elf.h>
#include <endian.h>
#include <string.h>
#include <unistd.h>

#include "image.h"
#include "unwind/table.h"

#define AT IMAGE_CODE

struct expected {
	uint32_t pc; /* relative to the code */
	int cfa, saved, kind;
};

#define END                 \
	{                   \
		0, 0, 0, -1 \
	}

static void read_image(const struct image *im, struct pp_unwind_table *t)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_buf b = image_make(im);

	if (pp_unwind_table_read_memory(t, b.p, b.n, &err) < 0)
		fail_msg("no table: %s", err.msg);
	pp_buf_release(&b);
}

static void check_rows(const struct pp_unwind_table *t, const struct expected *e, const char *what)
{
	size_t i = 0;

	for (; i < t->nrows && e->kind >= 0; i++, e++) {
		const struct pp_unwind_row *r = &t->rows[i];

		if (t->base + r->pc != AT + e->pc || r->cfa != e->cfa || r->saved != e->saved ||
		    r->kind != e->kind)
			fail_msg("%s: row %zu is +0x%x: %d %d 0x%x, not +0x%x: %d %d 0x%x", what, i,
				 (unsigned)(t->base + r->pc - AT), r->cfa, r->saved, r->kind, e->pc,
				 e->cfa, e->saved, (unsigned)e->kind);
	}
	if (i < t->nrows || e->kind >= 0)
		fail_msg("%s: %zu rows", what, t->nrows);
}

/* One FDE of 0x40 bytes at the start of the code. */
struct snippet {
	const char *what;
	const char *bytes;
	size_t n;
	struct expected rows[8];
};

#define CODE(s) s, sizeof(s) - 1
#define SP	PP_CFA_SP
#define FP	PP_CFA_FP

static const struct snippet x86[] = {
	{"nothing", CODE(""), {{0, 1, 0, SP}, {0x40, 0, 0, 0}, END}},
	{"push rbp; mov rsp, rbp; leave",
	 CODE("\x41\x0e\x10\x86\x02\x43\x0d\x06\x70\x0c\x07\x08"),
	 {{0, 1, 0, SP},
	  {1, 2, -2, SP | PP_FP_AT_CFA},
	  {4, 2, -2, FP | PP_FP_AT_CFA},
	  {0x34, 1, -2, SP | PP_FP_AT_CFA},
	  {0x40, 0, 0, 0},
	  END}},
	{"advances of one, two, four and eight bytes",
	 CODE("\x02\x01\x0e\x10\x03\x01\x00\x0e\x18\x04\x01\x00\x00\x00\x0e\x20"
	      "\x1d\x01\x00\x00\x00\x00\x00\x00\x00\x0e\x28"),
	 {{0, 1, 0, SP},
	  {1, 2, 0, SP},
	  {2, 3, 0, SP},
	  {3, 4, 0, SP},
	  {4, 5, 0, SP},
	  {0x40, 0, 0, 0},
	  END}},
	{"an advance beyond the end",
	 CODE("\x03\xff\x7f\x0e\x10"),
	 {{0, 1, 0, SP}, {0x40, 0, 0, 0}, END}},
	{"remember and restore",
	 CODE("\x41\x0e\x10\x86\x02\x0a\x41\x0e\x08\xc6\x41\x0b"),
	 {{0, 1, 0, SP},
	  {1, 2, -2, SP | PP_FP_AT_CFA},
	  {2, 1, 0, SP},
	  {3, 2, -2, SP | PP_FP_AT_CFA},
	  {0x40, 0, 0, 0},
	  END}},
	{"restore without remember",
	 CODE("\x41\x0b"),
	 {{0, 1, 0, SP}, {1, 0, 0, PP_CFA_UNSUPPORTED}, {0x40, 0, 0, 0}, END}},
	{"signed forms",
	 CODE("\x41\x13\x7e\x11\x06\x02\x41\x12\x06\x7d\x2f\x06\x01"),
	 {{0, 1, 0, SP},
	  {1, 2, -2, SP | PP_FP_AT_CFA},
	  {2, 3, 1, FP | PP_FP_AT_CFA},
	  {0x40, 0, 0, 0},
	  END}},
	{"extended forms, others' registers, argument sizes",
	 CODE("\x05\x06\x02\x05\x03\x04\x06\x03\x2e\x10\x08\x0c\x09\x03\x0c\x41\x06\x06\x41\x08"
	      "\x06"),
	 {{0, 1, -2, SP | PP_FP_AT_CFA}, {1, 1, 0, SP}, {0x40, 0, 0, 0}, END}},
	{"undefined return address",
	 CODE("\x07\x10"),
	 {{0, 0, 0, PP_CFA_ROOT}, {0x40, 0, 0, 0}, END}},
	{"return address elsewhere",
	 CODE("\x90\x02"),
	 {{0, 0, 0, PP_CFA_UNSUPPORTED}, {0x40, 0, 0, 0}, END}},
	{"return address in a register",
	 CODE("\x09\x10\x03"),
	 {{0, 0, 0, PP_CFA_UNSUPPORTED}, {0x40, 0, 0, 0}, END}},
	{"procedure linkage table",
	 CODE("\x0e\x10\x46\x0e\x18\x4a\x0f\x0b\x77\x08\x80\x00\x3f\x1a\x3b\x2a\x33\x24\x22"),
	 {{0, 2, 0, SP}, {6, 3, 0, SP}, {16, 11, 0, PP_CFA_PLT}, {0x40, 0, 0, 0}, END}},
	{"procedure linkage table for CET",
	 CODE("\x0f\x0b\x77\x08\x80\x00\x3f\x1a\x3a\x2a\x33\x24\x22"),
	 {{0, 10, 0, PP_CFA_PLT}, {0x40, 0, 0, 0}, END}},
	{"words at rsp and rbp, and above",
	 CODE("\x0f\x03\x77\x10\x06\x41\x0f\x03\x76\x78\x06\x41\x0f\x05\x77\x20\x06\x23\x08"
	      "\x41\x0f\x05\x77\x20\x06\x23\x10\x41\x0f\x02\x77\x18"),
	 {{0, 2, 0, PP_CFA_SP_DEREF},
	  {1, -1, 0, PP_CFA_FP_DEREF},
	  {2, 4, 0, PP_CFA_SP_DEREF | PP_ROW_PLUS_WORD},
	  {3, 0, 0, PP_CFA_UNSUPPORTED},
	  {4, 3, 0, SP},
	  {0x40, 0, 0, 0},
	  END}},
	{"a realigned stack",
	 CODE("\x45\x0c\x0a\x00\x49\x10\x06\x02\x76\x00\x41\x0f\x03\x76\x78\x06\x42\x0c\x0a\x00\xc6"
	      "\x44\x0c\x07\x08"),
	 {{0, 1, 0, SP},
	  {5, 0, 0, PP_CFA_SCRATCH},
	  {14, 0, 0, PP_CFA_SCRATCH | PP_FP_AT_FP},
	  {15, -1, 0, PP_CFA_FP_DEREF | PP_FP_AT_FP},
	  {17, 0, 0, PP_CFA_SCRATCH},
	  {21, 1, 0, SP},
	  {0x40, 0, 0, 0},
	  END}},
	{"values instead of places",
	 CODE("\x14\x06\x02\x41\x16\x06\x01\x50\x41\xc6"),
	 {{0, 0, 0, PP_CFA_UNSUPPORTED}, {2, 1, 0, SP}, {0x40, 0, 0, 0}, END}},
	{"the stack pointer is the CFA, in words",
	 CODE("\x14\x07\x00\x41\x14\x07\x01"),
	 {{0, 1, 0, SP}, {1, 0, 0, PP_CFA_UNSUPPORTED}, {0x40, 0, 0, 0}, END}},
	{"too far, and no words",
	 CODE("\x0e\xf8\xff\x0f\x41\x0e\x80\x80\x10\x41\x0e\x0c\x41\x0e\x08"),
	 {{0, 32767, 0, SP}, {1, 0, 0, PP_CFA_UNSUPPORTED}, {3, 1, 0, SP}, {0x40, 0, 0, 0}, END}},
	{"saved near the stack pointer",
	 CODE("\x0e\x88\x20\x05\x06\x80\x04"),
	 {{0, 513, 1, SP | PP_FP_AT_SP}, {0x40, 0, 0, 0}, END}},
	{"an unknown instruction",
	 CODE("\x41\x0e\x10\x41\x1c\x41\x0e\x18"),
	 {{0, 1, 0, SP}, {1, 2, 0, SP}, {2, 0, 0, PP_CFA_UNSUPPORTED}, {0x40, 0, 0, 0}, END}},
	{"a block beyond the end",
	 CODE("\x41\x0f\x7f\x77"),
	 {{0, 1, 0, SP}, {1, 0, 0, PP_CFA_UNSUPPORTED}, {0x40, 0, 0, 0}, END}},
	{"half of a CFA after an expression",
	 CODE("\x0f\x03\x76\x78\x06\x41\x0e\x10"),
	 {{0, -1, 0, PP_CFA_FP_DEREF}, {1, 0, 0, PP_CFA_UNSUPPORTED}, {0x40, 0, 0, 0}, END}},
};

static const struct snippet arm64[] = {
	{"a leaf", CODE(""), {{0, 0, 0, SP | PP_ROW_RA_IN_LR}, {0x40, 0, 0, 0}, END}},
	{"stp x29, x30, signed",
	 CODE("\x41\x2d\x41\x0e\x20\x9d\x04\x9e\x03\x41\x0d\x1d\x44\xde\xdd\x0c\x1f\x00\x41\x2d"),
	 {{0, 0, 0, SP | PP_ROW_RA_IN_LR},
	  {8, 4, -4, SP | PP_FP_AT_CFA},
	  {12, 4, -4, FP | PP_FP_AT_CFA},
	  {28, 0, 0, SP | PP_ROW_RA_IN_LR},
	  {0x40, 0, 0, 0},
	  END}},
	{"x30 alone", CODE("\x0e\x10\x9e\x02"), {{0, 2, -2, SP}, {0x40, 0, 0, 0}, END}},
	{"x29 alone",
	 CODE("\x0e\x10\x9d\x02"),
	 {{0, 2, -2, SP | PP_FP_AT_CFA | PP_ROW_RA_IN_LR}, {0x40, 0, 0, 0}, END}},
	{"apart",
	 CODE("\x0e\x20\x9d\x04\x9e\x01"),
	 {{0, 0, 0, PP_CFA_UNSUPPORTED}, {0x40, 0, 0, 0}, END}},
	{"a large frame",
	 CODE("\x0e\x80\x10\x05\x1d\x80\x02\x05\x1e\xff\x01\x41\x0d\x1d"),
	 {{0, 256, 0, SP | PP_FP_AT_SP}, {4, 256, 0, FP | PP_FP_AT_FP}, {0x40, 0, 0, 0}, END}},
	{"undefined return address",
	 CODE("\x07\x1e"),
	 {{0, 0, 0, PP_CFA_ROOT}, {0x40, 0, 0, 0}, END}},
};

static void run_snippets(const struct snippet *s, size_t n, int flags)
{
	for (size_t i = 0; i < n; i++) {
		struct image im = {.flags = flags};
		struct pp_unwind_table t;
		size_t cie = put_cie(&im.eh_frame, &(struct cie){0}, flags);

		put_fde(&im.eh_frame, &(struct cie){0}, cie, AT, 0x40, s[i].bytes, s[i].n);
		read_image(&im, &t);
		assert_int_equal(t.machine, flags & IMAGE_ARM64 ? EM_AARCH64 : EM_X86_64);
		check_rows(&t, s[i].rows, s[i].what);
		pp_unwind_table_release(&t);
		image_release(&im);
	}
}

static void test_x86_instructions(void **state)
{
	(void)state;
	run_snippets(x86, PP_ARRAY_LEN(x86), 0);
}

static void test_arm64_instructions(void **state)
{
	(void)state;
	run_snippets(arm64, PP_ARRAY_LEN(arm64), IMAGE_ARM64);
}

/* ---- Entries ---- */

static void test_forms_of_entries(void **state)
{
	static const struct {
		const char *what;
		struct cie cie;
	} forms[] = {
		{"zR", {0}},
		{"zPLR, an indirect personality",
		 {.augmentation = "zPLR", .data = "\x9b\x11\x22\x33\x44\x1b\x1b", .data_n = 7}},
		{"no personality", {.augmentation = "zPLR", .data = "\xff\x1b\x1b", .data_n = 3}},
		{"zRB and G", {.augmentation = "zRBG"}},
		{"eh", {.augmentation = "eh"}},
		{"none: absolute addresses", {.augmentation = ""}},
		{"version 3", {.version = 3}},
		{"version 4", {.version = 4}},
		{"64-bit DWARF", {.wide = true}},
	};
	const struct expected rows[] = {{0x100, 1, 0, SP}, {0x110, 0, 0, 0}, END};

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(forms); i++) {
		struct image im = {0};
		struct pp_unwind_table t;
		struct cie c = forms[i].cie;
		size_t cie = put_cie(&im.eh_frame, &c, 0);
		put_number(&im.eh_frame, 0, 4); /* a terminator in between */
		put_fde(&im.eh_frame, &c, cie, AT + 0x100, 0x10, "", 0);
		read_image(&im, &t);
		check_rows(&t, rows, forms[i].what);
		assert_int_equal(t.counts.fdes, 1);
		assert_int_equal(t.counts.skipped, 0);
		pp_unwind_table_release(&t);
		image_release(&im);
	}
}

static void test_damaged_entries_are_skipped(void **state)
{
	static const struct cie bad[] = {
		{.version = 2},
		{.augmentation = "zXR"},
		{.augmentation = "X"},
		{.augmentation = "zR", .data = "\x3b", .data_n = 1}, /* relative to data */
		{.augmentation = "zR", .data = "\x9b", .data_n = 1}, /* indirect */
	};
	const struct expected rows[] = {{0, 1, 0, SP}, {0x10, 0, 0, 0}, END};

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(bad); i++) {
		const struct cie good = {0};
		struct image im = {0};
		struct pp_unwind_table t;
		size_t cie = put_cie(&im.eh_frame, &bad[i], 0);

		put_fde(&im.eh_frame, &bad[i], cie, AT + 0x100, 0x10, "", 0);
		cie = put_cie(&im.eh_frame, &good, 0);
		put_fde(&im.eh_frame, &good, cie, AT, 0x10, "", 0);
		put_fde(&im.eh_frame, &good, cie + 1, AT + 0x200, 0x10, "", 0); /* no CIE */
		put_number(&im.eh_frame, 0x7fffffff, 4);			/* beyond the end */
		read_image(&im, &t);
		check_rows(&t, rows, "damaged");
		assert_in_range(t.counts.skipped, 2, 3);
		pp_unwind_table_release(&t);
		image_release(&im);
	}
}

static void add(struct image *im, bool debug, uint64_t pc, uint64_t size, const char *ins)
{
	const struct cie c = {.debug = debug};
	struct pp_buf *b = debug ? &im->debug_frame : &im->eh_frame;

	if (b->n == 0)
		put_cie(b, &c, im->flags);
	put_fde(b, &c, 0, pc, size, ins, strlen(ins));
}

static void test_order_overlaps_and_gaps(void **state)
{
	struct image im = {0};
	struct pp_unwind_table t;
	const struct expected rows[] = {{0, 1, 0, SP},	    {0x10, 2, 0, SP},	{0x18, 3, 0, SP},
					{0x20, 0, 0, 0},    {0x80, 1, 0, SP},	{0xc0, 0, 0, 0},
					{0xfff0, 1, 0, SP}, {0x10000, 0, 0, 0}, END};

	(void)state;
	add(&im, false, AT + 0xfff0, 0x100, "");      /* out of the segment */
	add(&im, false, AT + 0xa0, 0x20, "");	      /* the same as before it: one row */
	add(&im, false, AT + 0x80, 0x20, "");	      /* behind a gap */
	add(&im, false, AT + 0x18, 0x08, "\x0e\x18"); /* begins within the next */
	add(&im, false, AT + 0x10, 0x40, "\x0e\x10"); /* which does not go on behind it */
	add(&im, false, AT + 0x18, 0x30, "\x0e\x20"); /* a second one at an address */
	add(&im, false, AT, 0x10, "");
	add(&im, false, AT + 0x30, 0, "\x0e\x10");	   /* empty */
	add(&im, false, 0, 0x10, "\x0e\x10");		   /* discarded by the linker */
	add(&im, false, IMAGE_EH_FRAME, 0x10, "\x0e\x10"); /* no code */
	read_image(&im, &t);
	check_rows(&t, rows, "order");
	assert_int_equal(pp_unwind_table_find(&t, AT - 1).kind, PP_CFA_NONE);
	assert_int_equal(pp_unwind_table_find(&t, AT).cfa, 1);
	assert_int_equal(pp_unwind_table_find(&t, AT + 0x17).cfa, 2);
	assert_int_equal(pp_unwind_table_find(&t, AT + 0x18).cfa, 3);
	assert_int_equal(pp_unwind_table_find(&t, AT + 0x7f).kind, PP_CFA_NONE);
	assert_int_equal(pp_unwind_table_find(&t, UINT64_MAX).kind, PP_CFA_NONE);
	pp_unwind_table_release(&t);
	image_release(&im);
}

static void test_debug_frame(void **state)
{
	static const int flags[] = {0, IMAGE_DEFLATED, IMAGE_OLD_ZLIB};
	const struct expected rows[] = {{0, 1, 0, SP},	  {0x10, 0, 0, 0}, {0x40, 3, 0, SP},
					{0x50, 2, 0, SP}, {0x60, 0, 0, 0}, END};

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(flags); i++) {
		struct image im = {.flags = flags[i]};
		struct pp_unwind_table t;

		add(&im, false, AT, 0x10, "");
		add(&im, false, AT + 0x50, 0x10, "\x0e\x10");
		add(&im, true, AT + 0x40, 0x10, "\x0e\x18");
		add(&im, true, AT + 0x08, 0x10, "\x0e\x18"); /* overlaps the first */
		add(&im, true, AT + 0x58, 0x20, "\x0e\x18"); /* and the second */
		read_image(&im, &t);
		check_rows(&t, rows, i ? "compressed" : "debug_frame");
		pp_unwind_table_release(&t);
		image_release(&im);
	}
}

static void test_without_section_headers(void **state)
{
	struct image im = {.flags = IMAGE_STRIPPED};
	struct pp_unwind_table t;
	const struct expected rows[] = {{0, 1, 0, SP}, {0x10, 0, 0, 0}, END};

	(void)state;
	add(&im, false, AT, 0x10, "");
	put_number(&im.eh_frame, 0, 4);
	add(&im, false, AT + 0x40, 0x10, ""); /* behind the end */
	read_image(&im, &t);
	check_rows(&t, rows, "stripped");
	pp_unwind_table_release(&t);
	image_release(&im);
}

/* ---- Signals ---- */

static void test_signal_frames(void **state)
{
	const struct cie c = {.augmentation = "zRS"};
	const struct expected rows[] = {{0, 0, 0, PP_CFA_SIGNAL},
					{0x10, 0, 0, PP_CFA_UNSUPPORTED},
					{0x20, 1, 0, PP_CFA_SIGNAL},
					{0x30, 0, 0, 0},
					END};
	struct image im = {0};
	struct pp_unwind_table t;
	size_t cie = put_cie(&im.eh_frame, &c, 0);

	(void)state;
	put_fde(&im.eh_frame, &c, cie, AT, 0x10, "\x0f\x04\x77\xa0\x01\x06", 6);
	put_fde(&im.eh_frame, &c, cie, AT + 0x10, 0x10, "", 0);
	put_fde(&im.eh_frame, &c, cie, AT + 0x20, 0x10, "\x0f\x04\x77\xa8\x01\x06", 6);
	read_image(&im, &t);
	check_rows(&t, rows, "signal");
	pp_unwind_table_release(&t);
	image_release(&im);
}

/* Trampolines at +0x200, `times` of them, in a file with one FDE. */
static void check_trampolines(int times, uint32_t fde, const struct expected *rows)
{
	static const char code[] = "\x48\xc7\xc0\x0f\x00\x00\x00\x0f\x05";
	struct image im = {0};
	struct pp_unwind_table t;

	while (im.code.n < 0x200)
		put_number(&im.code, 0x90, 1);
	for (int i = 0; i < times; i++)
		pp_buf_add(&im.code, code, sizeof(code) - 1);
	while (im.code.n < 0x400)
		put_number(&im.code, 0x90, 1);
	add(&im, false, AT + fde, 0x10, "");
	read_image(&im, &t);
	check_rows(&t, rows, "trampoline");
	pp_unwind_table_release(&t);
	image_release(&im);
}

static void test_trampolines_by_code(void **state)
{
	const struct expected before[] = {{0x1ff, 0, 0, PP_CFA_SIGNAL},
					  {0x209, 0, 0, 0},
					  {0x300, 1, 0, SP},
					  {0x310, 0, 0, 0},
					  END};
	const struct expected behind[] = {
		{0x1ef, 1, 0, SP}, {0x1ff, 0, 0, PP_CFA_SIGNAL}, {0x209, 0, 0, 0}, END};
	const struct expected touching[] = {
		{0x1ff, 0, 0, PP_CFA_SIGNAL}, {0x209, 1, 0, SP}, {0x219, 0, 0, 0}, END};
	const struct expected twice[] = {{0x1ff, 0, 0, PP_CFA_SIGNAL},
					 {0x212, 0, 0, 0},
					 {0x300, 1, 0, SP},
					 {0x310, 0, 0, 0},
					 END};
	const struct expected covered[] = {{0x200, 1, 0, SP}, {0x210, 0, 0, 0}, END};
	const struct expected too_near[] = {{0x1f0, 1, 0, SP}, {0x200, 0, 0, 0}, END};

	(void)state;
	check_trampolines(1, 0x300, before);
	check_trampolines(1, 0x1ef, behind);
	check_trampolines(1, 0x209, touching);
	check_trampolines(2, 0x300, twice);
	check_trampolines(1, 0x200, covered);
	check_trampolines(1, 0x1f0, too_near);
}

/* ---- Refusals ---- */

static void test_refusals(void **state)
{
	struct image im = {0};
	struct pp_buf b = image_make(&im);
	struct pp_unwind_table t;
	struct pp_err err = PP_ERR_INIT;

	(void)state;
	assert_int_equal(pp_unwind_table_read_memory(&t, b.p, b.n, &err), 0);
	assert_int_equal(t.nrows, 0);
	pp_unwind_table_release(&t);
	assert_int_equal(pp_unwind_table_read_memory(&t, "no", 2, &err), -1);
	assert_int_equal(err.kind, PP_ERR_FORMAT);
	((Elf64_Ehdr *)(void *)b.p)->e_machine = htole16(EM_RISCV);
	assert_int_equal(pp_unwind_table_read_memory(&t, b.p, b.n, &err), -1);
	assert_int_equal(err.kind, PP_ERR_UNSUPPORTED);
	((Elf64_Ehdr *)(void *)b.p)->e_machine = htole16(EM_X86_64);
	((Elf64_Phdr *)(void *)(b.p + sizeof(Elf64_Ehdr)))->p_memsz = htole64(1ull << 33);
	assert_int_equal(pp_unwind_table_read_memory(&t, b.p, b.n, &err), -1);
	assert_int_equal(err.kind, PP_ERR_LIMIT);
	pp_buf_release(&b);
	assert_int_equal(pp_unwind_table_read(&t, -1, &err), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_x86_instructions),
		cmocka_unit_test(test_arm64_instructions),
		cmocka_unit_test(test_forms_of_entries),
		cmocka_unit_test(test_damaged_entries_are_skipped),
		cmocka_unit_test(test_order_overlaps_and_gaps),
		cmocka_unit_test(test_debug_frame),
		cmocka_unit_test(test_without_section_headers),
		cmocka_unit_test(test_signal_frames),
		cmocka_unit_test(test_trampolines_by_code),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
