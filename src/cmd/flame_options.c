/* SPDX-License-Identifier: Apache-2.0 */
/* FlameGraph's names where it has them. */
#include <config.h>

#include "cmd/flame_options.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/num.h"
#include "io/atomic.h"
#include "io/run.h"

#define VIEWER "xdg-open"

const char *const pp_flame_formats[] = {"svg",	"html",	 "speedscope", "folded",
					"json", "boxes", NULL};

static const char *const deltas[] = {"total", "self", NULL};
/* what completion offers */
static const char *const views[] = {"tree", "inverted", "callers:", "callees:", NULL};
static const char *const backgrounds[] = {"yellow", "blue", "green", "grey", NULL};
static const char *const data_choices[] = {"auto", "full", "none", NULL};

void pp_flame_options_init(struct pp_flame_command *c)
{
	*c = (struct pp_flame_command){
		.look = {.width = 1200, .fontsize = 12},
		.minwidth = "0.5",
		.colours = -1,
		.order = -1,
		.max_size = 16u << 20,
	};
	pp_report_options_init(&c->report);
	c->report.format = PP_FLAME_BY_FILE;
}

void pp_flame_options_release(struct pp_flame_command *c)
{
	free(c->viewer);
	pp_report_options_release(&c->report);
}

static void add_kind(struct pp_opt *table, struct pp_flame_command *c)
{
	const struct pp_opt opts[] = {
		{PP_OPT_FLAG, 0, "inverted", NULL, "icicle graph: the root is at the top",
		 &c->look.inverted, .group = "What to draw"},
		{PP_OPT_FLAG, 0, "reverse", NULL, "begin with what is called, not with who calls",
		 &c->look.reverse},
		{PP_OPT_FLAG, 0, "flamechart", NULL,
		 "in order of time, and only neighbours are merged", &c->flamechart},
		{PP_OPT_ENUM, 0, "order", "HOW",
		 "of siblings (default weight; name in a comparison)", &c->order,
		 .choices = pp_flame_orders},
		{PP_OPT_ENUM, 0, "colors", "SCHEME",
		 "what colours tell (default pkg; diff in a comparison)", &c->colours,
		 .choices = pp_colours_names},
		{PP_OPT_TEXT, 0, "minwidth", "WIDTH",
		 "leave out frames that are narrower, px or % (default 0.5)", &c->minwidth},
		{PP_OPT_TEXT, 0, "boxes", "VIEW",
		 "for boxes: tree, inverted, callers:FUNC or callees:FUNC (default tree)",
		 &c->boxes, .choices = views},
		PP_OPT_END,
	};

	pp_opt_append(table, PP_FLAME_OPTIONS_MAX, opts);
}

static void add_diff(struct pp_opt *table, struct pp_flame_command *c)
{
	const struct pp_opt opts[] = {
		{PP_OPT_ENUM, 0, "diff-width", "SIDE", "what widths show (default after)",
		 &c->width, .choices = pp_flame_widths, .group = "Comparing (--diff-base)"},
		{PP_OPT_ENUM, 0, "diff-delta", "WHAT",
		 "what colours show the change of (default total)", &c->delta, .choices = deltas},
		{PP_OPT_SET, 0, "no-normalize", NULL, "compare values as they are",
		 &c->report.load.normalize},
		{PP_OPT_FLAG, 0, "negate", NULL, "swap the sides", &c->negate},
		PP_OPT_END,
	};

	pp_opt_append(table, PP_FLAME_OPTIONS_MAX, opts);
}

