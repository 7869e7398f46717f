/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of symbol/workers, symbol/sandbox and symbol/answers_wire: what crashes, hangs or lies
 * costs nothing but its own result. */
#include <config.h>

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "symbol/answers_wire.h"
#include "symbol/sandbox.h"
#include "symbol/workers.h"

/* ---- workers ---- */

enum { GOOD, CRASH, HANG, FLOOD, SILENT, FDS, PRIVILEGES, KINDS };

struct bench {
	int kept, other;
	size_t begun;
	struct pp_buf answers[3 * KINDS];
	bool failed[3 * KINDS];
	size_t ndone;
};

static void begin(void *arg, size_t piece)
{
	struct bench *b = arg;

	assert_int_equal(piece, b->begun);
	b->begun++;
}

static size_t keep(void *arg, size_t piece PP_UNUSED, int fds[PP_WORKERS_FDS], bool *opens)
{
	const struct bench *b = arg;

	assert_false(*opens);
	fds[0] = b->kept;
	fds[1] = -1;
	return 2;
}

static void look_at_fds(const struct bench *b, struct pp_buf *out)
{
	char byte;

	pp_buf_str(out, pread(b->kept, &byte, 1, 0) == 1 ? "kept" : "gone");
	pp_buf_str(out, read(b->other, &byte, 1) < 0 && errno == EBADF ? " closed" : " open");
}

static void look_at_privileges(struct pp_buf *out)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	pp_buf_str(out, fd < 0 ? "no open" : "open");
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pp_buf_str(out, fd < 0 ? " no socket" : " socket");
	pp_buf_str(out, chown("/", 0, 0) < 0 ? " no chown" : " chown");
}

/* Tells a leak checker to leave this program alone: its children end by force, with what they had.
 */
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
	return 1;
}

static void work(void *arg, size_t piece, struct pp_buf *out)
{
	const struct bench *b = arg;

	switch (piece % KINDS) {
	case GOOD:
		pp_buf_fmt(out, "piece %zu", piece);
		break;
	case CRASH:
		pp_buf_str(out, "half");
		__builtin_trap();
	case HANG:
		for (volatile unsigned i = 0;; i++)
			;
	case FLOOD:
		for (int i = 0; i < 1000; i++)
			pp_buf_fmt(out, "%01000d", i);
		break;
	case SILENT:
		break;
	case FDS:
		look_at_fds(b, out);
		break;
	case PRIVILEGES:
		look_at_privileges(out);
		break;
	}
}

static void done(void *arg, size_t piece, const struct pp_buf *answer)
{
	struct bench *b = arg;

	b->ndone++;
	b->failed[piece] = !answer;
	if (answer)
		pp_buf_add(&b->answers[piece], answer->p, answer->n);
}

static void assert_answer(const struct bench *b, size_t piece, const char *text)
{
	assert_false(b->failed[piece]);
	assert_int_equal(b->answers[piece].n, strlen(text));
	assert_memory_equal(b->answers[piece].p, text, strlen(text));
}

static void hang(void *arg PP_UNUSED, size_t piece PP_UNUSED, struct pp_buf *out PP_UNUSED)
{
	for (volatile unsigned i = 0;; i++)
		;
}

static bool stop_at_once(void *arg PP_UNUSED)
{
	return true;
}

/* More than work at a time, none of which would ever end. */
static void test_workers_that_are_stopped(void **state PP_UNUSED)
{
	struct bench b = {.kept = -1};
	struct pp_workers w = {.limit = 2,
			       .timeout_ns = 3600 * PP_NSEC_PER_SEC,
			       .memory = 256u << 20,
			       .max_answer = 100000,
			       .arg = &b,
			       .begin = begin,
			       .keep = keep,
			       .work = hang,
			       .done = done,
			       .stopped = stop_at_once};

	pp_workers_run(&w, KINDS);
	assert_int_equal(b.ndone, KINDS);
	for (size_t i = 0; i < KINDS; i++)
		assert_true(b.failed[i]);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no child is left */
	assert_int_equal(errno, ECHILD);
}

static void test_workers(void **state PP_UNUSED)
{
	struct bench b = {.kept = open("/proc/self/exe", O_RDONLY | O_CLOEXEC),
			  .other = open("/dev/zero", O_RDONLY | O_CLOEXEC)};
	struct pp_workers w = {.limit = 3,
			       .timeout_ns = PP_NSEC_PER_SEC / 2,
			       .memory = 256u << 20,
			       .max_answer = 100000,
			       .arg = &b,
			       .begin = begin,
			       .keep = keep,
			       .work = work,
			       .done = done};

	pp_workers_run(&w, 3 * KINDS);
	assert_int_equal(b.ndone, 3 * KINDS);
	for (size_t i = 0; i < 3 * KINDS; i += KINDS) {
		char text[32];

		snprintf(text, sizeof(text), "piece %zu", i + GOOD);
		assert_answer(&b, i + GOOD, text);
		assert_true(b.failed[i + CRASH]);
		assert_true(b.failed[i + HANG]);
		assert_true(b.failed[i + FLOOD]);
		assert_answer(&b, i + SILENT, "");
		assert_answer(&b, i + FDS, "kept closed");
	}
	for (size_t i = 0; i < 3 * KINDS; i++)
		pp_buf_release(&b.answers[i]);
	close(b.kept);
	close(b.other);
}

