/* SPDX-License-Identifier: Apache-2.0 */
/* Candidates for the word under the cursor. */
#include <config.h>

#include "cli/complete.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/compiler.h"
#include "base/num.h"
#include "cli/alias.h"
#include "cli/exitcode.h"
#include "cli/leading.h"
#include "cli/scan.h"
#include "io/file.h"

/* The word being completed, and the part of it that stands before the value: "--format=". */
struct partial {
	struct pp_out *out;
	const char *word;
	size_t before;
	const char *archive; /* what --archive says; NULL: nothing */
	const char *profile; /* the first that the line names; NULL: none */
};

static struct partial whole_word(struct pp_cli *cli, const char *word)
{
	return (struct partial){.out = &cli->out, .word = word};
}

/* Offer dashes + text + tail if the word goes on like that. */
static void offer(const struct partial *p, const char *dashes, const char *text, const char *tail,
		  const char *help)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf candidate = PP_BUF_INIT;

	pp_buf_add(&candidate, p->word, p->before);
	pp_buf_fmt(&candidate, "%s%s%s", dashes, text, tail);
	if (strncmp(candidate.p, p->word, strlen(p->word)) != 0)
		return;
	pp_out_safe(p->out, pp_buf_view(&candidate));
	pp_out_char(p->out, '\t');
	pp_out_safe(p->out, pp_str_of(help));
	pp_out_char(p->out, '\n');
}

static void offer_commands(struct pp_cli *cli, const struct partial *p)
{
	for (size_t i = 0; cli->commands[i]; i++) {
		const struct pp_command *c = cli->commands[i];

		if (!c->hidden && !pp_command_is_below(c))
			offer(p, "", c->name, "", c->summary);
	}
}

static void offer_aliases(struct pp_cli *cli, const struct partial *p)
{
	for (size_t i = 0; cli->config && i < cli->config->n; i++) {
		const struct pp_setting *s = &cli->config->item[i];

		/* of several with one name the last one counts */
		if (pp_alias_find(cli->config, s->key) == s)
			offer(p, "", s->key, "", s->value ? s->value : "");
	}
}

/* Second words of commands whose first word is there. */
static void offer_below(struct pp_cli *cli, const struct partial *p, const char *first)
{
	for (size_t i = 0; cli->commands[i]; i++) {
		const struct pp_command *c = cli->commands[i];
		const char *below = pp_command_below(c, first);

		if (below && !c->hidden)
			offer(p, "", below, "", c->summary);
	}
}

/* Kernel threads and zombies have no command line, and no profile either. */
static bool has_command_line(const char *pid)
{
	char path[64], one[2];

	snprintf(path, sizeof(path), "/proc/%.10s/cmdline", pid);
	return pp_file_read_text(path, one, sizeof(one)) > 0;
}

static void offer_pids(const struct partial *p)
{
	DIR *proc = opendir("/proc");

	for (struct dirent *e = proc ? readdir(proc) : NULL; e; e = readdir(proc)) {
		char path[64], comm[64];
		size_t digits = strspn(e->d_name, "0123456789");

		if (digits == 0 || digits > 10 || e->d_name[digits] || !has_command_line(e->d_name))
			continue;
		snprintf(path, sizeof(path), "/proc/%.10s/comm", e->d_name);
		if (pp_file_read_text(path, comm, sizeof(comm)) <= 0)
			continue;
		comm[strcspn(comm, "\n")] = '\0';
		offer(p, "", e->d_name, "", comm);
	}
	if (proc)
		closedir(proc);
}

static void offer_one(void *context, const char *text, const char *help)
{
	offer(context, "", text, "", help);
}

/* From the archive that the line names, if it does. */
static void offer_selectors(struct pp_cli *cli, const struct partial *p, bool labels)
{
	struct partial own = *p;

	if (cli->offer_selectors)
		cli->offer_selectors(p->archive, labels ? NULL : p->word + p->before, offer_one,
				     &own);
}

static void offer_functions(struct pp_cli *cli, const struct partial *p)
{
	struct partial own = *p;

	if (cli->offer_functions)
		cli->offer_functions(p->archive, p->profile, offer_one, &own);
}

/* Whether a word selects from the archive, as far as one can see by how it begins. */
static bool is_selector(const char *word)
{
	return word[0] == '@' || word[0] == '{';
}

static void offer_hint(struct pp_cli *cli, const struct partial *p, enum pp_opt_hint hint)
{
	switch (hint) {
	case PP_HINT_NONE:
		return;
	case PP_HINT_SELECTOR:
		offer_selectors(cli, p, false);
		return;
	case PP_HINT_LABEL:
		offer_selectors(cli, p, true);
		return;
	case PP_HINT_FUNCTION:
		offer_functions(cli, p);
		return;
	case PP_HINT_PROFILE:
		if (is_selector(p->word + p->before)) {
			offer_selectors(cli, p, false);
			return;
		}
		pp_out_text(p->out, ":file\n");
		return;
	case PP_HINT_FILE:
		pp_out_text(p->out, ":file\n");
		return;
	case PP_HINT_PID:
		offer_pids(p);
		return;
	case PP_HINT_COMMAND:
		pp_out_text(p->out, ":command\n");
		return;
	case PP_HINT_SUBCOMMAND:
		offer_commands(cli, p);
		return;
	}
}

