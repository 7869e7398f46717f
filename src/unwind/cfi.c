/* SPDX-License-Identifier: Apache-2.0 */
/* Reading CIEs and FDEs, and putting FDEs in order. */
#include <config.h>

#include "unwind/cfi.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "unwind/cfi_run.h"

#define MAX_CIES (1u << 18) /* linkers merge equal ones: the largest libraries have hundreds */

/* How pointers are encoded (LSB, "DWARF Exception Header Encoding"). */
enum {
	ENC_ABSPTR = 0x00,
	ENC_ULEB128 = 0x01,
	ENC_UDATA2 = 0x02,
	ENC_UDATA4 = 0x03,
	ENC_UDATA8 = 0x04,
	ENC_SLEB128 = 0x09,
	ENC_SDATA2 = 0x0a,
	ENC_SDATA4 = 0x0b,
	ENC_SDATA8 = 0x0c,
	ENC_FORMAT = 0x0f, /* mask */
	ENC_PCREL = 0x10,
	ENC_ALIGNED = 0x50,
	ENC_INDIRECT = 0x80,
	ENC_BASE = 0xf0, /* mask */
	ENC_OMIT = 0xff,
};

/* An entry: what is between its length and its end. */
struct entry {
	struct pp_cursor body;
	uint64_t id_at; /* offset of the id or CIE pointer */
	uint64_t id;
	uint64_t at, next; /* offsets of this entry and of what follows */
	bool wide;	   /* 64-bit DWARF */
};

static uint64_t encoded_value(struct pp_cursor *e, uint8_t encoding)
{
	switch (encoding & ENC_FORMAT) {
	case ENC_ABSPTR:
	case ENC_UDATA8:
	case ENC_SDATA8:
		return pp_cursor_u64(e);
	case ENC_ULEB128:
		return pp_cursor_uleb(e);
	case ENC_UDATA2:
		return pp_cursor_u16(e);
	case ENC_UDATA4:
		return pp_cursor_u32(e);
	case ENC_SLEB128:
		return (uint64_t)pp_cursor_sleb(e);
	case ENC_SDATA2:
		return (uint64_t)(int64_t)(int16_t)pp_cursor_u16(e);
	case ENC_SDATA4:
		return (uint64_t)(int64_t)(int32_t)pp_cursor_u32(e);
	default:
		e->bad = true;
		return 0;
	}
}

uint64_t pp_cfi_address(struct pp_cursor *e, uint8_t encoding, uint64_t addr)
{
	uint64_t v = encoded_value(e, encoding);

	switch (encoding & ENC_BASE) {
	case 0:
		return v;
	case ENC_PCREL:
		return addr + v;
	default:
		e->bad = true;
		return 0;
	}
}

/* ---- Entries ---- */

static uint64_t offset_of(const struct pp_cfi *c, const uint8_t *p)
{
	return (uint64_t)(p - c->bytes.p);
}

/* Take the entry at offset `at`. False at the end of the section, and for what overruns it. */
static bool take_entry(const struct pp_cfi *c, uint64_t at, struct entry *e)
{
	struct pp_cursor in = {.p = c->bytes.p + at, .end = c->bytes.p + c->bytes.n};
	uint64_t length = pp_cursor_u32(&in);

	e->at = at;
	e->wide = length == UINT32_MAX;
	if (e->wide)
		length = pp_cursor_u64(&in);
	if (in.bad || !pp_cursor_has(&in, length))
		return false;
	e->body = (struct pp_cursor){.p = in.p, .end = in.p + length};
	e->id_at = offset_of(c, in.p);
	e->next = e->id_at + length;
	if (length == 0)
		return !c->bytes.unbounded;
	e->id = e->wide && !c->eh ? pp_cursor_u64(&e->body) : pp_cursor_u32(&e->body);
	return true;
}

static bool is_cie(const struct pp_cfi *c, const struct entry *e)
{
	return e->id == (c->eh ? 0 : e->wide ? UINT64_MAX : UINT32_MAX);
}

/* ---- CIEs ---- */

static void skip_personality(struct pp_cfi *c, struct pp_cursor *data)
{
	uint8_t encoding = pp_cursor_u8(data);

	if (encoding == ENC_ALIGNED)
		pp_cursor_skip(data, -(c->bytes.addr + offset_of(c, data->p)) & 7);
	if (encoding != ENC_OMIT)
		encoded_value(data, encoding);
}

