/* SPDX-License-Identifier: Apache-2.0 */
/* How complete a recording is: the table of record --stats. */
#ifndef PP_CMD_RECORD_STATS_H
#define PP_CMD_RECORD_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

struct pp_record_failure {
	struct pp_str image; /* its file */
	uint64_t count;
};

struct pp_record_stats {
	uint64_t samples, lost;
	uint64_t frames;		    /* user frames of all samples */
	uint64_t copied;		    /* samples whose stacks were walked in user space */
	uint64_t tables, rows;		    /* unwind tables, and what is in them; 0: none */
	uint64_t shared_bytes;		    /* that the eBPF program has of them */
	const uint64_t *ends;		    /* samples by enum pp_unwind_end (unwind/frame.h) */
	int64_t cpu_ns;			    /* CPU time that the target used; -1: not known */
	uint64_t period_ns;		    /* between samples; 0: they count something else */
	struct pp_record_failure *failures; /* images in which walks failed; sorted by the table */
	size_t nfailures;
};

/* "99.3 % of stacks complete": never 100 % if one is not. Nothing, if that is not known of any. */
void pp_record_stats_line(struct pp_buf *out, const uint64_t *ends);

/* The whole table, lines ending in '\n'. */
void pp_record_stats_table(struct pp_buf *out, struct pp_record_stats *s);

#endif
