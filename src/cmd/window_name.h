/* SPDX-License-Identifier: Apache-2.0 */
/* Names of the profiles of record --every. */
#ifndef PP_CMD_WINDOW_NAME_H
#define PP_CMD_WINDOW_NAME_H

#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"

struct pp_window_name {
	const char *pattern; /* of strftime(3), in UTC; borrowed */
	struct pp_buf last;  /* by the pattern alone */
	unsigned repeats;    /* how often in a row */
	struct pp_buf name;
};

/* PP_ERR_USAGE for a conversion that makes no part of a name. */
int pp_window_name_init(struct pp_window_name *n, const char *pattern,
			struct pp_err *err) PP_NODISCARD;
void pp_window_name_release(struct pp_window_name *n);

/* The name for a time (ns since the epoch), until the next call. If that is the last one's again,
 * or of a file that is there, "-1", "-2", ... goes before its extension. */
const char *pp_window_name_next(struct pp_window_name *n, int64_t real_ns);

#endif
