/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/: the names of windows, and the table of record --stats. */
#include <config.h>

#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "cmd/record_stats.h"
#include "cmd/window_name.h"
#include "unwind/frame.h"

#define NOON 1700049600 /* 2023-11-15 12:00:00 UTC */

/* ---- names of windows ---- */

static int enter_directory(void **state)
{
	char path[] = "/tmp/pyroprof-unit-XXXXXX";

	if (!mkdtemp(path) || chdir(path))
		return -1;
	*state = strdup(path);
	return 0;
}

static int leave_directory(void **state)
{
	static const char *const made[] = {"p-20231115T120000.pb.gz", "fix-1.gz", "fix.gz"};

	for (size_t i = 0; i < PP_ARRAY_LEN(made); i++)
		unlink(made[i]);
	int rc = rmdir(*state);
	free(*state);
	return rc;
}

static const char *next(struct pp_window_name *n, int64_t seconds)
{
	return pp_window_name_next(n, (NOON + seconds) * PP_NSEC_PER_SEC + 999999999);
}

static void touch(const char *name)
{
	close(open(name, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
}

static void windows_by_time(void **state PP_UNUSED)
{
	struct pp_window_name n;
	struct pp_err err = PP_ERR_INIT;

	assert_int_equal(pp_window_name_init(&n, "p-%Y%m%dT%H%M%S.pb.gz", &err), 0);
	assert_string_equal(next(&n, 0), "p-20231115T120000.pb.gz");
	assert_string_equal(next(&n, 10), "p-20231115T120010.pb.gz");
	assert_string_equal(next(&n, 86400), "p-20231116T120000.pb.gz");
	/* not written yet, but taken */
	assert_string_equal(next(&n, 86400), "p-20231116T120000-1.pb.gz");
	assert_string_equal(next(&n, 86400), "p-20231116T120000-2.pb.gz");
	touch("p-20231115T120000.pb.gz");
	assert_string_equal(next(&n, 0), "p-20231115T120000-1.pb.gz");
	pp_window_name_release(&n);
}

static void windows_without_time(void **state PP_UNUSED)
{
	struct pp_window_name n;
	struct pp_err err = PP_ERR_INIT;

	assert_int_equal(pp_window_name_init(&n, "fix.gz", &err), 0);
	assert_string_equal(next(&n, 0), "fix.gz");
	touch("fix-1.gz");
	assert_string_equal(next(&n, 10), "fix-2.gz");
	assert_string_equal(next(&n, 20), "fix-3.gz");
	pp_window_name_release(&n);
}

static void windows_extensions(void **state PP_UNUSED)
{
	static const struct {
		const char *pattern, *second;
	} cases[] = {
		{"a.b/c", "a.b/c-1"},
		{"a.b/.c", "a.b/.c-1"},
		{"./x.pb.gz", "./x-1.pb.gz"},
		{"%%%d", "%15-1"},
		{"%F", "2023-11-15-1"},
		{"%H:%M.gz", "12:00-1.gz"},
		{"/dev/full/x%s.gz", "/dev/full/x1700049600-1.gz"},
	};
	struct pp_window_name n;
	struct pp_err err = PP_ERR_INIT;

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		assert_int_equal(pp_window_name_init(&n, cases[i].pattern, &err), 0);
		next(&n, 0);
		assert_string_equal(next(&n, 0), cases[i].second);
		pp_window_name_release(&n);
	}
}

static void windows_bad_patterns(void **state PP_UNUSED)
{
	static const char *const bad[] = {"%", "a%", "%Q", "%D", "%n", "%Ey", "%-d", "x%%%"};
	struct pp_window_name n;
	struct pp_err err = PP_ERR_INIT;

	for (size_t i = 0; i < PP_ARRAY_LEN(bad); i++) {
		PP_CHECK_MSG(pp_window_name_init(&n, bad[i], &err) == -1, bad[i]);
		assert_int_equal(err.kind, PP_ERR_USAGE);
	}
}

/* ---- statistics ---- */

static void line_is(const uint64_t *ends, const char *expected)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf out = PP_BUF_INIT;

	pp_buf_str(&out, "");
	pp_record_stats_line(&out, ends);
	assert_string_equal(out.n ? out.p : "", expected);
}