static void add_look(struct pp_opt *table, struct pp_flame_command *c)
{
	const struct pp_opt opts[] = {
		{PP_OPT_TEXT, 0, "title", "TEXT", "title (default: the program's name)",
		 &c->look.title, .group = "How it looks"},
		{PP_OPT_TEXT, 0, "subtitle", "TEXT", "a second line below the title",
		 &c->look.subtitle},
		{PP_OPT_TEXT, 0, "notes", "TEXT", "a remark, kept in the file", &c->look.notes},
		{PP_OPT_REAL, 0, "width", "PX", "width of an SVG (default 1200)", &c->look.width},
		{PP_OPT_REAL, 0, "height", "PX", "height of a frame (default: by the font)",
		 &c->look.height},
		{PP_OPT_REAL, 0, "fontsize", "PX", "size of the font (default 12)",
		 &c->look.fontsize},
		{PP_OPT_TEXT, 0, "fonttype", "FONT", "font (default: monospaced)",
		 &c->look.fonttype},
		{PP_OPT_TEXT, 0, "countname", "TEXT",
		 "what is counted (default: the type of the values)", &c->look.countname},
		{PP_OPT_TEXT, 0, "nametype", "TEXT", "what names are of (default: Function:)",
		 &c->look.nametype},
		{PP_OPT_TEXT, 0, "bgcolors", "COLOR",
		 "background: yellow, blue, green, grey or #rrggbb (default: by theme)",
		 &c->look.bgcolors, .choices = backgrounds},
		{PP_OPT_FLAG, 0, "hash", NULL, "nothing: colours always follow names", &c->hash},
		{PP_OPT_FLAG, 0, "cp", NULL, "nothing: colours are always the same", &c->cp},
		PP_OPT_END,
	};

	pp_opt_append(table, PP_FLAME_OPTIONS_MAX, opts);
}

static void add_contents(struct pp_opt *table, struct pp_flame_command *c, struct pp_cli *cli)
{
	const struct pp_opt opts[] = {
		{PP_OPT_ENUM, 0, "data", "HOW",
		 "embed all data: unless an SVG had over 4MB of it, in any case, or never",
		 &c->data, .choices = data_choices, .group = "What the file holds"},
		{PP_OPT_SIZE, 0, "max-size", "SIZE",
		 "merge small frames until SVG or HTML is no larger than this (default 16M)",
		 &c->max_size},
		{PP_OPT_FLAG, 0, "no-js", NULL, "SVG without scripts", &c->look.no_js},
		{PP_OPT_FLAG, 0, "no-labels", NULL, "leave out the samples' labels", &c->no_labels},
		{PP_OPT_FLAG, 0, "no-times", NULL, "leave out when samples were taken",
		 &c->no_times},
		{PP_OPT_FLAG, 0, "with-source", NULL, "embed the source files that can be found",
		 &c->with_source},
		{PP_OPT_TEXT, 0, "source-path", "DIR:...",
		 "where to look for source, in parents too (default: the current directory)",
		 &c->paths.search},
		{PP_OPT_TEXT, 0, "trim-path", "PREFIX:...",
		 "cut these prefixes from the names of source files", &c->paths.trim},
		{PP_OPT_FLAG, 0, "open", NULL, "show the file with xdg-open", &c->open},
		{PP_OPT_FLAG, 'q', "quiet", NULL, "no notes", &cli->quiet},
		PP_OPT_END,
	};

	pp_opt_append(table, PP_FLAME_OPTIONS_MAX, opts);
}

void pp_flame_options_table(struct pp_opt table[PP_FLAME_OPTIONS_MAX], struct pp_flame_command *c,
			    struct pp_cli *cli)
{
	table[0] = (struct pp_opt)PP_OPT_END;
	add_kind(table, c);
	add_diff(table, c);
	add_look(table, c);
	add_contents(table, c, cli);
}

static bool ends_with(const char *name, const char *suffix)
{
	size_t n = strlen(name), m = strlen(suffix);

	return n > m && strcasecmp(name + n - m, suffix) == 0;
}

/* The format that the name of the output asks for; BY_FILE if there is no telling. */
static enum pp_flame_format format_of_name(const char *path)
{
	static const struct {
		const char *suffix;
		enum pp_flame_format format;
	} names[] = {
		{".svg", PP_FLAME_SVG},	  {".html", PP_FLAME_HTML},
		{".htm", PP_FLAME_HTML},  {".speedscope.json", PP_FLAME_SPEEDSCOPE},
		{".json", PP_FLAME_JSON}, {".folded", PP_FLAME_FOLDED},
	};

