/* SPDX-License-Identifier: Apache-2.0 */
/* URLs, by libcurl's parser. */
#include <config.h>

#include "io/url.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "io/curl.h"
#include "io/out.h"

#define SHOWN_MAX 300 /* bytes of a URL in a message */

static bool has_scheme(const char *text)
{
	return strncmp(text + strcspn(text, ":/?#"), "://", 3) == 0;
}

/* Part `which` in *out as our own string, NULL if absent or empty. False if libcurl refuses. */
static bool take(const struct pp_curl *curl, CURLU *h, CURLUPart which, unsigned flags, char **out)
{
	char *part = NULL;
	CURLUcode rc = curl->url_get(h, which, &part, flags);

	*out = rc == CURLUE_OK && part && *part ? pp_xstrdup(part) : NULL;
	curl->free(part);
	/* an absent part has a code of its own; nothing else can fail but allocation */
	return rc != CURLUE_OUT_OF_MEMORY;
}

/* A link-local address needs its interface, which libcurl keeps apart. */
static bool add_zone(const struct pp_curl *curl, CURLU *h, struct pp_url *u)
{
	PP_CLEANUP(pp_freep) char *zone = NULL;

	if (!take(curl, h, CURLUPART_ZONEID, 0, &zone))
		return false;
	if (zone && u->host && u->host[0] == '[') {
		char *whole = pp_xasprintf("[%.*s%%25%s]", (int)strcspn(u->host + 1, "]"),
					   u->host + 1, zone);

		free(u->host);
		u->host = whole;
	}
	return true;
}

static bool take_parts(const struct pp_curl *curl, CURLU *h, struct pp_url *u)
{
	return take(curl, h, CURLUPART_SCHEME, 0, &u->scheme) &&
	       take(curl, h, CURLUPART_USER, 0, &u->user) &&
	       take(curl, h, CURLUPART_PASSWORD, 0, &u->password) &&
	       take(curl, h, CURLUPART_HOST, 0, &u->host) &&
	       take(curl, h, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT, &u->port) &&
	       take(curl, h, CURLUPART_PATH, 0, &u->path) &&
	       take(curl, h, CURLUPART_QUERY, 0, &u->query) && add_zone(curl, h, u);
}

/* What cannot be taken apart may hold a password anywhere before its last '@'. */
static int refuse(const char *text, const char *why, struct pp_err *err)
{
	const char *at = strrchr(text, '@');
	PP_CLEANUP(pp_freep)
	char *shown = pp_url_first_line(pp_str_of(at ? at + 1 : text), SHOWN_MAX);

	return pp_err_set(err, PP_ERR_USAGE, "cannot use URL '%s%s': %s", at ? "..." : "", shown,
			  why);
}

static int parse_with(const struct pp_curl *curl, CURLU *h, struct pp_url *u, const char *text,
		      struct pp_err *err)
{
	CURLUcode rc = curl->url_set(h, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME);

	if (rc != CURLUE_OK)
		return refuse(text, curl->url_strerror(rc), err);
	if (!take_parts(curl, h, u))
		return refuse(text, "out of memory", err);
	if (!u->scheme || (strcmp(u->scheme, "http") != 0 && strcmp(u->scheme, "https") != 0))
		return refuse(text, "only http and https are supported", err);
	if (!u->host)
		return refuse(text, "it names no host", err);
	if (!u->path)
		u->path = pp_xstrdup("/");
	return 0;
}

int pp_url_parse(struct pp_url *u, const char *text, struct pp_err *err)
{
	PP_CLEANUP(pp_freep)
	char *whole = has_scheme(text) ? pp_xstrdup(text) : pp_xasprintf("http://%s", text);
	struct pp_curl curl;

	*u = (struct pp_url){0};
	if (pp_curl_load(&curl, err) < 0)
		return -1;

	CURLU *h = curl.url();
	if (!h)
		return pp_err_set(err, PP_ERR_LIMIT, "out of memory for a URL");
	int rc = parse_with(&curl, h, u, whole, err);
	curl.url_cleanup(h);
	if (rc < 0)
		pp_url_release(u);
	return rc;
}

void pp_url_release(struct pp_url *u)
{
	free(u->scheme);
	free(u->user);
	free(u->password);
	free(u->host);
	free(u->port);
	free(u->path);
	free(u->query);
	*u = (struct pp_url){0};
}

static void add_origin(struct pp_buf *b, const struct pp_url *u, bool password)
{
	pp_buf_fmt(b, "%s://", u->scheme);
	if (u->user || (password && u->password)) {
		pp_buf_str(b, u->user ? u->user : "");
		if (password && u->password)
			pp_buf_fmt(b, ":%s", u->password);
		pp_buf_char(b, '@');
	}
	pp_buf_str(b, u->host);
	if (u->port)
		pp_buf_fmt(b, ":%s", u->port);
}

char *pp_url_text(const struct pp_url *u)
{
	struct pp_buf b = PP_BUF_INIT;

	add_origin(&b, u, true);
	pp_buf_str(&b, u->path);
	if (u->query)
		pp_buf_fmt(&b, "?%s", u->query);
	return b.p;
}

char *pp_url_show(const struct pp_url *u)
{
	struct pp_buf b = PP_BUF_INIT;

	add_origin(&b, u, false);
	pp_buf_str(&b, u->path);
	char *shown = pp_url_first_line(pp_buf_view(&b), SHOWN_MAX);
	pp_buf_release(&b);
	return shown;
}

bool pp_url_same_origin(const struct pp_url *a, const struct pp_url *b)
{
	return strcmp(a->scheme, b->scheme) == 0 && strcasecmp(a->host, b->host) == 0 &&
	       strcmp(a->port ? a->port : "", b->port ? b->port : "") == 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

char *pp_url_first_line(struct pp_str text, size_t max)
{
	size_t n = 0;
	struct pp_out out;

	while (text.n && is_blank(*text.p)) {
		text.p++;
		text.n--;
	}
	while (n < text.n && n < max && text.p[n] != '\n')
		n++;

	bool cut = n < text.n && text.p[n] != '\n';
	/* not in the middle of a character */
	while (cut && n && ((unsigned char)text.p[n] & 0xc0) == 0x80)
		n--;
	while (n && is_blank(text.p[n - 1]))
		n--;
	pp_out_init_mem(&out);
	pp_out_safe(&out, (struct pp_str){text.p, n});
	pp_out_text(&out, cut ? "..." : "");
	/* an empty buffer has no bytes at all, not even the NUL */
	return out.buf.p ? out.buf.p : pp_xstrdup("");
}
