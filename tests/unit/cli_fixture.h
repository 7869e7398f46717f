/* SPDX-License-Identifier: Apache-2.0 */
/* What the unit programs of cli/ share: two commands, and a struct pp_cli that writes to memory. */
#ifndef PP_TESTS_CLI_FIXTURE_H
#define PP_TESTS_CLI_FIXTURE_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/compiler.h"
#include "cli/command.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cli/opt.h"

/* Two commands that have every kind of option between them. */

static const char *const formats[] = {"text", "json", "csv", NULL};
static const char *const types[] = {"cpu",   "heap",  "allocs",	      "goroutine",
				    "mutex", "block", "threadcreate", NULL};

struct values {
	bool cum, lines, quiet;
	uint64_t nodecount, size;
	double fraction;
	int64_t duration;
	int format, type;
	const char *output, *pid, *store;
	struct pp_opt_list headers, args, command;
};

enum { LOOK_ENTRIES = 10, WATCH_ENTRIES = 9 };

/* Options among positionals. */
static inline void fill_look(struct pp_opt *opts, struct values *v)
{
	const struct pp_opt table[] = {
		{PP_OPT_ARGS, 0, NULL, "PROFILE", "what to read", &v->args, NULL, 0, 3,
		 PP_HINT_PROFILE, "Arguments"},
		{PP_OPT_FLAG, 'c', "cum", NULL, "sort by cumulated values", &v->cum, NULL, 0, 0, 0,
		 "Rows"},
		{PP_OPT_FLAG, 'l', "lines", NULL, "a row for each line", &v->lines, NULL, 0, 0, 0,
		 NULL},
		{PP_OPT_NUMBER, 'n', "nodecount", "N", "show N rows (default 80)", &v->nodecount,
		 NULL, 0, 1000, 0, NULL},
		{PP_OPT_FRACTION, 0, "node-fraction", "FRACTION", "leave out smaller ones",
		 &v->fraction, NULL, 0, 0, 0, NULL},
		{PP_OPT_ENUM, 0, "format", NULL, "how to write it", &v->format, formats, 0, 0, 0,
		 "Output"},
		{PP_OPT_TEXT, 'o', "output", "FILE", "where to write it", &v->output, NULL, 0, 0,
		 PP_HINT_FILE, NULL},
		{PP_OPT_OPTIONAL, 0, "store", "DIR", "keep it, in DIR perhaps", &v->store, NULL, 0,
		 0, PP_HINT_FILE, NULL},
		{PP_OPT_SIZE, 0, "max-size", "SIZE", "refuse more than SIZE", &v->size, NULL, 0, 0,
		 0, NULL},
		PP_OPT_END,
	};

	_Static_assert(PP_ARRAY_LEN(table) == LOOK_ENTRIES, "the caller's array must hold it");
	memcpy(opts, table, sizeof(table));
}

/* A program's command line behind the options. */
static inline void fill_watch(struct pp_opt *opts, struct values *v)
{
	const struct pp_opt table[] = {
		{PP_OPT_COMMAND, 0, NULL, "COMMAND", "start this", &v->command, NULL, 0, 0,
		 PP_HINT_COMMAND, "Arguments"},
		{PP_OPT_TEXT, 'p', "pid", "PID", "the process", &v->pid, NULL, 0, 0, PP_HINT_PID,
		 "What"},
		{PP_OPT_DURATION, 'd', "duration", "TIME", "stop after TIME", &v->duration, NULL, 0,
		 0, 0, NULL},
		{PP_OPT_ENUM, 't', "type", "TYPE", "the kind of profile", &v->type, types, 0, 0, 0,
		 NULL},
		{PP_OPT_LIST, 'H', "header", "HEADER", "send this as well", &v->headers, NULL, 0, 0,
		 0, NULL},
		{PP_OPT_TEXT, 'o', "output", "FILE", "where to write it", &v->output, NULL, 0, 0,
		 PP_HINT_FILE, "Output"},
		{PP_OPT_FLAG, 'q', "quiet", NULL, "say nothing", &v->quiet, NULL, 0, 0, 0, NULL},
		{PP_OPT_NUMBER, 0, "any", "N", "a number without a limit", &v->nodecount, NULL, 0,
		 0, 0, NULL},
		PP_OPT_END,
	};

	_Static_assert(PP_ARRAY_LEN(table) == WATCH_ENTRIES, "the caller's array must hold it");
	memcpy(opts, table, sizeof(table));
}

