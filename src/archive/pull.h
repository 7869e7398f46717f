/* SPDX-License-Identifier: Apache-2.0 */
/* What another archive has, into this one: entries as they are, with their tags and pins. */
#ifndef PP_ARCHIVE_PULL_H
#define PP_ARCHIVE_PULL_H

#include <stdint.h>

#include "archive/archive.h"
#include "archive/selector.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/steps.h"

struct pp_pull {
	const struct pp_archive *from; /* read only; nothing of it is believed */
	const struct pp_archive *to;   /* locked */
	/* Told of what is left out, and why. */
	void (*tell)(void *context, const char *what);
	void *context;
	struct pp_steps steps; /* entries */

	uint64_t found, fresh; /* entries that they have, and that were not here */
	uint64_t damaged;      /* what is left out; of pins and tags too */
	uint64_t tagged, pinned;
};

/* Pull what a selector (NULL: everything) finds. Each entry is checked, as by `verify`, and is
 * there to stay when the next one is read. Labels and pins that entries have here already win over
 * those of the other archive. A pin comes if everything that it stands for is here. -1 only if it
 * cannot be done to the end: what has come by then stays. */
int pp_archive_pull(struct pp_pull *p, const struct pp_selector *s,
		    struct pp_err *err) PP_NODISCARD;

#endif
