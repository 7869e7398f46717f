/* SPDX-License-Identifier: Apache-2.0 */
/* The block of data that pages and SVGs carry: doc/FLAME.md, section 8. */
#ifndef PP_RENDER_FLAME_BLOCK_H
#define PP_RENDER_FLAME_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/flame.h"
#include "analyze/lines.h"
#include "analyze/view.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "io/out.h"
#include "render/list.h"

struct pp_flame_block_options {
	const char *title;
	enum pp_flame_order order;
	struct pp_flame_measure measure; /* what is shown at first */
	bool by_self;			 /* a diff's colours */
	struct pp_str unit;		 /* of numbers, as the user wants them; empty: as fits */
	const char *const *filters;	 /* options as given, "--focus=x", for the page to tell;
					  * ending with NULL */
	bool labels, times;		 /* LABL and LROW, TIME: only where there are any */
	bool source;			 /* SRCT and LINE, of the two below */
	/* Of the default type, by a view of the lines of the same profile; and where texts of files
	 * are. NULL: there are none. */
	const struct pp_lines *lines;
	const struct pp_list_sources *sources;
	uint32_t pruned_nodes; /* nodes gone by pp_flame_prune */
	double pruned_below;   /* fraction of the total */
};

/* The whole block, base64, appended to `out`. The view is the one that the tree was made of (of a
 * diff, after): labels and times come from its profile's samples. */
int pp_flame_block_write(struct pp_flame *f, const struct pp_view *v,
			 const struct pp_flame_block_options *o, struct pp_out *out,
			 struct pp_err *err) PP_NODISCARD;

#endif
