/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The `list` view: functions by name and file, and what their lines cost. Which lines surround them
 * follows google/pprof (report.getSourceFromFile): from where the function begins, if that is
 * known, else from five lines before the first that costs something, to five after the last. Unlike
 * there, no function begins behind a line of its own, which would not be shown.
 */
#ifndef PP_ANALYZE_LINES_H
#define PP_ANALYZE_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/total.h"
#include "analyze/view.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/regex.h"

struct pp_lines_row {
	int64_t line; /* may be 0 or less, which is no line */
	int64_t flat, cum;
};

struct pp_lines_routine {
	struct pp_str name;
	struct pp_str file;	   /* as it is shown; "": the profile does not say */
	struct pp_str source;	   /* as the profile has it */
	int64_t first, last;	   /* lines to show */
	int64_t flat, cum;	   /* of the function in this file */
	struct pp_lines_row *rows; /* by line */
	uint32_t nrows;
};

struct pp_lines {
	struct pp_lines_routine *routines; /* by name, then by file; of one name either all or none
					      have a file */
	uint32_t n;
	struct pp_lines_row *rows; /* of all routines */
	struct pp_strtab texts;
	struct pp_total total;
};

/* Appends to `out` how the file `name` is shown. */
typedef void (*pp_lines_shown)(void *context, struct pp_str name, struct pp_buf *out);

/* The functions whose name matches and that cost something, which costs less than nothing is as
 * well unless `drop_negative`. The view's frames are lines, with objects told apart. */
void pp_lines_init(struct pp_lines *l, const struct pp_view *v, struct pp_regex *re,
		   bool drop_negative, pp_lines_shown shown, void *context);
void pp_lines_release(struct pp_lines *l);

#endif
