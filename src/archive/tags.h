/* SPDX-License-Identifier: Apache-2.0 */
/* Labels that entries were given after they had been added. They are no part of the id. */
#ifndef PP_ARCHIVE_TAGS_H
#define PP_ARCHIVE_TAGS_H

#include "archive/archive.h"
#include "archive/entry.h"
#include "archive/labels.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/map.h"

/* The labels of one entry; none is no error. -1 with PP_ERR_FORMAT. Release in either case. */
int pp_tags_read(const struct pp_archive *a, const struct pp_id *id, struct pp_entry_labels *labels,
		 struct pp_err *err) PP_NODISCARD;

/* Make these the ones; without any, there are none any more. The archive is locked. */
int pp_tags_write(const struct pp_archive *a, const struct pp_id *id,
		  const struct pp_entry_labels *labels, struct pp_err *err) PP_NODISCARD;

/* The id that a directory below tags/ and a name in it stand for; -1 if they are none. */
int pp_tags_id(const char *dir, const char *name, struct pp_id *id);

/* Those of all entries. Damaged ones are left out: fsck names them. */
struct pp_tag_table {
	struct pp_strtab ids; /* of `labels`, from 1 */
	struct pp_entry_labels *labels;
	size_t cap;
};

int pp_tag_table_read(struct pp_tag_table *t, const struct pp_archive *a,
		      struct pp_err *err) PP_NODISCARD;
void pp_tag_table_release(struct pp_tag_table *t);

/* Those of an entry, or NULL. */
const struct pp_entry_labels *pp_tag_table_find(const struct pp_tag_table *t,
						const struct pp_id *id);

#endif
