/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of an SVG, which src/render/svg.c puts together. src/render/web/svg/ draws the same in
 * a browser. */
#ifndef PP_RENDER_SVG_H
#define PP_RENDER_SVG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/map.h"
#include "render/flame.h"
#include "render/flame_diff.h"

#define PP_SVG_PAD	   10 /* px around everything */
#define PP_SVG_HATCH_LEAST 5  /* px of a run that are worth a hatch */

/* Fills and texts of frames, for both themes. */
struct pp_svg_colour {
	struct pp_colour light, dark;
};

struct pp_svg {
	const struct pp_flame_view *v;
	struct pp_out *out;
	struct pp_buf scratch, text; /* for names */
	double width, row, font;     /* px; of the picture, of a row, of letters */
	double top, frames_height, height;
	double min; /* px */
	uint32_t rows;
	bool themed;		      /* dark where the reader's desktop is */
	const char *back, *ink, *dim; /* #rrggbb: behind everything, and texts on it */
	bool night;		      /* back is dark, and so are frames */
	bool diff;
	struct pp_out block; /* the tree; nothing where it does not come along */
	bool merge;	     /* thin boxes, since scripts know them from the block */
	struct pp_flame_diff deltas;
	int64_t total; /* what percentages are of; of a diff, of the side after */
	struct pp_boxes boxes;
	uint32_t *paint; /* of each box, a colour */
	uint32_t run;	 /* the colour of runs */
	struct pp_svg_colour *colours;
	size_t ncolours, colours_cap;
	struct pp_map colour_of;
	uint64_t *clips; /* bits of right edges, in whole px */
};

/* px of a cell of text: six tenths of an em. */
double pp_svg_cell(const struct pp_svg *s);

/* The upper edge of a row. */
double pp_svg_row_top(const struct pp_svg *s, uint32_t depth);

/* What of a box's width is painted. */
double pp_svg_painted_width(double w);

/* Choose the background, and the colours of texts that can be read on it. */
void pp_svg_background(struct pp_svg *s);

/* Choose the colours of all boxes. */
void pp_svg_paint(struct pp_svg *s);

/* Styles and definitions: before the frames. */
void pp_svg_style(struct pp_svg *s);

/* The group of frames: boxes that are not thin. */
void pp_svg_frames(struct pp_svg *s);

/* Whether a box has no element of its own. */
bool pp_svg_is_thin(const struct pp_svg *s, const struct pp_box *b);

/* The group of paths for those that are thin. */
void pp_svg_thin(struct pp_svg *s);

/* The change of a box in a diff. */
struct pp_flame_delta pp_svg_delta(const struct pp_svg *s, const struct pp_box *b);

/* The title of a box, clean but not escaped, is added to s->text. */
void pp_svg_box_title(struct pp_svg *s, const struct pp_box *b);

/* A value with its unit, added to s->text. */
void pp_svg_quantity(struct pp_svg *s, int64_t value);

/* Paths at which texts end, of all widths that were used: after the frames. */
void pp_svg_clips(struct pp_svg *s);

#endif
