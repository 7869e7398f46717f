/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of src/symbol: real objects of this process, ELF images made by hand, and hostile ones. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "io/file.h"
#include "symbol/demangle.h"
#include "symbol/elf.h"
#include "symbol/kallsyms.h"
#include "symbol/procmaps.h"

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

#define FUNC(name, value, size)                               \
	{                                                     \
		name, value, size, STB_GLOBAL, STT_FUNC, TEXT \
	}
#define LFUNC(name, value, size)                             \
	{                                                    \
		name, value, size, STB_LOCAL, STT_FUNC, TEXT \
	}
#define WFUNC(name, value, size)                            \
	{                                                   \
		name, value, size, STB_WEAK, STT_FUNC, TEXT \
	}
#define LABEL(name, value, bind)                       \
	{                                              \
		name, value, 0, bind, STT_NOTYPE, TEXT \
	}

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
	assert_found(elf, 0x1000, "__global");
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

/* ---- against a search through everything ---- */

static uint32_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

static const struct sym *search_all(const struct sym *syms, size_t n, uint64_t addr)
{
	const struct sym *best = NULL;

	for (size_t i = 0; i < n; i++) {
		const struct sym *s = &syms[i];

		if (addr < s->value || addr >= s->value + s->size)
			continue;
		if (!best || s->value > best->value ||
		    (s->value == best->value && strcmp(s->name, best->name) < 0))
			best = s;
	}
	return best;
}

static void test_random_ranges(void **state)
{
	uint64_t seed = 42, found = 0;

	(void)state;
	for (int round = 0; round < 300; round++) {
		char names[40][8];
		struct sym syms[40];
		size_t n = 1 + next_random(&seed) % 40;

		for (size_t i = 0; i < n; i++) {
			uint64_t size = 1 + next_random(&seed) % (round % 2 ? 20 : 120);

			snprintf(names[i], sizeof(names[i]), "f%03u", (unsigned)i);
			syms[i] =
				(struct sym)FUNC(names[i], 0x1000 + next_random(&seed) % 400, size);
		}
		struct pp_elf *elf = open_symbols(round % 3, syms, n);
		for (uint64_t addr = 0xff0; addr < 0x1240; addr++) {
			const struct sym *s = search_all(syms, n, addr);

			assert_found(elf, addr, s ? s->name : "-");
			found += s != NULL;
		}
		pp_elf_free(elf);
	}
	assert_true(found > 50000);
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

	if (!elf)
		return;
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

/* ---- real objects of this process ---- */

/* The mapping of this process that holds `addr`; its path is borrowed from `maps`. */
static struct pp_procmap mapping_of(struct pp_file *maps, uintptr_t addr)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_procmap m;

	assert_int_equal(pp_file_read(maps, "/proc/self/maps", 64u << 20, &err), 0);
	struct pp_str rest = {(const char *)maps->bytes, maps->n};
	while (pp_procmaps_next(&rest, &m)) {
		if (addr >= m.start && addr < m.limit)
			return m;
	}
	fail_msg("no mapping holds 0x%llx", (unsigned long long)addr);
	return m;
}

static char *path_of_mapping(uintptr_t addr)
{
	PP_CLEANUP(pp_file_release) struct pp_file maps = {0};
	struct pp_procmap m = mapping_of(&maps, addr);

	return pp_xasprintf("%.*s", (int)m.path.n, m.path.p);
}

/* Open the file that `addr` is mapped from, and turn `addr` into its address in the file. */
static struct pp_elf *open_mapped(uintptr_t addr, uint64_t *vaddr)
{
	PP_CLEANUP(pp_file_release) struct pp_file maps = {0};
	struct pp_procmap m = mapping_of(&maps, addr);
	PP_CLEANUP(pp_freep) char *path = path_of_mapping(addr);
	struct pp_err err = PP_ERR_INIT;

	assert_true(m.exec);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	struct pp_elf *elf = pp_elf_open(fd, &err);
	close(fd);
	if (!elf)
		fail_msg("%s: %s", path, err.msg);
	assert_true(pp_elf_file_to_vaddr(elf, addr - m.start + m.offset, vaddr));
	return elf;
}

__attribute__((noinline)) static int a_static_function(int x)
{
	__asm__ volatile("" : "+r"(x));
	return x + 1;
}

