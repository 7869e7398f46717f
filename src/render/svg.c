/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A flame graph as an SVG: a picture that any viewer can show, and for browsers the script and the
 * whole tree. Ids and the shape of frames are as in the SVGs of FlameGraph, which other programs
 * read: frames, details, search, unzoom, matched; <g><title/><rect/><text/></g>.
 */
#include <config.h>

#include "render/svg.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "render/svg_text.h"
#include "render/web.h"

#define DATA_MAX     (4u << 20) /* bytes of data that come along unasked */
#define WIDTH_LEAST  200.0
#define WIDTH_MOST   65536.0
#define FONT_FAMILY  "ui-monospace,'DejaVu Sans Mono',monospace"
#define SCRIPT_START "<script><![CDATA[\n"
#define SCRIPT_END   "]]></script>\n"

/* x, or the default for what is no number or not positive; in limits. */
static double within(double x, double preset, double least, double most)
{
	if (!(x > 0))
		x = preset;
	return fmin(fmax(x, least), most);
}

static const char *title_of(const struct pp_flame_look *l)
{
	if (l->title && *l->title)
		return l->title;
	return l->inverted ? "Icicle Graph" : "Flame Graph";
}

static bool has(const char *text)
{
	return text && *text;
}

static double title_line(const struct pp_svg *s)
{
	return ceil(2.2 * s->font);
}

static double text_line(const struct pp_svg *s)
{
	return ceil(1.5 * s->font);
}

static double inner(const struct pp_svg *s)
{
	return s->width - 2 * PP_SVG_PAD;
}

static void lay_out(struct pp_svg *s)
{
	const struct pp_flame_view *v = s->v;
	struct pp_boxes_view b = {
		.flame = v->flame,
		.measure = v->block.measure,
		.order = v->block.order,
		.extents = v->extents,
		.width = inner(s),
		.min = s->min,
	};

	if (v->look.reverse)
		pp_boxes_inverted(&s->boxes, &b, NULL, 0);
	else
		pp_boxes_tree(&s->boxes, &b, 0);
	for (size_t i = 0; i < s->boxes.n; i++) {
		if (s->boxes.all[i].depth >= s->rows)
			s->rows = s->boxes.all[i].depth + 1;
	}
}

static void init(struct pp_svg *s, const struct pp_flame_view *v, struct pp_out *out)
{
	const struct pp_flame_look *l = &v->look;
	const struct pp_flame_measure *m = &v->block.measure;
	const int64_t *total = pp_flame_total(v->flame, pp_flame_after(v->flame, m->type));

	*s = (struct pp_svg){.v = v, .out = out, .themed = !has(l->bgcolors)};
	pp_out_init_mem(&s->block);
	s->width = floor(within(l->width, 1200, WIDTH_LEAST, WIDTH_MOST));
	s->font = within(l->fontsize, 12, 4, 60);
	s->row = floor(within(l->height, ceil(s->font * 4 / 3), 4, 200));
	s->min = l->minwidth >= 0 ? l->minwidth : 0;
	if (l->minwidth_percent)
		s->min = s->min / 100 * inner(s);
	s->diff = v->flame->nsides > 1;
	if (s->diff)
		pp_flame_diff_init(&s->deltas, v->flame, v->view, m, v->block.by_self);
	s->total = !s->diff && v->header->total ? v->header->total : total[0];
	lay_out(s);
	s->top = PP_SVG_PAD + title_line(s) + text_line(s) * (has(l->subtitle) + has(l->notes)) +
		 ceil(s->font / 3);
	s->frames_height = s->rows * s->row;
	s->height = s->top + s->frames_height + ceil(2.2 * s->font);
	s->clips = pp_xcalloc((size_t)s->width / 64 + 1, sizeof(*s->clips));
	pp_svg_background(s);
	pp_svg_paint(s);
}

static void release(struct pp_svg *s)
{
	pp_buf_release(&s->scratch);
	pp_buf_release(&s->text);
	pp_buf_release(&s->block.buf);
	pp_boxes_release(&s->boxes);
	pp_map_release(&s->colour_of);
	free(s->paint);
	free(s->colours);
	free(s->clips);
}

static void text_attribute(struct pp_svg *s, const char *name, struct pp_str value)
{
	pp_out_fmt(s->out, " %s=\"", name);
	pp_svg_any(s->out, value);
	pp_out_char(s->out, '"');
}

