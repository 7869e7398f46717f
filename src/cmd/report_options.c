/* SPDX-License-Identifier: Apache-2.0 */
/* The options of all reports: pprof's names and meanings. */
#include <config.h>

#include "cmd/report_options.h"

#include "cmd/archive_options.h"
#include "cmd/report.h"
#include "symbol/names.h"

const char *const pp_report_formats[] = {"text", "json", "csv", NULL};

static const char *const granularities[] = {"functions", "filefunctions", "files",
					    "lines",	 "addresses",	  NULL};

/* in the order of enum pp_demangle */
const char *const pp_demanglings[] = {"none", "simple", "templates", "full", NULL};

void pp_report_options_init(struct pp_report_options *o)
{
	*o = (struct pp_report_options){
		.demangle = PP_DEMANGLE_SIMPLE,
		.divide_by = 1,
		.rows = {.nodecount = UINT64_MAX, .nodefraction = 0.005, .edgefraction = 0.001},
		.trim = true,
		.unit = "minimum",
	};
	o->load.normalize = -1;
}

void pp_report_options_release(struct pp_report_options *o)
{
	pp_opt_list_release(&o->args);
	pp_load_options_release(&o->load);
}

static void add_filters(struct pp_opt *table, struct pp_report_options *o)
{
	const char **text = o->filter.text;
	const struct pp_opt opts[] = {
		{PP_OPT_TEXT, 0, "focus", "REGEX",
		 "only samples with a frame whose function, file or mapping matches",
		 &text[PP_FILTER_FOCUS], .hint = PP_HINT_FUNCTION,
		 .group = "Which samples and frames"},
		{PP_OPT_TEXT, 0, "ignore", "REGEX", "no samples with a frame that matches",
		 &text[PP_FILTER_IGNORE], .hint = PP_HINT_FUNCTION},
		{PP_OPT_TEXT, 0, "hide", "REGEX", "leave out frames that match",
		 &text[PP_FILTER_HIDE], .hint = PP_HINT_FUNCTION},
		{PP_OPT_TEXT, 0, "show", "REGEX", "leave out frames that do not match",
		 &text[PP_FILTER_SHOW], .hint = PP_HINT_FUNCTION},
		{PP_OPT_TEXT, 0, "show-from", "REGEX",
		 "leave out the callers of the outermost frame that matches",
		 &text[PP_FILTER_SHOW_FROM], .hint = PP_HINT_FUNCTION},
		{PP_OPT_TEXT, 0, "prune-from", "REGEX",
		 "leave out the callees of the innermost frame that matches",
		 &text[PP_FILTER_PRUNE_FROM], .hint = PP_HINT_FUNCTION},
		{PP_OPT_TEXT, 0, "tagfocus", "EXPR",
		 "only samples with a label that matches: REGEX,... or 64kb:1mb, KEY= before it",
		 &text[PP_FILTER_TAGFOCUS]},
		{PP_OPT_TEXT, 0, "tagignore", "EXPR", "no samples with a label that matches",
		 &text[PP_FILTER_TAGIGNORE]},
		{PP_OPT_TEXT, 0, "tagshow", "REGEX", "only labels whose key matches",
		 &text[PP_FILTER_TAGSHOW]},
		{PP_OPT_TEXT, 0, "taghide", "REGEX", "no labels whose key matches",
		 &text[PP_FILTER_TAGHIDE]},
		{PP_OPT_TEXT, 0, "tagroot", "KEY,...", "add the values of labels as callers of all",
		 &o->tagroot},
		{PP_OPT_TEXT, 0, "tagleaf", "KEY,...",
		 "add the values of labels as innermost frames", &o->tagleaf},
		{PP_OPT_FLAG, 0, "all-frames", NULL,
		 "keep the frames that the profile's own drop_frames hides", &o->filter.all_frames},
		PP_OPT_END,
	};

	pp_opt_append(table, PP_REPORT_TABLE_MAX, opts);
}

/* Which of the values of a sample is meant. */
static void add_types(struct pp_opt *table, struct pp_report_options *o)
{
	const struct pp_opt opts[] = {
		{PP_OPT_TEXT, 0, "sample-index", "TYPE",
		 "which value of the samples, by name or number (default: the profile's)",
		 &o->sample_index, .group = "Which numbers"},
		{PP_OPT_SET, 0, "inuse-space", NULL, "short for --sample-index=inuse_space",
		 &o->type_flag, .min = PP_TYPE_INUSE_SPACE},
		{PP_OPT_SET, 0, "inuse-objects", NULL, "short for --sample-index=inuse_objects",
		 &o->type_flag, .min = PP_TYPE_INUSE_OBJECTS},
		{PP_OPT_SET, 0, "alloc-space", NULL, "short for --sample-index=alloc_space",
		 &o->type_flag, .min = PP_TYPE_ALLOC_SPACE},
		{PP_OPT_SET, 0, "alloc-objects", NULL, "short for --sample-index=alloc_objects",
		 &o->type_flag, .min = PP_TYPE_ALLOC_OBJECTS},
		{PP_OPT_SET, 0, "contentions", NULL, "short for --sample-index=contentions",
		 &o->type_flag, .min = PP_TYPE_CONTENTIONS},
		{PP_OPT_SET, 0, "total-delay", NULL, "short for --sample-index=delay",
		 &o->type_flag, .min = PP_TYPE_TOTAL_DELAY},
		PP_OPT_END,
	};

	pp_opt_append(table, PP_REPORT_TABLE_MAX, opts);
}

