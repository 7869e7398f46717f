/* SPDX-License-Identifier: Apache-2.0 */
/* render/: graphs as DOT and in callgrind's format. */
#include <config.h>

#include "unit.h"

#include "base/compiler.h"
#include "render/callgrind.h"
#include "render/dot.h"
#include "render/dot_text.h"
#include "stacks_fixture.h"

struct text_case {
	const char *what;
	struct pp_str text;
	const char *want;
};

static void expect_texts(const struct text_case *cases, size_t n, bool names)
{
	for (size_t i = 0; i < n; i++) {
		struct pp_out o;

		pp_out_init_mem(&o);
		if (names)
			pp_dot_name(&o, cases[i].text);
		else
			pp_dot_text(&o, cases[i].text, PP_DOT_LEFT);
		pp_out_char(&o, '\0');
		if (strcmp(o.buf.p, cases[i].want) != 0)
			fail_msg("%s: '%s', not '%s'", cases[i].what, o.buf.p, cases[i].want);
		pp_buf_release(&o.buf);
	}
}

static void no_text_leaves_its_quotes(void **state)
{
	(void)state;
	static const struct text_case cases[] = {
		{"plain", PP_STR_LIT("a b.c::d<e>"), "a b.c::d<e>"},
		{"a quote", PP_STR_LIT("a\"] evil [x=\""), "a\\\"] evil [x=\\\""},
		{"a backslash at the end", PP_STR_LIT("a\\"), "a\\\\"},
		{"an escaped quote", PP_STR_LIT("a\\\" evil"), "a\\\\\\\" evil"},
		{"an escape of Graphviz", PP_STR_LIT("\\N\\G"), "\\\\N\\\\G"},
		{"a newline", PP_STR_LIT("a\nb"), "a\\lb"},
		{"controls", PP_STR_LIT("\x1b[1m\r\0"), "\\\\x1b[1m\\\\x0d\\\\x00"},
		{"no UTF-8", PP_STR_LIT("\xff\""), "\\\\xff\\\""},
		{"right to left", PP_STR_LIT("\xe2\x80\xae"), "\\\\u{202e}"},
		{"UTF-8", PP_STR_LIT("na\xc3\xafve"), "na\xc3\xafve"},
	};

	expect_texts(cases, PP_ARRAY_LEN(cases), false);
}

static void names_are_broken_into_lines(void **state)
{
	(void)state;
	static const struct text_case cases[] = {
		{"Go", PP_STR_LIT("a/b/c.(*T).F"), "c\\n(*T)\\nF"},
		{"type parameters", PP_STR_LIT("c.F[...]"), "c\\nF[…]"},
		{"C++", PP_STR_LIT("ns::f::g"), "ns\\nf\\ng"},
		{"three colons", PP_STR_LIT("a:::b"), "a\\n:b"},
		{"a quote", PP_STR_LIT("a\".\\"), "a\\\"\\n\\\\"},
	};

	expect_texts(cases, PP_ARRAY_LEN(cases), true);
}

static void long_texts_are_cut(void **state)
{
	(void)state;
	char text[2 * PP_DOT_TEXT_MAX];
	struct pp_out o;

	memset(text, 'x', sizeof(text));
	memcpy(text + PP_DOT_TEXT_MAX - 1, "\xc3\xaf", 2); /* not in the middle of this */
	pp_out_init_mem(&o);
	pp_dot_text(&o, (struct pp_str){text, sizeof(text)}, PP_DOT_LEFT);
	assert_int_equal(o.buf.n, PP_DOT_TEXT_MAX - 1 + strlen("…"));
	assert_string_equal(o.buf.p + PP_DOT_TEXT_MAX - 2, "x…");
	pp_buf_clear(&o.buf);
	pp_dot_text(&o, (struct pp_str){text, PP_DOT_TEXT_MAX + 1}, PP_DOT_LEFT);
	assert_int_equal(o.buf.n, PP_DOT_TEXT_MAX - 1 + strlen("…"));
	pp_buf_release(&o.buf);
}

