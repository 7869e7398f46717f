/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is in an archive: its entries, or those that a selector fits, the newest last. Nobody is
 * waited for: a list that was being made while files were taken away is made again (doc/ARCHIVE.md,
 * 5).
 */
#ifndef PP_ARCHIVE_LIST_H
#define PP_ARCHIVE_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/archive.h"
#include "archive/entry.h"
#include "archive/selector.h"
#include "archive/series.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/map.h"
#include "base/steps.h"

struct pp_storage;

struct pp_item {
	struct pp_entry entry;		  /* with its own labels; its totals are the list's */
	const struct pp_series *series;	  /* with those that it was given afterwards as well */
	const struct pp_storage *storage; /* where it is, */
	uint64_t place;			  /* by what that goes by */
};

/* A file that could not be read, and why. */
struct pp_damage {
	char *what; /* "new/ab/...: its checksum is wrong" */
};

struct pp_list {
	struct pp_item *items;
	uint32_t n;
	size_t cap;
	struct pp_arena totals; /* of all entries */
	struct pp_series_pool pool;
	struct pp_strtab files;		   /* names that storages keep */
	struct pp_segment_cache *segments; /* those that are open; may be NULL */
	struct pp_strtab covered;	   /* ids that are there, but left out: merged entries */
	struct pp_buf covered_by;	   /* of `files` stand for them. uint32_t, from id 1 on */
	struct pp_damage *damaged;
	size_t ndamaged, damaged_cap;
};

void pp_list_release(struct pp_list *l);

/* What of it is wanted. */
struct pp_want {
	const struct pp_selector *selector; /* NULL: everything */
	uint64_t last;			    /* the newest so many only; 0: all */
	uint64_t max_input;    /* to load no larger ones: pp_list_check_sizes; 0: all */
	struct pp_steps steps; /* of loading them */
};

/* List. Damaged files are left out, and named in l->damaged. -1 also for a selector that names no
 * pin and no id, with PP_ERR_NOT_FOUND. Release in either case. */
int pp_list_entries(struct pp_list *l, const struct pp_archive *a, const struct pp_want *want,
		    struct pp_err *err) PP_NODISCARD;

/* The series of the items, each once, as they come; *n: how many. Owned by the caller. */
const struct pp_series **pp_list_series(const struct pp_list *l, uint32_t *n) PP_NODISCARD;

#endif
