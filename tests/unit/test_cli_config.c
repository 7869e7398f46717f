/* SPDX-License-Identifier: Apache-2.0 */
/* cli/: configuration files, what they may say, and what becomes of it. */
#include <config.h>

#include "unit.h"

#include <stdbool.h>
#include <string.h>

#include "cli/alias.h"
#include "cli/config.h"
#include "cli_fixture.h"

static struct pp_config config;

static int set_up_config(void **state)
{
	pp_config_init(&config);
	return set_up(state);
}

static int tear_down_config(void **state)
{
	pp_config_release(&config);
	return tear_down(state);
}

static int read_text(struct fixture *f, const char *text)
{
	f->err = (struct pp_err)PP_ERR_INIT;
	pp_config_release(&config);
	pp_config_init(&config);
	return pp_config_parse(&config, pp_str_of(text), "rc", &f->err);
}

static void is(size_t i, const char *section, const char *key, const char *value, unsigned line)
{
	assert_true(i < config.n);
	assert_string_equal(config.item[i].section, section);
	assert_string_equal(config.item[i].key, key);
	assert_int_equal(config.item[i].line, line);
	assert_int_equal(config.item[i].value == NULL, value == NULL);
	if (value)
		assert_string_equal(config.item[i].value, value);
}

static void reads_sections_and_keys(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(read_text(f, "# c\n\n[look] cum\n\tlines=yes ; c\r\n"
				      "[ archive log ]\nlimit = 4\n[look]\nx-y_Z2 = a b\t "),
			 0);
	assert_int_equal(config.n, 4);
	is(0, "look", "cum", NULL, 3);
	is(1, "look", "lines", "yes", 4);
	is(2, "archive log", "limit", "4", 6);
	is(3, "look", "x-y_Z2", "a b", 8);
	assert_int_equal(read_text(f, ""), 0);
	assert_int_equal(config.n, 0);
}

