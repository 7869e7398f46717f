/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "render/chart.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/compiler.h"
#include "render/svg_text.h"
#include "render/trend.h"

#define WIDTH	   960
#define LEFT	   64
#define RIGHT	   40
#define TOP	   72
#define PLOT	   300 /* height */
#define AXIS	   44  /* below it */
#define BOTTOM	   12
#define ROW	   20 /* of the legend */
#define NAME_CELLS 90
#define DOTS_MAX   2000 /* steps of all lines, up to which each has a dot that tells its value */
#define Y_TICKS	   6
#define X_TICKS	   8

struct palette {
	const char *light, *dark;
};

static const struct palette colours[] = {
	{"#0b57d0", "#8ab4f8"}, {"#c5221f", "#f28b82"}, {"#188038", "#81c995"},
	{"#b06000", "#fcad70"}, {"#8430ce", "#c58af9"}, {"#007b83", "#78d9ec"},
	{"#b80672", "#ff8bcb"}, {"#5f6368", "#bdc1c6"},
};

/* Lines beyond the colours are dashed. */
static const char *const dashes[] = {"", " stroke-dasharray=\"7 4\"", " stroke-dasharray=\"2 3\""};

struct drawing {
	const struct pp_chart *c;
	struct pp_out *out;
	double low, high, tick; /* of the axis */
	uint32_t nlines;	/* drawn */
	int height;
};

static double x_of(const struct drawing *d, double step)
{
	return LEFT + (WIDTH - LEFT - RIGHT) * step / d->c->nsteps;
}

static double y_of(const struct drawing *d, double value)
{
	return TOP + PLOT * (d->high - value) / (d->high - d->low);
}

/* 1, 2 or 5 times a power of ten, so that there are few. */
static void choose_axis(struct drawing *d)
{
	double low = d->c->low, high = d->c->high > low ? d->c->high : low + 0.01;
	double tick = pow(10, floor(log10((high - low) / Y_TICKS)));

	if ((high - low) / (tick * 2) <= Y_TICKS)
		tick *= 2;
	else if ((high - low) / (tick * 5) <= Y_TICKS)
		tick *= 5;
	else
		tick *= 10;
	d->tick = tick;
	d->low = floor(low / tick) * tick;
	d->high = ceil(high / tick - 1e-9) * tick;
}

static void write_styles(struct drawing *d)
{
	pp_out_text(d->out, "<style>\n"
			    "text{font-family:system-ui,sans-serif;font-size:12px}\n"
			    ".title{font-size:16px;font-weight:600}\n"
			    ".dot:hover{opacity:1}\n"
			    "@media screen and (prefers-color-scheme:dark){\n"
			    "#background{fill:#15171c}\n"
			    ".ink{fill:#e4e7eb}\n"
			    ".dim{fill:#9aa4b0}\n"
			    ".grid{stroke:#333941}\n");
	for (uint32_t i = 0; i < d->nlines && i < PP_ARRAY_LEN(colours); i++)
		pp_out_fmt(d->out, ".s%u{stroke:%s}\n.f%u{fill:%s}\n", i, colours[i].dark, i,
			   colours[i].dark);
	pp_out_text(d->out, "}\n</style>\n");
}

static void write_text(struct drawing *d, double x, double y, const char *class, const char *fill,
		       const char *anchor, struct pp_str text)
{
	pp_out_text(d->out, "<text x=\"");
	pp_svg_px(d->out, x);
	pp_out_text(d->out, "\" y=\"");
	pp_svg_px(d->out, y);
	pp_out_fmt(d->out, "\" class=\"%s\" fill=\"%s\" text-anchor=\"%s\">", class, fill, anchor);
	pp_svg_any(d->out, text);
	pp_out_text(d->out, "</text>\n");
}

static void write_rule(struct drawing *d, double x1, double y1, double x2, double y2)
{
	pp_out_text(d->out, "<path class=\"grid\" stroke=\"#d8dee4\" fill=\"none\" d=\"M");
	pp_svg_px(d->out, x1);
	pp_out_char(d->out, ' ');
	pp_svg_px(d->out, y1);
	pp_out_char(d->out, 'L');
	pp_svg_px(d->out, x2);
	pp_out_char(d->out, ' ');
	pp_svg_px(d->out, y2);
	pp_out_text(d->out, "\"/>\n");
}

static void write_y_axis(struct drawing *d)
{
	int n = (int)lround((d->high - d->low) / d->tick);
	int decimals = d->tick < 0.0099 ? (int)ceil(-log10(d->tick * 100) - 1e-9) : 0;
	char label[64];

	for (int i = 0; i <= n; i++) {
		double value = d->low + i * d->tick;

		if (fabs(value) < d->tick / 2)
			value = 0; /* and not -0 */
		snprintf(label, sizeof(label), "%.*f %%", decimals, value * 100);
		write_rule(d, LEFT, y_of(d, value), WIDTH - RIGHT, y_of(d, value));
		write_text(d, LEFT - 8, y_of(d, value) + 4, "dim", "#59636e", "end",
			   pp_str_of(label));
	}
}