static void test_own_functions(void **state)
{
	uint64_t v;
	struct pp_elf *elf = open_mapped((uintptr_t)a_static_function, &v);
	struct pp_symbol s;

	assert_found(elf, v, "a_static_function");
	assert_true(pp_elf_find(elf, v, &s));
	assert_int_equal(s.start, v);
	pp_elf_free(elf);

	elf = open_mapped((uintptr_t)test_own_functions, &v);
	assert_found(elf, v + 4, "test_own_functions");
	pp_elf_free(elf);
	assert_int_equal(a_static_function((int)(uintptr_t)*state), 1);
}

static bool exported_function(const GElf_Sym *s)
{
	return GELF_ST_TYPE(s->st_info) == STT_FUNC && s->st_shndx != SHN_UNDEF && s->st_size > 0;
}

/* Exported under one global name, with underscored aliases at most. */
static bool must_be_named(const char *name)
{
	return !strcmp(name, "malloc") || !strcmp(name, "qsort");
}

/* Every sized function of one table must be found, under its own name or an alias. Returns their
 * number; *named counts those found by name. */
static size_t check_table(const struct pp_elf *elf, Elf *file, Elf_Scn *scn, const GElf_Shdr *h,
			  size_t *named)
{
	Elf_Data *data = elf_getdata(scn, NULL);
	size_t checked = 0;

	assert_non_null(data);
	for (size_t i = 0; i < h->sh_size / h->sh_entsize; i++) {
		struct pp_symbol found;
		GElf_Sym s;

		assert_non_null(gelf_getsym(data, (int)i, &s));
		if (!exported_function(&s))
			continue;
		const char *name = elf_strptr(file, h->sh_link, s.st_name);
		assert_non_null(name);
		if (!pp_elf_find(elf, s.st_value, &found))
			fail_msg("%s is not found", name);
		assert_int_equal(found.start, s.st_value);
		if (must_be_named(name))
			assert_str(found.name, name);
		*named += pp_str_eq(found.name, pp_str_of(name));
		assert_true(pp_elf_find(elf, s.st_value + s.st_size - 1, &found));
		checked++;
	}
	return checked;
}

static void test_all_of_libc(void **state)
{
	uint64_t v;
	PP_CLEANUP(pp_freep) char *path = path_of_mapping((uintptr_t)getauxval);
	PP_CLEANUP(pp_elf_freep) struct pp_elf *elf = open_mapped((uintptr_t)getauxval, &v);
	size_t checked = 0, named = 0;
	struct pp_symbol s;

	(void)state;
	assert_true(pp_elf_build_id(elf).n >= 16);
	assert_true(pp_elf_find(elf, v, &s));
	assert_int_equal(s.start, v);

	int fd = open(path, O_RDONLY | O_CLOEXEC);
	elf_version(EV_CURRENT);
	Elf *file = elf_begin(fd, ELF_C_READ, NULL);
	assert_non_null(file);
	for (Elf_Scn *scn = NULL; (scn = elf_nextscn(file, scn));) {
		GElf_Shdr h;

		assert_non_null(gelf_getshdr(scn, &h));
		if (h.sh_type == SHT_DYNSYM)
			checked += check_table(elf, file, scn, &h, &named);
	}
	elf_end(file);
	close(fd);
	assert_true(checked > 1000);
	assert_true(named > checked / 2); /* the others are aliases */
}

static void test_vdso(void **state)
{
	uintptr_t base = getauxval(AT_SYSINFO_EHDR);
	PP_CLEANUP(pp_file_release) struct pp_file maps = {0};
	struct pp_err err = PP_ERR_INIT;
	size_t named = 0;

	(void)state;
	if (!base)
		skip();
	struct pp_procmap m = mapping_of(&maps, base);
	assert_str(m.path, "[vdso]");
	struct pp_elf *elf = pp_elf_open_memory((const void *)base, m.limit - m.start, &err);
	assert_non_null(elf);
	assert_true(pp_elf_has_symbols(elf));
	for (uint64_t addr = 0; addr < m.limit - m.start; addr++) {
		struct pp_symbol s;

		if (pp_elf_find(elf, addr, &s) &&
		    (pp_str_eq(s.name, PP_STR_LIT("clock_gettime")) ||
		     pp_str_eq(s.name, PP_STR_LIT("__vdso_clock_gettime")) ||
		     pp_str_eq(s.name, PP_STR_LIT("__kernel_clock_gettime"))))
			named++;
	}
	assert_true(named > 0);
	pp_elf_free(elf);
}

