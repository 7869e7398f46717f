/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/prune_size.h"

#include <stdlib.h>

#include "archive/place.h"
#include "base/alloc.h"
#include "base/compiler.h"

#define GENERATION_SIZE 21 /* once anything has been taken away */

/* The files of a directory, and of those in it, which are not entered if `depth` is 0. */
static int add_dir(const struct pp_archive *a, const char *dir, int depth, uint64_t *size,
		   struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names names = {0};

	if (pp_place_names(a, dir, &names, err))
		return err->kind == PP_ERR_FORMAT ? 0 : -1; /* none, but a file */
	for (size_t i = 0; i < names.n; i++) {
		PP_CLEANUP(pp_freep) char *below = pp_xasprintf("%s/%s", dir, names.name[i]);
		uint64_t own = 0;

		if (depth > 0) {
			if (add_dir(a, below, depth - 1, size, err))
				return -1;
			continue;
		}
		if (pp_place_size(a, dir, names.name[i], &own, err))
			return -1;
		*size += own;
	}
	return 0;
}

int pp_archive_size_apart(const struct pp_archive *a, uint64_t *size, struct pp_err *err)
{
	static const char *const files[] = {"ARCHIVE", "lock"};
	static const char *const flat[] = {"pins", "status", "bad"};

	*size = GENERATION_SIZE;
	for (size_t i = 0; i < PP_ARRAY_LEN(files); i++) {
		uint64_t own;

		if (pp_place_size(a, ".", files[i], &own, err))
			return -1;
		*size += own;
	}
	for (size_t i = 0; i < PP_ARRAY_LEN(flat); i++) {
		if (add_dir(a, flat[i], 0, size, err))
			return -1;
	}
	return add_dir(a, "tags", 1, size, err);
}
