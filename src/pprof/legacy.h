/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Profiles from before profile.proto: the binary CPU profiles and the text formats of gperftools
 * and of Go's debug=1, and, which pprof does not read, Go's dumps of goroutine stacks. There is no
 * specification; the formats are what google/pprof (profile/legacy_profile.go and
 * legacy_java_profile.go) reads, and where it reads a file, the profile is the same.
 */
#ifndef PP_PPROF_LEGACY_H
#define PP_PPROF_LEGACY_H

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "profile/profile.h"

enum {
	PP_LEGACY_READ = 0,
	PP_LEGACY_FAILED = -1, /* it is of that format, and damaged */
	PP_LEGACY_OTHER = 1,   /* it is something else */
};

/* Read n inflated bytes of a file, which stay the caller's, into *p, which the caller releases. One
 * of the values above. What failed is named with a line or a byte offset. */
int pp_legacy_read(struct pp_profile *p, struct pp_str file, struct pp_err *err) PP_NODISCARD;

#endif
