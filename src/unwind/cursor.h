/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers taken from the front of a span, as DWARF (5, section 7.6) writes them. */
#ifndef PP_UNWIND_CURSOR_H
#define PP_UNWIND_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/compiler.h"

/* After a read beyond the end `bad` is set, and nothing is left: loops over the rest end. */
struct pp_cursor {
	const uint8_t *p, *end;
	bool bad;
};

static inline bool pp_cursor_has(struct pp_cursor *c, uint64_t n)
{
	if (pp_likely((uint64_t)(c->end - c->p) >= n))
		return true;
	c->p = c->end;
	c->bad = true;
	return false;
}

static inline void pp_cursor_skip(struct pp_cursor *c, uint64_t n)
{
	if (pp_cursor_has(c, n))
		c->p += n;
}

static inline uint8_t pp_cursor_u8(struct pp_cursor *c)
{
	return pp_cursor_has(c, 1) ? *c->p++ : 0;
}

static inline uint16_t pp_cursor_u16(struct pp_cursor *c)
{
	if (!pp_cursor_has(c, 2))
		return 0;
	c->p += 2;
	return pp_load_le16(c->p - 2);
}

static inline uint32_t pp_cursor_u32(struct pp_cursor *c)
{
	if (!pp_cursor_has(c, 4))
		return 0;
	c->p += 4;
	return pp_load_le32(c->p - 4);
}

static inline uint64_t pp_cursor_u64(struct pp_cursor *c)
{
	if (!pp_cursor_has(c, 8))
		return 0;
	c->p += 8;
	return pp_load_le64(c->p - 8);
}

/* The bits of a LEB128 number beyond 64 are dropped; *bits is how many it has. */
static inline uint64_t pp_cursor_leb(struct pp_cursor *c, unsigned *bits)
{
	uint64_t v = 0;
	uint8_t byte;

	*bits = 0;
	do {
		byte = pp_cursor_u8(c);
		if (*bits < 64)
			v |= (uint64_t)(byte & 0x7f) << *bits;
		*bits += 7;
	} while (byte & 0x80);
	return v;
}

static inline uint64_t pp_cursor_uleb(struct pp_cursor *c)
{
	unsigned bits;

	if (pp_likely(c->p < c->end && *c->p < 0x80))
		return *c->p++;
	return pp_cursor_leb(c, &bits);
}

static inline int64_t pp_cursor_sleb(struct pp_cursor *c)
{
	unsigned bits;
	uint64_t v = pp_cursor_leb(c, &bits);

	if (bits < 64 && (v >> (bits - 1) & 1))
		v |= ~0ULL << bits;
	return (int64_t)v;
}

#endif
