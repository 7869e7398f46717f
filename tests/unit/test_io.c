/* SPDX-License-Identifier: Apache-2.0 */
/* io/: gzip, whole files, atomic replacement, the output sink, JSON and CSV. */
#include <config.h>

#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/compiler.h"
#include "io/atomic.h"
#include "io/crc32.h"
#include "io/file.h"
#include "io/gzip.h"
#include "io/json.h"
#include "io/out.h"

#define LIMIT (1u << 20)

/* Each test runs in an empty directory of its own. */
struct scratch {
	char path[32];
	int home;
};

static int enter_scratch(void **state)
{
	struct scratch *s = pp_xcalloc(1, sizeof(*s));

	snprintf(s->path, sizeof(s->path), "/tmp/pp-io-XXXXXX");
	s->home = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*state = s;
	return s->home < 0 || !mkdtemp(s->path) || chdir(s->path) < 0 ? -1 : 0;
}

static int leave_scratch(void **state)
{
	struct scratch *s = *state;
	DIR *dir = opendir(s->path);

	for (struct dirent *e = dir ? readdir(dir) : NULL; e; e = readdir(dir))
		unlink(e->d_name);
	if (dir)
		closedir(dir);
	int rc = fchdir(s->home) < 0 || rmdir(s->path) < 0;
	close(s->home);
	free(s);
	return rc;
}

static void put(const char *path, const void *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), (ssize_t)n);
	close(fd);
}

static void assert_holds(const char *path, const char *text)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_file f;

	if (pp_file_read(&f, path, LIMIT, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(f.n, strlen(text));
	if (f.n)
		assert_memory_equal(f.bytes, text, f.n);
	pp_file_release(&f);
}

static int count_entries(void)
{
	DIR *dir = opendir(".");
	int n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n - 2;
}

/* `n` bytes that compress a little, seeded: the same in every run. */
static uint8_t *make_bytes(size_t n)
{
	uint8_t *p = pp_xcalloc(n, 1);
	uint32_t x = 1;

	for (size_t i = 0; i < n; i++) {
		x = x * 1664525 + 1013904223;
		p[i] = (uint8_t)(x >> 28);
	}
	return p;
}

static void gzip_round_trip(void **state)
{
	static const size_t sizes[] = {0, 1, 1000, 65536, 300000};

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(sizes); i++) {
		PP_CLEANUP(pp_freep) uint8_t *raw = make_bytes(sizes[i]);
		PP_CLEANUP(pp_freep) uint8_t *packed = NULL;
		PP_CLEANUP(pp_freep) uint8_t *out = NULL;
		struct pp_err err = PP_ERR_INIT;
		size_t packed_n, out_n;

		pp_gzip_deflate(raw, sizes[i], &packed, &packed_n);
		assert_true(pp_gzip_is(packed, packed_n));
		assert_int_equal(pp_gzip_inflate(packed, packed_n, LIMIT, &out, &out_n, &err), 0);
		assert_int_equal(out_n, sizes[i]);
		if (out_n)
			assert_memory_equal(out, raw, out_n);
	}
}

static void gzip_reads_several_members(void **state)
{
	PP_CLEANUP(pp_freep) uint8_t *one = NULL, *two = NULL, *out = NULL;
	struct pp_err err = PP_ERR_INIT;
	size_t one_n, two_n, out_n;
	uint8_t both[256];

	(void)state;
	pp_gzip_deflate((const uint8_t *)"first ", 6, &one, &one_n);
	pp_gzip_deflate((const uint8_t *)"second", 6, &two, &two_n);
	assert_true(one_n + two_n <= sizeof(both));
	memcpy(both, one, one_n);
	memcpy(both + one_n, two, two_n);
	assert_int_equal(pp_gzip_inflate(both, one_n + two_n, LIMIT, &out, &out_n, &err), 0);
	assert_int_equal(out_n, 12);
	assert_memory_equal(out, "first second", 12);
}

static void gzip_refuses_every_truncation(void **state)
{
	PP_CLEANUP(pp_freep) uint8_t *packed = NULL;
	size_t packed_n;

	(void)state;
	pp_gzip_deflate((const uint8_t *)"hello hello hello", 17, &packed, &packed_n);
	for (size_t n = 1; n < packed_n; n++) {
		PP_CLEANUP(pp_freep) uint8_t *cut = pp_xcalloc(n, 1);
		struct pp_err err = PP_ERR_INIT;
		uint8_t *out = NULL;
		size_t out_n;

		memcpy(cut, packed, n);
		assert_int_equal(pp_gzip_inflate(cut, n, LIMIT, &out, &out_n, &err), -1);
		assert_int_equal(err.kind, PP_ERR_FORMAT);
		assert_null(out);
	}
}

