/* SPDX-License-Identifier: Apache-2.0 */
/* Options that `record` shares with commands that show what is being recorded. Each adds a part of
 * them to a table that has room for `cap`. */
#ifndef PP_CMD_RECORD_OPTIONS_H
#define PP_CMD_RECORD_OPTIONS_H

#include <math.h>
#include <stddef.h>

#include "cli/opt.h"
#include "cmd/record.h"

#define PP_RECORD_OPTIONS_INIT                     \
	{                                          \
		.type = -1, .strict = (double)NAN, \
	}

void pp_record_add_targets(struct pp_opt *table, size_t cap, struct pp_record_options *o);
void pp_record_add_labels(struct pp_opt *table, size_t cap, struct pp_record_options *o);
void pp_record_add_names(struct pp_opt *table, size_t cap, struct pp_record_options *o);

/* `group`: the heading, NULL for that of the option before. */
void pp_record_add_sampling(struct pp_opt *table, size_t cap, struct pp_record_options *o,
			    const char *group);
void pp_record_add_pull(struct pp_opt *table, size_t cap, struct pp_record_options *o,
			const char *group);

void pp_record_options_release(struct pp_record_options *o);

#endif
