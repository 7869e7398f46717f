/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A regular expression over the names in a profile: each name is tried once, however many functions
 * and locations share it.
 */
#ifndef PP_PROFILE_NAME_MATCH_H
#define PP_PROFILE_NAME_MATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/regex.h"
#include "profile/profile.h"

struct pp_name_match {
	const struct pp_profile *profile; /* borrowed */
	struct pp_regex *regex;
	uint8_t *known;	 /* per string: 0 not tried, else 1 + verdict */
	bool simplified; /* names go through pp_name_simplify first */
};

/* `pattern` must compile: -1 with PP_ERR_USAGE otherwise. Release in either case. */
int pp_name_match_init(struct pp_name_match *m, const struct pp_profile *p, struct pp_str pattern,
		       bool simplified, struct pp_err *err) PP_NODISCARD;
void pp_name_match_release(struct pp_name_match *m);

/* Whether the expression matches some part of this string of the profile. */
bool pp_name_match(struct pp_name_match *m, uint32_t string);

/* Whether it matches the name or the file of the line's function. */
bool pp_name_match_line(struct pp_name_match *m, const struct pp_line *line);

/* Whether it matches the file of the location's mapping; false if there is none. */
bool pp_name_match_mapping(struct pp_name_match *m, const struct pp_location *loc);

/* The name without a leading dot and without its parameter list, as expressions that prune see it.
 * "(anonymous namespace)" and "operator()" are no parameter lists. */
struct pp_str pp_name_simplify(struct pp_str name);

#endif
