/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of symbol/elf on images made by hand: which symbol answers, and what damage does. */
#include <config.h>

#include <elf.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "symbol/elf.h"

static void assert_str(struct pp_str s, const char *expected)
{
	if (!pp_str_eq(s, pp_str_of(expected)))
		fail_msg("'%.*s' is not '%s'", (int)s.n, s.p, expected);
}

/* ---- ELF images made by hand ---- */

enum { NONE, TEXT, DATA, SYMTAB, STRTAB, NOTES, NSECTIONS };
#define TEXT_START 0x1000
#define TEXT_END   0x2000
#define LOAD_VADDR 0x400000

struct sym {
	const char *name;
	uint64_t value, size;
	uint8_t bind, type;
	uint16_t shndx;
};

static void put(struct pp_buf *b, uint64_t v, size_t n)
{
	for (; n; n--, v >>= 8)
		pp_buf_char(b, (char)(v & 255));
}

static void put_section(struct pp_buf *b, bool is64, uint32_t type, uint64_t flags, uint64_t addr,
			uint64_t offset, uint64_t size, uint32_t link)
{
	size_t word = is64 ? 8 : 4;
	bool syms = type == SHT_SYMTAB;

	put(b, 0, 4);
	put(b, type, 4);
	put(b, flags, word);
	put(b, addr, word);
	put(b, offset, word);
	put(b, size, word);
	put(b, link, 4);
	put(b, 0, 4);
	put(b, 4, word);
	put(b, !syms ? 0 : is64 ? 24 : 16, word);
}

static void put_segment(struct pp_buf *b, bool is64, uint32_t type, uint32_t flags, uint64_t offset,
			uint64_t vaddr, uint64_t size)
{
	size_t word = is64 ? 8 : 4;

	put(b, type, 4);
	if (is64)
		put(b, flags, 4);
	put(b, offset, word);
	put(b, vaddr, word);
	put(b, vaddr, word);
	put(b, size, word);
	put(b, size, word);
	if (!is64)
		put(b, flags, 4);
	put(b, 4, word);
}

static void put_header(struct pp_buf *b, bool is64, uint64_t phoff, uint64_t shoff)
{
	size_t word = is64 ? 8 : 4;

	pp_buf_add(b, ELFMAG, SELFMAG);
	put(b, is64 ? ELFCLASS64 : ELFCLASS32, 1);
	put(b, ELFDATA2LSB, 1);
	put(b, EV_CURRENT, 10);
	put(b, ET_DYN, 2);
	put(b, is64 ? EM_X86_64 : EM_386, 2);
	put(b, EV_CURRENT, 4);
	put(b, 0, word);
	put(b, phoff, word);
	put(b, shoff, word);
	put(b, 0, 4);
	put(b, is64 ? 64 : 52, 2);
	put(b, is64 ? 56 : 32, 2);
	put(b, 3, 2);
	put(b, is64 ? 64 : 40, 2);
	put(b, NSECTIONS, 2);
	put(b, 0, 2);
}

static void put_symbol(struct pp_buf *b, bool is64, uint32_t name, const struct sym *s)
{
	uint8_t info = (uint8_t)(s->bind << 4 | s->type);

	put(b, name, 4);
	if (!is64) {
		put(b, s->value, 4);
		put(b, s->size, 4);
	}
	put(b, info, 1);
	put(b, 0, 1);
	put(b, s->shndx, 2);
	if (is64) {
		put(b, s->value, 8);
		put(b, s->size, 8);
	}
}

static void put_build_id(struct pp_buf *b)
{
	put(b, 4, 4); /* another note first */
	put(b, 5, 4);
	put(b, NT_VERSION, 4);
	pp_buf_add(b, "abc\0hello\0\0\0", 12);
	put(b, 4, 4);
	put(b, 8, 4);
	put(b, NT_GNU_BUILD_ID, 4);
	pp_buf_add(b, "GNU\0\xde\xad\xbe\xef\x01\x02\x03\x04", 12);
}

