/* SPDX-License-Identifier: Apache-2.0 */
/* An archive to look around in: what the archive's view shows, and how something of it is opened.
 */
#ifndef PP_TUI_ARCHIVE_H
#define PP_TUI_ARCHIVE_H

#include <stddef.h>
#include <stdint.h>

#include "analyze/flame.h"
#include "analyze/view.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

struct pp_tui_entry {
	int64_t start; /* seconds since the epoch */
	int64_t total;
};

/* Entries that have the same labels. */
struct pp_tui_series {
	/* All its labels, those that tell it from other series, and its type; not trusted. */
	char *labels, *telling, *type;
	struct pp_str unit;	      /* of the totals */
	struct pp_tui_entry *entries; /* by time, at least 1 */
	size_t n, cap;
};

/* Those that start in [from, until). */
struct pp_tui_range {
	size_t series;
	int64_t from, until;
};

/* What was opened. */
struct pp_tui_opened {
	struct pp_flame *flame; /* from malloc, and the caller's */
	const struct pp_view *view;
	struct pp_str title;
};

struct pp_tui_archive {
	void *context;
	const struct pp_tui_series *series;
	size_t n;
	int64_t first, last; /* starts of all */
	/* Add up a range, or compare it with `before` (NULL: nothing). */
	int (*open)(void *context, const struct pp_tui_range *range,
		    const struct pp_tui_range *before, struct pp_tui_opened *opened,
		    struct pp_err *err) PP_NODISCARD;
	/* What was shown before that is not needed any more. */
	void (*taken)(void *context);
};

#endif