static void reads_values(void **state)
{
	static const struct {
		const char *line, *value;
	} cases[] = {
		{"k =", ""},
		{"k = # c", ""},
		{"k = \"\"", ""},
		{"k = a#b", "a"},
		{"k = \"a#b\"", "a#b"},
		{"k = \"a;b\" ; c", "a;b"},
		{"k = ^a\\.b$", "^a\\.b$"},
		{"k = \"a\\\\.b\"", "a\\.b"},
		{"k = \"a\\\"b\\n\\t\"", "a\"b\n\t"},
		{"k = \" a \"  ", " a "},
		{"k = a \" b \" c ", "a  b  c"},
		{"k = a=b", "a=b"},
		{"k = \xc3\xa4", "\xc3\xa4"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;

		pp_buf_fmt(&text, "[s]\n%s\n", cases[i].line);
		PP_CHECK_MSG(read_text(f, text.p) == 0, cases[i].line);
		is(0, "s", "k", cases[i].value, 2);
	}
}

static void refuses(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{"k = 1\n", "rc:1: before it, a section has to begin: [COMMAND]"},
		{"[s]\n\nk 1\n", "rc:3: neither [SECTION] nor KEY = VALUE"},
		{"[s]\n= 1\n", "rc:2: neither [SECTION] nor KEY = VALUE"},
		{"[s]\n.k = 1\n", "rc:2: neither [SECTION] nor KEY = VALUE"},
		{"[s\nk\n", "rc:1: a section is written [NAME]"},
		{"[]\n", "rc:1: a section is written [NAME]"},
		{"[a.b]\n", "rc:1: a section is written [NAME]"},
		{"[s] [t]\n", "rc:1: neither [SECTION] nor KEY = VALUE"},
		{"[s]\nk = \"a\n\"\n", "rc:2: a quote is not closed"},
		{"[s]\nk = \"\\x\"\n", "rc:2: between quotes, \\ is followed by \", \\, n or t"},
		{"[s]\nk = \"\\", "rc:2: between quotes, \\ is followed by \", \\, n or t"},
		{"[s]\nk = \x1b[1m\n", "rc:2: a control character"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		PP_CHECK_MSG(read_text(f, cases[i].text) == -1, cases[i].text);
		assert_string_equal(f->err.msg, cases[i].message);
		assert_int_equal(f->err.kind, PP_ERR_FORMAT);
	}
}

static void sets_by_word(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(pp_config_set(&config, "look.cum", &f->err), 0);
	assert_int_equal(pp_config_set(&config, "look.format=a=b.c", &f->err), 0);
	assert_int_equal(pp_config_set(&config, "archive log.limit=", &f->err), 0);
	is(0, "look", "cum", NULL, 0);
	is(1, "look", "format", "a=b.c", 0);
	is(2, "archive log", "limit", "", 0);
	for (const char *const *bad = (const char *const[]){"", "look", "look.", ".cum", "=",
							    "a.b c", "look=cum", NULL};
	     *bad; bad++) {
		PP_CHECK_MSG(pp_config_set(&config, *bad, &f->err) == -1, *bad);
		assert_int_equal(f->err.kind, PP_ERR_USAGE);
	}
	assert_int_equal(config.n, 3);
}

/* Read the text, then a command line with these defaults. */
static int parse_with(struct fixture *f, const char *text, const char *line, char words[512])
{
	assert_int_equal(read_text(f, text), 0);
	f->cli.config = &config;
	f->cli.command = strncmp(line, "watch", 5) == 0 ? &watch : &look;
	return parse(f, line, words);
}

static void become_defaults(void **state)
{
	struct fixture *f = *state;
	char words[512];

	assert_int_equal(parse_with(f,
				    "[look]\ncum\nnodecount = 7\nformat = csv\nstore\n"
				    "lines = off\n[watch]\nany = 3\n",
				    "look p.gz", words),
			 0);
	assert_true(f->v.cum);
	assert_false(f->v.lines);
	assert_int_equal(f->v.nodecount, 7);
	assert_int_equal(f->v.format, 2);
	assert_string_equal(f->v.store, "");
	assert_int_equal(f->v.args.n, 1);
	/* the command line wins, and so does what comes later */
	assert_int_equal(parse_with(f, "[look]\ncum\nnodecount = 7\nnodecount = 8\nformat = csv\n",
				    "look --cum=no --format=json", words),
			 0);
	assert_false(f->v.cum);
	assert_int_equal(f->v.nodecount, 8);
	assert_int_equal(f->v.format, 1);
	/* '_' is as good as '-'; lists add up */
	assert_int_equal(parse_with(f, "[look]\nmax_size = 1k\n", "look", words), 0);
	assert_int_equal(f->v.size, 1024);
	assert_int_equal(
		parse_with(f, "[watch]\nheader = A\nheader = B\n", "watch -H C -- x", words), 0);
	assert_int_equal(f->v.headers.n, 3);
	assert_string_equal(f->v.headers.item[1], "B");
	assert_string_equal(f->v.headers.item[2], "C");
}

static void name_the_line_at_fault(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{"[look]\ncmu = 1\n", "rc:2: look: unknown option 'cmu'"},
		{"[look]\n\nnodecount = many\n",
		 "rc:3: option 'nodecount' of look: 'many' is not a whole number"},
		{"[look]\nnodecount\n", "rc:2: option 'nodecount' of look: needs a value: "
					"nodecount = N"},
		{"[look]\ncum = perhaps\n",
		 "rc:2: option 'cum' of look: 'perhaps' is neither true nor false"},
		{"[look]\nPROFILE = x\n", "rc:2: look: unknown option 'PROFILE'"},
		{"[look]\nc = yes\n", "rc:2: look: unknown option 'c'"},
	};
	struct fixture *f = *state;
	char words[512];

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		assert_int_equal(parse_with(f, cases[i].text, "look", words), -1);
		assert_string_equal(f->err.msg, cases[i].message);
		assert_int_equal(f->err.kind, PP_ERR_FORMAT);
	}
	parse_with(f, cases[0].text, "look", words);
	assert_string_equal(f->err.hint, "did you mean 'cum'?");
}

