/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An archive as a directory that is open: what it is, who may change it, and whether it has changed
 * meanwhile. doc/ARCHIVE.md has the format. Everything below it is reached through
 * archive/place.h.
 */
#ifndef PP_ARCHIVE_ARCHIVE_H
#define PP_ARCHIVE_ARCHIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"

#define PP_ARCHIVE_VERSION 1

struct pp_archive {
	char *path; /* as it was named, for messages */
	int root;   /* the directory */
	int lock;   /* what is locked, -1: nothing */
	char uuid[37];
};

/* Make an archive in `path`, a directory that is empty, not there, or one whose making did not
 * come to its end. *fresh: whether it was none before. -1 if it is something else. */
int pp_archive_init(const char *path, bool *fresh, struct pp_err *err) PP_NODISCARD;

/* Open the archive in `path`. -1: PP_ERR_NOT_FOUND if there is none, PP_ERR_UNSUPPORTED if it is of
 * a later version. Close in either case. */
int pp_archive_open(struct pp_archive *a, const char *path, struct pp_err *err) PP_NODISCARD;
void pp_archive_close(struct pp_archive *a);

/* Make what an archive has from the beginning and this one has not: a copy may come without what is
 * empty. *made: how many directories and files. */
int pp_archive_make_places(const struct pp_archive *a, uint64_t *made,
			   struct pp_err *err) PP_NODISCARD;

/* Whether a name in the directory of an archive is one that it has. */
bool pp_archive_is_ours(const char *name);

/* Wait until nobody else seals, prunes, pins, ...; until pp_archive_unlock or the end of the
 * process nobody else does. Not needed to read or to add. */
int pp_archive_lock(struct pp_archive *a, struct pp_err *err) PP_NODISCARD;
void pp_archive_unlock(struct pp_archive *a);

/* What changes before anything is taken away. */
struct pp_generation {
	char digits[24];
};

int pp_archive_generation(const struct pp_archive *a, struct pp_generation *g,
			  struct pp_err *err) PP_NODISCARD;

/* Change it: to be called, with the lock held, before anything is taken away. */
int pp_archive_raise(const struct pp_archive *a, struct pp_err *err) PP_NODISCARD;

#endif
