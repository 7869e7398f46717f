/* SPDX-License-Identifier: Apache-2.0 */
/* render/: SVGs of flame graphs are well-formed whatever the names, and of the shape that other
 * programs read. */
#include <config.h>

#include "flame_fixture.h"

#include <unistd.h>

#include "base/utf8.h"
#include "render/fit.h"
#include "render/flame.h"
#include "render/svg_text.h"

#define CPU	   1
#define DATA_START "<script type=\"application/octet-stream\" id=\"pyroprof-data\">"

struct drawing {
	struct fixture f;
	struct pp_flame_view v;
	struct pp_header header;
	double *extents;
	char *text; /* of the SVG */
};

static const struct stack plain[] = {
	{"main;serve;json", {5, 5000}, NULL},
	{"main;serve", {2, 2000}, NULL},
	{"main;idle", {3, 3000}, NULL},
	{NULL, {0}, NULL},
};

static void draw(struct drawing *d)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_out out;

	free(d->text);
	pp_out_init_mem(&out);
	assert_int_equal(pp_flame_svg(&d->v, &out, &err), 0);
	pp_buf_char(&out.buf, '\0');
	assert_int_equal(strlen(out.buf.p), out.buf.n - 1);
	d->text = out.buf.p;
}

static void init(struct drawing *d, const struct stack *before, const struct stack *after)
{
	const struct pp_flame_measure cpu = {CPU, PP_FLAME_AFTER, true};
	struct pp_view *view = &d->f.views[before ? 1 : 0];

	*d = (struct drawing){0};
	fixture_init(&d->f, before, after, NULL);
	d->f.views[0].index = d->f.views[1].index = CPU;
	d->extents = pp_flame_extents(&d->f.flame, &cpu);
	pp_flame_sort(&d->f.flame, PP_FLAME_BY_WEIGHT, d->extents);
	pp_header_init(&d->header, view,
		       pp_flame_total(&d->f.flame, pp_flame_after(&d->f.flame, CPU))[0]);
	d->v = (struct pp_flame_view){
		.flame = &d->f.flame,
		.view = view,
		.extents = d->extents,
		.header = &d->header,
		.block = {.measure = cpu},
		.look = {.width = 1200, .minwidth = 0.5, .no_js = true},
	};
}

static void release(struct drawing *d)
{
	free(d->text);
	free(d->extents);
	fixture_release(&d->f);
}

/* One reference of XML, behind its '&'. */
static size_t reference(const char *p)
{
	static const char *const known[] = {"amp;", "lt;", "gt;", "quot;"};

	for (size_t i = 0; i < PP_ARRAY_LEN(known); i++) {
		if (strncmp(p, known[i], strlen(known[i])) == 0)
			return strlen(known[i]);
	}
	fail_msg("a reference to '%.10s'", p);
	return 0;
}

/* One character that XML may hold as it is. */
static size_t character(const char *p)
{
	uint32_t cp;
	size_t len = pp_utf8_decode(pp_str_of(p), &cp);

	PP_CHECK_MSG(len > 0, "not UTF-8");
	PP_CHECK_MSG(cp != 0xfffe && cp != 0xffff && (cp == '\n' || cp >= 0x20), "no XML");
	return len;
}

/* A tag, behind its '<'; names of open elements are in `open`, each ending with '/'. */
static size_t tag(const char *p, struct pp_buf *open)
{
	size_t name = strcspn(p, " >/\n"), n = name;
	bool closing = p[0] == '/';

	if (closing) {
		name = strcspn(p + 1, ">");
		PP_CHECK_MSG(open->n > name, p);
		open->n -= name + 1;
		PP_CHECK_MSG(memcmp(open->p + open->n, p + 1, name) == 0, "crossed elements");
		return name + 2;
	}
	while (p[n] == ' ') {
		size_t key = strcspn(p + n, "=");

		n += key + 1;
		PP_CHECK_MSG(p[n] == '"', "an attribute without quotes");
		for (n++; p[n] != '"';) {
			PP_CHECK_MSG(p[n] != '<', "a tag in an attribute");
			n += p[n] == '&' ? 1 + reference(p + n + 1) : character(p + n);
		}
		n++;
	}
	if (p[n] == '/')
		return n + 2;
	PP_CHECK_MSG(p[n] == '>', "a tag that does not end");
	pp_buf_add(open, p, name);
	pp_buf_char(open, '/');
	return n + 1;
}

