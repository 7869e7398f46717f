/* SPDX-License-Identifier: Apache-2.0 */
/* gate/: statistics against values that others have published, and against counting. */
#include <config.h>

#include "unit.h"

#include <math.h>

#include "base/compiler.h"
#include "gate/discovery.h"
#include "gate/distribution.h"
#include "gate/rank_sum.h"
#include "gate/share_change.h"

static void assert_near(double got, double want, double within)
{
	if (!(fabs(got - want) <= within))
		fail_msg("%.17g instead of %.17g", got, want);
}

/* NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.1 and 1.3.6.7.2, for what has no closed
 * form. */
static void distributions(void **state)
{
	(void)state;
	assert_near(pp_normal_above(0), 0.5, 0);
	assert_near(pp_normal_above(1.96), 1 - 0.97500, 5e-6);
	assert_near(pp_normal_above(-1), 0.84134, 5e-6);
	assert_near(pp_normal_quantile(0.975), 1.959963984540054, 1e-14);
	assert_near(pp_normal_quantile(0.5), 0, 1e-15);
	assert_true(isinf(pp_normal_quantile(1)) && isinf(pp_normal_quantile(0)));
	assert_true(isnan(pp_normal_quantile(1.5)));
	for (double z = -8; z <= 8; z += 0.25) {
		assert_near(pp_normal_quantile(1 - pp_normal_above(z)), z,
			    fabs(z) < 5 ? 1e-9 : 0.2);

		/* one degree of freedom is Cauchy's distribution; two have a closed form, too */
		assert_near(pp_t_above(z, 1), 0.5 - atan(z) / M_PI, 1e-13);
		assert_near(pp_t_above(z, 2), 0.5 - z / (2 * sqrt(2 + z * z)), 1e-13);
		assert_near(pp_t_above(z, 1e5), pp_normal_above(z), 1e-5);
	}
	assert_near(pp_t_quantile(0.975, 10), 2.228, 5e-4);
	assert_near(pp_t_quantile(0.95, 5), 2.015, 5e-4);
	assert_near(pp_t_quantile(0.995, 30), 2.750, 5e-4);
	assert_near(pp_t_quantile(0.025, 1), -12.706, 5e-4);
	assert_near(pp_t_quantile(0.5, 3), 0, 1e-12);
}

/* M. Hollander, D. A. Wolfe, Nonparametric Statistical Methods, 1973, p. 69: permeability of
 * membranes at term, and between weeks 12 and 26. W = 35, one-sided p = 0.1272 there. */
