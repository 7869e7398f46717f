/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading numbers and strings from bytes that may lie: a cursor never leaves its bytes. After the
 * first thing that does not fit it is `bad`, at its end, and gives zeros. Internal to symbol/.
 */
#ifndef PP_SYMBOL_DWARF_BYTES_H
#define PP_SYMBOL_DWARF_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/bytes.h"
#include "base/str.h"

struct pp_dwarf_bytes {
	const uint8_t *p;
	size_t n;
};

struct pp_dwarf_cursor {
	const uint8_t *p, *end;
	bool bad;
};

/* The bytes [at, at + n) of b; empty if it has not got that many. */
static inline struct pp_dwarf_bytes pp_dwarf_slice(struct pp_dwarf_bytes b, uint64_t at, uint64_t n)
{
	if (!b.p || at > b.n || n > b.n - at)
		return (struct pp_dwarf_bytes){0};
	return (struct pp_dwarf_bytes){b.p + at, (size_t)n};
}

/* From `at` to the end of b; bad at once if b ends before. */
static inline struct pp_dwarf_cursor pp_dwarf_cursor_at(struct pp_dwarf_bytes b, uint64_t at)
{
	static const uint8_t nothing = 0;

	if (!b.p || at > b.n)
		return (struct pp_dwarf_cursor){.p = &nothing, .end = &nothing, .bad = true};
	return (struct pp_dwarf_cursor){.p = b.p + at, .end = b.p + b.n};
}

static inline size_t pp_dwarf_left(const struct pp_dwarf_cursor *c)
{
	return (size_t)(c->end - c->p);
}

static inline void pp_dwarf_spoil(struct pp_dwarf_cursor *c)
{
	c->bad = true;
	c->p = c->end;
}

/* Step over n bytes and return where they are; NULL if there are not so many. */
static inline const uint8_t *pp_dwarf_take(struct pp_dwarf_cursor *c, uint64_t n)
{
	const uint8_t *p = c->p;

	if (n > pp_dwarf_left(c)) {
		pp_dwarf_spoil(c);
		return NULL;
	}
	c->p += n;
	return p;
}

/* A number of `size` bytes, 1 to 8. */
static inline uint64_t pp_dwarf_uint(struct pp_dwarf_cursor *c, unsigned size)
{
	const uint8_t *p = pp_dwarf_take(c, size);
	uint64_t v = 0;

	if (!p)
		return 0;
	switch (size) {
	case 1:
		return *p;
	case 2:
		return pp_load_le16(p);
	case 4:
		return pp_load_le32(p);
	case 8:
		return pp_load_le64(p);
	default:
		for (unsigned i = size; i-- > 0;)
			v = v << 8 | p[i];
		return v;
	}
}

static inline uint8_t pp_dwarf_u8(struct pp_dwarf_cursor *c)
{
	return (uint8_t)pp_dwarf_uint(c, 1);
}

/* Bits beyond 64 are dropped, as many bytes as there may be. */
static inline uint64_t pp_dwarf_uleb(struct pp_dwarf_cursor *c)
{
	uint64_t v = 0;

	for (unsigned shift = 0; c->p < c->end; shift += 7) {
		uint8_t b = *c->p++;

		if (shift < 64)
			v |= (uint64_t)(b & 0x7f) << shift;
		if (b < 0x80)
			return v;
	}
	c->bad = true;
	return 0;
}

static inline int64_t pp_dwarf_sleb(struct pp_dwarf_cursor *c)
{
	uint64_t v = 0;

	for (unsigned shift = 0; c->p < c->end;) {
		uint8_t b = *c->p++;

		if (shift < 64)
			v |= (uint64_t)(b & 0x7f) << shift;
		shift += 7;
		if (b < 0x80) {
			if (b & 0x40 && shift < 64)
				v |= UINT64_MAX << shift;
			return (int64_t)v;
		}
	}
	c->bad = true;
	return 0;
}

/* A string and its NUL, which is not part of it. */
static inline struct pp_str pp_dwarf_string(struct pp_dwarf_cursor *c)
{
	const uint8_t *start = c->p, *nul = NULL;

	if (start < c->end)
		nul = memchr(start, 0, pp_dwarf_left(c));
	if (!nul) {
		pp_dwarf_spoil(c);
		return (struct pp_str){0};
	}
	c->p = nul + 1;
	return (struct pp_str){(const char *)start, (size_t)(nul - start)};
}

/* The length at the start of units and tables, which says as well whether offsets have 4 or 8 bytes
 * (DWARF 5 section 7.4). The cursor then ends where the unit does. */
static inline void pp_dwarf_unit_length(struct pp_dwarf_cursor *c, uint8_t *offset_size)
{
	uint64_t n = pp_dwarf_uint(c, 4);

	*offset_size = 4;
	if (n >= 0xfffffff0) {
		*offset_size = 8;
		if (n != 0xffffffff)
			pp_dwarf_spoil(c);
		n = pp_dwarf_uint(c, 8);
	}
	if (n > pp_dwarf_left(c))
		pp_dwarf_spoil(c);
	else
		c->end = c->p + n;
}

#endif
