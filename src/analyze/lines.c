/* SPDX-License-Identifier: Apache-2.0 */
/* From nodes to functions and lines, and after counting to a sorted view. */
#include <config.h>

#include "analyze/lines.h"

#include <stdlib.h>

#include "analyze/costs.h"
#include "base/alloc.h"

#define MARGIN 5 /* lines shown around those that cost something */

/* What is collected before anything is counted. */
struct routine {
	uint32_t name, file, source; /* in texts */
};

struct part {
	int64_t line;
	int64_t first; /* line to show from */
};

struct builder {
	struct pp_lines *l;
	const struct pp_view *view;
	struct pp_regex *re;
	pp_lines_shown shown;
	void *context;
	uint8_t *verdict; /* per text that is a name: 0 not known, 1 no match, 2 match */
	size_t verdict_cap, verdicts;
	struct pp_strtab routine_keys, part_keys; /* number i is key i + 1 */
	struct routine *routines;
	struct part *parts;
	uint32_t *to_routine;
	size_t routines_cap, parts_cap, to_routine_cap;
	uint32_t *of_node;
	struct pp_buf scratch;
};

static int64_t saturating_add(int64_t a, int64_t b)
{
	int64_t sum;

	if (__builtin_add_overflow(a, b, &sum))
		return b < 0 ? INT64_MIN : INT64_MAX;
	return sum;
}

/* Each name is matched once. */
static bool matches(struct builder *b, uint32_t name)
{
	if (name >= b->verdicts) {
		b->verdict = pp_grow(b->verdict, &b->verdict_cap, (size_t)name + 1, 1);
		memset(b->verdict + b->verdicts, 0, b->verdict_cap - b->verdicts);
		b->verdicts = b->verdict_cap;
	}
	if (!b->verdict[name])
		b->verdict[name] = 1 + pp_regex_match(b->re, pp_strtab_get(&b->l->texts, name));
	return b->verdict[name] == 2;
}

/* The text under which a file is shown. */
static uint32_t shown_file(struct builder *b, struct pp_str file)
{
	pp_buf_clear(&b->scratch);
	if (file.n)
		b->shown(b->context, file, &b->scratch);
	return pp_strtab_add(&b->l->texts, pp_buf_view(&b->scratch));
}

static uint32_t find_routine(struct builder *b, uint32_t name, struct pp_str file)
{
	uint32_t key[2] = {name, shown_file(b, file)};
	struct pp_str bytes = {(const char *)key, sizeof(key)};
	size_t known = b->routine_keys.count;
	uint32_t id = pp_strtab_add(&b->routine_keys, bytes) - 1;

	if (id + 1 < known)
		return id;
	b->routines = pp_grow(b->routines, &b->routines_cap, (size_t)id + 1, sizeof(*b->routines));
	b->routines[id] = (struct routine){key[0], key[1], pp_strtab_add(&b->l->texts, file)};
	return id;
}

static uint32_t find_part(struct builder *b, uint32_t routine, const struct pp_node *node)
{
	int64_t key[2] = {routine, node->line};
	struct pp_str bytes = {(const char *)key, sizeof(key)};
	size_t known = b->part_keys.count;
	uint32_t id = pp_strtab_add(&b->part_keys, bytes) - 1;
	int64_t first = saturating_add(node->line, -MARGIN);

	/* behind the line, it is not where the function begins, whatever the writer means by it */
	if (node->start_line && node->start_line <= node->line)
		first = node->start_line;
	if (id + 1 >= known) {
		b->parts = pp_grow(b->parts, &b->parts_cap, (size_t)id + 1, sizeof(*b->parts));
		b->to_routine = pp_grow(b->to_routine, &b->to_routine_cap, (size_t)id + 1,
					sizeof(*b->to_routine));
		b->parts[id] = (struct part){node->line, first};
		b->to_routine[id] = routine;
	}
	if (first < b->parts[id].first)
		b->parts[id].first = first;
	return id;
}

static uint32_t part_of_node(struct builder *b, uint32_t id)
{
	struct pp_node node = pp_nodes_get(b->view->nodes, id);
	uint32_t name = pp_strtab_add(&b->l->texts, node.name);

	if (!matches(b, name))
		return PP_NONE;
	return find_part(b, find_routine(b, name, node.file), &node);
}

static void collect_nodes(struct builder *b, bool drop_negative)
{
	struct pp_flat flat;

	pp_flat_init(&flat, b->view);
	b->l->total = flat.total;
	b->of_node = pp_xcalloc(flat.n, sizeof(*b->of_node));
	for (uint32_t i = 0; i < flat.n; i++)
		b->of_node[i] = pp_costs_is_shown(&flat.cells[i], drop_negative)
					? part_of_node(b, i)
					: PP_NONE;
	pp_flat_release(&flat);
}

