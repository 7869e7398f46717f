/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One walk over a unit's entries in their order finds everything, without an index: each function's
 * ranges are looked up among the addresses, and what lies below a function without any is stepped
 * over. Functions may be nested in others (Fortran, Ada, GNU C) whose ranges do not cover them:
 * only if addresses are left, a second walk steps over nothing.
 */
#include <config.h>

#include "symbol/dwarf_scope.h"

#include "base/alloc.h"

struct walk {
	const struct pp_dwarf_cu *cu;
	const struct pp_dwarf_abbrevs *abbrevs;
	struct pp_dwarf_cursor c;
	struct pp_dwarf_hits *hits;
	struct pp_dwarf_entry entry;
	uint32_t depth;
	uint32_t hidden; /* entries deeper than this are of no interest */
	uint32_t open;	 /* the scope that the cursor is in */
	bool inlines, thorough;
};

size_t pp_dwarf_first_from(const uint64_t *vaddrs, size_t n, uint64_t at)
{
	size_t lo = 0;

	while (lo < n) {
		size_t mid = lo + (n - lo) / 2;

		if (vaddrs[mid] < at)
			lo = mid + 1;
		else
			n = mid;
	}
	return lo;
}

static uint32_t clamp(uint64_t v)
{
	return v > UINT32_MAX ? 0 : (uint32_t)v;
}

static uint32_t add_scope(struct walk *w, uint64_t offset, bool inlined)
{
	struct pp_dwarf_hits *h = w->hits;
	struct pp_dwarf_scope s = {
		.entry = offset, .parent = PP_DWARF_NO_SCOPE, .outer = w->open, .depth = w->depth};

	if (inlined) {
		s.parent = w->open;
		s.call_file = clamp(pp_dwarf_entry_get(&w->entry, PP_DWARF_CALL_FILE).u);
		s.call_line = clamp(pp_dwarf_entry_get(&w->entry, PP_DWARF_CALL_LINE).u);
	}
	if (!pp_dwarf_make(w->cu->file->budget, 2))
		return PP_DWARF_NO_SCOPE;
	h->list = pp_grow(h->list, &h->cap, h->nlist + 1, sizeof(*h->list));
	h->list[h->nlist] = s;
	return (uint32_t)h->nlist++;
}

/* Give the addresses that the entry covers a scope of its own; PP_DWARF_NO_SCOPE if there are none.
 * In an overlap the later entry wins: it is the one that lies deeper. */
static uint32_t match(struct walk *w, uint64_t offset, bool inlined)
{
	struct pp_dwarf_hits *h = w->hits;
	uint32_t scope = PP_DWARF_NO_SCOPE;
	struct pp_dwarf_ranges ranges;
	struct pp_dwarf_range r;

	pp_dwarf_ranges_begin(&ranges, w->cu, pp_dwarf_entry_get(&w->entry, PP_DWARF_LOW_PC),
			      pp_dwarf_entry_get(&w->entry, PP_DWARF_HIGH_PC),
			      pp_dwarf_entry_get(&w->entry, PP_DWARF_RANGES_AT));
	while (pp_dwarf_ranges_next(&ranges, &r)) {
		for (size_t i = pp_dwarf_first_from(h->vaddrs, h->n, r.start);
		     i < h->n && h->vaddrs[i] < r.end; i++) {
			if (scope == PP_DWARF_NO_SCOPE)
				scope = add_scope(w, offset, inlined);
			if (scope == PP_DWARF_NO_SCOPE || !pp_dwarf_spend(w->cu->file->budget, 1))
				return scope;
			h->scopes[i] = scope;
		}
	}
	return scope;
}

