/* SPDX-License-Identifier: Apache-2.0 */
/* What disassembly stands on: reading objdump's listing, symbols by address, and finding the right
 * file. */
#include <config.h>

#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "symbol/binary.h"
#include "symbol/objdump.h"
#include "symbol/symlist.h"

static void parse(struct pp_disassembly *d, const char *listing)
{
	struct pp_err err;

	*d = (struct pp_disassembly){0};
	pp_buf_str(&d->listing, listing);
	assert_int_equal(pp_objdump_parse(d, &err), 0);
}

static void expect(const struct pp_disassembly *d, size_t i, uint64_t address, const char *text,
		   const char *function, const char *file, uint64_t line)
{
	const struct pp_instruction *in = &d->instructions[i];

	assert_true(i < d->n);
	PP_CHECK_MSG(in->address == address && in->line == line, text);
	PP_CHECK_MSG(pp_str_eq(in->text, pp_str_of(text)), text);
	PP_CHECK_MSG(pp_str_eq(in->function, pp_str_of(function)), text);
	PP_CHECK_MSG(pp_str_eq(in->file, pp_str_of(file)), text);
}

static void listing_of_gnu(void **state)
{
	struct pp_disassembly d;

	(void)state;
	parse(&d, "\n/tmp/a.out:     file format elf64-x86-64\n\n\n"
		  "Disassembly of section .text:\n\n"
		  "0000000000401136 <work>:\n"
		  "work():\n"
		  "/src/it's:1/a.c:17\n"
		  "  401136:\tpush   %rbp\n"
		  "  401137:\tmov    %rsp,%rbp\n"
		  "/src/a.c:18 (discriminator 3)\n"
		  "  40113a:\tnop\n"
		  "helper(int (*)()):\n"
		  "/src/a.h:99999999999\n"
		  "  40113b:\tret\n"
		  "\t...\n"
		  "  40113c:\tnop");
	assert_int_equal(d.n, 5);
	expect(&d, 0, 0x401136, "push   %rbp", "work", "/src/it's:1/a.c", 17);
	expect(&d, 1, 0x401137, "mov    %rsp,%rbp", "work", "/src/it's:1/a.c", 17);
	expect(&d, 2, 0x40113a, "nop", "work", "/src/a.c", 18);
	/* a number that is too large changes nothing; the name ends at "():" */
	expect(&d, 3, 0x40113b, "ret", "helper(int (*)())", "/src/a.c", 18);
	/* a line that says nothing ends what was known */
	expect(&d, 4, 0x40113c, "nop", "", "", 0);
	pp_disassembly_release(&d);
}

static void listing_of_llvm(void **state)
{
	struct pp_disassembly d;

	(void)state;
	parse(&d, "0000000000001139 <main>:\n"
		  "; main():\n"
		  "; /src/b.c:3\n"
		  "    1139: \tpushq\t%rbp\n"
		  "000000000000113a <.L1>:\n"
		  "    113a: callq\t0x1030 <f@plt>\n");
	assert_int_equal(d.n, 2);
	expect(&d, 0, 0x1139, "pushq\t%rbp", "main", "/src/b.c", 3);
	expect(&d, 1, 0x113a, "callq\t0x1030 <f@plt>", "<.L1>", "/src/b.c", 3);
	pp_disassembly_release(&d);
}

static void listing_of_nonsense(void **state)
{
	struct pp_disassembly d;

	(void)state;
	parse(&d, "");
	assert_int_equal(d.n, 0);
	pp_disassembly_release(&d);
	parse(&d,
	      ":\n;\n; \n():\n;:1\n12\n12:\n12:x\n123456789abcdef01: too long\n:::\r\n \n12: y");
	assert_int_equal(d.n, 1);
	expect(&d, 0, 0x12, "y", "", "", 0);
	pp_disassembly_release(&d);
}

static void objdump_is_missed(void **state)
{
	struct pp_objdump o;
	struct pp_err err;

	(void)state;
	assert_int_equal(pp_objdump_find(&o, "/none", &err), -1);
	assert_string_equal(err.hint, "sudo apt install binutils");
	pp_objdump_release(&o);
}

/* Two functions of this program; the linker keeps them, and apart. */
__attribute__((noinline, used)) static int first_marker(int x)
{
	return x * 3 + 1;
}

__attribute__((noinline, used)) static int second_marker(int x)
{
	return x ^ first_marker(x);
}

static void ignore_other(void *context, const char *path, struct pp_str wanted, struct pp_str found)
{
	(void)path;
	(void)wanted;
	(void)found;
	++*(int *)context;
}

static char *self(void)
{
	char path[4096] = "";

	assert_true(readlink("/proc/self/exe", path, sizeof(path) - 1) > 0);
	return pp_xstrdup(path);
}

