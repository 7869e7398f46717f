/* SPDX-License-Identifier: Apache-2.0 */
/* The screen in memory: clipping, wide and combining characters, what is not safe; and keys. */
#include <config.h>

#include "unit.h"

#include <string.h>

#include "base/compiler.h"
#include "tui/grid.h"
#include "tui/key.h"

static const struct pp_style plain = PP_STYLE(PP_ROLE_TEXT);

/* What the grid is as text. */
static void expect_screen(const struct pp_grid *g, const char *want)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf out = PP_BUF_INIT;

	pp_grid_save(g, false, &out);
	assert_string_equal(out.p, want);
}

static int text(struct pp_grid *g, int x, int y, int width, const char *s)
{
	return pp_grid_text(g, x, y, width, pp_str_of(s), &plain);
}

static void clipping(void **state)
{
	(void)state;
	PP_CLEANUP(pp_grid_release) struct pp_grid g;

	pp_grid_init(&g);
	pp_grid_resize(&g, 6, 2);
	assert_int_equal(text(&g, 4, 0, 10, "abcdef"), 6);
	assert_int_equal(text(&g, 0, 1, 3, "abcdef"), 3);
	text(&g, -2, 0, 10, "xyz");
	text(&g, 0, 2, 10, "below");
	expect_screen(&g, "z   ab\nabc\n");
	pp_grid_right(&g, 2, 1, 4, pp_str_of("9%"), &plain);
	expect_screen(&g, "z   ab\nabc 9%\n");
}

static void wide_characters(void **state)
{
	(void)state;
	PP_CLEANUP(pp_grid_release) struct pp_grid g;

	pp_grid_init(&g);
	pp_grid_resize(&g, 5, 1);
	/* the third one has room for half of it */
	assert_int_equal(text(&g, 0, 0, 5, "\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2"), 4);
	expect_screen(&g, "\xe6\xbc\xa2\xe5\xad\x97\n");
	/* neither half stays without the other */
	text(&g, 1, 0, 1, "a");
	expect_screen(&g, " a\xe5\xad\x97\n");
	text(&g, 2, 0, 1, "b");
	expect_screen(&g, " ab\n");
	/* at the right edge there is no room for it */
	text(&g, 4, 0, 2, "\xe6\xbc\xa2");
	expect_screen(&g, " ab\n");
}

static void combining_characters(void **state)
{
	(void)state;
	PP_CLEANUP(pp_grid_release) struct pp_grid g;

	pp_grid_init(&g);
	pp_grid_resize(&g, 3, 1);
	/* more than a cell keeps are left out */
	assert_int_equal(text(&g, 0, 0, 3, "e\xcc\x81\xcc\x82\xcc\x83x"), 2);
	expect_screen(&g, "e\xcc\x81\xcc\x82x\n");
}

static void unsafe_text(void **state)
{
	(void)state;
	PP_CLEANUP(pp_grid_release) struct pp_grid g;

	pp_grid_init(&g);
	pp_grid_resize(&g, 40, 1);
	text(&g, 0, 0, 40, "\033[1m\xff\x7f\xe2\x80\xae\xc2\x9b");
	expect_screen(&g, "\\x1b[1m\\xff\\x7f\\u{202e}\\x9b\n");
}

static void ascii(void **state)
{
	(void)state;
	PP_CLEANUP(pp_grid_release) struct pp_grid g;

	pp_grid_init(&g);
	g.ascii = true;
	pp_grid_resize(&g, 8, 3);
	pp_grid_frame(&g, pp_grid_all(&g), &plain);
	text(&g, 1, 1, 6, "\xe6\xbc\xa2\xe2\x80\xa6n\xc3\xa4");
	expect_screen(&g, "+------+\n|?"
			  "?~n? |\n+------+\n");
}

static void styles(void **state)
{
	(void)state;
	PP_CLEANUP(pp_grid_release) struct pp_grid g;
	PP_CLEANUP(pp_buf_release) struct pp_buf out = PP_BUF_INIT;
	const struct pp_style match = {.role = PP_ROLE_MATCH, .attrs = PP_ATTR_REVERSE};

	pp_grid_init(&g);
	pp_grid_resize(&g, 4, 2);
	text(&g, 0, 0, 4, "ab");
	pp_grid_restyle(&g, (struct pp_rect){1, 0, 9, 1}, &match);
	pp_grid_save(&g, true, &out);
	assert_string_equal(out.p, "ab\n~.XXX\n\n");
}

/* A name is the key's, and the key is the name's. */
static void keys(void **state)
{
	(void)state;
	static const char *const names[] = {"Tab", "Enter", "Esc", "Backspace", "Space",
					    "Up",  "S-Tab", "F1",  "F12",	"C-a",
					    "C-z", "x",	    "\\",  "~",		"\xc3\xa4"};
	static const char *const none[] = {"",	"Entr", "F0", "F13", "C-A",
					   " ", "\x7f", "ab", "\xff"};

	for (size_t i = 0; i < PP_ARRAY_LEN(names); i++) {
		PP_CLEANUP(pp_buf_release) struct pp_buf out = PP_BUF_INIT;
		pp_key key = pp_key_parse(pp_str_of(names[i]));

		assert_int_not_equal(key, PP_KEY_NONE);
		pp_key_name(key, &out);
		assert_string_equal(out.p, names[i]);
	}
	for (size_t i = 0; i < PP_ARRAY_LEN(none); i++)
		assert_int_equal(pp_key_parse(pp_str_of(none[i])), PP_KEY_NONE);
	/* what the terminal sends for it */
	assert_int_equal(pp_key_parse(PP_STR_LIT("C-d")), 4);
}

/* The text is never of the colour that it stands on. */
static void inks(void **state)
{
	(void)state;

	for (enum pp_palette p = PP_PALETTE_8; p <= PP_PALETTE_TRUE; p++) {
		for (unsigned i = 0; i < 4096; i++) {
			struct pp_style s = {.role = PP_ROLE_FRAME, .has_fg = true, .has_bg = true};
			struct pp_ink ink;

			s.bg = (struct pp_colour){(uint8_t)((i & 15) * 17),
						  (uint8_t)((i >> 4 & 15) * 17),
						  (uint8_t)((i >> 8) * 17)};
			s.fg = pp_colours_text(s.bg);
			ink = pp_style_ink(&s, p, true);
			assert_int_not_equal(ink.fg, ink.bg);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clipping),
		cmocka_unit_test(wide_characters),
		cmocka_unit_test(combining_characters),
		cmocka_unit_test(unsafe_text),
		cmocka_unit_test(ascii),
		cmocka_unit_test(styles),
		cmocka_unit_test(keys),
		cmocka_unit_test(inks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
