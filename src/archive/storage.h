/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ways in which entries are kept. Each can list what it has, and read an entry; one that keeps
 * many together may also add them up faster than one by one.
 */
#ifndef PP_ARCHIVE_STORAGE_H
#define PP_ARCHIVE_STORAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/list.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/map.h"
#include "profile/profile.h"

struct pp_fsck;
struct pp_lost;

/* A list in the making. */
struct pp_listing {
	const struct pp_archive *archive;
	const struct pp_want *want;
	struct pp_list *list;
	struct pp_map ids;	 /* of the items, by a hash of them */
	uint64_t seed;		 /* of the hash */
	struct pp_map fitting;	 /* by address of a series: whether its labels are wanted */
	struct pp_strtab pinned; /* ids that are wanted, of a selector that names a pin */
	bool by_pin;
	const char *prefix; /* of ids that are wanted, or NULL */
	struct pp_tag_table *tags;
	struct pp_map index; /* of the first `nindexed` items, by how their ids begin */
	uint32_t nindexed;
	bool again; /* something that was there is gone */
};

struct pp_storage {
	/* Offer every entry to pp_listing_add. Those that the selector cannot fit may be left out.
	 * What is damaged goes to pp_listing_damaged; what is gone by now sets `again`. */
	int (*list)(struct pp_listing *l, struct pp_err *err);
	/* Append the canonical bytes of an item. -1 with PP_ERR_NOT_FOUND if it is gone. */
	int (*read)(const struct pp_archive *a, const struct pp_list *list,
		    const struct pp_item *item, struct pp_buf *canonical, struct pp_err *err);
	/* The profile of an item, with its samples in no particular order. NULL: it is read and
	 * decoded. */
	int (*profile)(const struct pp_archive *a, const struct pp_list *list,
		       const struct pp_item *item, struct pp_profile *out, struct pp_err *err);
	/* Add up n items with the same sample types, but those that are damaged. NULL: they are
	 * added up one by one. -1 with PP_ERR_FORMAT if all are. */
	int (*load)(const struct pp_archive *a, const struct pp_list *list,
		    const struct pp_item *const *items, uint32_t n, struct pp_lost *lost,
		    struct pp_profile *out, struct pp_err *err);
	/* Check every file, and tell pp_fsck_file of each. */
	int (*check)(struct pp_fsck *f, struct pp_err *err);
};

/* In the order in which they are to be listed: entries move from one to the next. NULL at the end.
 */
extern const struct pp_storage *const pp_storages[];
extern const struct pp_storage pp_storage_loose, pp_storage_segment;

/* Whether an id can be wanted at all. */
bool pp_listing_wants_id(const struct pp_listing *l, const struct pp_id *id);

/* Offer an entry, which stays the caller's: it becomes an item if it is wanted. Of one that is
 * there already, the latter place counts. */
void pp_listing_add(struct pp_listing *l, const struct pp_entry *e,
		    const struct pp_storage *storage, uint64_t place);

/* How many of the newest entries are wanted; 0: all. Once there are so many that start in an hour
 * or later, what is before it may be left out. */
uint64_t pp_listing_last(const struct pp_listing *l);
bool pp_listing_is_enough(const struct pp_listing *l, int64_t hour);

/* Leave out, of what was added so far, what merged entries of a file stand for. */
void pp_listing_merged(struct pp_listing *l, const uint64_t *sources, uint32_t n, uint32_t file);

void pp_listing_damaged(struct pp_listing *l, const char *dir, const char *name, const char *why);

#endif