/* What the entry is: whether its children are of interest. */
static bool visit(struct walk *w, const struct pp_dwarf_abbrev *a, uint64_t offset)
{
	bool inlined = a->kind == PP_DWARF_INLINED;
	uint32_t scope;

	if (a->kind == PP_DWARF_ENCLOSING)
		return true;
	if (a->kind == PP_DWARF_OTHER || (inlined && w->open == PP_DWARF_NO_SCOPE))
		return w->thorough;
	if (inlined && !w->inlines)
		return w->thorough;
	scope = match(w, offset, inlined);
	if (scope != PP_DWARF_NO_SCOPE && a->children)
		w->open = scope;
	return scope != PP_DWARF_NO_SCOPE || inlined || w->thorough;
}

/* Jump to the entry's sibling if it says where that is. */
static bool jump(struct walk *w)
{
	struct pp_dwarf_value v = pp_dwarf_entry_get(&w->entry, PP_DWARF_SIBLING);
	const uint8_t *start = w->cu->file->sections[PP_DWARF_INFO].p + w->cu->offset;

	if (!v.form || v.u >= w->cu->end - w->cu->offset || start + v.u <= w->c.p)
		return false;
	w->c.p = start + v.u;
	return true;
}

/* Entries without attributes of interest are stepped over without being read. */
static bool worth_reading(const struct walk *w, const struct pp_dwarf_abbrev *a)
{
	if (w->depth > w->hidden)
		return false;
	if (a->kind == PP_DWARF_OTHER)
		return a->children && a->sibling && !w->thorough;
	return a->kind != PP_DWARF_ENCLOSING;
}

static bool enter(struct walk *w, const struct pp_dwarf_abbrev *a, uint64_t offset)
{
	bool known = worth_reading(w, a), inside;

	if (known)
		pp_dwarf_entry_read(w->abbrevs, a, w->cu->sizes, &w->c, &w->entry);
	else
		pp_dwarf_entry_skip(w->abbrevs, a, w->cu->sizes, &w->c);
	if (w->c.bad)
		return false;
	inside = w->depth > w->hidden || visit(w, a, offset);
	if (!a->children)
		return true;
	if (!inside && known && jump(w))
		return true;
	if (!inside)
		w->hidden = w->depth;
	w->depth++;
	return true;
}

static void leave(struct walk *w)
{
	struct pp_dwarf_scope *list = w->hits->list;

	w->depth--;
	if (w->depth <= w->hidden)
		w->hidden = UINT32_MAX;
	while (w->open != PP_DWARF_NO_SCOPE && list[w->open].depth >= w->depth)
		w->open = list[w->open].outer;
}

static void walk_unit(struct walk *w)
{
	const struct pp_dwarf_cu *cu = w->cu;
	const uint8_t *info = cu->file->sections[PP_DWARF_INFO].p;

	w->c = pp_dwarf_cursor_at((struct pp_dwarf_bytes){info, (size_t)cu->end}, cu->entries);
	w->depth = 0;
	w->hidden = UINT32_MAX;
	w->open = PP_DWARF_NO_SCOPE;
	while (w->c.p < w->c.end && pp_dwarf_spend(cu->file->budget, 1)) {
		uint64_t offset = (uint64_t)(w->c.p - info);
		uint64_t code = pp_dwarf_uleb(&w->c);

		if (code == 0) {
			if (w->depth <= 1)
				return;
			leave(w);
			continue;
		}

		const struct pp_dwarf_abbrev *a = pp_dwarf_abbrev_find(w->abbrevs, code);
		if (!a || !enter(w, a, offset))
			return;
	}
}

static bool all_found(const struct pp_dwarf_hits *h)
{
	for (size_t i = 0; i < h->n; i++) {
		if (h->scopes[i] == PP_DWARF_NO_SCOPE)
			return false;
	}
	return true;
}

void pp_dwarf_scopes_find(const struct pp_dwarf_cu *cu, bool inlines, struct pp_dwarf_hits *hits)
{
	struct walk w = {.cu = cu,
			 .abbrevs = &cu->file->abbrevs[cu->abbrevs],
			 .hits = hits,
			 .inlines = inlines};

	walk_unit(&w);
	if (all_found(hits))
		return;
	w.thorough = true;
	walk_unit(&w);
}
