/* SPDX-License-Identifier: Apache-2.0 */
/* The entries of a list one by one, each as a profile of its own that is gone after it was looked
 * at. */
#ifndef PP_ARCHIVE_EACH_H
#define PP_ARCHIVE_EACH_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/archive.h"
#include "archive/list.h"
#include "archive/lost.h"
#include "archive/selector.h"
#include "base/compiler.h"
#include "base/err.h"
#include "profile/profile.h"

/* Look at item i of the list, of which the profile has the samples that are selected. Called by
 * several workers at a time, in no particular order. -1 ends the walk. */
typedef int pp_each_fn(void *context, unsigned worker, uint32_t i, struct pp_profile *p,
		       struct pp_err *err);

/* How many workers a walk over the list uses: at most PP_PARALLEL_MAX. */
unsigned pp_each_workers(const struct pp_list *list);

/* Visit them all, but those that are damaged, which are told to `lost`. selector: as the list was
 * made with; NULL: everything. -1 with the error of a visit, or of reading; *gone: the latter
 * because an entry has been moved, so that the list is to be made again. */
int pp_archive_each(const struct pp_archive *a, const struct pp_list *list,
		    const struct pp_selector *selector, pp_each_fn *visit, void *context,
		    struct pp_lost *lost, bool *gone, struct pp_err *err) PP_NODISCARD;

#endif
