/* SPDX-License-Identifier: Apache-2.0 */
/* cli/: what is said: help, completion, messages, progress. */
#include <config.h>

#include "unit.h"

#include "cli_fixture.h"

#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>

#include "base/clock.h"
#include "cli/complete.h"
#include "cli/config.h"
#include "cli/help.h"
#include "cli/progress.h"
#include "cli/stage.h"
#include "cli/tint.h"
#include "io/file.h"

static void help_shows_the_table(void **state)
{
	struct fixture *f = *state;
	char text[512];

	assert_int_equal(parse(f, "look -h", text), 1);
	assert_string_equal(printed(f), "usage: pyroprof look [OPTION]... [PROFILE]...\n"
					"look at it\n"
					"\n"
					"Arguments:\n"
					"  [PROFILE]...                what to read\n"
					"\n"
					"Rows:\n"
					"  -c, --cum                   sort by cumulated values\n"
					"  -l, --lines                 a row for each line\n"
					"  -n, --nodecount=N           show N rows (default 80)\n"
					"      --node-fraction=FRACTION\n"
					"                              leave out smaller ones\n"
					"\n"
					"Output:\n"
					"      --format=text|json|csv  how to write it\n"
					"  -o, --output=FILE           where to write it\n"
					"      --store[=DIR]           keep it, in DIR perhaps\n"
					"      --max-size=SIZE         refuse more than SIZE\n"
					"\n"
					"Everywhere:\n"
					"  -q, --quiet                 no notes and no progress\n"
					"      --verbose               tell what took how long\n"
					"      --color=auto|always|never\n"
					"                              whether to write colours "
					"(default auto)\n"
					"  -h, --help                  show this text\n"
					"\n"
					"Exit codes: 0 done, 2 wrong usage, 3 failed.\n"
					"'man pyroprof-look' has more.\n");
}

static void help_wraps_and_lists_long_choices(void **state)
{
	static const char type_rows[] =
		"\n  -t, --type=TYPE        the kind of profile; TYPE is one of cpu, heap, "
		"allocs,\n"
		"                         goroutine, mutex, block, threadcreate\n";
	static const char *const want[] = {
		"usage: pyroprof watch [OPTION]... [-- COMMAND [ARG]...]\nwatch it run\n",
		type_rows, "\nExit codes: 0 done, 1 nothing was seen, 2 wrong usage, 3 failed.\n"};
	struct fixture *f = *state;
	char text[512];

	f->cli.command = &watch;
	assert_int_equal(parse(f, "watch -h", text), 1);
	for (size_t i = 0; i < PP_ARRAY_LEN(want); i++)
		PP_CHECK_MSG(strstr(printed(f), want[i]), want[i]);
	for (const char *p = printed(f); *p; p += strcspn(p, "\n") + 1)
		assert_true(strcspn(p, "\n") <= 80);
}

static void help_overview(void **state)
{
	struct fixture *f = *state;

	pp_help_overview(&f->cli);
	assert_non_null(strstr(printed(f), "\nWatch:\n  watch  watch it run\n"));
	assert_non_null(strstr(printed(f), "\nLook:\n  look   look at it\n"));
	assert_non_null(strstr(printed(f), "\nExamples:\n  pyroprof watch -- ls"));
	assert_null(strstr(printed(f), "gone"));
	assert_null(strstr(printed(f), "__secret"));
}

static void help_lists_for_scripts(void **state)
{
	struct fixture *f = *state;
	char text[512];

	f->cli.mode = PP_CLI_LIST;
	assert_int_equal(parse(f, "look", text), 1);
	assert_string_equal(printed(f),
			    "c\tcum\t\nl\tlines\t\nn\tnodecount\tN\n"
			    "\tnode-fraction\tFRACTION\n\tformat\ttext|json|csv\n"
			    "o\toutput\tFILE\n\tstore\tDIR\n\tmax-size\tSIZE\nh\thelp\t\n");
	struct pp_opt bad[] = {
		{.kind = PP_OPT_FLAG, .name = "flag", .help = "Bad.", .value = &f->v.cum},
		PP_OPT_END};
	char look_word[] = "look", *words[] = {look_word, NULL};
	assert_int_equal(pp_opt_parse(&f->cli, bad, 1, words, &f->err), -1);
}