/* ---- kallsyms ---- */

static char *write_temporary(const void *bytes, size_t n)
{
	char *path = pp_xstrdup("/tmp/test_symbol.XXXXXX");
	int fd = mkostemp(path, O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), n);
	close(fd);
	return path;
}

static struct pp_kallsyms *load_text(const char *text, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *path = write_temporary(text, strlen(text));
	struct pp_kallsyms *k = pp_kallsyms_load(path, err);

	unlink(path);
	return k;
}

static void assert_kernel(const struct pp_kallsyms *k, uint64_t addr, const char *name)
{
	struct pp_symbol s = {.name = PP_STR_LIT("-")};

	if (pp_kallsyms_find(k, addr, &s))
		assert_true(addr - s.start < s.size);
	if (!pp_str_eq(s.name, pp_str_of(name)))
		fail_msg("0x%llx: '%.*s' is not '%s'", (unsigned long long)addr, (int)s.name.n,
			 s.name.p, name);
}

static void test_kallsyms(void **state)
{
	static const char text[] = "0000000000000000 A fixed_percpu_data\n"
				   "ffffffff81000000 T _text\n"
				   "ffffffff81000000 T _stext\n"
				   "ffffffff81000000 t first\n"
				   "ffffffff81000100 T __x64_sys_read\n"
				   "ffffffff81000100 t do_read\n"
				   "ffffffff81000200 W weak\n"
				   "ffffffff81000200 t local_alias\n"
				   "this is no symbol\n"
				   "ffffffff81000300\n"
				   "ffffffff81000300 T\n"
				   "ffffffff81000400 T __entry_text_end\n"
				   "ffffffff81000400 t after_entry\n"
				   "ffffffff81000500 T _etext\n"
				   "ffffffff81000600 D some_data\n"
				   "ffffffff82000000 t init_one\n"
				   "ffffffff82000100 T _einittext\n"
				   "ffffffff83000000 B _end\n"
				   "ffffffffc0203000 t two_init\t[two]\n"
				   "ffffffffc0203040 t two_last\t[two]\n"
				   "ffffffffc0201000 t one_init\t[one]\n"
				   "ffffffffc0201080 r one_const\t[one]\n"
				   "ffffffffc0201100 t one_last\t[one]\n"
				   "ffffffffc0300000 t far_apart\t[three]\n"
				   "ffffffffc0400000 d three_data\t[three]\n";
	struct pp_err err = PP_ERR_INIT;
	struct pp_kallsyms *k = load_text(text, &err);
	uint64_t start, limit;

	(void)state;
	assert_non_null(k);
	assert_false(pp_kallsyms_hidden(k));
	assert_kernel(k, 0, "-");
	assert_kernel(k, 0xffffffff80ffffff, "-");
	assert_kernel(k, 0xffffffff81000000, "first");
	assert_kernel(k, 0xffffffff810000ff, "first");
	assert_kernel(k, 0xffffffff81000180, "__x64_sys_read");
	assert_kernel(k, 0xffffffff81000210, "weak");
	assert_kernel(k, 0xffffffff81000410, "after_entry");
	assert_kernel(k, 0xffffffff810004ff, "after_entry");
	assert_kernel(k, 0xffffffff81000500, "-");
	assert_kernel(k, 0xffffffff81000600, "-");
	assert_kernel(k, 0xffffffff820000ff, "init_one");
	assert_kernel(k, 0xffffffff82000100, "-");
	assert_kernel(k, 0xffffffffc0200fff, "-");
	assert_kernel(k, 0xffffffffc020107f, "one_init");
	assert_kernel(k, 0xffffffffc0201080, "-");
	assert_kernel(k, 0xffffffffc0201fff, "one_last");
	assert_kernel(k, 0xffffffffc0202000, "-");
	assert_kernel(k, 0xffffffffc0203050, "two_last");
	assert_kernel(k, 0xffffffffc0204000, "-");
	assert_kernel(k, 0xffffffffc030ffff, "far_apart");
	assert_kernel(k, 0xffffffffc0310000, "-");
	assert_kernel(k, UINT64_MAX, "-");
	assert_true(pp_kallsyms_range(k, &start, &limit));
	assert_int_equal(start, 0xffffffff81000000);
	assert_int_equal(limit, 0xffffffff81000500);
	pp_kallsyms_free(k);
}

