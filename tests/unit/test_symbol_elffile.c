/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of symbol/elffile, fde, plt and debuglink on images made by hand. */
#include <config.h>

#include "unit.h"

#include <elf.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "symbol/debuglink.h"
#include "symbol/elffile.h"
#include "symbol/fde.h"
#include "symbol/plt.h"
#include "symbol/sources.h"

/* ---- images ---- */

struct part {
	const char *name;
	uint32_t type;
	uint64_t addr;
	const void *bytes;
	size_t n;
	uint32_t link;
};

static void put(struct pp_buf *b, uint64_t v, size_t n)
{
	for (; n; n--, v >>= 8)
		pp_buf_char(b, (char)(v & 255));
}

static void pad(struct pp_buf *b, size_t to)
{
	while (b->n < to)
		pp_buf_char(b, 0);
}

static void put_header(struct pp_buf *b, uint16_t machine, size_t nsections)
{
	pp_buf_add(b, ELFMAG "\2\1\1", 7);
	pad(b, 16);
	put(b, ET_DYN, 2);
	put(b, machine, 2);
	put(b, 1, 4);
	put(b, 0, 8);
	put(b, 64, 8); /* program headers: one */
	put(b, 120, 8);
	put(b, 0, 4);
	put(b, 64, 2);
	put(b, 56, 2);
	put(b, 1, 2);
	put(b, 64, 2);
	put(b, nsections, 2);
	put(b, nsections - 1, 2);
}

static void put_section(struct pp_buf *b, uint32_t name, const struct part *p, uint64_t offset)
{
	put(b, name, 4);
	put(b, p->type, 4);
	put(b, 0, 8);
	put(b, p->addr, 8);
	put(b, offset, 8);
	put(b, p->n, 8);
	put(b, p->link, 4);
	put(b, 0, 4);
	put(b, 0, 16);
}

/* A 64-bit file of these parts, which become sections 1..n. */
static void make_image(struct pp_buf *b, uint16_t machine, const struct part *parts, size_t n)
{
	struct pp_buf names = PP_BUF_INIT;
	struct part last = {.name = ".shstrtab", .type = SHT_STRTAB};
	uint64_t offset = 120 + (n + 2) * 64;
	uint32_t at = 1;

	pp_buf_char(&names, 0);
	for (size_t i = 0; i < n; i++)
		pp_buf_add(&names, parts[i].name, strlen(parts[i].name) + 1);
	pp_buf_add(&names, last.name, strlen(last.name) + 1);
	last.bytes = names.p;
	last.n = names.n;

	put_header(b, machine, n + 2);
	put(b, PT_LOAD, 4);
	put(b, PF_R | PF_X, 4);
	put(b, 0x100, 8);
	put(b, 0x401100, 8);
	put(b, 0, 8);
	put(b, 0x200, 8);
	put(b, 0x200, 8);
	put(b, 4096, 8);
	pad(b, 120 + 64);
	for (size_t i = 0; i <= n; i++) {
		const struct part *p = i < n ? &parts[i] : &last;

		put_section(b, at, p, offset);
		at += (uint32_t)strlen(p->name) + 1;
		offset += p->n;
	}
	for (size_t i = 0; i < n; i++)
		pp_buf_add(b, parts[i].bytes, parts[i].n);
	pp_buf_add(b, last.bytes, last.n);
	pp_buf_release(&names);
}

static void open_image(struct pp_elffile *f, const struct pp_buf *b)
{
	struct pp_err err = PP_ERR_INIT;

	assert_int_equal(pp_elffile_open_memory(f, b->p, b->n, &err), 0);
}

/* ---- elffile ---- */

static void test_sections(void **state PP_UNUSED)
{
	const struct part parts[] = {
		{".one", SHT_PROGBITS, 0x10, "abc", 3, 0},
		{".two", SHT_NOBITS, 0x20, "", 0, 0},
		{".note", SHT_NOTE, 0, "\4\0\0\0\2\0\0\0\3\0\0\0GNU\0\xab\xcd", 18, 0}};
	struct pp_buf b = PP_BUF_INIT, bytes = PP_BUF_INIT;
	struct pp_elffile f;
	uint64_t vaddr;

	make_image(&b, EM_X86_64, parts, 3);
	open_image(&f, &b);
	assert_non_null(pp_elffile_section(&f, ".one"));
	assert_null(pp_elffile_section(&f, ".two"));
	assert_null(pp_elffile_section(&f, ".three"));
	assert_true(pp_elffile_read(&f, pp_elffile_section(&f, ".one"), 3, &bytes));
	assert_memory_equal(bytes.p, "abc", 4);
	assert_false(pp_elffile_read(&f, pp_elffile_section(&f, ".one"), 2, &bytes));
	assert_string_equal(f.build_id, "abcd");
	assert_true(pp_elffile_vaddr(&f, 0x110, &vaddr));
	assert_int_equal(vaddr, 0x401110);
	assert_false(pp_elffile_vaddr(&f, 0xff, &vaddr));
	assert_false(pp_elffile_vaddr(&f, 0x300, &vaddr));
	pp_elffile_release(&f);
	pp_buf_release(&bytes);
	pp_buf_release(&b);
}

