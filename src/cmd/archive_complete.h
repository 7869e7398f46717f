/* SPDX-License-Identifier: Apache-2.0 */
/* What completion offers out of the archive. */
#ifndef PP_CMD_ARCHIVE_COMPLETE_H
#define PP_CMD_ARCHIVE_COMPLETE_H

#include "cli/command.h"

/* For struct pp_cli: words that begin with '@' go on as pins, @latest and the newest ids; those
 * that begin with '{' with the next name of a label or the values of the last one. */
void pp_archive_complete(const char *archive, const char *word, pp_offer_fn *offer, void *context);

#endif
