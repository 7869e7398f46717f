/* SPDX-License-Identifier: Apache-2.0 */
/* A walk over .eh_frame from front to back. */
#include <config.h>

#include "symbol/fde.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"

#define MAX_BYTES	 (128u << 20)
#define MAX_AUGMENTATION 16

/* DW_EH_PE_..., of which these occur here: the form in the low four bits, then what it is relative
 * to. */
enum {
	FORM_WORD = 0,
	FORM_ULEB = 1,
	FORM_U16 = 2,
	FORM_U32 = 3,
	FORM_U64 = 4,
	FORM_SLEB = 9,
	FORM_S16 = 10,
	FORM_S32 = 11,
	FORM_S64 = 12,
	PLAIN = 0x00,
	PCREL = 0x10,
	NO_FDE = 0xff,
};

struct reader {
	const uint8_t *p;
	size_t n;
	uint64_t vaddr; /* of p[0] */
	bool is64;
	struct pp_fdes *t;
	size_t cap;
	uint64_t cie;	  /* the last common part that was read, */
	uint8_t encoding; /* and what it says of addresses; NO_FDE: not to be understood */
};

/* Take a LEB128 number; what does not fit is cut off. */
static bool take_leb(const struct reader *r, size_t *at, size_t end, bool is_signed, uint64_t *out)
{
	unsigned shift = 0;

	*out = 0;
	while (*at < end && shift < 70) {
		uint8_t byte = r->p[(*at)++];

		if (shift < 64)
			*out |= (uint64_t)(byte & 127) << shift;
		shift += 7;
		if (byte & 128)
			continue;
		if (is_signed && (byte & 64) && shift < 64)
			*out |= ~0ULL << shift;
		return true;
	}
	return false;
}

static size_t form_size(const struct reader *r, unsigned form)
{
	switch (form) {
	case FORM_WORD:
		return r->is64 ? 8 : 4;
	case FORM_U16:
	case FORM_S16:
		return 2;
	case FORM_U32:
	case FORM_S32:
		return 4;
	case FORM_U64:
	case FORM_S64:
		return 8;
	default:
		return 0;
	}
}

/* Take a number in a form. */
static bool take_form(const struct reader *r, size_t *at, size_t end, unsigned form, uint64_t *out)
{
	if (form == FORM_ULEB || form == FORM_SLEB)
		return take_leb(r, at, end, form == FORM_SLEB, out);

	size_t size = form_size(r, form);
	if (size == 0 || size > end - *at)
		return false;
	const uint8_t *p = r->p + *at;
	*at += size;
	if (size == 8)
		*out = pp_load_le64(p);
	else if (size == 4)
		*out = form == FORM_S32 ? (uint64_t)(int32_t)pp_load_le32(p) : pp_load_le32(p);
	else
		*out = form == FORM_S16 ? (uint64_t)(int16_t)pp_load_le16(p) : pp_load_le16(p);
	return true;
}

/* One entry: its id is at `id`, the rest is up to `end`. False at the end of the section. */
static bool next_entry(const struct reader *r, size_t *at, size_t *id, size_t *end)
{
	uint64_t length;

	if (r->n - *at < 8)
		return false;
	length = pp_load_le32(r->p + *at);
	*at += 4;
	if (length == UINT32_MAX) {
		if (r->n - *at < 12)
			return false;
		length = pp_load_le64(r->p + *at);
		*at += 8;
	}
	if (length < 4 || length > r->n - *at)
		return false;
	*id = *at;
	*end = *at + (size_t)length;
	*at = *end;
	return true;
}

/* The data of an augmentation string such as "zPLR" that begins at `at`. */
static uint8_t read_augmentation(const struct reader *r, const char *letters, size_t at, size_t end)
{
	uint64_t skipped;

	for (; *letters; letters++) {
		switch (*letters) {
		case 'R':
			return at < end ? r->p[at] : NO_FDE;
		case 'L':
			at++;
			break;
		case 'P':
			if (at >= end)
				return NO_FDE;
			at++;
			if (!take_form(r, &at, end, r->p[at - 1] & 15, &skipped))
				return NO_FDE;
			break;
		case 'S':
		case 'B':
		case 'G':
			break;
		default:
			return NO_FDE;
		}
	}
	return PLAIN | FORM_WORD;
}

/* How the entries that refer to the common part at `id` give addresses. */
static uint8_t read_cie(const struct reader *r, size_t id, size_t end)
{
	char letters[MAX_AUGMENTATION];
	size_t at = id + 5, n;
	uint64_t skipped;

	if (end - id < 6 || (r->p[id + 4] != 1 && r->p[id + 4] != 3))
		return NO_FDE;
	n = strnlen((const char *)r->p + at, end - at);
	if (n == end - at || n >= sizeof(letters))
		return NO_FDE;
	memcpy(letters, r->p + at, n + 1);
	at += n + 1;
	if (letters[0] == '\0')
		return PLAIN | FORM_WORD;
	if (letters[0] != 'z')
		return NO_FDE;
	if (!take_leb(r, &at, end, false, &skipped) || !take_leb(r, &at, end, true, &skipped))
		return NO_FDE;
	if (r->p[id + 4] == 1)
		at++;
	else if (!take_leb(r, &at, end, false, &skipped))
		return NO_FDE;
	if (at > end || !take_leb(r, &at, end, false, &skipped))
		return NO_FDE;
	return read_augmentation(r, letters + 1, at, end);
}

