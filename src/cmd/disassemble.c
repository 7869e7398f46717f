/* SPDX-License-Identifier: Apache-2.0 */
/* Listing routines, telling which instruction a hit is in, and counting the samples. */
#include <config.h>

#include "cmd/disassemble.h"

#include <stdlib.h>

#include "analyze/costs.h"
#include "base/alloc.h"
#include "cli/fail.h"
#include "cmd/code_hits.h"
#include "symbol/objdump.h"

struct pp_disassemble {
	struct pp_report *report;
	struct pp_objdump objdump;
	struct pp_code_hits code;
	struct pp_disassembly *listings; /* per routine */
	uint32_t *part_of_hit;
	uint32_t nparts;
	struct pp_assembly_routine *out; /* in the order of output */
	struct pp_assembly_row *rows;	 /* per part */
};

void pp_disassemble_free(struct pp_disassemble *d)
{
	if (!d)
		return;
	for (size_t i = 0; d->listings && i < d->code.nroutines; i++)
		pp_disassembly_release(&d->listings[i]);
	free(d->listings);
	free(d->part_of_hit);
	free(d->out);
	free(d->rows);
	pp_code_hits_release(&d->code);
	pp_objdump_release(&d->objdump);
	free(d);
}

const struct pp_assembly_routine *pp_disassemble_routines(const struct pp_disassemble *d,
							  uint32_t *n)
{
	*n = (uint32_t)d->code.nroutines;
	return d->out;
}

/* The parts of routine i: at least one, which the hits go to if nothing is listed. */
static uint32_t parts_of(const struct pp_disassemble *d, size_t i)
{
	return d->listings[i].n ? (uint32_t)d->listings[i].n : 1;
}

/* Say which parts the hits of routine i, from *hit on, are: a hit is in the last instruction that
 * does not begin behind it. */
static void place_hits(struct pp_disassemble *d, size_t i, size_t *hit)
{
	const struct pp_disassembly *l = &d->listings[i];
	const struct pp_code_hits *c = &d->code;
	uint32_t at = 0;

	for (; *hit < c->nhits && c->hits[*hit].routine == i; ++*hit) {
		while (at + 1 < l->n && l->instructions[at + 1].address <= c->hits[*hit].address)
			at++;
		d->part_of_hit[*hit] = d->nparts + at;
	}
}

/* Disassemble each routine, and number the instructions as parts. */
static int list_instructions(struct pp_disassemble *d, const struct pp_disassemble_options *o,
			     struct pp_err *err)
{
	size_t hit = 0;

	d->listings = pp_xcalloc(d->code.nroutines, sizeof(*d->listings));
	d->part_of_hit = pp_xcalloc(d->code.nhits, sizeof(*d->part_of_hit));
	for (size_t i = 0; i < d->code.nroutines; i++) {
		const struct pp_code_routine *r = &d->code.routines[i];

		if (pp_objdump_run(&d->objdump, r->path, r->start, r->stop, o->intel,
				   &d->listings[i], err))
			return -1;
		place_hits(d, i, &hit);
		if (__builtin_add_overflow(d->nparts, parts_of(d, i), &d->nparts))
			return pp_err_set(err, PP_ERR_LIMIT, "too many instructions");
	}
	return 0;
}

static struct pp_costs count(const struct pp_disassemble *d)
{
	const struct pp_code_hits *c = &d->code;
	uint32_t nnodes = d->report->nodes.count;
	uint32_t *of_node = pp_xcalloc(nnodes, sizeof(*of_node));
	uint32_t *to_routine = pp_xcalloc(d->nparts, sizeof(*to_routine));
	const struct pp_parts parts = {of_node, to_routine, d->nparts, (uint32_t)c->nroutines};
	struct pp_costs costs;

	for (uint32_t i = 0; i < nnodes; i++)
		of_node[i] = PP_NONE;
	for (size_t i = 0; i < c->nhits; i++) {
		of_node[c->hits[i].node] = d->part_of_hit[i];
		to_routine[d->part_of_hit[i]] = c->hits[i].routine;
	}
	pp_costs_init(&costs, &d->report->view, &parts);
	free(of_node);
	free(to_routine);
	return costs;
}

static void fill_rows(struct pp_assembly_row *rows, const struct pp_disassembly *l,
		      const struct pp_cost *costs)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct pp_instruction *in = &l->instructions[i];

		rows[i] = (struct pp_assembly_row){
			.address = in->address,
			.text = in->text,
			.function = in->function,
			.file = pp_str_basename(in->file),
			.line = in->line,
			.flat = costs[i].flat,
			.cum = costs[i].cum,
		};
	}
}

/* What the profile knows of an instruction and objdump does not. */
static void fill_in(struct pp_assembly_row *row, const struct pp_node *node)
{
	if (row->file.n == 0)
		row->file = pp_str_basename(node->file);
	if (row->line == 0 && node->line > 0)
		row->line = (uint64_t)node->line;
	if (row->function.n == 0)
		row->function = node->name;
}

static int compare_routines(const void *x, const void *y)
{
	const struct pp_assembly_routine *a = x, *b = y;
	int c = pp_str_cmp(a->names[0], b->names[0]);

	if (c)
		return c;
	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return pp_str_cmp(a->binary, b->binary);
}

static void build(struct pp_disassemble *d, const struct pp_costs *costs)
{
	const struct pp_code_hits *c = &d->code;
	uint32_t part = 0;

	d->rows = pp_xcalloc(d->nparts, sizeof(*d->rows));
	d->out = pp_xcalloc(c->nroutines, sizeof(*d->out));
	for (size_t i = 0; i < c->nroutines; i++) {
		const struct pp_code_routine *r = &c->routines[i];

		d->out[i] = (struct pp_assembly_routine){
			.names = r->names,
			.nnames = r->nnames,
			.binary = pp_str_of(r->path),
			.start = r->start,
			.flat = costs->routines[i].flat,
			.cum = costs->routines[i].cum,
			.rows = d->rows + part,
			.nrows = (uint32_t)d->listings[i].n,
		};
		fill_rows(d->rows + part, &d->listings[i], costs->parts + part);
		part += parts_of(d, i);
	}
	for (size_t i = 0; i < c->nhits; i++) {
		struct pp_node node = pp_nodes_get(&d->report->nodes, c->hits[i].node);

		fill_in(&d->rows[d->part_of_hit[i]], &node);
	}
	qsort(d->out, c->nroutines, sizeof(*d->out), compare_routines);
}

static int disassemble(struct pp_disassemble *d, const struct pp_disassemble_options *o,
		       struct pp_err *err)
{
	struct pp_costs costs;

	if (pp_objdump_find(&d->objdump, o->programs, err) ||
	    pp_code_hits_init(&d->code, d->report, o->binary_path, err) ||
	    list_instructions(d, o, err))
		return -1;
	pp_report_header(d->report, pp_total_value(&d->code.flat.total));
	if (d->code.flat.total.overflow)
		pp_cli_warn(d->report->cli, "the total does not fit into 64 bits and has wrapped");
	costs = count(d);
	build(d, &costs);
	pp_costs_release(&costs);
	return 0;
}

struct pp_disassemble *
pp_disassemble_new(struct pp_report *r, const struct pp_disassemble_options *o, struct pp_err *err)
{
	struct pp_disassemble *d = pp_xcalloc(1, sizeof(*d));

	d->report = r;
	if (disassemble(d, o, err) == 0)
		return d;
	pp_disassemble_free(d);
	return NULL;
}
