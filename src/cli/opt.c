/* SPDX-License-Identifier: Apache-2.0 */
/* From the command line into the variables a table points at. */
#include <config.h>

#include "cli/opt.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/num.h"
#include "base/suggest.h"
#include "cli/common.h"
#include "cli/complete.h"
#include "cli/config.h"
#include "cli/help.h"
#include "cli/scan.h"

void pp_opt_list_release(struct pp_opt_list *list)
{
	free(list->item);
	*list = (struct pp_opt_list){0};
}

void pp_opt_list_add(struct pp_opt_list *list, const char *text)
{
	list->item = pp_grow(list->item, &list->cap, list->n + 2, sizeof(*list->item));
	list->item[list->n++] = text;
	list->item[list->n] = NULL;
}

const struct pp_opt *pp_opt_find_kind(const struct pp_opt *opts, enum pp_opt_kind kind)
{
	for (const struct pp_opt *o = opts; o->help; o++) {
		if (o->kind == kind)
			return o;
	}
	return NULL;
}

void pp_opt_append(struct pp_opt *table, size_t cap, const struct pp_opt *more)
{
	size_t n = 0;

	while (table[n].help)
		n++;
	for (; more->help && n + 1 < cap; more++)
		table[n++] = *more;
	table[n] = (struct pp_opt)PP_OPT_END;
}

int pp_opt_parse_choice(const char *const *choices, const char *text, int *index,
			struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf names = PP_BUF_INIT;
	struct pp_suggest near;

	pp_suggest_init(&near, pp_str_of(text));
	for (int i = 0; choices[i]; i++) {
		if (strcmp(choices[i], text) == 0) {
			*index = i;
			return 0;
		}
		pp_suggest_offer(&near, choices[i]);
		pp_buf_fmt(&names, "%s%s", i ? ", " : "", choices[i]);
	}
	pp_err_set(err, PP_ERR_USAGE, "'%s' is not one of %s", text, names.p);
	if (near.best)
		pp_err_hint(err, "did you mean '%s'?", near.best);
	return -1;
}

static int parse_fraction(double *value, const char *text, struct pp_err *err)
{
	double v;

	if (pp_parse_fraction(text, &v, err) < 0)
		return -1;
	if (v > 1)
		return pp_err_set(err, PP_ERR_USAGE, "'%s' is not between 0 and 1", text);
	*value = v;
	return 0;
}

static int parse_flag(bool *value, const char *text, struct pp_err *err)
{
	static const char *const yes[] = {"true", "1", "yes", "on"};
	static const char *const no[] = {"false", "0", "no", "off"};

	*value = true;
	if (!text)
		return 0;
	for (size_t i = 0; i < PP_ARRAY_LEN(yes); i++) {
		if (strcmp(text, yes[i]) == 0)
			return 0;
		if (strcmp(text, no[i]) == 0) {
			*value = false;
			return 0;
		}
	}
	return pp_err_set(err, PP_ERR_USAGE, "'%s' is neither true nor false", text);
}

static int parse_yes_no(int *value, const char *text, struct pp_err *err)
{
	bool yes;

	if (parse_flag(&yes, text, err))
		return -1;
	*value = yes;
	return 0;
}

/* With .min, which is in nanoseconds then, not everything that is one will do. */
static int parse_duration(const struct pp_opt *o, const char *text, struct pp_err *err)
{
	int64_t ns;

	if (pp_parse_duration(text, &ns, err))
		return -1;
	if (ns < (int64_t)o->min)
		return pp_err_set(err, PP_ERR_USAGE, "'%s' is too short", text);
	*(int64_t *)o->value = ns;
	return 0;
}

