/* SPDX-License-Identifier: Apache-2.0 */
/* DWARF that no compiler makes, or not every one: made here, byte by byte, in files that have code
 * from CODE on and the sections that a test gives them. */
#include <config.h>

#include "unit.h"

#include "dwarf_fixture.h"

#include "symbol/dwarf.h"

static const struct pp_dwarf_options everything = {
	.inlines = true, .lines = true, .split = false, .alt_fd = -1, .dwp_fd = -1};

/* Ask for addresses, and check what comes out: "system_name|name FILE:LINE (START)" each frame. */
static void check(int fd, const struct pp_dwarf_options *o, uint64_t vaddr, const char *wanted)
{
	struct pp_answers out;
	struct pp_err err = PP_ERR_INIT;
	struct pp_buf text = PP_BUF_INIT;

	assert_int_equal(pp_dwarf_resolve(fd, o, &vaddr, 1, &out, &err), 0);
	pp_buf_str(&text, "");
	for (uint32_t i = 0; i < out.nframes; i++) {
		const struct pp_answer_frame *f = &out.frames[i];

		pp_buf_fmt(&text, "%s%s|", i ? "; " : "",
			   pp_strtab_get(&out.strings, f->system_name).p);
		pp_buf_fmt(&text, "%s ", pp_strtab_get(&out.strings, f->name).p);
		pp_buf_fmt(&text, "%s:%u", pp_strtab_get(&out.strings, f->file).p, f->line);
		pp_buf_fmt(&text, " (%u)", f->start_line);
	}
	assert_string_equal(text.n ? text.p : "", wanted);
	pp_buf_release(&text);
	pp_answers_release(&out);
}

static int file_with(struct image *m, struct pp_buf *info)
{
	add_abbrevs(m);
	add_section(m, ".debug_info", info, 0);
	add_lines(m);
	pp_buf_release(info);
	return finish_image(m);
}

/* A function with another one inlined at CODE + 0x10 to 0x28. */
static int usual_file(struct image *m, struct pp_buf *info)
{
	size_t at;

	begin_unit(info, &at);
	put_unit(info, "a.c", CODE, 0x40);
	uint32_t abstract = (uint32_t)(info->n - at);
	put(info, A_ABSTRACT, 1);
	put_text(info, "_Z5innerv");
	put_text(info, "inner");
	put_function(info, "outer", CODE, 0x30);
	put(info, A_INLINED, 1);
	put(info, abstract, 4);
	put(info, CODE + 0x10, 8);
	put(info, 0x18, 4);
	put(info, 1, 1);
	put(info, 15, 1);
	put(info, 0, 1);
	end_unit(info, at);
	return file_with(m, info);
}

static void inlined_frames(void **state)
{
	struct pp_dwarf_options o = everything;
	struct pp_buf info = PP_BUF_INIT;
	struct image m;

	(void)state;
	start_image(&m);
	int fd = usual_file(&m, &info);
	check(fd, &o, CODE - 1, "");
	check(fd, &o, CODE, "|outer dir/a.c:10 (77)");
	check(fd, &o, CODE + 0x10, "_Z5innerv| dir/a.c:10 (0); |outer dir/a.c:15 (77)");
	check(fd, &o, CODE + 0x27, "_Z5innerv| dir/a.c:20 (0); |outer dir/a.c:15 (77)");
	check(fd, &o, CODE + 0x28, "|outer dir/a.c:20 (77)");
	check(fd, &o, CODE + 0x30, "| dir/a.c:20 (0)");
	check(fd, &o, CODE + 0x40, "");
	o.inlines = false;
	check(fd, &o, CODE + 0x10, "|outer dir/a.c:15 (77)");
	o.lines = false;
	check(fd, &o, CODE + 0x10, "|outer :0 (77)");
	check(fd, &o, CODE + 0x30, "");
	o.inlines = true;
	check(fd, &o, CODE + 0x10, "_Z5innerv| :0 (0); |outer :0 (77)");
	close(fd);
}

