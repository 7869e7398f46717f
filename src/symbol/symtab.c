/* SPDX-License-Identifier: Apache-2.0 */
/* Sorting, choosing and flattening of address ranges. */
#include <config.h>

#include "symbol/symtab.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

/* Names are compared up to here, so that hostile tables of endless aliases cost little. */
#define NAME_WINDOW 1024

/* How many entries with one start and growing sizes are told apart. */
#define MAX_LEVELS 4

void pp_symtab_release(struct pp_symtab *t)
{
	free(t->entries);
	free(t->starts);
	free(t->owners);
	free(t->names);
	*t = (struct pp_symtab){0};
}

void pp_symtab_add(struct pp_symtab *t, struct pp_symtab_entry e)
{
	if (t->count == t->cap)
		t->entries = pp_grow(t->entries, &t->cap, t->count + 1, sizeof(*t->entries));
	t->entries[t->count++] = e;
}

/* ---- order by start ---- */

/* Which bits differ between any two starts; 0 too if they ascend already. */
static uint64_t unsorted_bits(const struct pp_symtab_entry *e, size_t n)
{
	uint64_t bits = 0;
	bool sorted = true;

	for (size_t i = 1; i < n; i++) {
		bits |= e[i].start ^ e[0].start;
		sorted &= e[i - 1].start <= e[i].start;
	}
	return sorted ? 0 : bits;
}

static void radix_pass(const struct pp_symtab_entry *in, struct pp_symtab_entry *out, size_t n,
		       unsigned shift)
{
	size_t at[256] = {0}, sum = 0;

	for (size_t i = 0; i < n; i++)
		at[in[i].start >> shift & 255]++;
	for (size_t d = 0; d < 256; d++) {
		size_t count = at[d];

		at[d] = sum;
		sum += count;
	}
	for (size_t i = 0; i < n; i++)
		out[at[in[i].start >> shift & 255]++] = in[i];
}

/* Stable, and a tenth of qsort's time: loading a symbol table is mostly sorting it. */
static void sort_entries(struct pp_symtab *t)
{
	uint64_t bits = unsorted_bits(t->entries, t->count);

	if (!bits)
		return;

	struct pp_symtab_entry *other = pp_xcalloc(t->count, sizeof(*other));
	for (unsigned shift = 0; shift < 64; shift += 8) {
		struct pp_symtab_entry *in = t->entries;

		if (!(bits >> shift & 255))
			continue;
		radix_pass(in, other, t->count, shift);
		t->entries = other;
		other = in;
	}
	t->cap = t->count;
	free(other);
}

/* ---- choice among aliases ---- */

static struct pp_str name_of(const struct pp_symtab *t, const struct pp_symtab_entry *e)
{
	const char *name = t->names + e->name;
	size_t n = strnlen(name, NAME_WINDOW);
	const char *at = t->versions && n > 1 ? memchr(name + 1, '@', n - 1) : NULL;

	return (struct pp_str){name, at ? (size_t)(at - name) : n};
}

static size_t underscores(struct pp_str s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] == '_')
		n++;
	return n;
}

static bool is_public(const struct pp_symtab_entry *e)
{
	return e->rank <= PP_SYMTAB_WEAK;
}

static bool preferred(const struct pp_symtab *t, const struct pp_symtab_entry *a,
		      const struct pp_symtab_entry *b)
{
	bool a_public = is_public(a), b_public = is_public(b);

	if (a_public != b_public)
		return a_public;
	if (a->sized != b->sized)
		return a->sized;

	struct pp_str x = name_of(t, a), y = name_of(t, b);
	size_t ux = underscores(x), uy = underscores(y);

	/* puts, not _IO_puts, though the former is the weak one */
	if (ux != uy)
		return ux < uy;
	if (a->rank != b->rank)
		return a->rank < b->rank;
	if (x.n != y.n)
		return x.n < y.n;
	int c = pp_str_cmp(x, y);
	return c ? c < 0 : a->end > b->end;
}

/* The preferred entry of first..last that reaches beyond `floor`, or `last`. */
static size_t choose(const struct pp_symtab *t, size_t first, size_t last, uint64_t floor)
{
	size_t best = last;

	for (size_t i = first; i < last; i++) {
		const struct pp_symtab_entry *e = &t->entries[i];

		if (e->name == PP_SYMTAB_BOUNDARY || e->end <= floor)
			continue;
		if (best == last || preferred(t, e, &t->entries[best]))
			best = i;
	}
	return best;
}

/* ---- flattening ---- */

/* The entries that are open at the sweep's position, the one to be found on top. One below may have
 * ended already; it is dropped when it comes up. */
struct sweep {
	struct pp_symtab *t;
	uint32_t *open;
	size_t depth, open_cap, segs_cap;
};

