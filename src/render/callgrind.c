/* SPDX-License-Identifier: Apache-2.0 */
/* Composing callgrind's format. Rules: google/pprof, report.printCallgrind. */
#include <config.h>

#include "render/callgrind.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/magnitude.h"
#include "base/map.h"
#include "base/units.h"

#define ADDRESS_MAX 24

/* Functions of one name in one file would become one; those that differ in what else pprof tells
 * functions apart by, or by their caller in a call tree, get numbers. */
struct group_key {
	uint32_t name, file; /* texts of the nodes */
};

struct function_key {
	struct group_key group;
	uint32_t object, caller;
	int64_t start_line;
};

struct functions {
	struct pp_strtab groups, keys;
	uint32_t *size_of_group; /* by group */
	uint32_t *number;	 /* by function, in its group, from 1 */
	uint32_t *group_of;	 /* by function */
	uint32_t *function_of;	 /* per row */
};

/* What has been written so far. */
struct writer {
	const struct pp_callgrind_view *view;
	struct pp_out *out;
	struct functions functions;
	struct pp_strtab objects, files, names;
	struct pp_buf name; /* scratch */
	const struct pp_node *previous;
};

static struct pp_node_key key_of_node(const struct pp_nodes *nodes, uint32_t node)
{
	struct pp_node_key key;

	memcpy(&key, pp_strtab_get(&nodes->keys, node + 1).p, sizeof(key));
	return key;
}

static void add_function(struct functions *f, const struct pp_graph *g,
			 const struct pp_nodes *nodes, uint32_t row)
{
	struct pp_node_key node = key_of_node(nodes, g->rows.all[row].node);
	struct function_key key = {
		.group = {node.name, node.file},
		.object = node.object,
		.caller = g->caller[row],
		.start_line = node.start_line,
	};
	struct pp_str group_bytes = {(const char *)&key.group, sizeof(key.group)};
	struct pp_str bytes = {(const char *)&key, sizeof(key)};
	uint32_t group = pp_strtab_add(&f->groups, group_bytes);
	uint32_t function = pp_strtab_add(&f->keys, bytes);

	f->function_of[row] = function;
	if (f->number[function])
		return;
	f->number[function] = ++f->size_of_group[group];
	f->group_of[function] = group;
}

static void init_functions(struct functions *f, const struct pp_callgrind_view *c)
{
	/* no more than rows, and the empty key */
	size_t n = (size_t)c->graph->rows.n + 1;

	pp_strtab_init(&f->groups);
	pp_strtab_init(&f->keys);
	f->size_of_group = pp_xcalloc(n, sizeof(*f->size_of_group));
	f->number = pp_xcalloc(n, sizeof(*f->number));
	f->group_of = pp_xcalloc(n, sizeof(*f->group_of));
	f->function_of = pp_xcalloc(n, sizeof(*f->function_of));
	for (uint32_t row = 0; row < c->graph->rows.n; row++)
		add_function(f, c->graph, c->nodes, row);
}

static void release_functions(struct functions *f)
{
	pp_strtab_release(&f->groups);
	pp_strtab_release(&f->keys);
	free(f->size_of_group);
	free(f->number);
	free(f->group_of);
	free(f->function_of);
}

static struct pp_node node_of(const struct writer *w, uint32_t row)
{
	return pp_nodes_get(w->view->nodes, w->view->graph->rows.all[row].node);
}

/* A line with a name: in full for the first time, then its number only. */
static void put_name(struct writer *w, const char *what, struct pp_strtab *known,
		     struct pp_str name)
{
	size_t count = known->count;
	uint32_t id = pp_strtab_add(known, name);

	pp_out_text(w->out, what);
	if (name.n)
		pp_out_fmt(w->out, "(%u)", id);
	if (known->count > count) {
		pp_out_char(w->out, ' ');
		pp_out_safe(w->out, name);
	}
	pp_out_char(w->out, '\n');
}

/* The name of a callee, with a number if there are several of that name. Valid until the next. */
static struct pp_str callee_name(struct writer *w, uint32_t row, const struct pp_node *node)
{
	const struct functions *f = &w->functions;

