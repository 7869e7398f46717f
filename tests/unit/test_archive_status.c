/* SPDX-License-Identifier: Apache-2.0 */
/* archive/status.h: what is written is read again, damage is seen, and who has died is known. */
#include <config.h>

#include "unit.h"

#include <fcntl.h>
#include <fts.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "archive/fsck.h"
#include "archive/status.h"
#include "archive/textfile.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/compiler.h"

#define NAME "0123456789abcdef"

static char directory[] = "/tmp/pyroprof-status-XXXXXX";
static struct pp_archive archive;

static int begin(void **state PP_UNUSED)
{
	struct pp_err err = PP_ERR_INIT;
	bool fresh;

	memset(directory + sizeof(directory) - 7, 'X', 6);
	return !mkdtemp(directory) || pp_archive_init(directory, &fresh, &err) ||
			       pp_archive_open(&archive, directory, &err)
		       ? -1
		       : 0;
}

static int finish(void **state PP_UNUSED)
{
	char *const paths[] = {directory, NULL};
	FTS *fts = fts_open(paths, FTS_PHYSICAL, NULL);

	pp_archive_close(&archive);
	for (FTSENT *e = fts_read(fts); e; e = fts_read(fts)) {
		if (e->fts_info != FTS_D)
			remove(e->fts_accpath);
	}
	fts_close(fts);
	return 0;
}

static struct pp_status make(void)
{
	struct pp_status s = {.host = pp_xstrdup("web1"),
			      .source = pp_xstrdup("/etc/a file"),
			      .pid = 42,
			      .started = 1,
			      .updated = 2,
			      .period = 3};
	struct pp_status_target *t = pp_status_add(&s, "http://a/", "{a=\"b c\"}", "");

	t->state = PP_STATUS_UP;
	t->good = 4;
	t->next = 5;
	t->took = 6;
	t->entries = 7;
	t = pp_status_add(&s, "http://b/", "{}", "one\nstate up\x1b");
	t->state = PP_STATUS_DOWN;
	return s;
}

static void what_is_written_is_read(void **state PP_UNUSED)
{
	struct pp_status s = make(), r;
	struct pp_err err = PP_ERR_INIT;

	assert_int_equal(pp_status_write(&archive, NAME, &s, &err), 0);
	assert_int_equal(pp_status_read(&archive, NAME, &r, &err), 0);
	assert_string_equal(r.host, "web1");
	assert_string_equal(r.source, "/etc/a file");
	assert_int_equal(r.pid, 42);
	assert_int_equal(r.started, 1);
	assert_int_equal(r.updated, 2);
	assert_int_equal(r.period, 3);
	assert_int_equal(r.n, 2);
	assert_string_equal(r.item[0].target, "http://a/");
	assert_string_equal(r.item[0].labels, "{a=\"b c\"}");
	assert_string_equal(r.item[0].error, "");
	assert_int_equal(r.item[0].state, PP_STATUS_UP);
	assert_int_equal(r.item[0].good, 4);
	assert_int_equal(r.item[0].next, 5);
	assert_int_equal(r.item[0].took, 6);
	assert_int_equal(r.item[0].entries, 7);
	/* no text can say what is not its own to say */
	assert_int_equal(r.item[1].state, PP_STATUS_DOWN);
	assert_null(strpbrk(r.item[1].error, "\n\x1b"));
	pp_status_release(&r);
	pp_status_release(&s);
	assert_int_equal(pp_status_remove(&archive, NAME, &err), 0);
	assert_int_equal(pp_status_read(&archive, NAME, &r, &err), -1);
	assert_int_equal(err.kind, PP_ERR_NOT_FOUND);
}

static void long_texts_are_cut(void **state PP_UNUSED)
{
	struct pp_status s = {.host = pp_xstrdup("h"), .source = pp_xstrdup("s"), .period = 1}, r;
	struct pp_err err = PP_ERR_INIT;
	char text[5001];

	/* characters of two bytes, with a byte in front that puts the cut into one */
	memset(text, '\0', sizeof(text));
	text[0] = 'x';
	for (size_t i = 1; i + 1 < sizeof(text); i += 2)
		memcpy(text + i, "\xc3\xa9", 2);
	pp_status_add(&s, text, "", "");
	assert_true(strlen(s.item[0].target) < 1010);
	assert_null(strchr(s.item[0].target, '\\'));
	assert_int_equal(pp_status_write(&archive, NAME, &s, &err), 0);
	assert_int_equal(pp_status_read(&archive, NAME, &r, &err), 0);
	assert_true(strlen(r.item[0].target) < 1010);
	pp_status_release(&r);
	pp_status_release(&s);
}