static int store(const struct pp_opt *o, const char *text, struct pp_err *err)
{
	switch (o->kind) {
	case PP_OPT_FLAG:
		return parse_flag(o->value, text, err);
	case PP_OPT_YES_NO:
		return parse_yes_no(o->value, text, err);
	case PP_OPT_SET:
		*(int *)o->value = (int)o->min;
		return 0;
	case PP_OPT_TEXT:
		*(const char **)o->value = text;
		return 0;
	case PP_OPT_OPTIONAL:
		*(const char **)o->value = text ? text : "";
		return 0;
	case PP_OPT_NUMBER:
		return pp_parse_u64(text, o->min, o->max ? o->max : UINT64_MAX, o->value, err);
	case PP_OPT_DURATION:
		return parse_duration(o, text, err);
	case PP_OPT_SIZE:
		return pp_parse_size(text, o->value, err);
	case PP_OPT_FRACTION:
		return parse_fraction(o->value, text, err);
	case PP_OPT_REAL:
		return pp_parse_real(text, o->value, err);
	case PP_OPT_ENUM:
		return pp_opt_parse_choice(o->choices, text, o->value, err);
	case PP_OPT_LIST:
	case PP_OPT_WORDS:
	case PP_OPT_ARGS:
	case PP_OPT_COMMAND:
		pp_opt_list_add(o->value, text);
		return 0;
	}
	return 0;
}

/* pp_err_wrap keeps the kind and the hint. */
static int store_option(const struct pp_token *t, struct pp_err *err)
{
	if (store(t->opt, t->value, err) == 0)
		return 0;
	if (t->by_letter)
		return pp_err_wrap(err, "option '-%c'", t->opt->letter);
	return pp_err_wrap(err, "option '--%s'", t->opt->name);
}

static int no_value(const struct pp_token *t, struct pp_err *err)
{
	const char *arg = t->opt->arg ? t->opt->arg : "value";

	if (t->by_letter)
		return pp_err_set(err, PP_ERR_USAGE, "option '-%c' needs a value: -%c %s",
				  t->opt->letter, t->opt->letter, arg);
	return pp_err_set(err, PP_ERR_USAGE, "option '--%s' needs a value: --%s=%s", t->opt->name,
			  t->opt->name, arg);
}

static int store_arg(const struct pp_opt *opts, const char *text, struct pp_err *err)
{
	const struct pp_opt *args = pp_opt_find_kind(opts, PP_OPT_ARGS);
	struct pp_opt_list *list = args ? args->value : NULL;

	if (!args || (args->max && list->n >= args->max))
		return pp_err_set(err, PP_ERR_USAGE, "unexpected argument '%s'", text);
	pp_opt_list_add(list, text);
	return 0;
}

static int store_command(const struct pp_scan *s, struct pp_err *err)
{
	const struct pp_opt *o = pp_opt_find_kind(s->opts, PP_OPT_COMMAND);

	if (s->next >= s->argc)
		return pp_err_set(err, PP_ERR_USAGE, "no %s after '--'", o->arg);
	for (int i = s->next; i < s->argc; i++)
		pp_opt_list_add(o->value, s->argv[i]);
	return 0;
}

/* The i-th word of a metavariable such as "BASE HEAD"; the last one stands for all behind it. */
static struct pp_str nth_word(const char *words, size_t i)
{
	size_t n = strcspn(words, " ");

	for (; i && words[n]; i--) {
		words += n + 1;
		n = strcspn(words, " ");
	}
	return (struct pp_str){words, n};
}

static int check_counts(const struct pp_opt *opts, struct pp_err *err)
{
	for (const struct pp_opt *o = opts; o->help; o++) {
		const struct pp_opt_list *list = o->value;

		if ((o->kind == PP_OPT_ARGS || o->kind == PP_OPT_COMMAND) && list->n < o->min) {
			struct pp_str word = nth_word(o->arg, list->n);

			return pp_err_set(err, PP_ERR_USAGE, "%.*s is missing", (int)word.n,
					  word.p);
		}
	}
	return 0;
}

static int parse(struct pp_cli *cli, const struct pp_opt *opts, int argc, char **argv,
		 struct pp_err *err)
{
	struct pp_scan s;
	struct pp_token t;

