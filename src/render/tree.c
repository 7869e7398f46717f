/* SPDX-License-Identifier: Apache-2.0 */
/* Rendering rows with their calls. */
#include <config.h>

#include "render/tree.h"

#include <inttypes.h>

#include "base/magnitude.h"
#include "base/units.h"
#include "io/json.h"

#define SEPARATOR "----------------------------------------------------------+-------------\n"
/* with the blanks and tabs that scripts may have come to rely on */
#define LEGEND "      flat  flat%   sum%        cum   cum%   calls calls% + context \t \t \n"

static bool is_shown(const struct pp_tree_view *t, const struct pp_row *r)
{
	return !t->only || pp_regex_match(t->only, pp_nodes_name(t->nodes, r->node));
}

/* The name of a row. */
static struct pp_str name_of(const struct pp_tree_view *t, uint32_t row)
{
	return pp_nodes_name(t->nodes, t->rows->all[row].node);
}

/* One line for a caller or callee; its percentage is of what the node in the middle costs. */
static void text_edge(const struct pp_tree_view *t, const struct pp_edge *e, uint32_t other,
		      int64_t cum, struct pp_out *o)
{
	char percent[PP_PERCENT_MAX];

	pp_header_quantity(t->header, e->weight, 50, o);
	pp_out_fmt(o, " %s |   ", pp_units_percent(percent, e->weight, cum));
	pp_out_safe(o, name_of(t, other));
	pp_out_text(o, e->inlined ? " (inline)\n" : "\n");
}

static void text_row(const struct pp_tree_view *t, const struct pp_row *r, int64_t sum,
		     struct pp_out *o)
{
	char flat_pc[PP_PERCENT_MAX], sum_pc[PP_PERCENT_MAX], cum_pc[PP_PERCENT_MAX];
	int64_t total = t->rows->total;

	pp_header_quantity(t->header, r->flat_value, 10, o);
	pp_out_fmt(o, " %s %s ", pp_units_percent(flat_pc, r->flat_value, total),
		   pp_units_percent(sum_pc, sum, total));
	pp_header_quantity(t->header, r->cum_value, 10, o);
	pp_out_fmt(o, " %s                | ", pp_units_percent(cum_pc, r->cum_value, total));
	pp_out_safe(o, pp_nodes_name(t->nodes, r->node));
	pp_out_char(o, '\n');
}

void pp_tree_text(const struct pp_tree_view *t, struct pp_out *o)
{
	const struct pp_edges *e = t->edges;
	int64_t sum = 0;

	pp_header_rows(t->header, t->rows, o);
	pp_out_text(o, SEPARATOR LEGEND);
	for (uint32_t i = 0; i < t->rows->n; i++) {
		const struct pp_row *r = &t->rows->all[i];

		if (!is_shown(t, r))
			continue;
		pp_out_text(o, SEPARATOR);
		for (size_t k = e->in_first[i]; k < e->in_first[i + 1]; k++)
			text_edge(t, &e->all[e->in[k]], e->all[e->in[k]].src, r->cum_value, o);
		sum = pp_wrap_add(sum, r->flat_value);
		text_row(t, r, sum, o);
		for (size_t k = e->out_first[i]; k < e->out_first[i + 1]; k++)
			text_edge(t, &e->all[e->out[k]], e->all[e->out[k]].dest, r->cum_value, o);
	}
	if (t->rows->n)
		pp_out_text(o, SEPARATOR);
}

static void json_edges(const struct pp_tree_view *t, struct pp_json *j, const char *key,
		       const size_t *edges, size_t n, bool callers)
{
	pp_json_key(j, key);
	pp_json_open(j, '[');
	for (size_t k = 0; k < n; k++) {
		const struct pp_edge *e = &t->edges->all[edges[k]];

		pp_json_open(j, '{');
		pp_json_pair_str(j, "name", name_of(t, callers ? e->src : e->dest));
		pp_json_pair_int(j, "value", pp_header_value(t->header, e->weight));
		if (e->inlined) {
			pp_json_key(j, "inlined");
			pp_json_bool(j, true);
		}
		pp_json_close(j, '}');
	}
	pp_json_close(j, ']');
}

static void json_row(const struct pp_tree_view *t, struct pp_json *j, uint32_t i)
{
	const struct pp_row *r = &t->rows->all[i];
	const struct pp_edges *e = t->edges;

	pp_json_open(j, '{');
	pp_json_pair_str(j, "name", pp_nodes_name(t->nodes, r->node));
	pp_json_pair_int(j, "flat", pp_header_value(t->header, r->flat_value));
	pp_json_pair_int(j, "cum", pp_header_value(t->header, r->cum_value));
	json_edges(t, j, "callers", e->in + e->in_first[i], e->in_first[i + 1] - e->in_first[i],
		   true);
	json_edges(t, j, "callees", e->out + e->out_first[i], e->out_first[i + 1] - e->out_first[i],
		   false);
	pp_json_close(j, '}');
}

void pp_tree_json(const struct pp_tree_view *t, struct pp_out *o)
{
	struct pp_json j;

	pp_json_init(&j, o);
	pp_json_open(&j, '{');
	pp_header_json(t->header, &j);
	pp_header_json_rows(t->header, t->rows, &j);
	pp_json_key(&j, "rows");
	pp_json_open(&j, '[');
	for (uint32_t i = 0; i < t->rows->n; i++) {
		if (is_shown(t, &t->rows->all[i]))
			json_row(t, &j, i);
	}
	pp_json_close(&j, ']');
	pp_json_close(&j, '}');
}

static void csv_edge(const struct pp_tree_view *t, const char *role, const struct pp_edge *e,
		     uint32_t node, uint32_t other, struct pp_out *o)
{
	pp_out_fmt(o, "%s,,%" PRId64 ",", role, pp_header_value(t->header, e->weight));
	pp_out_csv(o, t->header->unit);
	pp_out_text(o, e->inlined ? ",all," : ",,");
	pp_out_csv(o, name_of(t, node));
	pp_out_char(o, ',');
	pp_out_csv(o, name_of(t, other));
	pp_out_char(o, '\n');
}

static void csv_row(const struct pp_tree_view *t, uint32_t i, struct pp_out *o)
{
	const struct pp_row *r = &t->rows->all[i];
	const struct pp_edges *e = t->edges;

	for (size_t k = e->in_first[i]; k < e->in_first[i + 1]; k++)
		csv_edge(t, "caller", &e->all[e->in[k]], i, e->all[e->in[k]].src, o);
	pp_out_fmt(o, "node,%" PRId64 ",%" PRId64 ",", pp_header_value(t->header, r->flat_value),
		   pp_header_value(t->header, r->cum_value));
	pp_out_csv(o, t->header->unit);
	pp_out_text(o, ",,");
	pp_out_csv(o, name_of(t, i));
	pp_out_text(o, ",\n");
	for (size_t k = e->out_first[i]; k < e->out_first[i + 1]; k++)
		csv_edge(t, "callee", &e->all[e->out[k]], i, e->all[e->out[k]].dest, o);
}

void pp_tree_csv(const struct pp_tree_view *t, struct pp_out *o)
{
	pp_out_text(o, "role,flat,cum,unit,inlined,name,other\n");
	for (uint32_t i = 0; i < t->rows->n; i++) {
		if (is_shown(t, &t->rows->all[i]))
			csv_row(t, i, o);
	}
}
