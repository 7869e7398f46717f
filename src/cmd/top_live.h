/* SPDX-License-Identifier: Apache-2.0 */
/* top -p, -a, --url, -- COMMAND: a table again and again while it is recorded. */
#ifndef PP_CMD_TOP_LIVE_H
#define PP_CMD_TOP_LIVE_H

#include "cmd/live_source.h"
#include "cmd/record.h"
#include "cmd/report.h"

struct pp_top_live {
	struct pp_record_options what;
	struct pp_live_options how;
	uint64_t iterations; /* 0: no end */
};

void pp_top_live_init(struct pp_top_live *t);
void pp_top_live_release(struct pp_top_live *t);

/* For struct pp_report_kind, whose context is a struct pp_top_live. */
void pp_top_live_add_options(struct pp_opt *table, size_t cap, void *top_live);
bool pp_top_live(struct pp_cli *cli, const struct pp_report_kind *kind, struct pp_report_options *o,
		 int *code);

#endif
