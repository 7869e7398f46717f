/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of src/symbol on this process and its kernel, and of its text formats and names. */
#include <config.h>

#include <endian.h>
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
#include "symbol/elf.h"
#include "symbol/kallsyms.h"
#include "symbol/procmaps.h"
#include "symbol/symtab.h"

static void assert_str(struct pp_str s, const char *expected)
{
	if (!pp_str_eq(s, pp_str_of(expected)))
		fail_msg("'%.*s' is not '%s'", (int)s.n, s.p, expected);
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
	struct pp_elf *elf =
		pp_elf_open_memory((const void *)base, (size_t)(m.limit - m.start), &err);
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

/* ---- ranges, against a search through everything ---- */

static uint32_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

/* All names are global, sized and of one length: with one start, the lesser name wins. */
static const struct pp_symtab_entry *search_all(const struct pp_symtab_entry *e, size_t n,
						uint64_t addr)
{
	const struct pp_symtab_entry *best = NULL;

	for (size_t i = 0; i < n; i++) {
		if (addr < e[i].start || addr >= e[i].end)
			continue;
		if (!best || e[i].start > best->start ||
		    (e[i].start == best->start && e[i].name < best->name))
			best = &e[i];
	}
	return best;
}

/* 40 ranges called "f00", "f01", ...; returns how many addresses had a name. */
static size_t check_random_table(uint64_t *seed, uint32_t max_size)
{
	struct pp_symtab_entry e[40];
	struct pp_symtab t = {.names = pp_xcalloc(PP_ARRAY_LEN(e), 4)};
	size_t n = 1 + next_random(seed) % PP_ARRAY_LEN(e), named = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t start = 0x1000 + next_random(seed) % 400;

		snprintf(t.names + 4 * i, 4, "f%02u", (unsigned)i);
		e[i] = (struct pp_symtab_entry){.start = start,
						.end = start + 1 + next_random(seed) % max_size,
						.name = (uint32_t)(4 * i),
						.sized = true};
		pp_symtab_add(&t, e[i]);
	}
	pp_symtab_seal(&t);
	for (uint64_t addr = 0xff0; addr < 0x1240; addr++) {
		const struct pp_symtab_entry *expected = search_all(e, n, addr);
		struct pp_symbol s;

		assert_int_equal(pp_symtab_find(&t, addr, &s), expected != NULL);
		if (!expected)
			continue;
		assert_str(s.name, t.names + expected->name);
		assert_int_equal(s.start, expected->start);
		assert_int_equal(s.size, expected->end - expected->start);
		named++;
	}
	pp_symtab_release(&t);
	return named;
}

static void test_random_ranges(void **state)
{
	uint64_t seed = 42;
	size_t named = 0;

	(void)state;
	for (int round = 0; round < 400; round++)
		named += check_random_table(&seed, round % 2 ? 20 : 120);
	assert_true(named > 50000);
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

static void add_note(struct pp_buf *b, uint32_t name_n, uint32_t desc_n, uint32_t type,
		     const char *body, size_t n)
{
	const uint32_t head[3] = {htole32(name_n), htole32(desc_n), htole32(type)};

	pp_buf_add(b, head, sizeof(head));
	pp_buf_add(b, body, n);
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
	add_note(&notes, 4, 5, NT_VERSION, "abc\0hello\0\0", 12); /* another note first */
	add_note(&notes, 4, 8, NT_GNU_BUILD_ID, "GNU\0\xde\xad\xbe\xef\1\2\3\4", 12);
	assert_int_equal(notes_build_id(&notes, id, &err), 0);
	assert_string_equal(id, "deadbeef01020304");

	for (notes.n--; notes.n > 0; notes.n--)
		assert_int_equal(notes_build_id(&notes, id, &err), -1);
	assert_int_equal(err.kind, PP_ERR_FORMAT);

	pp_buf_clear(&notes); /* 21 bytes do not fit */
	add_note(&notes, 4, 21, NT_GNU_BUILD_ID, "GNU\0abcdefghijklmnopqrstuvwx", 28);
	assert_int_equal(notes_build_id(&notes, id, &err), -1);

	pp_buf_clear(&notes); /* sizes that wrap 32 bits */
	add_note(&notes, UINT32_MAX, UINT32_MAX, NT_GNU_BUILD_ID, "GNU\0abcdefgh", 12);
	assert_int_equal(notes_build_id(&notes, id, &err), -1);
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
		cmocka_unit_test(test_own_functions),
		cmocka_unit_test(test_all_of_libc),
		cmocka_unit_test(test_vdso),
		cmocka_unit_test(test_random_ranges),
		cmocka_unit_test(test_kallsyms),
		cmocka_unit_test(test_kallsyms_without_etext),
		cmocka_unit_test(test_kallsyms_hidden),
		cmocka_unit_test(test_kallsyms_refused),
		cmocka_unit_test(test_kallsyms_live),
		cmocka_unit_test(test_kernel_build_id),
		cmocka_unit_test(test_procmaps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
