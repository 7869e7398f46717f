/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of perf maps, jitdumps, and where they are taken from. */
#include <config.h>

#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/compiler.h"
#include "base/num.h"
#include "io/file.h"
#include "symbol/jit.h"
#include "symbol/jitdump.h"
#include "symbol/jitname.h"
#include "symbol/perfmap.h"

static void assert_str(struct pp_str s, const char *expected)
{
	if (!pp_str_eq(s, pp_str_of(expected)))
		fail_msg("'%.*s' is not '%s'", (int)s.n, s.p, expected);
}

static void test_names(void **state)
{
	static const struct {
		const char *text, *function, *file;
		uint32_t line;
	} cases[] = {
		{"JS:*leaf /srv/a.js:12:14", "leaf", "/srv/a.js", 12},
		{"JS:~ /srv/my app/a.js:5:47", "(anonymous)", "/srv/my app/a.js", 5},
		{"JS:^get node:internal/util:598:30", "get", "node:internal/util", 598},
		{"LazyCompile:*foo file:///a/b.mjs:10:5", "foo", "file:///a/b.mjs", 10},
		{"LazyCompile:~foo /a.js:10", "foo", "/a.js", 10},
		{"Function:foo", "foo", "", 0},
		{"Script:~ /a.js:1:1", "(program)", "/a.js", 1},
		{"Eval:~ node:internal/main:1:1", "(program)", "node:internal/main", 1},
		{"JS:*", "(anonymous)", "", 0},
		{"JS:*f /a.js:99999999999:1", "f", "/a.js:99999999999", 1},
		{"Builtin:ArrayMap", "Builtin:ArrayMap", "", 0},
		{"BytecodeHandler:LdaZero", "BytecodeHandler:LdaZero", "", 0},
		{"py::work:/srv/a.py", "work", "/srv/a.py", 0},
		{"py::<module>:/srv/a:b.py", "<module>", "/srv/a:b.py", 0},
		{"py::", "py::", "", 0},
		{"Lcom/foo/Bar;::baz", "com.foo.Bar.baz", "", 0},
		{"Lcom/foo/Bar$1;::baz(Ljava/lang/String;)V", "com.foo.Bar$1.baz", "", 0},
		{"com.foo.Bar::baz", "com.foo.Bar::baz", "", 0},
		{"int A.leaf(int)", "A.leaf", "", 0},
		{"java.lang.Object a.B.get(java.lang.Object, long)", "a.B.get", "", 0},
		{"void a.B.<init>()", "a.B.<init>", "", 0},
		{"Interpreter", "Interpreter", "", 0},
		{"StubRoutines (1)", "StubRoutines (1)", "", 0},
		{"StackOverflowError throw_exception", "StackOverflowError throw_exception", "", 0},
		{"L;::", "L;::", "", 0},
	};
	PP_CLEANUP(pp_buf_release) struct pp_buf scratch = PP_BUF_INIT;

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_jitname n = pp_jitname_parse(pp_str_of(cases[i].text), &scratch);

		assert_str(n.function, cases[i].function);
		assert_str(n.file, cases[i].file);
		assert_int_equal(n.line, cases[i].line);
	}
}

/* The name at an address and a time, or "". */
static const char *name_at(const struct pp_jitcode *c, uint64_t address, uint64_t time)
{
	const struct pp_jitcode_entry *e = pp_jitcode_find(c, address, time);

	return e ? pp_strtab_get(&c->strings, e->name).p : "";
}

