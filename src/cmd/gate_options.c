/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "cmd/gate_options.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/num.h"
#include "cmd/per.h"
#include "cmd/rename.h"
#include "cmd/report_options.h"

static const char *const formats[] = {"text",	"json",	 "markdown", "github",
				      "gitlab", "junit", NULL};
static const char *const metrics[] = {"flat", "cum", NULL};
static const char *const rates[] = {"bh", "none", NULL};
static const char *const undecided[] = {"pass", "warn", "fail", NULL};
static const char *const per_choices[] = {"total", "second", "unit=", NULL};

void pp_gate_options_init(struct pp_gate_command *c)
{
	*c = (struct pp_gate_command){.increase = "5%",
				      .min_share = "0.5%",
				      .per_text = "total",
				      .alpha = 0.05,
				      .dispersion = 2,
				      .undecided = PP_UNDECIDED_WARN,
				      .splits = 200};
	pp_report_options_init(&c->report);
	/* what is inlined in one build only is no change */
	c->report.noinlines = true;
}

void pp_gate_options_release(struct pp_gate_command *c)
{
	for (size_t i = 0; i < c->options.nguards; i++)
		pp_regex_free(c->options.guards[i].regex);
	free(c->options.guards);
	free(c->outputs);
	pp_opt_list_release(&c->base);
	pp_opt_list_release(&c->head);
	pp_opt_list_release(&c->guards);
	pp_opt_list_release(&c->formats);
	pp_opt_list_release(&c->renames);
	pp_report_options_release(&c->report);
}

void pp_gate_options_table(struct pp_opt table[PP_REPORT_TABLE_MAX], struct pp_gate_command *c)
{
	const struct pp_opt opts[] = {
		{PP_OPT_WORDS, 0, "base", "PROFILE ...",
		 "how it was: each profile, or entry of the archive, is a piece of evidence",
		 &c->base, .hint = PP_HINT_PROFILE, .group = "What is judged"},
		{PP_OPT_WORDS, 0, "head", "PROFILE ...", "how it is", &c->head,
		 .hint = PP_HINT_PROFILE},
		{PP_OPT_ENUM, 0, "metric", "METRIC", "a function's own cost, or with its callees",
		 &c->metric, .choices = metrics},
		{PP_OPT_TEXT, 0, "per", "WHAT",
		 "total, second, unit=N or unit=BASE:HEAD of each profile (default total)",
		 &c->per_text, .choices = per_choices},
		{PP_OPT_LIST, 0, "rename", "OLD=NEW",
		 "a function has another name after; may be repeated", &c->renames},
		{PP_OPT_FLAG, 0, "exact", NULL,
		 "values are counted, not sampled: any difference is one", &c->exact},
		{PP_OPT_TEXT, 0, "rules", "FILE", "take options from a file", &c->rules,
		 .hint = PP_HINT_FILE},
		{PP_OPT_TEXT, 0, "max-increase", "PERCENT",
		 "what a function may cost more (default 5%)", &c->increase,
		 .group = "What is too much"},
		{PP_OPT_TEXT, 0, "min-share", "PERCENT",
		 "what does not matter on either side (default 0.5%)", &c->min_share},
		{PP_OPT_LIST, 0, "guard", "REGEX[:PERCENT]",
		 "look after these functions by themselves; may be repeated", &c->guards},
		{PP_OPT_REAL, 0, "alpha", "CHANCE", "of a false alarm (default 0.05)", &c->alpha},
		{PP_OPT_ENUM, 0, "fdr", "HOW", "pay for judging many functions (default bh)",
		 &c->fdr, .choices = rates},
		{PP_OPT_REAL, 0, "dispersion", "FACTOR",
		 "how much more than by chance single profiles vary (default 2)", &c->dispersion},
		{PP_OPT_ENUM, 0, "on-inconclusive", "HOW",
		 "what an undecided function means (default warn)", &c->undecided,
		 .choices = undecided},
		{PP_OPT_FLAG, 0, "self-check", NULL,
		 "judge halves of --base against each other and count false alarms", &c->self_check,
		 .group = "Other"},
		{PP_OPT_NUMBER, 0, "splits", "N", "into halves, for --self-check (default 200)",
		 &c->splits, .min = 1, .max = 100000},
		{PP_OPT_LIST, 0, "format", "FORMAT[:FILE]",
		 "text, json, markdown, github, gitlab or junit; may be repeated", &c->formats,
		 .choices = formats},
		{PP_OPT_TEXT, 'o', "output", "FILE",
		 "write the first of them to FILE, unless it names one", &c->output,
		 .hint = PP_HINT_FILE},
		{PP_OPT_TEXT, 0, "trim-path", "PREFIX:...",
		 "cut these from the names of files (default: the current directory)", &c->trim},
		PP_OPT_END,
	};

	pp_report_view_table(table, opts, &c->report);
}

/* "5%" as 0.05. */
static int parse_percent(const char *text, double *part, struct pp_err *err)
{
	size_t n = strlen(text);
	PP_CLEANUP(pp_freep) char *number = pp_xstrdup(text);

	if (n < 2 || text[n - 1] != '%')
		return pp_err_set(err, PP_ERR_USAGE, "'%s' is not a percentage such as 5%%", text);
	number[n - 1] = '\0';
	if (pp_parse_fraction(number, part, err))
		return -1;
	*part /= 100;
	return 0;
}

