/* SPDX-License-Identifier: Apache-2.0 */
/* Usage lines and option lists, aligned and wrapped. */
#include <config.h>

#include "cli/help.h"

#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/compiler.h"

#define LEFT_MAX    28 /* what is wider has its help on the next line */
#define CHOICES_MAX 24

/* Text in a column: behind `at` characters of this line, from `indent` on in the next ones. */
struct column {
	struct pp_out *out;
	size_t indent;
	size_t width; /* of the page */
	size_t at;
};

static size_t page_width(const struct pp_out *out)
{
	struct winsize ws;

	if (out->fd < 0 || ioctl(out->fd, TIOCGWINSZ, &ws) < 0 || ws.ws_col == 0)
		return 80;
	if (ws.ws_col < 40)
		return 40;
	return ws.ws_col < 100 ? ws.ws_col : 100;
}

static void pad(struct column *c, size_t to)
{
	for (; c->at < to; c->at++)
		pp_out_char(c->out, ' ');
}

static void new_line(struct column *c)
{
	pp_out_char(c->out, '\n');
	c->at = 0;
}

/* One word, preceded by a blank or a new line unless it is the first in its column. */
static void add_word(struct column *c, struct pp_str word)
{
	if (c->at > c->indent && c->at + 1 + word.n > c->width)
		new_line(c);
	if (c->at > c->indent)
		pad(c, c->at + 1);
	pad(c, c->indent);
	pp_out_str(c->out, word);
	c->at += word.n;
}

static void add_words(struct column *c, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, " ");

		if (n)
			add_word(c, (struct pp_str){text, n});
		text += n + (text[n] == ' ');
	}
}

/* A row of two columns; `left` may be longer than its column. */
static void row(struct pp_out *out, size_t width, size_t indent, const char *left,
		const char *right)
{
	struct column c = {.out = out, .indent = indent, .width = width};

	pp_out_text(out, left);
	c.at = strlen(left);
	if (c.at + 2 > indent)
		new_line(&c);
	pad(&c, indent);
	add_words(&c, right);
	new_line(&c);
}

static void join_choices(struct pp_buf *b, const struct pp_opt *o, const char *between)
{
	for (size_t i = 0; o->choices[i]; i++)
		pp_buf_fmt(b, "%s%s", i ? between : "", o->choices[i]);
}

static bool shows_choices(const struct pp_opt *o)
{
	size_t n = 0;

	if (o->kind != PP_OPT_ENUM)
		return false;
	for (size_t i = 0; o->choices[i]; i++)
		n += strlen(o->choices[i]) + (i > 0);
	return !o->arg || n <= CHOICES_MAX;
}

void pp_help_metavar(struct pp_buf *b, const struct pp_opt *o)
{
	if (shows_choices(o))
		join_choices(b, o, "|");
	else
		pp_buf_str(b, o->arg ? o->arg : "");
}

/* "[PROFILE]...", "BASE HEAD", "-- COMMAND [ARG]...". */
static void add_positional(struct pp_buf *b, const struct pp_opt *o)
{
	const char *open = o->min ? "" : "[", *close = o->min ? "" : "]";

	if (o->kind == PP_OPT_COMMAND)
		pp_buf_fmt(b, "%s-- %s [ARG]...%s", open, o->arg, close);
	else
		pp_buf_fmt(b, "%s%s%s%s", open, o->arg, close,
			   o->max == 1 || strchr(o->arg, ' ') ? "" : "...");
}

static void add_left(struct pp_buf *b, const struct pp_opt *o)
{
	pp_buf_str(b, "  ");
	if (o->kind == PP_OPT_ARGS || o->kind == PP_OPT_COMMAND) {
		add_positional(b, o);
		return;
	}
	if (o->letter)
		pp_buf_fmt(b, "-%c%s", o->letter, o->name ? ", " : "");
	else
		pp_buf_str(b, "    ");
	if (o->name)
		pp_buf_fmt(b, "--%s", o->name);
	if (pp_opt_is_switch(o))
		return;
	pp_buf_str(b, o->kind == PP_OPT_OPTIONAL ? "[=" : o->name ? "=" : " ");
	pp_help_metavar(b, o);
	if (o->kind == PP_OPT_OPTIONAL)
		pp_buf_char(b, ']');
}

static void add_help(struct pp_buf *b, const struct pp_opt *o)
{
	pp_buf_str(b, o->help);
	if (o->kind != PP_OPT_ENUM || shows_choices(o))
		return;
	pp_buf_fmt(b, "; %s is one of ", o->arg);
	join_choices(b, o, ", ");
}

static size_t left_width(const struct pp_opt *opts)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf left = PP_BUF_INIT;
	size_t widest = strlen("  -h, --help");

	for (const struct pp_opt *o = opts; o->help; o++) {
		pp_buf_clear(&left);
		add_left(&left, o);
		if (left.n > widest && left.n <= LEFT_MAX)
			widest = left.n;
	}
	return widest + 2;
}