static const struct {
	const char *lines;
	bool good;
} texts[] = {
	{"host h\nsource s\nperiod 1\n", true},
	{"host h\nsource s\nperiod 1\nof-later yes\ntarget t\nof-later \n", true},
	{"host h\nsource s\nperiod 0\n", false},
	{"host h\nperiod 1\n", false},
	{"source s\nperiod 1\n", false},
	{"host h\nsource s\nperiod 1\npid -1\n", false},
	{"host h\nsource s\nperiod 99999999999999999999\n", false},
	{"host h\nsource s\nperiod 1\ntarget t\nstate asleep\n", false},
	{"host h\nsource s\nperiod 1\nword\n", false},
	{"host h\nsource s\nperiod 1\n\n", false},
	{"", false},
};

static void other_texts_are_refused(void **state PP_UNUSED)
{
	for (size_t i = 0; i < PP_ARRAY_LEN(texts); i++) {
		struct pp_err err = PP_ERR_INIT;
		struct pp_status s;

		assert_int_equal(pp_textfile_write(&archive, "status", NAME, "pyroprof status 1",
						   pp_str_of(texts[i].lines), false, &err),
				 0);
		int rc = pp_status_read(&archive, NAME, &s, &err);
		PP_CHECK_MSG((rc == 0) == texts[i].good, texts[i].lines);
		if (rc == 0)
			pp_status_release(&s);
		else
			assert_int_equal(err.kind, PP_ERR_FORMAT);
	}
}

static void tell(void *context, const char *file, const char *why PP_UNUSED, bool stray)
{
	snprintf(context, 100, "%s%s", stray ? "stray " : "", file);
}

static void fsck_says(const char *what, uint64_t damaged)
{
	char said[100] = "";
	struct pp_fsck f = {.archive = &archive, .ids = true, .tell = tell, .context = said};
	struct pp_err err = PP_ERR_INIT;

	assert_int_equal(pp_fsck(&f, &err), 0);
	assert_string_equal(said, what);
	assert_int_equal(f.damaged, damaged);
}

static void fsck_knows_it(void **state PP_UNUSED)
{
	struct pp_status s = make();
	struct pp_err err = PP_ERR_INIT;
	char path[100];

	assert_int_equal(pp_status_write(&archive, NAME, &s, &err), 0);
	int fd = pp_status_claim(&archive, NAME, &err);
	assert_true(fd >= 0);
	fsck_says("", 0);
	pp_status_release(&s);

	snprintf(path, sizeof(path), "%s/status/" NAME, directory);
	assert_int_equal(chmod(path, 0600), 0);
	int file = open(path, O_WRONLY | O_CLOEXEC);
	assert_int_equal(pwrite(file, "X", 1, 30), 1);
	close(file);
	fsck_says("status/" NAME, 1);
	assert_int_equal(unlink(path), 0);

	snprintf(path, sizeof(path), "%s/status/other", directory);
	close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	fsck_says("stray status/other", 0);
	close(fd);
}

/* Two openings of one process lock each other out as two processes do. */
static void one_writes_it(void **state PP_UNUSED)
{
	struct pp_err err = PP_ERR_INIT;
	int fd;

	assert_false(pp_status_is_claimed(&archive, NAME));
	fd = pp_status_claim(&archive, NAME, &err);
	assert_true(fd >= 0);
	assert_true(pp_status_is_claimed(&archive, NAME));
	assert_int_equal(pp_status_claim(&archive, NAME, &err), -1);
	assert_non_null(strstr(err.msg, "another process"));
	close(fd);
	assert_false(pp_status_is_claimed(&archive, NAME));

	pid_t pid = fork();
	if (pid == 0)
		_exit(pp_status_claim(&archive, NAME, &err) < 0); /* and die with it */
	int how;
	assert_int_equal(waitpid(pid, &how, 0), pid);
	assert_int_equal(how, 0);
	assert_false(pp_status_is_claimed(&archive, NAME));
}

static void write_at(const char *name, int64_t updated)
{
	struct pp_status s = make();
	struct pp_err err = PP_ERR_INIT;

	s.updated = updated;
	assert_int_equal(pp_status_write(&archive, name, &s, &err), 0);
	pp_status_release(&s);
}

static bool is_there(const char *file)
{
	PP_CLEANUP(pp_freep) char *path = pp_xasprintf("%s/status/%s", directory, file);

	return access(path, F_OK) == 0;
}

