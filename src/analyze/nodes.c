/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes are interned byte strings: the printed name, and behind it what else tells the node apart.
 */
#include <config.h>

#include "analyze/nodes.h"

#include <stdlib.h>

#include "base/alloc.h"

void pp_nodes_init(struct pp_nodes *n)
{
	*n = (struct pp_nodes){0};
	pp_strtab_init(&n->keys);
	pp_strtab_init(&n->objects);
	pp_strtab_init(&n->files);
}

void pp_nodes_release(struct pp_nodes *n)
{
	pp_strtab_release(&n->keys);
	pp_strtab_release(&n->objects);
	pp_strtab_release(&n->files);
	free(n->file);
	pp_buf_release(&n->scratch);
	free(n->printed);
	*n = (struct pp_nodes){0};
}

uint32_t pp_nodes_object(struct pp_nodes *n, struct pp_str identity, struct pp_str file)
{
	size_t known = n->objects.count;
	uint32_t object = pp_strtab_add(&n->objects, identity);

	if (object < known)
		return object;
	n->file = pp_grow(n->file, &n->file_cap, n->objects.count, sizeof(*n->file));
	n->file[object] = pp_strtab_add(&n->files, file);
	return object;
}

struct pp_str pp_nodes_object_file(const struct pp_nodes *n, uint32_t object)
{
	return pp_strtab_get(&n->files, n->file[object]);
}

/* Fill the scratch buffer with the identity of nameless code; returns the printed part's length. A
 * named function's identity ends in 'n', so the two kinds cannot meet. */
static size_t nameless_key(struct pp_buf *key, struct pp_str object, int64_t start_line)
{
	struct pp_str base = pp_str_basename(object);

	if (base.n) {
		pp_buf_char(key, '[');
		pp_buf_add(key, base.p, base.n);
		pp_buf_char(key, ']');
	} else {
		pp_buf_str(key, "<unknown>");
	}

	size_t printed = key->n;
	pp_buf_add(key, object.p, object.n);
	pp_buf_fmt(key, ":%lld", (long long)start_line);
	return printed;
}

uint32_t pp_nodes_add(struct pp_nodes *n, struct pp_str name, struct pp_str object,
		      int64_t start_line)
{
	struct pp_buf *key = &n->scratch;
	size_t printed = name.n;

	pp_buf_clear(key);
	if (name.n) {
		pp_buf_add(key, name.p, name.n);
		pp_buf_char(key, 'n');
	} else {
		printed = nameless_key(key, object, start_line);
	}

	uint32_t id = pp_strtab_add(&n->keys, pp_buf_view(key)) - 1;
	if (id == n->count) {
		n->printed = pp_grow(n->printed, &n->cap, (size_t)id + 1, sizeof(*n->printed));
		n->printed[id] = (uint32_t)printed;
		n->count++;
	}
	return id;
}

struct pp_str pp_nodes_name(const struct pp_nodes *n, uint32_t node)
{
	return (struct pp_str){pp_strtab_get(&n->keys, node + 1).p, n->printed[node]};
}

int pp_nodes_cmp(const struct pp_nodes *n, uint32_t a, uint32_t b)
{
	int c = pp_str_cmp(pp_nodes_name(n, a), pp_nodes_name(n, b));

	if (c)
		return c;
	return pp_str_cmp(pp_strtab_get(&n->keys, a + 1), pp_strtab_get(&n->keys, b + 1));
}
