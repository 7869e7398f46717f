/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "cmd/repository_path.h"

#include "base/compiler.h"
#include "symbol/source.h"

static bool is_outside(const struct pp_buf *path)
{
	return path->n && (path->p[0] == '/' || pp_str_eq(pp_buf_view(path), PP_STR_LIT("..")) ||
			   pp_str_starts(pp_buf_view(path), PP_STR_LIT("../")));
}

static void cut(struct pp_buf *out, struct pp_str file, const char *trim, const char *search)
{
	const struct pp_source_paths paths = {.trim = trim, .search = search};

	pp_buf_clear(out);
	pp_source_name(&paths, file, out);
}

void pp_repository_path(struct pp_buf *out, struct pp_str file, const char *trim, const char *here)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf path = PP_BUF_INIT;

	cut(&path, file, trim ? trim : here, NULL);
	if (is_outside(&path) && !trim)
		cut(&path, file, NULL, here);
	struct pp_str found = pp_buf_view(&path);
	if (is_outside(&path))
		found = pp_str_basename(found);
	pp_buf_add(out, found.p, found.n);
}