/* Seconds between ticks, a round number of steps' units. */
static int64_t choose_x_tick(const struct pp_chart *c)
{
	static const int32_t seconds[] = {
		1,    2,    5,	  10,	 15,	30,    60,    120,    300,    600,     900,
		1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 1209600, 2419200};
	int64_t span = (int64_t)c->nsteps * (c->step / PP_NSEC_PER_SEC), tick = 1;

	for (size_t i = 0; i < PP_ARRAY_LEN(seconds); i++) {
		tick = seconds[i];
		if (span / tick <= X_TICKS)
			return tick;
	}
	while (span / tick > X_TICKS)
		tick *= 2;
	return tick;
}

/* A time below its tick, and in front of the first one of a day the day. */
static void write_x_label(struct drawing *d, double x, int64_t seconds, int64_t tick, bool with_day)
{
	time_t at = (time_t)seconds;
	char text[32];
	struct tm tm;

	if (!gmtime_r(&at, &tm))
		return;
	if (tick % 86400) {
		snprintf(text, sizeof(text), "%02d:%02d", tm.tm_hour, tm.tm_min);
		if (tick % 60)
			strftime(text, sizeof(text), "%H:%M:%S", &tm);
		write_text(d, x, TOP + PLOT + 18, "dim", "#59636e", "middle", pp_str_of(text));
	}
	if (!with_day && tick % 86400)
		return;
	strftime(text, sizeof(text), "%Y-%m-%d", &tm);
	write_text(d, x, TOP + PLOT + (tick % 86400 ? 34 : 18), "dim", "#59636e", "middle",
		   pp_str_of(text));
}

static void write_x_axis(struct drawing *d)
{
	const struct pp_chart *c = d->c;
	int64_t step = c->step / PP_NSEC_PER_SEC, tick = choose_x_tick(c);
	int64_t first = pp_trend_floor(c->first, PP_NSEC_PER_SEC) / PP_NSEC_PER_SEC;
	int64_t last_day = INT64_MIN;

	for (int64_t at = pp_trend_floor(first + tick - 1, tick);
	     at <= first + step * (int64_t)c->nsteps; at += tick) {
		double x = x_of(d, (double)(at - first) / (double)step);
		int64_t day = pp_trend_floor(at, 86400);

		write_rule(d, x, TOP + PLOT, x, TOP + PLOT + 5);
		write_x_label(d, x, at, tick, day != last_day);
		last_day = day;
	}
}

static bool known(const struct pp_chart_line *l, uint32_t n, uint32_t i)
{
	return i < n && !isnan(l->values[i]);
}

static void write_dot(struct drawing *d, uint32_t i, uint32_t k, const char *class, int radius)
{
	size_t colour = i % PP_ARRAY_LEN(colours);

	pp_out_fmt(d->out, "<circle class=\"f%zu%s fill=\"%s\" r=\"%d\" cx=\"", colour, class,
		   colours[colour].light, radius);
	pp_svg_px(d->out, x_of(d, k + 0.5));
	pp_out_text(d->out, "\" cy=\"");
	pp_svg_px(d->out, y_of(d, d->c->lines[i].values[k]));
}

/* Steps that stand alone are no line. */
static void write_lone_steps(struct drawing *d, uint32_t i)
{
	const struct pp_chart_line *l = &d->c->lines[i];
	uint32_t n = d->c->nsteps;

	for (uint32_t k = 0; k < n; k++) {
		if (!known(l, n, k) || known(l, n, k + 1) || (k && known(l, n, k - 1)))
			continue;
		write_dot(d, i, k, "\"", 3);
		pp_out_text(d->out, "\"/>\n");
	}
}

/* A line for each run of steps that are known. */
static void write_line(struct drawing *d, uint32_t i)
{
	const struct pp_chart_line *l = &d->c->lines[i];
	uint32_t n = d->c->nsteps;
	size_t colour = i % PP_ARRAY_LEN(colours);

	pp_out_fmt(d->out,
		   "<path class=\"s%zu\" stroke=\"%s\" fill=\"none\" stroke-width=\"2\" "
		   "stroke-linejoin=\"round\" stroke-linecap=\"round\"%s d=\"",
		   colour, colours[colour].light,
		   dashes[i / PP_ARRAY_LEN(colours) % PP_ARRAY_LEN(dashes)]);
	for (uint32_t k = 0; k < n; k++) {
		bool goes_on = k && known(l, n, k - 1);

		if (!known(l, n, k))
			continue;
		pp_out_char(d->out, goes_on ? 'L' : 'M');
		pp_svg_px(d->out, x_of(d, k + 0.5));
		pp_out_char(d->out, ' ');
		pp_svg_px(d->out, y_of(d, l->values[k]));
	}
	pp_out_text(d->out, "\"/>\n");
}