/* .text at 0x1000..0x2000, .data at 0x3000..0x4000; two load segments share file bytes. */
static struct pp_buf make_image(bool is64, const struct sym *syms, size_t n)
{
	struct pp_buf b = PP_BUF_INIT, strings = PP_BUF_INIT, table = PP_BUF_INIT;
	struct pp_buf notes = PP_BUF_INIT;
	uint64_t phoff = is64 ? 64 : 52;
	uint64_t shoff = phoff + 3u * (is64 ? 56 : 32);
	uint64_t body = shoff + (uint64_t)NSECTIONS * (is64 ? 64 : 40);

	put(&strings, 0, 1);
	put_symbol(&table, is64, 0, &(struct sym){0});
	for (size_t i = 0; i < n; i++) {
		put_symbol(&table, is64, (uint32_t)strings.n, &syms[i]);
		pp_buf_add(&strings, syms[i].name, strlen(syms[i].name) + 1);
	}
	put_build_id(&notes);

	uint64_t strtab = body + table.n, note = strtab + strings.n;
	put_header(&b, is64, phoff, shoff);
	put_segment(&b, is64, PT_LOAD, PF_R, 0, 0x10000, 0x800);
	put_segment(&b, is64, PT_LOAD, PF_R | PF_X, 0x400, LOAD_VADDR, 0x1000);
	put_segment(&b, is64, PT_NOTE, PF_R, note, 0, notes.n);
	put_section(&b, is64, SHT_NULL, 0, 0, 0, 0, 0);
	put_section(&b, is64, SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, TEXT_START, 0, 0x1000, 0);
	put_section(&b, is64, SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 0x3000, 0, 0x1000, 0);
	put_section(&b, is64, SHT_SYMTAB, 0, 0, body, table.n, STRTAB);
	put_section(&b, is64, SHT_STRTAB, 0, 0, strtab, strings.n, 0);
	put_section(&b, is64, SHT_NOTE, SHF_ALLOC, 0, note, notes.n, 0);
	assert_int_equal(b.n, body);
	pp_buf_add(&b, table.p, table.n);
	pp_buf_add(&b, strings.p, strings.n);
	pp_buf_add(&b, notes.p, notes.n);
	pp_buf_release(&strings);
	pp_buf_release(&table);
	pp_buf_release(&notes);
	return b;
}

static struct pp_elf *open_symbols(bool is64, const struct sym *syms, size_t n)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf b = make_image(is64, syms, n);
	struct pp_err err = PP_ERR_INIT;
	struct pp_elf *elf = pp_elf_open_memory(b.p, b.n, &err);

	if (!elf)
		fail_msg("%s", err.msg);
	return elf;
}

/* The name at `addr`, or "-"; a copy per call would only hide a name that does not end. */
static void assert_found(const struct pp_elf *elf, uint64_t addr, const char *name)
{
	struct pp_symbol s = {.name = PP_STR_LIT("-")};

	if (pp_elf_find(elf, addr, &s)) {
		assert_true(s.start <= addr);
		assert_true(addr - s.start < s.size);
	}
	if (!pp_str_eq(s.name, pp_str_of(name)))
		fail_msg("0x%llx: '%.*s' is not '%s'", (unsigned long long)addr, (int)s.name.n,
			 s.name.p, name);
}

#define SYM(...)                  \
	{                         \
		__VA_ARGS__, TEXT \
	}
#define FUNC(name, value, size)	 SYM(name, value, size, STB_GLOBAL, STT_FUNC)
#define LFUNC(name, value, size) SYM(name, value, size, STB_LOCAL, STT_FUNC)
#define WFUNC(name, value, size) SYM(name, value, size, STB_WEAK, STT_FUNC)
#define LABEL(name, value, bind) SYM(name, value, 0, bind, STT_NOTYPE)

