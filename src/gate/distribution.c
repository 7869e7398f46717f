/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "gate/distribution.h"

#include <float.h>
#include <math.h>

#define SMALLEST 1e-300 /* stands for 0 in a denominator */

double pp_normal_above(double z)
{
	return erfc(z * M_SQRT1_2) / 2;
}

static double normal_density(double z)
{
	return exp(-z * z / 2) / sqrt(2 * M_PI);
}

double pp_normal_quantile(double p)
{
	if (isnan(p) || p < 0 || p > 1)
		return (double)NAN;
	if (p == 0 || p == 1)
		return p > 0 ? (double)INFINITY : -(double)INFINITY;
	if (p > 0.5)
		return -pp_normal_quantile(1 - p);
	double t = sqrt(-2 * log(p));
	double z = t - (2.30753 + 0.27061 * t) / (1 + t * (0.99229 + t * 0.04481));
	for (int i = 0; i < 20; i++) {
		double step = (pp_normal_above(z) - p) / normal_density(z);

		z += step;
		if (fabs(step) < 1e-15 * (1 + z))
			break;
	}
	return -z;
}

static double away_from_zero(double v)
{
	return fabs(v) < SMALLEST ? SMALLEST : v;
}

/* The continued fraction by Lentz's method, which converges fast for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double x, double a, double b)
{
	double c = 1, d = 1 / away_from_zero(1 - (a + b) * x / (a + 1)), f = d;

	for (int m = 1; m < 10000; m++) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));

		d = 1 / away_from_zero(1 + even * d);
		c = away_from_zero(1 + even / c);
		f *= d * c;
		d = 1 / away_from_zero(1 + odd * d);
		c = away_from_zero(1 + odd / c);
		f *= d * c;
		if (fabs(d * c - 1) < DBL_EPSILON)
			break;
	}
	return f;
}

static double log_gamma(double v)
{
	int sign;

	return lgamma_r(v, &sign);
}

/* The regularized incomplete beta function; `y` is 1 - x, which may be known better. */
static double incomplete_beta(double x, double y, double a, double b)
{
	if (x <= 0 || y <= 0)
		return x <= 0 ? 0 : 1;
	double front =
		exp(a * log(x) + b * log(y) + log_gamma(a + b) - log_gamma(a) - log_gamma(b));
	if (x < (a + 1) / (a + b + 2))
		return front * beta_fraction(x, a, b) / a;
	return 1 - front * beta_fraction(y, b, a) / b;
}

double pp_t_above(double t, double df)
{
	double square = t * t,
	       half = incomplete_beta(df / (df + square), square / (df + square), df / 2, 0.5) / 2;

	return t >= 0 ? half : 1 - half;
}

double pp_t_quantile(double p, double df)
{
	double low = 0, high = 1;

	if (isnan(p) || p < 0 || p > 1)
		return (double)NAN;
	if (p < 0.5)
		return -pp_t_quantile(1 - p, df);
	if (p == 1)
		return (double)INFINITY;
	while (pp_t_above(high, df) > 1 - p && high < DBL_MAX / 4)
		high *= 2;
	for (int i = 0; i < 200 && high - low > 1e-14 * high; i++) {
		double middle = (low + high) / 2;

		if (pp_t_above(middle, df) > 1 - p)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}