/* From what pprof prints. */
static void colours_say_share_and_sign(void **state)
{
	(void)state;
	static const struct {
		int64_t part, total;
		const char *line, *fill;
	} cases[] = {
		{100, 100, "#b20000", "#edd5d5"},    {0, 100, "#b2b2b2", "#ededed"},
		{-100, 100, "#00b200", "#d5edd5"},   {1000, 100, "#b20000", "#edd5d5"},
		{6337, 10000, "#b21600", "#edd8d5"}, {0, 0, "#b20000", "#ed00d5"},
		{5, 0, "#b20000", "#edd5d5"},
	};
	char got[PP_DOT_COLOR_MAX];

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		pp_dot_color(got, cases[i].part, cases[i].total, false);
		assert_string_equal(got, cases[i].line);
		pp_dot_color(got, cases[i].part, cases[i].total, true);
		assert_string_equal(got, cases[i].fill);
	}
}

/* The output for some stacks. */
static char *render(const struct stack *s, bool visual, bool tree)
{
	struct pp_frames_options by_function = {.granularity = PP_BY_FUNCTION};
	struct pp_frames_options by_address = {.granularity = PP_BY_ADDRESS, .objects = true};
	struct pp_graph_options o = {
		.visual = visual, .call_tree = tree, .unit = PP_STR_LIT("minimum")};
	struct pp_err err = PP_ERR_INIT;
	struct pp_graph g;
	struct pp_header h;
	struct pp_out out;
	struct fixture f;

	fixture_init(&f, s, "bytes", visual ? &by_function : &by_address);
	assert_int_equal(pp_graph_init(&g, &f.view, &o, &err), 0);
	pp_header_init(&h, &f.view, g.rows.total);
	pp_header_choose_unit(&h, &g.rows, !visual);
	pp_out_init_mem(&out);
	if (visual)
		pp_dot(&(struct pp_dot_view){&g, &f.nodes, &h}, &out);
	else
		pp_callgrind(&(struct pp_callgrind_view){&g, &f.nodes, &h}, &out);
	pp_out_char(&out, '\0');
	pp_graph_release(&g);
	fixture_release(&f);
	return out.buf.p;
}

static void expect_part(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no '%s' in '%s'", part, text);
}

static void hostile_labels_stay_labels(void **state)
{
	(void)state;
	static const struct stack stacks[] = {{"a", 1, "k@\"]; z@\\ bytes=3/\"];"},
					      {NULL, 0, NULL}};
	char *text = render(stacks, true, false);

	expect_part(text, "N1_0 [label = \"k:\\\"];\\nz:\\\\\" id=\"N1_0\" fontsize=8 ");
	expect_part(text, "NN1_0_0 [label = \"3\" id=\"NN1_0_0\" fontsize=8 ");
	free(text);
}

static void numbers_in_four_ranges(void **state)
{
	(void)state;
	static const struct stack stacks[] = {{"a", 9, "bytes=1000"}, {"a", 8, "bytes=2000"},
					      {"a", 7, "bytes=5000"}, {"a", 6, "bytes=9000"},
					      {"a", 5, "bytes=1100"}, {"a", 4, "bytes=900"},
					      {"a", 3, "bytes=9001"}, {NULL, 0, NULL}};
	char *text = render(stacks, true, false);

	expect_part(text, "NN1_0 [label = \"900B..1.07kB\" id=\"NN1_0\" fontsize=8 shape=box3d "
			  "tooltip=\"18B\"]\nN1 -> NN1_0 [label=\" 18B\" weight=100");
	expect_part(text, "NN1_1 [label = \"8.79kB\" id=\"NN1_1\" fontsize=8 shape=box3d "
			  "tooltip=\"9B\"]");
	expect_part(text, "NN1_2 [label = \"1.95kB\"");
	expect_part(text, "NN1_3 [label = \"4.88kB\"");
	assert_null(strstr(text, "NN1_4"));
	free(text);
}

/* What is below a leaf is none of its own: the box is dotted. */
static void labels_of_what_is_left_out(void **state)
{
	(void)state;
	static const struct stack stacks[] = {
		{"b a", 8, "bytes=16"}, {"a", 1, "bytes=16"}, {NULL, 0, NULL}};
	char *text = render(stacks, true, false);

	expect_part(text, "N1 [label=\"b\\n8B (88.89%)\"");
	expect_part(text,
		    "N1 -> NN1_0 [label=\" 8B\" weight=100 tooltip=\"8B\" labeltooltip=\"8B\"]\n");
	/* a calls b, so only what it did itself is shown for it */
	expect_part(text,
		    "N2 -> NN2_0 [label=\" 1B\" weight=100 tooltip=\"1B\" labeltooltip=\"1B\"]\n");
	expect_part(text, "N2 -> N1 [label=\" 8B\" weight=89 penwidth=5 color=\"#b20600\" "
			  "tooltip=\"a -> b (8B)\" labeltooltip=\"a -> b (8B)\" minlen=2]\n}\n");
	free(text);
}