static void test_map(void **state)
{
	static const char text[] = "1000 100 whole\n"
				   "1040 20 a b  c\n"
				   "  2000 0x10 indented\r\n"
				   "0x3000 0x10 first\n"
				   "3000 10 second\n"
				   "2ff0 18 third\n"
				   "zzz 10 none\n"
				   "4000 10\n"
				   "4000 0 empty\n"
				   "ffffffffffffffff 2 wraps\n"
				   "5000 10 last";
	struct pp_jitcode c;
	struct pp_err err = PP_ERR_INIT;

	(void)state;
	pp_jitcode_init(&c);
	assert_int_equal(pp_perfmap_read(&c, PP_STR_LIT(text), &err), 0);
	assert_string_equal(name_at(&c, 0xfff, 0), "");
	assert_string_equal(name_at(&c, 0x1000, 0), "whole");
	assert_string_equal(name_at(&c, 0x103f, 0), "whole");
	assert_string_equal(name_at(&c, 0x1040, 0), "a b  c");
	assert_string_equal(name_at(&c, 0x1060, 0), "whole");
	assert_string_equal(name_at(&c, 0x1100, 0), "");
	assert_string_equal(name_at(&c, 0x2005, 0), "indented");
	assert_string_equal(name_at(&c, 0x3007, 0), "third");
	assert_string_equal(name_at(&c, 0x3008, 0), "second");
	assert_string_equal(name_at(&c, 0x4000, 0), "");
	assert_string_equal(name_at(&c, UINT64_MAX, 0), "");
	assert_string_equal(name_at(&c, 0x500f, 0), "last");
	pp_jitcode_release(&c);
}

/* Many overlapping entries against the plain rule: the last that covers an address. */
static void test_map_overlaps(void **state)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	unsigned start[500], size[500], seed = 7;
	struct pp_jitcode c;
	struct pp_err err = PP_ERR_INIT;

	(void)state;
	for (unsigned i = 0; i < 500; i++) {
		seed = seed * 1103515245 + 12345;
		start[i] = seed >> 16 & 1023;
		seed = seed * 1103515245 + 12345;
		size[i] = 1 + (seed >> 16 & (i % 3 ? 15 : 255));
		pp_buf_fmt(&text, "%x %x f%u\n", start[i], size[i], i);
	}
	pp_jitcode_init(&c);
	assert_int_equal(pp_perfmap_read(&c, pp_buf_view(&text), &err), 0);
	for (unsigned at = 0; at < 1400; at++) {
		char expected[16] = "";

		for (unsigned i = 0; i < 500; i++) {
			if (at >= start[i] && at - start[i] < size[i])
				snprintf(expected, sizeof(expected), "f%u", i);
		}
		assert_string_equal(name_at(&c, at, 0), expected);
	}
	pp_jitcode_release(&c);
}

/* ---- Jitdumps made by hand ---- */

static void put(struct pp_buf *b, uint64_t v, size_t n)
{
	for (; n; n--, v >>= 8)
		pp_buf_char(b, (char)(v & 255));
}

static void put_header(struct pp_buf *b, uint32_t magic, uint64_t flags)
{
	put(b, magic, 4);
	put(b, 1, 4);
	put(b, 40, 4);
	put(b, 62, 4);
	put(b, 0, 4);
	put(b, 4711, 4);
	put(b, 5, 8);
	put(b, flags, 8);
}

static void put_load(struct pp_buf *b, uint64_t time, uint64_t start, uint64_t size,
		     const char *name)
{
	size_t n = strlen(name) + 1;

	put(b, 0, 4);
	put(b, 16 + 40 + n + 8, 4);
	put(b, time, 8);
	put(b, 0, 16);
	put(b, start, 8);
	put(b, size, 8);
	put(b, 0, 8);
	pp_buf_add(b, name, n);
	put(b, 0x9090909090909090, 8);
}

static void put_move(struct pp_buf *b, uint64_t time, uint64_t from, uint64_t to, uint64_t size)
{
	put(b, 1, 4);
	put(b, 16 + 48, 4);
	put(b, time, 8);
	put(b, 0, 16);
	put(b, from, 8);
	put(b, to, 8);
	put(b, size, 8);
	put(b, 0, 8);
}

/* Two lines, of which the second is in the same file. */
static void put_lines(struct pp_buf *b, uint64_t code, uint64_t first, const char *file)
{
	size_t n = strlen(file) + 1;

	put(b, 2, 4);
	put(b, 16 + 16 + 16 + n + 16 + 2, 4);
	put(b, 0, 8);
	put(b, code, 8);
	put(b, 2, 8);
	put(b, first, 8);
	put(b, 7, 8);
	pp_buf_add(b, file, n);
	put(b, first + 8, 8);
	put(b, 9, 8);
	put(b, 0xff, 2);
}