/* What becomes of it on its way to a table. */
static void add_arithmetic(struct pp_opt *table, struct pp_report_options *o)
{
	const struct pp_opt opts[] = {
		{PP_OPT_SET, 0, "mean-delay", NULL, "short for --sample-index=delay --mean",
		 &o->type_flag, .min = PP_TYPE_MEAN_DELAY},
		{PP_OPT_FLAG, 0, "mean", NULL, "divide values by the first value of the samples",
		 &o->mean},
		{PP_OPT_REAL, 0, "divide-by", "N", "divide all values by N", &o->divide_by},
		{PP_OPT_FLAG, 0, "relative-percentages", NULL,
		 "percentages are of what the filters leave", &o->relative},
		{PP_OPT_TEXT, 0, "unit", "UNIT", "print quantities in this unit, e.g. ms or MB",
		 &o->unit},
		PP_OPT_END,
	};

	pp_opt_append(table, PP_REPORT_TABLE_MAX, opts);
}

static void add_granularity(struct pp_opt *table, struct pp_report_options *o)
{
	const struct pp_opt opts[] = {
		{PP_OPT_ENUM, 0, "granularity", "WHAT", "what a row stands for", &o->granularity,
		 .choices = granularities, .group = "What to show"},
		{PP_OPT_SET, 0, "functions", NULL, "short for --granularity=functions",
		 &o->granularity, .min = PP_BY_FUNCTION},
		{PP_OPT_SET, 0, "filefunctions", NULL, "short for --granularity=filefunctions",
		 &o->granularity, .min = PP_BY_FILEFUNCTION},
		{PP_OPT_SET, 0, "files", NULL, "short for --granularity=files", &o->granularity,
		 .min = PP_BY_FILE},
		{PP_OPT_SET, 0, "lines", NULL, "short for --granularity=lines", &o->granularity,
		 .min = PP_BY_LINE},
		{PP_OPT_SET, 0, "addresses", NULL, "short for --granularity=addresses",
		 &o->granularity, .min = PP_BY_ADDRESS},
		{PP_OPT_FLAG, 0, "noinlines", NULL,
		 "attribute inlined functions to the one they are inlined into", &o->noinlines},
		{PP_OPT_FLAG, 0, "showcolumns", NULL, "tell columns of a source line apart",
		 &o->columns},
		PP_OPT_END,
	};

	pp_opt_append(table, PP_REPORT_TABLE_MAX, opts);
}

/* Which rows of a table there are, in which order. */
static void add_rows(struct pp_opt *table, struct pp_report_options *o)
{
	const struct pp_opt opts[] = {
		{PP_OPT_FLAG, 0, "cum", NULL, "sort by cumulative cost, callees included",
		 &o->rows.cum},
		{PP_OPT_NUMBER, 'n', "nodecount", "N", "show at most N rows; 0: all",
		 &o->rows.nodecount},
		{PP_OPT_FRACTION, 0, "nodefraction", "FRACTION",
		 "leave out rows below this part of the total (default 0.005)",
		 &o->rows.nodefraction},
		{PP_OPT_FRACTION, 0, "edgefraction", "FRACTION",
		 "leave out calls below this part of the total (default 0.001)",
		 &o->rows.edgefraction},
		{PP_OPT_FLAG, 0, "trim", NULL,
		 "leave out small rows and calls; --trim=false shows all (default true)", &o->trim},
		{PP_OPT_FLAG, 0, "drop-negative", NULL, "leave out rows with negative cost",
		 &o->rows.drop_negative},
		{PP_OPT_FLAG, 0, "compact-labels", NULL, "leave out the lines about the profile",
		 &o->compact},
		PP_OPT_END,
	};

	pp_opt_append(table, PP_REPORT_TABLE_MAX, opts);
}

/* What is subtracted, or compared with, where that is an option. */
static void add_bases(struct pp_opt *table, const struct pp_report_kind *kind,
		      struct pp_report_options *o)
{
	const struct pp_opt opts[] = {
		{PP_OPT_LIST, 0, "base", "PROFILE", "subtract this profile; may be repeated",
		 &o->load.base, .hint = PP_HINT_PROFILE, .group = "Input"},
		{PP_OPT_LIST, 0, "diff-base", "PROFILE",
		 kind->two_sides ? "compare with this profile, the side before; may be repeated"
				 : "the same, with percentages of this profile's total",
		 &o->load.diff_base, .hint = PP_HINT_PROFILE},
		{PP_OPT_YES_NO, 0, "normalize", NULL,
		 kind->two_sides ? "first scale one side to the other (default with --diff-base)"
				 : "first scale the sum to that of the base",
		 &o->load.normalize},
		PP_OPT_END,
	};

