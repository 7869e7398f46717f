/* SPDX-License-Identifier: Apache-2.0 */
/* Flame graphs for other commands than `flame`. */
#ifndef PP_CMD_CMD_FLAME_H
#define PP_CMD_CMD_FLAME_H

#include "base/compiler.h"
#include "base/err.h"
#include "cmd/flame_options.h"
#include "cmd/report.h"
#include "io/out.h"

/* Append the file that `flame` would write of this report with these options, which
 * pp_flame_options_check has seen. */
int pp_flame_write(struct pp_report *r, const struct pp_flame_command *c, struct pp_out *out,
		   struct pp_err *err) PP_NODISCARD;

#endif
