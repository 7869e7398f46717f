/* SPDX-License-Identifier: Apache-2.0 */
/* URLs, the plan of a pull, the look at an answer, tokens, and the clocks of a transfer. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "collect/pull.h"
#include "collect/pull_check.h"
#include "collect/secret.h"
#include "io/gzip.h"
#include "io/url.h"

#define SEC PP_NSEC_PER_SEC

static void test_url_round_trip(void **state PP_UNUSED)
{
	static const struct {
		const char *in, *text, *show;
	} cases[] = {
		{"localhost:6060", "http://localhost:6060/", "http://localhost:6060/"},
		{"HTTP://Host", "http://Host/", "http://Host/"},
		{"http://h:80/a?b=c#d", "http://h/a?b=c", "http://h/a"},
		{"https://h:443/", "https://h/", "https://h/"},
		{"https://h:80/", "https://h:80/", "https://h:80/"},
		{"u:p%40w@h/x", "http://u:p%40w@h/x", "http://u@h/x"},
		{"http://:pw@h/", "http://:pw@h/", "http://h/"},
		{"http://[::1]:6060/x", "http://[::1]:6060/x", "http://[::1]:6060/x"},
		{"[fe80::1%25eth0]:1/", "http://[fe80::1%25eth0]:1/", "http://[fe80::1%25eth0]:1/"},
		{"h/x?u=ftp://y", "http://h/x?u=ftp://y", "http://h/x"},
		{"http://h/a%20b?", "http://h/a%20b", "http://h/a%20b"},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_err err = PP_ERR_INIT;
		struct pp_url u;

		assert_int_equal(pp_url_parse(&u, cases[i].in, &err), 0);
		PP_CLEANUP(pp_freep) char *text = pp_url_text(&u);
		PP_CLEANUP(pp_freep) char *show = pp_url_show(&u);
		assert_string_equal(text, cases[i].text);
		assert_string_equal(show, cases[i].show);
		pp_url_release(&u);
	}
}

static void test_url_refused(void **state PP_UNUSED)
{
	static const char *const cases[] = {
		"",
		"http://",
		"http://?x",
		"ftp://h/",
		"file:///etc/passwd",
		"http://a b/",
		"http://h:70000/",
		"http://h\n/x",
		"http://h/\x01",
		"http://[::1/",
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_err err = PP_ERR_INIT;
		struct pp_url u;

		assert_int_equal(pp_url_parse(&u, cases[i], &err), -1);
		assert_int_equal(err.kind, PP_ERR_USAGE);
		assert_null(strpbrk(err.msg, "\n\x01"));
	}
}

static void test_url_same_origin(void **state PP_UNUSED)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
		{"http://h/a", "http://H:80/b?c", true}, {"http://u:p@h/", "http://h/", true},
		{"http://h/", "https://h/", false},	 {"http://h:1/", "http://h:2/", false},
		{"http://h/", "http://h.evil/", false},	 {"http://h:443/", "https://h:443/", false},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_err err;
		struct pp_url a, b;

		assert_int_equal(pp_url_parse(&a, cases[i].a, &err), 0);
		assert_int_equal(pp_url_parse(&b, cases[i].b, &err), 0);
		assert_int_equal(pp_url_same_origin(&a, &b), cases[i].same);
		pp_url_release(&a);
		pp_url_release(&b);
	}
}

static void test_first_line(void **state PP_UNUSED)
{
	static const struct {
		const char *in;
		size_t max;
		const char *out;
	} cases[] = {
		{"", 10, ""},
		{" \r\n\t\n", 10, ""},
		{"\n one line \r\nmore", 20, "one line"},
		{"abcdef", 6, "abcdef"},
		{"abcdefg", 6, "abcdef..."},
		{"abcde\nfg", 6, "abcde"},
		{"a\xc3\xa9z", 2, "a..."}, /* not half an e with an accent */
		{"a\x1b[m\xff", 20, "a\\x1b[m\\xff"},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		PP_CLEANUP(pp_freep)
		char *line = pp_url_first_line(pp_str_of(cases[i].in), cases[i].max);

		assert_string_equal(line, cases[i].out);
	}
	PP_CLEANUP(pp_freep) char *none = pp_url_first_line((struct pp_str){NULL, 0}, 5);
	assert_string_equal(none, "");
}

