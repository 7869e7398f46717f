/* SPDX-License-Identifier: Apache-2.0 */
/* The part of a selector that selects samples: matchers of labels that an entry does not have, but
 * its samples do. */
#ifndef PP_ARCHIVE_SAMPLE_MATCH_H
#define PP_ARCHIVE_SAMPLE_MATCH_H

#include <stdbool.h>

#include "archive/selector.h"
#include "archive/series.h"
#include "base/compiler.h"
#include "base/err.h"
#include "profile/profile.h"

/* Whether a selector looks at samples of entries of this series at all. */
bool pp_sample_match_selects(const struct pp_selector *s, const struct pp_series *series);

/* Keep those samples of p that fulfil these matchers of the selector. A label that a sample has
 * several times fulfils = and =~ with any of its values, != and !~ with all; numbers are compared
 * as decimal digits. */
int pp_sample_match(struct pp_profile *p, const struct pp_selector *s,
		    const struct pp_series *series, struct pp_err *err) PP_NODISCARD;

#endif
