/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mann and Whitney's test: whether values of one side tend to be above those of the other, with
 * nothing assumed of how they are distributed. H. B. Mann, D. R. Whitney, On a test of whether one
 * of two random variables is stochastically larger than the other, 1947.
 */
#ifndef PP_GATE_RANK_SUM_H
#define PP_GATE_RANK_SUM_H

#include <stdbool.h>
#include <stddef.h>

#define PP_RANK_SUM_EXACT 50 /* values of both sides together, up to which chances are exact */

struct pp_rank_sum {
	double u;     /* pairs in which y is above x; ties count half */
	double above; /* the chance of such a u or a larger one if nothing differs */
	double below; /* of such a one or a smaller one */
	double p;     /* of one so far to either side: twice the smaller of these, at most 1 */
	bool exact;   /* counted; else by the normal distribution, with corrections for ties and
			 continuity */
};

/* Of n values x and m values y, all finite, none of the sides being empty. Ties share their ranks,
 * also where chances are exact: these are of the ranks that there are. */
struct pp_rank_sum pp_rank_sum(const double *x, size_t n, const double *y, size_t m);

#endif
