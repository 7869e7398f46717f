/* SPDX-License-Identifier: Apache-2.0 */
/* What a selector finds, as one profile. */
#ifndef PP_ARCHIVE_LOAD_H
#define PP_ARCHIVE_LOAD_H

#include <stdint.h>

#include "archive/archive.h"
#include "archive/list.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "profile/profile.h"

/* Called for each damaged file that was left out. */
typedef void pp_damage_fn(void *context, const char *what);

/* Find what is wanted and add it up as `merge` does; *list, to be released in either case, is what
 * was found. -1 with PP_ERR_NOT_FOUND if that is nothing, with PP_ERR_USAGE if it is profiles of
 * several types. */
int pp_archive_load(struct pp_profile *out, struct pp_list *list, const struct pp_archive *a,
		    const struct pp_want *want, pp_damage_fn *damaged, void *context,
		    struct pp_err *err) PP_NODISCARD;

/* The profile of one item of a list, its samples in no particular order. */
int pp_item_load(struct pp_profile *out, const struct pp_archive *a, const struct pp_list *list,
		 const struct pp_item *item, struct pp_err *err) PP_NODISCARD;

/* -1 with PP_ERR_USAGE that names two of them if a list has several types of profiles. */
int pp_list_check_types(const struct pp_list *list, struct pp_err *err) PP_NODISCARD;

/* Say that nothing was found, and what there is: values of the labels that were asked for, or which
 * labels there are; from when until when. Returns -1. */
int pp_nothing_found(const struct pp_archive *a, const struct pp_want *want, struct pp_err *err);

#endif
