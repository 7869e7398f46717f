/* SPDX-License-Identifier: Apache-2.0 */
/* The source that a flame graph carries along: what `list` would show of all functions. */
#ifndef PP_CMD_FLAME_SOURCE_H
#define PP_CMD_FLAME_SOURCE_H

#include "analyze/frames.h"
#include "analyze/lines.h"
#include "analyze/nodes.h"
#include "analyze/view.h"
#include "base/compiler.h"
#include "base/err.h"
#include "render/flame_block.h"
#include "symbol/source.h"

struct pp_flame_source {
	struct pp_nodes nodes;
	struct pp_frames frames;
	struct pp_lines lines;
	struct pp_sources *files;
	struct pp_list_sources list;
};

/* Count the lines of the view's profile and let the block have them; *paths has to live as long.
 * Release in either case. */
int pp_flame_source_init(struct pp_flame_source *s, const struct pp_view *v,
			 const struct pp_source_paths *paths, struct pp_flame_block_options *block,
			 struct pp_err *err) PP_NODISCARD;
void pp_flame_source_release(struct pp_flame_source *s);

#endif