static void expect_well_formed(const char *p)
{
	static const char head[] = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n";
	static const char cdata[] = "<![CDATA[";
	PP_CLEANUP(pp_buf_release) struct pp_buf open = PP_BUF_INIT;

	assert_int_equal(strncmp(p, head, strlen(head)), 0);
	p += strlen(head);
	while (*p) {
		if (strncmp(p, cdata, strlen(cdata)) == 0) {
			p = strstr(p, "]]>");
			assert_non_null(p);
			p += 3;
		} else if (*p == '<') {
			p += 1 + tag(p + 1, &open);
		} else if (*p == '&') {
			p += 1 + reference(p + 1);
		} else {
			PP_CHECK_MSG(strncmp(p, "]]>", 3) != 0, "the end of a CDATA section");
			p += character(p);
		}
	}
	assert_int_equal(open.n, 0);
}

static size_t times(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *p = text; (p = strstr(p, what)); p += strlen(what))
		n++;
	return n;
}

static void expect(const char *text, const char *what)
{
	if (!strstr(text, what))
		fail_msg("no '%s' in %s", what, text);
}

static void frames_are_as_flamegraph_has_them(void **state PP_UNUSED)
{
	struct drawing d;

	init(&d, NULL, plain);
	draw(&d);
	expect_well_formed(d.text);
	expect(d.text, "<title>all (10us, 100%)</title>");
	expect(d.text, "<title>serve (7us, 70.00%)</title>"
		       "<rect x=\"10\" y=\"");
	expect(d.text, "width=\"825.5\" height=\"15\" fill=\"#");
	expect(d.text, "<title>idle (3us, 30.00%)</title><rect x=\"836\" ");
	expect(d.text, ">serve</text></g>\n");
	assert_int_equal(times(d.text, "<g class="), 5);
	assert_int_equal(times(d.text, "<title"), 5 + 1);
	/* the root is at the bottom, and the leaf at the top */
	const char *root = strstr(d.text, "<title>all"), *leaf = strstr(d.text, "<title>json");
	expect(root, "<rect x=\"10\" y=\"89\"");
	expect(leaf, "<rect x=\"10\" y=\"41\"");
	release(&d);
}

static void icicles_hang(void **state PP_UNUSED)
{
	struct drawing d;

	init(&d, NULL, plain);
	d.v.look.inverted = true;
	draw(&d);
	expect(strstr(d.text, "<title>all"), "<rect x=\"10\" y=\"41\"");
	expect(strstr(d.text, "<title>json"), "<rect x=\"10\" y=\"89\"");
	expect(d.text, ">Icicle Graph</text>");
	release(&d);
}

static void reversed_stacks_begin_with_leaves(void **state PP_UNUSED)
{
	struct drawing d;

	init(&d, NULL, plain);
	d.v.look.reverse = true;
	draw(&d);
	expect_well_formed(d.text);
	expect(d.text, "<title>json (5us, 50.00%)</title>");
	assert_int_equal(times(d.text, "<title>main ("), 3);
	release(&d);
}

static void values_count_samples(void **state PP_UNUSED)
{
	static const struct stack many[] = {{"f", {1234567, 1}, NULL}, {NULL, {0}, NULL}};
	struct drawing d;

	init(&d, NULL, many);
	d.v.block.measure.type = 0;
	d.f.views[0].index = 0;
	pp_header_init(&d.header, &d.f.views[0], 1234567);
	draw(&d);
	expect(d.text, "<title>f (1,234,567 samples, 100%)</title>");
	d.v.look.countname = "calls";
	draw(&d);
	expect(d.text, "<title>f (1,234,567 calls, 100%)</title>");
	release(&d);
}

static void scripts_find_their_ids(void **state PP_UNUSED)
{
	static const char *const ids[] = {"frames",  "details",	   "search", "unzoom",
					  "matched", "ignorecase", "title",  "background"};
	struct drawing d;

	init(&d, NULL, plain);
	d.v.look.no_js = false;
	draw(&d);
	expect_well_formed(d.text);
	for (size_t i = 0; i < PP_ARRAY_LEN(ids); i++) {
		PP_CLEANUP(pp_freep) char *id = pp_xasprintf(" id=\"%s\"", ids[i]);

		/* one element; the script may name it too */
		expect(d.text, id);
	}
	expect(d.text, "tabindex=\"0\"");
	expect(d.text, "<script><![CDATA[");
	assert_int_equal(times(d.text, DATA_START), 1);
	assert_int_equal(times(d.text, "</svg>\n"), 1);
	release(&d);
}

