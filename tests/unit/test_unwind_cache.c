/* SPDX-License-Identifier: Apache-2.0 */
/* The cache of unwind tables: what it keeps, what it refuses, and what it lets go. */
#include <config.h>

#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/compiler.h"
#include "image.h"
#include "unwind/cache.h"
#include "unwind/cache_file.h"

#define ID  "0123456789abcdef0123456789abcdef01234567"
#define MIB (1u << 20)

struct place {
	char dir[64];
	char cache[128]; /* dir/a/b, not there yet */
	char file[128];	 /* an ELF file with a table */
	int fd;
};

/* A file whose table has `rows` rows besides the last. */
static void write_file(struct place *p, const char *name, unsigned rows)
{
	const struct cie c = {0};
	struct image im = {0};
	struct pp_buf b, ins = PP_BUF_INIT;
	size_t cie = put_cie(&im.eh_frame, &c, 0);

	for (unsigned i = 1; i < rows; i++) {
		put_number(&ins, 0x41, 1);
		put_number(&ins, 0x0e, 1);
		put_number(&ins, i % 2 ? 16 : 8, 1);
	}
	put_fde(&im.eh_frame, &c, cie, IMAGE_CODE, 0x8000, ins.p ? ins.p : "", ins.n);
	b = image_make(&im);
	snprintf(p->file, sizeof(p->file), "%s/%s", p->dir, name);
	if (p->fd >= 0)
		close(p->fd);
	p->fd = open(p->file, O_RDWR | O_CREAT | O_TRUNC, 0644);
	assert_true(p->fd >= 0);
	assert_int_equal(write(p->fd, b.p, b.n), (ssize_t)b.n);
	assert_int_equal(fchmod(p->fd, 0644), 0);
	pp_buf_release(&b);
	pp_buf_release(&ins);
	image_release(&im);
}

static int set_up(void **state)
{
	struct place *p = pp_xcalloc(1, sizeof(*p));

	snprintf(p->dir, sizeof(p->dir), "/tmp/pp-cache-XXXXXX");
	if (!mkdtemp(p->dir))
		return -1;
	snprintf(p->cache, sizeof(p->cache), "%s/a/b", p->dir);
	p->fd = -1;
	write_file(p, "elf", 2);
	*state = p;
	return 0;
}

static void remove_all(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *d;

	while (dir && (d = readdir(dir)))
		if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
			remove_all(fd, d->d_name);
	if (dir)
		closedir(dir);
	unlinkat(at, name, dir ? AT_REMOVEDIR : 0);
}

static int tear_down(void **state)
{
	struct place *p = *state;

	close(p->fd);
	remove_all(AT_FDCWD, p->dir);
	free(p);
	return 0;
}

static struct pp_unwind_cache *open_cache(const struct place *p, uint64_t max)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_unwind_cache *c = pp_unwind_cache_open(p->cache, max, &err);

	if (!c)
		fail_msg("no cache: %s", err.msg);
	return c;
}

static void get(struct pp_unwind_cache *c, const char *id, int fd, struct pp_unwind_table *t)
{
	struct pp_err err = PP_ERR_INIT;

	if (pp_unwind_cache_get(c, pp_str_of(id), fd, t, &err) < 0)
		fail_msg("no table: %s", err.msg);
}

/* Get a table and drop it; returns how many rows it had. */
static size_t rows_of(struct pp_unwind_cache *c, const char *id, int fd)
{
	struct pp_unwind_table t;
	size_t n;

	get(c, id, fd, &t);
	n = t.nrows;
	pp_unwind_table_release(&t);
	return n;
}

/* How many files the cache has; `name` gets one of them. */
static int files_in(const struct place *p, char name[300])
{
	DIR *dir = opendir(p->cache);
	struct dirent *d;
	int n = 0;

	assert_non_null(dir);
	while ((d = readdir(dir))) {
		if (d->d_name[0] == '.')
			continue;
		n++;
		if (name)
			snprintf(name, 300, "%s/%.160s", p->cache, d->d_name);
	}
	closedir(dir);
	return n;
}

/* Damage the ELF file, so that what still gives a table is the cache. */
static void break_file(const struct place *p)
{
	assert_int_equal(pwrite(p->fd, "gone", 4, 0), 4);
}

static bool is_broken(struct pp_unwind_cache *c, const struct place *p)
{
	struct pp_unwind_table t;
	struct pp_err err = PP_ERR_INIT;
	int rc = pp_unwind_cache_get(c, PP_STR_LIT(ID), p->fd, &t, &err);

	pp_unwind_table_release(&t);
	return rc < 0;
}

