/* SPDX-License-Identifier: Apache-2.0 */
/* What a profile says, spelled out as text that does not depend on ids or on the order of tables
 * and samples: a second opinion on canonical bytes. */
#ifndef PP_TESTS_ORACLE_CONTENT_H
#define PP_TESTS_ORACLE_CONTENT_H

#include "profile/profile.h"

/* Owned by the caller. */
char *oracle_content(const struct pp_profile *p);

#endif
