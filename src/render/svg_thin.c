/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Boxes of less than a pixel, and runs without a hatch: half of a large picture, where nobody can
 * point at one of them. Where the tree comes along they are one path per colour.
 */
#include <config.h>

#include "render/svg.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "render/svg_text.h"

#define FRAME_LEAST 1 /* px of a box that gets an element of its own */

bool pp_svg_is_thin(const struct pp_svg *s, const struct pp_box *b)
{
	if (!s->merge)
		return false;
	return b->w < (b->func == PP_NONE ? PP_SVG_HATCH_LEAST : FRAME_LEAST);
}

static void outline(struct pp_svg *s, const struct pp_box *b)
{
	pp_out_char(s->out, 'M');
	pp_svg_px(s->out, PP_SVG_PAD + b->x);
	pp_out_char(s->out, ' ');
	pp_svg_px(s->out, pp_svg_row_top(s, b->depth));
	pp_out_char(s->out, 'h');
	pp_svg_px(s->out, pp_svg_painted_width(b->w));
	pp_out_char(s->out, 'v');
	pp_svg_px(s->out, s->row - 1);
	pp_out_text(s->out, "h-");
	pp_svg_px(s->out, pp_svg_painted_width(b->w));
}

/* Lists of thin boxes by colour, in their order: the first of each, and the next of each box. */
static void sort(struct pp_svg *s, uint32_t *first, uint32_t *next)
{
	for (size_t c = 0; c < s->ncolours; c++)
		first[c] = PP_NONE;
	for (size_t i = s->boxes.n; i-- > 0;) {
		if (!pp_svg_is_thin(s, &s->boxes.all[i]))
			continue;
		next[i] = first[s->paint[i]];
		first[s->paint[i]] = (uint32_t)i;
	}
}

static void write_paths(struct pp_svg *s)
{
	PP_CLEANUP(pp_freep) uint32_t *first = pp_xcalloc(s->ncolours, sizeof(*first));
	PP_CLEANUP(pp_freep) uint32_t *next = pp_xcalloc(s->boxes.n, sizeof(*next));

	sort(s, first, next);
	pp_out_text(s->out, "<g id=\"thin\" aria-hidden=\"true\">\n");
	for (size_t c = 0; c < s->ncolours; c++) {
		struct pp_colour fill = s->colours[c].light;

		if (first[c] == PP_NONE)
			continue;
		pp_out_fmt(s->out, "<path class=\"c%zu\" fill=\"#%02x%02x%02x\" d=\"", c, fill.r,
			   fill.g, fill.b);
		for (uint32_t i = first[c]; i != PP_NONE; i = next[i])
			outline(s, &s->boxes.all[i]);
		pp_out_text(s->out, "\"/>\n");
	}
	pp_out_text(s->out, "</g>\n");
}

void pp_svg_thin(struct pp_svg *s)
{
	if (s->merge)
		write_paths(s);
}
