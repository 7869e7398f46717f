/* SPDX-License-Identifier: Apache-2.0 */
/* Bringing a directory that was copied, in whole or in part, or worked on by hand back into the
 * shape that an archive has. What is damaged is left to fsck. */
#ifndef PP_ARCHIVE_MEND_H
#define PP_ARCHIVE_MEND_H

#include <stdint.h>

#include "archive/archive.h"
#include "base/compiler.h"
#include "base/err.h"

struct pp_mended {
	uint64_t made;	  /* directories and files that were missing */
	uint64_t modes;	  /* files and directories that had others */
	uint64_t removed; /* left by dead processes, or in a segment as well */
};

/* Mend an archive, which is locked, and have all that is in it last. */
int pp_archive_mend(struct pp_archive *a, struct pp_mended *m, struct pp_err *err) PP_NODISCARD;

/* What there is. */
struct pp_inventory {
	uint64_t entries, loose, segments;
	int64_t from, until;	 /* of the starts; 0 if there are none */
	uint64_t pins, dangling; /* and those of them that stand for something that is not here */
};

/* Take stock. `tell` is told of what is damaged, and of pins whose entries are not all here. */
int pp_archive_inventory(const struct pp_archive *a, struct pp_inventory *v,
			 void (*tell)(void *context, const char *what), void *context,
			 struct pp_err *err) PP_NODISCARD;

#endif
