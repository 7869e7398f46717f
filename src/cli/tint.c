/* SPDX-License-Identifier: Apache-2.0 */
/* Sequences are those of ECMA-48, select graphic rendition. */
#include <config.h>

#include "cli/tint.h"

#include <stdio.h>
#include <string.h>

#include "base/suggest.h"
#include "cli/terminal.h"

#define WORDS_MAX 4 /* of a setting: they have to fit into a sequence */

const char *const pp_tint_when[] = {"auto", "always", "never", NULL};

static const struct role {
	const char *name, *standard;
} roles[PP_TINT_ROLES] = {
	[PP_TINT_ERROR] = {"error", "bold red"}, [PP_TINT_HINT] = {"hint", "cyan"},
	[PP_TINT_MORE] = {"more", "red"},	 [PP_TINT_LESS] = {"less", "green"},
	[PP_TINT_GOOD] = {"good", "green"},	 [PP_TINT_BAD] = {"bad", "red"},
};

static const struct word {
	const char *name;
	int code;
} words[] = {
	{"normal", 0},	{"bold", 1},	 {"dim", 2},   {"italic", 3}, {"ul", 4},
	{"reverse", 7}, {"black", 30},	 {"red", 31},  {"green", 32}, {"yellow", 33},
	{"blue", 34},	{"magenta", 35}, {"cyan", 36}, {"white", 37},
};

static const struct word *find_word(struct pp_str name)
{
	for (size_t i = 0; i < PP_ARRAY_LEN(words); i++) {
		if (pp_str_eq(name, pp_str_of(words[i].name)))
			return &words[i];
	}
	return NULL;
}

/* Cut the next word off the text; empty behind the last. */
static struct pp_str next_word(const char **text)
{
	*text += strspn(*text, " ");
	struct pp_str word = {*text, strcspn(*text, " ")};

	*text += word.n;
	return word;
}

/* "bold red" to "\033[1;31m". False if it is no such text. */
static bool make_sequence(const char *text, char *out, size_t size)
{
	size_t n = (size_t)snprintf(out, size, "\033[");
	int count = 0;

	for (struct pp_str w = next_word(&text); w.n; w = next_word(&text)) {
		const struct word *word = find_word(w);

		if (!word || ++count > WORDS_MAX)
			return false;
		n += (size_t)snprintf(out + n, size - n, "%s%d", count > 1 ? ";" : "", word->code);
	}
	snprintf(out + n, size - n, "m");
	return count > 0;
}

static const char *setting(const struct pp_config *c, enum pp_tint_role role)
{
	/* the last one wins */
	for (size_t i = c ? c->n : 0; i > 0; i--) {
		const struct pp_setting *s = &c->item[i - 1];

		if (strcmp(s->section, PP_CONFIG_TINTS) == 0 &&
		    strcmp(s->key, roles[role].name) == 0 && s->value)
			return s->value;
	}
	return roles[role].standard;
}

struct pp_tint pp_tint_of(const struct pp_cli *cli, enum pp_tint_role role, int fd)
{
	struct pp_tint c = {.off = ""};
	bool wanted = cli->colour == PP_TINT_AUTO ? pp_terminal_has_colours(fd)
						  : cli->colour == PP_TINT_ALWAYS;

	if (!wanted)
		return c;
	if (make_sequence(setting(cli->config, role), c.on, sizeof(c.on)))
		c.off = "\033[0m";
	else
		c.on[0] = '\0'; /* the check of the configuration has said so */
	return c;
}

static int unknown_role(const struct pp_setting *s, struct pp_err *err)
{
	struct pp_suggest near;

	pp_suggest_init(&near, pp_str_of(s->key));
	for (size_t i = 0; i < PP_TINT_ROLES; i++)
		pp_suggest_offer(&near, roles[i].name);
	pp_err_set(err, PP_ERR_USAGE, "nothing has the colour '%s'", s->key);
	if (near.best)
		pp_err_hint(err, "did you mean '%s'?", near.best);
	return pp_config_blame(s, err);
}

int pp_tint_check(const struct pp_setting *s, struct pp_err *err)
{
	char sequence[sizeof(((struct pp_tint *)NULL)->on)];
	size_t i = 0;

	while (i < PP_TINT_ROLES && strcmp(roles[i].name, s->key) != 0)
		i++;
	if (i == PP_TINT_ROLES)
		return unknown_role(s, err);
	if (s->value && make_sequence(s->value, sequence, sizeof(sequence)))
		return 0;
	pp_err_set(err, PP_ERR_USAGE, "'%s' is no colour: words such as bold, ul, red, cyan",
		   s->value ? s->value : "");
	return pp_config_blame(s, err);
}
