/* SPDX-License-Identifier: Apache-2.0 */
/* Composing DOT. Rules: google/pprof, graph.ComposeDot. */
#include <config.h>

#include "render/dot.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/magnitude.h"
#include "base/units.h"
#include "render/dot_tags.h"
#include "render/dot_text.h"

#define READING "\\lSee https://git.io/JfYMW for how to read the graph\\l"

static struct pp_str file_base(struct pp_str file)
{
	struct pp_str base = pp_str_basename(file);

	return base.n ? base : file; /* "/" */
}

static void put_line(struct pp_out *o, struct pp_str line)
{
	pp_dot_text(o, line, PP_DOT_LEFT);
	pp_out_text(o, PP_DOT_LEFT);
}

/* The lines above other reports, in a box. */
static void put_legend(const struct pp_dot_view *d, struct pp_out *o)
{
	struct pp_header header = *d->header;
	struct pp_out text;

	header.compact = false;
	pp_out_init_mem(&text);
	pp_header_rows(&header, &d->graph->rows, &text);

	struct pp_str rest = pp_buf_view(&text.buf), line;
	line = (struct pp_str){rest.p, strcspn(rest.p, "\n")};
	pp_out_text(o, "subgraph cluster_L { \"");
	pp_dot_text(o, line, PP_DOT_LEFT);
	pp_out_text(o, "\" [shape=box fontsize=16 label=\"");
	while (rest.n) {
		line = (struct pp_str){rest.p, strcspn(rest.p, "\n")};
		put_line(o, line);
		rest.p += line.n + 1;
		rest.n -= line.n + 1;
	}
	pp_out_text(o, READING "\"");
	if (header.file.n) {
		pp_out_text(o, " tooltip=\"");
		pp_dot_text(o, header.file, PP_DOT_LEFT);
		pp_out_char(o, '"');
	}
	pp_out_text(o, "] }\n");
	pp_buf_release(&text.buf);
}

/* What a node is, a line for each part. */
static void put_identity(const struct pp_node *node, struct pp_out *o)
{
	if (node->address)
		pp_out_fmt(o, "%016" PRIx64 PP_DOT_CENTRE, node->address);
	if (node->name.n) {
		pp_dot_name(o, node->name);
		pp_out_text(o, PP_DOT_CENTRE);
	}
	if (node->line) {
		pp_dot_text(o, file_base(node->file), PP_DOT_LEFT);
		pp_out_fmt(o, ":%" PRId64, node->line);
		if (node->column)
			pp_out_fmt(o, ":%" PRId64, node->column);
		pp_out_text(o, PP_DOT_CENTRE);
	} else if (node->file.n) {
		pp_dot_text(o, file_base(node->file), PP_DOT_LEFT);
		pp_out_text(o, PP_DOT_CENTRE);
	} else if (node->name.n) {
		return;
	} else if (node->object.n) {
		pp_out_char(o, '[');
		pp_dot_text(o, pp_str_basename(node->object), PP_DOT_LEFT);
		pp_out_text(o, "]" PP_DOT_CENTRE);
	} else {
		pp_out_text(o, "<unknown>" PP_DOT_CENTRE);
	}
}

static void put_share(const struct pp_dot_view *d, int64_t value, struct pp_out *o)
{
	char percent[PP_PERCENT_MAX];

	pp_dot_quantity(o, d->header, value);
	pp_out_fmt(o, " (%s)", pp_header_percent(percent, value, d->header->total));
}

static void put_costs(const struct pp_dot_view *d, const struct pp_row *r, struct pp_out *o)
{
	if (r->flat_value)
		put_share(d, r->flat_value, o);
	else
		pp_out_char(o, '0');
	if (r->cum_value == r->flat_value)
		return;
	pp_out_text(o, r->flat_value ? PP_DOT_CENTRE "of " : " of ");
	put_share(d, r->cum_value, o);
}

static int font_size(int64_t flat, int64_t max)
{
	int64_t magnitude = pp_magnitude(flat); /* negative where there is none */

	if (magnitude <= 0 || magnitude > max)
		return 8;
	return 8 + (int)ceil(16 * sqrt((double)magnitude / (double)max));
}

