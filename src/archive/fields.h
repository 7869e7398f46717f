/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces that records are made of: numbers as varints, texts with their length in front. */
#ifndef PP_ARCHIVE_FIELDS_H
#define PP_ARCHIVE_FIELDS_H

#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "profile/wire.h"

/* A cursor over a record. Reading beyond its end gives zeros, and is remembered. */
struct pp_fields {
	const uint8_t *p, *end;
	bool bad;
};

static inline void pp_fields_init(struct pp_fields *f, struct pp_str bytes)
{
	f->p = (const uint8_t *)bytes.p;
	f->end = f->p + bytes.n;
	f->bad = false;
}

static inline uint64_t pp_field_number(struct pp_fields *f)
{
	uint64_t v = 0;

	if (!f->bad && !pp_wire_varint(&f->p, f->end, &v))
		f->bad = true;
	return f->bad ? 0 : v;
}

/* Signed ones so that small values are short, whatever their sign. */
static inline int64_t pp_field_signed(struct pp_fields *f)
{
	uint64_t v = pp_field_number(f);

	return (int64_t)(v >> 1 ^ -(v & 1));
}

static inline struct pp_str pp_field_bytes(struct pp_fields *f, uint64_t n)
{
	if (f->bad || n > (uint64_t)(f->end - f->p)) {
		f->bad = true;
		return (struct pp_str){"", 0};
	}
	struct pp_str s = {(const char *)f->p, (size_t)n};
	f->p += n;
	return s;
}

static inline struct pp_str pp_field_text(struct pp_fields *f)
{
	return pp_field_bytes(f, pp_field_number(f));
}

/* How many of something are to follow, each of which takes a byte at least. */
static inline uint32_t pp_field_count(struct pp_fields *f)
{
	uint64_t n = pp_field_number(f);

	if (n > (uint64_t)(f->end - f->p))
		f->bad = true;
	return f->bad ? 0 : (uint32_t)n;
}

static inline void pp_put_signed(struct pp_buf *out, int64_t v)
{
	pp_wire_put_varint(out, (uint64_t)v << 1 ^ (uint64_t)(v >> 63));
}

static inline void pp_put_text(struct pp_buf *out, struct pp_str s)
{
	pp_wire_put_varint(out, s.n);
	pp_buf_add(out, s.p, s.n);
}

#endif