/* Several at once, the same one twice, and none at all. */
static void batches(void **state)
{
	const uint64_t vaddrs[] = {0,		CODE,	     CODE,	CODE + 0x10,
				   CODE + 0x3f, CODE + 0x40, UINT64_MAX};
	const uint32_t frames[] = {0, 0, 1, 2, 4, 5, 5, 5};
	struct pp_buf info = PP_BUF_INIT;
	struct pp_err err = PP_ERR_INIT;
	struct pp_answers out;
	struct image m;

	(void)state;
	start_image(&m);
	int fd = usual_file(&m, &info);
	assert_int_equal(pp_dwarf_resolve(fd, &everything, vaddrs, 7, &out, &err), 0);
	assert_memory_equal(out.first, frames, sizeof(frames));
	pp_answers_release(&out);
	assert_int_equal(pp_dwarf_resolve(fd, &everything, vaddrs, 0, &out, &err), 0);
	assert_int_equal(out.nframes, 0);
	pp_answers_release(&out);
	close(fd);
}

/* A nested function's code is not in that of the one around it, whose inlined ones come after. */
static void nested_functions(void **state)
{
	struct pp_buf info = PP_BUF_INIT;
	struct image m;
	size_t at;

	(void)state;
	start_image(&m);
	begin_unit(&info, &at);
	put_unit(&info, "a.c", CODE, 0x80);
	put_function(&info, "outer", CODE, 0x20);
	put_function(&info, "nested", CODE + 0x20, 0x10);
	put(&info, 0, 1);
	put(&info, A_INLINED, 1);
	put(&info, 0, 4);
	put(&info, CODE + 4, 8);
	put(&info, 4, 4);
	put(&info, 1, 1);
	put(&info, 5, 1);
	put(&info, 0, 1);
	end_unit(&info, at);

	int fd = file_with(&m, &info);
	const uint64_t both[] = {CODE + 4, CODE + 0x24};
	struct pp_err err = PP_ERR_INIT;
	struct pp_answers out;
	check(fd, &everything, CODE + 0x24, "|nested dir/a.c:20 (77)");
	check(fd, &everything, CODE + 4, "| dir/a.c:10 (0); |outer dir/a.c:5 (77)");
	assert_int_equal(pp_dwarf_resolve(fd, &everything, both, 2, &out, &err), 0);
	assert_int_equal(out.first[1], 2);
	assert_int_equal(out.first[2], 3);
	pp_answers_release(&out);
	close(fd);
}

/* Functions that the linker has dropped are at 0, and cover nothing of what there is. */
static void dropped_functions(void **state)
{
	struct pp_buf info = PP_BUF_INIT;
	struct image m;
	size_t at;

	(void)state;
	start_image(&m);
	begin_unit(&info, &at);
	put_unit(&info, "a.c", 0, 0x100000);
	put_function(&info, "dropped", 0, 0x100000);
	put(&info, 0, 1);
	end_unit(&info, at);
	begin_unit(&info, &at);
	put_unit(&info, "a.c", CODE, 0x100);
	put_function(&info, "dropped, too", 0, 0x100000);
	put(&info, 0, 1);
	put_function(&info, "kept", CODE, 0x100);
	put(&info, 0, 1);
	put_function(&info, "the last", 0x10, 0x100000);
	put(&info, 0, 1);
	end_unit(&info, at);

	int fd = file_with(&m, &info);
	check(fd, &everything, CODE + 1, "|kept dir/a.c:10 (77)");
	check(fd, &everything, CODE + 0x50, "|kept :0 (77)");
	close(fd);
}