/* The common part of an entry, `distance` bytes before its id. */
static uint8_t encoding_of(struct reader *r, size_t id, uint32_t distance)
{
	size_t at = id - distance, cie_id, end;

	if (distance > id)
		return NO_FDE;
	if (r->cie == at)
		return r->encoding;
	r->cie = at;
	r->encoding = NO_FDE;
	if (next_entry(r, &at, &cie_id, &end) && pp_load_le32(r->p + cie_id) == 0)
		r->encoding = read_cie(r, cie_id, end);
	return r->encoding;
}

static void add_fde(struct reader *r, size_t id, size_t end)
{
	uint32_t distance = pp_load_le32(r->p + id);
	uint8_t encoding = distance ? encoding_of(r, id, distance) : NO_FDE;
	size_t at = id + 4;
	uint64_t start, size, place = r->vaddr + at;

	if (encoding == NO_FDE || (encoding & 0xf0) > PCREL ||
	    !take_form(r, &at, end, encoding & 15, &start) || (start == 0 && encoding < PCREL) ||
	    !take_form(r, &at, end, encoding & 7, &size))
		return;
	if ((encoding & 0xf0) == PCREL)
		start += place;
	if (!r->is64)
		start = (uint32_t)start;
	/* what the linker has dropped is at 0 */
	if (start == 0 || size == 0 || size > UINT64_MAX - start)
		return;
	struct pp_fdes *t = r->t;
	t->fde = pp_grow(t->fde, &r->cap, t->n + 1, sizeof(*t->fde));
	t->fde[t->n++] = (struct pp_fde){start, start + size};
}

/* ---- where it is ---- */

/* The bytes from a virtual address to the end of its segment. */
static bool read_from(const struct pp_elffile *f, uint64_t vaddr, struct pp_buf *out)
{
	for (size_t i = 0; i < f->nsegments; i++) {
		const struct pp_elffile_segment *s = &f->segments[i];

		if (s->type != PT_LOAD || vaddr < s->vaddr || vaddr - s->vaddr >= s->size)
			continue;
		uint64_t skip = vaddr - s->vaddr, size = s->size - skip;
		const struct pp_elffile_section part = {
			.type = SHT_PROGBITS, .offset = s->offset + skip, .size = size};

		return part.offset >= s->offset && pp_elffile_read(f, &part, MAX_BYTES, out);
	}
	return false;
}

/* PT_GNU_EH_FRAME: version, three encodings, then where .eh_frame is. */
static bool read_by_header(const struct pp_elffile *f, struct pp_buf *out, uint64_t *vaddr)
{
	for (size_t i = 0; i < f->nsegments; i++) {
		const struct pp_elffile_segment *s = &f->segments[i];
		uint8_t h[12];
		struct reader r = {.p = h, .n = sizeof(h), .is64 = f->is64};
		size_t at = 4;

		if (s->type != PT_GNU_EH_FRAME || !pp_elffile_read_at(f, h, sizeof(h), s->offset))
			continue;
		if (h[0] != 1 || (h[1] & 0xf0) > PCREL ||
		    !take_form(&r, &at, sizeof(h), h[1] & 15, vaddr))
			return false;
		if ((h[1] & 0xf0) == PCREL)
			*vaddr += s->vaddr + 4;
		return read_from(f, *vaddr, out);
	}
	return false;
}

static bool read_bytes(const struct pp_elffile *f, struct pp_buf *out, uint64_t *vaddr)
{
	const struct pp_elffile_section *s = pp_elffile_section(f, ".eh_frame");

	if (!s)
		return read_by_header(f, out, vaddr);
	*vaddr = s->addr;
	return pp_elffile_read(f, s, MAX_BYTES, out);
}

static int by_start(const void *a, const void *b)
{
	const struct pp_fde *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x->end < y->end ? -1 : x->end > y->end;
}

static void sort(struct pp_fdes *t)
{
	for (size_t i = 1; i < t->n; i++) {
		if (t->fde[i - 1].start <= t->fde[i].start)
			continue;
		qsort(t->fde, t->n, sizeof(*t->fde), by_start);
		return;
	}
}

void pp_fdes_read(struct pp_fdes *t, const struct pp_elffile *f)
{
	struct pp_buf bytes = PP_BUF_INIT;
	struct reader r = {.is64 = f->is64, .t = t, .cie = UINT64_MAX};
	size_t at = 0, id, end;

	*t = (struct pp_fdes){0};
	if (read_bytes(f, &bytes, &r.vaddr)) {
		r.p = (const uint8_t *)bytes.p;
		r.n = bytes.n;
		while (next_entry(&r, &at, &id, &end))
			add_fde(&r, id, end);
	}
	pp_buf_release(&bytes);
	sort(t);
}

void pp_fdes_release(struct pp_fdes *t)
{
	free(t->fde);
	*t = (struct pp_fdes){0};
}

/* How many begin at or before `vaddr`. */
static size_t count_until(const struct pp_fdes *t, uint64_t vaddr)
{
	size_t lo = 0, hi = t->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (t->fde[mid].start <= vaddr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

const struct pp_fde *pp_fdes_find(const struct pp_fdes *t, uint64_t vaddr)
{
	size_t n = count_until(t, vaddr);

	return n && vaddr < t->fde[n - 1].end ? &t->fde[n - 1] : NULL;
}

bool pp_fdes_begins_in(const struct pp_fdes *t, uint64_t after, uint64_t last)
{
	size_t n = count_until(t, last);

	return n && t->fde[n - 1].start > after;
}
