/* SPDX-License-Identifier: Apache-2.0 */
/* A recording, or a window of one, as entries of the archive. */
#ifndef PP_CMD_RECORD_ENTRIES_H
#define PP_CMD_RECORD_ENTRIES_H

#include "base/compiler.h"
#include "base/err.h"
#include "cmd/record_store.h"
#include "collect/naming.h"
#include "collect/recording.h"

/* Name it and store it: an entry for each of its parts. -1 if one could not be stored; `stored` has
 * the others, and is to be released in either case. */
int pp_record_entries(const struct pp_record_store *s, struct pp_recording *r,
		      const struct pp_naming_options *names, struct pp_naming_report *report,
		      struct pp_record_stored *stored, struct pp_err *err) PP_NODISCARD;

#endif