/* REGEX:PERCENT; a ':' that no percentage follows is the expression's. */
static int add_guard(struct pp_gate_command *c, const char *text, struct pp_err *err)
{
	struct pp_guard *g = &c->options.guards[c->options.nguards];
	const char *colon = strrchr(text, ':');
	size_t n = strlen(text);
	struct pp_err no;

	*g = (struct pp_guard){.allowed = c->options.allowed};
	if (colon && colon[1] && text[n - 1] == '%' &&
	    parse_percent(colon + 1, &g->allowed, &no) == 0)
		n = (size_t)(colon - text);
	g->regex = pp_regex_new((struct pp_str){text, n}, false, err);
	if (!g->regex)
		return pp_err_wrap(err, "option '--guard'");
	c->options.nguards++;
	return 0;
}

static int add_output(struct pp_gate_command *c, const char *text, struct pp_err *err)
{
	size_t n = strcspn(text, ":");
	PP_CLEANUP(pp_freep) char *name = pp_xasprintf("%.*s", (int)n, text);
	struct pp_gate_output *o = &c->outputs[c->noutputs];

	if (pp_opt_parse_choice(formats, name, &o->format, err))
		return pp_err_wrap(err, "option '--format'");
	if (text[n] && !text[n + 1])
		return pp_err_set(err, PP_ERR_USAGE, "option '--format': '%s' names no file", text);
	o->path = text[n] && strcmp(text + n + 1, "-") != 0 ? text + n + 1 : NULL;
	c->noutputs++;
	return 0;
}

static bool is_same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static int check_outputs(const struct pp_gate_command *c, struct pp_err *err)
{
	for (size_t i = 0; i < c->noutputs; i++) {
		const struct pp_gate_output *o = &c->outputs[i];

		if (c->self_check && o->format != PP_GATE_TEXT && o->format != PP_GATE_JSON)
			return pp_err_set(err, PP_ERR_USAGE,
					  "--self-check is written as text or json, not as %s",
					  formats[o->format]);
		for (size_t k = 0; k < i; k++) {
			if (!is_same(o->path, c->outputs[k].path))
				continue;
			if (!o->path)
				return pp_err_set(err, PP_ERR_USAGE,
						  "only one report can go to standard output: "
						  "--format=FORMAT:FILE");
			return pp_err_set(err, PP_ERR_USAGE, "two reports cannot go to '%s'",
					  o->path);
		}
	}
	return 0;
}

static int parse_outputs(struct pp_gate_command *c, struct pp_err *err)
{
	c->outputs = pp_xcalloc(c->formats.n + 1, sizeof(*c->outputs));
	for (size_t i = 0; i < c->formats.n; i++) {
		if (add_output(c, c->formats.item[i], err))
			return -1;
	}
	if (c->noutputs == 0)
		c->outputs[c->noutputs++] = (struct pp_gate_output){PP_GATE_TEXT, NULL};
	if (c->output && !c->outputs[0].path && strcmp(c->output, "-") != 0)
		c->outputs[0].path = c->output;
	return check_outputs(c, err);
}

static int check_sides(struct pp_gate_command *c, struct pp_err *err)
{
	if (c->base.n == 0)
		return pp_err_set(err, PP_ERR_USAGE, "--base is missing");
	if (c->head.n == 0 && !c->self_check)
		return pp_err_set(err, PP_ERR_USAGE, "--head is missing");
	if (c->head.n && c->self_check)
		return pp_err_set(err, PP_ERR_USAGE, "--self-check and --head exclude each other");
	return 0;
}

static int check_numbers(struct pp_gate_command *c, struct pp_err *err)
{
	struct pp_gate_options *o = &c->options;

	if (parse_percent(c->increase, &o->allowed, err))
		return pp_err_wrap(err, "option '--max-increase'");
	if (parse_percent(c->min_share, &o->min_share, err))
		return pp_err_wrap(err, "option '--min-share'");
	if (!(c->alpha > 0 && c->alpha < 0.5))
		return pp_err_set(err, PP_ERR_USAGE,
				  "option '--alpha': %.10g is not between 0 and 0.5", c->alpha);
	if (!(c->dispersion >= 1))
		return pp_err_set(err, PP_ERR_USAGE, "option '--dispersion': %.10g is below 1",
				  c->dispersion);
	return 0;
}

/* Whose bound is that of all unless they have one. */
static int parse_guards(struct pp_gate_command *c, struct pp_err *err)
{
	c->options.guards = pp_xcalloc(c->guards.n, sizeof(*c->options.guards));
	for (size_t i = 0; i < c->guards.n; i++) {
		if (add_guard(c, c->guards.item[i], err))
			return -1;
	}
	return 0;
}

int pp_gate_options_check_values(struct pp_gate_command *c, struct pp_err *err)
{
	if (pp_per_parse(per_choices, c->per_text, &c->per, c->units, err) ||
	    pp_rename_check(&c->renames, err) || check_numbers(c, err))
		return -1;
	return parse_guards(c, err);
}

int pp_gate_options_check(struct pp_gate_command *c, struct pp_err *err)
{
	struct pp_gate_options *o = &c->options;

	if (check_sides(c, err) || parse_outputs(c, err))
		return -1;
	o->cum = c->metric == 1;
	o->judge.alpha = c->alpha;
	o->judge.dispersion = c->dispersion;
	o->judge.discovery_rates = c->fdr == 0;
	o->judge.exact = c->exact;
	o->judge.rate = c->per != PP_PER_TOTAL;
	return 0;
}
