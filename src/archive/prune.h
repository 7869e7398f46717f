/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeping an archive small: entries of old hours are merged by windows of time, those of still
 * older ones removed, nothing that is pinned ever. doc/ARCHIVE.md, 4.
 */
#ifndef PP_ARCHIVE_PRUNE_H
#define PP_ARCHIVE_PRUNE_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/archive.h"
#include "archive/policy.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/steps.h"

/* What was, or would be, done to the entries of an hour that differ in their instance only. */
struct pp_pruned {
	const char *hour;	/* "2026-11-20/12" */
	const char *labels;	/* that they share */
	uint64_t profiles;	/* that are merged or removed */
	uint32_t into;		/* entries, by merging; 0: removed */
	uint64_t before, after; /* bytes of the files that go, and of those that come */
};

struct pp_archive_prune {
	struct pp_archive *archive;	/* locked */
	const struct pp_policy *policy; /* NULL: nothing goes for its age */
	uint64_t max_size;		/* bytes; 0: any */
	int64_t now;			/* which ages count from */
	bool dry_run;
	/* Told of each; of what is damaged or too large, and stays as it is. */
	void (*pruned)(void *context, const struct pp_pruned *p);
	void (*left)(void *context, const char *what);
	void *context;
	struct pp_steps steps;		/* groups */
	uint64_t merged, into, removed; /* profiles, entries, profiles */
	uint64_t size;			/* of the archive afterwards */
};

/* Prune. What was done before an error stays, and each step of it is whole. */
int pp_archive_prune(struct pp_archive_prune *p, struct pp_err *err) PP_NODISCARD;

#endif