static void data_come_along_as_asked(void **state PP_UNUSED)
{
	struct drawing d;

	init(&d, NULL, plain);
	d.v.look.no_js = false;
	d.v.look.data = PP_FLAME_DATA_NONE;
	draw(&d);
	assert_int_equal(times(d.text, DATA_START), 0);
	expect(d.text, "<script><![CDATA[");
	d.v.look.data = PP_FLAME_DATA_FULL;
	draw(&d);
	assert_int_equal(times(d.text, DATA_START), 1);
	d.v.look.no_js = true;
	draw(&d);
	assert_int_equal(times(d.text, "<script"), 0);
	assert_int_equal(times(d.text, "tabindex"), 0);
	expect(d.text, "role=\"img\"");
	release(&d);
}

static void nothing_comes_from_elsewhere(void **state PP_UNUSED)
{
	struct drawing d;

	init(&d, NULL, plain);
	draw(&d);
	assert_int_equal(times(d.text, "://"), 1); /* the namespace */
	assert_int_equal(times(d.text, "href"), 0);
	assert_int_equal(times(d.text, "foreignObject"), 0);
	assert_int_equal(times(d.text, "url("), times(d.text, "url(#"));
	release(&d);
}

static const char *const hostile[] = {
	"</script><img onerror=alert(1)>",
	"]]>",
	"<![CDATA[",
	"&amp",
	"\"quotes\" 'and' more",
	"\x01\x02\x1b[1m\x7f",
	"not \xff UTF-8 \xc3",
	"\xed\xa0\x80 half",
	"no XML \xef\xbf\xbf\xef\xbf\xbe",
	"rtl \xe2\x80\xae live",
	"日本語の関数名前がとても長いので切れるはずです",
	"z\xcc\x81\xcc\x81\xcc\x81",
	"url(#hatch)",
	"<script type=\"application/octet-stream\" id=\"pyroprof-data\">",
};

static void names_cannot_leave_their_places(void **state PP_UNUSED)
{
	for (size_t i = 0; i < PP_ARRAY_LEN(hostile); i++) {
		const struct stack s[] = {
			{hostile[i], {3, 3000}, NULL},
			{"other", {7, 7000000}, NULL},
			{NULL, {0}, NULL},
		};
		struct drawing d;

		init(&d, NULL, s);
		d.v.look = (struct pp_flame_look){
			.title = hostile[i],
			.subtitle = hostile[i],
			.notes = hostile[i],
			.countname = hostile[i],
			.nametype = hostile[i],
			.fonttype = hostile[i],
			.bgcolors = hostile[i],
			.width = 400,
		};
		draw(&d);
		expect_well_formed(d.text);
		assert_int_equal(times(d.text, DATA_START), 1);
		release(&d);
	}
}

static void nobody_is_told_what_cannot_be_shown(void **state PP_UNUSED)
{
	static const struct {
		struct pp_str text;
		const char *want;
	} cases[] = {
		{PP_STR_LIT("a<b>&\"c\""), "a&lt;b&gt;&amp;&quot;c&quot;"},
		{PP_STR_LIT("\x1b["), "\\x1b["},
		{PP_STR_LIT("a\xff"), "a\xef\xbf\xbd"},
		{PP_STR_LIT("\xef\xbf\xbf"), "\xef\xbf\xbd"},
		{PP_STR_LIT("\xe2\x80\xae"), "\\u{202e}"},
		{PP_STR_LIT("\0"), "\\x00"},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_out out;

		pp_out_init_mem(&out);
		pp_svg_any(&out, cases[i].text);
		pp_out_char(&out, '\0');
		assert_string_equal(out.buf.p, cases[i].want);
		pp_buf_release(&out.buf);
	}
}

static void lengths_are_short(void **state PP_UNUSED)
{
	static const struct {
		double px;
		const char *want;
	} cases[] = {
		{0, "0"},     {10, "10"},      {0.5, "0.5"},   {0.25, "0.25"},
		{1.005, "1"}, {12.999, "13"},  {-0.5, "-0.5"}, {1180, "1180"},
		{0.004, "0"}, {99.995, "100"}, {1e300, "0"},   {1234.56, "1234.56"},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_out out;

		pp_out_init_mem(&out);
		pp_svg_px(&out, cases[i].px);
		pp_out_char(&out, '\0');
		assert_string_equal(out.buf.p, cases[i].want);
		pp_buf_release(&out.buf);
	}
}