static void test_kallsyms_without_etext(void **state)
{
	struct pp_err err = PP_ERR_INIT;
	uint64_t start, limit;
	struct pp_kallsyms *k = load_text("ffffffff81000000 T _text\n"
					  "ffffffff81001080 t last",
					  &err);

	(void)state;
	assert_non_null(k);
	assert_true(pp_kallsyms_range(k, &start, &limit));
	assert_int_equal(start, 0xffffffff81000000);
	assert_int_equal(limit, 0xffffffff81002000);
	assert_kernel(k, 0xffffffff81001fff, "last");
	assert_kernel(k, 0xffffffff81002000, "-");
	pp_kallsyms_free(k);
}

static void test_kallsyms_hidden(void **state)
{
	struct pp_err err = PP_ERR_INIT;
	uint64_t start, limit;
	struct pp_kallsyms *k = load_text("0000000000000000 A fixed_percpu_data\n"
					  "0000000000000000 T _stext\n"
					  "0000000000000000 t foo\t[mod]\n",
					  &err);

	(void)state;
	assert_non_null(k);
	assert_true(pp_kallsyms_hidden(k));
	assert_kernel(k, 0, "-");
	assert_false(pp_kallsyms_range(k, &start, &limit));
	pp_kallsyms_free(k);
}

static void test_kallsyms_refused(void **state)
{
	struct pp_err err = PP_ERR_INIT;

	(void)state;
	assert_null(load_text("", &err));
	assert_int_equal(err.kind, PP_ERR_FORMAT);
	assert_null(load_text("\n\n123456789012345678901234567890 T overflow\nfff Tx\n", &err));
	assert_int_equal(err.kind, PP_ERR_FORMAT);
	assert_null(pp_kallsyms_load("/nonexistent/kallsyms", &err));
	assert_int_equal(err.kind, PP_ERR_NOT_FOUND);
}

/* The running kernel's list, if it may be read. */
static void test_kallsyms_live(void **state)
{
	struct pp_err err = PP_ERR_INIT;
	uint64_t start = 0, limit = 0, named = 0;
	struct pp_symbol s;

	(void)state;
	if (access("/proc/kallsyms", R_OK) < 0)
		skip();
	struct pp_kallsyms *k = pp_kallsyms_load("/proc/kallsyms", &err);
	assert_non_null(k);
	if (pp_kallsyms_hidden(k)) {
		assert_false(pp_kallsyms_range(k, &start, &limit));
		pp_kallsyms_free(k);
		skip();
	}
	assert_true(pp_kallsyms_range(k, &start, &limit));
	for (uint64_t i = 0; i < 1000; i++)
		named += pp_kallsyms_find(k, start + (limit - start) / 1000 * i, &s);
	assert_true(named > 900);
	assert_false(pp_kallsyms_find(k, limit, &s));
	pp_kallsyms_free(k);
}

static int notes_build_id(const struct pp_buf *notes, char out[41], struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *path = write_temporary(notes->p, notes->n);
	int rc = pp_kernel_build_id(path, out, err);

	unlink(path);
	return rc;
}

static void test_kernel_build_id(void **state)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf notes = PP_BUF_INIT;
	struct pp_err err = PP_ERR_INIT;
	char id[41] = "";

	(void)state;
	put_build_id(&notes);
	assert_int_equal(notes_build_id(&notes, id, &err), 0);
	assert_string_equal(id, "deadbeef01020304");

	for (notes.n--; notes.n > 0; notes.n--)
		assert_int_equal(notes_build_id(&notes, id, &err), -1);
	assert_int_equal(err.kind, PP_ERR_FORMAT);

	pp_buf_clear(&notes); /* 21 bytes do not fit */
	put(&notes, 4, 4);
	put(&notes, 21, 4);
	put(&notes, NT_GNU_BUILD_ID, 4);
	pp_buf_add(&notes, "GNU\0abcdefghijklmnopqrstuvwxyz", 29);
	assert_int_equal(notes_build_id(&notes, id, &err), -1);

	pp_buf_clear(&notes); /* sizes that wrap 32 bits */
	put(&notes, UINT32_MAX, 4);
	put(&notes, UINT32_MAX, 4);
	put(&notes, NT_GNU_BUILD_ID, 4);
	pp_buf_add(&notes, "GNU\0abcdefgh", 12);
	assert_int_equal(notes_build_id(&notes, id, &err), -1);
}

