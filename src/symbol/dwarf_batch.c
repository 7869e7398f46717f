/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Units are taken one after the other, each with those of the addresses that it says are its own;
 * units without any are not read beyond their first entry. That entry says more reliably than
 * .debug_aranges, which clang does not write, which addresses these are; the latter is asked last.
 */
#include <config.h>

#include "symbol/dwarf_batch.h"

#include <dwarf.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "symbol/dwarf_line.h"
#include "symbol/dwarf_scope.h"
#include "symbol/dwarf_split.h"

#define NO_NODE UINT32_MAX

/* One unit at work. */
struct job {
	struct pp_dwarf_batch *b;
	const struct pp_dwarf_cu *cu; /* in the main file */
	struct pp_dwarf_lines lines;
	bool has_lines;
	uint32_t *paths; /* of the files of the line table; NO_NODE: not asked for yet */
	size_t npaths;
	struct pp_dwarf_hits hits;
	struct pp_dwarf_line_hit *line_hits;
	struct pp_buf path;
};

static void release_job(struct job *j)
{
	pp_dwarf_lines_release(&j->lines);
	free(j->paths);
	free((void *)(uintptr_t)j->hits.vaddrs);
	free(j->hits.scopes);
	free(j->hits.list);
	free(j->line_hits);
	pp_buf_release(&j->path);
}

static struct pp_dwarf_budget *budget_of(const struct pp_dwarf_batch *b)
{
	return b->file->budget;
}

