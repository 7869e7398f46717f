/* SPDX-License-Identifier: Apache-2.0 */
/* Headers of units (DWARF 5 section 7.5.1) and what their first entry says. */
#include <config.h>

#include "symbol/dwarf_unit.h"

#include <dwarf.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "symbol/dwarf_abbrev.h"
#include "symbol/dwarf_form.h"

/* The header at the cursor; false if the unit is of a kind that cannot be read. */
static bool read_header(struct pp_dwarf_cursor *c, struct pp_dwarf_unit *u)
{
	u->sizes.version = (uint16_t)pp_dwarf_uint(c, 2);
	u->type = DW_UT_compile;
	if (u->sizes.version < 2 || u->sizes.version > 5)
		return false;
	if (u->sizes.version == 5) {
		u->type = pp_dwarf_u8(c);
		u->sizes.address = pp_dwarf_u8(c);
		u->abbrev_offset = pp_dwarf_uint(c, u->sizes.offset);
	} else {
		u->abbrev_offset = pp_dwarf_uint(c, u->sizes.offset);
		u->sizes.address = pp_dwarf_u8(c);
	}
	if (u->type == DW_UT_skeleton || u->type == DW_UT_split_compile)
		u->id = pp_dwarf_uint(c, 8);
	else if (u->type == DW_UT_type || u->type == DW_UT_split_type)
		pp_dwarf_take(c, 8u + u->sizes.offset);
	return !c->bad && (u->sizes.address == 4 || u->sizes.address == 8);
}

void pp_dwarf_file_index(struct pp_dwarf_file *f)
{
	struct pp_dwarf_bytes info = f->sections[PP_DWARF_INFO];
	uint64_t at = 0;

	while (at < info.n && pp_dwarf_spend(f->budget, 8)) {
		struct pp_dwarf_cursor c = pp_dwarf_cursor_at(info, at);
		struct pp_dwarf_unit u = {.offset = at};

		pp_dwarf_unit_length(&c, &u.sizes.offset);
		if (c.bad)
			return;
		at = u.end = (uint64_t)(c.end - info.p);
		if (!read_header(&c, &u))
			continue;
		u.header_size = (uint8_t)((uint64_t)(c.p - info.p) - u.offset);
		if (!pp_dwarf_make(f->budget, 4))
			return;
		f->units = pp_grow(f->units, &f->units_cap, f->nunits + 1, sizeof(*f->units));
		f->units[f->nunits++] = u;
	}
}

void pp_dwarf_file_release(struct pp_dwarf_file *f)
{
	for (size_t i = 0; i < f->nunits; i++)
		free(f->units[i].cu);
	for (size_t i = 0; i < f->nabbrevs; i++)
		pp_dwarf_abbrevs_release(&f->abbrevs[i]);
	free(f->units);
	free(f->abbrevs);
	pp_map_release(&f->tables);
	pp_map_release(&f->names);
	*f = (struct pp_dwarf_file){0};
}

struct pp_dwarf_unit *pp_dwarf_file_unit(const struct pp_dwarf_file *f, uint64_t offset)
{
	size_t lo = 0, hi = f->nunits;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (f->units[mid].offset <= offset)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo > 0 && offset < f->units[lo - 1].end ? &f->units[lo - 1] : NULL;
}

static uint64_t number_or(const struct pp_dwarf_entry *e, enum pp_dwarf_slot slot, uint64_t other)
{
	return e->have >> slot & 1 ? e->values[slot].u : other;
}

/* In split units of DWARF 5 bases are not said: they are right behind the header of the table,
 * which has the length, two bytes of version and two more (tables of ranges: four more). */
static void set_bases(struct pp_dwarf_cu *cu, const struct pp_dwarf_entry *e)
{
	bool implied = cu->file->skeleton && cu->sizes.version >= 5;
	uint64_t header = !implied ? 0 : cu->sizes.offset == 8 ? 16 : 8;

	cu->str_offsets_base = number_or(e, PP_DWARF_STR_OFFSETS_BASE, header);
	cu->rnglists_base = number_or(e, PP_DWARF_RNGLISTS_BASE, header ? header + 4 : 0);
	cu->addr_base = number_or(e, PP_DWARF_ADDR_BASE, 0);
	cu->ranges_base = number_or(e, PP_DWARF_RANGES_BASE, 0);
}

