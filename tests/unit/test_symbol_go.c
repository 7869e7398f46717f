/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of Go's table of functions: on programs made by hand in each format, and on real ones
 * against what Go's own tools say. */
#include <config.h>

#include "unit.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "go_fixture.h"
#include "symbol/gopclntab.h"
#include "unwind/go.h"

/* The frames of address i as "name file:line name file:line". */
static void describe(const struct pp_answers *a, size_t i, struct pp_buf *out)
{
	pp_buf_clear(out);
	pp_buf_str(out, "");
	for (uint32_t k = a->first[i]; k < a->first[i + 1]; k++) {
		struct pp_answer_frame f = a->frames[k];

		pp_buf_fmt(out, "%s%s %s:%u", k > a->first[i] ? " " : "",
			   pp_strtab_get(&a->strings, f.name).p,
			   pp_strtab_get(&a->strings, f.file).p, f.line);
	}
}

static void assert_answer(const struct pp_answers *a, size_t i, const char *expected)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;

	describe(a, i, &text);
	assert_string_equal(text.p, expected);
}

static void test_each_version(void **state)
{
	static const uint64_t addresses[] = {GO_TEXT + 0x1f0, GO_TEXT,	   GO_TEXT + 0x18,
					     GO_TEXT + 0x40,  GO_TEXT - 1, GO_TEXT + 0x200};

	(void)state;
	for (int v = PP_GOTAB_1_2; v <= PP_GOTAB_1_20; v++) {
		PP_CLEANUP(pp_buf_release) struct pp_buf b = PP_BUF_INIT;
		struct pp_answers a;
		struct pp_err err = PP_ERR_INIT;

		go_program(&b, (enum pp_gotab_version)v);
		int fd = go_file(b.p, b.n);
		assert_true(fd >= 0);
		assert_true(pp_gopclntab_has(fd));
		if (pp_gopclntab_resolve(fd, addresses, PP_ARRAY_LEN(addresses), &a, &err) < 0)
			fail_msg("version %d: %s", v, err.msg);
		assert_answer(&a, 0, "runtime.goexit /src/main.go:11");
		assert_answer(&a, 1, "main.outer /src/main.go:10");
		assert_answer(&a, 2, "main.inner /src/main.go:99 main.outer /src/main.go:10");
		assert_answer(&a, 3, "main.outer /src/main.go:11");
		assert_answer(&a, 4, "");
		assert_answer(&a, 5, "");
		assert_int_equal(a.frames[a.first[1]].start_line, v == PP_GOTAB_1_20 ? 40 : 0);
		assert_int_equal(a.frames[a.first[2]].start_line, v == PP_GOTAB_1_20 ? 90 : 0);
		pp_answers_release(&a);
		close(fd);
	}
}

static void assert_row(const struct pp_unwind_table *t, uint64_t at, int kind, int cfa, int saved)
{
	struct pp_unwind_row row = pp_unwind_table_find(t, at);

	assert_int_equal(row.kind, kind);
	assert_int_equal(row.cfa, cfa);
	assert_int_equal(row.saved, saved);
}

/* Where rbp is saved is seen by the instruction; the table had rows on both sides before. */
static void test_rows(void **state)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf b = PP_BUF_INIT;
	struct pp_unwind_table t = {.base = GO_TEXT - 0x100, .nrows = 2};
	struct pp_err err = PP_ERR_INIT;

	(void)state;
	t.rows = pp_xcalloc(2, sizeof(*t.rows));
	t.rows[0] = (struct pp_unwind_row){.kind = PP_CFA_FP, .cfa = 7};
	t.rows[1] = (struct pp_unwind_row){.pc = 0x1000, .kind = PP_CFA_NONE};
	go_program(&b, PP_GOTAB_1_18);
	int fd = go_file(b.p, b.n);
	assert_int_equal(pp_unwind_go_rows(fd, &t, &err), 0);
	close(fd);
	assert_row(&t, GO_TEXT - 0x101, PP_CFA_NONE, 0, 0);
	assert_row(&t, GO_TEXT - 1, PP_CFA_FP, 7, 0);
	assert_row(&t, GO_TEXT, PP_CFA_SP, 1, 0);
	assert_row(&t, GO_TEXT + 4, PP_CFA_SP, 4, 0);
	assert_row(&t, GO_TEXT + 9, PP_CFA_SP | PP_FP_AT_CFA, 4, -2);
	assert_row(&t, GO_TEXT + 0xfb, PP_CFA_SP | PP_FP_AT_CFA, 4, -2);
	assert_row(&t, GO_TEXT + 0xfc, PP_CFA_SP, 1, 0);
	assert_row(&t, GO_TEXT + 0x100, PP_CFA_ROOT, 0, 0);
	assert_row(&t, GO_TEXT + 0x200, PP_CFA_FP, 7, 0);
	assert_row(&t, GO_TEXT + 0xf00, PP_CFA_NONE, 0, 0);
	assert_int_equal(t.rows[t.nrows - 1].kind, PP_CFA_NONE);
	assert_int_equal(t.counts.fdes, 2);
	pp_unwind_table_release(&t);
}

