/* SPDX-License-Identifier: Apache-2.0 */
/* SVGs and pages that stay below a size: doc/FLAME.md, section 8. */
#ifndef PP_CMD_FLAME_LIMIT_H
#define PP_CMD_FLAME_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "io/out.h"
#include "render/flame.h"

/* What a file is made from, and what became of it. */
struct pp_flame_limit {
	uint64_t max; /* bytes; 0: none */
	int (*write)(const struct pp_flame_view *v, struct pp_out *out, struct pp_err *err);
	uint32_t nodes;		  /* before anything was merged */
	bool no_times, no_labels; /* left out to make room */
	double *extents;	  /* the view's since then, owned */
};

/*
 * Write to `out`, which is in memory. As long as that is too much, frames below a threshold are
 * merged: v->flame is changed, and v->extents and v->block follow it; in the end, times and labels
 * go. -1 with PP_ERR_LIMIT if all that is not enough. Release in either case.
 */
int pp_flame_limit_write(struct pp_flame_limit *l, struct pp_flame_view *v, struct pp_out *out,
			 struct pp_err *err) PP_NODISCARD;
void pp_flame_limit_release(struct pp_flame_limit *l);

#endif