/* A unit that does not say what it covers, and .debug_aranges that does. */
static void address_ranges(void **state)
{
	struct pp_buf info = PP_BUF_INIT, aranges = PP_BUF_INIT;
	struct image m;
	size_t at;

	(void)state;
	start_image(&m);
	put(&aranges, 0, 4);
	put(&aranges, 2, 2);
	put(&aranges, 0, 4);
	put(&aranges, 8, 1);
	put(&aranges, 0, 1 + 4);
	put(&aranges, CODE, 8);
	put(&aranges, 0x100, 8);
	put(&aranges, 0, 16);
	set_length(&aranges, 0);
	add_section(&m, ".debug_aranges", &aranges, 0);
	pp_buf_release(&aranges);
	begin_unit(&info, &at);
	put(&info, A_BARE_UNIT, 1);
	put_text(&info, "a.c");
	put_function(&info, "found", CODE, 0x10);
	put(&info, 0, 1);
	end_unit(&info, at);

	int fd = file_with(&m, &info);
	check(fd, &everything, CODE + 1, "|found :0 (77)");
	check(fd, &everything, CODE + 0x10, "");
	close(fd);
}

/* Entries that are instances of each other, of nothing, or of what is no entry. */
static void circular_origins(void **state)
{
	struct pp_buf info = PP_BUF_INIT;
	struct image m;
	size_t at;

	(void)state;
	start_image(&m);
	begin_unit(&info, &at);
	put_unit(&info, "a.c", CODE, 0x100);
	uint32_t first = (uint32_t)(info.n - at), second = first + 5;
	put(&info, A_ORIGIN, 1);
	put(&info, second, 4);
	put(&info, A_ORIGIN, 1);
	put(&info, first, 4);
	const uint32_t origins[] = {first, 0, 0x7fffffff, 3};
	for (unsigned i = 0; i < 4; i++) {
		put(&info, A_INSTANCE, 1);
		put(&info, origins[i], 4);
		put(&info, CODE + i, 8);
		put(&info, 1, 4);
	}
	end_unit(&info, at);

	int fd = file_with(&m, &info);
	for (unsigned i = 0; i < 4; i++)
		check(fd, &everything, CODE + i, "| dir/a.c:10 (0)");
	close(fd);
}

/* Many entries with one long list of ranges: 80 million ranges in a file of a third of a megabyte.
 * The work ends, and says that it has not been done. */
static void too_much_work(void **state)
{
	struct pp_buf info = PP_BUF_INIT, ranges = PP_BUF_INIT;
	struct pp_err err = PP_ERR_INIT;
	const uint64_t vaddr = CODE;
	struct pp_answers out;
	struct image m;
	size_t at;

	(void)state;
	start_image(&m);
	for (unsigned i = 0; i < 20000; i++) {
		put(&ranges, 1, 8);
		put(&ranges, 2, 8);
	}
	put(&ranges, 0, 16);
	add_section(&m, ".debug_ranges", &ranges, 0);
	pp_buf_release(&ranges);
	begin_unit(&info, &at);
	put_unit(&info, "a.c", CODE, 0x100);
	for (unsigned i = 0; i < 4000; i++) {
		put(&info, A_RANGED, 1);
		put(&info, 0, 4);
	}
	end_unit(&info, at);

	int fd = file_with(&m, &info);
	assert_int_equal(pp_dwarf_resolve(fd, &everything, &vaddr, 1, &out, &err), -1);
	assert_int_equal(err.kind, PP_ERR_LIMIT);
	assert_int_equal(out.n, 1);
	pp_answers_release(&out);
	close(fd);
}

/* Sections that say they inflate to more than can be are as good as none. */
static void false_sizes(void **state)
{
	struct pp_buf info = PP_BUF_INIT;
	struct pp_dwarf_facts facts;
	struct pp_err err = PP_ERR_INIT;
	struct image m;

	(void)state;
	start_image(&m);
	put(&info, ELFCOMPRESS_ZLIB, 8);
	put(&info, 1ull << 40, 8);
	put(&info, 1, 8);
	put(&info, 0x9c78, 2);
	add_section(&m, ".debug_info", &info, SHF_COMPRESSED);
	pp_buf_release(&info);

	int fd = finish_image(&m);
	check(fd, &everything, CODE, "");
	assert_int_equal(pp_dwarf_inspect(fd, &facts, &err), 0);
	assert_false(facts.functions);
	pp_dwarf_facts_release(&facts);
	close(fd);
}

