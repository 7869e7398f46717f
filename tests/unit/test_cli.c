/* SPDX-License-Identifier: Apache-2.0 */
/* cli/: what is understood of a command line, the checker of tables, suggestions. */
#include <config.h>

#include "unit.h"

#include "cli_fixture.h"

#include "base/clock.h"
#include "base/suggest.h"

static void opt_takes_every_spelling(void **state)
{
	static const char *const spellings[] = {
		"look -n 5",	      "look -n5",	    "look -n=5",
		"look --nodecount 5", "look --nodecount=5", "look -nodecount=5",
		"look -nodecount 5",  "look -cn5",	    "look -cn 5",
		"look -n 7 -n 5",     "look a -n 5 b",	    "look a b -n5"};
	struct fixture *f = *state;
	char text[512];

	for (size_t i = 0; i < PP_ARRAY_LEN(spellings); i++) {
		PP_CHECK_MSG(parse(f, spellings[i], text) == 0, spellings[i]);
		PP_CHECK_MSG(f->v.nodecount == 5, spellings[i]);
	}
}

static void opt_flags(void **state)
{
	static const struct {
		const char *line;
		bool cum, lines;
	} cases[] = {{"look", false, false},	    {"look -c", true, false},
		     {"look --cum", true, false},   {"look -cum", true, false},
		     {"look -cl", true, true},	    {"look -lc", true, true},
		     {"look -l --cum", true, true}, {"look -- -c", false, false}};
	struct fixture *f = *state;
	char text[512];

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		PP_CHECK_MSG(parse(f, cases[i].line, text) == 0, cases[i].line);
		PP_CHECK_MSG(f->v.cum == cases[i].cum, cases[i].line);
		PP_CHECK_MSG(f->v.lines == cases[i].lines, cases[i].line);
	}
}

static void opt_kinds(void **state)
{
	struct fixture *f = *state;
	char text[512];

	assert_int_equal(parse(f,
			       "look --node_fraction=0.25 -node-fraction 0.5 --format=csv "
			       "--output= --max-size=2k -",
			       text),
			 0);
	assert_true(f->v.fraction == 0.5);
	assert_int_equal(f->v.format, 2);
	assert_string_equal(f->v.output, "");
	assert_int_equal(f->v.size, 2048);
	assert_int_equal(f->v.args.n, 1);
	assert_string_equal(f->v.args.item[0], "-");

	assert_int_equal(parse(f,
			       "watch -d 1m30s -tblock -H a -Hb --header=c=d --any "
			       "18446744073709551615 -qp --x",
			       text),
			 0);
	assert_int_equal(f->v.duration, 90 * PP_NSEC_PER_SEC);
	assert_int_equal(f->v.type, 5);
	assert_true(f->v.quiet);
	assert_true(f->v.nodecount == UINT64_MAX);
	assert_string_equal(f->v.pid, "--x"); /* as getopt has it: the next word, whatever it is */
	assert_int_equal(f->v.headers.n, 3);
	assert_string_equal(f->v.headers.item[0], "a");
	assert_string_equal(f->v.headers.item[1], "b");
	assert_string_equal(f->v.headers.item[2], "c=d");
	assert_null(f->v.headers.item[3]);
}

/* The word behind it is not its value. */
static void opt_optional(void **state)
{
	struct fixture *f = *state;
	char text[512];

	assert_int_equal(parse(f, "look a", text), 0);
	assert_null(f->v.store);
	assert_int_equal(parse(f, "look --store a", text), 0);
	assert_string_equal(f->v.store, "");
	assert_int_equal(f->v.args.n, 1);
	assert_string_equal(f->v.args.item[0], "a");
	assert_int_equal(parse(f, "look --store -c", text), 0);
	assert_string_equal(f->v.store, "");
	assert_true(f->v.cum);
	assert_int_equal(parse(f, "look --store=/a=b a -store=c", text), 0);
	assert_string_equal(f->v.store, "c");
	assert_int_equal(parse(f, "look -store=/a=b -store", text), 0);
	assert_string_equal(f->v.store, "");
}

