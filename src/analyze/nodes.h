/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The nodes that reports count on: functions by name. One table serves several profiles, so their
 * numbers can be added or compared by node id. Identity follows pprof at granularity "functions":
 * the function's name; for code without one, the object file (and the start line, where a nameless
 * function has it).
 */
#ifndef PP_ANALYZE_NODES_H
#define PP_ANALYZE_NODES_H

#include <stdint.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/str.h"

struct pp_nodes {
	struct pp_strtab keys; /* identities; node n is key n + 1 */
	uint32_t *printed;     /* bytes of the key that are its printed name, which stands first */
	size_t cap;
	uint32_t count;
	struct pp_strtab objects; /* what makes two mappings one; object n is key n */
	struct pp_strtab files;	  /* of all objects */
	uint32_t *file;		  /* per object, in files */
	size_t file_cap;
	struct pp_buf scratch;
};

void pp_nodes_init(struct pp_nodes *n);
void pp_nodes_release(struct pp_nodes *n);

/* The object with this identity, to be shown as `file` if it is new. */
uint32_t pp_nodes_object(struct pp_nodes *n, struct pp_str identity, struct pp_str file);

/* What an object is shown as. Valid until the next object. */
struct pp_str pp_nodes_object_file(const struct pp_nodes *n, uint32_t object);

/* The node of a function name, or, if that is empty, of code in `object` ("" if unknown). */
uint32_t pp_nodes_add(struct pp_nodes *n, struct pp_str name, struct pp_str object,
		      int64_t start_line);

/* What to print: the name, "[object's base name]" or "<unknown>". Valid until the next addition. */
struct pp_str pp_nodes_name(const struct pp_nodes *n, uint32_t node);

/* Order by printed name, then by identity: <0, 0, >0. */
int pp_nodes_cmp(const struct pp_nodes *n, uint32_t a, uint32_t b);

#endif
