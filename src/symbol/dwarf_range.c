/* SPDX-License-Identifier: Apache-2.0 */
/* Ranges of addresses. */
#include <config.h>

#include "symbol/dwarf_range.h"

#include <dwarf.h>

#include "symbol/dwarf_form.h"

static void begin_one(struct pp_dwarf_ranges *r, struct pp_dwarf_value low,
		      struct pp_dwarf_value high)
{
	uint64_t start, end;

	if (!high.form || !pp_dwarf_value_address(r->cu, low, &start))
		return;
	if (!pp_dwarf_value_address(r->cu, high, &end)) {
		if (pp_dwarf_value_is_address(high) || high.u > UINT64_MAX - start)
			return;
		end = start + high.u;
	}
	r->one = (struct pp_dwarf_range){start, end};
	r->kind = PP_DWARF_ONE_RANGE;
}

static uint64_t indexed_list(const struct pp_dwarf_cu *cu, uint64_t index)
{
	struct pp_dwarf_bytes table = cu->file->sections[PP_DWARF_RNGLISTS];
	unsigned size = cu->sizes.offset;

	if (index > UINT32_MAX || cu->rnglists_base > table.n)
		return UINT64_MAX;

	struct pp_dwarf_cursor c = pp_dwarf_cursor_at(table, cu->rnglists_base + index * size);
	uint64_t offset = pp_dwarf_uint(&c, size);
	return c.bad || offset > table.n ? UINT64_MAX : cu->rnglists_base + offset;
}

/* Before DWARF 5 the lists of split units are in the main file, behind those of its skeleton. */
static void begin_list(struct pp_dwarf_ranges *r, struct pp_dwarf_value v)
{
	const struct pp_dwarf_cu *cu = r->cu, *skeleton = cu->file->skeleton;
	const struct pp_dwarf_file *f = cu->file;
	uint64_t at = v.u;

	if (cu->sizes.version >= 5) {
		if (v.form == DW_FORM_rnglistx)
			at = indexed_list(cu, v.u);
		r->c = pp_dwarf_cursor_at(f->sections[PP_DWARF_RNGLISTS], at);
		r->kind = PP_DWARF_LIST_5;
		return;
	}
	if (skeleton) {
		f = skeleton->file;
		at += skeleton->ranges_base;
	}
	r->c = pp_dwarf_cursor_at(f->sections[PP_DWARF_RANGES], at);
	r->kind = PP_DWARF_LIST_4;
}

void pp_dwarf_ranges_begin(struct pp_dwarf_ranges *r, const struct pp_dwarf_cu *cu,
			   struct pp_dwarf_value low, struct pp_dwarf_value high,
			   struct pp_dwarf_value ranges)
{
	*r = (struct pp_dwarf_ranges){.cu = cu, .base = cu->low_pc};
	if (ranges.form)
		begin_list(r, ranges);
	else
		begin_one(r, low, high);
}

static bool next_4(struct pp_dwarf_ranges *r, struct pp_dwarf_range *out)
{
	unsigned size = r->cu->sizes.address;
	uint64_t start = pp_dwarf_uint(&r->c, size), end = pp_dwarf_uint(&r->c, size);

	if (r->c.bad || (start == 0 && end == 0))
		return false;
	*out = (struct pp_dwarf_range){0};
	if (start == (size == 8 ? UINT64_MAX : UINT32_MAX))
		r->base = end;
	else
		*out = (struct pp_dwarf_range){r->base + start, r->base + end};
	return true;
}

/* An address by its index into .debug_addr. */
static uint64_t take_indexed(struct pp_dwarf_ranges *r)
{
	uint64_t address = 0;

	if (!pp_dwarf_indexed_address(r->cu, pp_dwarf_uleb(&r->c), &address))
		pp_dwarf_spoil(&r->c);
	return address;
}

static bool next_5(struct pp_dwarf_ranges *r, struct pp_dwarf_range *out)
{
	unsigned size = r->cu->sizes.address;

	*out = (struct pp_dwarf_range){0};
	switch (pp_dwarf_u8(&r->c)) {
	case DW_RLE_base_addressx:
		r->base = take_indexed(r);
		break;
	case DW_RLE_startx_endx:
		out->start = take_indexed(r);
		out->end = take_indexed(r);
		break;
	case DW_RLE_startx_length:
		out->start = take_indexed(r);
		out->end = out->start + pp_dwarf_uleb(&r->c);
		break;
	case DW_RLE_offset_pair:
		out->start = r->base + pp_dwarf_uleb(&r->c);
		out->end = r->base + pp_dwarf_uleb(&r->c);
		break;
	case DW_RLE_base_address:
		r->base = pp_dwarf_uint(&r->c, size);
		break;
	case DW_RLE_start_end:
		out->start = pp_dwarf_uint(&r->c, size);
		out->end = pp_dwarf_uint(&r->c, size);
		break;
	case DW_RLE_start_length:
		out->start = pp_dwarf_uint(&r->c, size);
		out->end = out->start + pp_dwarf_uleb(&r->c);
		break;
	default:
		return false;
	}
	return !r->c.bad;
}

static bool next_any(struct pp_dwarf_ranges *r, struct pp_dwarf_range *out)
{
	switch (r->kind) {
	case PP_DWARF_ONE_RANGE:
		*out = r->one;
		r->kind = PP_DWARF_NO_RANGE;
		return true;
	case PP_DWARF_LIST_4:
		return next_4(r, out);
	case PP_DWARF_LIST_5:
		return next_5(r, out);
	default:
		return false;
	}
}

bool pp_dwarf_ranges_next(struct pp_dwarf_ranges *r, struct pp_dwarf_range *out)
{
	while (pp_dwarf_spend(r->cu->file->budget, 1) && next_any(r, out)) {
		if (out->start < out->end && pp_dwarf_elf_is_code(r->cu->file->code, out->start))
			return true;
	}
	return false;
}