	if (!path || strcmp(path, "-") == 0)
		return PP_FLAME_HTML;
	for (size_t i = 0; i < PP_ARRAY_LEN(names); i++) {
		if (ends_with(path, names[i].suffix))
			return names[i].format;
	}
	return PP_FLAME_BY_FILE;
}

/* Pictures go to a file unless they are sent elsewhere, what is for other programs does not. */
static int settle_output(struct pp_flame_command *c, struct pp_err *err)
{
	struct pp_report_options *o = &c->report;

	if (o->format == PP_FLAME_BY_FILE)
		o->format = (int)format_of_name(o->output);
	if (o->format == PP_FLAME_BY_FILE) {
		pp_err_set(err, PP_ERR_USAGE, "cannot tell the format of '%s' from its name",
			   o->output);
		return pp_err_hint(err, "name it .svg or .html, or say --format");
	}
	c->is_default_output = !o->output;
	if (!o->output && o->format == PP_FLAME_HTML)
		o->output = "flame.html";
	else if (!o->output && o->format == PP_FLAME_SVG)
		o->output = "flame.svg";
	else if (!o->output)
		o->output = "-";
	return strcmp(o->output, "-") ? pp_atomic_check(o->output, false, err) : 0;
}

static int check_range(const char *option, double value, double min, double max, struct pp_err *err)
{
	if (value >= min && value <= max)
		return 0;
	return pp_err_set(err, PP_ERR_USAGE, "option '--%s': %.10g is not between %.10g and %.10g",
			  option, value, min, max);
}

static int settle_minwidth(struct pp_flame_command *c, struct pp_err *err)
{
	size_t n = strlen(c->minwidth);
	PP_CLEANUP(pp_freep) char *number = pp_xstrdup(c->minwidth);

	c->look.minwidth_percent = n > 1 && number[n - 1] == '%';
	if (c->look.minwidth_percent)
		number[n - 1] = '\0';
	if (pp_parse_fraction(number, &c->look.minwidth, err))
		return pp_err_wrap(err, "option '--minwidth'");
	return check_range("minwidth", c->look.minwidth, 0, c->look.minwidth_percent ? 100 : 10000,
			   err);
}

static bool is_colour(const char *text)
{
	static const char *const names[] = {"yellow", "blue", "green", "grey", "gray"};

	for (size_t i = 0; i < PP_ARRAY_LEN(names); i++) {
		if (strcmp(text, names[i]) == 0)
			return true;
	}
	return text[0] == '#' && strlen(text) == 7 &&
	       strspn(text + 1, "0123456789abcdefABCDEF") == 6;
}

static int check_look(struct pp_flame_command *c, struct pp_err *err)
{
	const struct pp_flame_look *look = &c->look;

	if (check_range("width", look->width, 100, 100000, err) ||
	    check_range("fontsize", look->fontsize, 1, 100, err) ||
	    (look->height != 0 && check_range("height", look->height, 1, 1000, err)))
		return -1;
	if (look->bgcolors && !is_colour(look->bgcolors))
		return pp_err_set(err, PP_ERR_USAGE,
				  "option '--bgcolors': '%s' is not yellow, blue, green, grey or "
				  "#rrggbb",
				  look->bgcolors);
	return settle_minwidth(c, err);
}

/* Sums of means are no means, and widths are sums. */
static int refuse_mean(const struct pp_report_options *o, struct pp_err *err)
{
	if (!o->mean)
		return 0;
	pp_err_set(
		err, PP_ERR_USAGE,
		"a flame graph cannot show means: a frame is as wide as those above it together");
	return pp_err_hint(err, "'pyroprof tree --mean' and 'pyroprof top --mean' can");
}

