/* SPDX-License-Identifier: Apache-2.0 */
/* The archive that record --archive keeps profiles in. */
#ifndef PP_CMD_RECORD_STORE_H
#define PP_CMD_RECORD_STORE_H

#include "archive/add.h"
#include "archive/archive.h"
#include "archive/labels.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "cli/command.h"
#include "cmd/record.h"
#include "profile/profile.h"

struct pp_record_store {
	struct pp_archive archive;
	struct pp_entry_labels labels; /* that all entries get */
	char *path;		       /* of a file in it, to find out who may write there */
};

#define PP_RECORD_STORE_INIT                         \
	{                                            \
		.archive = {.root = -1, .lock = -1 } \
	}

/* Open the archive that the options name, and make it if it is not there; take the labels of -l.
 * Close in either case. */
int pp_record_store_open(struct pp_record_store *s, struct pp_cli *cli,
			 const struct pp_record_options *o, struct pp_err *err) PP_NODISCARD;
void pp_record_store_close(struct pp_record_store *s);

/* Say which of the programs on a host it was, in the label "instance", unless that is there: host
 * and port of the URL that a profile was pulled from. */
int pp_record_set_instance(struct pp_entry_labels *l, const char *url,
			   struct pp_err *err) PP_NODISCARD;

/* What has been stored, and what could not be. */
struct pp_record_stored {
	struct pp_buf ids; /* with a blank between */
	uint64_t entries, failed;
	struct pp_err err; /* of the first that could not be stored */
};

void pp_record_stored_release(struct pp_record_stored *stored);

/* Count one that could not be stored. */
void pp_record_stored_fail(struct pp_record_stored *stored, const struct pp_err *err);

/* Add a profile with these labels, which are those of the store and more. Tells of failures by
 * `stored` only. `received`: the bytes that it was made from, if there are any. */
void pp_record_store_add(const struct pp_record_store *s, const struct pp_profile *p,
			 struct pp_str received, const struct pp_entry_labels *labels,
			 struct pp_record_stored *stored);

/* "3 entries (...)" with their ids unless there are many, as the end of a summary. */
void pp_record_stored_print(const struct pp_record_stored *stored, struct pp_buf *out);

/* -1 if anything could not be stored, with why. */
int pp_record_stored_check(const struct pp_record_stored *stored, struct pp_err *err) PP_NODISCARD;

#endif
