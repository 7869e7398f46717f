/* SPDX-License-Identifier: Apache-2.0 */
/* Forms. */
#include <config.h>

#include "symbol/dwarf_form.h"

#include <dwarf.h>

#define MAX_STRING (1u << 20)

int pp_dwarf_form_size(unsigned form, struct pp_dwarf_sizes sizes)
{
	switch (form) {
	case DW_FORM_flag_present:
	case DW_FORM_implicit_const:
		return 0;
	case DW_FORM_data1:
	case DW_FORM_flag:
	case DW_FORM_ref1:
	case DW_FORM_strx1:
	case DW_FORM_addrx1:
		return 1;
	case DW_FORM_data2:
	case DW_FORM_ref2:
	case DW_FORM_strx2:
	case DW_FORM_addrx2:
		return 2;
	case DW_FORM_strx3:
	case DW_FORM_addrx3:
		return 3;
	case DW_FORM_data4:
	case DW_FORM_ref4:
	case DW_FORM_ref_sup4:
	case DW_FORM_strx4:
	case DW_FORM_addrx4:
		return 4;
	case DW_FORM_data8:
	case DW_FORM_ref8:
	case DW_FORM_ref_sup8:
	case DW_FORM_ref_sig8:
		return 8;
	case DW_FORM_data16:
		return 16;
	case DW_FORM_addr:
		return sizes.address;
	case DW_FORM_ref_addr:
		return sizes.version <= 2 ? sizes.address : sizes.offset;
	case DW_FORM_strp:
	case DW_FORM_line_strp:
	case DW_FORM_strp_sup:
	case DW_FORM_sec_offset:
	case DW_FORM_GNU_ref_alt:
	case DW_FORM_GNU_strp_alt:
		return sizes.offset;
	default:
		return -1;
	}
}

bool pp_dwarf_form_known(unsigned form)
{
	switch (form) {
	case DW_FORM_block:
	case DW_FORM_block1:
	case DW_FORM_block2:
	case DW_FORM_block4:
	case DW_FORM_exprloc:
	case DW_FORM_string:
	case DW_FORM_sdata:
	case DW_FORM_udata:
	case DW_FORM_ref_udata:
	case DW_FORM_strx:
	case DW_FORM_addrx:
	case DW_FORM_loclistx:
	case DW_FORM_rnglistx:
	case DW_FORM_GNU_addr_index:
	case DW_FORM_GNU_str_index:
	case DW_FORM_indirect:
		return true;
	default:
		return pp_dwarf_form_size(form, (struct pp_dwarf_sizes){4, 8, 5}) >= 0;
	}
}

/* The length in front of a block's bytes. */
static uint64_t block_length(unsigned form, struct pp_dwarf_cursor *c)
{
	switch (form) {
	case DW_FORM_block1:
		return pp_dwarf_uint(c, 1);
	case DW_FORM_block2:
		return pp_dwarf_uint(c, 2);
	case DW_FORM_block4:
		return pp_dwarf_uint(c, 4);
	default:
		return pp_dwarf_uleb(c);
	}
}

/* An indirect value names its form, which must be one that stands for itself. */
static unsigned indirect_form(struct pp_dwarf_cursor *c)
{
	uint64_t form = pp_dwarf_uleb(c);

	if (form > UINT16_MAX || form == DW_FORM_indirect || form == DW_FORM_implicit_const ||
	    !pp_dwarf_form_known((unsigned)form)) {
		pp_dwarf_spoil(c);
		return DW_FORM_data1;
	}
	return (unsigned)form;
}

struct pp_dwarf_value pp_dwarf_form_read(unsigned form, int64_t constant,
					 struct pp_dwarf_sizes sizes, struct pp_dwarf_cursor *c)
{
	if (form == DW_FORM_indirect)
		form = indirect_form(c);

	struct pp_dwarf_value v = {.form = (uint16_t)form};
	int size = pp_dwarf_form_size(form, sizes);
	switch (form) {
	case DW_FORM_flag_present:
		v.u = 1;
		return v;
	case DW_FORM_implicit_const:
		v.u = (uint64_t)constant;
		return v;
	case DW_FORM_string:
		v.text = pp_dwarf_string(c);
		return v;
	case DW_FORM_sdata:
		v.u = (uint64_t)pp_dwarf_sleb(c);
		return v;
	case DW_FORM_block:
	case DW_FORM_block1:
	case DW_FORM_block2:
	case DW_FORM_block4:
	case DW_FORM_exprloc:
		pp_dwarf_take(c, block_length(form, c));
		return v;
	case DW_FORM_data16:
		pp_dwarf_take(c, 16);
		return v;
	default:
		v.u = size < 0 ? pp_dwarf_uleb(c) : pp_dwarf_uint(c, (unsigned)size);
		return v;
	}
}

