/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of URLs, put together again; io/url_parse.c takes them apart. */
#include <config.h>

#include "io/url.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "io/out.h"

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
	char *shown = pp_url_first_line(pp_buf_view(&b), PP_URL_SHOWN_MAX);
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
