/* SPDX-License-Identifier: Apache-2.0 */
/* io/run: what other programs print, and what becomes of those that misbehave. */
#include <config.h>

#include "unit.h"

#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "io/file.h"
#include "io/out.h"
#include "io/run.h"

static int run(const char *script, size_t limit, int64_t timeout, struct pp_buf *out,
	       struct pp_err *err)
{
	const char *const argv[] = {"/bin/sh", "-c", script, NULL};

	pp_buf_clear(out);
	*err = (struct pp_err)PP_ERR_INIT;
	return pp_run_output(argv, limit, timeout, out, err);
}

static void run_collects_output(void **state)
{
	struct pp_buf out = PP_BUF_INIT;
	struct pp_err err;

	(void)state;
	assert_int_equal(run("echo one; echo two >&2; cat; echo ${HOME-none} $LC_ALL", 100,
			     60 * PP_NSEC_PER_SEC, &out, &err),
			 0);
	assert_string_equal(out.p, "one\nnone C\n");
	pp_buf_release(&out);
}

static void run_keeps_its_bounds(void **state)
{
	int64_t begin = pp_clock_mono();
	struct pp_buf out = PP_BUF_INIT;
	struct pp_err err;

	(void)state;
	assert_int_equal(run("while :; do echo x; done", 1000, 60 * PP_NSEC_PER_SEC, &out, &err),
			 -1);
	assert_int_equal(err.kind, PP_ERR_LIMIT);
	assert_true(out.n <= 1000);
	/* the messages do not count, and are not kept */
	assert_int_equal(run("head -c 1000000 /dev/zero >&2", 10, 60 * PP_NSEC_PER_SEC, &out, &err),
			 0);
	assert_int_equal(run("sleep 30", 10, PP_NSEC_PER_SEC / 10, &out, &err), -1);
	assert_int_equal(err.kind, PP_ERR_LIMIT);
	/* nor does it help to close them all */
	assert_int_equal(run("exec >&- 2>&-; sleep 30", 10, PP_NSEC_PER_SEC / 10, &out, &err), -1);
	assert_int_equal(err.kind, PP_ERR_LIMIT);
	assert_true(pp_clock_mono() - begin < 20 * PP_NSEC_PER_SEC);
	pp_buf_release(&out);
}

static void run_says_why_it_failed(void **state)
{
	const char *const missing[] = {"/none/program", NULL};
	struct pp_buf out = PP_BUF_INIT;
	struct pp_err err;

	(void)state;
	assert_int_equal(run("echo bad luck >&2; echo more >&2; exit 7", 100, PP_NSEC_PER_SEC * 60,
			     &out, &err),
			 -1);
	assert_string_equal(err.msg, "'/bin/sh' failed with status 7: bad luck");
	assert_int_equal(run("kill -9 $$", 100, PP_NSEC_PER_SEC * 60, &out, &err), -1);
	assert_string_equal(err.msg, "'/bin/sh' was ended by signal 9");
	assert_int_equal(pp_run_output(missing, 100, PP_NSEC_PER_SEC, &out, &err), -1);
	assert_int_equal(err.kind, PP_ERR_NOT_FOUND);
	pp_buf_release(&out);
}

static void run_finds_programs(void **state)
{
	PP_CLEANUP(pp_freep) char *sh = pp_run_find("sh", "/none::/usr/bin:/bin");

	(void)state;
	assert_non_null(sh);
	assert_true(sh[0] == '/');
	assert_null(pp_run_find("sh", "/none:.:"));
	assert_null(pp_run_find("sh", NULL));
	assert_null(pp_run_find("bin", "/usr"));    /* a directory */
	assert_null(pp_run_find("passwd", "/etc")); /* cannot be run */
}

static void file_refuses_what_is_not_regular(void **state)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_file f;

	(void)state;
	assert_int_equal(pp_file_read_regular(&f, "/dev/null", 100, &err), -1);
	assert_int_equal(pp_file_read_regular(&f, "/etc", 100, &err), -1);
	assert_int_equal(pp_file_read_regular(&f, "/none", 100, &err), -1);
	assert_int_equal(err.kind, PP_ERR_NOT_FOUND);
	assert_int_equal(pp_file_read_regular(&f, "/etc/passwd", 1, &err), -1);
	assert_int_equal(err.kind, PP_ERR_LIMIT);
	assert_int_equal(pp_file_read_regular(&f, "/etc/passwd", 1 << 20, &err), 0);
	assert_true(f.n > 0);
	pp_file_release(&f);
}

static void out_keeps_tabs_of_source(void **state)
{
	struct pp_out o;

	(void)state;
	pp_out_init_mem(&o);
	pp_out_safe_tabs(&o, PP_STR_LIT("\tif (x)\t\x1b[1m\x0c\xff"));
	pp_buf_char(&o.buf, '!');
	assert_string_equal(o.buf.p, "\tif (x)\t\\x1b[1m\\x0c\\xff!");
	pp_buf_release(&o.buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(run_collects_output),
		cmocka_unit_test(run_keeps_its_bounds),
		cmocka_unit_test(run_says_why_it_failed),
		cmocka_unit_test(run_finds_programs),
		cmocka_unit_test(file_refuses_what_is_not_regular),
		cmocka_unit_test(out_keeps_tabs_of_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