/* Whether the group's names have the one with this beginning (LTO appends to names). */
static bool has_name(const struct pp_symlist *l, const struct pp_symgroup *g, const char *name)
{
	for (size_t i = g->first; i < g->first + g->n; i++) {
		if (pp_str_starts(pp_symlist_name(l, i), pp_str_of(name)))
			return true;
	}
	return false;
}

/* Find the group of a symbol by going through all. */
static bool find_name(const struct pp_symlist *l, const char *name, struct pp_symgroup *g)
{
	for (size_t i = 0; i < l->table.count; i++) {
		if (pp_symlist_find(l, l->table.entries[i].start, g) && has_name(l, g, name))
			return true;
	}
	return false;
}

static void symbols_stand_by_address(void **state)
{
	PP_CLEANUP(pp_freep) char *path = self();
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct pp_symgroup g, h;
	struct pp_symlist l;
	struct pp_err err;

	(void)state;
	assert_int_equal(second_marker(1), 5);
	assert_int_equal(pp_symlist_read(&l, fd, &err), 0);
	close(fd);
	assert_true(find_name(&l, "first_marker", &g));
	assert_true(g.next > g.start);
	assert_true(pp_symlist_find(&l, g.next - 1, &h));
	assert_int_equal(h.start, g.start);
	assert_true(pp_symlist_find(&l, g.next, &h));
	assert_int_equal(h.start, g.next);
	assert_false(has_name(&l, &h, "first_marker"));
	for (size_t i = 1; i < l.table.count; i++) {
		assert_true(l.table.entries[i - 1].start <= l.table.entries[i].start);
		assert_true(pp_symlist_name(&l, i).n > 0);
	}
	assert_true(pp_symlist_find(&l, UINT64_MAX, &g));
	assert_true(g.next == UINT64_MAX);
	if (l.table.entries[0].start)
		assert_false(pp_symlist_find(&l, l.table.entries[0].start - 1, &g));
	pp_symlist_release(&l);
}

static void disassembles_itself(void **state)
{
	PP_CLEANUP(pp_freep) char *path = self();
	struct pp_objdump o;
	struct pp_disassembly d;
	struct pp_symgroup g;
	struct pp_symlist l;
	struct pp_err err;
	const char *dirs = getenv("PATH");

	(void)state;
	if (pp_objdump_find(&o, dirs, &err))
		PP_SKIP("objdump is not installed");
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(pp_symlist_read(&l, fd, &err), 0);
	close(fd);
	assert_true(find_name(&l, "second_marker", &g));
	for (int intel = 0; intel < 2; intel++) {
		assert_int_equal(pp_objdump_run(&o, path, g.start, g.next, intel, &d, &err), 0);
		assert_true(d.n > 2);
		assert_true(d.instructions[0].address == g.start);
		for (size_t i = 1; i < d.n; i++)
			assert_true(d.instructions[i].address > d.instructions[i - 1].address &&
				    d.instructions[i].address < g.next);
		assert_true((memchr(d.listing.p, '%', d.listing.n) == NULL) == intel);
		pp_disassembly_release(&d);
	}
	/* what looks like an option, or a file of options, is a file */
	assert_int_equal(pp_objdump_run(&o, "--version", 0, 1, false, &d, &err), -1);
	pp_disassembly_release(&d);
	assert_int_equal(pp_objdump_run(&o, "@/etc/passwd", 0, 1, false, &d, &err), -1);
	pp_disassembly_release(&d);
	pp_symlist_release(&l);
	pp_objdump_release(&o);
}

static void link_at(const char *dir, const char *sub, const char *name, const char *target)
{
	PP_CLEANUP(pp_freep) char *folder = pp_xasprintf("%s/%s", dir, sub);
	PP_CLEANUP(pp_freep) char *file = pp_xasprintf("%s/%s", folder, name);

	mkdir(folder, 0755);
	assert_int_equal(symlink(target, file), 0);
}

static void unlink_at(const char *dir, const char *sub, const char *name)
{
	PP_CLEANUP(pp_freep) char *folder = pp_xasprintf("%s/%s", dir, sub);
	PP_CLEANUP(pp_freep) char *file = pp_xasprintf("%s/%s", folder, name);

	unlink(file);
	rmdir(folder);
}

static bool opens(struct pp_binary_place place, const char *search, int *ignored, const char *tail)
{
	struct pp_binary b;
	struct pp_err err = PP_ERR_INIT;

	*ignored = 0;
	if (pp_binary_open(&b, &place, search, ignore_other, ignored, &err))
		return false;
	size_t n = strlen(b.path), t = strlen(tail);
	assert_true(n >= t && strcmp(b.path + n - t, tail) == 0);
	pp_binary_release(&b);
	return true;
}