static int read_dump(struct pp_jitcode *c, const struct pp_buf *b, struct pp_err *err)
{
	int fd = memfd_create("dump", MFD_CLOEXEC), result;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, b->p, b->n), b->n);
	pp_jitcode_init(c);
	result = pp_jitdump_read(c, fd, err);
	close(fd);
	return result;
}

static void make_dump(struct pp_buf *b, uint64_t flags, uint64_t shift)
{
	put_header(b, 0x4A695444, flags);
	put_load(b, 100, 0x1000, 0x40, "old");
	put_lines(b, 0x1000, 0x1000 + shift, "/a.js");
	put_load(b, 200, 0x1000, 0x20, "new");
	put_move(b, 300, 0x1000, 0x2000, 0x20);
	put_load(b, 400, 0x1010, 0x20, "newer");
}

static void test_dump(void **state)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf b = PP_BUF_INIT;
	struct pp_jitcode c;
	struct pp_err err = PP_ERR_INIT;
	const struct pp_jitcode_entry *e;

	(void)state;
	make_dump(&b, 0, 64);
	assert_int_equal(read_dump(&c, &b, &err), 0);
	assert_string_equal(name_at(&c, 0x1005, 150), "old");
	assert_string_equal(name_at(&c, 0x1005, 50), "old"); /* before all: the first */
	assert_string_equal(name_at(&c, 0x1005, 250), "new");
	assert_string_equal(name_at(&c, 0x1015, 399), "new");
	assert_string_equal(name_at(&c, 0x1015, 400), "newer");
	assert_string_equal(name_at(&c, 0x1015, UINT64_MAX), "newer");
	assert_string_equal(name_at(&c, 0x1035, UINT64_MAX), "old");
	assert_string_equal(name_at(&c, 0x2005, UINT64_MAX), "new");
	assert_string_equal(name_at(&c, 0x3000, UINT64_MAX), "");
	/* lines are those of the code that follows, though V8 puts them elsewhere */
	e = pp_jitcode_find(&c, 0x1005, 250);
	assert_int_equal(pp_jitcode_line(&c, e, 0x1005)->line, 7);
	assert_int_equal(pp_jitcode_line(&c, e, 0x1008)->line, 9);
	assert_string_equal(pp_strtab_get(&c.strings, pp_jitcode_line(&c, e, 0x1008)->file).p,
			    "/a.js");
	assert_null(pp_jitcode_line(&c, pp_jitcode_find(&c, 0x1005, 150), 0x1005));
	pp_jitcode_release(&c);

	/* with times of another clock, the last is right */
	pp_buf_clear(&b);
	make_dump(&b, 1, 0);
	assert_int_equal(read_dump(&c, &b, &err), 0);
	assert_string_equal(name_at(&c, 0x1005, 150), "new");
	pp_jitcode_release(&c);
}

/* A dump that is cut off has what comes before, wherever it is cut. */
static void test_dump_damage(void **state)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf b = PP_BUF_INIT;
	struct pp_jitcode c;
	struct pp_err err = PP_ERR_INIT;
	size_t all, last = 0;

	(void)state;
	make_dump(&b, 0, 0);
	all = b.n;
	for (b.n = 40; b.n <= all; b.n++) {
		assert_int_equal(read_dump(&c, &b, &err), 0);
		assert_true(c.n >= last && c.n <= 4);
		last = c.n;
		pp_jitcode_release(&c);
	}
	assert_int_equal(last, 4);
	b.n = 39;
	assert_int_equal(read_dump(&c, &b, &err), -1);
	assert_int_equal(err.kind, PP_ERR_FORMAT);
	pp_jitcode_release(&c);
	pp_buf_clear(&b);
	put_header(&b, 0x4454694A, 0);
	assert_int_equal(read_dump(&c, &b, &err), -1);
	assert_int_equal(err.kind, PP_ERR_UNSUPPORTED);
	pp_jitcode_release(&c);
}

