/* SPDX-License-Identifier: Apache-2.0 */
/* A segment on its way out of a file: between segment_read.c and segment_read_rows.c. */
#ifndef PP_ARCHIVE_SEGMENT_READING_H
#define PP_ARCHIVE_SEGMENT_READING_H

#include "archive/fields.h"
#include "archive/segment.h"
#include "archive/segment_read.h"

struct pp_segment_reading {
	struct pp_segment *s;
	struct pp_str rest; /* of the file */
	uint64_t budget;
	struct pp_buf raw; /* of the current block */
	struct pp_fields f;
	uint32_t nstrings, nfunctions; /* that have been referred to */
	struct pp_err *err;
};

static inline int pp_reading_bad(const struct pp_segment_reading *r, const char *what)
{
	return pp_err_set(r->err, PP_ERR_FORMAT, "bad %s", what);
}

static inline int pp_reading_open_block(struct pp_segment_reading *r, enum pp_segment_kind kind)
{
	pp_buf_clear(&r->raw);
	if (pp_segment_take(&r->rest, kind, &r->budget, &r->raw, r->err))
		return -1;
	pp_fields_init(&r->f, pp_buf_view(&r->raw));
	return 0;
}

static inline int pp_reading_close_block(const struct pp_segment_reading *r, const char *what)
{
	return r->f.bad || r->f.p != r->f.end ? pp_reading_bad(r, what) : 0;
}

static inline void *pp_reading_array(const struct pp_segment_reading *r, size_t n, size_t size)
{
	return pp_arena_array(&r->s->arena, n, size, r->err);
}

/* A number below n. */
static inline uint32_t pp_reading_below(struct pp_fields *f, uint32_t n)
{
	uint64_t v = pp_field_number(f);

	if (v >= n)
		f->bad = true;
	return f->bad ? 0 : (uint32_t)v;
}

static inline void pp_reading_add_number(struct pp_segment *s, uint32_t n)
{
	pp_buf_add(&s->numbers, &n, sizeof(n));
}

static inline size_t pp_reading_count_numbers(const struct pp_segment *s)
{
	return s->numbers.n / sizeof(uint32_t);
}

/* What PROFILES says. */
int pp_reading_profiles(struct pp_segment_reading *r) PP_NODISCARD;

#endif
