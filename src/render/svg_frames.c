/* SPDX-License-Identifier: Apache-2.0 */
/* Boxes as groups of a title, a rectangle and a text. */
#include <config.h>

#include "render/svg.h"

#include <math.h>

#include "base/alloc.h"
#include "render/fit.h"
#include "render/svg_text.h"

#define TEXT_LEFT 3 /* px between the edge of a box and its text */
#define GAP	  0.5
#define WIDE	  0.85 /* em that no letter of ASCII exceeds on average, in any font */

double pp_svg_cell(const struct pp_svg *s)
{
	return 0.6 * s->font;
}

/* What is left of a box for paint: neighbours are told apart by a gap, which never hides much of a
 * thin one. The script finds the width from it again: see staticFlame() in web/svg/static.js. */
double pp_svg_painted_width(double w)
{
	return w - fmin(GAP, w / 8);
}

double pp_svg_row_top(const struct pp_svg *s, uint32_t depth)
{
	uint32_t row = s->v->look.inverted ? depth : s->rows - 1 - depth;

	return s->top + row * s->row;
}

static bool is_plain(struct pp_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < ' ' || s.p[i] > '~')
			return false;
	}
	return true;
}

/* Text that another font may make wider than its box ends at the box's right edge. Edges are whole
 * px, so that boxes above each other share them. */
static void clip(struct pp_svg *s, const struct pp_box *b, struct pp_str text)
{
	double right = PP_SVG_PAD + b->x + b->w;
	unsigned edge;

	if (is_plain(text) && (double)text.n * WIDE * s->font <= b->w - TEXT_LEFT)
		return;
	edge = (unsigned)fmin(right, s->width);
	s->clips[edge / 64] |= (uint64_t)1 << edge % 64;
	pp_out_fmt(s->out, " clip-path=\"url(#k%u)\"", edge);
}

static void label(struct pp_svg *s, const struct pp_box *b, double y)
{
	double cells = floor((b->w - 2 * TEXT_LEFT) / pp_svg_cell(s));

	if (b->func == PP_NONE || cells < 2)
		return;
	pp_buf_clear(&s->scratch);
	pp_buf_clear(&s->text);
	pp_svg_clean(s->v->flame->funcs[b->func].name, &s->text);
	pp_fit_name(pp_buf_view(&s->text), (size_t)cells, &s->scratch);
	if (s->scratch.n == 0)
		return;
	pp_out_text(s->out, "<text x=\"");
	pp_svg_px(s->out, PP_SVG_PAD + b->x + TEXT_LEFT);
	pp_out_text(s->out, "\" y=\"");
	pp_svg_px(s->out, y + floor((s->row - 1) / 2 + 0.36 * s->font));
	pp_out_char(s->out, '"');
	clip(s, b, pp_buf_view(&s->scratch));
	pp_out_char(s->out, '>');
	pp_svg_text(s->out, pp_buf_view(&s->scratch));
	pp_out_text(s->out, "</text>");
}

static void rectangle(struct pp_svg *s, const struct pp_box *b, uint32_t colour, double y)
{
	struct pp_colour c = s->colours[colour].light;

	pp_out_text(s->out, "<rect x=\"");
	pp_svg_px(s->out, PP_SVG_PAD + b->x);
	pp_out_text(s->out, "\" y=\"");
	pp_svg_px(s->out, y);
	pp_out_text(s->out, "\" width=\"");
	pp_svg_px(s->out, pp_svg_painted_width(b->w));
	pp_out_text(s->out, "\" height=\"");
	pp_svg_px(s->out, s->row - 1);
	pp_out_fmt(s->out, "\" fill=\"#%02x%02x%02x\"/>", c.r, c.g, c.b);
}

