/* SPDX-License-Identifier: Apache-2.0 */
/* The text labels of a sample as one text, made once for equal labels. */
#ifndef PP_ANALYZE_TAG_SETS_H
#define PP_ANALYZE_TAG_SETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/map.h"
#include "profile/profile.h"
#include "profile/samples.h"

struct pp_tag_sets {
	const struct pp_profile *profile; /* borrowed */
	struct pp_strtab *texts;	  /* borrowed; where the texts go */
	size_t limit;			  /* bytes that they may have */
	bool full;			  /* there was no room for some */
	struct pp_strtab keys;		  /* the labels as sorted numbers */
	uint32_t *text_of;		  /* per key: its text */
	size_t ntexts, cap;
	uint64_t *pairs; /* of the current sample: key << 32 | string */
	size_t npairs, pairs_cap;
	struct pp_buf joined;
};

void pp_tag_sets_init(struct pp_tag_sets *s, const struct pp_profile *p, struct pp_strtab *texts,
		      size_t limit);
void pp_tag_sets_release(struct pp_tag_sets *s);

/* Take one text label of the current sample. */
void pp_tag_sets_add(struct pp_tag_sets *s, const struct pp_label *label);

/* End the sample: the text of its labels, 0 if there were none. */
uint32_t pp_tag_sets_end(struct pp_tag_sets *s);

#endif