static void binaries_are_found(void **state)
{
	PP_CLEANUP(pp_freep) char *path = self();
	char dir[] = "/tmp/pp-bin-XXXXXX";
	struct pp_str none = {"", 0}, id;
	struct pp_binary own;
	struct pp_err err = PP_ERR_INIT;
	int ignored = 0;

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(pp_binary_open(&own, &(struct pp_binary_place){.file = pp_str_of(path)},
					NULL, ignore_other, &ignored, &err),
			 0);
	id = pp_elf_build_id(own.elf);
	if (id.n == 0)
		PP_SKIP("the linker writes no build id");

	struct pp_binary_place place = {.file = pp_str_of("/gone/app"), .build_id = id};
	PP_CLEANUP(pp_freep) char *id_text = pp_xasprintf("%.*s", (int)id.n, id.p);
	assert_false(opens(place, dir, &ignored, ""));
	link_at(dir, id_text, "app", path);
	assert_true(opens(place, dir, &ignored, "/app"));
	unlink_at(dir, id_text, "app");
	link_at(dir, id_text, "renamed", path);
	assert_true(opens(place, dir, &ignored, "/renamed"));
	unlink_at(dir, id_text, "renamed");
	link_at(dir, ".", "app", path);
	assert_true(opens(place, dir, &ignored, "/app"));

	/* one of another build is not used, with or without a search */
	place.build_id = pp_str_of("0123456789abcdef");
	assert_false(opens(place, dir, &ignored, ""));
	assert_int_equal(ignored, 1);
	place.file = pp_str_of(path);
	assert_false(opens(place, NULL, &ignored, ""));
	assert_int_equal(ignored, 1);
	place.build_id = none;
	assert_true(opens(place, NULL, &ignored, path));
	/* nor is what is no program, or a path in place of a build id */
	place.file = pp_str_of("/etc/passwd");
	assert_false(opens(place, NULL, &ignored, ""));
	place = (struct pp_binary_place){.file = pp_str_of("x"), .build_id = pp_str_of("..")};
	assert_false(opens(place, dir, &ignored, ""));
	unlink_at(dir, ".", "app");
	rmdir(dir);
	pp_binary_release(&own);
}

/* The mapping of this program's text, as it is at this moment. */
static void addresses_are_translated(void **state)
{
	PP_CLEANUP(pp_freep) char *path = self();
	uint64_t here = (uint64_t)(uintptr_t)&second_marker, address;
	struct pp_binary_place place = {.file = pp_str_of(path)};
	struct pp_symgroup g;
	struct pp_binary b;
	struct pp_err err;
	char line[8192];

	(void)state;
	FILE *maps = fopen("/proc/self/maps", "re");
	assert_non_null(maps);
	while (place.limit <= here && fgets(line, sizeof(line), maps)) {
		char *p;

		place.start = strtoull(line, &p, 16);	  /* pp-allow: the kernel's own text */
		place.limit = strtoull(p + 1, &p, 16);	  /* pp-allow: the kernel's own text */
		place.offset = strtoull(p + 6, NULL, 16); /* pp-allow: the kernel's own text */
	}
	fclose(maps);
	assert_int_equal(pp_binary_open(&b, &place, NULL, ignore_other, NULL, &err), 0);
	assert_true(pp_binary_address(&b, &place, here, &address));
	assert_true(pp_symlist_find(&b.symbols, address, &g));
	assert_int_equal(g.start, address);
	assert_true(has_name(&b.symbols, &g, "second_marker"));
	/* elsewhere, as the loader might have done it */
	place.start += 0x123000;
	place.limit += 0x123000;
	assert_true(pp_binary_address(&b, &place, here + 0x123000, &address));
	assert_int_equal(g.start, address);
	assert_false(pp_binary_address(&b, &place, place.limit, &address));
	assert_false(pp_binary_address(&b, &place, place.start - 1, &address));
	/* a profile without mappings has the file's own addresses */
	place = (struct pp_binary_place){.file = place.file};
	assert_true(pp_binary_address(&b, &place, 0x1234, &address));
	assert_int_equal(address, 0x1234);
	pp_binary_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(listing_of_gnu),
		cmocka_unit_test(listing_of_llvm),
		cmocka_unit_test(listing_of_nonsense),
		cmocka_unit_test(objdump_is_missed),
		cmocka_unit_test(symbols_stand_by_address),
		cmocka_unit_test(disassembles_itself),
		cmocka_unit_test(binaries_are_found),
		cmocka_unit_test(addresses_are_translated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
