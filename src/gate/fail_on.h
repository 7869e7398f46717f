/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bounds that a comparison must not exceed, as people write them:
 *
 *	total>+5%	flat(json.Marshal)>+2pp		cum(/^main\./)>=+10%	flat(parse)>40%
 *	cum(main.handle)>+3ms
 *
 * With a sign the change is bounded, else what there is after it. `%` behind a sign is a part of
 *what there was before; `pp` are points of the share of the total, and so is `%` without a sign;
 *anything else is a quantity in a unit, of values as they are compared. A name is a function's
 *whole name, in slashes it is an expression, each function that it matches being bounded by itself.
 */
#ifndef PP_GATE_FAIL_ON_H
#define PP_GATE_FAIL_ON_H

#include <stdbool.h>

#include "analyze/compare.h"
#include "analyze/nodes.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/regex.h"

enum pp_bound_of { PP_BOUND_TOTAL, PP_BOUND_FLAT, PP_BOUND_CUM };
enum pp_bound_in { PP_BOUND_PART, PP_BOUND_POINTS, PP_BOUND_QUANTITY };

struct pp_fail_on {
	const char *text; /* borrowed */
	enum pp_bound_of of;
	struct pp_regex *regex; /* NULL: `name`, or the total */
	struct pp_str name;	/* in text */
	bool change, or_equal;
	double bound;
	enum pp_bound_in in;
	struct pp_str unit; /* in text */
};

/* -1 with PP_ERR_USAGE and what is wrong. `text` has to live as long. Release in either case. */
int pp_fail_on_parse(struct pp_fail_on *f, const char *text, struct pp_err *err) PP_NODISCARD;
void pp_fail_on_release(struct pp_fail_on *f);

/* What is compared. */
struct pp_fail_on_values {
	const struct pp_compare *compare;
	const struct pp_nodes *nodes;
	struct pp_str unit; /* of quantities */
	bool shares;	    /* values are shares of the total */
};

/* Told of each excess: the row, or NULL for the total. */
typedef void pp_exceeds_fn(void *context, const struct pp_fail_on *f,
			   const struct pp_compare_row *row);

/* Look for excesses. *matched: whether there is anything of that name. An expression is not asked
 * of rows that were left out as small; a name is. -1 with PP_ERR_USAGE if the bound is in a unit
 * that values are not in. */
int pp_fail_on_check(const struct pp_fail_on *f, const struct pp_fail_on_values *v, bool *matched,
		     pp_exceeds_fn *exceeds, void *context, struct pp_err *err) PP_NODISCARD;

#endif