/* The letters of an augmentation after "z". All that is needed of letters yet unknown is that what
 * was found before is right: "R" comes last but for flags. */
static bool read_augmentation(struct pp_cfi *c, struct pp_cfi_cie *cie, const char *letters,
			      struct pp_cursor *data)
{
	for (; *letters; letters++) {
		switch (*letters) {
		case 'L':
			pp_cursor_u8(data);
			break;
		case 'P':
			skip_personality(c, data);
			break;
		case 'R':
			cie->pc_encoding = pp_cursor_u8(data);
			break;
		case 'S':
			cie->signal = true;
			break;
		case 'B': /* return addresses are signed with the other key */
		case 'G': /* memory tags */
			break;
		default:
			return false;
		}
	}
	return !data->bad;
}

/* What version 4 tells: addresses have 8 bytes, and there are no segments. */
static bool read_sizes(struct pp_cursor *in)
{
	uint8_t address = pp_cursor_u8(in), segment = pp_cursor_u8(in);

	return address == 8 && segment == 0;
}

static bool read_cie(struct pp_cfi *c, struct entry *e, struct pp_cfi_cie *cie)
{
	struct pp_cursor *in = &e->body;
	uint8_t version = pp_cursor_u8(in);
	const char *letters = (const char *)in->p;
	const uint8_t *nul = memchr(in->p, 0, (size_t)(in->end - in->p));

	if (!nul || (version != 1 && version != 3 && version != 4))
		return false;
	in->p = nul + 1;
	if (strcmp(letters, "eh") == 0) /* a pointer that GCC 2 put there */
		pp_cursor_skip(in, 8);
	if (version == 4 && !read_sizes(in))
		return false;
	cie->code_align = pp_cursor_uleb(in);
	cie->data_align = pp_cursor_sleb(in);
	cie->ra = version == 1 ? pp_cursor_u8(in) : (uint32_t)pp_cursor_uleb(in);
	if (*letters == 'z') {
		uint64_t n = pp_cursor_uleb(in);
		struct pp_cursor data = {.p = in->p, .end = in->end};

		if (!pp_cursor_has(in, n))
			return false;
		data.end = in->p += n;
		cie->sized = true;
		if (!read_augmentation(c, cie, letters + 1, &data))
			return false;
	} else if (*letters && strcmp(letters, "eh") != 0) {
		return false;
	}
	return !in->bad && pp_cfi_run_cie(cie, *in, c->arm64);
}

static void add_cie(struct pp_cfi *c, struct entry *e)
{
	struct pp_cfi_cie cie = {.at = (uint32_t)e->at};

	if (c->ncies >= MAX_CIES) {
		c->skipped++;
		return;
	}
	cie.ok = read_cie(c, e, &cie);
	c->skipped += !cie.ok;
	c->cies = pp_grow(c->cies, &c->cies_cap, c->ncies + 1, sizeof(*c->cies));
	c->cies[c->ncies++] = cie;
}

/* The index of the CIE at an offset, or ncies. Mostly it is the last one. */
static size_t find_cie(const struct pp_cfi *c, uint64_t at)
{
	size_t lo = 0, hi = c->ncies;

	if (hi && c->cies[hi - 1].at == at)
		return hi - 1;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (c->cies[mid].at < at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < c->ncies && c->cies[lo].at == at ? lo : c->ncies;
}

/* ---- FDEs ---- */

/* Cut [pc, *end) to the code segment that it begins in. */
static bool clip_to_code(const struct pp_cfi *c, uint64_t pc, uint64_t *end)
{
	const struct pp_elf_code *s;
	size_t lo = 0, hi = c->ncode;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (c->code[mid].start <= pc)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == 0 || pc >= c->code[lo - 1].end)
		return false;
	s = &c->code[lo - 1];
	if (*end < pc || *end > s->end)
		*end = s->end;
	return *end > pc;
}