	if (row >= w->view->graph->rows.n)
		return node->name;
	uint32_t function = f->function_of[row], size = f->size_of_group[f->group_of[function]];
	if (size == 1)
		return node->name;
	pp_buf_clear(&w->name);
	pp_buf_add(&w->name, node->name.p, node->name.n);
	pp_buf_fmt(&w->name, " [%u/%u]", f->number[function], size);
	return pp_buf_view(&w->name);
}

/* Relative to the row before, if that is shorter. */
static void put_address(struct writer *w, uint64_t address)
{
	char absolute[ADDRESS_MAX], relative[ADDRESS_MAX];

	snprintf(absolute, sizeof(absolute), "0x%" PRIx64, address);
	if (!w->previous) {
		pp_out_text(w->out, absolute);
		return;
	}
	if (w->previous->address == address) {
		pp_out_char(w->out, '*');
		return;
	}
	snprintf(relative, sizeof(relative), "%+" PRId64,
		 (int64_t)(address - w->previous->address));
	pp_out_text(w->out, strlen(relative) < strlen(absolute) ? relative : absolute);
}

static int64_t in_unit(const struct writer *w, int64_t value)
{
	const struct pp_header *h = w->view->header;

	return pp_fraction_of(1, pp_units_scale(value, h->unit, h->out_unit).value);
}

static void put_call(struct writer *w, const struct pp_edge *e)
{
	struct pp_node callee = node_of(w, e->dest);

	put_name(w, "cfl=", &w->files, callee.file);
	put_name(w, "cfn=", &w->names, callee_name(w, e->dest, &callee));
	/* How often is not known; a count of 0, as pprof has it, makes callgrind_annotate take the
	 * cost of the call for that of the caller itself. */
	pp_out_text(w->out, "calls=1 ");
	put_address(w, callee.address);
	pp_out_fmt(w->out, " %" PRId64 "\n* * %" PRId64 "\n", callee.line, in_unit(w, e->weight));
}

static bool same_function(const struct pp_node *a, const struct pp_node *b)
{
	return pp_str_eq(a->object, b->object) && pp_str_eq(a->file, b->file) &&
	       pp_str_eq(a->name, b->name);
}

static void put_row(struct writer *w, uint32_t row, const struct pp_node *node)
{
	const struct pp_edges *e = &w->view->graph->edges;

	if (!w->previous || !same_function(node, w->previous)) {
		put_name(w, "\nob=", &w->objects, node->object);
		put_name(w, "fl=", &w->files, node->file);
		put_name(w, "fn=", &w->names, node->name);
	}
	put_address(w, node->address);
	pp_out_fmt(w->out, " %" PRId64 " %" PRId64 "\n", node->line,
		   in_unit(w, w->view->graph->rows.all[row].flat_value));
	for (size_t k = e->out_first[row]; k < e->out_first[row + 1]; k++)
		put_call(w, &e->all[e->out[k]]);
}

static void put_rows(struct writer *w)
{
	struct pp_node nodes[2];

	for (uint32_t row = 0; row < w->view->graph->rows.n; row++) {
		struct pp_node *node = &nodes[row % 2];

		*node = node_of(w, row);
		put_row(w, row, node);
		w->previous = node;
	}
}

void pp_callgrind(const struct pp_callgrind_view *c, struct pp_out *o)
{
	struct writer w = {.view = c, .out = o};

	init_functions(&w.functions, c);
	pp_strtab_init(&w.objects);
	pp_strtab_init(&w.files);
	pp_strtab_init(&w.names);
	pp_out_text(o, "positions: instr line\nevents: ");
	pp_out_text(o, c->header->mean ? "mean_" : "");
	pp_out_safe(o, c->header->type);
	pp_out_char(o, '(');
	pp_out_safe(o, c->header->out_unit);
	pp_out_text(o, ")\n");
	put_rows(&w);
	release_functions(&w.functions);
	pp_strtab_release(&w.objects);
	pp_strtab_release(&w.files);
	pp_strtab_release(&w.names);
	pp_buf_release(&w.name);
}
