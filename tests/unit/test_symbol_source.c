/* SPDX-License-Identifier: Apache-2.0 */
/* symbol/source: names as reports show them, where files are looked for, and lines. */
#include <config.h>

#include "unit.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "symbol/source.h"

/* The tests run in W of a directory T; in paths, "T/" stands for that directory. */
struct scratch {
	char top[32];
	int home;
};

static char top[32];

static int enter_scratch(void **state)
{
	struct scratch *s = pp_xcalloc(1, sizeof(*s));

	snprintf(s->top, sizeof(s->top), "/tmp/pp-src-XXXXXX");
	s->home = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*state = s;
	if (s->home < 0 || !mkdtemp(s->top) || chdir(s->top) < 0 || mkdir("W", 0755) < 0)
		return -1;
	memcpy(top, s->top, sizeof(top));
	return chdir("W");
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int leave_scratch(void **state)
{
	struct scratch *s = *state;
	int rc = fchdir(s->home) < 0 || nftw(s->top, remove_one, 16, FTW_DEPTH | FTW_PHYS) < 0;

	close(s->home);
	free(s);
	return rc;
}

/* Paths and lists with every "T/" replaced; owned by the caller. */
static char *expand(const char *text)
{
	struct pp_buf b = PP_BUF_INIT;

	for (; text && *text; text++) {
		if (text[0] == 'T' && text[1] == '/')
			pp_buf_str(&b, top);
		else
			pp_buf_char(&b, *text);
	}
	return text ? b.p ? b.p : pp_xstrdup("") : NULL;
}

static void put(const char *path, const char *text)
{
	PP_CLEANUP(pp_freep) char *file = expand(path);

	for (char *p = strchr(file + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		mkdir(file, 0755);
		*p = '/';
	}
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static struct pp_source_paths expand_paths(const struct pp_source_paths *p)
{
	return (struct pp_source_paths){expand(p->trim),   expand(p->search),	  expand(p->goroot),
					expand(p->gopath), expand(p->gomodcache), expand(p->home)};
}

static void free_paths(struct pp_source_paths *p)
{
	pp_freep(&p->trim);
	pp_freep(&p->search);
	pp_freep(&p->goroot);
	pp_freep(&p->gopath);
	pp_freep(&p->gomodcache);
	pp_freep(&p->home);
}

struct name_case {
	const char *name, *trim, *search, *shown;
};

static void names_are_trimmed_and_cleaned(void **state)
{
	static const struct name_case cases[] = {
		{"/src/a.c", NULL, NULL, "/src/a.c"},
		{"", NULL, NULL, ""},
		{"./a.c", NULL, NULL, "a.c"},
		{"/a//b/./c/../d.c", NULL, NULL, "/a/b/d.c"},
		{"a/../../b.c", NULL, NULL, "../b.c"},
		{"../../b.c", NULL, NULL, "../../b.c"},
		{"../a/../b.c", NULL, NULL, "../b.c"},
		{"/../b.c", NULL, NULL, "/b.c"},
		{"a/..", NULL, NULL, "."},
		{"/", NULL, NULL, "/"},
		{"/proc/self/cwd/x/a.c", NULL, NULL, "x/a.c"},
		{"/proc/self/cwd/./x/a.c", NULL, NULL, "x/a.c"},
		{"/build/x/a.c", "/build", NULL, "x/a.c"},
		{"/build/x/a.c", "/build/", NULL, "x/a.c"},
		{"/build/x/a.c", "/none:/build/x", NULL, "a.c"},
		{"/buildx/a.c", "/build", NULL, "/buildx/a.c"},
		{"/proc/self/cwd/a.c", "/build", NULL, "a.c"},
		{"/far/away/proj/x/a.c", NULL, "/home/me/proj", "x/a.c"},
		{"/far/away/proj/x/a.c", NULL, "/none:/home/me/proj/", "x/a.c"},
		{"/far/away/proj/x/a.c", "/far", "/home/me/proj", "away/proj/x/a.c"},
		{"/far/proj/", NULL, "/home/me/proj", ""},
		{"/far/away/a.c", NULL, "/", "/far/away/a.c"},
	};

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		const struct name_case *c = &cases[i];
		const struct pp_source_paths paths = {.trim = c->trim, .search = c->search};
		struct pp_buf out = PP_BUF_INIT;

		pp_source_name(&paths, pp_str_of(c->name), &out);
		if (!pp_str_eq(pp_buf_view(&out), pp_str_of(c->shown)))
			fail_msg("%s is shown as %s, not %s", c->name, out.p, c->shown);
		pp_buf_release(&out);
	}
}

struct find_case {
	const char *name, *file; /* file: where it is, NULL for nowhere */
	struct pp_source_paths paths;
};

/* Each file holds its own path. */
static void find_cases(const struct find_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct pp_source_paths paths = expand_paths(&cases[i].paths);
		PP_CLEANUP(pp_freep) char *name = expand(cases[i].name);
		struct pp_sources *s = pp_sources_new(&paths);
		struct pp_buf shown = PP_BUF_INIT;
		struct pp_err err = PP_ERR_INIT;

		pp_source_name(&paths, pp_str_of(name), &shown);
		const struct pp_text *source =
			pp_source_read(s, pp_buf_view(&shown), pp_str_of(name), &err);
		if (!source != !cases[i].file)
			fail_msg("case %zu, %s: %s", i, name, source ? "found" : err.msg);
		if (source && !pp_str_eq(pp_text_line(source, 1), pp_str_of(cases[i].file)))
			fail_msg("case %zu, %s: found another", i, name);
		pp_buf_release(&shown);
		pp_sources_free(s);
		free_paths(&paths);
	}
}

static void put_self(const char *path)
{
	put(path, path);
}

static void files_are_found_as_pprof_does(void **state)
{
	static const struct find_case cases[] = {
		{"T/W/sub/a.c", "T/W/sub/a.c", {0}},
		{"sub/a.c", "T/W/sub/a.c", {0}},
		{"b.c", "T/b.c", {0}}, /* in a directory above */
		{"/none/b.c", "T/b.c", {.trim = "/none"}},
		{"/none/b.c", NULL, {.trim = "/no"}},
		{"/proc/self/cwd/sub/a.c", "T/W/sub/a.c", {0}},
		{"a.c", NULL, {0}},
		{"a.c", "T/W/sub/a.c", {.search = "T/none:T/W/sub"}},
		{"/built/W/sub/a.c", "T/W/sub/a.c", {0}}, /* W is the current directory's name */
		{"/built/else/sub/a.c", NULL, {0}},
		{"sub", NULL, {0}},  /* a directory */
		{"pipe", NULL, {0}}, /* would wait for ever */
		{"T/W/pipe", NULL, {0}},
		{"", NULL, {0}},
	};

	(void)state;
	put_self("T/W/sub/a.c");
	put_self("T/b.c");
	assert_int_equal(mkfifo("pipe", 0644), 0);
	find_cases(cases, PP_ARRAY_LEN(cases));
}

static void go_files_are_found_where_go_keeps_them(void **state)
{
	static const struct find_case cases[] = {
		/* the module that is worked on, above the current directory */
		{"example.com/app/cmd/main.go", "T/cmd/main.go", {0}},
		{"example.com/app@v1.0.0/cmd/main.go", "T/cmd/main.go", {0}},
		{"example.com/application/cmd/main.go", NULL, {0}},
		{"command-line-arguments/cmd/main.go", "T/cmd/main.go", {0}},
		{"quoted/q.go", "T/other/q.go", {.search = "T/other"}},
		/* its vendor directory */
		{"example.org/dep@v0.1.0/d.go", "T/vendor/example.org/dep/d.go", {0}},
		{"example.org/dep/d.go", "T/vendor/example.org/dep/d.go", {0}},
		{"/ci/app/vendor/example.org/dep/d.go", "T/vendor/example.org/dep/d.go", {0}},
		/* the module cache: of three sources, as it is and as import path */
		{"github.com/Up/Case@v1.2.3-Rc1/File.go",
		 "T/cache/github.com/!up/!case@v1.2.3-!rc1/File.go",
		 {.gomodcache = "T/cache"}},
		{"/root/go/pkg/mod/github.com/!up/!case@v1.2.3-!rc1/File.go",
		 "T/cache/github.com/!up/!case@v1.2.3-!rc1/File.go",
		 {.gomodcache = "T/cache"}},
		{"example.net/m@v1/m.go",
		 "T/gopath/pkg/mod/example.net/m@v1/m.go",
		 {.gopath = "T/none:T/gopath"}},
		{"example.net/h@v1/h.go",
		 "T/home/go/pkg/mod/example.net/h@v1/h.go",
		 {.home = "T/home"}},
		{"example.net/h@v1/h.go", NULL, {0}},
		/* the standard library */
		{"zz/zz.go", "T/goroot/src/zz/zz.go", {.goroot = "T/goroot"}},
		{"zz/zz_amd64.s", "T/goroot/src/zz/zz_amd64.s", {.goroot = "T/goroot"}},
		{"/usr/lib/go-9/src/zz/zz.go", "T/goroot/src/zz/zz.go", {.goroot = "T/goroot"}},
		{"/opt/none/src/zz/zz.go", NULL, {.goroot = "T/goroot"}},
		{"zz/zz.c", NULL, {.goroot = "T/goroot"}},
		/* without modules */
		{"/old/src/example.net/o/o.go",
		 "T/gopath/src/example.net/o/o.go",
		 {.gopath = "T/gopath"}},
		/* not out of there */
		{"zz/../../secret.go", NULL, {.goroot = "T/goroot"}},
	};

	(void)state;
	put("T/go.mod", "// a comment\n\nmodule example.com/app // another\n");
	put("T/other/go.mod", "module \"quoted\"\r\n");
	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		if (cases[i].file)
			put_self(cases[i].file);
	}
	put_self("T/goroot/src/zz/zz.c");
	put_self("T/goroot/secret.go");
	find_cases(cases, PP_ARRAY_LEN(cases));
}