/* What to point at to read a value. */
static void write_dots(struct drawing *d, uint32_t i)
{
	const struct pp_chart_line *l = &d->c->lines[i];
	PP_CLEANUP(pp_buf_release) struct pp_buf name = PP_BUF_INIT;
	char when[PP_TREND_TIME_MAX];

	pp_svg_cut(l->name, NAME_CELLS, &name);
	for (uint32_t k = 0; k < d->c->nsteps; k++) {
		if (isnan(l->values[k]))
			continue;
		write_dot(d, i, k, " dot\" opacity=\"0\"", 5);
		pp_out_text(d->out, "\"><title>");
		if (name.n) {
			pp_svg_any(d->out, pp_buf_view(&name));
			pp_out_text(d->out, ", ");
		}
		pp_trend_short_time(when, d->c->first + (int64_t)k * d->c->step, d->c->step);
		pp_out_fmt(d->out, "%s: %.2f %%</title></circle>\n", when, l->values[k] * 100);
	}
}

static int legend_top(void)
{
	return TOP + PLOT + AXIS + ROW;
}

static void write_legend(struct drawing *d)
{
	char text[64];

	for (uint32_t i = 0; i < d->nlines; i++) {
		const struct pp_chart_line *l = &d->c->lines[i];
		PP_CLEANUP(pp_buf_release) struct pp_buf label = PP_BUF_INIT;
		size_t colour = i % PP_ARRAY_LEN(colours);
		int y = legend_top() + (int)i * ROW;

		if (l->name.n == 0)
			continue;
		pp_out_fmt(d->out,
			   "<path class=\"s%zu\" stroke=\"%s\" stroke-width=\"3\"%s d=\"M%d "
			   "%dh24\"/>\n",
			   colour, colours[colour].light,
			   dashes[i / PP_ARRAY_LEN(colours) % PP_ARRAY_LEN(dashes)], LEFT, y - 4);
		pp_svg_cut(l->name, NAME_CELLS, &label);
		if (!isnan(l->mean)) {
			snprintf(text, sizeof(text), " (%.2f %%)", l->mean * 100);
			pp_buf_str(&label, text);
		}
		write_text(d, LEFT + 34, y, "ink", "#1f2328", "start", pp_buf_view(&label));
	}
	if (d->nlines == d->c->nlines)
		return;
	snprintf(text, sizeof(text), "and %u more that are not drawn", d->c->nlines - d->nlines);
	write_text(d, LEFT + 34, legend_top() + (int)d->nlines * ROW, "dim", "#59636e", "start",
		   pp_str_of(text));
}

static void write_head(struct drawing *d)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf title = PP_BUF_INIT;

	pp_out_fmt(d->out,
		   "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		   "viewBox=\"0 0 %d %d\" role=\"img\">\n<title>",
		   WIDTH, d->height, WIDTH, d->height);
	pp_svg_any(d->out, d->c->title);
	pp_out_text(d->out, "</title>\n");
	write_styles(d);
	pp_out_text(d->out, "<rect id=\"background\" width=\"100%\" height=\"100%\" "
			    "fill=\"#ffffff\"/>\n");
	pp_svg_cut(d->c->title, NAME_CELLS, &title);
	write_text(d, LEFT, 28, "title ink", "#1f2328", "start", pp_buf_view(&title));
	write_text(d, LEFT, 48, "dim", "#59636e", "start", d->c->subtitle);
}

void pp_chart_svg(const struct pp_chart *c, struct pp_out *out)
{
	struct drawing d = {.c = c, .out = out};
	bool named = c->nlines && c->lines[0].name.n;

	d.nlines = c->nlines < PP_CHART_LINES ? c->nlines : PP_CHART_LINES;
	d.height = TOP + PLOT + AXIS + BOTTOM +
		   (named ? ROW * (int)(d.nlines + (d.nlines < c->nlines)) : 0);
	choose_axis(&d);
	write_head(&d);
	write_y_axis(&d);
	write_x_axis(&d);
	for (uint32_t i = 0; i < d.nlines; i++) {
		write_line(&d, i);
		write_lone_steps(&d, i);
	}
	for (uint32_t i = 0; i < d.nlines && (uint64_t)d.nlines * c->nsteps <= DOTS_MAX; i++)
		write_dots(&d, i);
	write_legend(&d);
	pp_out_text(out, "</svg>\n");
}

void pp_chart_html(const struct pp_chart *c, struct pp_out *out)
{
	pp_out_text(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
			 "<meta name=\"viewport\" content=\"width=device-width\">\n"
			 "<title>");
	pp_svg_any(out, c->title);
	pp_out_text(out, "</title>\n<style>\n:root{color-scheme:light dark}\n"
			 "body{margin:0}\nsvg{display:block;max-width:100%;height:auto}\n"
			 "@media screen and (prefers-color-scheme:dark){body{background:#15171c}}\n"
			 "</style>\n</head>\n<body>\n");
	pp_chart_svg(c, out);
	pp_out_text(out, "</body>\n</html>\n");
}