static void test_ranges(void **state)
{
	static const struct sym syms[] = {
		FUNC("second", 0x1100, 0x10),
		FUNC("first", 0x1000, 0x20),
		{"indirect", 0x1200, 8, STB_GLOBAL, STT_GNU_IFUNC, TEXT},
		{"unique", 0x1300, 8, STB_GNU_UNIQUE, STT_FUNC, TEXT},
		{"object", 0x1400, 8, STB_GLOBAL, STT_OBJECT, TEXT},
		{"undefined", 0x1500, 8, STB_GLOBAL, STT_FUNC, SHN_UNDEF},
		{"absolute", 0x5000, 8, STB_GLOBAL, STT_FUNC, SHN_ABS},
		{"absolute_unsized", 0x6000, 0, STB_GLOBAL, STT_FUNC, SHN_ABS},
		{"", 0x1600, 8, STB_GLOBAL, STT_FUNC, TEXT},
		{"$x", 0x1700, 8, STB_LOCAL, STT_NOTYPE, TEXT},
		{"$d.12", 0x1710, 8, STB_LOCAL, STT_NOTYPE, TEXT},
		{".L4", 0x1720, 8, STB_LOCAL, STT_NOTYPE, TEXT},
		{"in_data", 0x3000, 8, STB_GLOBAL, STT_NOTYPE, DATA},
		{"bad_section", 0x1730, 0, STB_GLOBAL, STT_FUNC, 99},
	};

	(void)state;
	for (int is64 = 0; is64 < 2; is64++) {
		struct pp_elf *elf = open_symbols(is64, syms, PP_ARRAY_LEN(syms));

		assert_true(pp_elf_has_symbols(elf));
		assert_str(pp_elf_build_id(elf), "deadbeef01020304");
		assert_found(elf, 0xfff, "-");
		assert_found(elf, 0x1000, "first");
		assert_found(elf, 0x101f, "first");
		assert_found(elf, 0x1020, "-");
		assert_found(elf, 0x110f, "second");
		assert_found(elf, 0x1110, "-");
		assert_found(elf, 0x1207, "indirect");
		assert_found(elf, 0x1307, "unique");
		assert_found(elf, 0x5007, "absolute");
		for (uint64_t addr = 0x1400; addr < 0x1800; addr += 8)
			assert_found(elf, addr, "-");
		assert_found(elf, 0x3000, "-");
		assert_found(elf, 0x6000, "-");
		assert_found(elf, 0, "-");
		assert_found(elf, UINT64_MAX, "-");
		pp_elf_free(elf);
	}
}

static void test_segments(void **state)
{
	struct pp_elf *elf = open_symbols(true, NULL, 0);
	uint64_t v = 0;

	(void)state;
	assert_false(pp_elf_has_symbols(elf));
	assert_found(elf, 0x1000, "-");
	assert_true(pp_elf_file_to_vaddr(elf, 0x3ff, &v));
	assert_int_equal(v, 0x103ff);
	assert_true(pp_elf_file_to_vaddr(elf, 0x400, &v));
	assert_int_equal(v, LOAD_VADDR); /* in both: the executable one */
	assert_true(pp_elf_file_to_vaddr(elf, 0x13ff, &v));
	assert_int_equal(v, LOAD_VADDR + 0xfff);
	assert_false(pp_elf_file_to_vaddr(elf, 0x1400, &v));
	assert_false(pp_elf_file_to_vaddr(elf, UINT64_MAX, &v));
	pp_elf_free(elf);
}