static void test_plan(void **state PP_UNUSED)
{
	static const struct {
		const char *url, *type;
		int64_t duration;
		const char *expect, *expect_type;
		int64_t deadline;
	} cases[] = {
		{"h:1", NULL, 0, "http://h:1/debug/pprof/profile?seconds=30", "cpu", 40 * SEC},
		{"h:1/", "cpu", 1, "http://h:1/debug/pprof/profile?seconds=1", "cpu", 11 * SEC},
		{"h", "cpu", SEC + 1, "http://h/debug/pprof/profile?seconds=2", "cpu", 12 * SEC},
		{"h", "cpu", 100 * SEC, "http://h/debug/pprof/profile?seconds=100", "cpu",
		 130 * SEC},
		{"h", "heap", 0, "http://h/debug/pprof/heap", "heap", 60 * SEC},
		{"h/debug/pprof", "allocs", 0, "http://h/debug/pprof/allocs", "allocs", 60 * SEC},
		{"h/debug/pprof/", "mutex", 5 * SEC, "http://h/debug/pprof/mutex?seconds=5",
		 "mutex", 15 * SEC},
		{"h/app/debug/pprof/", "block", 0, "http://h/app/debug/pprof/block", "block",
		 60 * SEC},
		{"h?x=1", "goroutine", 0, "http://h/debug/pprof/goroutine?x=1", "goroutine",
		 60 * SEC},
		{"h/debug/pprof/heap", NULL, 0, "http://h/debug/pprof/heap", "heap", 60 * SEC},
		{"h/debug/pprof/heap?gc=1", "heap", 2 * SEC,
		 "http://h/debug/pprof/heap?gc=1&seconds=2", "heap", 12 * SEC},
		{"h/debug/pprof/profile", NULL, 0, "http://h/debug/pprof/profile?seconds=30", "cpu",
		 40 * SEC},
		{"h/debug/pprof/profile?seconds=5", NULL, 0,
		 "http://h/debug/pprof/profile?seconds=5", "cpu", 15 * SEC},
		{"h/debug/pprof/profile?nseconds=5", NULL, 0,
		 "http://h/debug/pprof/profile?nseconds=5&seconds=30", "cpu", 40 * SEC},
		{"h/debug/pprof/profile?seconds=0.5", NULL, 0,
		 "http://h/debug/pprof/profile?seconds=0.5", "cpu", 40 * SEC},
		{"h?seconds=5", "cpu", 5 * SEC, "http://h/debug/pprof/profile?seconds=5", "cpu",
		 15 * SEC},
		{"h/any/path?x=y", NULL, 0, "http://h/any/path?x=y", NULL, 60 * SEC},
		{"h/any/path", NULL, SEC, "http://h/any/path?seconds=1", NULL, 11 * SEC},
		{"h/any/path", "cpu", 0, "http://h/any/path?seconds=30", "cpu", 40 * SEC},
		{"h/xdebug/pprof", NULL, 0, "http://h/xdebug/pprof", NULL, 60 * SEC},
		{"u:p@h", "threadcreate", 0, "http://u:p@h/debug/pprof/threadcreate",
		 "threadcreate", 60 * SEC},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_pull_options o = {.url = cases[i].url,
					    .type = cases[i].type,
					    .duration_ns = cases[i].duration};
		struct pp_err err = PP_ERR_INIT;
		struct pp_pull_plan plan;

		assert_int_equal(pp_pull_prepare(&o, &plan, &err), 0);
		assert_string_equal(plan.url, cases[i].expect);
		if (cases[i].expect_type)
			assert_string_equal(plan.type, cases[i].expect_type);
		else
			assert_null(plan.type);
		assert_int_equal(plan.deadline_ns, cases[i].deadline);
		assert_int_equal(plan.asked, strstr(cases[i].url, "?seconds=") != NULL);
		pp_pull_plan_release(&plan);
	}
}

static void test_plan_refused(void **state PP_UNUSED)
{
	static const struct pp_pull_options cases[] = {
		{.url = "h", .type = "wall"},
		{.url = "h", .type = "profile"},
		{.url = "h", .type = ""},
		{.url = "ftp://h"},
		{.url = "h/debug/pprof/heap", .type = "cpu"},
		{.url = "h/debug/pprof/profile?seconds=5", .duration_ns = 6 * SEC},
		{.url = "h", .duration_ns = INT64_MAX},
		{.url = "h", .duration_ns = -1},
		{.url = "h", .duration_ns = 31ll * 86400 * SEC},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_err err = PP_ERR_INIT;
		struct pp_pull_plan plan;

		assert_int_equal(pp_pull_prepare(&cases[i], &plan, &err), -1);
		assert_int_equal(err.kind, PP_ERR_USAGE);
	}
}

static int check(long status, const void *body, size_t n, struct pp_err *err)
{
	struct pp_http_response rs = {.status = status};

	if (n)
		pp_buf_add(&rs.body, body, n);
	int rc = pp_pull_check(&rs, 1u << 20, err);
	pp_http_release(&rs);
	return rc;
}

static void test_check_accepts(void **state PP_UNUSED)
{
	static const char raw[] = "\x0a\x04\x08\x01\x10\x02";
	uint8_t *gz;
	size_t n;
	struct pp_err err;

	assert_int_equal(check(200, raw, sizeof(raw) - 1, &err), 0);
	pp_gzip_deflate((const uint8_t *)raw, sizeof(raw) - 1, &gz, &n);
	assert_int_equal(check(200, gz, n, &err), 0);
	/* every proper prefix of a stream is refused: some as text or a truncated stream */
	for (size_t cut = 2; cut < n; cut++)
		assert_int_equal(check(200, gz, cut, &err), -1);
	free(gz);
}