static void test_no_elf(void **state PP_UNUSED)
{
	struct pp_elffile f;
	struct pp_err err = PP_ERR_INIT;

	assert_int_equal(pp_elffile_open_memory(&f, "", 0, &err), -1);
	assert_int_equal(pp_elffile_open_memory(&f, "\177ELF\2\1\1", 7, &err), -1);
	assert_int_equal(pp_elffile_open_memory(&f, "\177ELF\2\2\1aaaaaaaaaaaaaaaaa", 20, &err),
			 -1);
	assert_int_equal(pp_elffile_open(&f, -1, &err), -1);
}

/* "abc" as a stored block (RFC 1950, RFC 1951) */
#define STREAM                 \
	"\x78\1\1\3\0\xfc\xff" \
	"abc\2\x4d\1\x27"
#define STREAM_N 14
#define GNU_N	 (12 + STREAM_N)
#define CHDR_N	 (24 + STREAM_N)

static void expect_bytes(const struct pp_elffile *f, const char *name, uint64_t limit,
			 const char *expected)
{
	const struct pp_elffile_section *s = pp_elffile_section(f, name);
	size_t n;

	assert_non_null(s);
	uint8_t *bytes = pp_elffile_bytes(f, s, limit, &n);
	assert_int_equal(n, expected ? strlen(expected) : 0);
	if (expected)
		assert_memory_equal(bytes, expected, n);
	else
		assert_null(bytes);
	free(bytes);
}

static void test_compressed(void **state PP_UNUSED)
{
	const struct part parts[] = {
		{".plain", SHT_PROGBITS, 0, "abcd", 4, 0},
		{".flagged", SHT_PROGBITS, 0,
		 "\1\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0" STREAM, CHDR_N, 0},
		{".zdebug_a", SHT_PROGBITS, 0, "ZLIB\0\0\0\0\0\0\0\3" STREAM, GNU_N, 0},
		{".zdebug_long", SHT_PROGBITS, 0, "ZLIB\0\0\0\0\0\0\0\4" STREAM, GNU_N, 0},
		{".zdebug_huge", SHT_PROGBITS, 0, "ZLIB\1\0\0\0\0\0\0\3" STREAM, GNU_N, 0},
		{".zdebug_short", SHT_PROGBITS, 0, "ZLIB\0\0\0", 7, 0},
		{".zdebug_other", SHT_PROGBITS, 0, "ZSTD\0\0\0\0\0\0\0\3" STREAM, GNU_N, 0},
	};
	struct pp_buf b = PP_BUF_INIT, bytes = PP_BUF_INIT;
	struct pp_elffile f;

	make_image(&b, EM_X86_64, parts, PP_ARRAY_LEN(parts));
	b.p[120 + 2 * 64 + 9] = SHF_COMPRESSED >> 8;
	open_image(&f, &b);
	expect_bytes(&f, ".plain", 4, "abcd");
	expect_bytes(&f, ".plain", 3, NULL);
	expect_bytes(&f, ".flagged", 64, "abc");
	expect_bytes(&f, ".zdebug_a", 64, "abc");
	expect_bytes(&f, ".zdebug_a", 2, NULL);
	expect_bytes(&f, ".zdebug_long", 64, NULL);
	expect_bytes(&f, ".zdebug_huge", UINT64_MAX, NULL);
	expect_bytes(&f, ".zdebug_short", 64, NULL);
	expect_bytes(&f, ".zdebug_other", 64, NULL);
	assert_false(pp_elffile_read(&f, pp_elffile_section(&f, ".flagged"), 64, &bytes));
	pp_elffile_release(&f);
	pp_buf_release(&bytes);
	pp_buf_release(&b);
}

