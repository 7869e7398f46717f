/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files that code comes from, each once, however many processes map it: where its segments are,
 * and its unwind table, which is made when it is first needed.
 */
#ifndef PP_COLLECT_MODULES_H
#define PP_COLLECT_MODULES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "symbol/loads.h"
#include "unwind/cache.h"
#include "unwind/table.h"

#define PP_MODULE_NONE UINT32_MAX

struct pp_module {
	struct pp_loads loads;
	struct pp_unwind_table table;
	bool tabled;   /* the table has been made, or cannot be */
	unsigned idle; /* how often in a row nothing has mapped it; see pp_modules_age */

	/* Where the eBPF program has the table, in its cells; npages 0: nowhere. */
	uint32_t pages, npages;
	bool refused; /* there was no room for it */
};

struct pp_modules {
	struct pp_module *modules;
	size_t n, cap;
	struct pp_strtab keys; /* build id, or what tells files apart; module i is key i + 1 */
	struct pp_unwind_cache *cache;
	uint64_t rows; /* of all tables */
};

/* `cache`, which may be NULL, stays the caller's. */
void pp_modules_init(struct pp_modules *m, struct pp_unwind_cache *cache);
void pp_modules_release(struct pp_modules *m);

/* The module of the file behind `fd`; PP_MODULE_NONE if it is no ELF file of ours. */
uint32_t pp_modules_file(struct pp_modules *m, int fd);

/* The module of the vdso, which is the same in all processes: `size` bytes of it. */
uint32_t pp_modules_vdso(struct pp_modules *m, size_t size);

/* Let go of tables that have not been in use (in_use[module]) for several calls; they are made
 * again when they are. */
void pp_modules_age(struct pp_modules *m, const bool *in_use);

/* The table of a module, made if it has not been yet, from `fd`, which is its file. */
const struct pp_unwind_table *pp_modules_table(struct pp_modules *m, uint32_t module, int fd);

#endif
