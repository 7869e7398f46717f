/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A live source (collect/live.h) from the options of a command: the same selection as `record` has,
 * or an endpoint. Of these options, a table has the parts of cmd/record_options.h that make sense.
 *
 *	pp_live_source_open(&s, cli, &record_options, &live_options, NULL, &err)
 *	... poll pp_live_fd(s.live), pp_live_take(s.live, ...), pp_live_stop(s.live) ...
 *	pp_live_source_close(&s)
 */
#ifndef PP_CMD_LIVE_SOURCE_H
#define PP_CMD_LIVE_SOURCE_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/err.h"
#include "cli/command.h"
#include "cmd/record.h"
#include "cmd/record_plan.h"
#include "cmd/report.h"
#include "cmd/symbol_options.h"
#include "collect/live.h"

struct pp_live_source {
	struct pp_live *live; /* NULL: it is not open */
	/* owned, for the above */
	struct pp_cli *cli;
	bool samples; /* else it pulls */
	struct pp_record_plan plan;
	struct pp_recording recording;
	struct pp_recording_options options;
	struct pp_symbol_settings settings;
	char *bearer;
};

/* Add the options that say what is shown live: all of record's that choose what to sample or pull,
 * --interval (default 1s) and --window. */
void pp_live_source_add_options(struct pp_opt *table, size_t cap, struct pp_record_options *o,
				struct pp_live_options *lo);

/* Whether they name anything to be shown live. */
bool pp_live_source_wanted(const struct pp_record_options *o);

/* Refuse what of a report's options does not go with it. */
int pp_live_source_refuse(const struct pp_report_options *o, struct pp_err *err) PP_NODISCARD;

/* Where there is nothing to be recorded, options that are about that are a mistake: say so. */
int pp_live_source_check_unused(const struct pp_record_options *w, const struct pp_live_options *lo,
				struct pp_err *err) PP_NODISCARD;
int pp_live_source_is_unused(struct pp_err *err);

/* Start. Notes about how samples are taken are printed, nothing later is; privileges are dropped
 * but for those that it takes to write `output` (NULL: nothing). Signals that are to reach the
 * caller by a descriptor must be blocked by now. *s must stay where it is. To be closed only after
 * success. */
int pp_live_source_open(struct pp_live_source *s, struct pp_cli *cli, struct pp_record_options *o,
			const struct pp_live_options *lo, const char *output,
			struct pp_err *err) PP_NODISCARD;

/* Stop if need be, end a command that still runs, tell how it has ended, and free. */
void pp_live_source_close(struct pp_live_source *s);

#endif
