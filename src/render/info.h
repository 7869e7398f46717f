/* SPDX-License-Identifier: Apache-2.0 */
/* What a profile is and holds, on one screen, and in full as JSON and CSV. */
#ifndef PP_RENDER_INFO_H
#define PP_RENDER_INFO_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/summary.h"
#include "analyze/tags.h"
#include "io/out.h"
#include "profile/profile.h"

/* All borrowed. */
struct pp_info {
	const char *file;
	uint64_t file_bytes;
	bool gzip;
	const struct pp_profile *profile;
	const struct pp_summary *summary;
	const struct pp_tags *tags; /* of the sample type that is shown by default */
	uint32_t index;		    /* which that is */
};

/* For people, in 80 columns unless names are longer. Long lists are cut, and say so. */
void pp_info_text(const struct pp_info *info, struct pp_out *o);

/* One object with everything. */
void pp_info_json(const struct pp_info *info, struct pp_out *o);

/* A header line, then a record for each fact: what it is about, its name and its value. */
void pp_info_csv(const struct pp_info *info, struct pp_out *o);

#endif
