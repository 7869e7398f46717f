/* SPDX-License-Identifier: Apache-2.0 */
/* The distributions that verdicts are made with. */
#ifndef PP_GATE_DISTRIBUTION_H
#define PP_GATE_DISTRIBUTION_H

/* The chance that a standard normal variable is above z. */
double pp_normal_above(double z);

/* The z that a standard normal variable is below with chance p; infinite for 0 and 1. Newton's
 * method from a start within 0.003 (Abramowitz and Stegun, 26.2.22), so exact to rounding. */
double pp_normal_quantile(double p);

/* The chance that Student's t with df > 0 degrees of freedom, which need not be whole, is above t
 * (NIST DLMF 8.17: the incomplete beta function, by its continued fraction 8.17.22). */
double pp_t_above(double t, double df);

/* The t that it is below with chance p. */
double pp_t_quantile(double p, double df);

#endif
