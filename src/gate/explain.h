/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Costs that have moved from one function to another: what looks like a regression of one of them
 * is none. (D. Yang et al., FBDetect, SOSP 2024, calls it cost shift.)
 */
#ifndef PP_GATE_EXPLAIN_H
#define PP_GATE_EXPLAIN_H

#include "gate/gate.h"

/* Look at what has regressed or is undecided; what is explained by another function is ok. */
void pp_gate_explain(struct pp_gate *g);

#endif