static void facts_of_files(void **state)
{
	struct pp_buf info = PP_BUF_INIT, link = PP_BUF_INIT;
	struct pp_dwarf_facts facts;
	struct pp_err err = PP_ERR_INIT;
	struct image m;

	(void)state;
	start_image(&m);
	put_text(&link, "../.dwz/common");
	put(&link, 0xff00a1, 3);
	add_section(&m, ".gnu_debugaltlink", &link, 0);
	pp_buf_release(&link);

	int fd = usual_file(&m, &info);
	assert_int_equal(pp_dwarf_inspect(fd, &facts, &err), 0);
	assert_true(facts.functions && facts.lines && !facts.split);
	assert_string_equal(facts.alt_path, "../.dwz/common");
	assert_string_equal(facts.alt_build_id, "a100ff");
	pp_dwarf_facts_release(&facts);
	close(fd);

	start_image(&m);
	fd = finish_image(&m);
	assert_int_equal(pp_dwarf_inspect(fd, &facts, &err), 0);
	assert_false(facts.functions || facts.lines || facts.split);
	assert_null(facts.alt_path);
	pp_dwarf_facts_release(&facts);
	close(fd);
}

static void other_files(void **state)
{
	const uint64_t vaddr = CODE;
	struct pp_err err = PP_ERR_INIT;
	struct pp_answers out;
	int fd = memfd_create("text", MFD_CLOEXEC);

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pp_dwarf_resolve(fd, &everything, &vaddr, 1, &out, &err), -1);
		assert_int_equal(err.kind, PP_ERR_FORMAT);
		assert_int_equal(out.first[1], 0);
		pp_answers_release(&out);
		assert_int_equal(write(fd,
				       "\x7f"
				       "ELF and nothing else",
				       21),
				 21);
	}
	close(fd);
	assert_int_equal(pp_dwarf_resolve(-1, &everything, &vaddr, 1, &out, &err), -1);
	assert_int_equal(err.kind, PP_ERR_IO);
	pp_answers_release(&out);
}

/* Every prefix of a good file, and the file with each byte changed: no harm. */
static void damaged_files(void **state)
{
	struct pp_buf info = PP_BUF_INIT;
	struct pp_err err = PP_ERR_INIT;
	struct pp_answers out;
	const uint64_t vaddrs[] = {CODE, CODE + 0x10, CODE + 0x30};
	uint8_t bytes[4096];
	struct image m;
	unsigned whole = 0;

	(void)state;
	start_image(&m);
	int fd = usual_file(&m, &info);
	ssize_t n = pread(fd, bytes, sizeof(bytes), 0);
	assert_in_range(n, 500, sizeof(bytes) - 1);
	for (ssize_t i = 0; i < n; i++) {
		for (unsigned x = 0; x < 256; x += 17) {
			uint8_t changed = (uint8_t)(bytes[i] ^ x);

			assert_int_equal(pwrite(fd, &changed, 1, i), 1);
			if (pp_dwarf_resolve(fd, &everything, vaddrs, 3, &out, &err) == 0)
				whole += out.nframes == 4;
			pp_answers_release(&out);
		}
		assert_int_equal(pwrite(fd, &bytes[i], 1, i), 1);
	}
	assert_true(whole > 0);
	for (ssize_t i = n; i-- > 0;) {
		assert_int_equal(ftruncate(fd, i), 0);
		if (pp_dwarf_resolve(fd, &everything, vaddrs, 3, &out, &err) == 0)
			assert_in_range(out.nframes, 0, 4);
		pp_answers_release(&out);
	}
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inlined_frames),   cmocka_unit_test(batches),
		cmocka_unit_test(nested_functions), cmocka_unit_test(dropped_functions),
		cmocka_unit_test(address_ranges),   cmocka_unit_test(circular_origins),
		cmocka_unit_test(too_much_work),    cmocka_unit_test(false_sizes),
		cmocka_unit_test(facts_of_files),   cmocka_unit_test(other_files),
		cmocka_unit_test(damaged_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
