/* SPDX-License-Identifier: Apache-2.0 */
/* What completion offers out of a profile. */
#ifndef PP_CMD_FUNCTION_COMPLETE_H
#define PP_CMD_FUNCTION_COMPLETE_H

#include "cli/command.h"

/* For struct pp_cli: the names of a profile's functions as reports show them, with what means
 * something else in a regular expression escaped. Of what a selector finds, the newest entry is
 * looked at. Nobody likes to wait for a key: what is large, slow or no regular file offers
 * nothing. */
void pp_function_complete(const char *archive, const char *profile, pp_offer_fn *offer,
			  void *context);

#endif
