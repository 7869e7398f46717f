/* SPDX-License-Identifier: Apache-2.0 */
/* Pruning under way: between prune.c, prune_plan.c, which finds out what there is, and
 * prune_group.c, which makes segments. */
#ifndef PP_ARCHIVE_PRUNE_STATE_H
#define PP_ARCHIVE_PRUNE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/group.h"
#include "archive/list.h"
#include "archive/prune.h"
#include "archive/prune_window.h"
#include "archive/segment_place.h"
#include "archive/segment_write.h"
#include "archive/series.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/map.h"

/* An entry of a segment that is made: one that was there, or a merged one. */
struct pp_prune_entry {
	const struct pp_entry *entry;
	struct pp_merged *merged;    /* owned, or NULL; without its profile */
	struct pp_entry_labels tags; /* to be given to it */
};

/* A segment that is made. */
struct pp_prune_segment {
	struct pp_prune_entry *entries;
	uint32_t n;
	size_t cap;
	struct pp_segment_writer writer; /* until there are bytes */
	struct pp_buf file;
};

/* A segment that is there, by its number in the list. */
struct pp_prune_file {
	uint64_t size;
	uint32_t listed; /* entries that are found in it; */
	uint32_t pinned; /* of these */
	uint32_t taken;	 /* into segments that are made, or removed */
	bool touched;	 /* by merging: what stays of it has to move */
	bool replaced;	 /* by a segment that is made */
};

/* Whether all of a file that is there is dealt with, so that it can go. */
static inline bool pp_prune_is_done_with(const struct pp_prune_file *f)
{
	return f->listed > 0 && f->taken == f->listed;
}

struct pp_prune_group {
	const struct pp_group *of; /* its items in order of their start */
	struct pp_prune_segment **made;
	uint32_t nmade;
	size_t made_cap;
	uint64_t size;	/* bytes of its files as they are, */
	uint64_t fixed; /* of those that would stay if it were removed, */
	uint64_t after; /* and of all once it has been pruned */
	struct pp_pruned done;
};

struct pp_pruning {
	struct pp_archive_prune *prune;
	struct pp_list list;
	struct pp_series_pool pool; /* of merged entries */
	struct pp_strtab pinned;
	struct pp_prune_file *files;
	uint64_t *sizes; /* of loose items */
	struct pp_groups grouped;
	struct pp_prune_group *groups; /* the same, the newest hour first */
	uint32_t ngroups;
	uint64_t apart; /* bytes of what is no entry */
	bool written;
};

static inline const struct pp_item *pp_prune_item(const struct pp_pruning *s,
						  const struct pp_prune_group *g, uint32_t i)
{
	return &s->list.items[g->of->items[i]];
}

/* The file that an item is in, or NULL for a loose one. */
struct pp_prune_file *pp_prune_file(const struct pp_pruning *s, const struct pp_item *item);
bool pp_prune_is_pinned(const struct pp_pruning *s, const struct pp_item *item);

/* List everything, and put it into groups; release in either case. */
int pp_prune_plan(struct pp_pruning *s, struct pp_err *err) PP_NODISCARD;
void pp_pruning_release(struct pp_pruning *s);

/* Make the segments that a group becomes when it is merged by windows of a length, and those of
 * `inner` were merged before; or when all that is not pinned is removed. g->done, g->after and
 * s->files say what would happen. */
int pp_prune_merge(struct pp_pruning *s, struct pp_prune_group *g, int64_t window, int64_t inner,
		   struct pp_err *err) PP_NODISCARD;
int pp_prune_keep_pinned(struct pp_pruning *s, struct pp_prune_group *g,
			 struct pp_err *err) PP_NODISCARD;

/* Forget what was made, or would have been removed. */
void pp_prune_unmake(struct pp_pruning *s, struct pp_prune_group *g);

/* Put what was made in place, every byte and sum of it checked. */
int pp_prune_write(struct pp_pruning *s, struct pp_prune_group *g, struct pp_err *err) PP_NODISCARD;

#endif
