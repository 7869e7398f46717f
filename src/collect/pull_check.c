/* SPDX-License-Identifier: Apache-2.0 */
/* What came instead of a profile. */
#include <config.h>

#include "collect/pull_check.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "io/gzip.h"
#include "io/url.h"

#define QUOTE_MAX  160	       /* bytes of an answer in a message */
#define TEXT_PROBE 512	       /* bytes that tell text from data */
#define HTML_PROBE (16u << 10) /* bytes in which a page has its title */

static bool starts_nocase(const char *text, const char *prefix)
{
	return strncasecmp(text, prefix, strlen(prefix)) == 0;
}

/* Where the text begins; the body is NUL-terminated. */
static const char *skip_blanks(const struct pp_http_response *rs)
{
	const char *p = rs->body.p ? rs->body.p : "";

	if (strncmp(p, "\xef\xbb\xbf", 3) == 0)
		p += 3;
	return p + strspn(p, " \t\r\n");
}

static bool is_html(const struct pp_http_response *rs)
{
	const char *p = skip_blanks(rs);

	return starts_nocase(p, "<!doctype html") || starts_nocase(p, "<html");
}

/* Every binary encoding of a profile has control characters among its first bytes. */
static bool is_text(const struct pp_http_response *rs)
{
	size_t n = rs->body.n < TEXT_PROBE ? rs->body.n : TEXT_PROBE;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)rs->body.p[i];

		if (c == 0x7f || (c < 0x20 && !memchr("\t\r\n\f\x1b", c, 5)))
			return false;
	}
	return n > 0;
}

/* The title of a page, safe for a terminal, "" if it has none; owned by the caller. */
static char *title_of(const struct pp_http_response *rs)
{
	size_t n = rs->body.n < HTML_PROBE ? rs->body.n : HTML_PROBE;
	PP_CLEANUP(pp_freep) char *head = pp_xasprintf("%.*s", (int)n, rs->body.p);
	const char *p = strcasestr(head, "<title");

	p = p ? strchr(p, '>') : NULL;
	if (!p)
		return pp_xstrdup("");
	p++;
	return pp_url_first_line((struct pp_str){p, strcspn(p, "<")}, QUOTE_MAX);
}

static void hint_status(long status, const char *line, struct pp_err *err)
{
	if (status == 401 || status == 403)
		pp_err_hint(err, "give a token with --bearer-file FILE, or a --header");
	else if (status == 404)
		pp_err_hint(err, "name the endpoint itself if it is not below /debug/pprof/");
	else if (strstr(line, "profiling already in use"))
		pp_err_hint(err, "the server records one CPU profile at a time; try again later");
}

static int bad_status(const struct pp_http_response *rs, struct pp_err *err)
{
	PP_CLEANUP(pp_freep)
	char *line =
		is_html(rs) ? title_of(rs) : pp_url_first_line(pp_buf_view(&rs->body), QUOTE_MAX);

	pp_err_set(err, rs->status == 404 ? PP_ERR_NOT_FOUND : PP_ERR_NETWORK,
		   "server answered %ld%s%s%s%s", rs->status, rs->reason[0] ? " " : "", rs->reason,
		   line[0] ? ": " : "", line);
	hint_status(rs->status, line, err);
	return -1;
}

static int came_html(const struct pp_http_response *rs, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *title = title_of(rs);

	if (!title[0])
		return pp_err_set(err, PP_ERR_FORMAT, "an HTML page came instead of a profile");
	return pp_err_set(err, PP_ERR_FORMAT, "an HTML page came instead of a profile (title '%s')",
			  title);
}

/* What net/http/pprof writes for debug=1 and debug=2. */
static bool is_text_profile(const char *p)
{
	static const char *const starts[] = {
		"goroutine profile:", "heap profile:",	 "threadcreate profile:",
		"--- mutex:",	      "--- contention:", "goroutine ",
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(starts); i++)
		if (strncmp(p, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

static int came_text(const struct pp_http_response *rs, struct pp_err *err)
{
	const char *p = skip_blanks(rs);
	PP_CLEANUP(pp_freep) char *line = pp_url_first_line(pp_buf_view(&rs->body), QUOTE_MAX);

	if (is_text_profile(p)) {
		pp_err_set(err, PP_ERR_FORMAT,
			   "a text profile came instead of an encoded one (it starts '%s')", line);
		return pp_err_hint(err, "remove debug=1 or debug=2 from the URL");
	}
	return pp_err_set(err, PP_ERR_FORMAT, "%s came instead of a profile: %s",
			  *p == '{' || *p == '[' ? "JSON" : "text", line);
}

static int check_gzip(const struct pp_http_response *rs, uint64_t limit, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) uint8_t *inflated = NULL;
	size_t n;

	return pp_gzip_inflate((const uint8_t *)rs->body.p, rs->body.n, limit, &inflated, &n, err);
}

int pp_pull_check(const struct pp_http_response *rs, uint64_t limit, struct pp_err *err)
{
	if (rs->status != 200)
		return bad_status(rs, err);
	if (rs->body.n == 0)
		return pp_err_set(err, PP_ERR_FORMAT, "the server sent an empty body");
	if (pp_gzip_is((const uint8_t *)rs->body.p, rs->body.n))
		return check_gzip(rs, limit, err);
	if (is_html(rs))
		return came_html(rs, err);
	if (is_text(rs))
		return came_text(rs, err);
	if (pp_str_starts(pp_buf_view(&rs->body), PP_STR_LIT("go 1.")))
		return pp_err_set(err, PP_ERR_UNSUPPORTED,
				  "an execution trace came instead of a profile");
	return 0;
}