static void begin_routines(struct builder *b, const struct pp_costs *costs)
{
	struct pp_lines *l = b->l;

	l->n = (uint32_t)b->routine_keys.count - 1;
	l->routines = pp_xcalloc(l->n, sizeof(*l->routines));
	for (uint32_t i = 0; i < l->n; i++) {
		const struct routine *r = &b->routines[i];

		l->routines[i] = (struct pp_lines_routine){
			.name = pp_strtab_get(&l->texts, r->name),
			.file = pp_strtab_get(&l->texts, r->file),
			.source = pp_strtab_get(&l->texts, r->source),
			.first = INT64_MAX,
			.last = INT64_MIN,
			.flat = costs->routines[i].flat,
			.cum = costs->routines[i].cum,
		};
	}
}

static void add_row(struct pp_lines_routine *r, const struct part *part, const struct pp_cost *c)
{
	int64_t last = saturating_add(part->line, MARGIN);

	r->rows[r->nrows++] = (struct pp_lines_row){part->line, c->flat, c->cum};
	if (part->first < r->first)
		r->first = part->first;
	if (last > r->last)
		r->last = last;
	if (r->first < 1)
		r->first = 1;
}

/* Rows routine by routine. */
static void fill_rows(struct builder *b, const struct pp_costs *costs)
{
	struct pp_lines *l = b->l;
	uint32_t nparts = (uint32_t)b->part_keys.count - 1;
	uint32_t *room = pp_xcalloc(l->n, sizeof(*room));
	size_t at = 0;

	l->rows = pp_xcalloc(nparts, sizeof(*l->rows));
	for (uint32_t i = 0; i < nparts; i++)
		room[b->to_routine[i]]++;
	for (uint32_t i = 0; i < l->n; i++) {
		l->routines[i].rows = l->rows + at;
		at += room[i];
	}
	for (uint32_t i = 0; i < nparts; i++)
		add_row(&l->routines[b->to_routine[i]], &b->parts[i], &costs->parts[i]);
	free(room);
}

static int compare_rows(const void *x, const void *y)
{
	const struct pp_lines_row *a = x, *b = y;

	return a->line < b->line ? -1 : a->line > b->line;
}

static int compare_routines(const void *x, const void *y)
{
	const struct pp_lines_routine *a = x, *b = y;
	int c = pp_str_cmp(a->name, b->name);

	return c ? c : pp_str_cmp(a->file, b->file);
}

/* Sort, and drop what has no file where the same name has one. */
static void settle(struct pp_lines *l)
{
	uint32_t n = l->n;

	for (uint32_t i = 0; i < n; i++)
		qsort(l->routines[i].rows, l->routines[i].nrows, sizeof(*l->rows), compare_rows);
	if (n)
		qsort(l->routines, n, sizeof(*l->routines), compare_routines);
	l->n = 0;
	for (uint32_t i = 0; i < n; i++) {
		const struct pp_lines_routine *r = &l->routines[i];

		/* the empty file comes first */
		if (r->file.n == 0 && i + 1 < n && pp_str_eq(r->name, r[1].name))
			continue;
		l->routines[l->n++] = *r;
	}
}

static void count(struct builder *b)
{
	const struct pp_parts parts = {
		.of_node = b->of_node,
		.to_routine = b->to_routine,
		.nparts = (uint32_t)b->part_keys.count - 1,
		.nroutines = (uint32_t)b->routine_keys.count - 1,
	};
	struct pp_costs costs;

	if (parts.nparts == 0)
		return;
	pp_costs_init(&costs, b->view, &parts);
	begin_routines(b, &costs);
	fill_rows(b, &costs);
	pp_costs_release(&costs);
}

void pp_lines_init(struct pp_lines *l, const struct pp_view *v, struct pp_regex *re,
		   bool drop_negative, pp_lines_shown shown, void *context)
{
	struct builder b = {
		.l = l,
		.view = v,
		.re = re,
		.shown = shown,
		.context = context,
	};

	*l = (struct pp_lines){0};
	pp_strtab_init(&l->texts);
	pp_strtab_init(&b.routine_keys);
	pp_strtab_init(&b.part_keys);
	collect_nodes(&b, drop_negative);
	count(&b);
	settle(l);
	free(b.verdict);
	pp_strtab_release(&b.routine_keys);
	pp_strtab_release(&b.part_keys);
	free(b.routines);
	free(b.parts);
	free(b.to_routine);
	free(b.of_node);
	pp_buf_release(&b.scratch);
}

void pp_lines_release(struct pp_lines *l)
{
	free(l->routines);
	free(l->rows);
	pp_strtab_release(&l->texts);
	*l = (struct pp_lines){0};
}
