/* SPDX-License-Identifier: Apache-2.0 */
/* The option tables of commands that read profiles: their own options and those of all reports. */
#ifndef PP_CMD_REPORT_OPTIONS_H
#define PP_CMD_REPORT_OPTIONS_H

#include "cli/opt.h"
#include "cmd/report.h"

#define PP_REPORT_TABLE_MAX 128

void pp_report_table(struct pp_opt table[PP_REPORT_TABLE_MAX], const struct pp_report_kind *kind,
		     struct pp_report_options *o);

/* Of a command that looks at profiles one by one and has no table of rows: those that say which
 * profiles, what of them, and what their nodes are, behind its own. */
void pp_report_view_table(struct pp_opt table[PP_REPORT_TABLE_MAX], const struct pp_opt *own,
			  struct pp_report_options *o);

#endif