static uint64_t top_end(const struct sweep *s)
{
	return s->t->entries[s->open[s->depth - 1]].end;
}

static void push(struct sweep *s, size_t entry)
{
	if (s->depth == s->open_cap)
		s->open = pp_grow(s->open, &s->open_cap, s->depth + 1, sizeof(*s->open));
	s->open[s->depth++] = (uint32_t)entry;
}

/* From `start` on the top of the stack is the answer. */
static void add_segment(struct sweep *s, uint64_t start)
{
	struct pp_symtab *t = s->t;

	if (t->nsegs == 0 || t->starts[t->nsegs - 1] != start) {
		if (t->nsegs == s->segs_cap) {
			size_t cap = s->segs_cap;

			t->starts = pp_grow(t->starts, &cap, t->nsegs + 1, sizeof(*t->starts));
			t->owners =
				pp_grow(t->owners, &s->segs_cap, t->nsegs + 1, sizeof(*t->owners));
		}
		t->starts[t->nsegs++] = start;
	}
	t->owners[t->nsegs - 1] = s->open[s->depth - 1];
}

/* Close what ends at or before `limit`; what lies below comes to light again. */
static void close_until(struct sweep *s, uint64_t limit)
{
	while (s->depth && top_end(s) <= limit) {
		uint64_t end = top_end(s);

		while (s->depth && top_end(s) <= end)
			s->depth--;
		if (s->depth)
			add_segment(s, end);
	}
}

/* Cut entries without a size at the next start, or to nothing inside a sized one. */
static void bound_unsized(struct sweep *s, size_t first, size_t last)
{
	struct pp_symtab *t = s->t;
	uint64_t next = last < t->count ? t->entries[last].start : UINT64_MAX;

	if (s->depth)
		next = 0;
	for (size_t i = first; i < last; i++) {
		struct pp_symtab_entry *e = &t->entries[i];

		if (!e->sized && e->end > next)
			e->end = next;
	}
}

/* Open the entries first..last, which share one start. */
static void open_group(struct sweep *s, size_t first, size_t last)
{
	struct pp_symtab *t = s->t;
	uint64_t start = t->entries[first].start, floor = start;
	size_t levels[MAX_LEVELS], n = 0;

	close_until(s, start);
	bound_unsized(s, first, last);
	while (n < MAX_LEVELS) {
		size_t best = choose(t, first, last, floor);

		if (best == last)
			break;
		levels[n++] = best;
		floor = t->entries[best].end;
	}
	if (n == 0)
		return;
	for (size_t i = n; i-- > 0;)
		push(s, levels[i]);
	add_segment(s, start);
}

/* Drop the entries that nothing leads to, and the room for more. */
static void compact(struct pp_symtab *t)
{
	uint32_t *moved = pp_xcalloc(t->count + 1, sizeof(*moved));
	size_t kept = 0;

	for (size_t i = 0; i < t->nsegs; i++)
		moved[t->owners[i]] = 1;
	for (size_t i = 0; i < t->count; i++) {
		if (!moved[i])
			continue;
		moved[i] = (uint32_t)kept;
		t->entries[kept++] = t->entries[i];
	}
	for (size_t i = 0; i < t->nsegs; i++)
		t->owners[i] = moved[t->owners[i]];
	free(moved);
	t->count = t->cap = kept;
	t->entries = pp_xrealloc(t->entries, kept + 1, sizeof(*t->entries));
	t->starts = pp_xrealloc(t->starts, t->nsegs + 1, sizeof(*t->starts));
	t->owners = pp_xrealloc(t->owners, t->nsegs + 1, sizeof(*t->owners));
}

void pp_symtab_seal(struct pp_symtab *t)
{
	struct sweep s = {.t = t};

	if (t->count)
		sort_entries(t);
	for (size_t first = 0, last; first < t->count; first = last) {
		last = first + 1;
		while (last < t->count && t->entries[last].start == t->entries[first].start)
			last++;
		open_group(&s, first, last);
	}
	close_until(&s, UINT64_MAX);
	free(s.open);
	compact(t);
}

bool pp_symtab_find(const struct pp_symtab *t, uint64_t addr, struct pp_symbol *out)
{
	size_t lo = 0, hi = t->nsegs;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (t->starts[mid] <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == 0)
		return false;

	const struct pp_symtab_entry *e = &t->entries[t->owners[lo - 1]];
	if (addr >= e->end)
		return false;

	const char *name = t->names + e->name;
	size_t n = t->versions && name[0] ? 1 + strcspn(name + 1, "@") : strlen(name);
	*out = (struct pp_symbol){{name, n}, e->start, e->end - e->start, e->sized};
	return true;
}
