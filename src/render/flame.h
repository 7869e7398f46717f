/* SPDX-License-Identifier: Apache-2.0 */
/* Flame graphs as files: an SVG, and a page. */
#ifndef PP_RENDER_FLAME_H
#define PP_RENDER_FLAME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "io/out.h"
#include "render/boxes.h"
#include "render/colours.h"
#include "render/flame_block.h"
#include "render/header.h"

enum pp_flame_data { PP_FLAME_DATA_AUTO, PP_FLAME_DATA_FULL, PP_FLAME_DATA_NONE };

/* How it is to look. Texts are not trusted: they are escaped here. */
struct pp_flame_look {
	const char *title, *subtitle, *notes; /* NULL: none */
	const char *countname, *nametype;     /* "samples", "Function:" */
	double width, height, fontsize;	      /* px; of the picture, a row; height 0: by fontsize */
	double minwidth;		      /* px, or with minwidth_percent of the total */
	bool minwidth_percent;
	const char *fonttype;
	enum pp_colours colours;
	const char *bgcolors; /* NULL: by theme */
	bool inverted;	      /* icicle: the root is at the top */
	bool reverse;	      /* begin bottom-up */
	bool no_js;
	enum pp_flame_data data;
};

/* Everything that is drawn; borrowed. */
struct pp_flame_view {
	struct pp_flame *flame; /* sorted */
	const struct pp_view *view;
	const double *extents;
	const struct pp_header *header; /* units and scaling of numbers */
	struct pp_flame_block_options block;
	struct pp_flame_look look;
};

int pp_flame_svg(const struct pp_flame_view *v, struct pp_out *out,
		 struct pp_err *err) PP_NODISCARD;
int pp_flame_html(const struct pp_flame_view *v, struct pp_out *out,
		  struct pp_err *err) PP_NODISCARD;

/* For other viewers. Speedscope gets a profile for each sample type and side; values below 0 are
 * not for it. */
void pp_flame_speedscope(const struct pp_flame_view *v, struct pp_out *out);
void pp_flame_json(const struct pp_flame_view *v, struct pp_out *out); /* {name, value, children} */

/* Folded stacks with the values of both sides, as difffolded.pl writes them; render/folded.h is for
 * what is no diff. */
void pp_flame_folded(const struct pp_flame_view *v, struct pp_out *out);

/* The boxes of "tree", "tree:PATH", "inverted", "inverted:PATH", "callers:FUNC" or "callees:FUNC",
 * laid out for the look's width and minwidth, as JSON lines: doc/FLAME.md, section 3. A PATH is
 * names joined by ';'. -1 if there is no such thing. */
int pp_flame_boxes(const struct pp_flame_view *v, const char *what, struct pp_out *out,
		   struct pp_err *err) PP_NODISCARD;

#endif
