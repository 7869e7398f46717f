/* SPDX-License-Identifier: Apache-2.0 */
/* The entries of one window of time as one: doc/ARCHIVE.md, 4. */
#ifndef PP_ARCHIVE_PRUNE_WINDOW_H
#define PP_ARCHIVE_PRUNE_WINDOW_H

#include <stdint.h>

#include "archive/archive.h"
#include "archive/entry.h"
#include "archive/list.h"
#include "archive/series.h"
#include "archive/tally.h"
#include "base/compiler.h"
#include "base/err.h"
#include "profile/profile.h"

/* When the window begins that an instant is in. */
static inline int64_t pp_window_begin(int64_t ns, int64_t window)
{
	int64_t into = ns % window;

	return ns - into - (into < 0 ? window : 0);
}

/* Items of one group, with the same sample types, in the order of their start. */
struct pp_window {
	const struct pp_archive *archive;
	const struct pp_list *list;
	const struct pp_item **items;
	uint32_t n;
	/* What those that are merged already were merged by: what came in a later window of this
	 * length is not in them. 0: nothing is known to be. */
	int64_t inner;
};

struct pp_merged {
	struct pp_entry entry;
	struct pp_profile profile; /* empty if there is none */
	struct pp_tally tally;	   /* of what has been added up, states left out */
	bool has_tally;
};

/* Merge them; the series is looked up in, or added to the pool. -1 with PP_ERR_FORMAT if one of
 * them is damaged, with PP_ERR_LIMIT if the sum is too large for a segment. Release in either case.
 */
int pp_window_merge(struct pp_merged *m, const struct pp_window *w, struct pp_series_pool *pool,
		    struct pp_err *err) PP_NODISCARD;
void pp_merged_release(struct pp_merged *m);

/* Whether the profile of a merged entry adds up to what was added up. */
bool pp_merged_adds_up(const struct pp_entry *e, const struct pp_tally *tally,
		       const struct pp_profile *p);

#endif
