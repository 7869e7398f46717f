/* SPDX-License-Identifier: Apache-2.0 */
/* A comparison as a table: for people, for programs, for a comment on a change. */
#ifndef PP_RENDER_COMPARE_H
#define PP_RENDER_COMPARE_H

#include <stdbool.h>

#include "analyze/compare.h"
#include "analyze/nodes.h"
#include "io/out.h"
#include "render/header.h"

/* What values are a part of, or divided by. */
enum pp_per {
	PP_PER_TOTAL,  /* shares of the side's total */
	PP_PER_SECOND, /* of the side's duration */
	PP_PER_UNIT,   /* of work: given numbers */
	PP_PER_NONE,   /* values as they are */
};

/* What a side was added up from. */
struct pp_compare_sources {
	uint64_t profiles;
	int64_t covered; /* ns in which there was one at least; 0: unknown */
};

/* All borrowed. */
struct pp_compare_view {
	const struct pp_compare *compare;
	const struct pp_nodes *nodes;
	const struct pp_header *headers; /* of the sides before and after */
	struct pp_compare_sources sources[PP_SIDES];
	enum pp_per per;
	const double *units;		 /* of both sides, for PP_PER_UNIT */
	struct pp_str unit;		 /* that values are printed in; "auto": a fitting one */
	const char *const *renamed;	 /* names that were given by --rename, ending with NULL */
	bool compact;			 /* nothing above the table */
	const char *more, *less, *plain; /* what switches colours on and off, or "" */
};

void pp_compare_text(const struct pp_compare_view *v, struct pp_out *o);
void pp_compare_json(const struct pp_compare_view *v, struct pp_out *o);
void pp_compare_csv(const struct pp_compare_view *v, struct pp_out *o);
void pp_compare_markdown(const struct pp_compare_view *v, struct pp_out *o);

#endif