static void px_attribute(struct pp_svg *s, const char *name, double px)
{
	pp_out_fmt(s->out, " %s=\"", name);
	pp_svg_px(s->out, px);
	pp_out_char(s->out, '"');
}

/* What the script has to know beyond the data. */
static void script_attributes(struct pp_svg *s)
{
	const struct pp_flame_look *l = &s->v->look;
	const struct pp_header *h = s->v->header;

	px_attribute(s, "data-width", s->width);
	px_attribute(s, "data-row", s->row);
	px_attribute(s, "data-font", s->font);
	px_attribute(s, "data-top", s->top);
	pp_out_fmt(s->out, " data-min=\"%.9g\" data-colors=\"%s\"", s->min,
		   pp_colours_names[l->colours]);
	pp_out_fmt(s->out, " data-view=\"%s\" data-icicle=\"%d\"",
		   l->reverse ? "inverted" : "flame", l->inverted);
	pp_out_fmt(s->out, " data-dark=\"%d\" data-night=\"%d\"", s->themed, s->night);
	if (!s->diff)
		pp_out_fmt(s->out, " data-total=\"%" PRId64 "\"", s->total);
	text_attribute(s, "data-countname", pp_str_of(has(l->countname) ? l->countname : ""));
	text_attribute(s, "data-nametype", pp_str_of(has(l->nametype) ? l->nametype : "Function:"));
	text_attribute(s, "data-unit", h->out_unit);
	if (h->ratio > 0 && h->ratio != 1)
		pp_out_fmt(s->out, " data-ratio=\"%.17g\"", h->ratio);
}

static void describe(struct pp_svg *s)
{
	const struct pp_flame_look *l = &s->v->look;
	const struct pp_header *h = s->v->header;
	size_t runs = 0;

	for (size_t i = 0; i < s->boxes.n; i++)
		runs += s->boxes.all[i].func == PP_NONE;
	pp_out_text(s->out, "<title id=\"name\">");
	pp_svg_any(s->out, pp_str_of(title_of(l)));
	pp_out_text(s->out, "</title>\n<desc id=\"about\">");
	if (has(l->subtitle)) {
		pp_svg_any(s->out, pp_str_of(l->subtitle));
		pp_out_text(s->out, ". ");
	}
	pp_out_text(s->out, s->diff ? "The difference of two profiles by " : "A profile by ");
	pp_svg_any(s->out, h->type);
	pp_out_text(s->out, ": ");
	pp_buf_clear(&s->text);
	pp_svg_quantity(s, s->total);
	pp_svg_text(s->out, pp_buf_view(&s->text));
	pp_out_fmt(s->out,
		   " in all. %zu frames, each as wide as its share, %s its %s; %zu boxes stand for "
		   "frames that are too narrow to be drawn.",
		   s->boxes.n - runs, l->inverted ? "below" : "above",
		   l->reverse ? "callee" : "caller", runs);
	if (has(l->notes)) {
		pp_out_text(s->out, " Notes: ");
		pp_svg_any(s->out, pp_str_of(l->notes));
	}
	pp_out_text(s->out, "</desc>\n");
}

static void start(struct pp_svg *s)
{
	const struct pp_flame_look *l = &s->v->look;

	pp_out_text(s->out,
		    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n"
		    "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" id=\"picture\" "
		    "width=\"100%\"");
	px_attribute(s, "height", s->height);
	pp_out_text(s->out, " viewBox=\"0 0 ");
	pp_svg_px(s->out, s->width);
	pp_out_char(s->out, ' ');
	pp_svg_px(s->out, s->height);
	pp_out_fmt(s->out,
		   "\" preserveAspectRatio=\"xMidYMin meet\" role=\"%s\" aria-labelledby="
		   "\"name\" aria-describedby=\"about\"",
		   l->no_js ? "img" : "group");
	text_attribute(s, "font-family",
		       has(l->fonttype) ? pp_str_of(l->fonttype) : PP_STR_LIT(FONT_FAMILY));
	px_attribute(s, "font-size", s->font);
	pp_out_fmt(s->out, " fill=\"%s\"", s->ink);
	if (!l->no_js)
		script_attributes(s);
	pp_out_text(s->out, ">\n");
	describe(s);
	pp_svg_style(s);
}

/* A line of text, cut where the picture ends. */
static void line(struct pp_svg *s, const char *attributes, double y, double font,
		 struct pp_str text)
{
	double cells = floor((inner(s) - 2) / (0.6 * font));

