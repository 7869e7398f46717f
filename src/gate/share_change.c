/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "gate/share_change.h"

#include <math.h>

#include "gate/distribution.h"

struct pp_interval pp_wilson(double part, double all, double z)
{
	double p = part / all, square = z * z / all;
	double middle = (p + square / 2) / (1 + square);
	double half = z / (1 + square) * sqrt(p * (1 - p) / all + square / (4 * all));

	return (struct pp_interval){fmax(0, middle - half), fmin(1, middle + half)};
}

struct sum {
	double part, all;
	size_t profiles;
};

static struct sum add_up(struct pp_share_side s)
{
	struct sum sum = {0, 0, 0};

	for (size_t i = 0; i < s.n; i++) {
		sum.part += s.profiles[i].part;
		sum.all += s.profiles[i].all;
		sum.profiles += s.profiles[i].all > 0;
	}
	return sum;
}

/* Of one sample, if nothing but chance is in it. */
static double variance(double share, bool rate)
{
	return rate ? share : share * (1 - share);
}

/* Pearson's statistic: how far the profiles of a side are from its share. */
static double distance(struct pp_share_side s, double share, bool rate)
{
	double sum = 0;

	if (variance(share, rate) <= 0)
		return 0;
	for (size_t i = 0; i < s.n; i++) {
		const struct pp_part *p = &s.profiles[i];
		double away = p->part - p->all * share;

		sum += p->all > 0 ? away * away / (p->all * variance(share, rate)) : 0;
	}
	return sum;
}

struct pp_share_change pp_share_change(struct pp_share_side before, struct pp_share_side after,
				       bool rate, double assumed, double confidence)
{
	struct sum b = add_up(before), a = add_up(after);
	struct pp_share_change c = {.before = b.part / b.all, .after = a.part / a.all};
	double both = (b.part + a.part) / (b.all + a.all), upper = (1 + confidence) / 2;

	c.dispersion = assumed;
	if (b.profiles + a.profiles >= PP_DISPERSION_PROFILES) {
		c.df = (double)(b.profiles + a.profiles - 2);
		c.dispersion =
			(distance(before, c.before, rate) + distance(after, c.after, rate)) / c.df;
	}
	c.dispersion = fmax(1, c.dispersion);

	/* the interval takes each side's own variance; the chance, that of one share for both. A
	 * share of nothing or all has a variance, too: that of half a sample. */
	double least = 0.5 / fmin(b.all, a.all);
	double vb = fmax(variance(c.before, rate), least);
	double va = fmax(variance(c.after, rate), least);
	c.error = sqrt(c.dispersion * (vb / b.all + va / a.all));
	double t = c.df > 0 ? pp_t_quantile(upper, c.df) : pp_normal_quantile(upper);
	double change = c.after - c.before;
	c.interval = (struct pp_interval){change - t * c.error, change + t * c.error};
	double pooled =
		sqrt(c.dispersion * fmax(variance(both, rate), least) * (1 / b.all + 1 / a.all));
	c.p = c.df > 0 ? pp_t_above(change / pooled, c.df) : pp_normal_above(change / pooled);
	return c;
}

static double quantiles(double alpha, double power)
{
	return pp_normal_quantile(1 - alpha) + pp_normal_quantile(power);
}

/* change = z * sqrt(dispersion / n * (variance(p) + variance(p + change))), solved for the change,
 * which is the positive root of a quadratic equation. */
double pp_detectable(double share, bool rate, double dispersion, double samples, double alpha,
		     double power)
{
	double z = quantiles(alpha, power), k = z * z * dispersion / samples;
	double a = rate ? 1 : 1 + k, b = rate ? -k : -k * (1 - 2 * share);
	double c = -2 * k * variance(share, rate);

	return (-b + sqrt(b * b - 4 * a * c)) / (2 * a);
}

double pp_samples_for(double share, bool rate, double dispersion, double increase, double alpha,
		      double power)
{
	double z = quantiles(alpha, power);
	double after = rate ? share + increase : fmin(1, share + increase);

	return z * z * dispersion * (variance(share, rate) + variance(after, rate)) /
	       (increase * increase);
}