static void offer_value(struct pp_cli *cli, const struct partial *p, const struct pp_opt *o)
{
	if (o->choices) {
		for (size_t i = 0; o->choices[i]; i++)
			offer(p, "", o->choices[i], "", o->help);
		return;
	}
	offer_hint(cli, p, o->hint);
}

/* Where the cursor stands: found out by reading the line up to there as parsing would. */
struct place {
	bool *given;		     /* by index into the table */
	const struct pp_opt *option; /* the word is its value, or NULL */
	const struct pp_opt *words;  /* the same, unless it is an option itself */
	size_t args;
	bool plain;   /* behind "--" */
	bool command; /* within the program's command line, */
	bool program; /* at the program's name */
};

/* With argv[argc - 1] being the word. */
static void find_place(struct place *place, const struct pp_opt *opts, int argc, char **argv)
{
	struct pp_scan s;
	struct pp_token t;
	struct pp_err ignored;

	pp_scan_init(&s, opts, argc - 1, argv);
	for (;;) {
		if (pp_scan_next(&s, &t, &ignored) < 0)
			continue;
		if (t.kind == PP_TOKEN_END)
			break;
		if (t.kind == PP_TOKEN_NO_VALUE) {
			place->option = t.opt;
			break;
		}
		if (t.kind == PP_TOKEN_COMMAND) {
			place->command = true;
			place->program = s.next == argc - 1;
			break;
		}
		if (t.kind == PP_TOKEN_ARG)
			place->args++;
		else if (t.kind == PP_TOKEN_OPTION && t.opt->kind != PP_OPT_LIST &&
			 t.opt->kind != PP_OPT_WORDS)
			place->given[t.opt - opts] = true;
	}
	place->plain = s.plain;
	place->words = s.words;
}

/* What the whole line says about where candidates come from, whether it stands before the word,
 * argv[cursor], or behind it. Of commands whose first argument is no profile, the others are; of
 * those that take selectors only, everything is selected unless one is there. */
static void find_sources(struct partial *p, const struct pp_opt *opts, int argc, char **argv,
			 int cursor)
{
	const struct pp_opt *args = pp_opt_find_kind(opts, PP_OPT_ARGS);
	bool selects = args && args->hint == PP_HINT_SELECTOR;
	size_t skip = args && args->first_hint ? 1 : 0, n = 0;
	struct pp_scan s;
	struct pp_token t;
	struct pp_err ignored;

	pp_scan_init(&s, opts, argc, argv);
	for (;;) {
		if (pp_scan_next(&s, &t, &ignored) < 0)
			continue;
		if (t.kind == PP_TOKEN_END || t.kind == PP_TOKEN_NO_VALUE ||
		    t.kind == PP_TOKEN_COMMAND)
			break;
		if (t.kind == PP_TOKEN_OPTION && t.opt->name && strcmp(t.opt->name, "archive") == 0)
			p->archive = t.value;
		if (t.kind == PP_TOKEN_ARG && n++ >= skip && s.next - 1 != cursor && !p->profile &&
		    (!selects || is_selector(t.value)))
			p->profile = t.value;
	}
	if (selects && !p->profile)
		p->profile = "{}";
}

/* One dash before a long name is offered to those who began that way. */
static void offer_options(const struct partial *p, const struct pp_opt *opts, const bool *given)
{
	const char *dashes = p->word[1] && p->word[1] != '-' ? "-" : "--";

	for (const struct pp_opt *o = opts; o->help; o++) {
		if (given[o - opts])
			continue;
		if (o->name)
			offer(p, dashes, o->name, pp_opt_stands_alone(o) ? "" : "=", o->help);
		if (o->name && o->kind == PP_OPT_OPTIONAL)
			offer(p, dashes, o->name, "=", o->help);
		if (!o->name && o->letter)
			offer(p, "-", (char[]){o->letter, '\0'}, "", o->help);
	}
	offer(p, dashes, "help", "", "show the options");
}

/* --name=VALUE: the option, with p->before at the value; NULL if the word is not like that. */
static const struct pp_opt *attached(struct partial *p, const struct pp_opt *opts)
{
	const char *eq = strchr(p->word, '=');
	char *line[] = {NULL, NULL};
	struct pp_scan s;
	struct pp_token t;
	struct pp_err ignored;

	if (!eq)
		return NULL;
	PP_CLEANUP(pp_freep) char *word = pp_xstrdup(p->word);
	line[1] = word;
	pp_scan_init(&s, opts, 2, line);
	if (pp_scan_next(&s, &t, &ignored) < 0 || t.kind != PP_TOKEN_OPTION || !t.value)
		return NULL;
	if (t.by_letter && word[2] != '=')
		return NULL; /* that '=' is part of the value */
	p->before = (size_t)(eq + 1 - p->word);
	return t.opt;
}

