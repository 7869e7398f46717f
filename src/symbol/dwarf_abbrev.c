/* SPDX-License-Identifier: Apache-2.0 */
/* Abbreviations. */
#include <config.h>

#include "symbol/dwarf_abbrev.h"

#include <dwarf.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "symbol/dwarf_form.h"

static enum pp_dwarf_slot slot_of(uint64_t name)
{
	switch (name) {
	case DW_AT_low_pc:
		return PP_DWARF_LOW_PC;
	case DW_AT_high_pc:
		return PP_DWARF_HIGH_PC;
	case DW_AT_ranges:
		return PP_DWARF_RANGES_AT;
	case DW_AT_name:
		return PP_DWARF_NAME;
	case DW_AT_linkage_name:
	case DW_AT_MIPS_linkage_name:
		return PP_DWARF_LINKAGE_NAME;
	case DW_AT_abstract_origin:
	case DW_AT_specification:
		return PP_DWARF_ORIGIN;
	case DW_AT_decl_line:
		return PP_DWARF_DECL_LINE;
	case DW_AT_call_file:
		return PP_DWARF_CALL_FILE;
	case DW_AT_call_line:
		return PP_DWARF_CALL_LINE;
	case DW_AT_sibling:
		return PP_DWARF_SIBLING;
	case DW_AT_stmt_list:
		return PP_DWARF_STMT_LIST;
	case DW_AT_comp_dir:
		return PP_DWARF_COMP_DIR;
	case DW_AT_str_offsets_base:
		return PP_DWARF_STR_OFFSETS_BASE;
	case DW_AT_addr_base:
	case DW_AT_GNU_addr_base:
		return PP_DWARF_ADDR_BASE;
	case DW_AT_rnglists_base:
		return PP_DWARF_RNGLISTS_BASE;
	case DW_AT_GNU_ranges_base:
		return PP_DWARF_RANGES_BASE;
	case DW_AT_dwo_name:
	case DW_AT_GNU_dwo_name:
		return PP_DWARF_DWO_NAME;
	case DW_AT_GNU_dwo_id:
		return PP_DWARF_DWO_ID;
	default:
		return PP_DWARF_SLOTS;
	}
}

static enum pp_dwarf_kind kind_of(uint64_t tag)
{
	switch (tag) {
	case DW_TAG_subprogram:
		return PP_DWARF_FUNCTION;
	case DW_TAG_inlined_subroutine:
		return PP_DWARF_INLINED;
	case DW_TAG_compile_unit:
	case DW_TAG_partial_unit:
	case DW_TAG_skeleton_unit:
	case DW_TAG_lexical_block:
	case DW_TAG_namespace:
	case DW_TAG_module:
	case DW_TAG_try_block:
	case DW_TAG_catch_block:
	case DW_TAG_with_stmt:
		return PP_DWARF_ENCLOSING;
	default:
		return PP_DWARF_OTHER;
	}
}

static void add_attr(struct pp_dwarf_abbrevs *t, struct pp_dwarf_attr attr)
{
	t->attrs = pp_grow(t->attrs, &t->attrs_cap, t->nattrs + 1, sizeof(*t->attrs));
	t->attrs[t->nattrs++] = attr;
}

/* The attributes of one abbreviation. Where `keep` is not set they are only stepped over. */
static bool read_attrs(struct pp_dwarf_cursor *c, struct pp_dwarf_sizes sizes,
		       struct pp_dwarf_budget *budget, struct pp_dwarf_abbrevs *t,
		       struct pp_dwarf_abbrev *a, bool keep)
{
	int64_t total = 0;

	a->first = (uint32_t)t->nattrs;
	for (;;) {
		uint64_t name = pp_dwarf_uleb(c), form = pp_dwarf_uleb(c);
		struct pp_dwarf_attr attr = {.slot = (uint8_t)slot_of(name)};

		if (form == DW_FORM_implicit_const)
			attr.constant = pp_dwarf_sleb(c);
		if (c->bad || !pp_dwarf_spend(budget, 1))
			return false;
		if (name == 0 && form == 0)
			break;
		if (form > UINT16_MAX || !pp_dwarf_form_known((unsigned)form))
			return false;
		attr.form = (uint16_t)form;

		int size = pp_dwarf_form_size(attr.form, sizes);
		attr.size = (int8_t)size;
		total = size < 0 || total < 0 ? -1 : total + size;
		a->sibling |= attr.slot == PP_DWARF_SIBLING;
		if (keep)
			add_attr(t, attr);
	}
	a->n = (uint32_t)t->nattrs - a->first;
	a->size = total > INT32_MAX ? -1 : (int32_t)total;
	return true;
}

static int by_code(const void *a, const void *b)
{
	const struct pp_dwarf_abbrev *x = a, *y = b;

	return x->code < y->code ? -1 : x->code > y->code;
}

/* Compilers number them from 1 up; whoever does not pays for sorting. */
static void order(struct pp_dwarf_abbrevs *t)
{
	for (size_t i = 1; i < t->n; i++) {
		if (t->list[i].code <= t->list[i - 1].code) {
			qsort(t->list, t->n, sizeof(*t->list), by_code);
			return;
		}
	}
}

