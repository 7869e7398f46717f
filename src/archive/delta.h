/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is new in the entries that a selector finds, where values count since the start of a
 * program: of each place (archive/chain.h) the last entry that was found, less the last one before
 * those that were found. doc/ARCHIVE.md, 6.
 */
#ifndef PP_ARCHIVE_DELTA_H
#define PP_ARCHIVE_DELTA_H

#include <stdint.h>

#include "archive/archive.h"
#include "archive/list.h"
#include "archive/load.h"
#include "base/compiler.h"
#include "base/err.h"
#include "profile/profile.h"

/* What the result is of. */
struct pp_delta {
	int64_t from, until; /* ns: of the first entry that was taken away, and of the last */
	uint32_t places;     /* that were added up */
	uint32_t unfounded;  /* of these: there is none before, the first that was found is taken */
	uint32_t lonely;     /* that were left out: one entry, and none before */
	uint64_t restarts;
	uint64_t backwards; /* stacks whose values have become less: they are 0 */
};

/* As pp_archive_load. Types that are a state keep their newest values; the duration is the time
 * from the first entry to the last. -1 with PP_ERR_USAGE if what was found does not count since the
 * start of a program, with PP_ERR_NOT_FOUND if there is but one entry of each place. */
int pp_archive_delta(struct pp_profile *out, struct pp_delta *d, const struct pp_archive *a,
		     const struct pp_want *want, pp_damage_fn *damaged, void *context,
		     struct pp_err *err) PP_NODISCARD;

/* -1 with PP_ERR_USAGE that says what an item is that does not count since a start. */
int pp_delta_check(const struct pp_item *item, struct pp_err *err) PP_NODISCARD;

#endif