static void offer_positional(struct pp_cli *cli, const struct partial *p, const struct pp_opt *opts,
			     const struct place *place)
{
	const struct pp_opt *args = pp_opt_find_kind(opts, PP_OPT_ARGS);
	const struct pp_opt *command = pp_opt_find_kind(opts, PP_OPT_COMMAND);

	if (place->command)
		offer_hint(cli, p, place->program ? PP_HINT_COMMAND : PP_HINT_FILE);
	else if (args && place->args == 0 && args->first_hint)
		offer_hint(cli, p, args->first_hint);
	else if (args && (!args->max || place->args < args->max))
		offer_hint(cli, p, args->hint);
	else if (!args && command)
		offer_hint(cli, p, PP_HINT_COMMAND);
}

void pp_complete_command(struct pp_cli *cli, const struct pp_opt *opts, int argc, char **argv)
{
	int cursor = argc - 1 - cli->behind;
	struct partial p = whole_word(cli, argv[cursor]);
	struct place place = {0};
	size_t n = 0;

	while (opts[n].help)
		n++;
	PP_CLEANUP(pp_freep) bool *given = pp_xcalloc(n, sizeof(*given));
	place.given = given;
	find_place(&place, opts, cursor + 1, argv);
	find_sources(&p, opts, argc, argv, cursor);

	bool dashed = p.word[0] == '-' && !place.plain && !place.command;
	const struct pp_opt *option = place.option;
	if (!option && dashed)
		option = attached(&p, opts);
	if (!option && !dashed)
		option = place.words;
	if (option)
		offer_value(cli, &p, option);
	else if (dashed)
		offer_options(&p, opts, given);
	else
		offer_positional(cli, &p, opts, &place);
}

/* How many of the words before the last one are options that stand before the command. */
static int count_options(int n, char **words)
{
	int i = 0;

	while (i < n - 1 && words[i][0] == '-')
		i += strcmp(words[i], "-c") == 0 ? 2 : 1;
	return i;
}

static void offer_first(struct pp_cli *cli, const struct partial *p)
{
	PP_CLEANUP(pp_leading_release) struct pp_leading leading = {.no_config = false};
	const bool given[PP_LEADING_MAX] = {false};
	struct pp_opt table[PP_LEADING_MAX];
	struct partial own = *p;

	if (p->word[0] != '-') {
		offer_commands(cli, p);
		offer_aliases(cli, p);
		return;
	}
	pp_leading_options(&leading, cli, table);
	const struct pp_opt *option = attached(&own, table);
	if (option)
		offer_value(cli, &own, option);
	else
		offer_options(p, table, given);
}

/* The words of a command, those behind the cursor included. */
static int complete_arguments(struct pp_cli *cli, int all, char **words)
{
	int n = all - cli->behind, used;
	struct partial p = whole_word(cli, words[n - 1]);

	if (n == 2)
		offer_below(cli, &p, words[0]);
	/* the word under the cursor is no part of the name */
	cli->command = pp_command_words(cli->commands, n - 1, words, &used);
	if (!cli->command || cli->command->hidden)
		return PP_EXIT_OK;
	cli->mode = PP_CLI_COMPLETE;
	return cli->command->run(cli, all - used + 1, words + used - 1);
}

/* Take --behind=N off the words. false if it does not fit them. */
static bool take_behind(struct pp_cli *cli, int *n, char ***words)
{
	static const char option[] = "--behind=";
	struct pp_err ignored;
	uint64_t behind;

	cli->behind = 0;
	if (*n == 0 || strncmp(**words, option, strlen(option)) != 0)
		return true;
	if (pp_parse_u64(**words + strlen(option), 0, (uint64_t)*n - 1, &behind, &ignored))
		return false;
	++*words;
	--*n;
	cli->behind = (int)behind;
	return true;
}

int pp_complete_words(struct pp_cli *cli, int n, char **words)
{
	PP_CLEANUP(pp_words_release) struct pp_words expanded = {0};
	struct pp_err ignored;
	struct partial p;

	if (!take_behind(cli, &n, &words))
		return PP_EXIT_OK;
	int skip = count_options(n - cli->behind, words);
	n -= skip;
	words += skip;
	if (n - cli->behind < 1)
		return PP_EXIT_OK;
	if (n - cli->behind == 1) {
		p = whole_word(cli, words[0]);
		offer_first(cli, &p);
		return PP_EXIT_OK;
	}
	const struct pp_setting *alias = pp_alias_find(cli->config, words[0]);
	if (alias && !pp_command_find(cli->commands, words[0]) &&
	    pp_alias_expand(alias, n - 1, words + 1, &expanded, &ignored) == 0)
		return complete_arguments(cli, expanded.n, expanded.word);
	return complete_arguments(cli, n, words);
}
