/* SPDX-License-Identifier: Apache-2.0 */
/* What functions cost in each entry that a selector finds: what `trend` and `metrics` add up. */
#ifndef PP_CMD_ARCHIVE_SHARES_H
#define PP_CMD_ARCHIVE_SHARES_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/share.h"
#include "archive/list.h"
#include "base/compiler.h"
#include "base/err.h"
#include "cli/command.h"
#include "cli/opt.h"
#include "cmd/report.h"

/* Set by options. */
struct pp_shares_query {
	struct pp_opt_list args; /* expressions, and perhaps a selector behind them */
	const char *archive;
	uint64_t last, threads;
	const char *sample_index, *by;
	int demangle; /* enum pp_demangle */
	bool all_frames;
	bool delta;	      /* values of any type count since a program's start */
	const char *selector; /* from args; NULL: everything */
	uint32_t npatterns;   /* those before it */
	/* ns: of a selector that says no times, what started this long ago or later; 0: all */
	int64_t window;
};

/* The options that both commands have, as a part of their tables. */
#define PP_SHARES_OPTIONS(query)                                                           \
	{PP_OPT_TEXT,                                                                      \
	 0,                                                                                \
	 "by",                                                                             \
	 "LABEL",                                                                          \
	 "a row for each value of this label of entries",                                  \
	 &(query)->by,                                                                     \
	 .hint = PP_HINT_LABEL,                                                            \
	 .group = "What to show"},                                                         \
		{PP_OPT_TEXT,                                                              \
		 0,                                                                        \
		 "sample-index",                                                           \
		 "TYPE",                                                                   \
		 "which value of the samples, by name or number (default: the profiles')", \
		 &(query)->sample_index},                                                  \
		{PP_OPT_ENUM,                                                              \
		 0,                                                                        \
		 "demangle",                                                               \
		 "HOW",                                                                    \
		 "how to show names of C++ and Rust",                                      \
		 &(query)->demangle,                                                       \
		 .choices = pp_demanglings},                                               \
	{                                                                                  \
		PP_OPT_FLAG, 0, "all-frames", NULL,                                        \
			"keep the frames that the profiles' own drop_frames hide",         \
			&(query)->all_frames                                               \
	}

/* What was found, per item of the list. */
struct pp_shares_found {
	struct pp_list list;
	struct pp_share *shares; /* npatterns for each */
	int64_t *totals;
	uint32_t *index; /* of the sample type */
	uint32_t npatterns;
	struct pp_str type, unit; /* of the values; borrowed from the list */
	uint32_t lonely; /* entries that were left out, as there is none to compare them with */
};

void pp_shares_query_release(struct pp_shares_query *q);

/* Tell expressions and selector among q->args apart. -1 with PP_ERR_USAGE. */
int pp_shares_query_args(struct pp_shares_query *q, uint32_t max_patterns,
			 struct pp_err *err) PP_NODISCARD;

/* Look at all of them; none is no error. What counts since the start of a program becomes what is
 * new since the entry before (archive/chain.h), if it is known to: it was pulled, or q->delta says
 * so. The first of each place is left out then, and the time since the one before is the duration.
 * What is damaged is warned of. -1 with PP_ERR_USAGE for entries whose values cannot be compared.
 * Release in either case. */
int pp_shares_find(struct pp_cli *cli, const struct pp_shares_query *q,
		   struct pp_shares_found *found, struct pp_err *err) PP_NODISCARD;
void pp_shares_found_release(struct pp_shares_found *found);

/* Say that nothing was found, and what there is. Returns -1. */
int pp_shares_nothing(const struct pp_shares_query *q, const struct pp_shares_found *found,
		      struct pp_err *err);

/* -1 with PP_ERR_USAGE if --by names a label that no entry of a list has: everything would be one
 * row without a name. */
int pp_shares_check_by(const struct pp_shares_query *q, const struct pp_list *list,
		       struct pp_err *err) PP_NODISCARD;

/* What --by says of an item; "" without it. */
struct pp_str pp_shares_group(const struct pp_shares_query *q, const struct pp_item *item);

#endif