static void do_not_change_help(void **state)
{
	struct fixture *f = *state;
	char words[512];

	f->cli.mode = PP_CLI_HELP;
	assert_int_equal(parse_with(f, "[look]\nnonsense\n", "look", words), 1);
	f->cli.mode = PP_CLI_DEFAULTS;
	assert_int_equal(parse_with(f, "[look]\nnonsense\n", "look", words), -1);
	assert_int_equal(parse_with(f, "[look]\ncum\n", "look", words), 1);
}

static void aliases_are_checked(void **state)
{
	static const struct {
		const char *text, *message; /* NULL: it is fine */
	} cases[] = {
		{"[alias]\na = look --cum\nb = watch\n[look]\ncum\n", NULL},
		{"[alias]\nlook = watch\n",
		 "rc:2: alias 'look' would hide the command of that name"},
		{"[alias]\na = b\nb = look\n",
		 "rc:2: alias 'a': 'b' is an alias itself, and not a command"},
		{"[alias]\na = a\n", "rc:2: alias 'a': 'a' is an alias itself, and not a command"},
		{"[alias]\na = !ls\n", "rc:2: alias 'a': programs and shells are not run"},
		{"[alias]\na = __secret\n", "rc:2: alias 'a': unknown command '__secret'"},
		{"[alias]\na = loook\n", "rc:2: alias 'a': unknown command 'loook'"},
		{"[alias]\na = ' '\n", "rc:2: alias 'a': unknown command ' '"},
		{"[alias]\na\n", "rc:2: alias 'a' stands for nothing"},
		{"[alias]\na =\n", "rc:2: alias 'a' stands for nothing"},
		{"[alias]\na = look 'x\n", "rc:2: alias 'a': a quote is not closed"},
		{"[loook]\ncum\n", "rc:2: no command 'loook' to have options"},
		{"[__secret]\ncum\n", "rc:2: no command '__secret' to have options"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		assert_int_equal(read_text(f, cases[i].text), 0);
		int rc = pp_alias_check(&config, commands, &f->err);
		PP_CHECK_MSG(rc == (cases[i].message ? -1 : 0), cases[i].text);
		if (cases[i].message)
			assert_string_equal(f->err.msg, cases[i].message);
	}
}

static void aliases_become_words(void **state)
{
	struct fixture *f = *state;
	PP_CLEANUP(pp_words_release) struct pp_words words = {0};
	char one[] = "one";
	char *rest[] = {one, NULL};

	assert_int_equal(
		read_text(f, "[alias]\nx = look\nx = \"look  -o 'a b'c '' \\\"d'e\\\"\"\n"), 0);
	assert_null(pp_alias_find(&config, "look"));
	const struct pp_setting *x = pp_alias_find(&config, "x");
	assert_int_equal(x->line, 3);
	assert_int_equal(pp_alias_expand(x, 1, rest, &words, &f->err), 0);
	assert_int_equal(words.n, 6);
	assert_string_equal(words.word[0], "look");
	assert_string_equal(words.word[1], "-o");
	assert_string_equal(words.word[2], "a bc");
	assert_string_equal(words.word[3], "");
	assert_string_equal(words.word[4], "d'e");
	assert_string_equal(words.word[5], "one");
	assert_null(words.word[6]);
}

#define CONFIG_TEST(name) cmocka_unit_test_setup_teardown(name, set_up_config, tear_down_config)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CONFIG_TEST(reads_sections_and_keys),
		CONFIG_TEST(reads_values),
		CONFIG_TEST(refuses),
		CONFIG_TEST(sets_by_word),
		CONFIG_TEST(become_defaults),
		CONFIG_TEST(name_the_line_at_fault),
		CONFIG_TEST(do_not_change_help),
		CONFIG_TEST(aliases_are_checked),
		CONFIG_TEST(aliases_become_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
