/* SPDX-License-Identifier: Apache-2.0 */
/* render/colours: the vectors of tests/web/colours.tsv, tests/web/palette.json, and contrast. */
#include <config.h>

#include "unit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "base/scan.h"
#include "lines_fixture.h"
#include "render/colours.h"

#define CONTRAST 4.5 /* of text, WCAG 2.1, 1.4.3 */

/* ---- vectors ---- */

/* The next field of a line of a table. */
static struct pp_str take(struct pp_str *line)
{
	const char *tab = line->n ? memchr(line->p, '\t', line->n) : NULL;
	struct pp_str field = {line->p, tab ? (size_t)(tab - line->p) : line->n};
	size_t used = field.n + (tab != NULL);

	*line = (struct pp_str){line->p + used, line->n - used};
	return field;
}

static int number(struct pp_str *line)
{
	struct pp_str field = take(line);
	bool negative = pp_scan_char(&field, '-');
	uint64_t n = 0;

	assert_true(pp_scan_number(&field, 10, &n) && n < 1000000000);
	return negative ? -(int)n : (int)n;
}

static size_t find_name(const char *const *names, struct pp_str name)
{
	for (size_t i = 0; names[i]; i++) {
		if (pp_str_eq(name, pp_str_of(names[i])))
			return i;
	}
	fail_msg("unknown: '%.*s'", (int)name.n, name.p);
	return 0;
}

static void expect_colour(struct pp_colour c, struct pp_str want, const char *what)
{
	char text[16];

	snprintf(text, sizeof(text), "#%02x%02x%02x", c.r, c.g, c.b);
	if (!pp_str_eq(pp_str_of(text), want))
		fail_msg("%s is %s, not %.*s", what, text, (int)want.n, want.p);
}

/* A line: scheme, theme, kind, hue, shade, hue of the object, share, share of self, delta (each in
 * thousandths), whether it is significant, whether it is a run; fill and text. */
static void expect_line(struct pp_str line)
{
	static const char *const themes[] = {"light", "dark", NULL};
	struct pp_str scheme = take(&line), theme = take(&line);
	enum pp_colours colours = (enum pp_colours)find_name(pp_colours_names, scheme);
	bool dark = find_name(themes, theme) == 1;
	enum pp_flame_kind kind = (enum pp_flame_kind)number(&line);
	struct pp_hue hue;
	struct pp_colour_facts facts;
	struct pp_colour fill;

	hue.hue = (uint8_t)number(&line);
	hue.shade = (uint8_t)number(&line);
	hue.object = (uint8_t)number(&line);
	facts.share = number(&line) / 1000.;
	facts.self_share = number(&line) / 1000.;
	facts.delta = number(&line) / 1000.;
	facts.significant = number(&line) != 0;
	facts.run = number(&line) != 0;
	fill = pp_colours_fill(colours, hue, kind, &facts, dark);
	expect_colour(fill, take(&line), pp_colours_names[colours]);
	expect_colour(pp_colours_text(fill), take(&line), "text");
}

static void vectors(void **state)
{
	(void)state;
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	struct pp_str rest, line;
	size_t checked = 0;

	lines_read(&text, "tests/web/colours.tsv");
	rest = pp_buf_view(&text);
	while (pp_scan_line(&rest, &line)) {
		if (line.n == 0 || line.p[0] == '#')
			continue;
		expect_line(line);
		checked++;
	}
	assert_true(checked > 50);
}

static void palette(void **state)
{
	(void)state;
	PP_CLEANUP(pp_buf_release) struct pp_buf want = PP_BUF_INIT;
	struct pp_json json;
	struct pp_out out;

	lines_read(&want, "tests/web/palette.json");
	pp_out_init_mem(&out);
	pp_json_init(&json, &out);
	pp_colours_json(&json);
	pp_buf_char(&out.buf, '\0');
	assert_string_equal(out.buf.p, want.p);
	pp_buf_release(&out.buf);
}

/* ---- contrast ---- */

