/* SPDX-License-Identifier: Apache-2.0 */
/* The first line of a goroutine's stack, "goroutine 18 [chan receive, 5 minutes]:". */
#ifndef PP_PPROF_GOROUTINE_HEADER_H
#define PP_PPROF_GOROUTINE_HEADER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "profile/builder.h"

#define PP_GOROUTINE_LABELS 64 /* more are left out */

/* What the line says about a goroutine, as labels of a sample:
 *
 *	state   what it does or waits for
 *	wait    for how many minutes, if the line says so
 *	thread  "locked to thread"
 *
 * and the labels of its own. Bytes between members are 0, so that labels can be compared. */
struct pp_goroutine {
	struct pp_builder_label labels[PP_GOROUTINE_LABELS];
	uint32_t nlabels;
};

/* Does the line begin like one? */
bool pp_goroutine_is_header(struct pp_str line);

/* Take it apart; false if it is malformed. Strings go to the builder. */
bool pp_goroutine_parse(struct pp_builder *b, struct pp_str line, struct pp_goroutine *g);

#endif
