/* SPDX-License-Identifier: Apache-2.0 */
/* A text cut into lines, which end in "\n" or "\r\n"; the last may lack its end. */
#ifndef PP_BASE_TEXT_H
#define PP_BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct pp_text {
	const char *bytes; /* borrowed */
	uint32_t *line_at; /* where line i + 1 begins; [nlines]: the end */
	size_t nlines;
};

/* Find the lines of at most 4 GiB of bytes, which must live as long as `t`. */
void pp_text_init(struct pp_text *t, const char *bytes, uint32_t n);
void pp_text_release(struct pp_text *t);

/* A line, counted from 1, without its end. It must be there. */
struct pp_str pp_text_line(const struct pp_text *t, size_t number);

#endif