static double linear(uint8_t channel)
{
	double c = channel / 255.;

	return c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double contrast(struct pp_colour a, struct pp_colour b)
{
	double x = 0.2126 * linear(a.r) + 0.7152 * linear(a.g) + 0.0722 * linear(a.b);
	double y = 0.2126 * linear(b.r) + 0.7152 * linear(b.g) + 0.0722 * linear(b.b);

	return x > y ? (x + 0.05) / (y + 0.05) : (y + 0.05) / (x + 0.05);
}

static void expect_readable(struct pp_colour fill, const char *what)
{
	struct pp_colour text = pp_colours_text(fill);

	if (contrast(fill, text) < CONTRAST)
		fail_msg("%s: #%02x%02x%02x has %.2f", what, fill.r, fill.g, fill.b,
			 contrast(fill, text));
}

/* All that functions and facts can be, in steps that no step of a ramp is between. */
static void expect_scheme_readable(enum pp_colours scheme, bool dark)
{
	for (int i = 0; i < PP_HUES * PP_SHADES * 5; i++) {
		struct pp_hue hue = {(uint8_t)(i / PP_SHADES % PP_HUES), (uint8_t)(i % PP_SHADES),
				     (uint8_t)(i / PP_SHADES % PP_HUES)};
		struct pp_colour_facts facts = {
			.share = i / 480.,
			.self_share = i / 480.,
			.delta = (i - 240) / 240.,
			.significant = i % 7 != 0,
			.run = i == 0,
		};
		enum pp_flame_kind kind = (enum pp_flame_kind)(i / (PP_HUES * PP_SHADES));

		expect_readable(pp_colours_fill(scheme, hue, kind, &facts, dark),
				pp_colours_names[scheme]);
	}
}

static void readable(void **state)
{
	(void)state;
	for (int dark = 0; dark < 2; dark++) {
		for (int i = 0; pp_colours_names[i]; i++)
			expect_scheme_readable((enum pp_colours)i, dark);
		expect_readable(pp_colours_match(dark), "match");
	}
}

static void odd_facts(void **state)
{
	(void)state;
	const struct pp_hue hue = {0, 0, 0};
	const double odd[] = {
		-1, 2, 1e300, -1e300, (double)NAN, (double)INFINITY, -(double)INFINITY};

	for (size_t i = 0; i < PP_ARRAY_LEN(odd); i++) {
		struct pp_colour_facts facts = {odd[i], odd[i], odd[i], true, false};

		for (int s = 0; pp_colours_names[s]; s++)
			expect_readable(pp_colours_fill((enum pp_colours)s, hue, PP_FLAME_NATIVE,
							&facts, false),
					pp_colours_names[s]);
	}
}

/* ---- hues ---- */

static struct pp_hue hue_of(const char *name, const char *object)
{
	struct pp_flame_func f = {.name = pp_str_of(name), .object = pp_str_of(object)};

	return pp_colours_hue(&f);
}

static void packages(void **state)
{
	(void)state;
	/* of the same package, whatever the object */
	static const char *const same[][2] = {
		{"github.com/a/b.F", "github.com/a/b.(*T).G.func1"},
		{"net/http.(*conn).serve", "net/http.ListenAndServe"},
		{"ns::a::f(int)", "ns::a::g<int>(char)"},
		{"ns::a::Class<int>::f()", "ns::a::Other::g()"},
		{"void ns::f<int>(int)", "ns::g()"},
		{"java.util.Map.get", "java.util.HashMap$Node.set(int)"},
		{"java/lang/Thread.run", "java/lang/Thread.start"},
		{"<alloc::vec::Vec<T> as x::Y>::f::h0123456789abcdef", "alloc::vec::Vec<u8>::g"},
		{"core[0123456789abcdef]::slice::f", "core::slice::g"},
		{"JS:*f /app/a.js:1:2", "JS:~g /app/a.js:7:2"},
		{"f (app/a.py:1)", "g (app/a.py:7)"},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(same); i++)
		PP_CHECK_MSG(hue_of(same[i][0], "x").hue == hue_of(same[i][1], "y").hue,
			     same[i][0]);
}

static void hues(void **state)
{
	(void)state;
	/* by hand: FNV-1a of the text, its halves xored, modulo 24 and 4 */
	assert_int_equal(hue_of("ns::f", "").hue, 0x463605d0 % PP_HUES);
	assert_int_equal(hue_of("f", "libc.so.6").hue, hue_of("g", "libc.so.6").hue);
	assert_int_equal(hue_of("f", "libc.so.6").object, hue_of("f", "libc.so.6").hue);
	assert_int_equal(hue_of("json_get", "").hue, hue_of("json_set", "").hue);
	assert_int_equal(hue_of("__json_get", "").hue, hue_of("json", "").hue);
	assert_int_equal(hue_of("f.part.0", "").shade, hue_of("f", "").shade);
	assert_int_equal(hue_of("", "").hue, hue_of("", "").hue);
}

/* Names that differ little get all colours, about as often as each other. */
static void spread(void **state)
{
	(void)state;
	int hue[PP_HUES] = {0}, shade[PP_SHADES] = {0};

	for (int i = 0; i < 2400; i++) {
		char name[32];
		struct pp_hue h;

		snprintf(name, sizeof(name), "p%d::f%d", i, i * 4);
		h = hue_of(name, "");
		hue[h.hue]++;
		shade[h.shade]++;
	}
	for (int i = 0; i < PP_HUES; i++)
		assert_in_range(hue[i], 50, 200);
	for (int i = 0; i < PP_SHADES; i++)
		assert_in_range(shade[i], 450, 750);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors),   cmocka_unit_test(palette),	 cmocka_unit_test(readable),
		cmocka_unit_test(odd_facts), cmocka_unit_test(packages), cmocka_unit_test(hues),
		cmocka_unit_test(spread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
