/* SPDX-License-Identifier: Apache-2.0 */
/* Growable bytes. */
#include <config.h>

#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

void pp_buf_release(struct pp_buf *b)
{
	free(b->p);
	*b = (struct pp_buf)PP_BUF_INIT;
}

void pp_buf_clear(struct pp_buf *b)
{
	b->n = 0;
	if (b->p)
		b->p[0] = '\0';
}

void pp_buf_reserve(struct pp_buf *b, size_t more)
{
	size_t need;

	if (__builtin_add_overflow(b->n, more, &need) || need == SIZE_MAX)
		pp_alloc_fail();
	b->p = pp_grow(b->p, &b->cap, need + 1, 1);
}

void pp_buf_add(struct pp_buf *b, const void *bytes, size_t n)
{
	pp_buf_reserve(b, n);
	if (n)
		memcpy(b->p + b->n, bytes, n);
	b->n += n;
	b->p[b->n] = '\0';
}

void pp_buf_str(struct pp_buf *b, const char *s)
{
	pp_buf_add(b, s, strlen(s));
}

void pp_buf_char(struct pp_buf *b, char c)
{
	pp_buf_add(b, &c, 1);
}

void pp_buf_fmt(struct pp_buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n <= 0)
		return;

	pp_buf_reserve(b, (size_t)n);
	va_start(ap, fmt);
	vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
}