static void set_unit(struct pp_dwarf_cu *cu, const struct pp_dwarf_entry *e)
{
	const struct pp_dwarf_cu *skeleton = cu->file->skeleton;

	set_bases(cu, e);
	cu->id = number_or(e, PP_DWARF_DWO_ID, cu->id);
	cu->low = pp_dwarf_entry_get(e, PP_DWARF_LOW_PC);
	cu->high = pp_dwarf_entry_get(e, PP_DWARF_HIGH_PC);
	cu->ranges = pp_dwarf_entry_get(e, PP_DWARF_RANGES_AT);
	cu->stmt_list = pp_dwarf_entry_get(e, PP_DWARF_STMT_LIST);
	if (!pp_dwarf_value_address(cu, cu->low, &cu->low_pc))
		cu->low_pc = skeleton ? skeleton->low_pc : 0;
	cu->name = pp_dwarf_value_string(cu, pp_dwarf_entry_get(e, PP_DWARF_NAME));
	cu->comp_dir = pp_dwarf_value_string(cu, pp_dwarf_entry_get(e, PP_DWARF_COMP_DIR));
	cu->dwo_name = pp_dwarf_value_string(cu, pp_dwarf_entry_get(e, PP_DWARF_DWO_NAME));
}

static struct pp_dwarf_cursor unit_cursor(const struct pp_dwarf_cu *cu, uint64_t at)
{
	struct pp_dwarf_bytes info = {cu->file->sections[PP_DWARF_INFO].p, (size_t)cu->end};

	return pp_dwarf_cursor_at(info, at);
}

bool pp_dwarf_unit_peek(struct pp_dwarf_file *f, const struct pp_dwarf_unit *unit,
			struct pp_dwarf_cu *cu)
{
	PP_CLEANUP(pp_dwarf_abbrevs_release) struct pp_dwarf_abbrevs one = {0};
	struct pp_dwarf_entry e;

	*cu = (struct pp_dwarf_cu){.file = f,
				   .sizes = unit->sizes,
				   .offset = unit->offset,
				   .end = unit->end,
				   .entries = unit->offset + unit->header_size,
				   .abbrevs = SIZE_MAX,
				   .id = unit->id};

	struct pp_dwarf_cursor c = unit_cursor(cu, cu->entries);
	uint64_t code = pp_dwarf_uleb(&c);
	if (c.bad || code == 0 ||
	    !pp_dwarf_abbrevs_read(f, unit->abbrev_offset, unit->sizes, code, &one) || one.n == 0)
		return false;
	pp_dwarf_entry_read(&one, &one.list[0], cu->sizes, &c, &e);
	if (c.bad)
		return false;
	set_unit(cu, &e);
	return true;
}

struct pp_dwarf_cu *pp_dwarf_unit_open(struct pp_dwarf_file *f, struct pp_dwarf_unit *unit)
{
	struct pp_dwarf_cu cu;

	if (unit->cu)
		return unit->cu->abbrevs == SIZE_MAX ? NULL : unit->cu;
	if (!pp_dwarf_make(f->budget, 16))
		return NULL;
	if (pp_dwarf_unit_peek(f, unit, &cu))
		cu.abbrevs = pp_dwarf_abbrevs_get(f, unit->abbrev_offset, unit->sizes);
	unit->cu = pp_xcalloc(1, sizeof(cu));
	*unit->cu = cu;
	return cu.abbrevs == SIZE_MAX ? NULL : unit->cu;
}

bool pp_dwarf_entry_at(const struct pp_dwarf_cu *cu, uint64_t offset, struct pp_dwarf_entry *out)
{
	const struct pp_dwarf_abbrevs *t = &cu->file->abbrevs[cu->abbrevs];

	if (offset < cu->entries || offset >= cu->end)
		return false;

	struct pp_dwarf_cursor c = unit_cursor(cu, offset);
	const struct pp_dwarf_abbrev *a = pp_dwarf_abbrev_find(t, pp_dwarf_uleb(&c));
	if (!a)
		return false;
	pp_dwarf_entry_read(t, a, cu->sizes, &c, out);
	return !c.bad;
}
