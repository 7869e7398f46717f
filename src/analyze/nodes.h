/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The nodes that reports count on: functions, files, lines or addresses. One table may serve
 * several profiles. What tells two nodes apart follows pprof's graph.NodeInfo.
 */
#ifndef PP_ANALYZE_NODES_H
#define PP_ANALYZE_NODES_H

#include <stdint.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/str.h"

/* Names that are put together from several parts and longer than this are cut to it once all such
 * names together exceed the budget: one huge function name may be shared by any number of lines. */
#define PP_NODES_LONG	     1024
#define PP_NODES_LONG_BUDGET (64u << 20)

/* A node's identity. What the granularity leaves out is 0 or "". */
struct pp_node {
	struct pp_str name;   /* of the function */
	struct pp_str file;   /* cleaned, see base/path.h */
	struct pp_str object; /* file of the mapping */
	uint64_t address;
	int64_t start_line, line, column;
};

/* The same with texts by their number. */
struct pp_node_key {
	uint32_t name, file, object, unused;
	uint64_t address;
	int64_t start_line, line, column;
};

struct pp_nodes {
	struct pp_strtab keys; /* struct pp_node_key; node n is key n + 1 */
	struct pp_strtab texts;
	uint32_t *printed; /* per node, in texts */
	size_t cap;
	uint32_t count;
	size_t long_bytes; /* in printed names longer than PP_NODES_LONG */
	struct pp_buf scratch;
};

void pp_nodes_init(struct pp_nodes *n);
void pp_nodes_release(struct pp_nodes *n);

/* The node with this identity, new if it was not there. */
uint32_t pp_nodes_add(struct pp_nodes *n, const struct pp_node *node);

/* Its identity. Texts are valid until the next addition. */
struct pp_node pp_nodes_get(const struct pp_nodes *n, uint32_t node);

/* What to print: address, name and file:line:column as far as there are; else "[object's base
 * name]" or "<unknown>". Valid until the next addition. */
struct pp_str pp_nodes_name(const struct pp_nodes *n, uint32_t node);

/* Order by printed name, then by identity: <0, 0, >0. */
int pp_nodes_cmp(const struct pp_nodes *n, uint32_t a, uint32_t b);

#endif
