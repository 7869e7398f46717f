/* SPDX-License-Identifier: Apache-2.0 */
/* Mistakes in option tables, found by a test instead of by a user. */
#include <config.h>

#include "cli/opt.h"

#include <stdbool.h>
#include <string.h>

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_positional(const struct pp_opt *o)
{
	return o->kind == PP_OPT_ARGS || o->kind == PP_OPT_COMMAND;
}

/* A word of lower-case letters, digits and inner dashes that cannot be taken for a letter. */
static const char *fault_in_name(const char *name)
{
	size_t n = strlen(name);

	if (n < 2)
		return "a long name has two letters at least";
	if (name[0] == '-' || name[n - 1] == '-')
		return "a long name is given without dashes";
	for (size_t i = 0; i < n; i++) {
		if (!is_lower(name[i]) && !is_digit(name[i]) && name[i] != '-')
			return "a long name has only lower-case letters, digits and dashes";
	}
	if (strcmp(name, "help") == 0)
		return "help is there already";
	return NULL;
}

static const char *fault_in_help(const char *help)
{
	size_t n = strlen(help);

	if (n == 0)
		return "its help is empty";
	for (size_t i = 0; i < n; i++) {
		if (help[i] < ' ' || help[i] > '~')
			return "its help is not one line of printable ASCII";
	}
	if (help[0] == ' ' || help[n - 1] == ' ')
		return "its help begins or ends with a blank";
	if (help[n - 1] == '.')
		return "its help ends in a full stop";
	/* CPU and TLS may begin a help text; The may not. */
	if (is_upper(help[0]) && !is_upper(help[1]))
		return "its help begins with a capital";
	return NULL;
}

static const char *fault_in_choices(const struct pp_opt *o)
{
	bool offers = o->kind == PP_OPT_TEXT || o->kind == PP_OPT_LIST;

	if (o->kind != PP_OPT_ENUM && !offers)
		return o->choices ? "only an enum, a text or a list has choices" : NULL;
	if (offers && !o->choices)
		return NULL;
	if (!o->choices || !o->choices[0])
		return "an enum needs choices";
	for (size_t i = 0; o->choices[i]; i++) {
		/* ':' is how completion tells a directive from a candidate */
		if (!o->choices[i][0] || o->choices[i][0] == ':' || strpbrk(o->choices[i], " \t\n"))
			return "a choice is empty, begins with ':' or has blanks";
		for (size_t j = 0; j < i; j++) {
			if (strcmp(o->choices[i], o->choices[j]) == 0)
				return "a choice is there twice";
		}
	}
	return NULL;
}

static const char *fault_in_spelling(const struct pp_opt *o)
{
	if (is_positional(o))
		return o->name || o->letter ? "a positional has no name and no letter" : NULL;
	if (!o->name && !o->letter)
		return "an option has a name or a letter";
	if (o->kind == PP_OPT_OPTIONAL && (o->letter || !o->name))
		return "behind a letter, a value is not optional";
	if (o->letter == 'h')
		return "-h is there already";
	if (o->letter && !is_lower(o->letter) && !is_upper(o->letter) && !is_digit(o->letter))
		return "a letter is a letter or a digit";
	return o->name ? fault_in_name(o->name) : NULL;
}

static const char *fault_in_value(const struct pp_opt *o)
{
	if (!o->value)
		return "there is no variable for its value";
	if (pp_opt_is_switch(o) && o->arg)
		return "a flag has no metavariable";
	if (!pp_opt_is_switch(o) && o->kind != PP_OPT_ENUM && !o->arg)
		return "the metavariable is missing";
	if (o->arg && !o->arg[0])
		return "the metavariable is empty";
	if (o->max && o->min > o->max)
		return "min is above max";
	return fault_in_choices(o);
}

static const char *fault_of(const struct pp_opt *o)
{
	const char *fault = fault_in_spelling(o);

	if (!fault)
		fault = fault_in_help(o->help);
	if (!fault)
		fault = fault_in_value(o);
	return fault;
}

static const char *clash_of(const struct pp_opt *a, const struct pp_opt *b)
{
	if (a->letter && a->letter == b->letter)
		return "its letter is there twice";
	if (a->name && b->name && strcmp(a->name, b->name) == 0)
		return "its name is there twice";
	if (is_positional(a) && a->kind == b->kind)
		return "there are two entries of its kind";
	if (a->value == b->value && a->kind != PP_OPT_SET && b->kind != PP_OPT_SET)
		return "two entries share a variable";
	return NULL;
}

static int report(const struct pp_opt *o, const char *fault, struct pp_err *err)
{
	if (o->name)
		return pp_err_set(err, PP_ERR_UNSUPPORTED, "option table: '%s': %s", o->name,
				  fault);
	if (o->letter)
		return pp_err_set(err, PP_ERR_UNSUPPORTED, "option table: '%c': %s", o->letter,
				  fault);
	return pp_err_set(err, PP_ERR_UNSUPPORTED, "option table: %s: %s",
			  o->arg ? o->arg : "an entry", fault);
}

int pp_opt_check(const struct pp_opt *opts, struct pp_err *err)
{
	const struct pp_opt *o = opts;

	for (; o->help; o++) {
		const char *fault = fault_of(o);

		for (const struct pp_opt *before = opts; before < o && !fault; before++)
			fault = clash_of(before, o);
		if (fault)
			return report(o, fault, err);
	}
	/* An entry without help ends the table, and would silently take the rest with it. */
	if (o->name || o->letter || o->arg || o->value)
		return report(o, "it has no help", err);
	return 0;
}
