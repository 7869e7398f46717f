/* SPDX-License-Identifier: Apache-2.0 */
/* What a file is that could not be read as a pprof profile. */
#ifndef PP_PPROF_SNIFF_H
#define PP_PPROF_SNIFF_H

#include <stddef.h>
#include <stdint.h>

#define PP_SNIFFED_PAGE "an HTML or XML page"

/* A short noun phrase for well-known contents ("an HTML page", "a zlib stream"), or NULL. */
const char *pp_pprof_sniff(const uint8_t *bytes, size_t n);

#endif
