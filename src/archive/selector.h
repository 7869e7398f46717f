/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What somebody wants out of an archive: labels as in PromQL, a range of time, or an entry by its
 * id or name: doc/ARCHIVE.md, 6.
 */
#ifndef PP_ARCHIVE_SELECTOR_H
#define PP_ARCHIVE_SELECTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/labels.h"
#include "archive/when.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/regex.h"

enum pp_matcher_op {
	PP_MATCH_EQ,	 /* = */
	PP_MATCH_NE,	 /* != */
	PP_MATCH_RE,	 /* =~ */
	PP_MATCH_NOT_RE, /* !~ */
};

struct pp_matcher {
	char *key, *value; /* owned */
	enum pp_matcher_op op;
	struct pp_regex *regex; /* of =~ and !~, anchored; else NULL */
};

struct pp_selector {
	struct pp_matcher *matcher;
	uint32_t n;
	struct pp_range range;
	bool latest; /* the newest of what matches only */
	char *name;  /* of "@NAME": digits of an id or a pin; else NULL, owned */
};

/* Whether an argument is one rather than the name of a file: it begins with '{' or '@'. */
bool pp_selector_is(const char *text);

/* `now` is what times are relative to. -1 with PP_ERR_USAGE, which names the place. Release in
 * either case. */
int pp_selector_parse(struct pp_selector *s, const char *text, int64_t now,
		      struct pp_err *err) PP_NODISCARD;
void pp_selector_release(struct pp_selector *s);

/* Whether a value fulfils a matcher; a label that is not there is "". */
bool pp_matcher_fits(const struct pp_matcher *m, const char *value);

/* Whether labels and start fulfil all of it but `latest` and `name`. Matchers whose keys are not
 * among the labels but are in `sample_keys` (n of them, may be 0) are passed over: they select
 * samples. */
bool pp_selector_fits(const struct pp_selector *s, const struct pp_entry_labels *labels,
		      const char *const *sample_keys, uint32_t n, int64_t start);

/* The same in its two parts. */
bool pp_selector_fits_time(const struct pp_selector *s, int64_t start);
bool pp_selector_fits_labels(const struct pp_selector *s, const struct pp_entry_labels *labels,
			     const char *const *sample_keys, uint32_t n);

#endif
