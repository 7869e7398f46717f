/* SPDX-License-Identifier: Apache-2.0 */
/* Owners of samples as labels of a profile. */
#ifndef PP_COLLECT_OWNER_LABELS_H
#define PP_COLLECT_OWNER_LABELS_H

#include <stdint.h>

#include "collect/recording.h"
#include "profile/builder.h"

struct pp_owner_labels {
	const struct pp_recording *r;
	struct pp_builder *b;
	uint32_t key[PP_LABELS], timestamp; /* strings */
	struct pp_builder_label *made;	    /* those of one sample; the fixed first */
	uint32_t nfixed;
};

/* Labels for the samples of `r`, with their strings in `b`; both are borrowed. */
void pp_owner_labels_init(struct pp_owner_labels *l, const struct pp_recording *r,
			  struct pp_builder *b);
void pp_owner_labels_release(struct pp_owner_labels *l);

/* Set `made` for an owner; how many there are. */
uint32_t pp_owner_labels_make(struct pp_owner_labels *l, const struct pp_stack_owner *owner);

#endif