/* ---- names ---- */

static const struct {
	const char *mangled, *readable; /* NULL: not mangled */
} name_cases[] = {
	{"_Z3foov", "foo"},
	{"_Z1fILi0EEvv", "f"},
	{"_ZN3Foo3barEv", "Foo::bar"},
	{"_ZNK3Foo3barEPKc", "Foo::bar"},
	{"_ZN3FooC1Ev", "Foo::Foo"},
	{"_ZN3FooC2ERKS_", "Foo::Foo"},
	{"_ZN3FooD0Ev", "Foo::~Foo"},
	{"_ZN12_GLOBAL__N_13fooEv", "(anonymous namespace)::foo"},
	{"_ZNSt6vectorIiSaIiEE9push_backERKi", "std::vector::push_back"},
	{"_ZNSt8functionIFviEE4callEi", "std::function::call"},
	{"_ZNSt3mapISsiSt4lessISsESaISt4pairIKSsiEEEixERS3_", "std::map::operator[]"},
	{"_ZSt4sortIPiEvT_S1_", "std::sort"},
	{"_Z3fooIXgtLi1ELi2EEEvv", "foo"},
	{"_Z3fooIXltLi1ELi2EEEvv", "foo"},
	{"_Z3fooIXrsLi1ELi2EEEvv", "foo"},
	{"_Z3fooIXgeLi1ELi2EEEvv", "foo"},
	{"_ZlsRSoRK3Foo", "operator<<"},
	{"_ZrsRSiR3Foo", "operator>>"},
	{"_ZltI3FooEbRKT_S3_", "operator<"},
	{"_ZlsI3FooEbRKT_S3_", "operator<<"},
	{"_ZgtI3FooEbRKT_S3_", "operator>"},
	{"_ZStssIiE15strong_orderingRKT_S1_", "std::operator<=>"},
	{"_ZN3FooptEv", "Foo::operator->"},
	{"_ZN3FoopmEv", "Foo::operator->*"},
	{"_ZN3FooclEi", "Foo::operator()"},
	{"_ZN3FooclIL4Enum1EEEvv", "Foo::operator()"},
	{"_ZN3FooixEm", "Foo::operator[]"},
	{"_ZN3FoonwEm", "Foo::operator new"},
	{"_ZN3FoocvSt6vectorIiSaIiEEEv", "Foo::operator std::vector"},
	{"_ZN3FoocvPFviEEv", "Foo::operator void (*)(int)"},
	{"_Z3barIXadL_ZN3FoolsEiEEEvv", "bar"},
	{"_ZZ3foovENKUlvE_clEv", "foo()::{lambda()#1}::operator()"},
	{"_ZZ3fooIiEvT_ENKUlvE_clEv", "foo()::{lambda()#1}::operator()"},
	{"_ZZN3Foo3barEiENKUliE0_clEi", "Foo::bar()::{lambda(int)#2}::operator()"},
	{"_ZZNK3Foo3barEvENKUlSt6vectorIiSaIiEEE_clES3_",
	 "Foo::bar() const::{lambda(std::vector)#1}::operator()"},
	{"_ZZ4mainENKUlT_E_clIiEEDaS_", "main::{lambda(auto:1)#1}::operator()"},
	{"_ZZN12_GLOBAL__N_13barIiEEvT_ENK3$_0clEv",
	 "(anonymous namespace)::bar()::$_0::operator()"},
	{"_ZZ4mainE1x", "main::x"},
	{"_ZGVZ3fooiE1x", "guard variable for foo()::x"},
	{"_ZTV3FooIiE", "vtable for Foo"},
	{"_ZThn16_N3Foo3barEv", "non-virtual thunk to Foo::bar()"},
	{"_Z3fooB5cxx11v", "foo[abi:cxx11]"},
	{"_ZN3foo3barEv.part.0", "foo::bar"},
	{"_ZN3foo3barEv.isra.0.cold", "foo::bar"},
	{"_ZN4core3fmt5write17h0123456789abcdefE", "core::fmt::write"},
	{"_ZN4core3fmt5write17h0123456789abcdefE.llvm.1234", "core::fmt::write"},
	{"_ZN71_$LT$Test$u20$$u2b$$u20$$u27$static$u20$as$u20$foo..Bar$LT$Test$GT$$GT$"
	 "3bar17h930b740aa94f1d3aE",
	 "<Test + 'static as foo::Bar<Test>>::bar"},
	{"_ZN4test4main28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE",
	 "test::main::{{closure}}"},
	{"_RNvCs1234_7mycrate3foo", "mycrate::foo"},
	{"_RNvCs1234_7mycrate3foo.llvm.99", "mycrate::foo"},
	{"_RNvMs_NtCs1234_7mycrate3fooINtB4_3BarpE3new", "<mycrate::foo::Bar<_>>::new"},
	{"_RINvNtC3std3mem8align_ofdE", "std::mem::align_of::<f64>"},
	{"_RNCNvCs1234_7mycrate4main0B3_", "mycrate::main::{closure#0}"},
	{"", NULL},
	{"_", NULL},
	{"_Z", NULL},
	{"_R", NULL},
	{"main", NULL},
	{"runtime.mallocgc", NULL},
	{"main.(*T).Run", NULL},
	{"_Zfoo", NULL},
	{"_Z1fooBarBaz", NULL},
	{"_ZN3foo", NULL},
	{"_Roman", NULL},
	{"__libc_start_main", NULL},
	{"operator<", NULL},
	{"i", NULL},
};

