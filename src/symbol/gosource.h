/* SPDX-License-Identifier: Apache-2.0 */
/* Where Go's tools keep source files. Internal to symbol/. */
#ifndef PP_SYMBOL_GOSOURCE_H
#define PP_SYMBOL_GOSOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"
#include "symbol/source.h"

/* Called with the path of a file that might be the one; true ends the search. */
typedef bool (*pp_gosource_try)(void *context, const char *path);

struct pp_gosource {
	const struct pp_source_paths *paths;
	char **dirs; /* where to look for modules and vendor directories, parents included */
	size_t ndirs;
	char **modules; /* per directory: what its go.mod says it is, or NULL; read at first use */
	struct pp_buf path; /* scratch */
	pp_gosource_try try;
	void *context;
};

/* Try all places for `name` until one is taken; false if none is. The caller sets paths, dirs, try
 * and context. */
bool pp_gosource_find(struct pp_gosource *g, struct pp_str name);
void pp_gosource_release(struct pp_gosource *g);

#endif