static void graph_of_nothing(void **state)
{
	(void)state;
	static const struct stack none[] = {{NULL, 0, NULL}};
	char *dot = render(none, true, false), *callgrind = render(none, false, false);

	expect_part(dot, "digraph \"unnamed\" {\nnode [style=filled fillcolor=\"#f8f8f8\"]\n"
			 "subgraph cluster_L { \"Type: cpu\" [shape=box fontsize=16 "
			 "label=\"Type: cpu\\lShowing nodes accounting for 0, 0% of 0 total\\l\\l"
			 "See https://git.io/JfYMW for how to read the graph\\l\"] }\n}\n");
	assert_string_equal(callgrind, "positions: instr line\nevents: cpu(minimum)\n");
	free(dot);
	free(callgrind);
}

static void callgrind_compresses(void **state)
{
	(void)state;
	static const struct stack stacks[] = {
		{"b+c a", 40, NULL}, {"a", 30, NULL}, {"c a", 2000, NULL}, {NULL, 0, NULL}};
	char *text = render(stacks, false, false);

	/* the unit is that of the smallest, however large the rest */
	assert_string_equal(text, "positions: instr line\n"
				  "events: cpu(B)\n"
				  "\n"
				  "ob=\n"
				  "fl=(1) dir/f.c\n"
				  "fn=(1) c\n"
				  "0x1080 10 2000\n"
				  "\n"
				  "ob=\n"
				  "fl=(1)\n"
				  "fn=(2) b\n"
				  "-48 10 40\n"
				  "\n"
				  "ob=\n"
				  "fl=(1)\n"
				  "fn=(3) a\n"
				  "+64 10 30\n"
				  "cfl=(1)\n"
				  "cfn=(1)\n"
				  "calls=1 +48 10\n"
				  "* * 2000\n"
				  "cfl=(1)\n"
				  "cfn=(1)\n"
				  "calls=1 * 11\n"
				  "* * 40\n"
				  "\n"
				  "ob=\n"
				  "fl=(1)\n"
				  "fn=(1)\n"
				  "-64 11 0\n"
				  "cfl=(1)\n"
				  "cfn=(2)\n"
				  "calls=1 -64 10\n"
				  "* * 40\n");
	free(text);
}

static void callgrind_tells_functions_apart(void **state)
{
	(void)state;
	static const struct stack stacks[] = {{"x a", 5, NULL}, {"x b", 7, NULL}, {NULL, 0, NULL}};
	char *tree = render(stacks, false, true), *graph = render(stacks, false, false);

	expect_part(tree, "cfn=(3) x [2/2]\n");
	expect_part(tree, "cfn=(5) x [1/2]\n");
	assert_null(strstr(graph, "/2]"));
	free(tree);
	free(graph);
}

static void callgrind_names_keep_to_their_line(void **state)
{
	(void)state;
	static const struct stack stacks[] = {{"a\nfn=evil\x1b[1m", 5, NULL}, {NULL, 0, NULL}};
	char *text = render(stacks, false, false);

	expect_part(text, "fn=(1) a\\x0afn=evil\\x1b[1m\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_text_leaves_its_quotes),
		cmocka_unit_test(names_are_broken_into_lines),
		cmocka_unit_test(long_texts_are_cut),
		cmocka_unit_test(colours_say_share_and_sign),
		cmocka_unit_test(hostile_labels_stay_labels),
		cmocka_unit_test(numbers_in_four_ranges),
		cmocka_unit_test(labels_of_what_is_left_out),
		cmocka_unit_test(graph_of_nothing),
		cmocka_unit_test(callgrind_compresses),
		cmocka_unit_test(callgrind_tells_functions_apart),
		cmocka_unit_test(callgrind_names_keep_to_their_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
