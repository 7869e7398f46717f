/* SPDX-License-Identifier: Apache-2.0 */
/* The grammar of options; cli/opt.h says what it is. */
#include <config.h>

#include "cli/scan.h"

#include <string.h>

#include "base/suggest.h"

void pp_scan_init(struct pp_scan *s, const struct pp_opt *opts, int argc, char **argv)
{
	*s = (struct pp_scan){.opts = opts, .argc = argc, .argv = argv, .next = 1};
}

/* Whether the n bytes at `typed` are this name, '_' being as good as '-'. */
static bool same_name(const char *name, const char *typed, size_t n)
{
	if (strlen(name) != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (name[i] != typed[i] && !(name[i] == '-' && typed[i] == '_'))
			return false;
	}
	return true;
}

static const struct pp_opt *find_name(const struct pp_opt *opts, const char *typed, size_t n)
{
	for (const struct pp_opt *o = opts; o->help; o++) {
		if (o->name && same_name(o->name, typed, n))
			return o;
	}
	return NULL;
}

static const struct pp_opt *find_letter(const struct pp_opt *opts, char c)
{
	for (const struct pp_opt *o = opts; o->help; o++) {
		if (o->letter && o->letter == c)
			return o;
	}
	return NULL;
}

/* The option whose name is nearest, into `near`. */
static void suggest(struct pp_suggest *near, const struct pp_opt *opts, struct pp_str name)
{
	pp_suggest_init(near, name);
	for (const struct pp_opt *o = opts; o->help; o++) {
		if (o->name)
			pp_suggest_offer(near, o->name);
	}
}

const struct pp_opt *pp_scan_find(const struct pp_opt *opts, const char *name, struct pp_err *err)
{
	const struct pp_opt *o = find_name(opts, name, strlen(name));
	struct pp_suggest near;

	if (o)
		return o;
	suggest(&near, opts, pp_str_of(name));
	pp_err_set(err, PP_ERR_USAGE, "unknown option '%s'", name);
	if (near.best)
		pp_err_hint(err, "did you mean '%s'?", near.best);
	return NULL;
}

static int unknown(const struct pp_scan *s, const char *word, struct pp_err *err)
{
	const char *name = word + strspn(word, "-");
	size_t n = strcspn(name, "=");
	struct pp_suggest near;

	suggest(&near, s->opts, (struct pp_str){name, n});
	pp_suggest_offer(&near, "help");
	pp_err_set(err, PP_ERR_USAGE, "unknown option '%.*s'", (int)(name - word) + (int)n, word);
	if (near.best)
		pp_err_hint(err, "did you mean '--%s'?", near.best);
	return -1;
}

/* The value of t->opt: `attached`, or else the next word. */
static int take_value(struct pp_scan *s, struct pp_token *t, const char *attached)
{
	t->kind = PP_TOKEN_OPTION;
	t->value = attached;
	s->words = t->opt->kind == PP_OPT_WORDS ? t->opt : NULL;
	if (attached || pp_opt_stands_alone(t->opt))
		return 0;
	if (s->next < s->argc)
		t->value = s->argv[s->next++];
	else
		t->kind = PP_TOKEN_NO_VALUE;
	return 0;
}

/* `name` is in `word`, behind the dashes. */
static int scan_name(struct pp_scan *s, struct pp_token *t, const char *word, const char *name,
		     struct pp_err *err)
{
	size_t n = strcspn(name, "=");
	const char *attached = name[n] ? name + n + 1 : NULL;
	bool help = n == 4 && memcmp(name, "help", 4) == 0;

	t->opt = find_name(s->opts, name, n);
	if (!t->opt && !help)
		return unknown(s, word, err);
	if (attached && (help || t->opt->kind == PP_OPT_SET))
		return pp_err_set(err, PP_ERR_USAGE, "option '--%s' takes no value",
				  help ? "help" : t->opt->name);
	if (!help)
		return take_value(s, t, attached);
	t->kind = PP_TOKEN_HELP;
	return 0;
}

/* One letter of a cluster; the last thing in it may be a letter with its value. */
static int scan_letter(struct pp_scan *s, struct pp_token *t, struct pp_err *err)
{
	char letter = *s->letters;
	const char *rest = s->letters[1] ? s->letters + 1 : NULL;
	bool help = letter == 'h';

	s->letters = rest;
	t->by_letter = true;
	t->opt = help ? NULL : find_letter(s->opts, letter);
	if (!help && !t->opt) {
		s->letters = NULL;
		return pp_err_set(err, PP_ERR_USAGE, "unknown option '-%c' in '%s'", letter,
				  s->argv[s->next - 1]);
	}
	if (help || pp_opt_is_switch(t->opt)) {
		s->words = NULL;
		t->kind = help ? PP_TOKEN_HELP : PP_TOKEN_OPTION;
		if (!rest || *rest != '=')
			return 0;
		s->letters = NULL;
		return pp_err_set(err, PP_ERR_USAGE, "option '-%c' takes no value", letter);
	}
	s->letters = NULL;
	return take_value(s, t, rest && *rest == '=' ? rest + 1 : rest);
}

/* A word that begins with a dash and has more behind it. */
static int scan_option(struct pp_scan *s, struct pp_token *t, struct pp_err *err)
{
	const char *word = s->argv[s->next++];
	const char *name = word + 1;
	size_t n;

	if (*name == '-')
		return scan_name(s, t, word, name + 1, err);
	n = strcspn(name, "=");
	if (n > 1 && (find_name(s->opts, name, n) || (n == 4 && memcmp(name, "help", 4) == 0)))
		return scan_name(s, t, word, name, err);
	if (*name != 'h' && !find_letter(s->opts, *name))
		return unknown(s, word, err);
	s->letters = name;
	return scan_letter(s, t, err);
}

int pp_scan_next(struct pp_scan *s, struct pp_token *t, struct pp_err *err)
{
	bool takes_command = pp_opt_find_kind(s->opts, PP_OPT_COMMAND) != NULL;

	*t = (struct pp_token){.kind = PP_TOKEN_END};
	if (s->letters)
		return scan_letter(s, t, err);
	if (!s->plain && s->next < s->argc && strcmp(s->argv[s->next], "--") == 0) {
		s->next++;
		s->plain = true;
		s->words = NULL;
		if (takes_command) {
			t->kind = PP_TOKEN_COMMAND;
			return 0;
		}
	}
	if (s->next >= s->argc)
		return 0;
	if (!s->plain && s->argv[s->next][0] == '-' && s->argv[s->next][1])
		return scan_option(s, t, err);
	if (takes_command && !pp_opt_find_kind(s->opts, PP_OPT_ARGS)) {
		t->kind = PP_TOKEN_COMMAND;
		return 0;
	}
	t->kind = s->words ? PP_TOKEN_OPTION : PP_TOKEN_ARG;
	t->opt = s->words;
	t->value = s->argv[s->next++];
	return 0;
}