static void frame(struct pp_svg *s, const struct pp_box *b, uint32_t colour)
{
	double y = pp_svg_row_top(s, b->depth);

	if (b->func == PP_NONE && b->w >= PP_SVG_HATCH_LEAST)
		pp_out_text(s->out, "<g class=\"run hatch\"><title>");
	else
		pp_out_fmt(s->out, "<g class=\"%sc%u\"><title>", b->func == PP_NONE ? "run " : "",
			   colour);
	pp_buf_clear(&s->text);
	pp_svg_box_title(s, b);
	pp_svg_text(s->out, pp_buf_view(&s->text));
	pp_out_text(s->out, "</title>");
	rectangle(s, b, colour, y);
	label(s, b, y);
	pp_out_text(s->out, "</g>\n");
}

void pp_svg_frames(struct pp_svg *s)
{
	pp_out_text(s->out, "<g id=\"frames\" role=\"group\" aria-label=\"Frames\"");
	if (!s->v->look.no_js)
		pp_out_text(s->out, " tabindex=\"0\"");
	pp_out_text(s->out, ">\n");
	for (size_t i = 0; i < s->boxes.n; i++) {
		if (!pp_svg_is_thin(s, &s->boxes.all[i]))
			frame(s, &s->boxes.all[i], s->paint[i]);
	}
	pp_out_text(s->out, "</g>\n");
}

void pp_svg_clips(struct pp_svg *s)
{
	pp_out_text(s->out, "<defs id=\"clips\">\n");
	for (unsigned edge = 0; edge <= (unsigned)s->width; edge++) {
		if (!(s->clips[edge / 64] >> edge % 64 & 1))
			continue;
		pp_out_fmt(s->out, "<clipPath id=\"k%u\"><rect width=\"%u\" height=\"", edge, edge);
		pp_svg_px(s->out, s->height);
		pp_out_text(s->out, "\"/></clipPath>\n");
	}
	pp_out_text(s->out, "</defs>\n");
}

/* How a box is to look, for its scheme. */
static struct pp_colour_facts facts_of(const struct pp_svg *s, const struct pp_box *b)
{
	/* the root is no function either */
	struct pp_colour_facts facts = {.significant = true,
					.run = b->func == PP_NONE || b->func == 0};

	if (s->total) {
		facts.share = fabs((double)b->total[1] / (double)s->total);
		facts.self_share = fabs((double)b->self[1] / (double)s->total);
	}
	if (s->diff) {
		struct pp_flame_delta r = pp_svg_delta(s, b);

		facts.significant = r.significant;
		if (s->deltas.largest > 0)
			facts.delta = fmax(-1, fmin(1, r.points / s->deltas.largest));
	}
	return facts;
}

static uint64_t packed(struct pp_colour c)
{
	return (uint64_t)c.r << 16 | (uint64_t)c.g << 8 | c.b;
}

static uint32_t colour_number(struct pp_svg *s, struct pp_svg_colour c)
{
	uint64_t key = packed(c.light) << 24 | packed(c.dark);
	uint32_t n = *pp_map_put(&s->colour_of, key, (uint32_t)s->ncolours);

	if (n == s->ncolours) {
		s->colours = pp_grow(s->colours, &s->colours_cap, s->ncolours + 1, sizeof(c));
		s->colours[s->ncolours++] = c;
	}
	return n;
}

static uint32_t colour_of(struct pp_svg *s, const struct pp_box *b)
{
	enum pp_colours scheme = s->v->look.colours;
	const struct pp_flame_func *f = &s->v->flame->funcs[b->func == PP_NONE ? 0 : b->func];
	struct pp_colour_facts facts = facts_of(s, b);
	struct pp_hue hue = pp_colours_hue(f);
	struct pp_svg_colour c = {
		pp_colours_fill(scheme, hue, f->kind, &facts, s->night),
		pp_colours_fill(scheme, hue, f->kind, &facts, true),
	};

	return colour_number(s, c);
}

void pp_svg_paint(struct pp_svg *s)
{
	s->paint = pp_xcalloc(s->boxes.n, sizeof(*s->paint));
	s->run = colour_of(s, &(struct pp_box){.func = PP_NONE});
	for (size_t i = 0; i < s->boxes.n; i++)
		s->paint[i] = colour_of(s, &s->boxes.all[i]);
}