static void test_segments_only(void **state PP_UNUSED)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct pp_elffile few, all;
	struct pp_err err = PP_ERR_INIT;

	assert_true(fd >= 0);
	assert_int_equal(pp_elffile_open(&all, fd, &err), 0);
	assert_int_equal(pp_elffile_open_segments(&few, fd, &err), 0);
	assert_int_equal(few.nsections, 0);
	assert_true(all.nsections > 0);
	assert_int_equal(few.nsegments, all.nsegments);
	assert_memory_equal(few.segments, all.segments, all.nsegments * sizeof(*all.segments));
	assert_string_equal(few.build_id, all.build_id);
	assert_int_equal(pp_elffile_need_program(&few, &err), 0);
	pp_elffile_release(&few);
	pp_elffile_release(&all);
	close(fd);
}

/* ---- frame descriptions ---- */

static void put_cie(struct pp_buf *b, const char *augmentation, const char *data, size_t n)
{
	struct pp_buf body = PP_BUF_INIT;

	put(&body, 0, 4);
	put(&body, 1, 1);
	pp_buf_add(&body, augmentation, strlen(augmentation) + 1);
	put(&body, 1, 1);
	put(&body, 0x78, 1);
	put(&body, 16, 1);
	if (augmentation[0] == 'z') {
		put(&body, n, 1);
		pp_buf_add(&body, data, n);
	}
	put(b, body.n, 4);
	pp_buf_add(b, body.p, body.n);
	pp_buf_release(&body);
}

/* With addresses of `size` bytes, relative to their place if it is 4. */
static void put_fde(struct pp_buf *b, size_t cie, uint64_t section, uint64_t start, uint64_t length,
		    size_t size)
{
	put(b, 4 + 2 * size, 4);
	put(b, b->n - cie, 4);
	put(b, size == 4 ? start - (section + b->n) : start, size);
	put(b, length, size);
}

static void assert_fde(const struct pp_fdes *t, uint64_t at, uint64_t start)
{
	const struct pp_fde *fde = pp_fdes_find(t, at);

	assert_int_equal(fde ? fde->start : 0, start);
}

static void test_fdes(void **state PP_UNUSED)
{
	const uint64_t section = 0x500000;
	struct pp_buf frames = PP_BUF_INIT, b = PP_BUF_INIT;
	struct pp_elffile f;
	struct pp_fdes t;

	/* a personality of a byte LEB128, then relative addresses of four bytes */
	put_cie(&frames, "zPLR", "\x01\x05\x1b\x1b", 4);
	put_fde(&frames, 0, section, 0x402000, 0x100, 4);
	put_fde(&frames, 0, section, 0x401000, 0x20, 4);
	size_t plain = frames.n;
	put_cie(&frames, "", "", 0);
	put_fde(&frames, plain, section, 0x403000, 8, 8);
	put_fde(&frames, plain, section, 0, 8, 8); /* dropped by the linker */
	put_fde(&frames, plain, section, 0x404000, 0, 8);
	size_t unknown = frames.n;
	put_cie(&frames, "q", "", 0);
	put_fde(&frames, unknown, section, 0x405000, 8, 8);
	put_fde(&frames, plain, section, 0x406000, 8, 8);
	put(&frames, 0, 4);

	const struct part parts[] = {{".eh_frame", SHT_PROGBITS, section, frames.p, frames.n, 0}};
	make_image(&b, EM_X86_64, parts, 1);
	open_image(&f, &b);
	pp_fdes_read(&t, &f);
	assert_int_equal(t.n, 4);
	assert_fde(&t, 0x400fff, 0);
	assert_fde(&t, 0x401000, 0x401000);
	assert_fde(&t, 0x40101f, 0x401000);
	assert_fde(&t, 0x401020, 0);
	assert_fde(&t, 0x4020ff, 0x402000);
	assert_fde(&t, 0x403007, 0x403000);
	assert_fde(&t, 0x405000, 0);
	assert_fde(&t, 0x406000, 0x406000);
	assert_true(pp_fdes_begins_in(&t, 0x401000, 0x402000));
	assert_false(pp_fdes_begins_in(&t, 0x402000, 0x402fff));
	pp_fdes_release(&t);

	/* functions without any symbol */
	struct pp_sources sources = {.fd = -1,
				     .image = b.p,
				     .n = b.n,
				     .debug_fd = -1,
				     .alt_fd = -1,
				     .dwp_fd = -1,
				     .name = "libx.so"};
	const uint64_t vaddrs[] = {0x401004, 0x401020};
	struct pp_named named;
	pp_sources_resolve(&sources, vaddrs, 2, &named);
	assert_int_equal(named.source[0], PP_SOURCE_FDE);
	assert_int_equal(named.source[1], PP_SOURCE_NONE);
	struct pp_str name =
		pp_strtab_get(&named.answers.strings, named.answers.frames[0].system_name);
	assert_true(pp_str_eq(name, PP_STR_LIT("libx.so!0x401000")));
	assert_true(pp_sources_is_fde_name(name, PP_STR_LIT("/usr/lib/libx.so")));
	assert_false(pp_sources_is_fde_name(name, PP_STR_LIT("/usr/lib/liby.so")));
	assert_false(pp_sources_is_fde_name(PP_STR_LIT("libx.so!0xyz"), PP_STR_LIT("libx.so")));
	pp_named_release(&named);
	pp_elffile_release(&f);
	pp_buf_release(&frames);
	pp_buf_release(&b);
}

