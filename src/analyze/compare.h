/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What nodes cost on two sides that share a table of nodes. Sums are as they were counted; what is
 * compared are these sums times a factor of their side, which makes shares, rates or costs per
 * piece of work of them.
 */
#ifndef PP_ANALYZE_COMPARE_H
#define PP_ANALYZE_COMPARE_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/flat.h"
#include "analyze/view.h"

enum pp_side { PP_BEFORE, PP_AFTER, PP_SIDES };

enum pp_change {
	PP_CHANGE_COST, /* it is on both sides */
	PP_CHANGE_NEW,
	PP_CHANGE_GONE,
	PP_CHANGE_MOVED, /* new or gone, and its counterpart is the other */
};

struct pp_compare_row {
	uint32_t node;
	uint32_t counterpart; /* of a moved one: the node on the other side */
	enum pp_change change;
	int64_t flat[PP_SIDES], cum[PP_SIDES]; /* sums */
	double own[PP_SIDES], all[PP_SIDES];   /* flat and cum times the factor */
};

struct pp_compare_options {
	bool cum;	     /* order by the change of cum rather than of flat */
	uint64_t nodecount;  /* show at most so many; 0: all */
	double nodefraction; /* leave out what is below this part of the total on both sides */
	bool drop_negative;  /* leave out what costs nothing or less on both sides */
	double factor[PP_SIDES];
};

struct pp_compare {
	struct pp_compare_row *all; /* by falling size of the change, then by name */
	uint32_t n;		    /* to be shown */
	uint32_t candidates;	    /* before nodecount; rows behind n stay, for who asks by name */
	uint32_t dropped;	    /* below nodefraction; they are behind the candidates */
	uint32_t count;		    /* all of them */
	int64_t total[PP_SIDES];
	double amount[PP_SIDES]; /* total times the factor */
};

/* Compare what was counted of views[PP_BEFORE] and views[PP_AFTER]. */
void pp_compare_init(struct pp_compare *c, const struct pp_view *const views[PP_SIDES],
		     const struct pp_flat flat[PP_SIDES], const struct pp_compare_options *o);
void pp_compare_release(struct pp_compare *c);

/* after - before, and that as a part of before: infinite for what is new. */
double pp_compare_change(const double side[PP_SIDES]);
double pp_compare_relative(const double side[PP_SIDES]);

#endif
