/* SPDX-License-Identifier: Apache-2.0 */
/* The beginning of a recording of processes, and what there is to say about it. */
#ifndef PP_CMD_RECORD_ATTACH_H
#define PP_CMD_RECORD_ATTACH_H

#include "base/compiler.h"
#include "base/err.h"
#include "cli/command.h"
#include "cmd/record.h"
#include "cmd/record_plan.h"
#include "collect/recording.h"

/* Open a recording of what the plan says, give up the privileges that are not needed any more, but
 * for writing to `output` (NULL: nothing is written), and tell how samples are taken. *ro is filled
 * for pp_recording_run, without a duration, a stop_fd and callbacks. The plan is borrowed. */
int pp_record_attach(struct pp_cli *cli, const struct pp_record_options *o,
		     struct pp_record_plan *plan, const char *output, struct pp_recording *r,
		     struct pp_recording_options *ro, struct pp_err *err) PP_NODISCARD;
void pp_record_detach(struct pp_recording *r, struct pp_recording_options *ro);

/* How a command has ended, unless that was well. */
void pp_record_explain_status(struct pp_cli *cli, const struct pp_target *t);

#endif