/* Pick what is in the range and has no function yet. */
static void pick(struct pp_dwarf_batch *b, uint32_t unit, uint64_t start, uint64_t end)
{
	for (size_t i = pp_dwarf_first_from(b->vaddrs, b->n, start); i < b->n && b->vaddrs[i] < end;
	     i++) {
		struct pp_dwarf_place *p = &b->places[i];

		if (!pp_dwarf_spend(budget_of(b), 1))
			return;
		if (p->node != NO_NODE || p->unit == unit + 1)
			continue;
		p->unit = unit + 1;
		b->picked[b->npicked++] = (uint32_t)i;
	}
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static uint32_t path_of(struct job *j, uint64_t file)
{
	if (!j->has_lines || file >= j->lines.nfiles)
		return 0;
	if (!j->paths) {
		j->npaths = j->lines.nfiles;
		j->paths = pp_xrealloc(NULL, j->npaths, sizeof(*j->paths));
		memset(j->paths, 0xff, j->npaths * sizeof(*j->paths));
	}
	if (file >= j->npaths)
		return 0;
	if (j->paths[file] == NO_NODE) {
		pp_dwarf_lines_path(&j->lines, file, &j->path);
		j->paths[file] = pp_dwarf_intern(&j->b->out->strings, budget_of(j->b),
						 pp_buf_view(&j->path));
	}
	return j->paths[file];
}

static uint32_t add_node(struct pp_dwarf_batch *b, struct pp_dwarf_node node)
{
	if (!pp_dwarf_make(budget_of(b), 1))
		return NO_NODE;
	b->nodes = pp_grow(b->nodes, &b->nodes_cap, b->nnodes + 1, sizeof(*b->nodes));
	b->nodes[b->nnodes] = node;
	return (uint32_t)b->nnodes++;
}

/* Mark the scopes that addresses are in, and all that these are inlined into. */
static void mark_used(const struct pp_dwarf_hits *h, uint32_t *nodes)
{
	for (size_t i = 0; i < h->n; i++) {
		if (h->scopes[i] != PP_DWARF_NO_SCOPE)
			nodes[h->scopes[i]] = 0;
	}
	for (size_t i = h->nlist; i-- > 0;) {
		if (nodes[i] == 0 && h->list[i].parent != PP_DWARF_NO_SCOPE)
			nodes[h->list[i].parent] = 0;
	}
}

/* Make nodes of scopes while the unit is at hand. `cu` has the entries. */
static void name_scopes(struct job *j, const struct pp_dwarf_cu *cu)
{
	const struct pp_dwarf_hits *h = &j->hits;
	PP_CLEANUP(pp_freep) uint32_t *nodes = pp_xrealloc(NULL, h->nlist, sizeof(*nodes));

	memset(nodes, 0xff, h->nlist * sizeof(*nodes));
	mark_used(h, nodes);
	for (size_t i = 0; i < h->nlist; i++) {
		const struct pp_dwarf_scope *s = &h->list[i];
		bool inlined = s->parent != PP_DWARF_NO_SCOPE;
		struct pp_dwarf_node n = {.parent = inlined ? nodes[s->parent] : NO_NODE};

		if (nodes[i] == NO_NODE)
			continue;
		n.name = pp_dwarf_names_find(&j->b->names, cu, s->entry);
		if (inlined && j->b->options->lines) {
			n.call_file = path_of(j, s->call_file);
			n.call_line = s->call_line;
		}
		nodes[i] = add_node(j->b, n);
	}
	for (size_t i = 0; i < h->n; i++) {
		if (h->scopes[i] != PP_DWARF_NO_SCOPE)
			j->b->places[j->b->picked[i]].node = nodes[h->scopes[i]];
	}
}

static void find_functions(struct job *j, const struct pp_dwarf_cu *cu)
{
	const struct pp_dwarf_options *o = j->b->options;

	if (cu->abbrevs == SIZE_MAX)
		return;
	/* without inlined functions, lines still have to be those of the function itself */
	pp_dwarf_scopes_find(cu, o->inlines || o->lines, &j->hits);
	if (j->hits.nlist)
		name_scopes(j, cu);
}

static void find_lines(struct job *j)
{
	struct pp_dwarf_batch *b = j->b;
	size_t n = j->hits.n;

	if (!j->has_lines)
		return;
	j->line_hits = pp_xcalloc(n, sizeof(*j->line_hits));
	pp_dwarf_lines_find(&j->lines, j->hits.vaddrs, n, j->line_hits);
	for (size_t i = 0; i < n; i++) {
		struct pp_dwarf_place *p = &b->places[b->picked[i]];

		if (!j->line_hits[i].found || p->lined)
			continue;
		p->file = path_of(j, j->line_hits[i].file);
		p->line = j->line_hits[i].line;
		p->lined = true;
	}
}

static void start_job(struct job *j)
{
	struct pp_dwarf_batch *b = j->b;
	uint64_t *vaddrs = pp_xrealloc(NULL, b->npicked, sizeof(*vaddrs));

	j->hits.n = b->npicked;
	j->hits.scopes = pp_xrealloc(NULL, b->npicked, sizeof(*j->hits.scopes));
	qsort(b->picked, b->npicked, sizeof(*b->picked), by_number);
	for (size_t i = 0; i < b->npicked; i++) {
		vaddrs[i] = b->vaddrs[b->picked[i]];
		j->hits.scopes[i] = PP_DWARF_NO_SCOPE;
	}
	j->hits.vaddrs = vaddrs;
	j->has_lines = b->options->lines && pp_dwarf_lines_open(&j->lines, j->cu);
}

/* Whether the entries of the unit are in another file; found or not, it has lines. */
static bool find_split_functions(struct job *j)
{
	const struct pp_dwarf_options *o = j->b->options;
	PP_CLEANUP(pp_dwarf_split_release) struct pp_dwarf_split split = {0};

	if (!j->cu->dwo_name.n || (!o->split && !j->b->dwp))
		return false;
	if (!pp_dwarf_split_open(&split, j->cu, j->b->dwp, o->split, o->dir))
		return false;
	find_functions(j, split.cu);
	return true;
}

/* Find what the unit knows of the addresses that have been picked. */
static void work(struct pp_dwarf_batch *b, struct pp_dwarf_unit *unit)
{
	PP_CLEANUP(release_job) struct job j = {.b = b};

	j.cu = pp_dwarf_unit_open(b->file, unit);
	if (!j.cu)
		return;
	start_job(&j);
	if (!find_split_functions(&j))
		find_functions(&j, j.cu);
	find_lines(&j);
}

static bool has_code(const struct pp_dwarf_unit *unit)
{
	return unit->type == DW_UT_compile || unit->type == DW_UT_skeleton;
}

static void ask_unit(struct pp_dwarf_batch *b, size_t i)
{
	struct pp_dwarf_unit *unit = &b->file->units[i];
	struct pp_dwarf_ranges ranges;
	struct pp_dwarf_range r;
	struct pp_dwarf_cu cu;

	b->npicked = 0;
	if (!has_code(unit) || !pp_dwarf_unit_peek(b->file, unit, &cu))
		return;
	pp_dwarf_ranges_begin(&ranges, &cu, cu.low, cu.high, cu.ranges);
	while (pp_dwarf_ranges_next(&ranges, &r))
		pick(b, (uint32_t)i, r.start, r.end);
	if (b->npicked)
		work(b, unit);
}

/* One set of .debug_aranges (DWARF 5 section 6.1.2): a unit and what it covers. */
static void ask_set(struct pp_dwarf_batch *b, struct pp_dwarf_cursor c, uint8_t offset_size,
		    const uint8_t *start)
{
	uint16_t version = (uint16_t)pp_dwarf_uint(&c, 2);
	struct pp_dwarf_unit *unit = pp_dwarf_file_unit(b->file, pp_dwarf_uint(&c, offset_size));
	unsigned size = pp_dwarf_u8(&c);

	pp_dwarf_u8(&c); /* size of segment selectors */
	if (c.bad || version != 2 || !unit || (size != 4 && size != 8))
		return;
	pp_dwarf_take(&c, (2 * size - (size_t)(c.p - start) % (2 * size)) % (2 * size));
	b->npicked = 0;
	while (pp_dwarf_spend(budget_of(b), 1)) {
		uint64_t at = pp_dwarf_uint(&c, size), n = pp_dwarf_uint(&c, size);

		if (c.bad || (at == 0 && n == 0))
			break;
		if (n <= UINT64_MAX - at && pp_dwarf_elf_is_code(b->file->code, at))
			pick(b, (uint32_t)(unit - b->file->units), at, at + n);
	}
	if (b->npicked)
		work(b, unit);
}

static void ask_aranges(struct pp_dwarf_batch *b)
{
	struct pp_dwarf_bytes all = b->file->sections[PP_DWARF_ARANGES];

	for (uint64_t at = 0; at < all.n && pp_dwarf_spend(budget_of(b), 1);) {
		struct pp_dwarf_cursor c = pp_dwarf_cursor_at(all, at);
		uint8_t offset_size;

		pp_dwarf_unit_length(&c, &offset_size);
		if (c.bad)
			return;
		ask_set(b, c, offset_size, all.p + at);
		at = (uint64_t)(c.end - all.p);
	}
}

static bool any_unknown(const struct pp_dwarf_batch *b)
{
	for (size_t i = 0; i < b->n; i++) {
		if (b->places[i].node == NO_NODE && !b->places[i].lined &&
		    pp_dwarf_elf_is_code(b->file->code, b->vaddrs[i]))
			return true;
	}
	return false;
}

static void add_frame(struct pp_dwarf_batch *b, size_t i, uint32_t node, uint32_t file,
		      uint32_t line)
{
	const struct pp_dwarf_name *name =
		&b->names.list[node == NO_NODE ? 0 : b->nodes[node].name];

	pp_answers_add(b->out, i,
		       (struct pp_answer_frame){.system_name = name->system_name,
						.name = name->name,
						.file = file,
						.line = line,
						.start_line = name->start_line});
}

/* The frames of an address, from the innermost out. */
static void answer(struct pp_dwarf_batch *b, size_t i)
{
	const struct pp_dwarf_place *p = &b->places[i];
	uint32_t file = p->file, line = p->line, node = p->node;

	pp_answers_begin(b->out, i);
	if (node == NO_NODE && !p->lined)
		return;
	if (node == NO_NODE) {
		add_frame(b, i, node, file, line);
		return;
	}
	while (pp_dwarf_make(budget_of(b), 1)) {
		const struct pp_dwarf_node *n = &b->nodes[node];

		if (b->options->inlines || n->parent == NO_NODE)
			add_frame(b, i, node, file, line);
		if (n->parent == NO_NODE)
			return;
		file = n->call_file;
		line = n->call_line;
		node = n->parent;
	}
}

void pp_dwarf_batch_run(struct pp_dwarf_batch *b)
{
	b->places = pp_xcalloc(b->n, sizeof(*b->places));
	b->picked = pp_xrealloc(NULL, b->n, sizeof(*b->picked));
	for (size_t i = 0; i < b->n; i++)
		b->places[i].node = NO_NODE;
	pp_dwarf_names_init(&b->names, &b->out->strings);
	for (size_t i = 0; i < b->file->nunits; i++)
		ask_unit(b, i);
	if (any_unknown(b))
		ask_aranges(b);
	for (size_t i = 0; i < b->n; i++)
		answer(b, i);
	free(b->places);
	free(b->picked);
	free(b->nodes);
	pp_dwarf_names_release(&b->names);
}