static void complete_offers(void **state)
{
	static const struct {
		const char *line, *want;
	} cases[] = {
		{"''", "watch\twatch it run\nlook\tlook at it\n"},
		{"lo", "look\tlook at it\n"},
		{"zz", ""},
		{"__", ""},
		{"--v", "--version\tshow the version\n--verbose\ttell what took how long\n"},
		{"--color=n", "--color=never\twhether to write colours (default auto)\n"},
		{"--behind=1 loo a", "look\tlook at it\n"},
		{"--behind=2 look --no a b", "--nodecount=\tshow N rows (default 80)\n"
					     "--node-fraction=\tleave out smaller ones\n"},
		{"--behind=3 look a", ""},
		{"--behind=x look a", ""},
		{"__secret --", ""},
		{"nosuch --", ""},
		{"look --no", "--nodecount=\tshow N rows (default 80)\n"
			      "--node-fraction=\tleave out smaller ones\n"},
		{"look -no", "-nodecount=\tshow N rows (default 80)\n"
			     "-node-fraction=\tleave out smaller ones\n"},
		{"look --cum --cu", ""},
		{"look -c --cu", ""},
		{"watch -H a --he", "--header=\tsend this as well\n--help\tshow the options\n"},
		{"look --format=", "--format=text\thow to write it\n--format=json\thow to write "
				   "it\n--format=csv\thow to write it\n"},
		{"look --format j", "json\thow to write it\n"},
		{"look -format=c", "-format=csv\thow to write it\n"},
		{"look --format=x", ""},
		{"look --output=", ":file\n"},
		{"look --sto",
		 "--store\tkeep it, in DIR perhaps\n--store=\tkeep it, in DIR perhaps\n"},
		{"look --store=", ":file\n"},
		{"look --store ''", ":file\n"},
		{"look -o ''", ":file\n"},
		{"look -co x", ":file\n"},
		{"look -o=x", ":file\n"},
		{"look -n ''", ""},
		{"look --nonsense ''", ":file\n"},
		{"look a ''", ":file\n"},
		{"look a b c ''", ""},
		{"look -- --cu", ":file\n"},
		{"watch ''", ":command\n"},
		{"watch l", ":command\n"},
		{"watch -- ''", ":command\n"},
		{"watch -- --du", ":command\n"},
		{"watch ls --du", ":file\n"},
		{"watch -- ls ''", ":file\n"},
		{"watch -t mu", "mutex\tthe kind of profile\n"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		char text[512], *words[MAX_WORDS + 1];

		f->cli.command = NULL;
		f->cli.mode = PP_CLI_RUN;
		pp_buf_clear(&f->cli.out.buf);
		snprintf(text, sizeof(text), "%s", cases[i].line);
		int n = split(text, words);
		PP_CHECK_MSG(pp_complete_words(&f->cli, n, words) == PP_EXIT_OK, cases[i].line);
		if (strcmp(printed(f), cases[i].want) != 0)
			fail_msg("'%s' gave '%s'", cases[i].line, printed(f));
	}
}

static void complete_offers_processes(void **state)
{
	struct fixture *f = *state;
	char pid[32], comm[32], want[80], line[] = "watch --pid", *words[MAX_WORDS + 1];

	assert_true(pp_file_read_text("/proc/self/comm", comm, sizeof(comm)) > 0);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	snprintf(want, sizeof(want), "%s\t%s", pid, comm);
	words[split(line, words)] = pid;
	assert_int_equal(pp_complete_words(&f->cli, 3, words), PP_EXIT_OK);
	assert_non_null(strstr(printed(f), want)); /* other numbers may begin like ours */
}

static void fail_says_it_safely(void **state)
{
	struct fixture *f = *state;

	pp_err_set(&f->err, PP_ERR_IO, "cannot read '\033[31mx\n'");
	pp_err_hint(&f->err, "try\t'y'");
	assert_int_equal(pp_cli_fail(&f->cli, &f->err), PP_EXIT_FAILED);
	assert_string_equal(said(f), "pyroprof: cannot read '\\x1b[31mx\\x0a'\n"
				     "hint: try\\x09'y'\n");
}

static void fail_points_at_help(void **state)
{
	struct fixture *f = *state;

	pp_err_set(&f->err, PP_ERR_USAGE, "no");
	assert_int_equal(pp_cli_fail(&f->cli, &f->err), PP_EXIT_USAGE);
	f->cli.command = NULL;
	assert_int_equal(pp_cli_fail(&f->cli, &f->err), PP_EXIT_USAGE);
	assert_string_equal(said(f), "pyroprof: no\nsee 'pyroprof look -h'\n"
				     "pyroprof: no\nsee 'pyroprof --help'\n");
}

static void quiet_drops_notes_only(void **state)
{
	struct fixture *f = *state;

	pp_cli_note(&f->cli, "a %d", 1);
	f->cli.quiet = true;
	pp_cli_note(&f->cli, "b %d", 2);
	pp_cli_warn(&f->cli, "c %d", 3);
	assert_string_equal(said(f), "pyroprof: a 1\npyroprof: c 3\n");
}

static void dispatch_finds_commands(void **state)
{
	static const struct {
		const char *line;
		int code;
		const char *said; /* NULL: nothing */
	} cases[] = {
		{"pyroprof", 0, NULL},
		{"pyroprof -h", 0, NULL},
		{"pyroprof -version", 0, NULL},
		{"pyroprof look a", 0, NULL},
		{"pyroprof __secret", 0, NULL},
		{"pyroprof loko", 2,
		 "pyroprof: unknown command 'loko'\nhint: did you mean 'look'?\n"},
		{"pyroprof __secrte", 2, "pyroprof: unknown command '__secrte'\nsee"},
		{"pyroprof ''", 2, "pyroprof: unknown command ''\nsee"},
		{"pyroprof --vresion", 2,
		 "pyroprof: unknown option '--vresion'\n"
		 "hint: did you mean '--version'?\n"},
		{"pyroprof look -x", 2, "pyroprof: unknown option '-x'\nsee 'pyroprof look -h'\n"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		char text[512], *words[MAX_WORDS + 1];

		assert_int_equal(ftruncate(f->cli.err_fd, 0), 0);
		lseek(f->cli.err_fd, 0, SEEK_SET);
		snprintf(text, sizeof(text), "%s", cases[i].line);
		int n = split(text, words);
		f->cli.command = NULL;
		PP_CHECK_MSG(pp_cli_run(&f->cli, n, words) == cases[i].code, cases[i].line);
		if (cases[i].said)
			PP_CHECK_MSG(strstr(said(f), cases[i].said) == f->said, cases[i].line);
		else
			assert_string_equal(said(f), "");
	}
	assert_int_equal(pp_cli_run(&f->cli, 0, (char *[]){NULL}), 0);
}

/* The other end of a terminal 20 columns wide, in place of the error stream. */
static int open_terminal(struct fixture *f)
{
	struct winsize ws = {.ws_row = 5, .ws_col = 20};
	int master, slave;

	assert_int_equal(openpty(&master, &slave, NULL, NULL, &ws), 0);
	assert_int_equal(fcntl(master, F_SETFL, O_NONBLOCK), 0);
	close(f->cli.err_fd);
	f->cli.err_fd = slave;
	return master;
}

static const char *read_terminal(struct fixture *f, int master)
{
	struct pollfd more = {.fd = master, .events = POLLIN};
	size_t used = 0;

	/* what is written to a terminal reaches the other side a little later, and in pieces */
	while (poll(&more, 1, 100) > 0) {
		ssize_t n = read(master, f->said + used, sizeof(f->said) - 1 - used);

		if (n <= 0)
			break;
		used += (size_t)n;
	}
	f->said[used] = '\0';
	return f->said;
}

static void progress_waits_then_shows_and_erases(void **state)
{
	struct fixture *f = *state;
	int master = open_terminal(f);
	struct pp_progress p;

	pp_progress_init(&p, &f->cli);
	pp_progress_update(&p, "too early");
	assert_string_equal(read_terminal(f, master), "");
	p.start_ns -= 2 * PP_NSEC_PER_SEC;
	pp_progress_update(&p, "%s", "\033[2Jabcdefghijklmnopqrstuvwxyz");
	assert_string_equal(read_terminal(f, master), "\r\033[K\\x1b[2Jabcdefghijkl");
	p.shown_ns = pp_clock_mono();
	pp_progress_update(&p, "too often");
	assert_string_equal(read_terminal(f, master), "");
	p.shown_ns -= PP_NSEC_PER_SEC;
	pp_progress_update(&p, "%s",
			   "\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2"
			   "\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2");
	assert_int_equal(strlen(read_terminal(f, master)), 4 + 9 * 3);
	pp_cli_warn(&f->cli, "look");
	assert_string_equal(read_terminal(f, master), "\r\033[Kpyroprof: look\r\n");
	assert_null(f->cli.progress);
	pp_progress_done(&p);
	assert_string_equal(read_terminal(f, master), "");
	close(master);
}

static void progress_counts(void **state)
{
	struct fixture *f = *state;
	struct pp_progress p;
	struct winsize wide = {.ws_row = 5, .ws_col = 80};
	int master = open_terminal(f);

	assert_int_equal(ioctl(f->cli.err_fd, TIOCSWINSZ, &wide), 0);
	pp_progress_init(&p, &f->cli);
	p.start_ns -= 1000 * PP_NSEC_PER_SEC; /* so that a slow machine makes no difference */
	pp_progress_count(&p, "reading", 5000, 20000);
	static const char reading[] = "\r\033[Kreading: 5000 of 20000, 5.0/s, 50m";
	assert_memory_equal(read_terminal(f, master), reading, strlen(reading));
	assert_non_null(strstr(f->said, " left"));
	p.shown_ns -= PP_NSEC_PER_SEC;
	struct pp_steps steps = pp_progress_steps(&p, "checking");
	pp_steps_tell(&steps, 100000, 0);
	assert_string_equal(read_terminal(f, master), "\r\033[Kchecking: 100000, 100/s");
	p.shown_ns -= PP_NSEC_PER_SEC;
	pp_steps_tell(&steps, 0, 7);
	assert_string_equal(read_terminal(f, master), "\r\033[Kchecking: 0 of 7, 0.0/s");
	p.shown_ns -= PP_NSEC_PER_SEC;
	pp_steps_tell(&steps, 7, 7);
	assert_string_equal(read_terminal(f, master), "\r\033[Kchecking: 7 of 7, 0.0/s");
	/* more than a year, and what has no end */
	p.shown_ns -= PP_NSEC_PER_SEC;
	pp_steps_tell(&steps, 1, UINT64_MAX);
	assert_string_equal(read_terminal(f, master),
			    "\r\033[Kchecking: 1 of 18446744073709551615, 0.0/s");
	pp_progress_done(&p);
	close(master);
}

static void stages_are_told_if_wanted(void **state)
{
	struct fixture *f = *state;

	pp_stage_done(&f->cli, "nothing");
	pp_stage_sum(&f->cli);
	assert_string_equal(said(f), "");
	f->cli.verbose = true;
	f->cli.stage_ns = pp_clock_mono() - PP_NSEC_PER_SEC;
	pp_stage_done(&f->cli, "read %d files", 3);
	assert_non_null(strstr(said(f), " ms  read 3 files\n"));
	assert_null(strstr(said(f), " 0."));
	pp_stage_sum(&f->cli);
	assert_non_null(strstr(said(f), "in all"));
}

/* A setting of [color]. */
static const char *tinted(struct fixture *f, const char *setting, struct pp_tint *tint)
{
	struct pp_config config;
	struct pp_err err = PP_ERR_INIT;

	pp_config_init(&config);
	assert_int_equal(pp_config_set(&config, setting, &err), 0);
	int wrong = pp_tint_check(&config.item[0], &err);
	f->cli.config = &config;
	*tint = pp_tint_of(&f->cli, PP_TINT_MORE, -1);
	f->cli.config = NULL;
	pp_config_release(&config);
	return wrong ? "wrong" : tint->on;
}

static void tints_are_those_that_were_chosen(void **state)
{
	struct fixture *f = *state;
	struct pp_tint t;

	assert_string_equal(tinted(f, "color.more=blue", &t), "");
	f->cli.colour = PP_TINT_ALWAYS;
	assert_string_equal(tinted(f, "color.more=blue", &t), "\033[34m");
	assert_string_equal(t.off, "\033[0m");
	assert_string_equal(tinted(f, "color.more= bold  ul red ", &t), "\033[1;4;31m");
	assert_string_equal(tinted(f, "color.less=blue", &t), "\033[31m");
	assert_string_equal(tinted(f, "color.more=bold ul dim italic red", &t), "wrong");
	assert_string_equal(tinted(f, "color.more=pink", &t), "wrong");
	assert_string_equal(tinted(f, "color.more=", &t), "wrong");
	assert_string_equal(tinted(f, "color.more", &t), "wrong");
	assert_string_equal(tinted(f, "color.meer=blue", &t), "wrong");
	f->cli.colour = PP_TINT_NEVER;
	assert_string_equal(tinted(f, "color.more=blue", &t), "");
}

static void progress_keeps_quiet(void **state)
{
	struct fixture *f = *state;
	struct pp_progress p;

	pp_progress_init(&p, &f->cli); /* a file is no terminal */
	p.start_ns -= 2 * PP_NSEC_PER_SEC;
	pp_progress_update(&p, "x");
	pp_progress_done(&p);
	assert_string_equal(said(f), "");

	int master = open_terminal(f);
	f->cli.quiet = true;
	pp_progress_init(&p, &f->cli);
	p.start_ns -= 2 * PP_NSEC_PER_SEC;
	pp_progress_update(&p, "x");
	pp_progress_done(&p);
	assert_string_equal(read_terminal(f, master), "");
	close(master);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(help_shows_the_table),
		TEST(help_wraps_and_lists_long_choices),
		TEST(help_overview),
		TEST(help_lists_for_scripts),
		TEST(complete_offers),
		TEST(complete_offers_processes),
		TEST(fail_says_it_safely),
		TEST(fail_points_at_help),
		TEST(quiet_drops_notes_only),
		TEST(dispatch_finds_commands),
		TEST(progress_waits_then_shows_and_erases),
		TEST(progress_keeps_quiet),
		TEST(progress_counts),
		TEST(stages_are_told_if_wanted),
		TEST(tints_are_those_that_were_chosen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