static void put_node(const struct pp_dot_view *d, uint32_t i, int64_t max, struct pp_out *o)
{
	const struct pp_row *r = &d->graph->rows.all[i];
	struct pp_node node = pp_nodes_get(d->nodes, r->node);
	char color[PP_DOT_COLOR_MAX], fill[PP_DOT_COLOR_MAX];

	pp_dot_color(color, r->cum_value, d->header->total, false);
	pp_dot_color(fill, r->cum_value, d->header->total, true);
	pp_out_fmt(o, "N%u [label=\"", i + 1);
	put_identity(&node, o);
	put_costs(d, r, o);
	pp_out_fmt(o, "\" id=\"node%u\" fontsize=%d shape=box tooltip=\"", i + 1,
		   font_size(r->flat_value, max));
	pp_dot_text(o, pp_nodes_name(d->nodes, r->node), PP_DOT_LEFT);
	pp_out_text(o, " (");
	pp_dot_quantity(o, d->header, r->cum_value);
	pp_out_fmt(o, ")\" color=\"%s\" fillcolor=\"%s\"]\n", color, fill);
}

/* |value * times / total|, at most `most`, and 1 more. */
static int64_t thickness(int64_t value, int64_t times, int64_t total, int64_t most)
{
	int64_t part = (int64_t)((uint64_t)value * (uint64_t)times);

	part = pp_magnitude(pp_view_mean(part, total));
	return 1 + (part < most ? part : most);
}

static void put_weight(const struct pp_dot_view *d, int64_t value, struct pp_out *o)
{
	int64_t total = d->header->total, weight, width;
	char color[PP_DOT_COLOR_MAX];

	if (total == 0)
		return;
	weight = thickness(value, 100, total, 100);
	width = thickness(value, 5, total, 5);
	if (weight > 1)
		pp_out_fmt(o, " weight=%" PRId64, weight);
	if (width > 1)
		pp_out_fmt(o, " penwidth=%" PRId64, width);
	pp_dot_color(color, value, total, false);
	pp_out_fmt(o, " color=\"%s\"", color);
}

static void put_tooltip(const struct pp_dot_view *d, const struct pp_edge *e, int64_t value,
			struct pp_out *o)
{
	const struct pp_row *rows = d->graph->rows.all;

	pp_out_text(o, "tooltip=\"");
	pp_dot_text(o, pp_nodes_name(d->nodes, rows[e->src].node), PP_DOT_LEFT);
	pp_out_text(o, e->residual ? " ... " : " -> ");
	pp_dot_text(o, pp_nodes_name(d->nodes, rows[e->dest].node), PP_DOT_LEFT);
	pp_out_text(o, " (");
	pp_dot_quantity(o, d->header, value);
	pp_out_text(o, ")\"");
}

static void put_edge(const struct pp_dot_view *d, const struct pp_edge *e, bool has_tags,
		     struct pp_out *o)
{
	int64_t value = pp_view_mean(e->weight, e->div);

	pp_out_fmt(o, "N%u -> N%u [label=\" ", e->src + 1, e->dest + 1);
	pp_dot_quantity(o, d->header, value);
	pp_out_text(o, e->inlined ? "\\n (inline)\"" : "\"");
	put_weight(d, value, o);
	pp_out_char(o, ' ');
	put_tooltip(d, e, value, o);
	pp_out_text(o, " label");
	put_tooltip(d, e, value, o);
	pp_out_text(o, e->residual ? " style=\"dotted\"" : "");
	/* room for the boxes */
	pp_out_text(o, has_tags ? " minlen=2]\n" : "]\n");
}

static int64_t largest_flat(const struct pp_rows *rows)
{
	int64_t max = 0;

	for (uint32_t i = 0; i < rows->n; i++) {
		int64_t flat = pp_magnitude(rows->all[i].flat_value);

		max = flat > max ? flat : max;
	}
	return max;
}

void pp_dot(const struct pp_dot_view *d, struct pp_out *o)
{
	const struct pp_graph *g = d->graph;
	PP_CLEANUP(pp_freep) bool *has_tags = pp_xcalloc(g->rows.n, sizeof(*has_tags));
	int64_t max = largest_flat(&g->rows);

	pp_out_text(o, "digraph \"");
	pp_dot_text(o, d->header->file.n ? d->header->file : PP_STR_LIT("unnamed"), PP_DOT_LEFT);
	pp_out_text(o, "\" {\nnode [style=filled fillcolor=\"#f8f8f8\"]\n");
	put_legend(d, o);
	for (uint32_t i = 0; i < g->rows.n; i++) {
		put_node(d, i, max, o);
		has_tags[i] = pp_dot_tags(d, i, o);
	}
	for (size_t i = 0; i < g->edges.n; i++) {
		const struct pp_edge *e = &g->edges.all[i];

		if (e->src < g->rows.n && e->dest < g->rows.n)
			put_edge(d, e, has_tags[e->src], o);
	}
	pp_out_text(o, "}\n");
}
