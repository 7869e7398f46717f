/* SPDX-License-Identifier: Apache-2.0 */
/* A growable run of bytes, kept NUL-terminated so that text can be read in place. */
#ifndef PP_BASE_BUF_H
#define PP_BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/str.h"

struct pp_buf {
	char *p; /* NULL until something is added */
	size_t n;
	size_t cap;
};

#define PP_BUF_INIT       \
	{                 \
		.p = NULL \
	}

void pp_buf_release(struct pp_buf *b);

/* n = 0, memory kept. */
void pp_buf_clear(struct pp_buf *b);

/* Room for `more` further bytes and the final NUL. */
void pp_buf_reserve(struct pp_buf *b, size_t more);

void pp_buf_add(struct pp_buf *b, const void *bytes, size_t n);
void pp_buf_str(struct pp_buf *b, const char *s);
void pp_buf_char(struct pp_buf *b, char c);
void pp_buf_fmt(struct pp_buf *b, const char *fmt, ...) PP_PRINTF(2, 3);

static inline struct pp_str pp_buf_view(const struct pp_buf *b)
{
	return (struct pp_str){b->p, b->n};
}

#endif