/* ---- Where Go calls on another stack ---- */

struct words {
	uint64_t at, word[4];
};

static int read_words(const struct words *w, void *out, size_t size, uint64_t at)
{
	if (at < w->at || at - w->at > sizeof(w->word) - size)
		return -1;
	memcpy(out, (const char *)w->word + (at - w->at), size);
	return 0;
}

#define PP_UNWIND_ARM64			       0
#define PP_UNWIND_READ(memory, to, size, from) read_words(memory, to, size, from)
#include "unwind/step.h"

/* The frame behind a switch is on a stack below, which nowhere else goes on. */
static void test_switch(void **state)
{
	struct words stack = {.at = 0x1000, .word = {0, 0, 0x2000, 0x401234}};
	struct pp_unwind_row row = {.kind = PP_CFA_SWITCH | PP_FP_AT_CFA, .cfa = 2, .saved = -2};
	struct pp_unwind_regs r = {.pc = 1, .sp = 0x9000, .fp = 0x1010}, before = r;

	(void)state;
	assert_int_equal(pp_unwind_step(&stack, &r, row, false), PP_UNWIND_MORE);
	assert_int_equal(r.pc, 0x401234);
	assert_int_equal(r.fp, 0x2000);
	assert_int_equal(r.sp, 0x1020);
	r = before;
	row.kind = PP_CFA_FP | PP_FP_AT_CFA;
	assert_int_equal(pp_unwind_step(&stack, &r, row, false), PP_UNWIND_LOOP);
	r.fp = 0;
	row.kind = PP_CFA_SWITCH | PP_FP_AT_CFA;
	assert_int_equal(pp_unwind_step(&stack, &r, row, false), PP_UNWIND_FP_ZERO);
}

/* Other files are left alone, and a table that is cut off is none. */
static void test_no_table(void **state)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf b = PP_BUF_INIT;
	struct pp_unwind_table t = {0};
	struct pp_answers a;
	struct pp_err err = PP_ERR_INIT;

	(void)state;
	go_program(&b, PP_GOTAB_1_20);
	for (size_t n = 0; n < b.n; n += 100) {
		int fd = go_file(b.p, n);

		assert_int_equal(pp_unwind_go_rows(fd, &t, &err), 0);
		pp_unwind_table_release(&t);
		if (pp_gopclntab_resolve(fd, &(uint64_t){GO_TEXT}, 1, &a, &err) < 0)
			assert_true(err.kind == PP_ERR_NOT_FOUND || err.kind == PP_ERR_FORMAT);
		pp_answers_release(&a);
		close(fd);
	}
}

/* ---- Real programs ---- */

static const char source[] =
	"package main\n"
	"import (\"fmt\"; \"sort\"; \"os\")\n"
	"func inner(x int) int { return x*3 + 1 }\n"
	"func middle(x int) int { return inner(x) ^ inner(x+1) }\n"
	"//go:noinline\n"
	"func outer(n int) (s int) { for i := 0; i < n; i++ { s += middle(i) }; return }\n"
	"func main() { sort.Strings(os.Args); fmt.Println(outer(len(os.Args))) }\n";

/* Run a line of shell in a folder with the source; false if it fails. */
static bool in_folder(const char *folder, const char *command)
{
	PP_CLEANUP(pp_freep)
	char *line =
		pp_xasprintf("cd '%s' && HOME=. GOFLAGS= GO111MODULE=off GOCACHE=\"$PWD/cache\" %s",
			     folder, command);

	return system(line) == 0; /* pp-allow: a test, with lines of its own */
}

static char *make_folder(void)
{
	char *folder = pp_xstrdup("/tmp/pyroprof-go-XXXXXX");
	PP_CLEANUP(pp_freep) char *path = NULL;

	assert_non_null(mkdtemp(folder));
	path = pp_xasprintf("%s/work.go", folder);
	FILE *f = fopen(path, "we");
	assert_non_null(f);
	assert_true(fputs(source, f) >= 0);
	assert_int_equal(fclose(f), 0);
	return folder;
}

/* Every function's first address, and more at a distance. */
static uint64_t *choose_addresses(const char *path, size_t step, size_t *n)
{
	struct pp_gotab t;
	struct pp_err err = PP_ERR_INIT;
	struct pp_gofunc f;
	size_t cap = 0;
	uint64_t *out = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	*n = 0;
	assert_true(fd >= 0);
	if (pp_gotab_open(&t, fd, &err) < 0)
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < t.nfuncs; i++) {
		assert_true(pp_gotab_func(&t, i, &f));
		for (uint64_t at = f.start; at < f.limit; at += step) {
			out = pp_grow(out, &cap, *n + 1, sizeof(*out));
			out[(*n)++] = at;
		}
	}
	pp_gotab_release(&t);
	close(fd);
	return out;
}