static bool read_fde(struct pp_cfi *c, struct entry *e, size_t index, uint64_t *pc, uint64_t *end)
{
	const struct pp_cfi_cie *cie = &c->cies[index];
	struct pp_cursor *in = &e->body;

	*pc = pp_cfi_address(in, cie->pc_encoding, c->bytes.addr + offset_of(c, in->p));
	*end = *pc + encoded_value(in, cie->pc_encoding & ENC_FORMAT);
	if (cie->sized)
		pp_cursor_skip(in, pp_cursor_uleb(in));
	return !in->bad;
}

static void add_fde(struct pp_cfi *c, struct entry *e)
{
	/* in .eh_frame a distance backwards from where it is written */
	size_t index = find_cie(c, c->eh ? e->id_at - e->id : e->id);
	uint64_t pc, end;

	if (index == c->ncies || !c->cies[index].ok || !read_fde(c, e, index, &pc, &end)) {
		c->skipped++;
		return;
	}
	if (pc == 0 || !clip_to_code(c, pc, &end))
		return;
	c->fdes = pp_grow(c->fdes, &c->fdes_cap, c->nfdes + 1, sizeof(*c->fdes));
	c->fdes[c->nfdes++] = (struct pp_cfi_fde){
		.pc = (uint32_t)(pc - c->base),
		.size = (uint32_t)(end - pc),
		.cie = (uint32_t)index,
		.ins = (uint32_t)offset_of(c, e->body.p),
		.ins_n = (uint32_t)(e->body.end - e->body.p),
	};
}

/* In .eh_frame CIEs come before their FDEs. In .debug_frame they need not. */
static void read_entries(struct pp_cfi *c, bool cies, bool fdes)
{
	struct entry e;

	for (uint64_t at = 0; at < c->bytes.n && take_entry(c, at, &e); at = e.next) {
		if (e.body.p == e.body.end && e.next == e.id_at)
			continue; /* a terminator: linkers may leave some in between */
		if (e.body.bad)
			c->skipped += fdes;
		else if (!is_cie(c, &e) && fdes)
			add_fde(c, &e);
		else if (is_cie(c, &e) && cies)
			add_cie(c, &e);
	}
}

/* ---- Order ---- */

#define DIGIT_BITS 11
#define DIGITS	   (1u << DIGIT_BITS)

/* One pass of a radix sort, stable. */
static void sort_pass(const struct pp_cfi_fde *from, struct pp_cfi_fde *to, size_t n,
		      unsigned shift)
{
	size_t at[DIGITS + 1] = {0};

	for (size_t i = 0; i < n; i++)
		at[(from[i].pc >> shift) % DIGITS + 1]++;
	for (size_t d = 0; d < DIGITS; d++)
		at[d + 1] += at[d];
	for (size_t i = 0; i < n; i++)
		to[at[(from[i].pc >> shift) % DIGITS]++] = from[i];
}

static bool in_order(const struct pp_cfi *c)
{
	for (size_t i = 1; i < c->nfdes; i++)
		if (c->fdes[i - 1].pc > c->fdes[i].pc)
			return false;
	return true;
}

static void sort_fdes(struct pp_cfi *c)
{
	struct pp_cfi_fde *other;

	if (in_order(c))
		return;
	other = pp_xcalloc(c->nfdes, sizeof(*other));
	for (unsigned shift = 0; shift < 32; shift += DIGIT_BITS) {
		struct pp_cfi_fde *sorted = other;

		sort_pass(c->fdes, other, c->nfdes, shift);
		other = c->fdes;
		c->fdes = sorted;
	}
	c->fdes_cap = c->nfdes;
	free(other);
}

static void settle_overlaps(struct pp_cfi *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->nfdes; i++) {
		const struct pp_cfi_fde f = c->fdes[i];

		if (n && c->fdes[n - 1].pc == f.pc)
			continue;
		if (n && c->fdes[n - 1].size > f.pc - c->fdes[n - 1].pc)
			c->fdes[n - 1].size = f.pc - c->fdes[n - 1].pc;
		c->fdes[n++] = f;
	}
	c->nfdes = n;
}

void pp_cfi_read(struct pp_cfi *c)
{
	if (!c->eh)
		read_entries(c, true, false);
	read_entries(c, c->eh, true);
	sort_fdes(c);
	settle_overlaps(c);
}

void pp_cfi_release(struct pp_cfi *c)
{
	free(c->cies);
	free(c->fdes);
	c->cies = NULL;
	c->fdes = NULL;
}
