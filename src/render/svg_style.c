/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Styles. Everything is drawn with attributes first, which any viewer knows, for the light theme;
 * rules of CSS add what a browser can do: the dark theme, hovering, searching, paper.
 */
#include <config.h>

#include "render/svg.h"

#include <math.h>
#include <string.h>

#include "base/compiler.h"

#define INK_LIGHT  "#1f2328"
#define DIM_LIGHT  "#59636e"
#define BACK_LIGHT "#ffffff"
#define INK_DARK   "#e4e7eb"
#define DIM_DARK   "#9aa4b0"
#define READABLE   4.5 /* contrast of text to what is behind it, at least */

static const char common[] = ".title{font-weight:600}\n"
			     ".dim{fill:" DIM_LIGHT "}\n"
			     ".hide{display:none}\n"
			     "#frames text{pointer-events:none}\n"
			     "#frames g:hover rect{stroke:#000;stroke-width:1}\n"
			     ".hatch rect{fill:url(#hatch)}\n";

/* what only scripts bring about */
static const char scripted[] = "#frames g{cursor:pointer}\n"
			       "#frames g:focus{outline:none}\n"
			       "#frames g:focus-visible rect{stroke:#0b57d0;stroke-width:2}\n"
			       "#frames .parent rect{fill-opacity:.45}\n"
			       "#frames .parent text{fill:" INK_LIGHT "}\n"
			       "#frames.found g:not(.hit) rect,#thin.found "
			       "path:not(.hit){fill-opacity:.3}\n"
			       "#frames.found g:not(.hit) text{fill:" INK_LIGHT "}\n"
			       "#frames .hit rect,#thin .hit{fill:#b5179e;fill-opacity:1}\n"
			       "#frames .hit text{fill:#fff}\n"
			       ".button{cursor:pointer}\n"
			       ".button rect{fill:none;stroke:#c4cad1}\n"
			       ".button:hover rect,.button:focus-visible rect{stroke:#0b57d0}\n"
			       ".button:focus{outline:none}\n"
			       ".on rect{fill:#d3e3fd;stroke:#0b57d0}\n"
			       ".bar{fill:" BACK_LIGHT "}\n"
			       "#query{box-sizing:border-box;width:100%;height:100%;margin:0;"
			       "padding:0 6px;border:1px solid "
			       "#c4cad1;border-radius:3px;font:inherit;color:" INK_LIGHT
			       ";background:" BACK_LIGHT ";outline:none}\n"
			       "#query::placeholder{color:" DIM_LIGHT ";opacity:1}\n"
			       "#query:focus{border-color:#0b57d0}\n"
			       "#query.bad{border-color:#c5221f;color:#c5221f}\n";

static const char dark_page[] = "#background{fill:#15171c}\n"
				"#picture{fill:" INK_DARK ";background:#15171c}\n"
				".dim{fill:" DIM_DARK "}\n";

static const char dark[] = ".ink{stroke:#5b626c}\n"
			   "#frames g:hover rect{stroke:#fff}\n";

static const char dark_scripted[] =
	"#frames.found g:not(.hit) rect,#thin.found path:not(.hit){fill-opacity:.42}\n"
	"#frames .parent text,#frames.found g:not(.hit) text{fill:#e4e7eb}\n"
	"#frames g:focus-visible rect{stroke:#8ab4f8}\n"
	"#frames .at rect{stroke:#fff}\n"
	"#frames .hit rect,#thin .hit{fill:#f0a6f5}\n"
	"#frames .hit text{fill:#1b1b1f}\n"
	".button rect{stroke:#4a515b}\n"
	".button:hover rect,.button:focus-visible rect{stroke:#8ab4f8}\n"
	".on rect{fill:#1f3a63;stroke:#8ab4f8}\n"
	".bar{fill:#15171c}\n"
	"#query{border-color:#4a515b;color:#e4e7eb;background:#15171c}\n"
	"#query::placeholder{color:" DIM_DARK "}\n"
	"#query:focus{border-color:#8ab4f8}\n"
	"#query.bad{border-color:#f28b82;color:#f28b82}\n";

static const char paper[] = "@media print{\n"
			    "#background{fill:#fff}\n"
			    "#picture{fill:" INK_LIGHT ";background:#fff}\n"
			    ".dim{fill:" DIM_LIGHT "}\n"
			    ".button,#find,.bar{display:none}\n"
			    "}\n";

struct gradient {
	const char *name, *top, *bottom;
};

/* FlameGraph's names. */
static const struct gradient gradients[] = {
	{"yellow", "#eeeeee", "#eeeeb0"},
	{"blue", "#eeeeee", "#e0e0ff"},
	{"green", "#eef2ee", "#e0ffe0"},
	{"grey", "#f8f8f8", "#e8e8e8"},
};

static const struct gradient *gradient_of(const char *name)
{
	for (size_t i = 0; name && i < PP_ARRAY_LEN(gradients); i++) {
		if (strcmp(gradients[i].name, name) == 0)
			return &gradients[i];
	}
	return NULL;
}

static bool is_hex(const char *name)
{
	return name && name[0] == '#' && strlen(name) == 7 &&
	       strspn(name + 1, "0123456789abcdefABCDEF") == 6;
}

static double linear(unsigned part)
{
	double c = part / 255.0;

	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* Relative luminance of "#rrggbb", as WCAG 2 has it. */
static double luminance(const char *hex)
{
	unsigned part[3] = {0};

	for (size_t i = 0; i < 6; i++) {
		char c = hex[1 + i];
		unsigned digit = c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 32) - 'a' + 10);

		part[i / 2] = part[i / 2] * 16 + digit;
	}
	return 0.2126 * linear(part[0]) + 0.7152 * linear(part[1]) + 0.0722 * linear(part[2]);
}

