/* SPDX-License-Identifier: Apache-2.0 */
/* Writing the text format of OpenMetrics 1.0, which is also what Prometheus has read since 0.0.4.
 * No label, whatever is in it, can end its line. */
#ifndef PP_RENDER_OPENMETRICS_H
#define PP_RENDER_OPENMETRICS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"
#include "io/out.h"

/* The lines about a gauge whose samples follow. `unit`, which `name` ends with then, or NULL. */
void pp_openmetrics_gauge(struct pp_out *out, const char *name, const char *unit, const char *help);

/* Append a label for pp_openmetrics_sample, behind others that are there. In the key, what a key
 * must not have becomes '_'; `key` is not a name that other labels have. */
void pp_openmetrics_label(struct pp_buf *labels, const char *key, struct pp_str value);

/* A sample with labels, which may be none. */
void pp_openmetrics_sample(struct pp_out *out, const char *name, const struct pp_buf *labels,
			   double value);

/* What the text ends with: without it, a reader knows that a part is missing. */
void pp_openmetrics_end(struct pp_out *out);

#endif