static void failures_are_told_in_pprofs_words(void **state)
{
	const struct pp_source_paths paths = {.search = "/none:/neither"};
	struct pp_sources *s = pp_sources_new(&paths);
	struct pp_err err = PP_ERR_INIT;
	struct pp_str name = pp_str_of("none.c");

	(void)state;
	for (int i = 0; i < 2; i++) { /* the second time from memory */
		assert_null(pp_source_read(s, name, name, &err));
		assert_string_equal(err.msg, "could not find file none.c on path /none:/neither");
	}
	name = pp_str_of("/absent/none.c");
	assert_null(pp_source_read(s, name, name, &err));
	assert_string_equal(err.msg, "open /absent/none.c: no such file or directory");
	assert_int_equal(err.kind, PP_ERR_NOT_FOUND);
	pp_sources_free(s);
}

static void lines_end_as_in_go(void **state)
{
	static const char *const lines[] = {"one", "", "three\r", "four"};
	const struct pp_source_paths paths = {0};
	struct pp_sources *s = pp_sources_new(&paths);
	struct pp_err err = PP_ERR_INIT;
	struct pp_str name = pp_str_of("x.c");

	(void)state;
	put("T/W/x.c", "one\r\n\nthree\r\r\nfour");
	put("T/W/empty.c", "");
	const struct pp_text *source = pp_source_read(s, name, name, &err);
	assert_non_null(source);
	assert_int_equal(source->nlines, PP_ARRAY_LEN(lines));
	for (size_t i = 0; i < PP_ARRAY_LEN(lines); i++)
		PP_CHECK_MSG(pp_str_eq(pp_text_line(source, i + 1), pp_str_of(lines[i])), lines[i]);
	assert_ptr_equal(pp_source_read(s, name, name, &err), source);
	name = pp_str_of("empty.c");
	source = pp_source_read(s, name, name, &err);
	assert_non_null(source);
	assert_int_equal(source->nlines, 0);
	pp_sources_free(s);
}

