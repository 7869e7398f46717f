/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The protobuf wire format (protobuf.dev, "Encoding"): varints, tags and length-delimited fields,
 * with the tolerance of pprof's own reader: overlong varints of up to ten bytes, bits above 64
 * dropped, field number 0 skipped like any unknown field, groups refused.
 */
#ifndef PP_PROFILE_WIRE_H
#define PP_PROFILE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"

enum pp_wire_type {
	PP_WIRE_VARINT = 0,
	PP_WIRE_FIXED64 = 1,
	PP_WIRE_BYTES = 2,
	PP_WIRE_FIXED32 = 5
};

/* A cursor over one message. `base` is where byte offsets in messages count from. */
struct pp_wire {
	const uint8_t *p, *end;
	const uint8_t *base;
};

struct pp_wire_field {
	uint64_t number;
	enum pp_wire_type type;
	uint64_t value;	      /* PP_WIRE_VARINT only */
	const uint8_t *bytes; /* PP_WIRE_BYTES only */
	size_t n;
};

/* The rest of a varint whose first three bytes, all with the high bit set, are in x; *p is behind
 * them. */
static inline uint64_t pp_wire_varint_tail(const uint8_t **p, uint64_t x)
{
	const uint8_t *q = *p;
	unsigned shift = 21;

	do {
		if (shift < 64)
			x |= (uint64_t)(*q & 0x7f) << shift;
		shift += 7;
	} while (*q++ & 0x80);
	*p = q;
	return x;
}

/* A varint in bytes that were checked before: ids of one to three bytes are what nearly all bytes
 * of a profile are, so these are unrolled. */
static inline uint64_t pp_wire_varint_trusted(const uint8_t **p)
{
	const uint8_t *q = *p;
	uint64_t x = q[0];

	if (q[0] < 0x80) {
		*p = q + 1;
		return x;
	}
	x = (x & 0x7f) | (uint64_t)(q[1] & 0x7f) << 7;
	if (q[1] < 0x80) {
		*p = q + 2;
		return x;
	}
	x |= (uint64_t)(q[2] & 0x7f) << 14;
	*p = q + 3;
	return q[2] < 0x80 ? x : pp_wire_varint_tail(p, x);
}

/* As pp_wire_varint, for varints of any length near the end of the bytes. */
bool pp_wire_varint_slow(const uint8_t **p, const uint8_t *end, uint64_t *v);

/* Read one varint. False if the bytes end first or it has more than ten. */
static inline bool pp_wire_varint(const uint8_t **p, const uint8_t *end, uint64_t *v)
{
	const uint8_t *q = *p;

	if (pp_unlikely(end - q < 3))
		return pp_wire_varint_slow(p, end, v);
	if (q[0] < 0x80) {
		*v = q[0];
		*p = q + 1;
		return true;
	}
	uint64_t x = (q[0] & 0x7f) | (uint64_t)(q[1] & 0x7f) << 7;
	if (q[1] < 0x80) {
		*v = x;
		*p = q + 2;
		return true;
	}
	if (q[2] >= 0x80)
		return pp_wire_varint_slow(p, end, v);
	*v = x | (uint64_t)q[2] << 14;
	*p = q + 3;
	return true;
}

/* As pp_wire_next, for every kind of field. */
int pp_wire_next_slow(struct pp_wire *w, struct pp_wire_field *f, struct pp_err *err) PP_NODISCARD;

/* The next field of the message: 1, 0 at its end, -1 with PP_ERR_FORMAT and the byte offset. */
static inline int pp_wire_next(struct pp_wire *w, struct pp_wire_field *f,
			       struct pp_err *err) PP_NODISCARD;
static inline int pp_wire_next(struct pp_wire *w, struct pp_wire_field *f, struct pp_err *err)
{
	const uint8_t *q = w->p;

	/* by far the most common: bytes with a one-byte tag, a length of one or two bytes, and all
	 * there */
	if (pp_likely(w->end - q >= 3 && (q[0] & 0x87) == PP_WIRE_BYTES)) {
		bool two = q[1] & 0x80;
		size_t n = two ? (q[1] & 0x7f) | (size_t)q[2] << 7 : q[1];

		q += 2 + two;
		if (pp_likely((!two || q[-1] < 0x80) && n <= (size_t)(w->end - q))) {
			f->number = w->p[0] >> 3;
			f->type = PP_WIRE_BYTES;
			f->bytes = q;
			f->n = n;
			w->p = q + n;
			return 1;
		}
	}
	return pp_wire_next_slow(w, f, err);
}

#define PP_WIRE_VARINT_MAX 10 /* bytes of a varint of 64 bits */

/* Write a varint where there is room for it; returns its end. */
static inline uint8_t *pp_wire_write_varint(uint8_t *p, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		*p++ = (uint8_t)(v | 0x80);
	*p++ = (uint8_t)v;
	return p;
}

/* Append a varint. */
void pp_wire_put_varint(struct pp_buf *out, uint64_t v);

/* Append the tag of a field. */
void pp_wire_put_tag(struct pp_buf *out, unsigned field, enum pp_wire_type type);

/* Append a varint field, unless it is 0, which is the default. */
void pp_wire_put_number(struct pp_buf *out, unsigned field, uint64_t v);

/* Append a length-delimited field. */
void pp_wire_put_bytes(struct pp_buf *out, unsigned field, const void *bytes, size_t n);

/* A cursor over the message inside field f of w. */
static inline struct pp_wire pp_wire_enter(const struct pp_wire *w, const struct pp_wire_field *f)
{
	return (struct pp_wire){f->bytes, f->bytes + f->n, w->base};
}

#endif