static uint64_t sweep(int64_t than, bool dry_run)
{
	struct pp_err err = PP_ERR_INIT;
	uint64_t n;

	if (pp_status_sweep(&archive, than, dry_run, &n, &err))
		fail_msg("%s", err.msg);
	return n;
}

#define OLD    "00000000000000a0"
#define RECENT "00000000000000b0"
#define ALIVE  "00000000000000c0"
#define BROKEN "00000000000000d0"
#define ENDED  "00000000000000e0"

static void the_dead_are_swept(void **state PP_UNUSED)
{
	const struct timespec long_ago[] = {{.tv_sec = 1}, {.tv_sec = 1}};
	PP_CLEANUP(pp_freep) char *lock = pp_xasprintf("%s/status/" ENDED ".lock", directory);
	struct pp_err err = PP_ERR_INIT;
	int alive;

	assert_int_equal(sweep(INT64_MAX, false), 0); /* no directory */
	write_at(OLD, 99);
	write_at(RECENT, 100);
	write_at(ALIVE, 1);
	write_at(BROKEN, 1);
	assert_int_equal(pp_textfile_write(&archive, "status", BROKEN, "pyroprof status 1",
					   PP_STR_LIT("x\n"), false, &err),
			 0);
	close(pp_status_claim(&archive, OLD, &err));
	close(pp_status_claim(&archive, ENDED, &err));
	assert_int_equal(utimensat(AT_FDCWD, lock, long_ago, 0), 0);
	alive = pp_status_claim(&archive, ALIVE, &err);

	assert_int_equal(sweep(100, true), 1);
	assert_true(is_there(OLD) && is_there(ENDED ".lock") && !is_there(RECENT ".lock"));
	assert_int_equal(sweep(100, false), 1);
	assert_false(is_there(OLD) || is_there(OLD ".lock"));
	assert_true(is_there(RECENT) && is_there(ALIVE) && is_there(ALIVE ".lock"));
	assert_true(is_there(BROKEN) && is_there(ENDED ".lock"));
	/* of those that ended well there is the lock only */
	assert_int_equal(sweep(2 * PP_NSEC_PER_SEC, false), 1);
	assert_false(is_there(RECENT) || is_there(ENDED ".lock"));
	close(alive);
	assert_int_equal(sweep(2 * PP_NSEC_PER_SEC, false), 1);
	assert_false(is_there(ALIVE));
}

/* A lock that was opened before, and locked after it had been taken away, is none. */
static void what_is_claimed_stays_so(void **state PP_UNUSED)
{
	struct pp_err err = PP_ERR_INIT;
	pid_t pid = fork();
	int how;

	if (pid == 0) {
		alarm(60);
		for (;;) {
			sweep(INT64_MAX, false);
			nanosleep(&(const struct timespec){.tv_nsec = 500000}, NULL);
		}
	}
	for (int i = 0; i < 300; i++) {
		int fd = pp_status_claim(&archive, NAME, &err);

		assert_true(fd >= 0);
		assert_true(pp_status_is_claimed(&archive, NAME));
		close(fd);
	}
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &how, 0), pid);
	assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL);
}

static void names_depend_on_host_and_file(void **state PP_UNUSED)
{
	char a[PP_STATUS_NAME], b[PP_STATUS_NAME];
	bool lock;

	pp_status_name(a, "h", "/t");
	pp_status_name(b, "h", "/t");
	assert_string_equal(a, b);
	pp_status_name(b, "i", "/t");
	assert_string_not_equal(a, b);
	assert_true(pp_status_is_ours(a, &lock));
	assert_false(lock);
	assert_true(pp_status_is_ours(NAME ".lock", &lock));
	assert_true(lock);
	assert_false(pp_status_is_ours("0123456789abcdeF", &lock));
	assert_false(pp_status_is_ours("0123.lock", &lock));
	assert_false(pp_status_is_ours(NAME "0", &lock));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_written_is_read, begin, finish),
		cmocka_unit_test_setup_teardown(long_texts_are_cut, begin, finish),
		cmocka_unit_test_setup_teardown(other_texts_are_refused, begin, finish),
		cmocka_unit_test_setup_teardown(fsck_knows_it, begin, finish),
		cmocka_unit_test_setup_teardown(one_writes_it, begin, finish),
		cmocka_unit_test_setup_teardown(the_dead_are_swept, begin, finish),
		cmocka_unit_test_setup_teardown(what_is_claimed_stays_so, begin, finish),
		cmocka_unit_test(names_depend_on_host_and_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
