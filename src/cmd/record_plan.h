/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a command line as what they stand for: processes, events, filters, labels. */
#ifndef PP_CMD_RECORD_PLAN_H
#define PP_CMD_RECORD_PLAN_H

#include "base/compiler.h"
#include "base/err.h"
#include "base/regex.h"
#include "cmd/record.h"
#include "collect/cgroup.h"
#include "collect/owner.h"
#include "collect/sampling.h"
#include "collect/selection.h"
#include "collect/target.h"

struct pp_record_plan {
	struct pp_target target;
	struct pp_sampling sampling;
	struct pp_selection selection;
	struct pp_owners owners;
	/* owned, for the above */
	int *cpus;
	struct pp_cgroup cgroup;
	struct pp_regex *comm;
	struct pp_fixed_label *fixed;
	char **texts; /* NULL at the end */
};

/* Make it; a command is started, and waits. A process, cgroup or user that is not there, or a
 * filter that nothing fits which runs now, is PP_ERR_NOT_FOUND. To be released in any case. */
int pp_record_plan_init(struct pp_record_plan *p, const struct pp_record_options *o,
			struct pp_err *err) PP_NODISCARD;
void pp_record_plan_release(struct pp_record_plan *p);

#endif
