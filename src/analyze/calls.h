/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pass over the samples that counts calls between the members of a list of rows. A hash table
 * keyed by caller and callee gathers them; before that, each location is reduced to the rows it
 * stands for, so that the loop over frames reads one number for most of them.
 */
#ifndef PP_ANALYZE_CALLS_H
#define PP_ANALYZE_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/rows.h"
#include "analyze/view.h"

/* 16 bytes, so that a look-up costs one cache line. */
struct pp_call {
	int64_t weight;
	uint32_t
		key; /* caller * wanted + number of the callee among the wanted + 1; 0: free slot */
	uint32_t seen : 30;    /* the last sample that it was counted for */
	uint32_t plain : 1;    /* not inlined in some sample */
	uint32_t residual : 1; /* frames between in some sample */
};

struct pp_calls {
	struct pp_call *slots; /* 1 << bits of them */
	int64_t *divs;	       /* per slot; NULL unless means are wanted */
	unsigned bits;
	size_t count;
	uint64_t multiplier; /* of the hash; random, because files choose the keys */
};

/* Called with each table of calls; the callees are wanted[0 .. nwanted-1]. */
typedef void pp_calls_fn(void *context, const struct pp_calls *calls, const uint32_t *wanted,
			 uint32_t nwanted);

/* Count the calls to those members of rows for which is_wanted (NULL: all) says so. `take` sees
 * every call once; it is called once unless rows and wanted are so many that keys do not fit into
 * 32 bits. */
void pp_calls_count(const struct pp_view *v, const struct pp_rows *rows, const bool *is_wanted,
		    pp_calls_fn *take, void *context);

static inline size_t pp_calls_slots(const struct pp_calls *t)
{
	return t->bits ? (size_t)1 << t->bits : 0;
}

#endif
