/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of a profile a report is about. Compiled once into a verdict per location and a predicate
 * per label; samples then meet table look-ups only. Order and meaning of the steps are pprof's: the
 * file's own drop_frames; ignore, focus, hide and show; show_from; tagfocus and tagignore; tagshow
 * and taghide; prune_from.
 */
#ifndef PP_PROFILE_FILTER_H
#define PP_PROFILE_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "profile/labels.h"
#include "profile/profile.h"
#include "profile/prune.h"
#include "profile/samples.h"
#include "profile/tag_filter.h"

enum pp_filter_kind {
	PP_FILTER_FOCUS,
	PP_FILTER_IGNORE,
	PP_FILTER_HIDE,
	PP_FILTER_SHOW,
	PP_FILTER_SHOW_FROM,
	PP_FILTER_TAGFOCUS,
	PP_FILTER_TAGIGNORE,
	PP_FILTER_TAGSHOW,
	PP_FILTER_TAGHIDE,
	PP_FILTER_PRUNE_FROM,
	PP_FILTER_KINDS
};

/* pprof's name of the option, "show_from", and ours, "show-from". */
const char *pp_filter_name(enum pp_filter_kind kind);
const char *pp_filter_option(enum pp_filter_kind kind);

struct pp_filter_options {
	const char *text[PP_FILTER_KINDS]; /* NULL or "": not asked for */
	bool all_frames;		   /* do not apply drop_frames */
};

struct pp_filter {
	const struct pp_profile *profile; /* borrowed */
	struct pp_prune prune;
	uint8_t *verdicts; /* per location; NULL: no step looks at them */
	/* One bit per location, where has_focus: samples are dropped by looking at all of their
	 * locations, which is quick as long as the table is in the nearest cache. */
	uint64_t *in_focus;
	uint64_t *ignored; /* NULL: none is */
	bool has_focus;	   /* samples without a location in focus are dropped */
	bool has_hidden;   /* some location is hidden */
	bool has_show_from, has_prune_from;
	bool has_labels; /* `labels` is filled */
	bool has_tagfocus, has_tagignore;
	struct pp_labels labels;
	struct pp_tag_filter tagfocus, tagignore;
	uint8_t *hidden_keys; /* per key of labels; NULL: none is hidden */
	uint32_t unmatched;   /* bit per kind: asked for, and nothing in the profile matches */
};

/* Compile. Cuts the lines of the profile's locations, so a profile can be filtered once. -1 with
 * PP_ERR_USAGE or PP_ERR_LIMIT, naming the option. Release in either case; the texts must live as
 * long. */
int pp_filter_init(struct pp_filter *f, struct pp_profile *p, const struct pp_filter_options *o,
		   struct pp_err *err) PP_NODISCARD;
void pp_filter_release(struct pp_filter *f);

/* Cut and thin out the sample's stack; false if the sample is dropped. */
bool pp_filter_sample(const struct pp_filter *f, struct pp_sample *s);

/* The next label of a sample that is not hidden; as pp_labels_next. */
bool pp_filter_next_label(const struct pp_filter *f, struct pp_wire *labels,
			  struct pp_label *label);

#endif
