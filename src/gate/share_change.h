/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much of something there is in several profiles of two sides, and how sure the difference is.
 *
 * Samples are not independent: what varies from profile to profile varies more than a binomial
 * distribution says. The factor of its variance, the dispersion, is found from the profiles
 * themselves where there are some (quasi-binomial: R. W. M. Wedderburn, Quasi-likelihood functions,
 * 1974), and is an assumption where there are not.
 */
#ifndef PP_GATE_SHARE_CHANGE_H
#define PP_GATE_SHARE_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

/* One profile: `part` of `all`, in samples, which need not be whole. */
struct pp_part {
	double part, all;
};

struct pp_share_side {
	const struct pp_part *profiles;
	size_t n; /* >= 1 */
};

struct pp_interval {
	double low, high;
};

/* E. B. Wilson's interval of a proportion, 1927; z: of the normal distribution. `all` > 0 may be an
 * effective number of samples, less than were taken. */
struct pp_interval pp_wilson(double part, double all, double z);

struct pp_share_change {
	double before, after;	     /* shares */
	double dispersion;	     /* >= 1 */
	double df;		     /* of it; 0: it was assumed */
	double error;		     /* standard error of the difference */
	struct pp_interval interval; /* of the difference, at the confidence asked for */
	double p; /* the chance of such an increase or a larger one if nothing differs */
};

/* The smallest number of profiles of both sides together from which their dispersion is found. */
#define PP_DISPERSION_PROFILES 6

/* `rate`: `all` is time or work rather than samples, so that what there is of it may be above 1 and
 * varies as counts do (Poisson) rather than as parts of a number (binomial).
 * `assumed`: the dispersion if there are too few profiles; `confidence`, e.g. 0.95, is that of the
 * interval, to both sides. Profiles without anything count for nothing; a side must have something.
 */
struct pp_share_change pp_share_change(struct pp_share_side before, struct pp_share_side after,
				       bool rate, double assumed, double confidence);

/* The increase that would be found with chance `power` at one-sided chance `alpha`, from a share of
 * `share` with so many samples per side; and the samples per side with which `increase` would. With
 * `rate`, samples are seconds or pieces of work. */
double pp_detectable(double share, bool rate, double dispersion, double samples, double alpha,
		     double power);
double pp_samples_for(double share, bool rate, double dispersion, double increase, double alpha,
		      double power);

#endif