	pp_scan_init(&s, opts, argc, argv);
	for (;;) {
		int rc = pp_scan_next(&s, &t, err);

		if (rc < 0)
			return -1;
		switch (t.kind) {
		case PP_TOKEN_END:
			return check_counts(opts, err);
		case PP_TOKEN_HELP:
			pp_help_command(cli, opts);
			return 1;
		case PP_TOKEN_OPTION:
			rc = store_option(&t, err);
			break;
		case PP_TOKEN_NO_VALUE:
			return no_value(&t, err);
		case PP_TOKEN_ARG:
			rc = store_arg(opts, t.value, err);
			break;
		case PP_TOKEN_COMMAND:
			return store_command(&s, err) < 0 ? -1 : check_counts(opts, err);
		}
		if (rc < 0)
			return -1;
	}
}

/* Without a value, a key is a switch that is on. */
static int store_setting(const struct pp_opt *o, const struct pp_setting *s, struct pp_err *err)
{
	bool yes = true;

	if (!s->value && !pp_opt_stands_alone(o))
		return pp_err_set(err, PP_ERR_USAGE, "needs a value: %s = %s", o->name, o->arg);
	if (o->kind != PP_OPT_SET)
		return store(o, s->value, err);
	if (parse_flag(&yes, s->value, err))
		return -1;
	return yes ? store(o, NULL, err) : 0;
}

static int apply(const struct pp_opt *opts, const struct pp_setting *s, struct pp_err *err)
{
	const struct pp_opt *o = pp_scan_find(opts, s->key, err);
	int rc = o ? store_setting(o, s, err) : -1;

	if (rc == 0)
		return 0;
	if (o)
		pp_err_wrap(err, "option '%s' of %s", o->name, s->section);
	else
		pp_err_wrap(err, "%s", s->section);
	return pp_config_blame(s, err);
}

/* What the configuration says of the command, as if it stood before its arguments. */
static int defaults(const struct pp_cli *cli, const struct pp_opt *opts, struct pp_err *err)
{
	const struct pp_config *c = cli->command ? cli->config : NULL;

	for (size_t i = 0; c && i < c->n; i++) {
		if (strcmp(c->item[i].section, cli->command->name) == 0 &&
		    apply(opts, &c->item[i], err))
			return -1;
	}
	return 0;
}

int pp_opt_parse_leading(const struct pp_opt *opts, int argc, char **argv, int *next,
			 struct pp_err *err)
{
	struct pp_scan s;
	struct pp_token t;

	pp_scan_init(&s, opts, argc, argv);
	for (;;) {
		if (pp_scan_next(&s, &t, err))
			return -1;
		if (t.kind == PP_TOKEN_HELP)
			return 1;
		if (t.kind == PP_TOKEN_NO_VALUE)
			return no_value(&t, err);
		if (t.kind != PP_TOKEN_OPTION)
			break;
		if (store_option(&t, err))
			return -1;
	}
	*next = t.kind == PP_TOKEN_ARG ? s.next - 1 : argc;
	return 0;
}

int pp_opt_parse(struct pp_cli *cli, const struct pp_opt *own, int argc, char **argv,
		 struct pp_err *err)
{
	PP_CLEANUP(pp_freep) struct pp_opt *opts = pp_common_join(cli, own);

	switch (cli->mode) {
	case PP_CLI_RUN:
		return defaults(cli, opts, err) ? -1 : parse(cli, opts, argc, argv, err);
	case PP_CLI_DEFAULTS:
		return defaults(cli, opts, err) ? -1 : 1;
	case PP_CLI_HELP:
		pp_help_command(cli, opts);
		return 1;
	case PP_CLI_COMPLETE:
		pp_complete_command(cli, opts, argc, argv);
		return 1;
	case PP_CLI_LIST:
		if (pp_opt_check(own, err) < 0)
			return -1;
		pp_help_list(cli, own);
		return 1;
	}
	return 1;
}