/* What the words of a line are taken for: B and A are options that take words, P is an argument. */
static void check_words(struct pp_cli *cli, const char *line, const char *want)
{
	PP_CLEANUP(pp_opt_list_release) struct pp_opt_list before = {0}, after = {0}, args = {0};
	const struct pp_opt_list *const lists[] = {&before, &after, &args};
	char copy[128], got[128], name[] = "words", *argv[16] = {name};
	struct pp_err err = PP_ERR_INIT;
	int argc = 1, at = 0;
	bool quiet = false;
	const struct pp_opt opts[] = {
		{PP_OPT_WORDS, 'b', "before", "FILE ...", "first ones", &before},
		{PP_OPT_WORDS, 0, "after", "FILE ...", "others", &after},
		{PP_OPT_FLAG, 'q', "quiet", NULL, "say nothing", &quiet},
		{PP_OPT_ARGS, 0, NULL, "FILE", "the rest", &args},
		PP_OPT_END,
	};

	snprintf(copy, sizeof(copy), "%s", line);
	for (char *rest = copy, *word; (word = strsep(&rest, " "));)
		argv[argc++] = word;
	assert_int_equal(pp_opt_check(opts, &err), 0);
	assert_int_equal(pp_opt_parse(cli, opts, argc, argv, &err), 0);
	for (size_t i = 0; i < PP_ARRAY_LEN(lists); i++) {
		for (size_t k = 0; k < lists[i]->n; k++)
			at += snprintf(got + at, sizeof(got) - (size_t)at, "%c:%s ", "BAP"[i],
				       lists[i] -> item[k]);
	}
	got[at ? at - 1 : 0] = '\0';
	assert_string_equal(got, want);
}

static void opt_words(void **state)
{
	static const char *const cases[][2] = {
		{"--before 1 2 --after 3 -", "B:1 B:2 A:3 A:-"},
		{"--before=1 2 -q 3", "B:1 B:2 P:3"},
		{"0 -b1 2 --quiet 3", "B:1 B:2 P:0 P:3"},
		{"--before 1 -- 2 --after", "B:1 P:2 P:--after"},
		{"--before 1 --after 2 --before 3", "B:1 B:3 A:2"},
		{"-before -1 2", "B:-1 B:2"}, /* the first one is a value, whatever it is */
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++)
		check_words(&f->cli, cases[i][0], cases[i][1]);
}

static void opt_commands(void **state)
{
	static const struct {
		const char *line;
		size_t n;
		bool quiet;
	} cases[] = {{"watch", 0, false},
		     {"watch -q", 0, true},
		     {"watch ls -q", 2, false},
		     {"watch -q ls -l", 2, true},
		     {"watch -q -- ls -- -q", 3, true},
		     {"watch -- -q", 1, false},
		     {"watch -- ls", 1, false}};
	struct fixture *f = *state;
	char text[512];

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		PP_CHECK_MSG(parse(f, cases[i].line, text) == 0, cases[i].line);
		PP_CHECK_MSG(f->v.command.n == cases[i].n, cases[i].line);
		PP_CHECK_MSG(f->v.quiet == cases[i].quiet, cases[i].line);
		if (cases[i].n)
			PP_CHECK_MSG(!f->v.command.item[cases[i].n], cases[i].line);
	}
	assert_string_equal(f->v.command.item[0], "ls");
}

