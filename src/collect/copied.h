/* SPDX-License-Identifier: Apache-2.0 */
/* Walking stacks that a collector has sent as they were. */
#ifndef PP_COLLECT_COPIED_H
#define PP_COLLECT_COPIED_H

#include <stdint.h>

#include "collect/event.h"
#include "collect/procs.h"

#define PP_COPIED_MAX PP_UNWIND_MAX_FRAMES

/* Walk the copied stack of a SAMPLE event with the mappings as they are now: its user frames,
 * innermost first, marked as in the event, into frames[PP_COPIED_MAX]. Returns how many, at least
 * one; *end is where the walk has come to. */
uint32_t pp_copied_walk(struct pp_procs *procs, const struct pp_event *e, uint64_t *frames,
			enum pp_unwind_end *end);

#endif
