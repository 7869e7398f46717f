/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of a profile's cost is that of functions whose names match expressions. own: samples whose
 * innermost frame is one. cum: samples that have one anywhere on the stack, counted once however
 * many there are. Made for many profiles that share most of their names: each name is tried once.
 */
#ifndef PP_ANALYZE_SHARE_H
#define PP_ANALYZE_SHARE_H

#include <stddef.h>
#include <stdint.h>

#include "analyze/nodes.h"
#include "analyze/total.h"
#include "analyze/view.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/regex.h"

#define PP_SHARES_MAX 64 /* expressions at a time */

struct pp_share {
	int64_t own, cum; /* they wrap */
};

/* Expressions, and which names match them. For one thread. */
struct pp_shares {
	struct pp_regex *regex[PP_SHARES_MAX];
	uint32_t n;
	struct pp_nodes nodes;
	uint64_t *matches; /* per node: bit i if regex[i] matches its name */
	size_t cap;
	uint32_t known;	  /* nodes that have been tried */
	uint64_t matched; /* bit i: regex[i] has matched some name */
};

/* -1 with PP_ERR_USAGE if one of n expressions does not compile, or if they are too many. Release
 * in either case. */
int pp_shares_init(struct pp_shares *s, const char *const *patterns, uint32_t n,
		   struct pp_err *err) PP_NODISCARD;
void pp_shares_release(struct pp_shares *s);

/* Add up profile, filter and index of a view, whose other parts need not be there, into
 * out[0 .. s->n) and its total. Names are as `top` shows them. */
void pp_shares_of(struct pp_shares *s, const struct pp_view *v, struct pp_share *out,
		  struct pp_total *total);

/* Whether an expression has run into the limits of matching, so that a name may be missing. */
bool pp_shares_gave_up(const struct pp_shares *s);

#endif