static bool readable(const char *ink, const char *back)
{
	double a = luminance(ink) + 0.05, b = luminance(back) + 0.05;

	return (a > b ? a / b : b / a) >= READABLE;
}

/* The first of two that can be read, else what always can where the first does not go. */
static const char *ink_on(const char *back, const char *ink, const char *otherwise)
{
	return readable(ink, back) ? ink : otherwise;
}

void pp_svg_background(struct pp_svg *s)
{
	const char *name = s->v->look.bgcolors;
	const struct gradient *g = gradient_of(name);

	s->back = g ? g->bottom : is_hex(name) ? name : BACK_LIGHT;
	s->night = !readable("#000000", s->back);
	s->ink = s->night ? ink_on(s->back, INK_DARK, "#ffffff")
			  : ink_on(s->back, INK_LIGHT, "#000000");
	s->dim = ink_on(s->back, s->night ? DIM_DARK : DIM_LIGHT, s->ink);
}

static void fill(struct pp_svg *s, struct pp_colour c)
{
	pp_out_fmt(s->out, "{fill:#%02x%02x%02x}\n", c.r, c.g, c.b);
}

static bool same(struct pp_colour a, struct pp_colour b)
{
	return a.r == b.r && a.g == b.g && a.b == b.b;
}

/* The texts that are not as most are, which is as the first is; in the dark those too that are not
 * in the light. */
static void text_rules(struct pp_svg *s, bool in_dark)
{
	struct pp_svg_colour first = {
		pp_colours_text(s->colours[0].light),
		pp_colours_text(s->colours[0].dark),
	};

	pp_out_text(s->out, "#frames");
	fill(s, in_dark ? first.dark : first.light);
	for (size_t i = 0; i < s->ncolours; i++) {
		struct pp_colour light = pp_colours_text(s->colours[i].light);
		struct pp_colour text = in_dark ? pp_colours_text(s->colours[i].dark) : light;

		if (same(light, first.light) && same(text, in_dark ? first.dark : first.light))
			continue;
		pp_out_fmt(s->out, ".c%zu text", i);
		fill(s, text);
	}
}

static void dark_rules(struct pp_svg *s)
{
	pp_out_text(s->out, "@media screen and (prefers-color-scheme:dark){\n");
	pp_out_text(s->out, dark_page);
	pp_out_text(s->out, dark);
	text_rules(s, true);
	for (size_t i = 0; i < s->ncolours; i++) {
		pp_out_fmt(s->out, ".c%zu rect", i);
		if (!s->v->look.no_js)
			pp_out_fmt(s->out, ",path.c%zu", i);
		fill(s, s->colours[i].dark);
	}
	/* behind the rules of colours, which are as strong */
	pp_out_text(s->out, ".hatch rect{fill:url(#hatch)}\n");
	if (!s->v->look.no_js)
		pp_out_text(s->out, dark_scripted);
	pp_out_text(s->out, "}\n");
}

/* For a background of the reader's choice, which is the same in both themes. */
static void background_rules(struct pp_svg *s)
{
	bool scripts = !s->v->look.no_js;

	if (s->night)
		pp_out_text(s->out, dark);
	if (s->night && scripts)
		pp_out_text(s->out, dark_scripted);
	pp_out_fmt(s->out, "#picture{fill:%s;background:%s}\n.dim{fill:%s}\n", s->ink, s->back,
		   s->dim);
	if (scripts)
		pp_out_fmt(s->out,
			   ".bar{fill:%s}\n#frames .parent text,#frames.found g:not(.hit) "
			   "text{fill:%s}\n",
			   s->back, s->ink);
}

static void definitions(struct pp_svg *s)
{
	const struct gradient *g = gradient_of(s->v->look.bgcolors);
	struct pp_colour c = s->colours[s->run].light;

	pp_out_text(s->out, "<defs>\n");
	if (g)
		pp_out_fmt(
			s->out,
			"<linearGradient id=\"back\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"1\"><stop "
			"offset=\"5%%\" stop-color=\"%s\"/><stop offset=\"95%%\" stop-color=\"%s\""
			"/></linearGradient>\n",
			g->top, g->bottom);
	pp_out_fmt(s->out,
		   "<pattern id=\"hatch\" class=\"c%u\" width=\"4\" height=\"4\" patternUnits="
		   "\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><rect width=\"4\" "
		   "height=\"4\" fill=\"#%02x%02x%02x\"/><path class=\"ink\" d=\"M0 0V4\" "
		   "stroke=\"#a3aab3\" stroke-width=\"2\"/></pattern>\n",
		   s->run, c.r, c.g, c.b);
	pp_out_text(s->out, "</defs>\n");
}

void pp_svg_style(struct pp_svg *s)
{
	pp_out_text(s->out, "<style>\n");
	pp_out_text(s->out, common);
	text_rules(s, false);
	if (!s->v->look.no_js)
		pp_out_text(s->out, scripted);
	if (s->themed)
		dark_rules(s);
	else
		background_rules(s);
	pp_out_text(s->out, paper);
	pp_out_text(s->out, "</style>\n");
	definitions(s);
	pp_out_text(s->out, "<rect id=\"background\" width=\"100%\" height=\"100%\" fill=\"");
	pp_out_text(s->out, gradient_of(s->v->look.bgcolors) ? "url(#back)" : s->back);
	pp_out_text(s->out, "\"/>\n");
}