static void rank_sum_of_few(void **state)
{
	static const double term[] = {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
	static const double early[] = {1.15, 0.88, 0.90, 0.74, 1.21};
	struct pp_rank_sum r = pp_rank_sum(early, PP_ARRAY_LEN(early), term, PP_ARRAY_LEN(term));

	(void)state;
	assert_true(r.exact);
	assert_near(r.u, 35, 0);
	assert_near(r.above, 0.1272, 5e-5);
	assert_near(r.p, 0.2544, 1e-4);
}

/* Ozone in New York in May and August 1973 (J. M. Chambers et al., Graphical Methods for Data
 * Analysis, 1983; in R as `airquality`), which has ties: R's wilcox.test has W = 127.5,
 * p = 0.0001208. */
static void rank_sum_of_many(void **state)
{
	static const double may[] = {41, 36, 12, 18, 28, 23, 19, 8, 7,	16, 11, 14,  18,
				     14, 34, 6,	 30, 11, 1,  11, 4, 32, 23, 45, 115, 37};
	static const double august[] = {39, 9,	16, 78, 35, 66, 122, 89,  110, 44, 28,	65, 22,
					59, 23, 31, 44, 21, 9,	45,  168, 73,  76, 118, 84, 85};
	struct pp_rank_sum r = pp_rank_sum(august, PP_ARRAY_LEN(august), may, PP_ARRAY_LEN(may));

	(void)state;
	assert_false(r.exact);
	assert_near(r.u, 127.5, 0);
	assert_near(r.p, 0.0001208, 5e-8);
	assert_true(r.below < 0.0001 && r.above > 0.999);
}

static double u_of(const double *all, unsigned n, unsigned is_y)
{
	double u = 0;

	for (unsigned i = 0; i < n; i++) {
		for (unsigned k = 0; k < n; k++) {
			if ((is_y >> i & 1) && !(is_y >> k & 1))
				u += all[i] > all[k] ? 1 : all[i] < all[k] ? 0 : 0.5;
		}
	}
	return u;
}

/* Chances with ties are what counting every way to choose says. */
static void ties_are_counted(void **state)
{
	static const double all[] = {3, 1, 1, 2, 3, 3, 5, 2, 2, 7};
	const unsigned n = PP_ARRAY_LEN(all), m = 4;

	(void)state;
	for (unsigned choice = 0; choice < 1u << n; choice += 7) {
		double x[PP_ARRAY_LEN(all)], y[PP_ARRAY_LEN(all)], ways = 0, above = 0, below = 0;
		unsigned nx = 0, ny = 0;

		if ((unsigned)__builtin_popcount(choice) != m)
			continue;
		for (unsigned i = 0; i < n; i++) {
			if (choice >> i & 1)
				y[ny++] = all[i];
			else
				x[nx++] = all[i];
		}
		double u = u_of(all, n, choice);
		for (unsigned other = 0; other < 1u << n; other++) {
			if ((unsigned)__builtin_popcount(other) != m)
				continue;
			ways++;
			above += u_of(all, n, other) >= u;
			below += u_of(all, n, other) <= u;
		}
		struct pp_rank_sum r = pp_rank_sum(x, nx, y, ny);
		assert_near(r.u, u, 0);
		assert_near(r.above, above / ways, 1e-12);
		assert_near(r.below, below / ways, 1e-12);
	}
}

static void nothing_differs(void **state)
{
	double same[60];

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(same); i++)
		same[i] = 4;
	assert_near(pp_rank_sum(same, 1, same, 1).p, 1, 0);
	assert_near(pp_rank_sum(same, 20, same, 20).p, 1, 0);
	assert_near(pp_rank_sum(same, 30, same, 30).p, 1, 0);
}

/* The example of Benjamini and Hochberg's paper of 1995, section 2.3 (15 hypotheses): four are
 * discoveries at 0.05. */
static void false_discoveries(void **state)
{
	static const double p[] = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
				   0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000};
	double q[PP_ARRAY_LEN(p)], backwards[PP_ARRAY_LEN(p)];
	const size_t n = PP_ARRAY_LEN(p);
	size_t found = 0;

	(void)state;
	pp_discovery_rates(p, n, q);
	for (size_t i = 0; i < n; i++)
		found += q[i] <= 0.05;
	assert_int_equal(found, 4);
	assert_near(q[3], 0.0095 * 15 / 4, 1e-15);
	/* a rate is not above that of a larger chance: the 5th to 7th go by the 8th's or less */
	assert_near(q[5], 0.0298 * 15 / 7, 1e-15);
	assert_near(q[14], 1, 0);
	for (size_t i = 0; i < n; i++)
		backwards[i] = p[n - 1 - i];
	pp_discovery_rates(backwards, n, backwards);
	for (size_t i = 0; i < n; i++)
		assert_near(backwards[n - 1 - i], q[i], 0);
	pp_discovery_rates(p, 0, q);
}

/* R. G. Newcombe, Two-sided confidence intervals for the single proportion, 1998, table I,
 * method 3. */
static void wilson(void **state)
{
	static const struct {
		double part, all, low, high;
	} want[] = {
		{81, 263, 0.2553, 0.3662},
		{15, 148, 0.0624, 0.1605},
		{0, 20, 0, 0.1611},
		{1, 29, 0.0061, 0.1718},
	};

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(want); i++) {
		struct pp_interval got =
			pp_wilson(want[i].part, want[i].all, pp_normal_quantile(0.975));

		assert_near(got.low, want[i].low, 5e-5);
		assert_near(got.high, want[i].high, 5e-5);
	}
}