/* ---- stubs ---- */

static const char strings[] = "\0puts\0qsort\0";

static void put_symbols(struct pp_buf *b)
{
	for (uint32_t i = 0; i < 3; i++) {
		put(b, i == 1 ? 1 : i == 2 ? 6 : 0, 4);
		put(b, 0x12, 4);
		put(b, 0, 16);
	}
}

static void put_relocation(struct pp_buf *b, uint64_t slot, uint32_t symbol, uint32_t type,
			   uint64_t addend)
{
	put(b, slot, 8);
	put(b, type, 4);
	put(b, symbol, 4);
	put(b, addend, 8);
}

static void assert_stub(const struct pp_plt *t, uint64_t at, const char *name)
{
	struct pp_symbol symbol = {{"", 0}, 0, 0, false};

	pp_plt_find(t, at, &symbol);
	assert_true(pp_str_eq(symbol.name, pp_str_of(name)));
}

static void make_plt(struct pp_plt *t, uint16_t machine, const struct pp_buf *relocations,
		     const char *code, size_t n, const char *second, size_t nsecond)
{
	struct pp_buf b = PP_BUF_INIT, symbols = PP_BUF_INIT;
	struct pp_elffile f;

	put_symbols(&symbols);
	const struct part parts[] = {
		{".dynsym", SHT_DYNSYM, 0, symbols.p, symbols.n, 2},
		{".dynstr", SHT_STRTAB, 0, strings, sizeof(strings), 0},
		{".rela.plt", SHT_RELA, 0, relocations->p, relocations->n, 1},
		{".plt", SHT_PROGBITS, 0x1000, code, n, 0},
		{second ? ".plt.sec" : ".none", SHT_PROGBITS, 0x2000, second ? second : "", nsecond,
		 0},
	};
	make_image(&b, machine, parts, 5);
	open_image(&f, &b);
	pp_plt_read(t, &f);
	pp_elffile_release(&f);
	pp_buf_release(&symbols);
	pp_buf_release(&b);
}

/* Slots are from 0x3000 on; jumps are relative to the next instruction. */
static void test_plt_x86(void **state PP_UNUSED)
{
	static const char lazy[] = "\xff\x35\0\0\0\0\xff\x25\0\0\0\0\x0f\x1f\x40\0"
				   "\xff\x25\xea\x1f\0\0\x68\0\0\0\0\xe9\0\0\0\0"
				   "\xff\x25\xe2\x1f\0\0\x68\1\0\0\0\xe9\0\0\0\0"
				   "\xff\x25\xda\x1f\0\0\x68\2\0\0\0\xe9\0\0\0\0";
	static const char ibt[] = "\xff\x35\0\0\0\0\xf2\xff\x25\0\0\0\0\x0f\x1f\0"
				  "\xf3\x0f\x1e\xfa\x68\1\0\0\0\xf2\xe9\0\0\0\0\x90"
				  "\xf3\x0f\x1e\xfa\x68\xff\0\0\0\xf2\xe9\0\0\0\0\x90";
	static const char second[] = "\xf3\x0f\x1e\xfa\xf2\xff\x25\xf5\x0f\0\0\x0f\x1f\x44\0\0";
	struct pp_buf r = PP_BUF_INIT;
	struct pp_plt t;

	put_relocation(&r, 0x3000, 1, R_X86_64_JUMP_SLOT, 0);
	put_relocation(&r, 0x3008, 2, R_X86_64_JUMP_SLOT, 0);
	put_relocation(&r, 0x3010, 0, R_X86_64_IRELATIVE, 0x4711);
	make_plt(&t, EM_X86_64, &r, lazy, sizeof(lazy) - 1, NULL, 0);
	assert_stub(&t, 0x1000, "");
	assert_stub(&t, 0x1010, "puts@plt");
	assert_stub(&t, 0x101f, "puts@plt");
	assert_stub(&t, 0x1020, "qsort@plt");
	assert_stub(&t, 0x1030, "*ABS*+0x4711@plt");
	assert_stub(&t, 0x1040, "");
	pp_plt_release(&t);

	make_plt(&t, EM_X86_64, &r, ibt, sizeof(ibt) - 1, second, sizeof(second) - 1);
	assert_stub(&t, 0x1000, "");
	assert_stub(&t, 0x1010, "qsort@plt");
	assert_stub(&t, 0x1020, ""); /* no such relocation */
	assert_stub(&t, 0x2000, "puts@plt");
	assert_stub(&t, 0x2010, "");
	pp_plt_release(&t);
	pp_buf_release(&r);
}