static void gzip_refuses_every_flipped_checksum_bit(void **state)
{
	PP_CLEANUP(pp_freep) uint8_t *packed = NULL;
	size_t packed_n;

	(void)state;
	pp_gzip_deflate((const uint8_t *)"hello hello hello", 17, &packed, &packed_n);
	for (size_t bit = 0; bit < 64; bit++) {
		struct pp_err err = PP_ERR_INIT;
		uint8_t *out = NULL, *at = packed + packed_n - 8 + bit / 8;
		size_t out_n;

		*at ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(pp_gzip_inflate(packed, packed_n, LIMIT, &out, &out_n, &err), -1);
		assert_int_equal(err.kind, PP_ERR_FORMAT);
		*at ^= (uint8_t)(1u << bit % 8);
	}
}

static void gzip_keeps_the_limit(void **state)
{
	PP_CLEANUP(pp_freep) uint8_t *zeros = pp_xcalloc(LIMIT, 1);
	PP_CLEANUP(pp_freep) uint8_t *packed = NULL;
	struct pp_err err = PP_ERR_INIT;
	uint8_t *out = NULL;
	size_t packed_n, out_n;

	(void)state;
	pp_gzip_deflate(zeros, LIMIT, &packed, &packed_n);
	assert_int_equal(pp_gzip_inflate(packed, packed_n, LIMIT - 1, &out, &out_n, &err), -1);
	assert_int_equal(err.kind, PP_ERR_LIMIT);
	assert_null(out);
	assert_int_equal(pp_gzip_inflate(packed, packed_n, LIMIT, &out, &out_n, &err), 0);
	assert_int_equal(out_n, LIMIT);
	free(out);
}

static void file_reads_what_is_there(void **state)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_file f;

	(void)state;
	put("plain", "some bytes", 10);
	put("empty", "", 0);
	assert_holds("plain", "some bytes");
	assert_holds("empty", "");
	/* a size of 0 in stat, and bytes all the same */
	assert_int_equal(pp_file_read(&f, "/proc/self/status", LIMIT, &err), 0);
	assert_true(f.n > 100 && !f.mapped);
	assert_memory_equal(f.bytes, "Name:", 5);
	pp_file_release(&f);
}

static void file_refuses(void **state)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_file f;

	(void)state;
	assert_int_equal(pp_file_read(&f, "missing", LIMIT, &err), -1);
	assert_int_equal(err.kind, PP_ERR_NOT_FOUND);
	assert_string_equal(err.msg, "cannot read 'missing': No such file or directory");
	assert_int_equal(pp_file_read(&f, ".", LIMIT, &err), -1);
	assert_int_equal(err.kind, PP_ERR_IO);
	put("big", "0123456789", 10);
	assert_int_equal(pp_file_read(&f, "big", 9, &err), -1);
	assert_int_equal(err.kind, PP_ERR_LIMIT);
	assert_int_equal(pp_file_read(&f, "/dev/zero", 4096, &err), -1);
	assert_int_equal(err.kind, PP_ERR_LIMIT);
	pp_file_release(&f);
}

static void file_reads_small_text(void **state)
{
	char out[6];

	(void)state;
	put("text", "0123456789", 10);
	assert_int_equal(pp_file_read_text("text", out, sizeof(out)), 5);
	assert_string_equal(out, "01234");
	errno = 0;
	assert_int_equal(pp_file_read_text("missing", out, sizeof(out)), -1);
	assert_int_equal(errno, ENOENT);
	assert_string_equal(out, "");
}