static void stats_lines(void **state PP_UNUSED)
{
	uint64_t ends[PP_UNWIND_ENDS] = {0};

	line_is(ends, "");
	ends[PP_UNWIND_MORE] = 5; /* not known */
	ends[PP_UNWIND_NO_USER] = 7;
	line_is(ends, "");
	ends[PP_UNWIND_ROOT] = 993;
	line_is(ends, "100.0 % of stacks complete");
	ends[PP_UNWIND_NO_CODE] = 7;
	line_is(ends, "99.3 % of stacks complete");
	/* one of a million is not rounded away */
	ends[PP_UNWIND_ROOT] = 1000000;
	ends[PP_UNWIND_NO_CODE] = 1;
	line_is(ends, "99.9 % of stacks complete");
	ends[PP_UNWIND_ROOT] = 0;
	line_is(ends, "0.0 % of stacks complete");
}

static void stats_table(void **state PP_UNUSED)
{
	uint64_t ends[PP_UNWIND_ENDS] = {
		[PP_UNWIND_ROOT] = 90, [PP_UNWIND_NO_CODE] = 6, [PP_UNWIND_TRUNCATED] = 4};
	struct pp_record_failure failures[] = {
		{PP_STR_LIT("/lib/b"), 3}, {PP_STR_LIT("/lib/a"), 3}, {PP_STR_LIT("/bin/most"), 4}};
	struct pp_record_stats s = {
		.samples = 100,
		.lost = 2,
		.frames = 1250,
		.ends = ends,
		.cpu_ns = 1010 * 1000000LL,
		.period_ns = 10000000,
		.failures = failures,
		.nfailures = PP_ARRAY_LEN(failures),
	};
	PP_CLEANUP(pp_buf_release) struct pp_buf out = PP_BUF_INIT;

	pp_record_stats_table(&out, &s);
	assert_string_equal(out.p, "         100           samples, 2 lost\n"
				   "         100  99.01 %  of those due for 1.01s of CPU time\n"
				   "        12.5           user frames per stack\n"
				   "user stacks by how they end:\n"
				   "          90  90.00 %  reached the beginning of the thread\n"
				   "           6   6.00 %  a return address lies outside all code\n"
				   "           4   4.00 %  more than 1023 frames\n"
				   "incomplete ones by the last file they got to:\n"
				   "           4  40.00 %  /bin/most\n"
				   "           3  30.00 %  /lib/a\n"
				   "           3  30.00 %  /lib/b\n");
}

/* Events that are no clock, targets without an account, and nothing at all. */
static void stats_without_cpu_time(void **state PP_UNUSED)
{
	uint64_t ends[PP_UNWIND_ENDS] = {0};
	struct pp_record_stats s = {.ends = ends, .cpu_ns = -1, .period_ns = 10000000};
	PP_CLEANUP(pp_buf_release) struct pp_buf out = PP_BUF_INIT;

	pp_record_stats_table(&out, &s);
	assert_string_equal(out.p, "           0           samples, 0 lost\n");
	pp_buf_clear(&out);
	s.cpu_ns = 1;
	pp_record_stats_table(&out, &s);
	assert_null(strstr(out.p, "nan"));
	assert_null(strstr(out.p, "inf"));
}

#define IN_DIRECTORY(test) cmocka_unit_test_setup_teardown(test, enter_directory, leave_directory)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIRECTORY(windows_by_time),
		IN_DIRECTORY(windows_without_time),
		IN_DIRECTORY(windows_extensions),
		cmocka_unit_test(windows_bad_patterns),
		cmocka_unit_test(stats_lines),
		cmocka_unit_test(stats_table),
		cmocka_unit_test(stats_without_cpu_time),
	};

	return cmocka_run_group_tests_name("cmd_record", tests, NULL, NULL);
}
