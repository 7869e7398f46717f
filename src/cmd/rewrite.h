/* SPDX-License-Identifier: Apache-2.0 */
/* What merge and convert have in common: reports whose result is a profile. */
#ifndef PP_CMD_REWRITE_H
#define PP_CMD_REWRITE_H

#include "cmd/report.h"

struct pp_rewrite_command {
	struct pp_report_options report; /* first: printing finds the others behind it */
	bool uncompressed;
	int format; /* of --to; -1: what the name of the output says */
};

/* The defaults: names of functions stay as they are. */
void pp_rewrite_command_init(struct pp_rewrite_command *c);

/* Write what the options leave of the profile, of which equal samples are added up, to where they
 * say; then say so. For struct pp_report_kind. */
int pp_rewrite_command_print(struct pp_report *r, struct pp_out *out, struct pp_err *err);

#endif
