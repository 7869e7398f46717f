/* SPDX-License-Identifier: Apache-2.0 */
/* The cache folder. */
#include <config.h>

#include "cmd/cache_folder.h"

#include <stdlib.h>

#include "base/alloc.h"

char *pp_cache_folder(const char *name)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (cache && cache[0] == '/')
		return pp_xasprintf("%s/pyroprof/%s", cache, name);
	if (home && home[0] == '/')
		return pp_xasprintf("%s/.cache/pyroprof/%s", home, name);
	return NULL;
}