static void test_dump_name(void **state)
{
	(void)state;
	assert_true(pp_jitdump_is_name(PP_STR_LIT("/tmp/jit-4711.dump")));
	assert_true(pp_jitdump_is_name(PP_STR_LIT("/home/a/.debug/jit/x/jit-1.dump")));
	assert_false(pp_jitdump_is_name(PP_STR_LIT("/tmp/jit-.dump")));
	assert_false(pp_jitdump_is_name(PP_STR_LIT("/tmp/jit-1.dump (deleted)")));
	assert_false(pp_jitdump_is_name(PP_STR_LIT("/tmp/perf-1.map")));
}

/* ---- Whose files are used ---- */

static void write_map(const char *path, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "1000 10 JS:*f /a.js:3:1\n", 24), 24);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void assert_refused(const struct pp_jit_process *p, enum pp_err_kind kind)
{
	struct pp_err err = PP_ERR_INIT;

	assert_null(pp_jit_open(p, PP_STR_LIT(""), &err));
	assert_int_equal(err.kind, kind);
}

static void test_own_files(void **state)
{
	PP_CLEANUP(pp_freep) char *path = pp_xasprintf("/tmp/perf-%d.map", getpid());
	struct pp_jit_process p;
	struct pp_jit_frame f;
	struct pp_err err = PP_ERR_INIT;
	struct pp_jit *jit;

	(void)state;
	unlink(path);
	assert_int_equal(pp_jit_process(&p, (uint32_t)getpid(), &err), 0);
	assert_int_equal(p.uid, geteuid());
	assert_refused(&p, PP_ERR_NOT_FOUND);
	write_map(path, 0644);
	jit = pp_jit_open(&p, PP_STR_LIT("/tmp/jit-999999999.dump"), &err);
	assert_non_null(jit);
	assert_true(pp_jit_find(jit, 0x1008, 5, &f));
	assert_str(f.name, "f");
	assert_str(f.system_name, "JS:*f /a.js:3:1");
	assert_str(f.file, "/a.js");
	assert_int_equal(f.line, 3);
	assert_int_equal(f.start, 0x1000);
	assert_false(pp_jit_find(jit, 0x1010, 5, &f));
	pp_jit_free(jit);

	write_map(path, 0666);
	assert_refused(&p, PP_ERR_PERMISSION);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0); /* nobody waits for a writer */
	assert_refused(&p, PP_ERR_PERMISSION);
	unlink(path);
	assert_int_equal(symlink("/proc/self/status", path), 0);
	assert_null(pp_jit_open(&p, PP_STR_LIT(""), &err));
	unlink(path);
	write_map(path, 0600);
	assert_int_equal(truncate(path, 1LL << 40), 0); /* nobody reads through a hole, either */
	assert_refused(&p, PP_ERR_LIMIT);
	unlink(path);
	if (geteuid() == 0) {
		write_map(path, 0600);
		assert_int_equal(chown(path, 65534, 65534), 0);
		assert_refused(&p, PP_ERR_PERMISSION);
		p.uid = 65534;
		jit = pp_jit_open(&p, PP_STR_LIT(""), &err);
		assert_non_null(jit);
		pp_jit_free(jit);
		unlink(path);
	}
	pp_jit_process_release(&p);
}

static void test_no_process(void **state)
{
	struct pp_jit_process p;
	struct pp_err err = PP_ERR_INIT;

	(void)state;
	assert_int_equal(pp_jit_process(&p, 0x7fffffff, &err), -1);
	assert_int_equal(err.kind, PP_ERR_NOT_FOUND);
	pp_jit_process_release(&p);
}

/* ---- Real programs ---- */

static const char script[] =
	"function leaf(n) { let s = 0; for (let i = 0; i < n; i++) s += i ^ n;\n"
	"  return s; }\n"
	"let t = 0; const end = Date.now() + 800;\n"
	"while (Date.now() < end) t += leaf(1000);\n"
	"console.log(process.pid);\n";