static void test_aliases(void **state)
{
	static const struct sym syms[] = {
		LFUNC("a", 0x1000, 16),
		WFUNC("b", 0x1000, 16),
		FUNC("__global", 0x1000, 16),
		LFUNC("local", 0x1100, 16),
		WFUNC("_weak", 0x1100, 16),
		LABEL("x", 0x1200, STB_GLOBAL),
		FUNC("__sized", 0x1200, 16),
		FUNC("_write", 0x1300, 16),
		FUNC("__write_nocancel", 0x1300, 16),
		FUNC("write_it", 0x1300, 16),
		FUNC("longer", 0x1400, 16),
		FUNC("short", 0x1400, 16),
		FUNC("bbb", 0x1500, 16),
		FUNC("aaa", 0x1500, 16),
		FUNC("ccc", 0x1500, 16),
		FUNC("memcpy@@GLIBC_2.14", 0x1600, 16),
		FUNC("same_length", 0x1600, 16),
		FUNC("reach", 0x1700, 16),
		LFUNC("further", 0x1700, 32),
		LFUNC("furthest", 0x1700, 48),
	};
	struct pp_elf *elf = open_symbols(true, syms, PP_ARRAY_LEN(syms));

	(void)state;
	assert_found(elf, 0x1000, "b");
	assert_found(elf, 0x1100, "_weak");
	assert_found(elf, 0x1200, "__sized");
	assert_found(elf, 0x1300, "write_it");
	assert_found(elf, 0x1400, "short");
	assert_found(elf, 0x1500, "aaa");
	assert_found(elf, 0x1600, "memcpy");
	assert_found(elf, 0x170f, "reach");
	assert_found(elf, 0x1710, "further");
	assert_found(elf, 0x172f, "furthest");
	assert_found(elf, 0x1730, "-");
	pp_elf_free(elf);
}

static void test_unsized(void **state)
{
	static const struct sym syms[] = {
		LABEL("start", 0x1000, STB_GLOBAL), LABEL("next", 0x1040, STB_LOCAL),
		FUNC("sized", 0x1080, 0x40),	    LABEL("inner", 0x1090, STB_GLOBAL),
		FUNC("unsized", 0x1100, 0),	    FUNC("after", 0x1180, 8),
		LABEL("last", 0x1ff0, STB_LOCAL),   LABEL("etext", 0x2000, STB_GLOBAL),
	};
	struct pp_elf *elf = open_symbols(true, syms, PP_ARRAY_LEN(syms));
	struct pp_symbol s;

	(void)state;
	assert_found(elf, 0x103f, "start");
	assert_found(elf, 0x107f, "next");
	assert_found(elf, 0x1095, "sized"); /* a label is no function */
	assert_found(elf, 0x10c0, "-");
	assert_found(elf, 0x117f, "unsized");
	assert_found(elf, 0x1188, "-");
	assert_found(elf, 0x1fff, "last");
	assert_found(elf, 0x2000, "-");
	assert_true(pp_elf_find(elf, 0x1050, &s));
	assert_int_equal(s.start, 0x1040);
	assert_int_equal(s.size, 0x40);
	pp_elf_free(elf);
}

static void test_nesting(void **state)
{
	static const struct sym syms[] = {
		FUNC("outer", 0x1000, 0x100), FUNC("middle", 0x1020, 0x80),
		FUNC("inner", 0x1040, 0x10),  FUNC("crossing", 0x10f0, 0x20),
		FUNC("twin", 0x1098, 0x8),    FUNC("huge", 0x1800, UINT64_MAX - 0x10),
		FUNC("small", 0x1900, 0x10),
	};
	struct pp_elf *elf = open_symbols(true, syms, PP_ARRAY_LEN(syms));

	(void)state;
	assert_found(elf, 0x101f, "outer");
	assert_found(elf, 0x103f, "middle");
	assert_found(elf, 0x104f, "inner");
	assert_found(elf, 0x1050, "middle");
	assert_found(elf, 0x109f, "twin");
	assert_found(elf, 0x10a0, "outer"); /* middle and twin end together */
	assert_found(elf, 0x10ef, "outer");
	assert_found(elf, 0x10ff, "crossing");
	assert_found(elf, 0x110f, "crossing");
	assert_found(elf, 0x1110, "-");
	assert_found(elf, 0x1905, "small");
	assert_found(elf, 0x1910, "huge");
	assert_found(elf, UINT64_MAX - 1, "huge");
	pp_elf_free(elf);
}

/* ---- hostile images ---- */

static void expect_refused(const void *image, size_t n, enum pp_err_kind kind, const char *text)
{
	struct pp_err err = PP_ERR_INIT;

	assert_null(pp_elf_open_memory(image, n, &err));
	assert_int_equal(err.kind, kind);
	if (!strstr(err.msg, text))
		fail_msg("'%s' does not say '%s'", err.msg, text);
}