static int check_page(const struct pp_flame_command *c, struct pp_err *err)
{
	if (c->data == PP_FLAME_DATA_NONE)
		pp_err_set(err, PP_ERR_USAGE,
			   "a page shows nothing without its data: --data=none is for SVG");
	else if (c->look.no_js)
		pp_err_set(err, PP_ERR_USAGE,
			   "a page shows nothing without its scripts: --no-js is for SVG");
	else
		return 0;
	return pp_err_hint(err, "make an SVG: -o FILE.svg or --format=svg");
}

static int check_combinations(const struct pp_flame_command *c, struct pp_err *err)
{
	bool is_diff = c->report.load.diff_base.n != 0;
	/* it says nothing new of a base that is subtracted */
	bool not_normalized = c->report.load.normalize == 0 && !c->report.load.base.n;
	int format = c->report.format;

	if (c->flamechart && is_diff)
		return pp_err_set(err, PP_ERR_USAGE,
				  "--flamechart and --diff-base exclude each "
				  "other: two runs have no time in common");
	if (c->flamechart && c->order >= 0 && c->order != PP_FLAME_BY_INPUT)
		return pp_err_set(err, PP_ERR_USAGE,
				  "--flamechart is in order of time, not by --order=%s",
				  pp_flame_orders[c->order]);
	if (!is_diff && (c->width || c->delta || c->negate || not_normalized))
		return pp_err_set(err, PP_ERR_USAGE, "%s needs --diff-base",
				  c->width    ? "--diff-width"
				  : c->delta  ? "--diff-delta"
				  : c->negate ? "--negate"
					      : "--no-normalize");
	if (!is_diff && c->colours >= PP_COLOURS_DIFF)
		return pp_err_set(err, PP_ERR_USAGE, "--colors=%s needs --diff-base",
				  pp_colours_names[c->colours]);
	if (c->look.no_js && c->data == PP_FLAME_DATA_FULL)
		return pp_err_set(err, PP_ERR_USAGE,
				  "--no-js and --data=full exclude each other: without scripts, "
				  "an SVG holds what is drawn");
	if (c->boxes && format != PP_FLAME_BOXES)
		return pp_err_set(err, PP_ERR_USAGE, "--boxes needs --format=boxes");
	return format == PP_FLAME_HTML ? check_page(c, err) : 0;
}

static int find_viewer(struct pp_flame_command *c, struct pp_err *err)
{
	if (!c->open)
		return 0;
	if (strcmp(c->report.output, "-") == 0)
		return pp_err_set(err, PP_ERR_USAGE, "--open needs a file: name one with -o");
	c->viewer = pp_run_find(VIEWER, getenv("PATH"));
	if (c->viewer)
		return 0;
	pp_err_set(err, PP_ERR_NOT_FOUND, "cannot open a viewer: '%s' is not installed", VIEWER);
	return pp_err_hint(err, "sudo apt install xdg-utils, or open %s without --open",
			   c->report.output);
}

static void settle_defaults(struct pp_flame_command *c)
{
	bool is_diff = c->report.load.diff_base.n != 0;

	if (c->order < 0)
		c->order = c->flamechart ? PP_FLAME_BY_INPUT
			   : is_diff	 ? PP_FLAME_BY_NAME
					 : PP_FLAME_BY_WEIGHT;
	if (c->colours < 0)
		c->colours = is_diff ? PP_COLOURS_DIFF : PP_COLOURS_PKG;
	c->look.colours = (enum pp_colours)c->colours;
	c->look.data = (enum pp_flame_data)c->data;
	if (!c->boxes)
		c->boxes = "tree";
	c->paths.goroot = getenv("GOROOT");
	c->paths.gopath = getenv("GOPATH");
	c->paths.gomodcache = getenv("GOMODCACHE");
	c->paths.home = getenv("HOME");
}

int pp_flame_options_check(struct pp_cli *cli PP_UNUSED, struct pp_report_options *o,
			   struct pp_err *err)
{
	struct pp_flame_command *c = (struct pp_flame_command *)(void *)o;

	if (refuse_mean(o, err) || settle_output(c, err) || check_look(c, err) ||
	    check_combinations(c, err) || find_viewer(c, err))
		return -1;
	settle_defaults(c);
	return 0;
}
