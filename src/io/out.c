/* SPDX-License-Identifier: Apache-2.0 */
/* The buffered output sink. */
#include <config.h>

#include "io/out.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"

#define FLUSH_BYTES (64u << 10)

void pp_out_init_fd(struct pp_out *o, int fd)
{
	*o = (struct pp_out){.fd = fd};
}

void pp_out_init_mem(struct pp_out *o)
{
	*o = (struct pp_out){.fd = -1};
}

void pp_out_at_first(struct pp_out *o, void (*first)(struct pp_out *o, void *arg), void *arg)
{
	o->first = first;
	o->first_arg = arg;
}

static void flush(struct pp_out *o)
{
	size_t done = 0;

	if (o->fd < 0)
		return;
	if (o->first && o->buf.n) {
		o->first(o, o->first_arg);
		o->first = NULL;
	}
	while (done < o->buf.n && !o->error) {
		ssize_t n = write(o->fd, o->buf.p + done, o->buf.n - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			o->error = errno;
	}
	pp_buf_clear(&o->buf);
}

int pp_out_flush(struct pp_out *o)
{
	flush(o);
	return o->error ? -1 : 0;
}

int pp_out_finish(struct pp_out *o, const char *name, struct pp_err *err)
{
	flush(o);

	int error = o->error;
	pp_buf_release(&o->buf);
	if (error)
		return pp_err_sys(err, error, "cannot write to %s", name);
	return 0;
}

void pp_out_bytes(struct pp_out *o, const void *p, size_t n)
{
	if (o->error)
		return;
	pp_buf_add(&o->buf, p, n);
	if (o->buf.n >= FLUSH_BYTES)
		flush(o);
}

void pp_out_str(struct pp_out *o, struct pp_str s)
{
	pp_out_bytes(o, s.p, s.n);
}

void pp_out_text(struct pp_out *o, const char *s)
{
	pp_out_bytes(o, s, strlen(s));
}

void pp_out_char(struct pp_out *o, char c)
{
	pp_out_bytes(o, &c, 1);
}

void pp_out_fmt(struct pp_out *o, const char *fmt, ...)
{
	char small[512];
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if ((size_t)n < sizeof(small)) {
		pp_out_bytes(o, small, (size_t)n);
		return;
	}

	struct pp_buf big = PP_BUF_INIT;
	pp_buf_reserve(&big, (size_t)n);
	va_start(ap, fmt);
	vsnprintf(big.p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	pp_out_bytes(o, big.p, (size_t)n);
	pp_buf_release(&big);
}

/* The first character of s as text for people; returns how many bytes it took. */
static size_t safe_character(struct pp_out *o, struct pp_str s)
{
	uint32_t cp;
	size_t len = pp_utf8_decode(s, &cp);

	if (len == 0)
		pp_out_fmt(o, "\\x%02x", (unsigned char)s.p[0]);
	else if (!pp_utf8_is_unsafe(cp))
		pp_out_bytes(o, s.p, len);
	else if (cp < 0x80)
		pp_out_fmt(o, "\\x%02x", (unsigned)cp);
	else
		pp_out_fmt(o, "\\u{%04x}", (unsigned)cp);
	return len ? len : 1;
}

void pp_out_safe(struct pp_out *o, struct pp_str s)
{
	while (s.n) {
		size_t len = safe_character(o, s);

		s.p += len;
		s.n -= len;
	}
}

void pp_out_safe_tabs(struct pp_out *o, struct pp_str s)
{
	while (s.n) {
		size_t len = 1;

		if (s.p[0] == '\t')
			pp_out_char(o, '\t');
		else
			len = safe_character(o, s);
		s.p += len;
		s.n -= len;
	}
}

void pp_out_safe_right(struct pp_out *o, struct pp_str s, size_t width)
{
	for (size_t n = pp_utf8_count(s); n < width; n++)
		pp_out_char(o, ' ');
	pp_out_safe(o, s);
}

void pp_out_csv(struct pp_out *o, struct pp_str s)
{
	bool quote = s.n && (memchr(s.p, ',', s.n) || memchr(s.p, '"', s.n));

	if (!quote) {
		pp_out_safe(o, s);
		return;
	}
	pp_out_char(o, '"');
	while (s.n) {
		if (s.p[0] == '"')
			pp_out_char(o, '"');
		size_t len = safe_character(o, s);
		s.p += len;
		s.n -= len;
	}
	pp_out_char(o, '"');
}
