/* SPDX-License-Identifier: Apache-2.0 */
/* Which archive, and which of its entries: options that commands share. */
#ifndef PP_CMD_ARCHIVE_OPTIONS_H
#define PP_CMD_ARCHIVE_OPTIONS_H

#include <stdint.h>

#include "archive/archive.h"
#include "archive/list.h"
#include "archive/selector.h"
#include "base/compiler.h"
#include "base/err.h"
#include "cli/command.h"
#include "cli/opt.h"

/* --archive into a const char *, --last into a uint64_t, and --delta into a bool. */
#define PP_ARCHIVE_OPTION(variable)                                                                \
	{                                                                                          \
		PP_OPT_TEXT, 0, "archive", "DIR",                                                  \
			"the archive (default: $PYROPROF_ARCHIVE, or that of the user)", variable, \
			.hint = PP_HINT_FILE                                                       \
	}
#define PP_LAST_OPTION(variable)                                                                \
	{                                                                                       \
		PP_OPT_NUMBER, 0, "last", "N",                                                  \
			"of what a selector finds in the archive, the newest N only", variable, \
			.min = 1                                                                \
	}
#define PP_DELTA_OPTION(variable)                                                         \
	{                                                                                 \
		PP_OPT_FLAG, 0, "delta", NULL,                                            \
			"of what counts since a program started, show what a selector's " \
			"entries have that is new",                                       \
			variable                                                          \
	}

/* Where the archive is if --archive says `option` (NULL: nothing): $PYROPROF_ARCHIVE,
 * $XDG_DATA_HOME/pyroprof, ~/.local/share/pyroprof. Owned by the caller; NULL if there is no such
 * place. */
char *pp_archive_where(const char *option);

/* Open that one. -1 with a hint how to make it, if it is not there. Close in either case. */
int pp_archive_open_there(struct pp_archive *a, const char *option,
			  struct pp_err *err) PP_NODISCARD;

/* A selector from the command line, where an id or a pin may come without its '@'; release in
 * either case. */
int pp_archive_select(struct pp_selector *s, const char *text, struct pp_err *err) PP_NODISCARD;

/* List what a selector (NULL: everything) finds, and warn of damaged files. Release the list in
 * either case. */
int pp_archive_find(struct pp_cli *cli, struct pp_list *list, const struct pp_archive *a,
		    const char *selector, uint64_t last, struct pp_err *err) PP_NODISCARD;

/* Say that a selector from the command line found nothing, and what there is. Returns -1. */
int pp_archive_found_nothing(const struct pp_archive *a, const char *selector, struct pp_err *err);

#endif