/* By hand: shares 0.2 and 0.3; Pearson's statistic is 4 * 25 / 16 + 4 * 4 / 21 over 6. */
static void dispersion(void **state)
{
	static const struct pp_part before[] = {{15, 100}, {25, 100}, {15, 100}, {25, 100}},
				    after[] = {{28, 100}, {32, 100}, {28, 100}, {32, 100}, {0, 0}};
	const double want = (4 * 25.0 / 16 + 4 * 4.0 / 21) / 6;
	struct pp_share_change c =
		pp_share_change((struct pp_share_side){before, 4}, (struct pp_share_side){after, 5},
				false, 2, 0.95);

	(void)state;
	assert_near(c.before, 0.2, 1e-15);
	assert_near(c.after, 0.3, 1e-15);
	assert_near(c.df, 6, 0);
	assert_near(c.dispersion, want, 1e-12);
	assert_near(c.error, sqrt(want * (0.16 + 0.21) / 400), 1e-12);
	assert_near(c.interval.high - c.interval.low, 2 * 2.4469 * c.error, 1e-5);
	assert_near(c.p, pp_t_above(0.1 / sqrt(want * 0.25 * 0.75 / 200), 6), 1e-12);

	/* few profiles: what was assumed; fewer than a binomial distribution are not believed */
	c = pp_share_change((struct pp_share_side){before, 1}, (struct pp_share_side){after, 1},
			    false, 2, 0.95);
	assert_near(c.dispersion, 2, 0);
	assert_near(c.df, 0, 0);
	assert_near(c.interval.high - c.interval.low, 2 * 1.95996 * c.error, 1e-5);
	c = pp_share_change((struct pp_share_side){after, 4}, (struct pp_share_side){after, 4},
			    false, 2, 0.95);
	assert_near(c.dispersion, 1, 0);
	assert_near(c.p, 0.5, 1e-12);
}

/* By hand: 2 and 3 a second; Pearson's statistic is 2 * 100 / 20 + 2 * 25 / 30 over 4. */
static void rates(void **state)
{
	static const struct pp_part before[] = {{30, 10}, {10, 10}, {20, 10}},
				    after[] = {{35, 10}, {25, 10}, {30, 10}};
	const double want = (2 * 100.0 / 20 + 2 * 25.0 / 30) / 4;
	struct pp_share_change c = pp_share_change((struct pp_share_side){before, 3},
						   (struct pp_share_side){after, 3}, true, 2, 0.95);

	(void)state;
	assert_near(c.before, 2, 1e-15);
	assert_near(c.after, 3, 1e-15);
	assert_near(c.dispersion, want, 1e-12);
	assert_near(c.error, sqrt(want * (2 + 3) / 30), 1e-12);
}

static void shares_of_nothing_and_all(void **state)
{
	static const struct pp_part none[] = {{0, 50}}, all[] = {{50, 50}};
	struct pp_share_change c = pp_share_change((struct pp_share_side){none, 1},
						   (struct pp_share_side){none, 1}, false, 1, 0.95);

	(void)state;
	assert_true(c.error > 0 && c.p > 0.49 && c.p < 0.51);
	c = pp_share_change((struct pp_share_side){none, 1}, (struct pp_share_side){all, 1}, false,
			    1, 0.95);
	assert_near(c.interval.low + c.interval.high, 2, 1e-12);
	assert_true(c.p < 1e-9);
}

/* What is detectable with n samples takes n samples to be detected. */
static void detection(void **state)
{
	(void)state;
	for (double share = 0; share < 0.9; share += 0.05) {
		for (int rate = 0; rate < 2; rate++) {
			double found = pp_detectable(share, rate, 1.5, 3000, 0.01, 0.8);

			assert_true(found > 0);
			if (rate || share + found < 1)
				assert_near(pp_samples_for(share, rate, 1.5, found, 0.01, 0.8),
					    3000, 1e-6);
		}
	}
	assert_true(pp_detectable(0.2, false, 1, 1000, 0.05, 0.8) >
		    pp_detectable(0.2, false, 1, 4000, 0.05, 0.8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distributions),
		cmocka_unit_test(rank_sum_of_few),
		cmocka_unit_test(rank_sum_of_many),
		cmocka_unit_test(ties_are_counted),
		cmocka_unit_test(nothing_differs),
		cmocka_unit_test(false_discoveries),
		cmocka_unit_test(wilson),
		cmocka_unit_test(dispersion),
		cmocka_unit_test(rates),
		cmocka_unit_test(shares_of_nothing_and_all),
		cmocka_unit_test(detection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