static void atomic_replaces(void **state)
{
	struct pp_err err = PP_ERR_INIT;
	mode_t mask = umask(027);
	struct stat st;

	(void)state;
	assert_int_equal(pp_atomic_write("out", "one", 3, false, &err), 0);
	assert_holds("out", "one");
	assert_int_equal(stat("out", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	umask(mask);
	assert_int_equal(pp_atomic_write("out", "two", 3, true, &err), 0);
	assert_int_equal(pp_atomic_write("out", "three", 5, true, &err), 0);
	assert_holds("out", "three");
	assert_holds("out.old", "two");
	assert_int_equal(pp_atomic_write("out", "", 0, false, &err), 0);
	assert_holds("out", "");
	assert_holds("out.old", "two");
	assert_int_equal(count_entries(), 2);
}

static void atomic_leaves_nothing_behind_on_failure(void **state)
{
	struct pp_err err = PP_ERR_INIT;

	(void)state;
	assert_int_equal(pp_atomic_write("no/such/dir", "x", 1, false, &err), -1);
	assert_int_equal(err.kind, PP_ERR_NOT_FOUND);
	assert_int_equal(mkdir("dir", 0755), 0);
	assert_int_equal(pp_atomic_write("dir", "x", 1, false, &err), -1);
	assert_int_equal(pp_atomic_check("dir", false, &err), -1);
	assert_int_equal(pp_atomic_check("no/such/dir", false, &err), -1);
	assert_int_equal(pp_atomic_check("fresh", true, &err), 0);
	assert_int_equal(count_entries(), 1);
	assert_int_equal(rmdir("dir"), 0);
}

static void atomic_takes_the_longest_names(void **state)
{
	struct pp_err err = PP_ERR_INIT;
	char name[257];

	(void)state;
	memset(name, 'n', sizeof(name));
	name[255] = '\0';
	assert_int_equal(pp_atomic_check(name, false, &err), 0);
	assert_int_equal(pp_atomic_write(name, "long", 4, false, &err), 0);
	assert_holds(name, "long");
	assert_int_equal(count_entries(), 1);
	assert_int_equal(unlink(name), 0);
	name[255] = 'n';
	name[256] = '\0';
	assert_int_equal(pp_atomic_check(name, false, &err), -1);
	assert_non_null(strstr(err.msg, "File name too long"));
}

static void atomic_keeps_no_old_one_in_place_of_a_folder(void **state)
{
	struct pp_err err = PP_ERR_INIT;

	(void)state;
	assert_int_equal(mkdir("p.old", 0755), 0);
	assert_int_equal(pp_atomic_check("p", true, &err), -1);
	assert_string_equal(err.msg, "cannot write 'p': 'p.old' is a directory");
	assert_int_equal(pp_atomic_check("p", false, &err), 0);
	assert_int_equal(rmdir("p.old"), 0);
}

/* A limit is an error like others, not the end of the process. */
static void atomic_leaves_nothing_behind_at_a_limit(void **state)
{
	struct pp_err err = PP_ERR_INIT;
	struct rlimit old, small;
	sigset_t pending;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = (struct rlimit){2, old.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	int rc = pp_atomic_write("limited", "0123", 4, false, &err);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(rc, -1);
	assert_string_equal(err.msg, "cannot write 'limited': File too large");
	assert_int_equal(count_entries(), 0);
	assert_int_equal(sigpending(&pending), 0);
	assert_int_equal(sigismember(&pending, SIGXFSZ), 0);
}

static void atomic_writes_into_devices(void **state)
{
	struct pp_err err = PP_ERR_INIT;
	struct stat st;

	(void)state;
	assert_int_equal(pp_atomic_write("/dev/null", "x", 1, true, &err), 0);
	assert_int_equal(stat("/dev/null", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	assert_int_equal(pp_atomic_write("/dev/full", "x", 1, false, &err), -1);
	assert_string_equal(err.msg, "cannot write '/dev/full': No space left on device");
	assert_true(pp_atomic_is_stream("/dev/null"));
	assert_true(pp_atomic_is_stream("-"));
	assert_false(pp_atomic_is_stream("/"));
	assert_false(pp_atomic_is_stream("/no/such/file"));
}

static void out_reports_a_failed_write(void **state)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_out o;
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void)state;
	pp_out_init_fd(&o, fd);
	for (int i = 0; i < 100000; i++)
		pp_out_text(&o, "more than one buffer ");
	assert_int_equal(pp_out_finish(&o, "standard output", &err), -1);
	assert_string_equal(err.msg, "cannot write to standard output: No space left on device");
	close(fd);
}

static void out_writes_all(void **state)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_out o;
	struct stat st;
	int fd = open("out", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	(void)state;
	pp_out_init_fd(&o, fd);
	for (int i = 0; i < 20000; i++)
		pp_out_fmt(&o, "%09d\n", i);
	pp_out_fmt(&o, "%2000s", "x");
	assert_int_equal(pp_out_finish(&o, "out", &err), 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, 200000 + 2000);
	close(fd);
}

/* What `write` left in memory, as text. */
static void assert_out(struct pp_out *o, const char *text)
{
	struct pp_err err = PP_ERR_INIT;

	pp_buf_char(&o->buf, '\0');
	assert_string_equal(o->buf.p, text);
	assert_int_equal(pp_out_finish(o, "memory", &err), 0);
}

static void out_makes_names_safe(void **state)
{
	struct pp_out o;

	(void)state;
	pp_out_init_mem(&o);
	pp_out_safe(&o, PP_STR_LIT("a\x1b[31m\n\xff \xc3\xa9 \xe2\x80\xae \xc2\x9b <>"));
	assert_out(&o, "a\\x1b[31m\\x0a\\xff \xc3\xa9 \\u{202e} \\u{009b} <>");
}

static void out_quotes_csv(void **state)
{
	struct pp_out o;

	(void)state;
	pp_out_init_mem(&o);
	pp_out_csv(&o, PP_STR_LIT("plain"));
	pp_out_char(&o, ',');
	pp_out_csv(&o, PP_STR_LIT("a,b"));
	pp_out_char(&o, ',');
	pp_out_csv(&o, PP_STR_LIT("say \"x\"\n"));
	pp_out_csv(&o, (struct pp_str){NULL, 0});
	assert_out(&o, "plain,\"a,b\",\"say \"\"x\"\"\\x0a\"");
}

static void json_writes_documents(void **state)
{
	struct pp_json j;
	struct pp_out o;

	(void)state;
	pp_out_init_mem(&o);
	pp_json_init(&j, &o);
	pp_json_open(&j, '{');
	pp_json_key(&j, "s");
	pp_json_str(&j, PP_STR_LIT("a\"\\\n\xff<\xe2\x80\xae\xc3\xa9"));
	pp_json_key(&j, "list");
	pp_json_open(&j, '[');
	pp_json_int(&j, INT64_MIN);
	pp_json_double(&j, 0.1);
	pp_json_double(&j, (double)NAN);
	pp_json_bool(&j, true);
	pp_json_close(&j, ']');
	pp_json_key(&j, "none");
	pp_json_open(&j, '{');
	pp_json_close(&j, '}');
	pp_json_close(&j, '}');
	assert_out(&o, "{\n"
		       "  \"s\": \"a\\\"\\\\\\u000a\\ufffd\\u003c\\u202e\xc3\xa9\",\n"
		       "  \"list\": [\n"
		       "    -9223372036854775808,\n"
		       "    0.1,\n"
		       "    null,\n"
		       "    true\n"
		       "  ],\n"
		       "  \"none\": {}\n"
		       "}\n");
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, enter_scratch, leave_scratch)

/* RFC 3720, B.4, and the check value of every list of checksums. */
static void crc32c_of_known_bytes(void **state)
{
	(void)state;
	uint8_t bytes[32] = {0};

	assert_int_equal(pp_crc32c("", 0), 0);
	assert_int_equal(pp_crc32c("123456789", 9), 0xe3069283);
	assert_int_equal(pp_crc32c(bytes, sizeof(bytes)), 0x8a9136aa);
	memset(bytes, 0xff, sizeof(bytes));
	assert_int_equal(pp_crc32c(bytes, sizeof(bytes)), 0x62a8ab43);
	for (uint8_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = i;
	assert_int_equal(pp_crc32c(bytes, sizeof(bytes)), 0x46dd794e);
	for (uint8_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = 31 - i;
	assert_int_equal(pp_crc32c(bytes, sizeof(bytes)), 0x113fdb5c);
}

static uint32_t crc32c_by_bits(const uint8_t *p, size_t n)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < 8 * n; i++) {
		crc ^= p[i / 8] >> i % 8 & 1;
		crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	return ~crc;
}

/* Of any length, from any address. */
static void crc32c_is_that_of_single_bits(void **state)
{
	(void)state;
	uint8_t bytes[100];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * i * 7 + 3);
	for (size_t at = 0; at < 16; at++) {
		for (size_t n = 0; at + n <= sizeof(bytes); n++)
			assert_int_equal(pp_crc32c(bytes + at, n), crc32c_by_bits(bytes + at, n));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gzip_round_trip),
		cmocka_unit_test(gzip_reads_several_members),
		cmocka_unit_test(gzip_refuses_every_truncation),
		cmocka_unit_test(gzip_refuses_every_flipped_checksum_bit),
		cmocka_unit_test(gzip_keeps_the_limit),
		IN_SCRATCH(file_reads_what_is_there),
		IN_SCRATCH(file_refuses),
		IN_SCRATCH(file_reads_small_text),
		IN_SCRATCH(atomic_replaces),
		IN_SCRATCH(atomic_leaves_nothing_behind_on_failure),
		IN_SCRATCH(atomic_takes_the_longest_names),
		IN_SCRATCH(atomic_keeps_no_old_one_in_place_of_a_folder),
		IN_SCRATCH(atomic_leaves_nothing_behind_at_a_limit),
		IN_SCRATCH(atomic_writes_into_devices),
		cmocka_unit_test(out_reports_a_failed_write),
		IN_SCRATCH(out_writes_all),
		cmocka_unit_test(out_makes_names_safe),
		cmocka_unit_test(out_quotes_csv),
		cmocka_unit_test(json_writes_documents),
		cmocka_unit_test(crc32c_of_known_bytes),
		cmocka_unit_test(crc32c_is_that_of_single_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
