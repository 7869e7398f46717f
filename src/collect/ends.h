/* SPDX-License-Identifier: Apache-2.0 */
/* What people are told of where stacks end. */
#ifndef PP_COLLECT_ENDS_H
#define PP_COLLECT_ENDS_H

#include <stdbool.h>
#include <stdint.h>

#include "unwind/frame.h"

/* Whether a stack that ends so is whole. */
bool pp_end_is_complete(enum pp_unwind_end end);

/* A word for it, such as "no-code", and a line that explains it. */
const char *pp_end_name(enum pp_unwind_end end);
const char *pp_end_text(enum pp_unwind_end end);

/* The part of user stacks that are whole, from 0 to 1; 1 if there are none. Those of which it is
 * not known, and samples of the kernel's own threads, do not count. */
double pp_end_completeness(const uint64_t ends[PP_UNWIND_ENDS]);

#endif
