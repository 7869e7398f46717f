/* SPDX-License-Identifier: Apache-2.0 */
/* Which version this is, and which of its optional parts it was built with. */
#ifndef PP_CLI_VERSION_H
#define PP_CLI_VERSION_H

#include "io/out.h"

/* The version on a line, then lines "with: ..." and "without: ..." as far as there is anything. */
void pp_version_print(struct pp_out *out);

#endif