static void test_check_refuses(void **state PP_UNUSED)
{
	static const struct {
		long status;
		const char *body, *expect;
	} cases[] = {
		{200, "", "the server sent an empty body"},
		{200, "\xef\xbb\xbf <HTML>", "an HTML page came instead of a profile"},
		{200, "<!doctype HTML><title lang=en>\n a<b",
		 "an HTML page came instead of a profile (title 'a')"},
		{200, "<html><title", "an HTML page came instead of a profile"},
		{200, "[1]", "JSON came instead of a profile: [1]"},
		{404, "", "server answered 404"},
		{500, "\n\nx", "server answered 500: x"},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_err err = PP_ERR_INIT;

		assert_int_equal(check(cases[i].status, cases[i].body, strlen(cases[i].body), &err),
				 -1);
		assert_string_equal(err.msg, cases[i].expect);
	}
}

/* What pp_secret_read makes of a file with these bytes; NULL if it refuses. */
static char *secret_of(const void *bytes, size_t n, struct pp_err *err)
{
	char path[] = "/tmp/pp-test-secret.XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), (ssize_t)n);
	close(fd);
	char *secret = pp_secret_read(path, err);
	unlink(path);
	return secret;
}

static void test_secret(void **state PP_UNUSED)
{
	PP_CLEANUP(pp_freep) char *big = pp_xcalloc(PP_SECRET_MAX + 2, 1);
	struct pp_err err;

	memset(big, 'a', PP_SECRET_MAX + 2);
	PP_CLEANUP(pp_secret_freep) char *plain = secret_of("tok en\xc3\xa9\r\n\n", 11, &err);
	assert_string_equal(plain, "tok en\xc3\xa9");
	big[PP_SECRET_MAX] = '\n';
	PP_CLEANUP(pp_secret_freep) char *largest = secret_of(big, PP_SECRET_MAX + 1, &err);
	assert_int_equal(strlen(largest), PP_SECRET_MAX);
	big[PP_SECRET_MAX] = 'a';
	assert_null(secret_of(big, PP_SECRET_MAX + 1, &err));
	assert_int_equal(err.kind, PP_ERR_LIMIT);
	assert_null(secret_of("", 0, &err));
	assert_null(secret_of("a\0b", 3, &err));
	assert_null(secret_of("a\x7f", 2, &err));
	assert_null(secret_of("a\tb", 3, &err));
	assert_null(strstr(err.msg, "a\tb"));
}

/* A socket that listens on a port of its own on 127.0.0.1, and never accepts. */
static int listen_somewhere(int backlog, struct sockaddr_in *at)
{
	socklen_t n = sizeof(*at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*at = (struct sockaddr_in){.sin_family = AF_INET,
				   .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)at, n), 0);
	assert_int_equal(listen(fd, backlog), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)at, &n), 0);
	return fd;
}

static void expect_timeout(const char *scheme, int port, int64_t connect_ns, int64_t deadline_ns,
			   const char *expect)
{
	PP_CLEANUP(pp_freep) char *url = pp_xasprintf("%s://127.0.0.1:%d/", scheme, port);
	PP_CLEANUP(pp_freep) char *message = pp_xasprintf("cannot get '%s': %s", url, expect);
	struct pp_http_request rq = {
		.url = url, .connect_ns = connect_ns, .deadline_ns = deadline_ns, .max_bytes = 9};
	struct pp_http_response rs;
	struct pp_err err = PP_ERR_INIT;

	assert_int_equal(pp_http_get(&rq, &rs, &err), -1);
	assert_string_equal(err.msg, message);
	assert_int_equal(err.kind, PP_ERR_NETWORK);
}

static void test_timeouts(void **state PP_UNUSED)
{
	struct sockaddr_in at;
	int fd = listen_somewhere(8, &at);
	int port = ntohs(at.sin_port);

	expect_timeout("http", port, 9 * SEC, SEC / 5,
		       "no complete answer within 0.2 seconds (0 bytes came)");
	/* connected, but the handshake never ends */
	expect_timeout("https", port, SEC / 5, 9 * SEC, "no connection within 0.2 seconds");
	close(fd);
}

static void test_connect_timeout(void **state PP_UNUSED)
{
	struct sockaddr_in at;
	int fd = listen_somewhere(0, &at), fill[8];

	for (size_t i = 0; i < PP_ARRAY_LEN(fill); i++) {
		fill[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		assert_true(fill[i] >= 0);
		(void)!connect(fill[i], (struct sockaddr *)&at, sizeof(at));
	}
	expect_timeout("http", ntohs(at.sin_port), SEC / 5, 9 * SEC,
		       "no connection within 0.2 seconds");
	for (size_t i = 0; i < PP_ARRAY_LEN(fill); i++)
		close(fill[i]);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_url_round_trip),
		cmocka_unit_test(test_url_refused),
		cmocka_unit_test(test_url_same_origin),
		cmocka_unit_test(test_first_line),
		cmocka_unit_test(test_plan),
		cmocka_unit_test(test_plan_refused),
		cmocka_unit_test(test_check_accepts),
		cmocka_unit_test(test_check_refuses),
		cmocka_unit_test(test_secret),
		cmocka_unit_test(test_timeouts),
		cmocka_unit_test(test_connect_timeout),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
