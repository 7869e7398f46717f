/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Regular expressions with Perl syntax and bounded matching cost. Subjects are taken as UTF-8, in
 * which bytes that are none match nothing but themselves. As in RE2, '$' is the very end. The only
 * user of PCRE2.
 */
#ifndef PP_BASE_REGEX_H
#define PP_BASE_REGEX_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

struct pp_regex;

/* Compile; with `whole`, the expression must match all of a subject rather than part of it. NULL
 * with PP_ERR_USAGE, naming the offset, if it does not compile. Free with pp_regex_free. */
struct pp_regex *pp_regex_new(struct pp_str pattern, bool whole, struct pp_err *err) PP_NODISCARD;

void pp_regex_free(struct pp_regex *re);
void pp_regex_freep(struct pp_regex **re);

/* Whether the subject matches. A match that would cost more than the limits allow counts as none.
 * Several threads may ask. */
bool pp_regex_match(struct pp_regex *re, struct pp_str subject);

/* Whether some match ran into the limits, so that "no match" may have been wrong. */
bool pp_regex_gave_up(const struct pp_regex *re);

#endif
