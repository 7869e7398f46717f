/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files below an archive: opened step by step without following symbolic links, read whole, and put
 * in place so that they are there in full or not at all, whatever happens.
 */
#ifndef PP_ARCHIVE_PLACE_H
#define PP_ARCHIVE_PLACE_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/archive.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

/* For PP_CLEANUP on an int: close it, unless it is -1. */
void pp_place_close(const int *fd);

/* Open a directory below the archive, such as "new/ab". With `create` it and its parents are made
 * if they are not there; to last, they are to be synced. -1 with PP_ERR_NOT_FOUND if there is none.
 */
int pp_place_dir(const struct pp_archive *a, const char *dir, bool create,
		 struct pp_err *err) PP_NODISCARD;

/* The names in a directory, "." and ".." left out, sorted. Not being there is being empty. */
struct pp_names {
	char **name; /* owned */
	size_t n, cap;
};

int pp_place_names(const struct pp_archive *a, const char *dir, struct pp_names *names,
		   struct pp_err *err) PP_NODISCARD;
void pp_names_release(struct pp_names *names);

/* Open a file of a directory for reading. */
int pp_place_open(const struct pp_archive *a, const char *dir, const char *name,
		  struct pp_err *err) PP_NODISCARD;

/* Read a regular file of a directory into memory, at most `limit` bytes. -1, with PP_ERR_NOT_FOUND
 * if it is not there; messages name it below `dir`. */
int pp_place_read(const struct pp_archive *a, const char *dir, const char *name, uint64_t limit,
		  struct pp_buf *out, struct pp_err *err) PP_NODISCARD;

/* Put a file in place: written to tmp/, synced, renamed, its directory synced. It takes the place
 * of one that is there, unless `keep`: then that one stays. */
int pp_place_write(const struct pp_archive *a, const char *dir, const char *name,
		   struct pp_str bytes, bool keep, struct pp_err *err) PP_NODISCARD;

/* Judges the bytes of a file that was written. */
typedef int pp_place_check_fn(void *context, struct pp_str bytes, struct pp_err *err);

/* The same for a file that is read again before it is put in place, in whose place there is none:
 * if `check` fails, nothing has changed. */
int pp_place_write_checked(const struct pp_archive *a, const char *dir, const char *name,
			   struct pp_str bytes, pp_place_check_fn *check, void *context,
			   struct pp_err *err) PP_NODISCARD;

/* Move a file to another directory, under a name that nothing else has there. */
int pp_place_move(const struct pp_archive *a, const char *dir, const char *name, const char *to_dir,
		  const char *to_name, struct pp_err *err) PP_NODISCARD;

/* Have a file last that somebody else has put in place, who may not have come to the end of it: its
 * bytes, its name, and the names of the directories that lead to it. */
int pp_place_sync(const struct pp_archive *a, const char *dir, const char *name,
		  struct pp_err *err) PP_NODISCARD;

/* Take a file away; it is no error if it is not there. */
int pp_place_remove(const struct pp_archive *a, const char *dir, const char *name,
		    struct pp_err *err) PP_NODISCARD;

/* The same for several files of a directory. */
int pp_place_remove_all(const struct pp_archive *a, const char *dir, const struct pp_names *names,
			struct pp_err *err) PP_NODISCARD;

/* How many bytes a file has; 0 if it is not there. */
int pp_place_size(const struct pp_archive *a, const char *dir, const char *name, uint64_t *size,
		  struct pp_err *err) PP_NODISCARD;

/* Move what dead processes left in tmp/ away for good; *n: how many there were. With `dry_run` they
 * are counted only. */
int pp_place_sweep(const struct pp_archive *a, bool dry_run, uint64_t *n,
		   struct pp_err *err) PP_NODISCARD;

#endif
