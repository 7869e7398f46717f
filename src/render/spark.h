/* SPDX-License-Identifier: Apache-2.0 */
/* A series of numbers as a line of small bars. */
#ifndef PP_RENDER_SPARK_H
#define PP_RENDER_SPARK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Append a character for each of n values, the lowest for `low`, the highest for `high`; a blank
 * for NAN. utf8: eighths of a block; else what ASCII has. */
void pp_spark(struct pp_buf *out, const double *values, size_t n, double low, double high,
	      bool utf8);

#endif
