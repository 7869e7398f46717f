/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes are interned records of interned texts. */
#include <config.h>

#include "analyze/nodes.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"

void pp_nodes_init(struct pp_nodes *n)
{
	*n = (struct pp_nodes){0};
	pp_strtab_init(&n->keys);
	pp_strtab_init(&n->texts);
}

void pp_nodes_release(struct pp_nodes *n)
{
	pp_strtab_release(&n->keys);
	pp_strtab_release(&n->texts);
	pp_buf_release(&n->scratch);
	free(n->printed);
	*n = (struct pp_nodes){0};
}

static void add_part(struct pp_buf *out, struct pp_str part)
{
	if (out->n)
		pp_buf_char(out, ' ');
	pp_buf_add(out, part.p, part.n);
}

/* Source of the format: google/pprof, NodeInfo.NameComponents. */
static void print_name(struct pp_buf *out, const struct pp_node *node)
{
	struct pp_str base = pp_str_basename(node->object);

	if (node->address)
		pp_buf_fmt(out, "%016" PRIx64, node->address);
	if (node->name.n)
		add_part(out, node->name);
	if (node->line) {
		add_part(out, node->file);
		pp_buf_fmt(out, ":%" PRId64, node->line);
		if (node->column)
			pp_buf_fmt(out, ":%" PRId64, node->column);
	} else if (node->file.n) {
		add_part(out, node->file);
	} else if (node->name.n) {
		return;
	} else if (node->object.n) {
		add_part(out, PP_STR_LIT("["));
		pp_buf_add(out, base.p, base.n);
		pp_buf_char(out, ']');
	} else {
		add_part(out, PP_STR_LIT("<unknown>"));
	}
}

static void limit_name(struct pp_nodes *n, const struct pp_node *node)
{
	struct pp_buf *text = &n->scratch;

	/* a function's name alone is there anyway */
	if (text->n <= PP_NODES_LONG || text->n == node->name.n)
		return;
	if (n->long_bytes > PP_NODES_LONG_BUDGET) {
		text->n = PP_NODES_LONG;
		pp_buf_str(text, "...");
	}
	n->long_bytes += text->n;
}

uint32_t pp_nodes_add(struct pp_nodes *n, const struct pp_node *node)
{
	struct pp_node_key key = {
		.name = pp_strtab_add(&n->texts, node->name),
		.file = pp_strtab_add(&n->texts, node->file),
		.object = pp_strtab_add(&n->texts, node->object),
		.address = node->address,
		.start_line = node->start_line,
		.line = node->line,
		.column = node->column,
	};
	struct pp_str bytes = {(const char *)&key, sizeof(key)};
	uint32_t id = pp_strtab_add(&n->keys, bytes) - 1;

	if (id < n->count)
		return id;
	pp_buf_clear(&n->scratch);
	print_name(&n->scratch, node);
	limit_name(n, node);
	n->printed = pp_grow(n->printed, &n->cap, (size_t)id + 1, sizeof(*n->printed));
	n->printed[id] = pp_strtab_add(&n->texts, pp_buf_view(&n->scratch));
	n->count++;
	return id;
}

struct pp_node pp_nodes_get(const struct pp_nodes *n, uint32_t node)
{
	struct pp_node_key key;

	memcpy(&key, pp_strtab_get(&n->keys, node + 1).p, sizeof(key));
	return (struct pp_node){
		.name = pp_strtab_get(&n->texts, key.name),
		.file = pp_strtab_get(&n->texts, key.file),
		.object = pp_strtab_get(&n->texts, key.object),
		.address = key.address,
		.start_line = key.start_line,
		.line = key.line,
		.column = key.column,
	};
}

struct pp_str pp_nodes_name(const struct pp_nodes *n, uint32_t node)
{
	return pp_strtab_get(&n->texts, n->printed[node]);
}

/* The identity as pprof writes it to break ties: Go's fmt.Sprint of a NodeInfo, whose OrigName is
 * empty. */
static void sprint(struct pp_buf *out, const struct pp_node *node)
{
	pp_buf_char(out, '{');
	pp_buf_add(out, node->name.p, node->name.n);
	pp_buf_fmt(out, "  %" PRIu64 " ", node->address);
	pp_buf_add(out, node->file.p, node->file.n);
	pp_buf_fmt(out, " %" PRId64 " %" PRId64 " %" PRId64 " ", node->start_line, node->line,
		   node->column);
	pp_buf_add(out, node->object.p, node->object.n);
	pp_buf_char(out, '}');
}

int pp_nodes_cmp(const struct pp_nodes *n, uint32_t a, uint32_t b)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf x = PP_BUF_INIT;
	PP_CLEANUP(pp_buf_release) struct pp_buf y = PP_BUF_INIT;
	int c = n->printed[a] == n->printed[b]
			? 0
			: pp_str_cmp(pp_nodes_name(n, a), pp_nodes_name(n, b));
	struct pp_node node_a, node_b;

	if (c || a == b)
		return c;
	node_a = pp_nodes_get(n, a);
	node_b = pp_nodes_get(n, b);
	sprint(&x, &node_a);
	sprint(&y, &node_b);
	return pp_str_cmp(pp_buf_view(&x), pp_buf_view(&y));
}