void pp_dwarf_form_skip(unsigned form, struct pp_dwarf_sizes sizes, struct pp_dwarf_cursor *c)
{
	int size = pp_dwarf_form_size(form, sizes);

	if (size >= 0)
		pp_dwarf_take(c, (uint64_t)size);
	else
		pp_dwarf_form_read(form, 0, sizes, c);
}

struct pp_str pp_dwarf_string_at(const struct pp_dwarf_file *f, enum pp_dwarf_section section,
				 uint64_t offset)
{
	struct pp_dwarf_cursor c = pp_dwarf_cursor_at(f->sections[section], offset);

	if (pp_dwarf_left(&c) > MAX_STRING)
		c.end = c.p + MAX_STRING;
	return pp_dwarf_string(&c);
}

static struct pp_str indexed_string(const struct pp_dwarf_cu *cu, uint64_t index)
{
	struct pp_dwarf_bytes table = cu->file->sections[PP_DWARF_STR_OFFSETS];
	unsigned size = cu->sizes.offset;

	if (index > UINT32_MAX || cu->str_offsets_base > table.n)
		return (struct pp_str){0};

	struct pp_dwarf_cursor c = pp_dwarf_cursor_at(table, cu->str_offsets_base + index * size);
	uint64_t offset = pp_dwarf_uint(&c, size);
	return c.bad ? (struct pp_str){0} : pp_dwarf_string_at(cu->file, PP_DWARF_STR, offset);
}

struct pp_str pp_dwarf_value_string(const struct pp_dwarf_cu *cu, struct pp_dwarf_value v)
{
	switch (v.form) {
	case DW_FORM_string:
		return v.text;
	case DW_FORM_strp:
		return pp_dwarf_string_at(cu->file, PP_DWARF_STR, v.u);
	case DW_FORM_line_strp:
		return pp_dwarf_string_at(cu->file, PP_DWARF_LINE_STR, v.u);
	case DW_FORM_strx:
	case DW_FORM_strx1:
	case DW_FORM_strx2:
	case DW_FORM_strx3:
	case DW_FORM_strx4:
	case DW_FORM_GNU_str_index:
		return indexed_string(cu, v.u);
	case DW_FORM_strp_sup:
	case DW_FORM_GNU_strp_alt:
		if (cu->file->alt)
			return pp_dwarf_string_at(cu->file->alt, PP_DWARF_STR, v.u);
		return (struct pp_str){0};
	default:
		return (struct pp_str){0};
	}
}

/* Split units have no .debug_addr of their own: it needs relocation, so it is in the main file. */
bool pp_dwarf_indexed_address(const struct pp_dwarf_cu *cu, uint64_t index, uint64_t *out)
{
	const struct pp_dwarf_cu *owner = cu->file->skeleton ? cu->file->skeleton : cu;
	struct pp_dwarf_bytes table = owner->file->sections[PP_DWARF_ADDR];
	unsigned size = cu->sizes.address;

	if (index > UINT32_MAX || owner->addr_base > table.n)
		return false;

	struct pp_dwarf_cursor c = pp_dwarf_cursor_at(table, owner->addr_base + index * size);
	*out = pp_dwarf_uint(&c, size);
	return !c.bad;
}

bool pp_dwarf_value_is_address(struct pp_dwarf_value v)
{
	switch (v.form) {
	case DW_FORM_addr:
	case DW_FORM_addrx:
	case DW_FORM_addrx1:
	case DW_FORM_addrx2:
	case DW_FORM_addrx3:
	case DW_FORM_addrx4:
	case DW_FORM_GNU_addr_index:
		return true;
	default:
		return false;
	}
}

bool pp_dwarf_value_address(const struct pp_dwarf_cu *cu, struct pp_dwarf_value v, uint64_t *out)
{
	if (!pp_dwarf_value_is_address(v))
		return false;
	if (v.form != DW_FORM_addr)
		return pp_dwarf_indexed_address(cu, v.u, out);
	*out = v.u;
	return true;
}

bool pp_dwarf_value_reference(const struct pp_dwarf_cu *cu, struct pp_dwarf_value v,
			      struct pp_dwarf_file **file, uint64_t *offset)
{
	*file = cu->file;
	*offset = v.u;
	switch (v.form) {
	case DW_FORM_ref1:
	case DW_FORM_ref2:
	case DW_FORM_ref4:
	case DW_FORM_ref8:
	case DW_FORM_ref_udata:
		if (v.u >= cu->end - cu->offset)
			return false;
		*offset += cu->offset;
		return true;
	case DW_FORM_ref_addr:
		return true;
	case DW_FORM_GNU_ref_alt:
	case DW_FORM_ref_sup4:
	case DW_FORM_ref_sup8:
		*file = cu->file->alt;
		return *file != NULL;
	default:
		return false;
	}
}