static void test_refusals(void **state)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf b = make_image(true, NULL, 0);
	struct pp_err err = PP_ERR_INIT;

	(void)state;
	expect_refused("", 0, PP_ERR_FORMAT, "not an ELF file");
	expect_refused("#!/bin/sh\nexit 0\n", 17, PP_ERR_FORMAT, "not an ELF file");
	expect_refused(b.p, 20, PP_ERR_FORMAT, "truncated");
	b.p[EI_DATA] = ELFDATA2MSB;
	expect_refused(b.p, b.n, PP_ERR_UNSUPPORTED, "little-endian");
	b.p[EI_DATA] = ELFDATA2LSB;
	b.p[EI_CLASS] = 7;
	expect_refused(b.p, b.n, PP_ERR_FORMAT, "class 7");
	b.p[EI_CLASS] = ELFCLASS64;
	b.p[16] = ET_REL;
	expect_refused(b.p, b.n, PP_ERR_UNSUPPORTED, "neither an executable");
	assert_null(pp_elf_open(-1, &err));
	assert_int_equal(err.kind, PP_ERR_IO);

	int dir = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(dir >= 0);
	assert_null(pp_elf_open(dir, &err));
	assert_non_null(strstr(err.msg, "directory"));
	close(dir);
}

static const struct sym two_syms[] = {
	FUNC("one", 0x1000, 0x20),
	LABEL("two", 0x1040, STB_GLOBAL),
};

/* Where the fields of section `i` are in a 64-bit image. */
static char *section_field(struct pp_buf *b, size_t i, size_t field)
{
	return b->p + 64 + 3 * 56 + i * 64 + field;
}

static void set(char *p, uint64_t v, size_t n)
{
	for (; n; n--, v >>= 8)
		*p++ = (char)(v & 255);
}

/* Open what must open, but with no symbols to be had. */
static void expect_no_symbols(const struct pp_buf *b)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_elf *elf = pp_elf_open_memory(b->p, b->n, &err);

	assert_non_null(elf);
	assert_false(pp_elf_has_symbols(elf));
	assert_found(elf, 0x1000, "-");
	pp_elf_free(elf);
}

static void test_absurd_sections(void **state)
{
	enum { SH_OFFSET = 24, SH_SIZE = 32, SH_LINK = 40, SH_ENTSIZE = 56 };
	static const struct {
		size_t section, field, n;
		uint64_t value;
	} damages[] = {
		{SYMTAB, SH_OFFSET, 8, UINT64_MAX},
		{SYMTAB, SH_OFFSET, 8, 1ULL << 40},
		{SYMTAB, SH_SIZE, 8, UINT64_MAX},
		{SYMTAB, SH_SIZE, 8, 1ULL << 62},
		{SYMTAB, SH_SIZE, 8, 0},
		{SYMTAB, SH_SIZE, 8, 23},
		{SYMTAB, SH_LINK, 4, 0},
		{SYMTAB, SH_LINK, 4, SYMTAB},
		{SYMTAB, SH_LINK, 4, UINT32_MAX},
		{SYMTAB, SH_ENTSIZE, 8, 0},
		{SYMTAB, SH_ENTSIZE, 8, 1},
		{SYMTAB, SH_ENTSIZE, 8, UINT64_MAX},
		{STRTAB, SH_OFFSET, 8, UINT64_MAX - 4},
		{STRTAB, SH_SIZE, 8, UINT64_MAX},
		{STRTAB, SH_SIZE, 8, 0},
		{STRTAB, SH_SIZE, 8, 1},
		{STRTAB, SH_SIZE, 8, 3}, /* no name in it ends */
	};

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(damages); i++) {
		PP_CLEANUP(pp_buf_release) struct pp_buf b = make_image(true, two_syms, 2);

		set(section_field(&b, damages[i].section, damages[i].field), damages[i].value,
		    damages[i].n);
		expect_no_symbols(&b);
	}
}