/* ---- What it keeps ---- */

static void test_a_table_is_kept(void **state)
{
	struct place *p = *state;
	struct pp_unwind_cache *c = open_cache(p, MIB);
	struct pp_unwind_table made, kept;
	char name[300];
	struct stat st;

	get(c, ID, p->fd, &made);
	assert_int_equal(files_in(p, name), 1);
	assert_int_equal(stat(name, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(stat(p->cache, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	break_file(p);
	get(c, ID, p->fd, &kept);
	assert_int_equal(kept.nrows, made.nrows);
	assert_memory_equal(kept.rows, made.rows, made.nrows * sizeof(*made.rows));
	assert_int_equal(kept.base, made.base);
	assert_int_equal(kept.machine, made.machine);
	assert_memory_equal(&kept.counts, &made.counts, sizeof(made.counts));
	pp_unwind_table_release(&made);
	pp_unwind_table_release(&kept);
	pp_unwind_cache_close(c);
}

static void test_what_is_not_kept(void **state)
{
	static const char *const ids[] = {"", "../../etc/x", "xyz", "ab/cd", "ab.cd"};
	struct place *p = *state;
	struct pp_unwind_cache *c = open_cache(p, MIB);
	char longest[131];

	memset(longest, 'a', sizeof(longest));
	longest[129] = '\0';
	for (size_t i = 0; i < PP_ARRAY_LEN(ids); i++)
		assert_int_equal(rows_of(c, ids[i], p->fd), 3);
	assert_int_equal(rows_of(c, longest, p->fd), 3);
	assert_int_equal(rows_of(NULL, ID, p->fd), 3);
	assert_int_equal(fchmod(p->fd, 0666), 0); /* anybody may say what its build id is */
	assert_int_equal(rows_of(c, ID, p->fd), 3);
	if (geteuid() == 0) {
		assert_int_equal(fchmod(p->fd, 0644), 0);
		assert_int_equal(fchown(p->fd, 4711, 4711), 0);
		assert_int_equal(rows_of(c, ID, p->fd), 3);
	}
	assert_int_equal(files_in(p, NULL), 0);
	pp_unwind_cache_close(c);
}

static void test_an_empty_table_is_kept(void **state)
{
	struct place *p = *state;
	struct pp_unwind_cache *c = open_cache(p, MIB);
	struct image im = {0};
	struct pp_buf b = image_make(&im);

	assert_int_equal(ftruncate(p->fd, 0), 0);
	assert_int_equal(pwrite(p->fd, b.p, b.n, 0), (ssize_t)b.n);
	assert_int_equal(rows_of(c, ID, p->fd), 0);
	break_file(p);
	assert_int_equal(rows_of(c, ID, p->fd), 0);
	pp_buf_release(&b);
	pp_unwind_cache_close(c);
}

/* ---- What it refuses ---- */

static void patch(const char *name, const void *bytes, size_t n, off_t at)
{
	int fd = open(name, O_RDWR);

	assert_true(fd >= 0);
	if (at < 0)
		at += lseek(fd, 0, SEEK_END);
	assert_int_equal(pwrite(fd, bytes, n, at), (ssize_t)n);
	close(fd);
}

static void test_damaged_files_are_refused(void **state)
{
	static const struct {
		const char *what;
		off_t at;
		uint64_t value;
		size_t n;
	} cases[] = {
		{"magic", 0, 0, 4},	  {"version", 8, 99, 4},
		{"machine", 12, 3, 4},	  {"base", 16, 1, 8},
		{"more rows", 24, 4, 8},  {"far too many", 24, 1ull << 60, 8},
		{"fewer rows", 24, 1, 8}, {"name", 60, 'f', 1},
		{"a row", -16, 7, 8},	  {"the sum", -32, 0, 8},
	};
	struct place *p = *state;

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_unwind_cache *c = open_cache(p, MIB);
		char name[300];

		write_file(p, "elf", 2);
		assert_int_equal(rows_of(c, ID, p->fd), 3);
		assert_int_equal(files_in(p, name), 1);
		patch(name, &cases[i].value, cases[i].n, cases[i].at);
		PP_CHECK_MSG(rows_of(c, ID, p->fd) == 3, cases[i].what); /* and is put right */
		patch(name, &cases[i].value, cases[i].n, cases[i].at);
		break_file(p);
		PP_CHECK_MSG(is_broken(c, p), cases[i].what);
		pp_unwind_cache_close(c);
	}
}

/* With the right sum: made by a program of ours that has an error, or by an enemy who is us. */
static void test_rows_that_are_none_are_refused(void **state)
{
	static const struct {
		const char *what;
		struct pp_unwind_row rows[3];
		bool fine;
	} cases[] = {
		{"fine", {{0, 1, 0, PP_CFA_SP}, {1, 2, 0, PP_CFA_SP}, {2, 0, 0, 0}}, true},
		{"not ascending",
		 {{0, 1, 0, PP_CFA_SP}, {0, 2, 0, PP_CFA_SP}, {2, 0, 0, 0}},
		 false},
		{"descending", {{5, 1, 0, PP_CFA_SP}, {4, 2, 0, PP_CFA_SP}, {6, 0, 0, 0}}, false},
		{"the last kind there is",
		 {{0, 1, 0, PP_CFA_RULES - 1}, {1, 2, 0, PP_CFA_SP}, {2, 0, 0, 0}},
		 true},
		{"an unknown kind",
		 {{0, 1, 0, PP_CFA_RULES}, {1, 2, 0, PP_CFA_SP}, {2, 0, 0, 0}},
		 false},
		{"no end",
		 {{0, 1, 0, PP_CFA_SP}, {1, 2, 0, PP_CFA_SP}, {2, 1, 0, PP_CFA_SP}},
		 false},
	};
	struct place *p = *state;
	char name[PP_UNWIND_CACHE_NAME] = ID ".100";

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_unwind_row rows[3];
		struct pp_unwind_table t = {.rows = rows, .nrows = 3, .machine = 62}, back;

		memcpy(rows, cases[i].rows, sizeof(rows));
		assert_int_equal(ftruncate(p->fd, 0), 0);
		assert_int_equal(lseek(p->fd, 0, SEEK_SET), 0);
		assert_true(pp_unwind_cache_file_write(p->fd, name, &t));
		PP_CHECK_MSG(pp_unwind_cache_file_read(p->fd, pp_unwind_cache_file_size(&t), name,
						       &back) == cases[i].fine,
			     cases[i].what);
		pp_unwind_table_release(&back);
		assert_false(pp_unwind_cache_file_read(p->fd, pp_unwind_cache_file_size(&t) - 1,
						       name, &back));
	}
}

static void test_files_of_others_are_refused(void **state)
{
	struct place *p = *state;
	struct pp_unwind_cache *c = open_cache(p, MIB);
	char name[300], other[300];

	assert_int_equal(rows_of(c, ID, p->fd), 3);
	assert_int_equal(files_in(p, name), 1);
	break_file(p);
	assert_false(is_broken(c, p));
	assert_int_equal(chmod(name, 0666), 0); /* could have been written by anybody */
	assert_true(is_broken(c, p));
	assert_int_equal(chmod(name, 0600), 0);
	if (geteuid() == 0) {
		assert_int_equal(chown(name, 4711, 4711), 0);
		assert_true(is_broken(c, p));
		assert_int_equal(chown(name, 0, 0), 0);
	}
	assert_false(is_broken(c, p));
	snprintf(other, sizeof(other), "%s/other", p->dir); /* behind a link */
	assert_int_equal(rename(name, other), 0);
	assert_int_equal(symlink(other, name), 0);
	assert_true(is_broken(c, p));
	assert_int_equal(unlink(name), 0);
	assert_int_equal(mkfifo(name, 0600), 0); /* would make us wait */
	assert_true(is_broken(c, p));
	pp_unwind_cache_close(c);
}

static void test_folders_of_others_are_refused(void **state)
{
	struct place *p = *state;
	struct pp_err err = PP_ERR_INIT;
	char link[160];

	pp_unwind_cache_close(open_cache(p, MIB));
	assert_int_equal(chmod(p->cache, 0770), 0);
	assert_null(pp_unwind_cache_open(p->cache, MIB, &err));
	assert_int_equal(err.kind, PP_ERR_PERMISSION);
	assert_int_equal(chmod(p->cache, 0700), 0);
	if (geteuid() == 0) {
		assert_int_equal(chown(p->cache, 4711, 4711), 0);
		assert_null(pp_unwind_cache_open(p->cache, MIB, &err));
		assert_int_equal(chown(p->cache, 0, 0), 0);
	}
	snprintf(link, sizeof(link), "%s/link", p->dir);
	assert_int_equal(symlink(p->cache, link), 0);
	assert_null(pp_unwind_cache_open(link, MIB, &err));
	assert_null(pp_unwind_cache_open(p->file, MIB, &err));
	assert_null(pp_unwind_cache_open("", MIB, &err));
	snprintf(link, sizeof(link), "%s/elf/x", p->dir);
	assert_null(pp_unwind_cache_open(link, MIB, &err));
}

static void test_a_cache_that_cannot_write(void **state)
{
	struct place *p = *state;
	struct pp_unwind_cache *c = open_cache(p, MIB);

	assert_int_equal(rmdir(p->cache), 0); /* under our feet */
	assert_int_equal(rows_of(c, ID, p->fd), 3);
	assert_int_equal(rows_of(c, ID, p->fd), 3);
	pp_unwind_cache_close(c);
}

/* ---- What it lets go ---- */

static void test_the_oldest_go(void **state)
{
	enum { ROWS = 1000, FILES = 40, MAX = 100000 };
	struct place *p = *state;
	struct pp_unwind_cache *c = open_cache(p, MAX);
	char name[300], mine[300], stale[300];
	struct timespec old[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
	struct stat st;
	int fd;

	write_file(p, "elf", ROWS);
	assert_int_equal(fstat(p->fd, &st), 0);
	snprintf(mine, sizeof(mine), "%s/keep-me", p->cache);
	fd = open(mine, O_CREAT | O_WRONLY, 0600);
	close(fd);
	snprintf(stale, sizeof(stale), "%s/new-1-1", p->cache);
	fd = open(stale, O_CREAT | O_WRONLY, 0600);
	assert_int_equal(futimens(fd, old), 0);
	close(fd);
	assert_int_equal(rows_of(c, "aa", p->fd), ROWS + 1);
	for (int i = 0; i < FILES; i++) {
		char id[16];

		snprintf(id, sizeof(id), "bb%02d", i);
		assert_int_equal(rows_of(c, id, p->fd), ROWS + 1);
		snprintf(name, sizeof(name), "%s/%s.%llx", p->cache, id,
			 (unsigned long long)st.st_size);
		assert_int_equal(utimensat(AT_FDCWD, name, old, 0), 0);
		assert_int_equal(rows_of(c, "aa", p->fd), ROWS + 1); /* used all the time */
	}
	assert_in_range(files_in(p, NULL), MAX / 2 / (ROWS * 8), MAX / (ROWS * 8) + 1);
	assert_int_equal(access(mine, F_OK), 0); /* not ours to remove */
	assert_int_equal(access(stale, F_OK), -1);
	snprintf(name, sizeof(name), "%s/aa.%llx", p->cache, (unsigned long long)st.st_size);
	assert_int_equal(access(name, F_OK), 0);
	pp_unwind_cache_close(c);
}

static void test_one_that_is_too_big(void **state)
{
	struct place *p = *state;
	struct pp_unwind_cache *c = open_cache(p, 10000);

	write_file(p, "elf", 1000);
	assert_int_equal(rows_of(c, ID, p->fd), 1001);
	assert_int_equal(files_in(p, NULL), 0);
	pp_unwind_cache_close(c);
}

/* ---- At the same time ---- */

struct worker {
	struct pp_unwind_cache *c;
	const struct place *p;
	bool ok;
};

static void *work(void *arg)
{
	struct worker *w = arg;

	w->ok = true;
	for (int i = 0; i < 200; i++) {
		struct pp_unwind_table t;
		struct pp_err err = PP_ERR_INIT;
		char id[16];

		snprintf(id, sizeof(id), "cc%02d", i % 20);
		if (pp_unwind_cache_get(w->c, pp_str_of(id), w->p->fd, &t, &err) < 0 ||
		    t.nrows != 501)
			w->ok = false;
		pp_unwind_table_release(&t);
	}
	return NULL;
}

static void test_threads_and_other_processes(void **state)
{
	struct place *p = *state;
	struct worker w[4];
	pthread_t threads[4];
	struct pp_unwind_cache *c[2] = {open_cache(p, 40000), open_cache(p, 40000)};

	write_file(p, "elf", 500);
	for (int i = 0; i < 4; i++) {
		w[i] = (struct worker){.c = c[i % 2], .p = p};
		assert_int_equal(pthread_create(&threads[i], NULL, work, &w[i]), 0);
	}
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		assert_true(w[i].ok);
	}
	pp_unwind_cache_close(c[0]);
	pp_unwind_cache_close(c[1]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_table_is_kept),
		TEST(test_what_is_not_kept),
		TEST(test_an_empty_table_is_kept),
		TEST(test_damaged_files_are_refused),
		TEST(test_rows_that_are_none_are_refused),
		TEST(test_files_of_others_are_refused),
		TEST(test_folders_of_others_are_refused),
		TEST(test_a_cache_that_cannot_write),
		TEST(test_the_oldest_go),
		TEST(test_one_that_is_too_big),
		TEST(test_threads_and_other_processes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
