/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walking the packed samples of a profile. They were checked when the profile was made, so walking
 * cannot fail and checks nothing again.
 */
#ifndef PP_PROFILE_SAMPLES_H
#define PP_PROFILE_SAMPLES_H

#include <stdbool.h>
#include <stdint.h>

#include "profile/profile.h"
#include "profile/wire.h"

#define PP_SAMPLE_TAG 0x12u /* field 2 of Profile, length-delimited */

/* Field numbers inside a sample and inside its labels (proto/profile.proto). */
enum { PP_SAMPLE_LOCATION_ID = 1, PP_SAMPLE_VALUE = 2, PP_SAMPLE_LABEL = 3 };
enum { PP_LABEL_KEY = 1, PP_LABEL_STR = 2, PP_LABEL_NUM = 3, PP_LABEL_UNIT = 4, PP_LABEL_FIELDS };

struct pp_sample {
	uint32_t *locations; /* positions, leaf first; valid until the next step */
	uint32_t nlocations;
	int64_t *values;      /* one per sample type; valid until the next step */
	struct pp_wire label; /* the message, for pp_labels_next */
};

struct pp_sample_iter {
	const struct pp_profile *profile;
	const uint8_t *p, *end;
	uint32_t *locations;
	int64_t *values;
};

/* Walk the samples of one of p->ranges. Release when done. */
void pp_samples_begin(struct pp_sample_iter *it, const struct pp_profile *p, uint32_t range);
void pp_samples_release(struct pp_sample_iter *it);

/* The next sample; false at the end. */
bool pp_samples_next(struct pp_sample_iter *it, struct pp_sample *s);

/* The same as a message, for pp_labels_next, without unpacking stack and values: much faster. */
bool pp_samples_next_message(struct pp_sample_iter *it, struct pp_wire *message);

struct pp_label {
	uint32_t key, str, unit; /* strings; str is 0 for a numeric label */
	int64_t num;
};

/* The next label of a sample (start with a copy of s->label); false at the end. Labels that say
 * nothing (no string, number 0, no unit) are passed over, as pprof does, unless the profile's
 * zero_labels is set. */
bool pp_labels_next(struct pp_wire *labels, struct pp_label *label);

/* Add the sample field at [begin, end), which is behind all others, to the last range, or open a
 * new one when that has had its share of p->nbytes. */
void pp_samples_extend_ranges(struct pp_profile *p, const uint8_t *begin, const uint8_t *end);

/* Check all samples against the tables of the profile and set ranges' max_depth. Called once by
 * whoever makes a profile. -1 with PP_ERR_FORMAT and the byte offset of the first bad sample. */
int pp_samples_check(struct pp_profile *p, struct pp_err *err) PP_NODISCARD;

#endif
