/* SPDX-License-Identifier: Apache-2.0 */
/* The section [alias]. */
#include <config.h>

#include "cli/alias.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/suggest.h"
#include "cli/tint.h"

void pp_words_release(struct pp_words *w)
{
	free(w->word);
	free(w->text);
	*w = (struct pp_words){0};
}

static void add(struct pp_words *w, char *word)
{
	w->word = pp_grow(w->word, &w->cap, (size_t)w->n + 2, sizeof(*w->word));
	w->word[w->n++] = word;
	w->word[w->n] = NULL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* Take the word at **at, in place: it becomes shorter as quotes go. False if one is not closed. */
static bool take_word(char **at, bool *more)
{
	char *from = *at, *to = *at;
	char quote = '\0';

	for (; *from && (quote || !is_blank(*from)); from++) {
		if (quote ? *from == quote : *from == '\'' || *from == '"')
			quote = quote ? '\0' : *from;
		else
			*to++ = *from;
	}
	*more = *from != '\0';
	*to = '\0';
	*at = from + *more;
	return !quote;
}

int pp_words_split(struct pp_words *w, const char *text)
{
	bool more = true;

	w->text = pp_xstrdup(text);
	for (char *at = w->text; more;) {
		while (is_blank(*at))
			at++;
		if (!*at)
			break;
		char *word = at;

		if (!take_word(&at, &more))
			return -1;
		add(w, word);
	}
	return 0;
}

static int split(const struct pp_setting *alias, struct pp_words *out, struct pp_err *err)
{
	if (pp_words_split(out, alias->value ? alias->value : ""))
		pp_err_set(err, PP_ERR_USAGE, "alias '%s': a quote is not closed", alias->key);
	else if (out->n == 0)
		pp_err_set(err, PP_ERR_USAGE, "alias '%s' stands for nothing", alias->key);
	else
		return 0;
	return pp_config_blame(alias, err);
}

int pp_alias_expand(const struct pp_setting *alias, int n, char *const *rest, struct pp_words *out,
		    struct pp_err *err)
{
	if (split(alias, out, err))
		return -1;
	for (int i = 0; i < n; i++)
		add(out, rest[i]);
	return 0;
}

const struct pp_setting *pp_alias_find(const struct pp_config *c, const char *name)
{
	/* the last one wins */
	for (size_t i = c ? c->n : 0; i > 0; i--) {
		const struct pp_setting *s = &c->item[i - 1];

		if (strcmp(s->section, PP_CONFIG_ALIAS) == 0 && strcmp(s->key, name) == 0)
			return s;
	}
	return NULL;
}

static int check_alias(const struct pp_config *c, const struct pp_setting *s,
		       const struct pp_command *const *commands, struct pp_err *err)
{
	PP_CLEANUP(pp_words_release) struct pp_words words = {0};
	int used;

	if (split(s, &words, err))
		return -1;
	const struct pp_command *command = pp_command_words(commands, words.n, words.word, &used);
	if (pp_command_find(commands, s->key))
		pp_err_set(err, PP_ERR_USAGE, "alias '%s' would hide the command of that name",
			   s->key);
	else if (words.word[0][0] == '!')
		pp_err_set(err, PP_ERR_USAGE, "alias '%s': programs and shells are not run",
			   s->key);
	else if (command && !command->hidden)
		return 0;
	else if (pp_alias_find(c, words.word[0]))
		pp_err_set(err, PP_ERR_USAGE,
			   "alias '%s': '%s' is an alias itself, and not a command", s->key,
			   words.word[0]);
	else if (pp_command_get(commands, words.word[0], err) == NULL)
		pp_err_wrap(err, "alias '%s'", s->key);
	return pp_config_blame(s, err);
}

static int check_section(const struct pp_setting *s, const struct pp_command *const *commands,
			 struct pp_err *err)
{
	struct pp_suggest near;
	const struct pp_command *command = pp_command_find(commands, s->section);

	if (command && !command->hidden)
		return 0;
	pp_suggest_init(&near, pp_str_of(s->section));
	for (; *commands; commands++) {
		if (!(*commands)->hidden)
			pp_suggest_offer(&near, (*commands)->name);
	}
	pp_suggest_offer(&near, PP_CONFIG_ALIAS);
	pp_suggest_offer(&near, PP_CONFIG_TINTS);
	pp_err_set(err, PP_ERR_USAGE, "no command '%s' to have options", s->section);
	if (near.best)
		pp_err_hint(err, "did you mean [%s]?", near.best);
	return pp_config_blame(s, err);
}

int pp_alias_check(const struct pp_config *c, const struct pp_command *const *commands,
		   struct pp_err *err)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct pp_setting *s = &c->item[i];
		int rc;

		if (strcmp(s->section, PP_CONFIG_ALIAS) == 0)
			rc = check_alias(c, s, commands, err);
		else if (strcmp(s->section, PP_CONFIG_TINTS) == 0)
			rc = pp_tint_check(s, err);
		else
			rc = check_section(s, commands, err);
		if (rc)
			return -1;
	}
	return 0;
}
