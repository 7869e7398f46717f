/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages and SVGs of `pyroprof flame` as profiles: the block of data that they carry (doc/FLAME.md,
 * section 8) has a tree, of which each node that costs something becomes a sample.
 */
#ifndef PP_PPROF_FLAME_H
#define PP_PPROF_FLAME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "profile/profile.h"

/* Whether the file is one: it begins as HTML and XML do and has an element with our block. */
bool pp_flame_is(struct pp_str file);

/* Read such a file, which stays the caller's, into *p, which the caller releases. Neither what is
 * inflated nor what is made of it may be more than `limit` bytes. */
int pp_flame_read(struct pp_profile *p, struct pp_str file, uint64_t limit,
		  struct pp_err *err) PP_NODISCARD;

/* The same from the inflated block itself. */
int pp_flame_read_block(struct pp_profile *p, struct pp_str block, uint64_t limit,
			struct pp_err *err) PP_NODISCARD;

#endif