static void test_names(void **state)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf out = PP_BUF_INIT;

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(name_cases); i++) {
		struct pp_str mangled = pp_str_of(name_cases[i].mangled);

		pp_buf_clear(&out);
		pp_buf_str(&out, "kept ");
		bool ok = pp_demangle(mangled, &out);
		const char *readable = ok ? out.p + 5 : "(not mangled)";

		assert_memory_equal(out.p, "kept ", 5);
		assert_true(ok || out.n == 5);
		if (strcmp(readable,
			   name_cases[i].readable ? name_cases[i].readable : "(not mangled)") != 0)
			fail_msg("%s became '%s'", mangled.p, readable);
	}
}

/* A template whose argument doubles with every level: S<id>_ is what was built last. */
static void add_doubling_name(struct pp_buf *b, unsigned levels)
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	pp_buf_str(b, "_Z1fI1AIiEEvv"); /* substitutions: f, A, A<int> */
	b->n -= 3;
	for (unsigned i = 0; i < levels; i++) {
		unsigned id = 1 + 2 * i;
		char seq[3] = {digits[id % 36]};

		if (id >= 36)
			seq[0] = digits[id / 36], seq[1] = digits[id % 36];
		pp_buf_fmt(b, "1BIS%s_S%s_E", seq, seq);
	}
	pp_buf_str(b, "Evv");
}

static void test_name_bombs(void **state)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf name = PP_BUF_INIT, out = PP_BUF_INIT;

	(void)state;
	add_doubling_name(&name, 8);
	assert_true(pp_demangle(pp_buf_view(&name), &out));
	assert_str(pp_buf_view(&out), "f");
	pp_buf_clear(&name);
	pp_buf_clear(&out);
	add_doubling_name(&name, 60);
	assert_true(name.n < 1000); /* not refused for its length */
	assert_false(pp_demangle(pp_buf_view(&name), &out));

	pp_buf_clear(&name);
	pp_buf_str(&name, "_Z1f"); /* nested deeper than any stack */
	while (name.n < 60000)
		pp_buf_char(&name, 'P');
	pp_buf_char(&name, 'i');
	assert_false(pp_demangle(pp_buf_view(&name), &out));
	while (name.n <= 65536)
		pp_buf_char(&name, 'i');
	assert_false(pp_demangle(pp_buf_view(&name), &out));
	assert_false(pp_demangle((struct pp_str){"_Z3foo\0v", 8}, &out));
	assert_int_equal(out.n, 0);
}