bool pp_dwarf_abbrevs_read(struct pp_dwarf_file *f, uint64_t offset, struct pp_dwarf_sizes sizes,
			   uint64_t only, struct pp_dwarf_abbrevs *t)
{
	struct pp_dwarf_cursor c = pp_dwarf_cursor_at(f->sections[PP_DWARF_ABBREV], offset);

	for (;;) {
		struct pp_dwarf_abbrev a = {.code = pp_dwarf_uleb(&c)};
		bool keep = !only || a.code == only;

		if (a.code == 0 && !c.bad)
			break;
		a.kind = (uint8_t)kind_of(pp_dwarf_uleb(&c));
		a.children = pp_dwarf_u8(&c);
		if (c.bad || !read_attrs(&c, sizes, f->budget, t, &a, keep))
			return false;
		if (!keep)
			continue;
		if (!pp_dwarf_make(f->budget, only ? 0 : 2 + (size_t)a.n))
			return false;
		t->list = pp_grow(t->list, &t->cap, t->n + 1, sizeof(*t->list));
		t->list[t->n++] = a;
		if (only)
			break;
	}
	order(t);
	return true;
}

void pp_dwarf_abbrevs_release(struct pp_dwarf_abbrevs *t)
{
	free(t->list);
	free(t->attrs);
	*t = (struct pp_dwarf_abbrevs){0};
}

size_t pp_dwarf_abbrevs_get(struct pp_dwarf_file *f, uint64_t offset, struct pp_dwarf_sizes sizes)
{
	uint64_t key = offset << 3 | (sizes.offset == 8) << 2 | (sizes.address == 8) << 1 |
		       (sizes.version == 2);
	struct pp_dwarf_abbrevs t = {0};

	if (offset > UINT64_MAX >> 3)
		return SIZE_MAX;

	uint32_t known = pp_map_find(&f->tables, key);
	if (known != PP_MAP_NONE)
		return known;
	if (!pp_dwarf_abbrevs_read(f, offset, sizes, 0, &t)) {
		pp_dwarf_abbrevs_release(&t);
		return SIZE_MAX;
	}
	f->abbrevs = pp_grow(f->abbrevs, &f->abbrevs_cap, f->nabbrevs + 1, sizeof(*f->abbrevs));
	f->abbrevs[f->nabbrevs] = t;
	pp_map_put(&f->tables, key, (uint32_t)f->nabbrevs);
	return f->nabbrevs++;
}

const struct pp_dwarf_abbrev *pp_dwarf_abbrev_find(const struct pp_dwarf_abbrevs *t, uint64_t code)
{
	size_t lo = 0, hi = t->n;

	if (code - 1 < t->n && t->list[code - 1].code == code)
		return &t->list[code - 1];
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (t->list[mid].code < code)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < t->n && t->list[lo].code == code ? &t->list[lo] : NULL;
}

/* Most values are numbers of a size that is known by now. */
static inline struct pp_dwarf_value
read_value(const struct pp_dwarf_attr *attr, struct pp_dwarf_sizes sizes, struct pp_dwarf_cursor *c)
{
	if (attr->size > 0 && attr->size <= 8)
		return (struct pp_dwarf_value){.form = attr->form,
					       .u = pp_dwarf_uint(c, (unsigned)attr->size)};
	return pp_dwarf_form_read(attr->form, attr->constant, sizes, c);
}

static inline void skip_value(const struct pp_dwarf_attr *attr, struct pp_dwarf_sizes sizes,
			      struct pp_dwarf_cursor *c)
{
	if (attr->size >= 0)
		pp_dwarf_take(c, (uint64_t)attr->size);
	else
		pp_dwarf_form_skip(attr->form, sizes, c);
}

void pp_dwarf_entry_read(const struct pp_dwarf_abbrevs *t, const struct pp_dwarf_abbrev *a,
			 struct pp_dwarf_sizes sizes, struct pp_dwarf_cursor *c,
			 struct pp_dwarf_entry *out)
{
	out->have = 0;
	for (uint32_t i = 0; i < a->n; i++) {
		const struct pp_dwarf_attr *attr = &t->attrs[a->first + i];

		if (attr->slot == PP_DWARF_SLOTS) {
			skip_value(attr, sizes, c);
			continue;
		}
		out->values[attr->slot] = read_value(attr, sizes, c);
		out->have |= 1u << attr->slot;
	}
	if (c->bad)
		out->have = 0;
}

void pp_dwarf_entry_skip(const struct pp_dwarf_abbrevs *t, const struct pp_dwarf_abbrev *a,
			 struct pp_dwarf_sizes sizes, struct pp_dwarf_cursor *c)
{
	if (a->size >= 0) {
		pp_dwarf_take(c, (uint64_t)a->size);
		return;
	}
	for (uint32_t i = 0; i < a->n; i++)
		skip_value(&t->attrs[a->first + i], sizes, c);
}