static void usage_line(struct pp_cli *cli, const struct pp_opt *opts, size_t width)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf args = PP_BUF_INIT;
	struct column c = {.out = &cli->out, .width = width};

	pp_buf_str(&args, "[OPTION]...");
	for (const struct pp_opt *o = opts; o->help; o++) {
		if (o->kind != PP_OPT_ARGS && o->kind != PP_OPT_COMMAND)
			continue;
		pp_buf_char(&args, ' ');
		add_positional(&args, o);
	}
	pp_out_fmt(&cli->out, "usage: pyroprof %s ", cli->command->name);
	c.indent = c.at = strlen("usage: pyroprof  ") + strlen(cli->command->name);
	add_words(&c, args.p);
	new_line(&c);
}

static void footer(struct pp_cli *cli)
{
	const struct pp_command *command = cli->command;

	pp_out_text(&cli->out, "\nExit codes: 0 done, ");
	if (command->no)
		pp_out_fmt(&cli->out, "1 %s, ", command->no);
	pp_out_text(&cli->out, "2 wrong usage, 3 failed");
	if (command->undecided)
		pp_out_fmt(&cli->out, ", 4 %s", command->undecided);
	pp_out_text(&cli->out, ".\n");
	/* those of two words are on the page of the first */
	pp_out_fmt(&cli->out, "'man pyroprof-%.*s' has more.\n", (int)strcspn(command->name, " "),
		   command->name);
}

/* The commands whose names begin with that of this one. */
static void commands_below(struct pp_cli *cli, size_t width)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf left = PP_BUF_INIT;
	const char *below;
	bool first = true;

	for (const struct pp_command *const *c = cli->commands; *c; c++) {
		below = pp_command_below(*c, cli->command->name);
		if (!below || (*c)->hidden)
			continue;
		if (first)
			pp_out_text(&cli->out, "\nCommands:\n");
		first = false;
		pp_buf_clear(&left);
		pp_buf_fmt(&left, "  %s", below);
		row(&cli->out, width, 12, left.p, (*c)->summary);
	}
}

void pp_help_command(struct pp_cli *cli, const struct pp_opt *opts)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf left = PP_BUF_INIT;
	PP_CLEANUP(pp_buf_release) struct pp_buf help = PP_BUF_INIT;
	size_t width = page_width(&cli->out), indent = left_width(opts);
	struct column summary = {.out = &cli->out, .width = width};

	usage_line(cli, opts, width);
	add_words(&summary, cli->command->summary);
	new_line(&summary);
	for (const struct pp_opt *o = opts; o->help; o++) {
		if (o->group || o == opts)
			pp_out_fmt(&cli->out, "\n%s:\n", o->group ? o->group : "Options");
		pp_buf_clear(&left);
		pp_buf_clear(&help);
		add_left(&left, o);
		add_help(&help, o);
		row(&cli->out, width, indent, left.p, help.p);
	}
	commands_below(cli, width);
	row(&cli->out, width, indent, "  -h, --help", "show this text");
	footer(cli);
}

void pp_help_list(struct pp_cli *cli, const struct pp_opt *opts)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf arg = PP_BUF_INIT;

	for (const struct pp_opt *o = opts; o->help; o++) {
		if (!o->name && !o->letter)
			continue;
		pp_buf_clear(&arg);
		pp_help_metavar(&arg, o);
		if (o->letter)
			pp_out_char(&cli->out, o->letter);
		pp_out_fmt(&cli->out, "\t%s\t%s\n", o->name ? o->name : "", arg.p);
	}
	pp_out_text(&cli->out, "h\thelp\t\n");
}

static void overview_commands(struct pp_cli *cli, size_t width)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf left = PP_BUF_INIT;
	const struct pp_command *c;
	size_t widest = 0;
	bool first = true;

	for (size_t i = 0; (c = cli->commands[i]); i++) {
		if (!c->hidden && !pp_command_is_below(c) && strlen(c->name) > widest)
			widest = strlen(c->name);
	}
	for (size_t i = 0; (c = cli->commands[i]); i++) {
		if (c->hidden || pp_command_is_below(c))
			continue;
		if (c->group || first)
			pp_out_fmt(&cli->out, "\n%s:\n", c->group ? c->group : "Commands");
		first = false;
		pp_buf_clear(&left);
		pp_buf_fmt(&left, "  %s", c->name);
		row(&cli->out, width, widest + 4, left.p, c->summary);
	}
}

static void overview_examples(struct pp_cli *cli, size_t width)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf left = PP_BUF_INIT;
	bool first = true;

	for (const struct pp_example *e = cli->examples; e && e->command; e++) {
		const struct pp_command *c = pp_command_find(cli->commands, e->command);

		if (!c || c->hidden)
			continue;
		if (first)
			pp_out_text(&cli->out, "\nExamples:\n");
		first = false;
		pp_buf_clear(&left);
		pp_buf_fmt(&left, "  %s", e->line);
		row(&cli->out, width, 36, left.p, e->says);
	}
}

void pp_help_overview(struct pp_cli *cli)
{
	size_t width = page_width(&cli->out);

	pp_out_text(&cli->out,
		    "usage: pyroprof COMMAND [OPTION]... [ARGUMENT]...\n"
		    "       pyroprof [--no-config | --no-pager | -c KEY=VALUE]... COMMAND ...\n"
		    "       pyroprof --help | --version\n");
	overview_commands(cli, width);
	overview_examples(cli, width);
	pp_out_text(&cli->out, "\n'pyroprof COMMAND -h' lists the options of a command,\n"
			       "'pyroprof help COMMAND' opens its manual page.\n");
}
