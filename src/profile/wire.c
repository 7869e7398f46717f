/* SPDX-License-Identifier: Apache-2.0 */
/* Walking the fields of a message. */
#include <config.h>

#include "profile/wire.h"

bool pp_wire_varint_slow(const uint8_t **p, const uint8_t *end, uint64_t *v)
{
	const uint8_t *q = *p;

	while (q < end && *q & 0x80)
		q++;
	if (q >= end || q - *p >= 10)
		return false;
	*v = pp_wire_varint_trusted(p);
	return true;
}

static int bad(const struct pp_wire *w, const uint8_t *at, const char *what, struct pp_err *err)
{
	return pp_err_set(err, PP_ERR_FORMAT, "%s at byte %zu", what, (size_t)(at - w->base));
}

int pp_wire_next_slow(struct pp_wire *w, struct pp_wire_field *f, struct pp_err *err)
{
	const uint8_t *start = w->p;
	uint64_t tag, n;

	if (w->p == w->end)
		return 0;
	if (!pp_wire_varint(&w->p, w->end, &tag))
		return bad(w, start, "truncated or overlong field tag", err);
	f->number = tag >> 3;

	switch (tag & 7) {
	case PP_WIRE_VARINT:
		f->type = PP_WIRE_VARINT;
		if (!pp_wire_varint(&w->p, w->end, &f->value))
			return bad(w, start, "truncated or overlong varint", err);
		return 1;
	case PP_WIRE_BYTES:
		f->type = PP_WIRE_BYTES;
		if (!pp_wire_varint(&w->p, w->end, &n))
			return bad(w, start, "truncated or overlong length", err);
		if (n > (size_t)(w->end - w->p))
			return bad(w, start, "field longer than its message", err);
		f->bytes = w->p;
		f->n = (size_t)n;
		w->p += n;
		return 1;
	case PP_WIRE_FIXED64:
	case PP_WIRE_FIXED32:
		f->type = (enum pp_wire_type)(tag & 7);
		n = f->type == PP_WIRE_FIXED64 ? 8 : 4;
		if (n > (size_t)(w->end - w->p))
			return bad(w, start, "truncated fixed-size field", err);
		w->p += n;
		return 1;
	default:
		return bad(w, start, "unknown wire type", err);
	}
}

void pp_wire_put_varint(struct pp_buf *out, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		pp_buf_char(out, (char)(v | 0x80));
	pp_buf_char(out, (char)v);
}

void pp_wire_put_tag(struct pp_buf *out, unsigned field, enum pp_wire_type type)
{
	pp_wire_put_varint(out, (uint64_t)field << 3 | type);
}

void pp_wire_put_number(struct pp_buf *out, unsigned field, uint64_t v)
{
	if (v == 0)
		return;
	pp_wire_put_tag(out, field, PP_WIRE_VARINT);
	pp_wire_put_varint(out, v);
}

void pp_wire_put_bytes(struct pp_buf *out, unsigned field, const void *bytes, size_t n)
{
	pp_wire_put_tag(out, field, PP_WIRE_BYTES);
	pp_wire_put_varint(out, n);
	pp_buf_add(out, bytes, n);
}
