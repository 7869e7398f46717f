/* SPDX-License-Identifier: Apache-2.0 */
/* A report's profiles as other filters, or other frames, have them. */
#ifndef PP_CMD_LENS_H
#define PP_CMD_LENS_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/err.h"
#include "cmd/report.h"

struct pp_lens_side {
	struct pp_filter filter;
	struct pp_frames frames;
	struct pp_view view;
	struct pp_uncut was; /* the profile, before */
};

struct pp_lens {
	struct pp_nodes nodes;
	struct pp_lens_side before, after; /* before: of a report that has two sides */
	bool retagged;			   /* other labels have become frames */
};

struct pp_lens_options {
	const char *filters[PP_FILTER_KINDS]; /* NULL or "": none */
	const char *tags[2];		      /* tagroot and tagleaf; likewise */
	bool all_frames;		      /* drop_frames does not hold */
};

/*
 * Filter the profiles of a report whose kind `refilters` again, by these texts. What has been made
 * of them so far stays valid, but neither the report's own view nor that of another lens may be
 * counted on any more. NULL with an error, and nothing is different.
 */
struct pp_lens *pp_lens_new(struct pp_report *r, const struct pp_lens_options *o,
			    struct pp_err *err) PP_NODISCARD;

/* Make the profiles again what they were before the last lens was made, for what was looked at
 * then; false, and nothing is different, where other labels had become frames. */
bool pp_lens_undo(struct pp_report *r, const struct pp_lens *l);

void pp_lens_free(struct pp_lens *l);

#endif
