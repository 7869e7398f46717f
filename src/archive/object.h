/* SPDX-License-Identifier: Apache-2.0 */
/* Loose objects, a file for an entry: doc/ARCHIVE.md, 3. */
#ifndef PP_ARCHIVE_OBJECT_H
#define PP_ARCHIVE_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/archive.h"
#include "archive/entry.h"
#include "archive/series.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"

#define PP_OBJECT_DIR  8  /* "new/ab" and its NUL, with room */
#define PP_OBJECT_NAME 68 /* "cdef....pp" and its NUL, with room */

/* Where the object of an id is. */
struct pp_object_place {
	char dir[PP_OBJECT_DIR], name[PP_OBJECT_NAME];
};

struct pp_object_place pp_object_place(const struct pp_id *id);

/* The id that a directory below new/ and a name in it stand for; false if they are no object's. */
bool pp_object_id(const char *dir, const char *name, struct pp_id *id);

/* Write an entry, and return when it is there to stay; *fresh: it was not there before. One that is
 * there and whole is left as it is, one that is damaged replaced. */
int pp_object_write(const struct pp_archive *a, const struct pp_entry *e, struct pp_str canonical,
		    bool *fresh, struct pp_err *err) PP_NODISCARD;

/* The entry of an object, from the head of its file, which is checked; what is behind it only for
 * its length. -1 with PP_ERR_FORMAT or PP_ERR_NOT_FOUND. Release in either case. */
int pp_object_head(const struct pp_archive *a, const struct pp_id *id, struct pp_series_pool *pool,
		   struct pp_entry *e, struct pp_err *err) PP_NODISCARD;

/* The same for the bytes of a file; every one is checked. */
int pp_object_decode(struct pp_str file, const struct pp_id *id, struct pp_series_pool *pool,
		     struct pp_entry *e, struct pp_buf *canonical, struct pp_err *err) PP_NODISCARD;

/* Read an object: every byte is checked against the checksum of its file; the canonical bytes are
 * appended to `canonical`. The entry is to be released in either case. */
int pp_object_read(const struct pp_archive *a, const struct pp_id *id, struct pp_series_pool *pool,
		   struct pp_entry *e, struct pp_buf *canonical, struct pp_err *err) PP_NODISCARD;

#endif
