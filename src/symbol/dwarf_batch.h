/* SPDX-License-Identifier: Apache-2.0 */
/* The answers for one batch of addresses, unit by unit. Internal to symbol/. */
#ifndef PP_SYMBOL_DWARF_BATCH_H
#define PP_SYMBOL_DWARF_BATCH_H

#include "symbol/answers.h"
#include "symbol/dwarf.h"
#include "symbol/dwarf_name.h"
#include "symbol/dwarf_unit.h"

/* A function that addresses are in, as answers want it. */
struct pp_dwarf_node {
	uint32_t parent; /* what it is inlined into; UINT32_MAX: nothing */
	uint32_t name;	 /* in the list of names */
	uint32_t call_file, call_line;
};

/* What is known of an address. */
struct pp_dwarf_place {
	uint32_t node; /* the innermost; UINT32_MAX: none yet */
	uint32_t file, line;
	bool lined;    /* file and line are known */
	uint32_t unit; /* the last one that was asked for it, + 1 */
};

struct pp_dwarf_batch {
	struct pp_dwarf_file *file;
	const struct pp_dwarf_elf *dwp; /* or NULL */
	const struct pp_dwarf_options *options;
	const uint64_t *vaddrs; /* ascending */
	size_t n;
	struct pp_answers *out; /* empty */
	/* the rest is the batch's own */
	struct pp_dwarf_place *places;
	struct pp_dwarf_names names;
	struct pp_dwarf_node *nodes;
	size_t nnodes, nodes_cap;
	uint32_t *picked; /* addresses of the unit at work */
	size_t npicked;
};

/* Find everything and give the answers. */
void pp_dwarf_batch_run(struct pp_dwarf_batch *b);

#endif
