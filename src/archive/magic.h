/* SPDX-License-Identifier: Apache-2.0 */
/* The first bytes of objects and segments: letters, the digit of a version, a newline, a NUL. */
#ifndef PP_ARCHIVE_MAGIC_H
#define PP_ARCHIVE_MAGIC_H

#include <string.h>

#include "base/err.h"
#include "base/str.h"

/* Say what bytes are that do not begin with `magic`: something of another version, which is not
 * damaged and PP_ERR_UNSUPPORTED, or not `what` at all. Returns -1. */
static inline int pp_other_magic(struct pp_str bytes, const char *magic, const char *what,
				 struct pp_err *err)
{
	size_t digit = strlen(magic) - 2;

	if (bytes.n > digit + 2 && memcmp(bytes.p, magic, digit) == 0 && bytes.p[digit] >= '0' &&
	    bytes.p[digit] <= '9' && bytes.p[digit + 1] == '\n' && bytes.p[digit + 2] == '\0')
		return pp_err_set(err, PP_ERR_UNSUPPORTED,
				  "%s of version %c: this pyroprof knows version %c", what,
				  bytes.p[digit], magic[digit]);
	return pp_err_set(err, PP_ERR_FORMAT, "not %s", what);
}

#endif