/* A wide frame, and 400 of 1 ns. */
static void init_thin(struct drawing *d, int64_t wide)
{
	struct stack s[402] = {{"main;wide", {1, wide}, NULL}};
	char names[400][24];

	for (int i = 0; i < 400; i++) {
		snprintf(names[i], sizeof(names[i]), "main;%d", i);
		s[i + 1] = (struct stack){names[i], {1, 1}, NULL};
	}
	init(d, NULL, s);
}

static void thin_frames_are_counted(void **state PP_UNUSED)
{
	struct drawing d;

	init_thin(&d, 600);
	d.v.look.minwidth = 5;
	draw(&d);
	expect(d.text, "<g class=\"run hatch\"><title>400 narrow frames (400ns, 40.00%)</title>");
	assert_int_equal(times(d.text, "<g class="), 4);
	/* a box is a share of 1180 px here */
	d.v.look.minwidth = 0.1;
	d.v.look.minwidth_percent = true;
	draw(&d);
	assert_int_equal(times(d.text, "<g class="), 403);
	d.v.look.minwidth = 0.11;
	draw(&d);
	assert_int_equal(times(d.text, "<g class="), 4);
	release(&d);
}

/* Where the tree comes along, what nobody can point at is a path for each colour. */
static void thin_boxes_are_one_path(void **state PP_UNUSED)
{
	struct drawing d;

	init_thin(&d, 1000);
	d.v.look.no_js = false;
	d.v.look.colours = PP_COLOURS_VALUE;
	draw(&d);
	assert_int_equal(times(d.text, "<g class="), 3);
	assert_int_equal(times(d.text, "<path class=\"c"), 1);
	assert_int_equal(times(d.text, "h0.74v15h-0.74"), 400);
	/* frames are all that is known where the tree does not come along */
	d.v.look.data = PP_FLAME_DATA_NONE;
	draw(&d);
	assert_int_equal(times(d.text, "<g class="), 403);
	release(&d);
}

static double number(const char *text, const char *attribute)
{
	PP_CLEANUP(pp_freep) char *key = pp_xasprintf(" %s=\"", attribute);
	const char *at = strstr(text, key);

	assert_non_null(at);
	return strtod(at + strlen(key), NULL); /* pp-allow: of our own file */
}

/* Names are within their boxes, and there is no text without a letter. */
static void texts_fit(void **state PP_UNUSED)
{
	struct stack s[40];
	char names[39][64];
	struct drawing d;
	size_t texts = 0;

	for (int i = 0; i < 39; i++) {
		snprintf(names[i], sizeof(names[i]), "ns::日本::function_%d(char)", i * i);
		s[i] = (struct stack){names[i], {1, 1 << (i % 10)}, NULL};
	}
	s[39] = (struct stack){NULL, {0}, NULL};
	init(&d, NULL, s);
	draw(&d);
	for (const char *g = d.text; (g = strstr(g, "<g class=")); g++) {
		const char *rect = strstr(g, "<rect"), *text = strstr(g, "<text");

		if (!text || text > strstr(g, "</g>"))
			continue;
		const char *begin = strchr(text, '>') + 1;
		size_t cells = pp_fit_cells((struct pp_str){begin, strcspn(begin, "<")});
		double left = number(text, "x") - number(rect, "x");
		assert_true(cells >= 1 && (unsigned char)*begin > ' ');
		assert_true(left + (double)cells * 0.6 * 12 <= number(rect, "width"));
		texts++;
	}
	assert_in_range(texts, 10, 40);
	assert_int_equal(times(d.text, "></text>"), 0);
	/* what a font might make wider ends at its box */
	assert_in_range(times(d.text, "clip-path=\"url(#k"), 10, 40);
	assert_true(times(d.text, "<clipPath") <= times(d.text, "clip-path="));
	release(&d);
}

