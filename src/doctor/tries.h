/* SPDX-License-Identifier: Apache-2.0 */
/* What only shows when it is tried. */
#ifndef PP_DOCTOR_TRIES_H
#define PP_DOCTOR_TRIES_H

#include <stdbool.h>
#include <sys/types.h>

#include "doctor/findings.h"

/* Attach to `pid`, or if it is 0 to this process, in each way that record has, and let go again.
 * *works: whether one of them does. -1 if there is no such process. */
int pp_doctor_recording(struct pp_findings *f, pid_t pid, bool *works,
			struct pp_err *err) PP_NODISCARD;

#endif