static void opt_refuses(void **state)
{
	static const struct {
		const char *line, *msg, *hint;
	} cases[] = {
		{"look --cun", "unknown option '--cun'", "did you mean '--cum'?"},
		{"look --cun=5", "unknown option '--cun'", "did you mean '--cum'?"},
		{"look -fromat=csv", "unknown option '-fromat'", "did you mean '--format'?"},
		{"look --nodecoutn 5", "unknown option '--nodecoutn'",
		 "did you mean '--nodecount'?"},
		{"look --hlep", "unknown option '--hlep'", "did you mean '--help'?"},
		{"look --zzz", "unknown option '--zzz'", ""},
		{"look --", NULL, NULL},
		{"look --nodec=5", "unknown option '--nodec'", ""}, /* no prefixes */
		{"look -x", "unknown option '-x'", ""},
		{"look -5", "unknown option '-5'", ""},
		{"look -cx", "unknown option '-x' in '-cx'", ""},
		{"look --=5", "unknown option '--'", ""},
		{"look --cum=maybe", "option '--cum': 'maybe' is neither true nor false", ""},
		{"look -c=1", "option '-c' takes no value", ""},
		{"look --help=1", "option '--help' takes no value", ""},
		{"look -h=1", "option '-h' takes no value", ""},
		{"look -n", "option '-n' needs a value: -n N", ""},
		{"look -cn", "option '-n' needs a value: -n N", ""},
		{"look --output", "option '--output' needs a value: --output=FILE", ""},
		{"look -n x", "option '-n': 'x' is not a whole number", ""},
		{"look --nodecount=-1", "option '--nodecount': '-1' is not a whole number", ""},
		{"look -n 1001", "option '-n': '1001' is not between 0 and 1000", ""},
		{"look --node-fraction 1.5",
		 "option '--node-fraction': '1.5' is not between 0 and 1", ""},
		{"look --format xml", "option '--format': 'xml' is not one of text, json, csv", ""},
		{"look --format=jsno", "option '--format': 'jsno' is not one of text, json, csv",
		 "did you mean 'json'?"},
		{"look --max-size=1q",
		 "option '--max-size': '1q' is not a size such as 4096, 64k or 1G", ""},
		{"look a b c d", "unexpected argument 'd'", ""},
		{"watch -d x", "option '-d': 'x' is not a duration such as 10s, 500ms or 2m", ""},
		{"watch --duration=''", NULL, NULL},
		{"watch --", "no COMMAND after '--'", ""},
	};
	struct fixture *f = *state;
	char text[512];

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		int rc = parse(f, cases[i].line, text);

		if (!cases[i].msg)
			continue;
		PP_CHECK_MSG(rc == -1, cases[i].line);
		PP_CHECK_MSG(f->err.kind == PP_ERR_USAGE, cases[i].line);
		assert_string_equal(f->err.msg, cases[i].msg);
		assert_string_equal(f->err.hint, cases[i].hint);
	}
	assert_int_equal(f->cli.out.buf.n, 0);
}

static void opt_counts_positionals(void **state)
{
	struct fixture *f = *state;
	struct pp_opt_list list = {0};
	struct pp_opt opts[] = {
		{.kind = PP_OPT_ARGS,
		 .arg = "BASE HEAD",
		 .help = "two",
		 .value = &list,
		 .min = 2,
		 .max = 2},
		PP_OPT_END,
	};
	char line[] = "look a b c", *words[MAX_WORDS + 1];

	split(line, words);
	assert_int_equal(pp_opt_parse(&f->cli, opts, 1, words, &f->err), -1);
	assert_string_equal(f->err.msg, "BASE is missing");
	assert_int_equal(pp_opt_parse(&f->cli, opts, 2, words, &f->err), -1);
	assert_string_equal(f->err.msg, "HEAD is missing");
	pp_opt_list_release(&list);
	assert_int_equal(pp_opt_parse(&f->cli, opts, 3, words, &f->err), 0);
	assert_int_equal(list.n, 2);
	pp_opt_list_release(&list);
	assert_int_equal(pp_opt_parse(&f->cli, opts, 4, words, &f->err), -1);
	assert_string_equal(f->err.msg, "unexpected argument 'c'");
	pp_opt_list_release(&list);

	opts[0] = (struct pp_opt){
		.kind = PP_OPT_COMMAND, .arg = "COMMAND", .help = "one", .value = &list, .min = 1};
	assert_int_equal(pp_opt_parse(&f->cli, opts, 1, words, &f->err), -1);
	assert_string_equal(f->err.msg, "COMMAND is missing");
	assert_null(list.item);
}

