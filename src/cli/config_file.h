/* SPDX-License-Identifier: Apache-2.0 */
/* Where the configuration is kept. */
#ifndef PP_CLI_CONFIG_FILE_H
#define PP_CLI_CONFIG_FILE_H

#include "base/compiler.h"
#include "base/err.h"
#include "cli/config.h"

/*
 * Add what the user's file says: $PYROPROF_CONFIG, which may be empty for none, or else
 * pyroprof/config in $XDG_CONFIG_HOME or ~/.config, if it is there and within reach. A
 * file that is somebody else's,
 * that others can write to, that is no regular file or has more than 64 KiB is an error.
 */
int pp_config_load(struct pp_config *c, struct pp_err *err) PP_NODISCARD;

#endif