/* Sanitizers open files of their own. */
static void test_privileges(void **state PP_UNUSED)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__clang__)
	PP_SKIP("a sanitizer needs more calls than are let through");
#else
	struct bench b = {.kept = -1, .other = -1, .begun = PRIVILEGES};
	struct pp_buf out = PP_BUF_INIT;
	int fds[2];
	char text[64] = "";

	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	pid_t pid = fork();
	if (pid == 0) {
		pp_sandbox_enter(&(struct pp_sandbox){.fds = &fds[1],
						      .nfds = 1,
						      .cpu_ns = PP_NSEC_PER_SEC,
						      .memory = 256u << 20});
		work(&b, PRIVILEGES, &out);
		_exit(write(fds[1], out.p, out.n) < 0);
	}
	close(fds[1]);
	assert_true(read(fds[0], text, sizeof(text) - 1) > 0);
	assert_string_equal(text, "no open no socket no chown");
	close(fds[0]);
#endif
}

/* ---- answers as bytes ---- */

static struct pp_named some_names(void)
{
	struct pp_named named;
	struct pp_answers *a = &named.answers;

	pp_named_init(&named, 3);
	uint32_t foo = pp_strtab_add(&a->strings, PP_STR_LIT("foo"));
	uint32_t bar = pp_strtab_add(&a->strings, PP_STR_LIT("bar"));
	uint32_t file = pp_strtab_add(&a->strings, PP_STR_LIT("/x/y.c"));
	pp_answers_begin(a, 0);
	pp_answers_add(a, 0, (struct pp_answer_frame){foo, bar, file, 7, 3});
	pp_answers_add(a, 0, (struct pp_answer_frame){bar, 0, file, 70, 0});
	named.source[0] = PP_SOURCE_DWARF;
	pp_answers_begin(a, 1);
	pp_answers_begin(a, 2);
	pp_answers_add(a, 2, (struct pp_answer_frame){foo, foo, 0, 0, 0});
	named.source[2] = PP_SOURCE_FDE;
	return named;
}

static void assert_string(const struct pp_answers *a, uint32_t id, const char *text)
{
	struct pp_str s = pp_strtab_get(&a->strings, id);

	assert_true(pp_str_eq(s, pp_str_of(text)));
}

static void test_round_trip(void **state PP_UNUSED)
{
	struct pp_named named = some_names(), back;
	struct pp_buf bytes = PP_BUF_INIT;
	struct pp_err err = PP_ERR_INIT;

	pp_answers_encode(&named, &bytes);
	assert_int_equal(pp_answers_decode(&back, 3, (uint8_t *)bytes.p, bytes.n, &err), 0);
	const struct pp_answers *a = &back.answers;
	assert_int_equal(a->first[1], 2);
	assert_int_equal(a->first[2], 2);
	assert_int_equal(a->first[3], 3);
	assert_int_equal(back.source[0], PP_SOURCE_DWARF);
	assert_int_equal(back.source[1], PP_SOURCE_NONE);
	assert_int_equal(back.source[2], PP_SOURCE_FDE);
	assert_string(a, a->frames[0].system_name, "foo");
	assert_string(a, a->frames[0].name, "bar");
	assert_string(a, a->frames[0].file, "/x/y.c");
	assert_int_equal(a->frames[0].line, 7);
	assert_int_equal(a->frames[0].start_line, 3);
	assert_int_equal(a->frames[1].name, 0);
	pp_named_release(&back);
	pp_named_release(&named);
	pp_buf_release(&bytes);
}

/* Every byte changed in several ways, and every length: refused, or sound. */
static void test_damage(void **state PP_UNUSED)
{
	struct pp_named named = some_names(), back;
	struct pp_buf bytes = PP_BUF_INIT;
	struct pp_err err = PP_ERR_INIT;

	pp_answers_encode(&named, &bytes);
	pp_named_release(&named);
	for (size_t n = 0; n < bytes.n; n++)
		assert_int_equal(pp_answers_decode(&back, 3, (uint8_t *)bytes.p, n, &err), -1);
	assert_int_equal(pp_answers_decode(&back, 2, (uint8_t *)bytes.p, bytes.n, &err), -1);
	for (size_t i = 0; i < bytes.n; i++) {
		for (int change = 1; change < 256; change += 50) {
			PP_CLEANUP(pp_freep) uint8_t *copy = pp_xcalloc(bytes.n, 1);

			memcpy(copy, bytes.p, bytes.n);
			copy[i] = (uint8_t)(copy[i] + change);
			if (pp_answers_decode(&back, 3, copy, bytes.n, &err))
				continue;
			assert_int_equal(back.answers.first[3], back.answers.nframes);
			pp_named_release(&back);
		}
	}
	pp_buf_release(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_workers),	   cmocka_unit_test(test_workers_that_are_stopped),
		cmocka_unit_test(test_privileges), cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