static void differences_tell_both_sides(void **state PP_UNUSED)
{
	static const struct stack before[] = {
		{"main;same", {500, 5000}, NULL},
		{"main;less", {500, 5000}, NULL},
		{NULL, {0}, NULL},
	};
	static const struct stack after[] = {
		{"main;same", {500, 10000}, NULL},
		{"main;less", {100, 2000}, NULL},
		{"main;more", {400, 8000}, NULL},
		{NULL, {0}, NULL},
	};
	struct drawing d;

	init(&d, before, after);
	d.v.look.colours = PP_COLOURS_DIFF;
	draw(&d);
	expect_well_formed(d.text);
	expect(d.text, "<title>less (before 5us 50.00%, after 2us 10.00%, -8us, -40.00 points, "
		       "-80.0%, z -19.5)</title>");
	expect(d.text, "<title>more (before 0 0%, after 8us 40.00%, +8us, +40.00 points, new, z "
		       "22.4)</title>");
	expect(d.text, "<title>same (before 5us 50.00%, after 10us 50.00%, 0, +0.00 points, +0.0%, "
		       "within noise)</title>");
	release(&d);
}

static void equal_input_gives_equal_bytes(void **state PP_UNUSED)
{
	struct drawing a, b;

	init(&a, NULL, plain);
	init(&b, NULL, plain);
	a.v.look.no_js = b.v.look.no_js = false;
	draw(&a);
	draw(&b);
	assert_string_equal(a.text, b.text);
	release(&a);
	release(&b);
}

static void odd_looks_are_drawn(void **state PP_UNUSED)
{
	static const struct stack none[] = {{NULL, {0}, NULL}};
	static const struct pp_flame_look looks[] = {
		{.width = -1, .height = -5, .fontsize = -3, .minwidth = -1},
		{.width = 1e300, .height = 1e300, .fontsize = 1e300, .minwidth = 1e300},
		{.width = 1, .height = 0.1, .fontsize = 0.1},
		{.bgcolors = "#12345"},
		{.bgcolors = "#102030", .no_js = true},
		{.bgcolors = "blue", .title = "", .subtitle = "", .notes = ""},
	};
	struct drawing d, e;

	init(&d, NULL, plain);
	init(&e, NULL, none);
	for (size_t i = 0; i < PP_ARRAY_LEN(looks); i++) {
		d.v.look = e.v.look = looks[i];
		draw(&d);
		expect_well_formed(d.text);
		draw(&e);
		expect_well_formed(e.text);
		expect(e.text, "<title>all (0");
	}
	release(&d);
	release(&e);
}

/* Another judge, where it is installed. */
static void xmllint_agrees(void **state PP_UNUSED)
{
	char path[] = "/tmp/pyroprof-unit-XXXXXX";
	struct stack s[PP_ARRAY_LEN(hostile) + 1] = {0};
	struct drawing d;
	int fd;

	if (system("command -v xmllint >/dev/null")) /* pp-allow: a test's own command */
		PP_SKIP("no xmllint");
	for (size_t i = 0; i < PP_ARRAY_LEN(hostile); i++)
		s[i] = (struct stack){hostile[i], {1, 100}, NULL};
	init(&d, NULL, s);
	d.v.look.no_js = false;
	draw(&d);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, d.text, strlen(d.text)), (ssize_t)strlen(d.text));
	close(fd);
	PP_CLEANUP(pp_freep) char *command = pp_xasprintf("xmllint --noout %s", path);
	assert_int_equal(system(command), 0); /* pp-allow: a path of our own */
	unlink(path);
	release(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_are_as_flamegraph_has_them),
		cmocka_unit_test(icicles_hang),
		cmocka_unit_test(reversed_stacks_begin_with_leaves),
		cmocka_unit_test(values_count_samples),
		cmocka_unit_test(scripts_find_their_ids),
		cmocka_unit_test(data_come_along_as_asked),
		cmocka_unit_test(nothing_comes_from_elsewhere),
		cmocka_unit_test(names_cannot_leave_their_places),
		cmocka_unit_test(nobody_is_told_what_cannot_be_shown),
		cmocka_unit_test(lengths_are_short),
		cmocka_unit_test(thin_frames_are_counted),
		cmocka_unit_test(thin_boxes_are_one_path),
		cmocka_unit_test(texts_fit),
		cmocka_unit_test(differences_tell_both_sides),
		cmocka_unit_test(equal_input_gives_equal_bytes),
		cmocka_unit_test(odd_looks_are_drawn),
		cmocka_unit_test(xmllint_agrees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
