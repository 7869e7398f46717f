/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The price of asking many questions: of what is called a discovery, a known part at most is to be
 * a false one. Y. Benjamini, Y. Hochberg, Controlling the false discovery rate, 1995.
 */
#ifndef PP_GATE_DISCOVERY_H
#define PP_GATE_DISCOVERY_H

#include <stddef.h>

/* For each of n chances p the rate at which it would be one: q[i] <= a are the discoveries of
 * which a part of a at most is false, on average. `p` and `q` may be the same. */
void pp_discovery_rates(const double *p, size_t n, double *q);

#endif