static void test_absurd_headers(void **state)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf b = make_image(true, two_syms, 2);
	struct pp_err err = PP_ERR_INIT;

	(void)state;
	set(b.p + 60, 0, 2); /* e_shnum: see section 0 ... */
	set(section_field(&b, 0, 32), 1ULL << 31, 8);
	expect_refused(b.p, b.n, PP_ERR_LIMIT, "sections");
	set(section_field(&b, 0, 32), NSECTIONS, 8);
	struct pp_elf *elf = pp_elf_open_memory(b.p, b.n, &err);
	assert_non_null(elf);
	assert_found(elf, 0x1000, "one");
	pp_elf_free(elf);

	set(b.p + 60, 0, 2); /* section headers stripped: build id and segments remain */
	set(b.p + 40, 0, 8);
	elf = pp_elf_open_memory(b.p, b.n, &err);
	assert_non_null(elf);
	assert_str(pp_elf_build_id(elf), "deadbeef01020304");
	assert_false(pp_elf_has_symbols(elf));
	pp_elf_free(elf);
}

static void test_notes_in_sections(void **state)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf b = make_image(true, two_syms, 2);
	struct pp_err err = PP_ERR_INIT;

	(void)state;
	set(b.p + 56, 2, 2); /* e_phnum: without the PT_NOTE */
	struct pp_elf *elf = pp_elf_open_memory(b.p, b.n, &err);
	assert_non_null(elf);
	assert_str(pp_elf_build_id(elf), "deadbeef01020304");
	pp_elf_free(elf);
}

/* Open and use a damaged copy of exactly n bytes, so that the sanitizer sees any read beyond. */
static void poke(const char *image, size_t n, size_t *opened)
{
	char *copy = malloc(n ? n : 1);
	struct pp_err err = PP_ERR_INIT;
	struct pp_symbol s;
	uint64_t v, sum = 0;

	assert_non_null(copy);
	memcpy(copy, image, n);
	struct pp_elf *elf = pp_elf_open_memory(copy, n, &err);
	free(copy);
	if (!elf) {
		assert_int_not_equal(err.kind, PP_ERR_NONE);
		return;
	}
	++*opened;
	for (uint64_t addr = 0; addr < 0x4000; addr += 0x10) {
		if (!pp_elf_find(elf, addr, &s))
			continue;
		assert_true(addr - s.start < s.size);
		for (size_t i = 0; i < s.name.n; i++)
			sum += (unsigned char)s.name.p[i];
	}
	pp_elf_file_to_vaddr(elf, 0x400 + sum % 2, &v);
	assert_true(pp_elf_build_id(elf).n <= 128);
	pp_elf_free(elf);
}

static void test_damaged_bytes(void **state)
{
	static const uint8_t flips[] = {0x01, 0x80, 0xff};
	size_t opened = 0, tried = 0;

	(void)state;
	for (int is64 = 0; is64 < 2; is64++) {
		PP_CLEANUP(pp_buf_release) struct pp_buf b = make_image(is64, two_syms, 2);

		for (size_t i = 0; i < b.n; i++) {
			for (size_t f = 0; f < sizeof(flips); f++, tried++) {
				b.p[i] = (char)(b.p[i] ^ flips[f]);
				poke(b.p, b.n, &opened);
				b.p[i] = (char)(b.p[i] ^ flips[f]);
			}
		}
	}
	assert_true(opened > tried / 2);
	assert_true(opened < tried);
}

static void test_truncated(void **state)
{
	size_t opened = 0;

	(void)state;
	for (int is64 = 0; is64 < 2; is64++) {
		PP_CLEANUP(pp_buf_release) struct pp_buf b = make_image(is64, two_syms, 2);

		for (size_t n = 0; n < b.n; n++)
			poke(b.p, n, &opened);
	}
	assert_true(opened > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_segments),
		cmocka_unit_test(test_aliases),
		cmocka_unit_test(test_unsized),
		cmocka_unit_test(test_nesting),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_absurd_sections),
		cmocka_unit_test(test_absurd_headers),
		cmocka_unit_test(test_notes_in_sections),
		cmocka_unit_test(test_damaged_bytes),
		cmocka_unit_test(test_truncated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