	pp_opt_append(table, PP_REPORT_TABLE_MAX, opts);
}

static void add_archive(struct pp_opt *table, struct pp_report_options *o)
{
	const struct pp_opt archive = PP_ARCHIVE_OPTION(&o->load.archive);
	struct pp_opt opts[] = {
		archive,
		PP_LAST_OPTION(&o->load.last),
		PP_OPT_END,
	};

	opts[0].group = "Input";
	pp_opt_append(table, PP_REPORT_TABLE_MAX, opts);
}

static void add_delta(struct pp_opt *table, struct pp_report_options *o)
{
	const struct pp_opt opts[] = {
		PP_DELTA_OPTION(&o->load.delta),
		PP_OPT_END,
	};

	pp_opt_append(table, PP_REPORT_TABLE_MAX, opts);
}

static void add_reading(struct pp_opt *table, struct pp_report_options *o)
{
	const struct pp_opt opts[] = {
		{PP_OPT_ENUM, 0, "demangle", "HOW", "how to show names of C++ and Rust",
		 &o->demangle, .choices = pp_demanglings},
		{PP_OPT_SIZE, 0, "max-input", "SIZE",
		 "refuse profiles that are larger than this when inflated (default 4G)",
		 &o->load.read.max_input},
		{PP_OPT_NUMBER, 0, "threads", "N", "use at most N threads", &o->threads, .min = 1,
		 .max = 1024},
		PP_OPT_END,
	};

	pp_opt_append(table, PP_REPORT_TABLE_MAX, opts);
}

static void add_output(struct pp_opt *table, const struct pp_report_kind *kind,
		       struct pp_report_options *o)
{
	const struct pp_opt format[] = {
		{PP_OPT_ENUM, 0, "format", "FORMAT", "output format", &o->format,
		 .choices = kind->formats, .group = "Output"},
		PP_OPT_END,
	};
	const struct pp_opt output[] = {
		{PP_OPT_TEXT, 'o', "output", "FILE",
		 kind->output_help ? kind->output_help
				   : "write to FILE rather than standard output",
		 &o->output, .hint = PP_HINT_FILE, .group = kind->formats ? NULL : "Output"},
		PP_OPT_END,
	};

	if (kind->formats)
		pp_opt_append(table, PP_REPORT_TABLE_MAX, format);
	pp_opt_append(table, PP_REPORT_TABLE_MAX, output);
}

static void add_args(struct pp_opt *table, const struct pp_report_kind *kind,
		     struct pp_report_options *o)
{
	const struct pp_opt profiles[] = {
		{PP_OPT_ARGS, 0, NULL, "PROFILE",
		 "pprof files, - for standard input, or selectors such as "
		 "'{host=\"web1\"}@now-1h..'; "
		 "several are added up (default pyroprof.pb.gz)",
		 &o->args, .hint = PP_HINT_PROFILE, .group = "Arguments"},
		PP_OPT_END,
	};
	const struct pp_opt sides[] = {
		{PP_OPT_ARGS, 0, NULL, "BEFORE AFTER",
		 "what to compare: pprof files, or selectors such as '{host=\"web1\"}@today'",
		 &o->args, .hint = PP_HINT_PROFILE, .group = "Arguments"},
		PP_OPT_END,
	};
	const struct pp_opt regex[] = {
		{PP_OPT_ARGS, 0, NULL, "REGEX PROFILE",
		 "what to look for; then as for other reports (default pyroprof.pb.gz)", &o->args,
		 .min = 1, .hint = PP_HINT_PROFILE, .first_hint = PP_HINT_FUNCTION,
		 .group = "Arguments"},
		PP_OPT_END,
	};

	pp_opt_append(table, PP_REPORT_TABLE_MAX,
		      kind->takes_regex ? regex
		      : kind->compares	? sides
					: profiles);
}

void pp_report_table(struct pp_opt table[PP_REPORT_TABLE_MAX], const struct pp_report_kind *kind,
		     struct pp_report_options *o)
{
	table[0] = (struct pp_opt)PP_OPT_END;
	if (kind->own)
		pp_opt_append(table, PP_REPORT_TABLE_MAX, kind->own);
	add_granularity(table, o);
	add_rows(table, o);
	add_filters(table, o);
	add_types(table, o);
	add_arithmetic(table, o);
	if (!kind->compares)
		add_bases(table, kind, o);
	add_archive(table, o);
	add_delta(table, o);
	add_reading(table, o);
	add_output(table, kind, o);
	if (kind->add_options)
		kind->add_options(table, PP_REPORT_TABLE_MAX, kind->context);
	add_args(table, kind, o);
}

void pp_report_view_table(struct pp_opt table[PP_REPORT_TABLE_MAX], const struct pp_opt *own,
			  struct pp_report_options *o)
{
	table[0] = (struct pp_opt)PP_OPT_END;
	pp_opt_append(table, PP_REPORT_TABLE_MAX, own);
	add_granularity(table, o);
	add_filters(table, o);
	add_types(table, o);
	add_archive(table, o);
	add_reading(table, o);
}
