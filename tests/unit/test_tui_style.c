/* SPDX-License-Identifier: Apache-2.0 */
/* What styles become on terminals of few colours: what colours tell is still told, and all text can
 * be read. */
#include <config.h>

#include "unit.h"

#include "render/colours.h"
#include "tui/style.h"

#define BLACK 0
#define WHITE 7

static struct pp_colour rgb(uint32_t c)
{
	return (struct pp_colour){(uint8_t)(c >> 16), (uint8_t)(c >> 8), (uint8_t)c};
}

/* A box as graphs draw it: a colour and the text that is made for it. */
static struct pp_style box(uint32_t colour)
{
	struct pp_style s = PP_STYLE(PP_ROLE_FRAME);

	s.bg = rgb(colour);
	s.fg = pp_colours_text(s.bg);
	s.has_fg = s.has_bg = true;
	return s;
}

static void hues(void **state)
{
	(void)state;
	static const struct {
		uint32_t colour;
		int32_t is;
	} all[] = {
		{0x855151, 1}, {0x4c6c45, 2}, {0x7d5935, 3}, {0x565f8a, 4}, {0x6b5882, 4},
		{0x7b5272, 5}, {0x2a6f67, 6}, {0xcce1f4, 6}, {0xec7d76, 1}, {0xeb8238, 1},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct pp_style s = box(all[i].colour);

		for (enum pp_palette p = PP_PALETTE_8; p <= PP_PALETTE_16; p++)
			assert_int_equal(pp_style_ink(&s, p, true).bg, all[i].is);
	}
}

/* Greys stay greys, as far as there are some. */
static void greys(void **state)
{
	(void)state;
	struct pp_style dark = box(0x484a4f), light = box(0xdee0e2);

	assert_int_equal(pp_style_ink(&dark, PP_PALETTE_8, true).bg, BLACK);
	assert_int_equal(pp_style_ink(&dark, PP_PALETTE_16, true).bg, 8);
	assert_int_equal(pp_style_ink(&light, PP_PALETTE_8, false).bg, WHITE);
	assert_int_equal(pp_style_ink(&light, PP_PALETTE_16, false).bg, WHITE);
}

/* Black or white, whichever can be read on the colour that there is. */
static void texts(void **state)
{
	(void)state;
	static const int32_t on[] = {WHITE, WHITE, BLACK, BLACK, WHITE, WHITE, BLACK, BLACK};
	static const uint32_t colours[] = {0x141414, 0x855151, 0x4c6c45, 0x7d5935,
					   0x565f8a, 0x7b5272, 0x2a6f67, 0xdee0e2};

	for (size_t i = 0; i < sizeof(on) / sizeof(*on); i++) {
		struct pp_style s = box(colours[i]), selected = s;

		assert_int_equal(pp_style_ink(&s, PP_PALETTE_8, true).fg, on[i]);
		/* selected, a box has its colours the other way round */
		selected.role = PP_ROLE_FRAME_SELECTED;
		selected.bg = s.fg;
		selected.fg = s.bg;
		struct pp_ink ink = pp_style_ink(&selected, PP_PALETTE_8, true);
		assert_true(ink.fg == BLACK || ink.fg == WHITE);
		assert_true(ink.fg != ink.bg);
	}
}

/* The cell that an edge is in has the hues of both boxes. */
static void edges(void **state)
{
	(void)state;
	struct pp_style s = box(0x855151);

	s.fg = rgb(0x565f8a);
	assert_int_equal(pp_style_ink(&s, PP_PALETTE_16, true).fg, 4);
	assert_int_equal(pp_style_ink(&s, PP_PALETTE_16, true).bg, 1);
	/* of one hue: a line */
	s.fg = rgb(0x7c4b4b);
	assert_true(pp_style_ink(&s, PP_PALETTE_16, true).fg != 1);
}

/* Where there are enough colours, they are what was asked for. */
static void many(void **state)
{
	(void)state;
	struct pp_style s = box(0x855151);

	assert_int_equal(pp_style_ink(&s, PP_PALETTE_TRUE, true).bg, 0x855151);
	assert_int_equal(pp_style_ink(&s, PP_PALETTE_256, true).bg, 95);
	assert_int_equal(pp_style_ink(&s, PP_PALETTE_MONO, true).bg, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hues),	 cmocka_unit_test(greys), cmocka_unit_test(texts),
		cmocka_unit_test(edges), cmocka_unit_test(many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