static void put_arm_stub(struct pp_buf *b, bool bti, uint64_t offset)
{
	if (bti)
		put(b, 0xd503245f, 4);
	put(b, 0xd0000010, 4); /* adrp x16, two pages on */
	put(b, 0xf9400211 | offset / 8 << 10, 4);
	put(b, 0x91000210, 4);
	put(b, 0xd61f0220, 4);
	if (bti)
		put(b, 0xd503201f, 4);
}

static void test_plt_arm(void **state PP_UNUSED)
{
	struct pp_buf r = PP_BUF_INIT;

	put_relocation(&r, 0x3000, 1, R_AARCH64_JUMP_SLOT, 0);
	put_relocation(&r, 0x3018, 2, R_AARCH64_JUMP_SLOT, 0);
	for (int bti = 0; bti < 2; bti++) {
		struct pp_buf code = PP_BUF_INIT;
		struct pp_plt t;
		uint64_t size = bti ? 24 : 16;

		for (int i = 0; i < 8; i++)
			put(&code, 0xd503201f, 4);
		put_arm_stub(&code, bti, 0);
		put_arm_stub(&code, bti, 0x18);
		make_plt(&t, EM_AARCH64, &r, code.p, code.n, NULL, 0);
		assert_stub(&t, 0x101c, "");
		assert_stub(&t, 0x1020, "puts@plt");
		assert_stub(&t, 0x1020 + size - 1, "puts@plt");
		assert_stub(&t, 0x1020 + size, "qsort@plt");
		assert_stub(&t, 0x1020 + 2 * size, "");
		pp_plt_release(&t);
		pp_buf_release(&code);
	}
	pp_buf_release(&r);
}

/* ---- links ---- */

static bool read_link(const char *bytes, size_t n, struct pp_debuglink *link)
{
	const struct part parts[] = {{".gnu_debuglink", SHT_PROGBITS, 0, bytes, n, 0}};
	struct pp_buf b = PP_BUF_INIT;
	struct pp_elffile f;

	make_image(&b, EM_X86_64, parts, 1);
	open_image(&f, &b);
	bool ok = pp_debuglink_read(link, &f);
	pp_elffile_release(&f);
	pp_buf_release(&b);
	return ok;
}

static void test_debuglink(void **state PP_UNUSED)
{
	struct pp_debuglink link;

	assert_true(read_link("a.dbg\0\0\0\1\2\3\4", 12, &link));
	assert_string_equal(link.name, "a.dbg");
	assert_int_equal(link.crc, 0x04030201);
	assert_false(read_link("a.dbg\0\0\0\1\2\3", 11, &link));
	assert_false(read_link("../passwd\0\0\0\1\2\3\4", 16, &link));
	assert_false(read_link("..\0\0\1\2\3\4", 8, &link));
	assert_false(read_link("\0\0\0\0\1\2\3\4", 8, &link));
	assert_false(read_link("endless", 7, &link));
	assert_false(read_link("", 0, &link));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sections),   cmocka_unit_test(test_no_elf),
		cmocka_unit_test(test_compressed), cmocka_unit_test(test_segments_only),
		cmocka_unit_test(test_fdes),	   cmocka_unit_test(test_plt_x86),
		cmocka_unit_test(test_plt_arm),	   cmocka_unit_test(test_debuglink),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
