/* SPDX-License-Identifier: Apache-2.0 */
/* Pass 2 of decoding: everything but the samples. */
#ifndef PP_PPROF_DECODE_TABLES_H
#define PP_PPROF_DECODE_TABLES_H

#include "base/compiler.h"
#include "base/err.h"
#include "profile/profile.h"

/* What pass 1 found. */
struct pp_table_counts {
	uint32_t records[16]; /* how often each field of Profile occurs; comments: numbers */
	const uint8_t *run_begin, *run_end; /* the longest run of nothing but samples */
};

/* Fill the tables of *p, whose bytes have sound framing; resolve and check all references between
 * them. */
int pp_pprof_fill_tables(struct pp_profile *p, const struct pp_table_counts *counts,
			 struct pp_err *err) PP_NODISCARD;

#endif