static void large_files_are_refused(void **state)
{
	const struct pp_source_paths paths = {0};
	struct pp_sources *s = pp_sources_new(&paths);
	struct pp_err err = PP_ERR_INIT;
	struct pp_str name = pp_str_of("large.c");

	(void)state;
	put("T/W/large.c", "");
	assert_int_equal(truncate("large.c", 17 << 20), 0);
	assert_null(pp_source_read(s, name, name, &err));
	pp_sources_free(s);
}

/* To root, /etc/shadow is a file like any other: what a profile names is not to be told to whoever
 * gets the report. */
static void private_files_have_to_be_where_the_user_looks(void **state)
{
	static const struct {
		const char *search;
		mode_t mode;
		bool shown;
	} cases[] = {{NULL, 0600, false},	  {NULL, 0640, false},	  {NULL, 0644, true},
		     {"T/W", 0600, false},	  {"T/else", 0600, true}, {"T/els", 0600, false},
		     {"T/W:T/else/", 0600, true}, {"T/", 0600, true},	  {"/", 0600, true},
		     {".", 0600, false}};
	PP_CLEANUP(pp_freep) char *path = expand("T/else/secret.c");
	struct pp_str name = pp_str_of(path);

	(void)state;
	put("T/else/secret.c", "secret");
	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_source_paths paths = {.search = expand(cases[i].search)};
		struct pp_sources *s = pp_sources_new(&paths);
		struct pp_err err = PP_ERR_INIT;

		assert_int_equal(chmod(path, cases[i].mode), 0);
		if (!pp_source_read(s, name, name, &err) == cases[i].shown)
			fail_msg("case %zu: %s", i, err.msg);
		if (!cases[i].shown)
			assert_non_null(strstr(err.msg, "not everybody may read it"));
		pp_sources_free(s);
		free_paths(&paths);
	}

	const struct pp_source_paths here = {.search = "."};
	struct pp_sources *s = pp_sources_new(&here);
	struct pp_err err = PP_ERR_INIT;

	put("T/W/own.c", "own");
	assert_int_equal(chmod("own.c", 0600), 0);
	assert_non_null(pp_source_read(s, PP_STR_LIT("own.c"), PP_STR_LIT("own.c"), &err));
	pp_sources_free(s);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, enter_scratch, leave_scratch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_trimmed_and_cleaned),
		IN_SCRATCH(files_are_found_as_pprof_does),
		IN_SCRATCH(go_files_are_found_where_go_keeps_them),
		IN_SCRATCH(failures_are_told_in_pprofs_words),
		IN_SCRATCH(lines_end_as_in_go),
		IN_SCRATCH(large_files_are_refused),
		IN_SCRATCH(private_files_have_to_be_where_the_user_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
