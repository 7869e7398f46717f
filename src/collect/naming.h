/* SPDX-License-Identifier: Apache-2.0 */
/* From a finished recording to a profile: addresses get names, stacks become samples. */
#ifndef PP_COLLECT_NAMING_H
#define PP_COLLECT_NAMING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "collect/parts.h"
#include "collect/recording.h"
#include "profile/profile.h"
#include "symbol/symbolizer.h"

struct pp_naming_options {
	bool no_symbolize; /* addresses only */
	struct pp_symbolizer_options symbols;
};

/* What people should know of the names. */
struct pp_naming_report {
	struct pp_symbolizer_stats stats;
	bool kernel_hidden;  /* kernel frames have no names: kptr_restrict */
	char unnamed[256];   /* the file with most samples in functions without a name, or "" */
	uint64_t nunnamed;   /* how many these are, by the innermost frame */
	bool unnamed_has_id; /* it has a build id, by which its debug information can be found */
	uint64_t nmade;	     /* how many are in code without a name that no file has */
	char made[256];	     /* why what a process says of such code is not used, or "" */
};

/* Build the profile: sample types samples/count and cpu/nanoseconds, or what else the event counts;
 * a mapping per image that was hit, the main binary first, with its build id; kernel frames in
 * "[kernel.kallsyms]"; labels as asked for. Every distinct frame is looked up once. Options NULL
 * are the defaults; *report may be NULL. The caller releases *p. */
int pp_naming_profile(struct pp_recording *r, const struct pp_naming_options *o,
		      struct pp_profile *p, struct pp_naming_report *report,
		      struct pp_err *err) PP_NODISCARD;

/* The same for a recording's parts: names are looked up by pp_naming_new, for all of it, once. */
struct pp_naming;

/* The recording and the options are borrowed. */
struct pp_naming *pp_naming_new(struct pp_recording *r,
				const struct pp_naming_options *o) PP_NODISCARD;

/* The profile of one part. Its first mapping is `main_image`, in pp_procs.images (-1: not known).
 * Nothing in it tells of the other parts, or counts what differs from one window to the next but
 * samples and times. The caller releases *p. */
int pp_naming_part(struct pp_naming *n, const struct pp_part *part, int64_t main_image,
		   struct pp_profile *p, struct pp_err *err) PP_NODISCARD;

/*
 * The same for a recording that goes on: what was named once is not looked up again. The recording
 * must not change during pp_naming_update and pp_naming_window, and may while names are looked up.
 */

/* Take note of what is new in the recording. Whether there is anything to be looked up. */
bool pp_naming_update(struct pp_naming *n);

/* Look up what has no name yet, which may take long. */
void pp_naming_resolve(struct pp_naming *n);

struct pp_naming_span {
	int64_t start_real, duration_ns;
	uint64_t samples, weight; /* taken in that time */
};

/* The profile of a part of all samples, after pp_naming_update; frames that have not been looked
 * up so far have no names in it. The caller releases *p. */
int pp_naming_window(struct pp_naming *n, const struct pp_part *part,
		     const struct pp_naming_span *span, struct pp_profile *p,
		     struct pp_err *err) PP_NODISCARD;

/* `report` may be NULL; it is of the parts that were made. */
void pp_naming_free(struct pp_naming *n, struct pp_naming_report *report);

#endif
