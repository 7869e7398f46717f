/* SPDX-License-Identifier: Apache-2.0 */
/* Telling a profile from the other things that servers send in its place. */
#ifndef PP_COLLECT_PULL_CHECK_H
#define PP_COLLECT_PULL_CHECK_H

#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "io/http.h"

/* 0 if the answer may be a profile; else -1 with a message on what it is. `limit` bounds what a
 * gzip body may inflate to. */
int pp_pull_check(const struct pp_http_response *rs, uint64_t limit,
		  struct pp_err *err) PP_NODISCARD;

#endif
