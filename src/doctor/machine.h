/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel, how it is set, and what this process may do. */
#ifndef PP_DOCTOR_MACHINE_H
#define PP_DOCTOR_MACHINE_H

#include "doctor/findings.h"

/* What can be told without trying. `root` is where /proc and /sys are: "" but for tests. */
void pp_doctor_kernel(struct pp_findings *f, const char *root);

/* The capabilities that recording and naming make use of. */
void pp_doctor_capabilities(struct pp_findings *f);

#endif
