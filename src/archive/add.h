/* SPDX-License-Identifier: Apache-2.0 */
/* A profile into the archive. */
#ifndef PP_ARCHIVE_ADD_H
#define PP_ARCHIVE_ADD_H

#include <stdbool.h>

#include "archive/archive.h"
#include "archive/entry.h"
#include "archive/labels.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "profile/profile.h"

struct pp_added {
	struct pp_id id;
	bool fresh; /* it was not there before */
};

/* Add a profile with labels; `received`: the bytes as they came in. On return it is there to stay,
 * whatever happens. */
int pp_archive_add(const struct pp_archive *a, const struct pp_profile *p, struct pp_str received,
		   const struct pp_entry_labels *labels, struct pp_added *added,
		   struct pp_err *err) PP_NODISCARD;

#endif
