/* SPDX-License-Identifier: Apache-2.0 */
/* What a running program gives to names and stacks. */
#ifndef PP_DOCTOR_PROCESS_H
#define PP_DOCTOR_PROCESS_H

#include <sys/types.h>

#include "doctor/findings.h"
#include "unwind/table.h"

/* Look at the program that process `pid` runs, where its names are to be had, how its stacks can be
 * walked, what code it makes itself, and where it lives. */
void pp_doctor_process(struct pp_findings *f, pid_t pid);

/* How much of the code that a table describes finds its caller by the frame pointer, 0..1: most of
 * it where a program was compiled to keep it. Negative for a table without rows. */
double pp_doctor_frame_pointers(const struct pp_unwind_table *t);

#endif
