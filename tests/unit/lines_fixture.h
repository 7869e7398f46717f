/* SPDX-License-Identifier: Apache-2.0 */
/* Files of the source tree that hold tests' data, as text. */
#ifndef PP_TESTS_LINES_FIXTURE_H
#define PP_TESTS_LINES_FIXTURE_H

#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

/* Append a file, of a path from the top of the source tree. */
static void lines_read(struct pp_buf *text, const char *path)
{
	const char *top = getenv("top_srcdir");
	char name[4096], bytes[4096];
	size_t n;
	FILE *f;

	snprintf(name, sizeof(name), "%s/%s", top ? top : ".", path);
	f = fopen(name, "re");
	if (!f)
		fail_msg("cannot open %s", name);
	while ((n = fread(bytes, 1, sizeof(bytes), f)) > 0)
		pp_buf_add(text, bytes, n);
	fclose(f);
}

#endif