	pp_buf_clear(&s->text);
	pp_buf_clear(&s->scratch);
	pp_svg_clean(text, &s->text);
	pp_svg_cut(pp_buf_view(&s->text), cells > 2 ? (size_t)cells : 2, &s->scratch);
	pp_out_fmt(s->out, "<text %s x=\"%d\"", attributes, PP_SVG_PAD);
	px_attribute(s, "y", y);
	if (font != s->font)
		px_attribute(s, "font-size", font);
	pp_out_char(s->out, '>');
	pp_svg_text(s->out, pp_buf_view(&s->scratch));
	pp_out_text(s->out, "</text>\n");
}

/* Above the frames: the title, and what the script makes buttons of. */
static void header(struct pp_svg *s)
{
	const struct pp_flame_look *l = &s->v->look;
	double y = PP_SVG_PAD + title_line(s), step = text_line(s);
	double baseline = PP_SVG_PAD + ceil(1.4 * s->font);

	pp_out_text(s->out, "<g id=\"header\">\n");
	line(s, "id=\"title\" class=\"title\"", baseline, ceil(1.35 * s->font),
	     pp_str_of(title_of(l)));
	if (has(l->subtitle)) {
		line(s, "id=\"subtitle\" class=\"dim\"", y + s->font, s->font,
		     pp_str_of(l->subtitle));
		y += step;
	}
	if (has(l->notes))
		line(s, "id=\"notes\" class=\"dim\"", y + s->font, s->font, pp_str_of(l->notes));
	if (!l->no_js) {
		pp_out_text(s->out, "<text id=\"unzoom\" class=\"hide\">Reset Zoom</text>\n"
				    "<text id=\"ignorecase\" class=\"hide\">aA</text>\n"
				    "<text id=\"search\" class=\"hide\">Search</text>\n");
	}
	pp_out_text(s->out, "</g>\n");
}

/* Below: what is said of a frame, here of all of them. */
static void footer(struct pp_svg *s)
{
	const struct pp_flame_look *l = &s->v->look;
	double y = s->top + s->frames_height + ceil(1.4 * s->font);
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;

	pp_out_text(s->out, "<g id=\"footer\">\n");
	pp_buf_clear(&s->text);
	pp_svg_box_title(s, &s->boxes.all[0]);
	pp_buf_fmt(&text, "%s ", has(l->nametype) ? l->nametype : "Function:");
	pp_buf_add(&text, s->text.p, s->text.n);
	line(s, "id=\"details\"", y, s->font, pp_buf_view(&text));
	if (!l->no_js) {
		pp_out_fmt(s->out, "<text id=\"matched\" class=\"hide\" text-anchor=\"end\" x=\"");
		pp_svg_px(s->out, s->width - PP_SVG_PAD);
		pp_out_char(s->out, '"');
		px_attribute(s, "y", y);
		pp_out_text(s->out, ">Matched: 0%</text>\n");
	}
	pp_out_text(s->out, "</g>\n");
}

/* The tree; unless it is asked for, only where it is small. */
static int load_data(struct pp_svg *s, struct pp_err *err)
{
	const struct pp_flame_view *v = s->v;

	if (v->look.data == PP_FLAME_DATA_NONE || v->look.no_js)
		return 0;
	if (pp_flame_block_write(v->flame, v->view, &v->block, &s->block, err))
		return -1;
	s->merge = v->look.data == PP_FLAME_DATA_FULL || s->block.buf.n <= DATA_MAX;
	return 0;
}

static void data(struct pp_svg *s)
{
	if (!s->merge)
		return;
	pp_out_text(s->out, "<metadata><script type=\"application/octet-stream\" "
			    "id=\"pyroprof-data\">");
	pp_out_bytes(s->out, s->block.buf.p, s->block.buf.n);
	pp_out_text(s->out, "</script></metadata>\n");
}

int pp_flame_svg(const struct pp_flame_view *v, struct pp_out *out, struct pp_err *err)
{
	PP_CLEANUP(release) struct pp_svg s;

	init(&s, v, out);
	if (load_data(&s, err))
		return -1;
	start(&s);
	header(&s);
	pp_svg_thin(&s);
	pp_svg_frames(&s);
	pp_svg_clips(&s);
	footer(&s);
	data(&s);
	if (!v->look.no_js) {
		pp_out_text(out, SCRIPT_START);
		pp_out_bytes(out, pp_web_svg_script, pp_web_svg_script_size);
		pp_out_text(out, SCRIPT_END);
	}
	pp_out_text(out, "</svg>\n");
	return 0;
}