static void opt_help_wins_when_it_comes_first(void **state)
{
	static const char *const lines[] = {"look -h",	"look --help",	 "look -help",
					    "look -ch", "look a b c -h", "look -h --nonsense"};
	struct fixture *f = *state;
	char text[512];

	for (size_t i = 0; i < PP_ARRAY_LEN(lines); i++) {
		pp_buf_clear(&f->cli.out.buf);
		PP_CHECK_MSG(parse(f, lines[i], text) == 1, lines[i]);
		PP_CHECK_MSG(strncmp(printed(f), "usage: pyroprof look [OPTION]...", 32) == 0,
			     lines[i]);
	}
	assert_int_equal(parse(f, "look --nonsense -h", text), -1);
	pp_buf_clear(&f->cli.out.buf);
	assert_int_equal(parse(f, "watch -- ls -h", text), 0);
	assert_int_equal(f->cli.out.buf.n, 0);
}

static void check_accepts_good_tables(void **state)
{
	struct fixture *f = *state;
	struct pp_opt opts[LOOK_ENTRIES > WATCH_ENTRIES ? LOOK_ENTRIES : WATCH_ENTRIES];

	fill_look(opts, &f->v);
	assert_int_equal(pp_opt_check(opts, &f->err), 0);
	fill_watch(opts, &f->v);
	assert_int_equal(pp_opt_check(opts, &f->err), 0);
	opts[0] = (struct pp_opt)PP_OPT_END;
	assert_int_equal(pp_opt_check(opts, &f->err), 0);
	assert_int_equal(f->err.kind, PP_ERR_NONE);
}

static void expect_fault(struct fixture *f, const struct pp_opt *opts, const char *fault)
{
	const char *found;

	PP_CHECK_MSG(pp_opt_check(opts, &f->err) == -1, fault);
	found = strstr(f->err.msg, fault);
	if (!found || strcmp(found, fault) != 0)
		fail_msg("'%s' instead of '%s'", f->err.msg, fault);
}

/* The third entry with one thing spoilt, and what must be said about it. */
#define SPOILT(change, fault)                      \
	do {                                       \
		opts[2] = good;                    \
		opts[2].change;                    \
		expect_fault(*state, opts, fault); \
	} while (0)

static const struct pp_opt two_and_room_for_more[4] = {
	{.kind = PP_OPT_ARGS, .arg = "FILE", .help = "CPU profile", .value = &(int){0}},
	{.kind = PP_OPT_NUMBER,
	 .letter = 'n',
	 .name = "nodes",
	 .arg = "N",
	 .help = "rows",
	 .value = &(int){0}},
};

static void check_finds_mistakes(void **state)
{
	static int there;
	const struct pp_opt good = {PP_OPT_TEXT, 'x', "xray", "FILE", "look inside", &there,
				    NULL,	 0,   0,      0,      NULL};
	struct pp_opt opts[PP_ARRAY_LEN(two_and_room_for_more)];

	memcpy(opts, two_and_room_for_more, sizeof(opts));
	SPOILT(letter = 'h', "-h is there already");
	SPOILT(letter = '-', "a letter is a letter or a digit");
	SPOILT(letter = 'n', "its letter is there twice");
	SPOILT(name = "help", "help is there already");
	SPOILT(name = "nodes", "its name is there twice");
	SPOILT(name = "x", "a long name has two letters at least");
	SPOILT(name = "--xray", "a long name is given without dashes");
	SPOILT(name = "xray ", "a long name has only lower-case letters, digits and dashes");
	SPOILT(name = "x ray", "a long name has only lower-case letters, digits and dashes");
	SPOILT(name = "Xray", "a long name has only lower-case letters, digits and dashes");
	SPOILT(name = "x_ray", "a long name has only lower-case letters, digits and dashes");
	SPOILT(help = "", "its help is empty");
	SPOILT(help = NULL, "it has no help");
	SPOILT(help = "look inside.", "its help ends in a full stop");
	SPOILT(help = "Look inside", "its help begins with a capital");
	SPOILT(help = "look\ninside", "its help is not one line of printable ASCII");
	SPOILT(help = "look \xc3\xa9", "its help is not one line of printable ASCII");
	SPOILT(help = "look ", "its help begins or ends with a blank");
	SPOILT(arg = NULL, "the metavariable is missing");
	SPOILT(arg = "", "the metavariable is empty");
	SPOILT(value = NULL, "there is no variable for its value");
	SPOILT(value = opts[1].value, "two entries share a variable");
	SPOILT(kind = PP_OPT_FLAG, "a flag has no metavariable");
	SPOILT(kind = PP_OPT_OPTIONAL, "behind a letter, a value is not optional");
	SPOILT(kind = PP_OPT_ARGS, "a positional has no name and no letter");
	opts[2] = good;
	opts[2].name = NULL;
	opts[2].letter = '\0';
	expect_fault(*state, opts, "an option has a name or a letter");
	opts[2].kind = PP_OPT_ARGS;
	expect_fault(*state, opts, "there are two entries of its kind");
	opts[2] = good;
	opts[2].kind = PP_OPT_NUMBER;
	opts[2].min = 5;
	opts[2].max = 4;
	expect_fault(*state, opts, "min is above max");
}

