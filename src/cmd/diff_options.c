/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "cmd/diff_options.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cmd/per.h"
#include "cmd/rename.h"

const char *const pp_diff_formats[] = {"text", "json", "csv", "markdown", "html", "svg", NULL};

static const char *const per_choices[] = {"total", "second", "unit=", "none", NULL};

void pp_diff_options_init(struct pp_diff_command *c)
{
	*c = (struct pp_diff_command){.per_text = "total", .units = {1, 1}};
	pp_report_options_init(&c->report);
	c->report.format = PP_DIFF_BY_FILE;
}

void pp_diff_options_release(struct pp_diff_command *c)
{
	for (size_t i = 0; c->fail_on && i < c->fail_on_texts.n; i++)
		pp_fail_on_release(&c->fail_on[i]);
	free(c->fail_on);
	pp_opt_list_release(&c->before);
	pp_opt_list_release(&c->after);
	pp_opt_list_release(&c->fail_on_texts);
	pp_opt_list_release(&c->rename_texts);
	pp_report_options_release(&c->report);
}

void pp_diff_table(struct pp_opt table[PP_DIFF_OPTIONS_MAX], struct pp_diff_command *c)
{
	const struct pp_opt opts[] = {
		{PP_OPT_TEXT, 0, "per", "WHAT",
		 "compare values per total, second, unit=N or unit=BEFORE:AFTER, or none (default "
		 "total)",
		 &c->per_text, .choices = per_choices, .group = "Comparing"},
		{PP_OPT_WORDS, 0, "before", "PROFILE ...", "these, added up, are the side before",
		 &c->before, .hint = PP_HINT_PROFILE},
		{PP_OPT_WORDS, 0, "after", "PROFILE ...", "these, added up, are the side after",
		 &c->after, .hint = PP_HINT_PROFILE},
		{PP_OPT_LIST, 0, "rename", "OLD=NEW",
		 "a function has another name after; may be repeated", &c->rename_texts},
		{PP_OPT_LIST, 0, "fail-on", "EXPR",
		 "exit with 1 if this holds, e.g. 'flat(parse)>+2pp'; may be repeated",
		 &c->fail_on_texts},
		{PP_OPT_FLAG, 'q', "quiet", NULL, "print nothing: the exit code is the answer",
		 &c->quiet},
		PP_OPT_END,
	};

	table[0] = (struct pp_opt)PP_OPT_END;
	pp_opt_append(table, PP_DIFF_OPTIONS_MAX, opts);
}

static void move_all(struct pp_opt_list *to, struct pp_opt_list *from)
{
	pp_opt_list_release(to);
	*to = *from;
	*from = (struct pp_opt_list){0};
}

/* BEFORE is the first of the arguments if no option has it. */
static int split_arguments(struct pp_diff_command *c, struct pp_err *err)
{
	struct pp_opt_list *args = &c->report.args, *base = &c->report.load.diff_base;

	if (c->after.n && args->n > !c->before.n)
		return pp_err_set(err, PP_ERR_USAGE, "unexpected argument '%s'",
				  args->item[args->n - 1]);
	if (c->before.n) {
		move_all(base, &c->before);
	} else if (args->n) {
		base->item = pp_xcalloc(2, sizeof(*base->item));
		base->item[base->n++] = args->item[0];
		memmove(args->item, args->item + 1, args->n * sizeof(*args->item));
		args->n--;
	}
	if (c->after.n)
		move_all(args, &c->after);
	if (base->n == 0 || args->n == 0)
		return pp_err_set(err, PP_ERR_USAGE, "%s is missing", base->n ? "AFTER" : "BEFORE");
	return 0;
}

static int parse_fail_on(struct pp_diff_command *c, struct pp_err *err)
{
	c->fail_on = pp_xcalloc(c->fail_on_texts.n, sizeof(*c->fail_on));
	for (size_t i = 0; i < c->fail_on_texts.n; i++) {
		if (pp_fail_on_parse(&c->fail_on[i], c->fail_on_texts.item[i], err))
			return pp_err_wrap(err, "option '--fail-on'");
	}
	return 0;
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && strcmp(text + n - m, end) == 0;
}

static void settle_format(struct pp_report_options *o)
{
	static const struct {
		const char *ending;
		int format;
	} all[] = {
		{".html", PP_DIFF_HTML}, {".svg", PP_DIFF_SVG},	    {".json", PP_DIFF_JSON},
		{".csv", PP_DIFF_CSV},	 {".md", PP_DIFF_MARKDOWN},
	};

	if (o->format != PP_DIFF_BY_FILE)
		return;
	o->format = PP_DIFF_TEXT;
	for (size_t i = 0; o->output && i < PP_ARRAY_LEN(all); i++) {
		if (ends_with(o->output, all[i].ending))
			o->format = all[i].format;
	}
}

int pp_diff_check(struct pp_diff_command *c, struct pp_err *err)
{
	settle_format(&c->report);
	if (split_arguments(c, err) ||
	    pp_per_parse(per_choices, c->per_text, &c->per, c->units, err) ||
	    pp_rename_check(&c->rename_texts, err) || parse_fail_on(c, err))
		return -1;
	if (c->report.mean)
		return pp_err_set(err, PP_ERR_USAGE,
				  "means are not compared; compare what they are made of");
	if (c->quiet && c->fail_on_texts.n == 0)
		return pp_err_set(err, PP_ERR_USAGE, "option '--quiet' needs --fail-on");
	if (c->quiet && c->report.output)
		return pp_err_set(err, PP_ERR_USAGE, "--quiet and --output exclude each other");
	return 0;
}
