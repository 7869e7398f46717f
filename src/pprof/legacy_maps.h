/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory map behind the samples of a text or CPU profile: lines of /proc/PID/maps, or shorter
 * ones with an address range and a file. Only what can be executed counts; pieces of one mapping
 * are put together again; the main binary, the first file that is not a shared library, goes first.
 */
#ifndef PP_PPROF_LEGACY_MAPS_H
#define PP_PPROF_LEGACY_MAPS_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "pprof/legacy_text.h"
#include "profile/builder.h"

/* One line, borrowing from it. Numbers are still digits. */
struct pp_map_entry {
	struct pp_str start, limit, offset, permissions, file, build_id;
};

/* Take a line apart; false if it does not begin with a range of addresses. */
bool pp_map_entry_parse(struct pp_str line, struct pp_map_entry *e);

/* Read the memory map that is the rest of the lines, and give all locations of the builder their
 * mappings. 0, or -1 with PP_ERR_LIMIT. */
int pp_legacy_maps(struct pp_builder *b, struct pp_lines *l, struct pp_err *err) PP_NODISCARD;

/* The same, passing over everything from the current line on to where a memory map begins. */
int pp_legacy_maps_section(struct pp_builder *b, struct pp_lines *l,
			   struct pp_err *err) PP_NODISCARD;

#endif
