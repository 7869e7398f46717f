/* SPDX-License-Identifier: Apache-2.0 */
/* The lines that stand above text reports: what the profile is and what it covers. */
#ifndef PP_RENDER_HEADER_H
#define PP_RENDER_HEADER_H

#include <stdint.h>

#include "io/out.h"
#include "profile/profile.h"

/* What a report says about its input. Strings are borrowed. */
struct pp_header {
	struct pp_str file, build_id;		       /* of the main binary; "" if unknown */
	const struct pp_profile *comments_of, *doc_of; /* whose comments and doc_url are shown */
	struct pp_str type, unit;		       /* of the values in the report */
	int64_t time_nanos, duration_nanos;
	int64_t total;
	struct pp_str out_unit; /* quantities are printed in this */
};

/* The header of one profile whose value number `index` is reported. */
void pp_header_init(struct pp_header *h, const struct pp_profile *p, uint32_t index);

/* Join another profile of the same report: earliest time, sum of durations. */
void pp_header_join(struct pp_header *h, const struct pp_profile *p);

/* File:, Build ID:, comments that do not begin with '#', Type:, Doc:, Time:, Duration:. */
void pp_header_text(const struct pp_header *h, struct pp_out *o);

#endif