static void check_looks_at_choices(void **state)
{
	static const char *const none[] = {NULL}, *const twice[] = {"a", "b", "a", NULL},
				 *const blank[] = {"a b", NULL}, *const colon[] = {":a", NULL};
	static int there;
	const struct pp_opt good = {PP_OPT_ENUM, 'x', "xray", NULL, "look inside", &there,
				    formats,	 0,   0,      0,    NULL};
	struct pp_opt opts[PP_ARRAY_LEN(two_and_room_for_more)];
	struct pp_err err;

	memcpy(opts, two_and_room_for_more, sizeof(opts));
	opts[2] = good;
	assert_int_equal(pp_opt_check(opts, &err), 0);
	SPOILT(choices = NULL, "an enum needs choices");
	SPOILT(choices = none, "an enum needs choices");
	SPOILT(choices = twice, "a choice is there twice");
	SPOILT(choices = blank, "a choice is empty, begins with ':' or has blanks");
	SPOILT(choices = colon, "a choice is empty, begins with ':' or has blanks");
	SPOILT(kind = PP_OPT_FLAG, "only an enum, a text or a list has choices");
}

static void suggest_measures(void **state)
{
	static const struct {
		const char *a, *b;
		size_t distance;
	} cases[] = {{"", "", 0},	{"", "abc", 3},	    {"abc", "", 3},
		     {"abc", "abc", 0}, {"abc", "abd", 1},  {"abc", "acb", 1},
		     {"ca", "abc", 3},	{"top", "tpo", 1},  {"kitten", "sitting", 3},
		     {"ab", "ba", 1},	{"abcd", "badc", 2}};
	char longer[66] = {0};

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_str a = pp_str_of(cases[i].a), b = pp_str_of(cases[i].b);

		assert_int_equal(pp_suggest_distance(a, b), cases[i].distance);
		assert_int_equal(pp_suggest_distance(b, a), cases[i].distance);
	}
	memset(longer, 'a', 65);
	assert_true(pp_suggest_distance(pp_str_of(longer), pp_str_of("a")) == SIZE_MAX);
	assert_int_equal(pp_suggest_distance((struct pp_str){longer, 64}, pp_str_of("a")), 63);
}

static void suggest_takes_the_nearest_in_reach(void **state)
{
	struct pp_suggest s;

	(void)state;
	pp_suggest_init(&s, pp_str_of("formta"));
	pp_suggest_offer(&s, "forms");
	pp_suggest_offer(&s, "format");
	pp_suggest_offer(&s, "formfa");
	assert_string_equal(s.best, "format"); /* the first of the nearest */
	pp_suggest_init(&s, pp_str_of("ab"));
	pp_suggest_offer(&s, "ac");
	assert_null(s.best);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(opt_takes_every_spelling),
		TEST(opt_flags),
		TEST(opt_kinds),
		TEST(opt_optional),
		TEST(opt_words),
		TEST(opt_commands),
		TEST(opt_refuses),
		TEST(opt_counts_positionals),
		TEST(opt_help_wins_when_it_comes_first),
		TEST(check_accepts_good_tables),
		TEST(check_finds_mistakes),
		TEST(check_looks_at_choices),
		TEST(suggest_measures),
		TEST(suggest_takes_the_nearest_in_reach),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