/* What Go's addr2line says: the outermost function, and the innermost file and line. */
static void compare_with_go(const char *folder, const char *stripped)
{
	PP_CLEANUP(pp_freep) char *path = pp_xasprintf("%s/%s", folder, stripped);
	PP_CLEANUP(pp_freep) char *list = pp_xasprintf("%s/addresses", folder);
	PP_CLEANUP(pp_freep) char *theirs = pp_xasprintf("%s/theirs", folder);
	PP_CLEANUP(pp_freep) uint64_t *addresses = NULL;
	char name[512], place[512], ours[1024];
	struct pp_err err = PP_ERR_INIT;
	struct pp_answers a;
	size_t n, inlined = 0;

	addresses = choose_addresses(path, 37, &n);
	FILE *f = fopen(list, "we");
	assert_non_null(f);
	for (size_t i = 0; i < n; i++)
		fprintf(f, "0x%lx\n", (unsigned long)addresses[i]);
	assert_int_equal(fclose(f), 0);
	assert_true(in_folder(folder, "go tool addr2line full <addresses >theirs"));

	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (pp_gopclntab_resolve(fd, addresses, n, &a, &err) < 0)
		fail_msg("%s", err.msg);
	close(fd);
	f = fopen(theirs, "re");
	assert_non_null(f);
	for (size_t i = 0; i < n; i++) {
		assert_non_null(fgets(name, sizeof(name), f));
		assert_non_null(fgets(place, sizeof(place), f));
		name[strcspn(name, "\n")] = place[strcspn(place, "\n")] = '\0';
		assert_true(a.first[i] < a.first[i + 1]);
		struct pp_answer_frame in = a.frames[a.first[i]];
		struct pp_answer_frame last = a.frames[a.first[i + 1] - 1];

		inlined += a.first[i + 1] - a.first[i] > 1;
		assert_string_equal(pp_strtab_get(&a.strings, last.name).p, name);
		if (strcmp(place, ":-1") == 0) /* padding */
			continue;
		snprintf(ours, sizeof(ours), "%s:%u", pp_strtab_get(&a.strings, in.file).p,
			 in.line);
		assert_string_equal(ours, place);
	}
	fclose(f);
	assert_true(n > 5000);
	assert_true(inlined > n / 50);
	pp_answers_release(&a);
}

static void remove_folder(char **folder)
{
	PP_CLEANUP(pp_freep)
	char *line = pp_xasprintf("chmod -R u+w '%s'; rm -rf '%s'", *folder, *folder);

	if (system(line) != 0) /* pp-allow: a test, with a line of its own */
		print_message("cannot remove %s\n", *folder);
	free(*folder);
}

static void test_real(void **state)
{
	PP_CLEANUP(remove_folder) char *folder = make_folder();

	(void)state;
	if (!in_folder(folder, "go build -o full work.go >log 2>&1"))
		PP_SKIP("no Go compiler");
	assert_true(in_folder(folder, "go build -ldflags '-s -w' -o sw work.go"));
	assert_true(in_folder(folder, "strip -o stripped full"));
	compare_with_go(folder, "sw");
	compare_with_go(folder, "stripped");
	/* without section headers */
	assert_true(in_folder(folder, "cp stripped bare && printf '\\0\\0\\0\\0\\0\\0\\0\\0' | "
				      "dd of=bare bs=1 seek=40 conv=notrunc 2>log"));
	compare_with_go(folder, "bare");
}

/* In a position-independent program pointers are relocations. */
static void test_position_independent(void **state)
{
	PP_CLEANUP(remove_folder) char *folder = make_folder();
	PP_CLEANUP(pp_freep) char *path = pp_xasprintf("%s/pie", folder);
	PP_CLEANUP(pp_freep) uint64_t *addresses = NULL;
	struct pp_err err = PP_ERR_INIT;
	struct pp_answers a;
	size_t n, found = 0, inlined = 0;

	(void)state;
	if (!in_folder(folder, "go build -buildmode=pie -ldflags '-s -w' -o pie work.go >log 2>&1"))
		PP_SKIP("no Go compiler that makes position-independent programs");
	addresses = choose_addresses(path, 3, &n);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(pp_gopclntab_resolve(fd, addresses, n, &a, &err), 0);
	close(fd);
	for (size_t i = 0; i < n; i++) {
		PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;

		describe(&a, i, &text);
		found += strstr(text.p, "main.inner") && strstr(text.p, "work.go:3 main.middle") &&
			 strstr(text.p, "work.go:4 main.outer");
		inlined += a.first[i + 1] - a.first[i] > 1;
	}
	assert_true(found > 0 && inlined > n / 50);
	pp_answers_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_version), cmocka_unit_test(test_rows),
		cmocka_unit_test(test_switch),	     cmocka_unit_test(test_no_table),
		cmocka_unit_test(test_real),	     cmocka_unit_test(test_position_independent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