/* Run node with an option on the script, in a folder; its process id, or 0. */
static int run_node(const char *folder, const char *option)
{
	PP_CLEANUP(pp_freep) char *path = pp_xasprintf("%s/work.js", folder);
	PP_CLEANUP(pp_freep)
	char *line = pp_xasprintf("cd '%s' && ASAN_OPTIONS= node %s work.js 2>/dev/null; s=$?; "
				  "rm -f work.js isolate-*-v8.log; exit $s",
				  folder, option);
	FILE *f = fopen(path, "we");
	char answer[64] = "";
	struct pp_err err = PP_ERR_INIT;
	uint64_t pid;

	assert_non_null(f);
	assert_true(fputs(script, f) >= 0);
	assert_int_equal(fclose(f), 0);
	f = popen(line, "re"); /* pp-allow: a test, with a line of its own */
	assert_non_null(f);
	if (!fgets(answer, sizeof(answer), f))
		answer[0] = '\0';
	answer[strcspn(answer, "\n")] = '\0';
	return pclose(f) == 0 && pp_parse_u64(answer, 1, INT32_MAX, &pid, &err) == 0 ? (int)pid : 0;
}

static size_t count_leaf(const struct pp_jitcode *c, const char *file, size_t *lines)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf scratch = PP_BUF_INIT;
	size_t found = 0;

	*lines = 0;
	for (size_t i = 0; i < c->n; i++) {
		struct pp_str name = pp_strtab_get(&c->strings, c->entries[i].name);
		struct pp_jitname n = pp_jitname_parse(name, &scratch);

		found += pp_str_eq(n.function, PP_STR_LIT("leaf")) && n.line == 1 &&
			 pp_str_eq(pp_str_basename(n.file), pp_str_of(file));
		for (size_t k = 0; k < c->entries[i].nlines; k++) {
			const struct pp_jitline *l = &c->lines[c->entries[i].line + k];

			*lines += l->at >= c->entries[i].start && l->at < c->entries[i].limit;
		}
	}
	return found;
}

static void test_node(void **state)
{
	char folder[] = "/tmp/pyroprof-node-XXXXXX";
	PP_CLEANUP(pp_freep) char *path = NULL;
	struct pp_jitcode c;
	struct pp_file file;
	struct pp_err err = PP_ERR_INIT;
	size_t lines;
	int pid, fd;

	(void)state;
	assert_non_null(mkdtemp(folder));
	pid = run_node(folder, "--perf-basic-prof");
	if (!pid) {
		rmdir(folder);
		PP_SKIP("no node");
	}
	path = pp_xasprintf("/tmp/perf-%d.map", pid);
	assert_int_equal(pp_file_read_regular(&file, path, 1 << 30, &err), 0);
	pp_jitcode_init(&c);
	assert_int_equal(
		pp_perfmap_read(&c, (struct pp_str){(const char *)file.bytes, file.n}, &err), 0);
	assert_true(count_leaf(&c, "work.js", &lines) > 0);
	pp_jitcode_release(&c);
	pp_file_release(&file);
	unlink(path);
	free(path);

	pid = run_node(folder, "--perf-prof");
	assert_true(pid > 0);
	path = pp_xasprintf("%s/jit-%d.dump", folder, pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	pp_jitcode_init(&c);
	assert_int_equal(pp_jitdump_read(&c, fd, &err), 0);
	assert_true(count_leaf(&c, "work.js", &lines) > 0);
	assert_true(lines > 50 && lines >= c.nlines / 2);
	pp_jitcode_release(&c);
	close(fd);
	unlink(path);
	assert_int_equal(rmdir(folder), 0); /* no trace of it is left */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),	     cmocka_unit_test(test_map),
		cmocka_unit_test(test_map_overlaps), cmocka_unit_test(test_dump),
		cmocka_unit_test(test_dump_damage),  cmocka_unit_test(test_dump_name),
		cmocka_unit_test(test_own_files),    cmocka_unit_test(test_no_process),
		cmocka_unit_test(test_node),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