static inline void release(struct values *v)
{
	pp_opt_list_release(&v->headers);
	pp_opt_list_release(&v->args);
	pp_opt_list_release(&v->command);
}

static inline int run_look(struct pp_cli *cli, int argc, char **argv)
{
	PP_CLEANUP(release) struct values v = {0};
	struct pp_opt opts[LOOK_ENTRIES];
	struct pp_err err = PP_ERR_INIT;

	fill_look(opts, &v);
	return pp_opt_parse(cli, opts, argc, argv, &err) < 0 ? pp_cli_fail(cli, &err) : PP_EXIT_OK;
}

static inline int run_watch(struct pp_cli *cli, int argc, char **argv)
{
	PP_CLEANUP(release) struct values v = {0};
	struct pp_opt opts[WATCH_ENTRIES];
	struct pp_err err = PP_ERR_INIT;

	fill_watch(opts, &v);
	return pp_opt_parse(cli, opts, argc, argv, &err) < 0 ? pp_cli_fail(cli, &err) : PP_EXIT_OK;
}

static const struct pp_command look = {
	.name = "look", .summary = "look at it", .run = run_look, .group = "Look"};
static const struct pp_command watch = {.name = "watch",
					.summary = "watch it run",
					.run = run_watch,
					.group = "Watch",
					.no = "nothing was seen"};
static const struct pp_command secret = {
	.name = "__secret", .summary = "hidden", .run = run_look, .hidden = true};
static const struct pp_command *const commands[] = {&watch, &look, &secret, NULL};
static const struct pp_example examples[] = {{"watch", "pyroprof watch -- ls", "watch ls"},
					     {"gone", "pyroprof gone", "not there"},
					     {NULL, NULL, NULL}};

/* A pp_cli that writes to memory and to a temporary file, and whatever it wrote. */
struct fixture {
	struct pp_cli cli;
	struct values v;
	struct pp_err err;
	char said[4096];
};

static inline int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char path[] = "/tmp/pp-cli-XXXXXX";

	if (!f)
		return -1;
	pp_cli_init(&f->cli, commands, examples);
	pp_out_init_mem(&f->cli.out);
	f->cli.command = &look;
	f->cli.err_fd = mkostemp(path, O_CLOEXEC);
	*state = f;
	return f->cli.err_fd < 0 || unlink(path) < 0 ? -1 : 0;
}

static inline int tear_down(void **state)
{
	struct fixture *f = *state;

	release(&f->v);
	pp_buf_release(&f->cli.out.buf);
	close(f->cli.err_fd);
	free(f);
	return 0;
}

/* What went to the error stream so far. */
static inline const char *said(struct fixture *f)
{
	ssize_t n = pread(f->cli.err_fd, f->said, sizeof(f->said) - 1, 0);

	assert_true(n >= 0);
	f->said[n] = '\0';
	return f->said;
}

static inline const char *printed(const struct fixture *f)
{
	return f->cli.out.buf.p ? f->cli.out.buf.p : "";
}

#define MAX_WORDS 12

/* Cut at blanks; "''" is an empty word. The words live in `text`. */
static inline int split(char *text, char **words)
{
	int n = 0;
	char *word;

	while ((word = strsep(&text, " "))) {
		assert_true(n < MAX_WORDS);
		words[n++] = strcmp(word, "''") == 0 ? word + 2 : word;
	}
	words[n] = NULL;
	return n;
}

/* Parse a line whose first word names the command. The words stay valid until the next call. */
static inline int parse(struct fixture *f, const char *line, char text[512])
{
	struct pp_opt opts[LOOK_ENTRIES > WATCH_ENTRIES ? LOOK_ENTRIES : WATCH_ENTRIES];
	char *words[MAX_WORDS + 1];

	release(&f->v);
	f->v = (struct values){.format = -1, .type = -1, .duration = -1};
	f->err = (struct pp_err)PP_ERR_INIT;
	snprintf(text, 512, "%s", line);
	int n = split(text, words);
	if (strcmp(words[0], "watch") == 0)
		fill_watch(opts, &f->v);
	else
		fill_look(opts, &f->v);
	return pp_opt_parse(&f->cli, opts, n, words, &f->err);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
