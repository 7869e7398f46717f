/* SPDX-License-Identifier: Apache-2.0 */
/* Roles leave colours to the terminal where they can, so that they fit whatever it has. */
#include <config.h>

#include "tui/style.h"

struct role {
	int8_t fg, bg; /* of the first eight; -1: the terminal's */
	uint8_t attrs;
	uint8_t mono; /* attributes where there are no colours */
};

static const struct role roles[PP_ROLES] = {
	[PP_ROLE_TEXT] = {-1, -1, 0, 0},
	[PP_ROLE_DIM] = {-1, -1, 0, 0},
	[PP_ROLE_BORDER] = {-1, -1, 0, 0},
	[PP_ROLE_TITLE] = {-1, -1, PP_ATTR_BOLD, PP_ATTR_BOLD},
	[PP_ROLE_HEADER] = {-1, -1, PP_ATTR_REVERSE, PP_ATTR_REVERSE},
	[PP_ROLE_KEY] = {6, -1, PP_ATTR_BOLD, PP_ATTR_BOLD},
	[PP_ROLE_SELECTED] = {-1, -1, PP_ATTR_REVERSE | PP_ATTR_BOLD,
			      PP_ATTR_REVERSE | PP_ATTR_BOLD},
	[PP_ROLE_MATCH] = {5, -1, PP_ATTR_BOLD, PP_ATTR_BOLD | PP_ATTR_UNDERLINE},
	[PP_ROLE_ERROR] = {1, -1, PP_ATTR_BOLD, PP_ATTR_BOLD},
	[PP_ROLE_MENU] = {-1, -1, 0, 0},
	[PP_ROLE_LESS] = {4, -1, 0, 0},
	[PP_ROLE_MORE] = {3, -1, 0, 0},
	[PP_ROLE_FRAME] = {-1, -1, 0, 0},
	[PP_ROLE_FRAME_SELECTED] = {-1, -1, PP_ATTR_BOLD, PP_ATTR_REVERSE | PP_ATTR_BOLD},
};

/* The grey of what matters less, by theme, where there are 256 colours. */
#define DIM_DARK  246
#define DIM_LIGHT 242

static const uint32_t sixteen[16] = {0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd,
				     0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00,
				     0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff};

static int32_t distance(struct pp_colour c, int32_t r, int32_t g, int32_t b)
{
	int32_t dr = c.r - r, dg = c.g - g, db = c.b - b;

	return 3 * dr * dr + 4 * dg * dg + 2 * db * db;
}

static void range_of(struct pp_colour c, int *least, int *most)
{
	*most = c.r > c.g ? c.r : c.g;
	*most = c.b > *most ? c.b : *most;
	*least = c.r < c.g ? c.r : c.g;
	*least = c.b < *least ? c.b : *least;
}

/*
 * Few colours have no muted ones: what is nearest to those of boxes is black, or a grey, whatever
 * they tell. So what has a hue becomes the basic colour of that hue, and only greys go by distance.
 */
static bool has_hue(struct pp_colour c)
{
	int least, most;

	range_of(c, &least, &most);
	return most - least > 16 && (most - least) * 8 > most;
}

/* Red, green and blue are bits; one that is more than half way to the strongest is set. */
static int32_t hue_of(struct pp_colour c)
{
	int least, most, half;

	range_of(c, &least, &most);
	half = (most + least + 1) / 2;
	return (c.r >= half) | (c.g >= half) << 1 | (c.b >= half) << 2;
}

static int32_t nearest_basic(struct pp_colour c, unsigned n)
{
	int32_t best = 0, least = INT32_MAX;

	for (unsigned i = 0; i < n; i++) {
		int32_t d = distance(c, (int32_t)(sixteen[i] >> 16),
				     (int32_t)(sixteen[i] >> 8 & 255), (int32_t)(sixteen[i] & 255));

		if (d < least) {
			least = d;
			best = (int32_t)i;
		}
	}
	return best;
}

static int32_t basic_of(struct pp_colour c, unsigned n)
{
	return has_hue(c) ? hue_of(c) : nearest_basic(c, n);
}

/* The level of a 6x6x6 cube that is nearest, and what it is. */
static int32_t level_of(uint8_t v, int32_t *is)
{
	int32_t level = v < 48 ? 0 : v < 115 ? 1 : (v - 35) / 40;

	*is = level ? 55 + 40 * level : 0;
	return level;
}

static int32_t nearest_256(struct pp_colour c)
{
	int32_t r, g, b, mean = (c.r + c.g + c.b) / 3;
	int32_t cube = 16 + 36 * level_of(c.r, &r) + 6 * level_of(c.g, &g) + level_of(c.b, &b);
	int32_t step = mean < 3 ? 0 : mean > 238 ? 23 : (mean - 3) / 10, grey = 8 + 10 * step;

	return distance(c, grey, grey, grey) < distance(c, r, g, b) ? 232 + step : cube;
}

static int32_t ink_of(struct pp_colour c, enum pp_palette palette)
{
	switch (palette) {
	case PP_PALETTE_TRUE:
		return c.r << 16 | c.g << 8 | c.b;
	case PP_PALETTE_256:
		return nearest_256(c);
	case PP_PALETTE_16:
		return basic_of(c, 16);
	case PP_PALETTE_8:
		return basic_of(c, 8);
	default:
		return -1;
	}
}

/* One of the first eight, as the palette has it. */
static int32_t basic(int8_t colour, enum pp_palette palette)
{
	if (colour < 0 || palette != PP_PALETTE_TRUE)
		return colour;
	return (int32_t)sixteen[colour];
}

static int32_t own_fg(const struct pp_style *s, enum pp_palette palette, bool dark)
{
	if (s->role == PP_ROLE_DIM || s->role == PP_ROLE_BORDER) {
		if (palette == PP_PALETTE_256)
			return dark ? DIM_DARK : DIM_LIGHT;
		if (palette == PP_PALETTE_TRUE)
			return dark ? 0x949494 : 0x6c6c6c;
	}
	return basic(roles[s->role].fg, palette);
}

static bool is_few(enum pp_palette palette)
{
	return palette == PP_PALETTE_8 || palette == PP_PALETTE_16;
}

/* What can be read on a colour. Of few, those with green (bit 1) in them are the light ones. */
static int32_t text_on(int32_t bg, struct pp_colour asked, enum pp_palette palette)
{
	if (!is_few(palette))
		return ink_of(pp_colours_text(asked), palette);
	return bg & 2 ? 0 : palette == PP_PALETTE_16 ? 15 : 7;
}

static bool is_text(const struct pp_style *s, enum pp_palette palette)
{
	return is_few(palette) &&
	       (s->role == PP_ROLE_FRAME_SELECTED || !s->has_fg || !has_hue(s->fg));
}

struct pp_ink pp_style_ink(const struct pp_style *s, enum pp_palette palette, bool dark)
{
	const struct role *r = &roles[s->role];
	struct pp_ink ink = {-1, -1, s->attrs};

	if (palette == PP_PALETTE_MONO) {
		ink.attrs |= r->mono;
		return ink;
	}
	ink.attrs |= r->attrs;
	ink.fg = s->has_fg ? ink_of(s->fg, palette) : own_fg(s, palette, dark);
	ink.bg = s->has_bg ? ink_of(s->bg, palette) : basic(r->bg, palette);
	/* the edge between two boxes keeps its two hues; all else is text, and what has come to be
	 * of the colour that it stands on */
	if (s->has_bg && (ink.fg == ink.bg || is_text(s, palette)))
		ink.fg = text_on(ink.bg, s->bg, palette);
	return ink;
}
