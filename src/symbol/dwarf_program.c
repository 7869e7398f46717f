/* SPDX-License-Identifier: Apache-2.0 */
/* Line number programs (DWARF 5 section 6.2.5). */
#include <config.h>

#include <dwarf.h>

#include "base/alloc.h"
#include "symbol/dwarf_line.h"
#include "symbol/dwarf_scope.h"

struct row {
	uint64_t address;
	uint64_t file;
	uint64_t line;
};

struct machine {
	struct pp_dwarf_lines *l;
	struct pp_dwarf_cursor c;
	struct row now, last; /* the registers, and the row before */
	bool have_last;
	bool dead; /* of a sequence whose code the linker has dropped */
	uint32_t op;
	const uint64_t *vaddrs;
	size_t n;
	struct pp_dwarf_line_hit *hits;
	size_t next; /* no address before this one is at `last` or above */
};

static void reset(struct machine *m)
{
	m->now = (struct row){.file = 1, .line = 1};
	m->have_last = false;
	m->op = 0;
}

/* The last row holds for all addresses up to this one. */
static bool fill(struct machine *m)
{
	for (; m->next < m->n && m->vaddrs[m->next] < m->now.address; m->next++) {
		struct pp_dwarf_line_hit *hit = &m->hits[m->next];

		if (!pp_dwarf_spend(m->l->cu->file->budget, 1))
			return false;
		if (hit->found)
			continue;
		hit->found = true;
		hit->file = m->last.file > UINT32_MAX ? UINT32_MAX : (uint32_t)m->last.file;
		hit->line = m->last.line > UINT32_MAX ? 0 : (uint32_t)m->last.line;
	}
	return true;
}

static bool emit(struct machine *m, bool ends)
{
	if (m->have_last && !m->dead && m->now.address > m->last.address && !fill(m))
		return false;
	if (!m->have_last) {
		m->dead = !pp_dwarf_elf_is_code(m->l->cu->file->code, m->now.address);
		m->next = pp_dwarf_first_from(m->vaddrs, m->n, m->now.address);
	} else if (m->now.address < m->last.address) {
		m->next = pp_dwarf_first_from(m->vaddrs, m->n, m->now.address);
	}
	m->have_last = !ends;
	m->last = m->now;
	return true;
}

static void advance(struct machine *m, uint64_t operations)
{
	const struct pp_dwarf_lines *l = m->l;

	if (l->max_ops > 1) {
		operations += m->op;
		m->op = (uint32_t)(operations % l->max_ops);
		operations /= l->max_ops;
	}
	m->now.address += operations * l->min_length;
}

static bool special(struct machine *m, uint8_t opcode)
{
	unsigned adjusted = opcode - m->l->opcode_base;

	advance(m, adjusted / m->l->line_range);
	m->now.line += (uint64_t)(m->l->line_base + (int)(adjusted % m->l->line_range));
	return emit(m, false);
}

static void define_file(struct machine *m, struct pp_dwarf_cursor *c)
{
	struct pp_dwarf_lines *l = m->l;
	struct pp_dwarf_line_file f = {.name = pp_dwarf_string(c), .dir = pp_dwarf_uleb(c)};

	if (c->bad || !pp_dwarf_make(l->cu->file->budget, 2))
		return;
	l->files = pp_grow(l->files, &l->files_cap, l->nfiles + 1, sizeof(*l->files));
	l->files[l->nfiles++] = f;
}

static bool extended(struct machine *m)
{
	uint64_t n = pp_dwarf_uleb(&m->c);
	const uint8_t *p = pp_dwarf_take(&m->c, n);

	if (!p || n == 0)
		return !m->c.bad;

	struct pp_dwarf_cursor c = {.p = p, .end = p + n};
	switch (pp_dwarf_u8(&c)) {
	case DW_LNE_end_sequence:
		if (!emit(m, true))
			return false;
		reset(m);
		return true;
	case DW_LNE_set_address:
		m->now.address = n - 1 <= 8 && n > 1 ? pp_dwarf_uint(&c, (unsigned)(n - 1)) : 0;
		m->op = 0;
		return true;
	case DW_LNE_define_file:
		define_file(m, &c);
		return true;
	default:
		return true;
	}
}

static bool standard(struct machine *m, uint8_t opcode)
{
	switch (opcode) {
	case DW_LNS_copy:
		return emit(m, false);
	case DW_LNS_advance_pc:
		advance(m, pp_dwarf_uleb(&m->c));
		return true;
	case DW_LNS_advance_line:
		m->now.line += (uint64_t)pp_dwarf_sleb(&m->c);
		return true;
	case DW_LNS_set_file:
		m->now.file = pp_dwarf_uleb(&m->c);
		return true;
	case DW_LNS_const_add_pc:
		advance(m, (255u - m->l->opcode_base) / m->l->line_range);
		return true;
	case DW_LNS_fixed_advance_pc:
		m->now.address += pp_dwarf_uint(&m->c, 2);
		m->op = 0;
		return true;
	default:
		for (unsigned i = 0; i < m->l->operands[opcode]; i++)
			pp_dwarf_uleb(&m->c);
		return true;
	}
}

void pp_dwarf_lines_find(struct pp_dwarf_lines *l, const uint64_t *vaddrs, size_t n,
			 struct pp_dwarf_line_hit *hits)
{
	struct machine m = {.l = l, .c = l->program, .vaddrs = vaddrs, .n = n, .hits = hits};
	bool going = true;

	reset(&m);
	while (going && m.c.p < m.c.end && pp_dwarf_spend(l->cu->file->budget, 1)) {
		uint8_t opcode = pp_dwarf_u8(&m.c);

		if (opcode >= l->opcode_base)
			going = special(&m, opcode);
		else if (opcode == 0)
			going = extended(&m);
		else
			going = standard(&m, opcode);
	}
}