/* Every prefix and every changed byte of every name: no crash, no endless loop. */
static void test_damaged_names(void **state)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf out = PP_BUF_INIT;
	size_t ok = 0, bad = 0;

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(name_cases); i++) {
		PP_CLEANUP(pp_freep) char *name = pp_xstrdup(name_cases[i].mangled);
		size_t n = strlen(name);

		for (size_t at = 0; at < n; at++) {
			static const char changes[] = "E_SIN9<(";
			char was = name[at];

			pp_buf_clear(&out);
			pp_demangle((struct pp_str){name, at}, &out);
			for (const char *c = changes; *c; c++) {
				name[at] = *c;
				pp_buf_clear(&out);
				if (pp_demangle((struct pp_str){name, n}, &out))
					ok++;
				else
					bad++;
			}
			name[at] = was;
		}
	}
	assert_true(ok > 100);
	assert_true(bad > 1000);
}

/* ---- /proc/PID/maps ---- */

static void test_procmaps(void **state)
{
	struct pp_str rest = PP_STR_LIT(
		"55d0c0a00000-55d0c0a28000 r-xp 00028000 fe:01 1835061    /usr/bin/some tool\n"
		"garbage\n"
		"7f0000000000-7f0000001000 rw-p 00000000 00:00 0 \n"
		"7f0000001000-7f0000001000 rw-p 00000000 00:00 0 \n"
		"7f0000002000-7f0000003000 --xs fffff000 103:0a 18446744073709551615 /x (deleted)\n"
		"7f0000002000-7f0000003000 r-x\n"
		"10000000000000000-7f0000003000 r-xp 0 0:0 0\n"
		"7f0000004000-7f0000005000 r-xp 00000000 00:00 0                  [vdso]\n"
		"ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0          [vsyscall]\n"
		"1-2 r-xp 0 0:0 0 a\\012b");
	struct pp_procmap m;

	(void)state;
	assert_true(pp_procmaps_next(&rest, &m));
	assert_int_equal(m.start, 0x55d0c0a00000);
	assert_int_equal(m.limit, 0x55d0c0a28000);
	assert_int_equal(m.offset, 0x28000);
	assert_int_equal(m.dev_major, 0xfe);
	assert_int_equal(m.dev_minor, 1);
	assert_int_equal(m.inode, 1835061);
	assert_true(m.exec && !m.deleted);
	assert_str(m.path, "/usr/bin/some tool");

	assert_true(pp_procmaps_next(&rest, &m));
	assert_false(m.exec);
	assert_str(m.path, "");

	assert_true(pp_procmaps_next(&rest, &m));
	assert_int_equal(m.offset, 0xfffff000);
	assert_int_equal(m.dev_major, 0x103);
	assert_int_equal(m.inode, UINT64_MAX);
	assert_true(m.exec && m.deleted);
	assert_str(m.path, "/x");

	assert_true(pp_procmaps_next(&rest, &m));
	assert_str(m.path, "[vdso]");
	assert_true(pp_procmaps_next(&rest, &m));
	assert_int_equal(m.start, 0xffffffffff600000);
	assert_true(pp_procmaps_next(&rest, &m));
	assert_str(m.path, "a\\012b");
	assert_false(pp_procmaps_next(&rest, &m));
	assert_false(pp_procmaps_next(&rest, &m));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_segments),
		cmocka_unit_test(test_aliases),
		cmocka_unit_test(test_unsized),
		cmocka_unit_test(test_nesting),
		cmocka_unit_test(test_random_ranges),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_absurd_sections),
		cmocka_unit_test(test_absurd_headers),
		cmocka_unit_test(test_notes_in_sections),
		cmocka_unit_test(test_damaged_bytes),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_own_functions),
		cmocka_unit_test(test_all_of_libc),
		cmocka_unit_test(test_vdso),
		cmocka_unit_test(test_kallsyms),
		cmocka_unit_test(test_kallsyms_without_etext),
		cmocka_unit_test(test_kallsyms_hidden),
		cmocka_unit_test(test_kallsyms_refused),
		cmocka_unit_test(test_kallsyms_live),
		cmocka_unit_test(test_kernel_build_id),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_name_bombs),
		cmocka_unit_test(test_damaged_names),
		cmocka_unit_test(test_procmaps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
