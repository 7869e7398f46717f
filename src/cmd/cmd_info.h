/* SPDX-License-Identifier: Apache-2.0 */
/* What `info` says, for other commands. */
#ifndef PP_CMD_CMD_INFO_H
#define PP_CMD_CMD_INFO_H

#include "base/compiler.h"
#include "base/err.h"
#include "io/out.h"
#include "render/info.h"

/* Count what a profile holds, and write it in an enum pp_report_format. Of *info, what says where
 * the profile is from is there already. */
int pp_info_write(struct pp_profile *p, struct pp_info *info, int format, struct pp_out *o,
		  struct pp_err *err) PP_NODISCARD;

#endif
