/* SPDX-License-Identifier: Apache-2.0 */
/* Looking at every byte of an archive. */
#ifndef PP_ARCHIVE_FSCK_H
#define PP_ARCHIVE_FSCK_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/archive.h"
#include "archive/place.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/steps.h"

struct pp_fsck {
	const struct pp_archive *archive;
	bool ids;    /* compute them anew, and decode every profile */
	bool repair; /* move what is damaged to bad/; the archive is locked */
	/* Told of each file that is damaged (or, with `stray`, none of ours), below the archive. */
	void (*tell)(void *context, const char *file, const char *why, bool stray);
	void *context;
	struct pp_steps steps; /* files, of nobody knows how many */
	uint64_t files, entries, damaged, moved, stray;
	uint64_t rescued; /* entries of files that were moved */
};

/* Check everything. -1 only if it cannot be done to the end. */
int pp_fsck(struct pp_fsck *f, struct pp_err *err) PP_NODISCARD;

/* For storages: a file that has been checked, and its entries, or what is wrong with it. */
int pp_fsck_file(struct pp_fsck *f, const char *dir, const char *name, uint64_t entries,
		 const struct pp_err *wrong, struct pp_err *err) PP_NODISCARD;

/* A file that is none of ours: it stays. */
void pp_fsck_stray(struct pp_fsck *f, const char *dir, const char *name);

/* For storages: the names in the directory `name` below `parent`; none, if it is no directory. */
int pp_fsck_names(struct pp_fsck *f, const char *parent, const char *name, struct pp_names *names,
		  struct pp_err *err) PP_NODISCARD;

/* For storages: whether an entry is what its id says. */
struct pp_entry;
struct pp_buf;
int pp_fsck_entry(const struct pp_fsck *f, const struct pp_entry *e, const struct pp_buf *canonical,
		  struct pp_err *err) PP_NODISCARD;

#endif
