/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables were made in OKLCH (a space in which equal steps look equal): hues 15 degrees apart,
 * at one lightness and chroma per shade, so that none of them stands out; ramps from near grey to
 * the strongest colour on which text can still be read. All arithmetic is on integers, or on
 * doubles in ways that are exact, so that scripts get the same.
 */
#include <config.h>

#include "render/colours.h"

#include "base/compiler.h"
#include "render/fit.h"
#include "render/name_parts.h"
#include "render/name_scan.h"

#define HOT_HUES   8
#define KINDS	   5
#define HEAT_STEPS 16
#define DIFF_STEPS 8

#define INK   0x1b1e25 /* text on light fills */
#define PAPER 0xf3f4f6 /* and on dark ones */

/* Above it a fill is light: in thousandths of a channel's value. */
#define LIGHT_LUMA 124000

struct palette {
	uint32_t hues[PP_HUES * PP_SHADES], hot[HOT_HUES * PP_SHADES], kinds[KINDS * PP_SHADES];
	uint32_t greys[PP_SHADES], heat[HEAT_STEPS];
	uint32_t blue[DIFF_STEPS], orange[DIFF_STEPS], red[DIFF_STEPS], green[DIFF_STEPS];
	uint32_t same;	/* in a diff, what has not changed, or by chance */
	uint32_t rest;	/* runs of thin siblings, and the root */
	uint32_t match; /* what a search has found */
};

/* tables */
static const struct palette light = {
	.hues =
		{
			0xfdcfce, 0xfac5c4, 0xf5bbba, 0xf0b2b1, 0xfdd1c6, 0xf9c7ba, 0xf4bdaf,
			0xefb4a4, 0xfad3be, 0xf6cab2, 0xf1c0a6, 0xecb79a, 0xf5d6b9, 0xf1cdab,
			0xebc49f, 0xe6bb92, 0xefd9b6, 0xe9d1a8, 0xe3c89b, 0xddc08e, 0xe7ddb6,
			0xe0d5a8, 0xdacc9b, 0xd3c48e, 0xdee0b9, 0xd6d8ab, 0xced19e, 0xc6c992,
			0xd4e3be, 0xcbdcb1, 0xc2d4a5, 0xb9cd99, 0xcbe5c5, 0xc0dfb9, 0xb6d7ae,
			0xacd0a3, 0xc2e7ce, 0xb6e1c3, 0xaadab9, 0x9fd3b0, 0xbbe8d7, 0xaee2ce,
			0xa0dbc5, 0x94d4bd, 0xb7e8e1, 0xa8e2d9, 0x9adbd2, 0x8dd4ca, 0xb5e7ea,
			0xa6e1e4, 0x97dadd, 0x8ad3d7, 0xb6e6f2, 0xa7dfed, 0x99d8e8, 0x8cd1e2,
			0xbae4f9, 0xacdcf5, 0x9fd5f0, 0x93ceeb, 0xc1e1fd, 0xb4d9fa, 0xa8d2f6,
			0x9dcaf1, 0xc9defe, 0xbed6fc, 0xb3cef9, 0xa9c6f4, 0xd2dbfe, 0xc8d2fd,
			0xbfc9f9, 0xb6c1f4, 0xdbd7fd, 0xd3cefa, 0xcbc5f6, 0xc3bdf1, 0xe4d4f9,
			0xddcbf5, 0xd6c2f0, 0xcfb9eb, 0xecd2f2, 0xe6c8ed, 0xe0bfe8, 0xdab5e2,
			0xf3d0ea, 0xeec6e4, 0xe9bcde, 0xe3b3d7, 0xf8cfe1, 0xf4c5da, 0xefbbd2,
			0xeab1cb, 0xfccfd8, 0xf8c4cf, 0xf3bbc6, 0xeeb1be,
		},
	.hot =
		{
			0xfeccbf, 0xffc0b0, 0xffb4a2, 0xfea793, 0xffccb8, 0xfec1a9, 0xffb597,
			0xfcaa89, 0xffcdb1, 0xffc29f, 0xfeb68d, 0xf9ac80, 0xffcea9, 0xfec396,
			0xfab987, 0xf5b079, 0xfdd0a2, 0xf9c691, 0xf5bd81, 0xf0b373, 0xf8d39f,
			0xf4c98e, 0xefc07d, 0xeab76e, 0xf2d59e, 0xedcc8c, 0xe8c47b, 0xe2bb6c,
			0xebd89e, 0xe6d08c, 0xe0c77b, 0xdabf6b,
		},
	.kinds =
		{
			0xb7e4ff, 0xa9dcfb, 0x9cd5f7, 0x90cdf1, 0xfed1bd, 0xfbc7b0, 0xf7bda4,
			0xf1b499, 0xc1e8c8, 0xb5e1bd, 0xaadbb3, 0x9fd3a9, 0xe5d3fd, 0xdecaf9,
			0xd7c0f4, 0xd0b7ef, 0xdcdee2, 0xd5d8db, 0xcfd1d5, 0xc8cbce,
		},
	.greys =
		{
			0xdfe1e5,
			0xd7d9dd,
			0xcfd1d5,
			0xc7c9cd,
		},
	.heat =
		{
			0xf6f0da,
			0xf4eace,
			0xf3e4c1,
			0xf2ddb5,
			0xf1d6a9,
			0xf1ce9d,
			0xf1c692,
			0xf2be86,
			0xf2b67c,
			0xf3ad72,
			0xf3a469,
			0xf39b61,
			0xf3925a,
			0xf38854,
			0xf37e4f,
			0xf2744c,
		},
	.blue =
		{
			0xcce1f4,
			0xbbd8f2,
			0xaacef0,
			0x9ac4ed,
			0x8abbeb,
			0x7ab1e8,
			0x6ba6e6,
			0x5b9ce3,
		},
	.orange =
		{
			0xf5ddc2,
			0xf4d1ae,
			0xf2c59a,
			0xf1b887,
			0xf0ac74,
			0xee9e60,
			0xed904d,
			0xeb8238,
		},
	.red =
		{
			0xf6d7d5,
			0xf6c8c6,
			0xf5bab6,
			0xf3aba6,
			0xf19c96,
			0xef8c86,
			0xec7d76,
			0xe86c66,
		},
	.green =
		{
			0xcdead2,
			0xbde3c4,
			0xaeddb6,
			0x9ed6a8,
			0x8dcf9b,
			0x7cc88d,
			0x6bc17f,
			0x58ba71,
		},
	.same = 0xdee0e2,
	.rest = 0xd3d4d7,
	.match = 0xea86e7,
};

static const struct palette dark = {
	.hues =
		{
			0x855151, 0x7c4b4b, 0x724444, 0x693e3e, 0x855346, 0x7b4c40, 0x72463a,
			0x684035, 0x82563d, 0x794f37, 0x6f4832, 0x66422d, 0x7d5935, 0x745230,
			0x6b4b2b, 0x624527, 0x775d31, 0x6e562c, 0x654f27, 0x5d4823, 0x6e6130,
			0x665a2b, 0x5e5226, 0x564b23, 0x646534, 0x5c5e2f, 0x55562a, 0x4e4f26,
			0x59693c, 0x526136, 0x4b5931, 0x44512c, 0x4c6c45, 0x46643f, 0x3f5c39,
			0x3a5434, 0x3f6e50, 0x3a654a, 0x345d43, 0x2f553d, 0x336f5c, 0x2e6654,
			0x295e4d, 0x255647, 0x2a6f67, 0x25665f, 0x205e57, 0x1d5650, 0x266e71,
			0x216669, 0x1c5d61, 0x1a5559, 0x296c7b, 0x256472, 0x205c69, 0x1d5460,
			0x326982, 0x2d6179, 0x28596f, 0x245266, 0x3e6687, 0x385e7d, 0x335674,
			0x2e4f6a, 0x4a628a, 0x445b80, 0x3e5376, 0x384c6c, 0x565f8a, 0x4f5780,
			0x485076, 0x42496c, 0x615b87, 0x5a547d, 0x524d74, 0x4b466a, 0x6b5882,
			0x635179, 0x5b4a6f, 0x534366, 0x74557b, 0x6b4e72, 0x634769, 0x5a4160,
			0x7b5272, 0x724c69, 0x694561, 0x603f59, 0x805167, 0x774a60, 0x6e4458,
			0x643e50, 0x84515c, 0x7a4a55, 0x71434e, 0x673e47,
		},
	.hot =
		{
			0x954f44, 0x8b493e, 0x804339, 0x763d34, 0x94513c, 0x8a4a37, 0x804432,
			0x763e2d, 0x935334, 0x894c2f, 0x7e462b, 0x744027, 0x90552d, 0x864e28,
			0x7c4824, 0x724221, 0x8d5825, 0x835121, 0x794a1d, 0x70441a, 0x8a5b1f,
			0x80541a, 0x764d17, 0x6d4615, 0x855e19, 0x7c5615, 0x724f12, 0x694910,
			0x806116, 0x775912, 0x6e520f, 0x654b0d,
		},
	.kinds =
		{
			0x366884, 0x31607b, 0x2c5871, 0x285168, 0x835540, 0x7a4e3a, 0x704734,
			0x674130, 0x446d4c, 0x3e6546, 0x385d40, 0x33553a, 0x6b5882, 0x635179,
			0x5b4a6f, 0x534366, 0x56585b, 0x4f5154, 0x484a4e, 0x424447,
		},
	.greys =
		{
			0x55585d,
			0x4f5156,
			0x484a4f,
			0x414448,
		},
	.heat =
		{
			0x3f382c,
			0x453b2b,
			0x4c3d2a,
			0x524028,
			0x594227,
			0x604425,
			0x674624,
			0x6f4723,
			0x764922,
			0x7e4a21,
			0x864b21,
			0x8e4c21,
			0x964d22,
			0x9e4d24,
			0xa64e27,
			0xae4e2a,
		},
	.blue =
		{
			0x364556,
			0x354b62,
			0x35516f,
			0x34577c,
			0x335d89,
			0x316396,
			0x2f68a4,
			0x2d6eb1,
		},
	.orange =
		{
			0x524030,
			0x5c442f,
			0x67472e,
			0x724b2c,
			0x7d4e2b,
			0x895129,
			0x945427,
			0xa05725,
		},
	.red =
		{
			0x553c3b,
			0x623e3d,
			0x6f403e,
			0x7c413e,
			0x89423f,
			0x96423f,
			0xa3423f,
			0xb0423f,
		},
	.green =
		{
			0x36493a,
			0x37503c,
			0x36563d,
			0x365d3f,
			0x356440,
			0x346b42,
			0x327243,
			0x307944,
		},
	.same = 0x3a3c3f,
	.rest = 0x303235,
	.match = 0x943593,
};

/* end of tables */

const char *const pp_colours_names[] = {
	"pkg",	"hot",	"kind",		"dso",	   "grey", "value",
	"self", "diff", "diff-classic", "diff-rg", NULL,
};

/* ---- of functions ---- */

/* FNV-1a (Fowler, Noll, Vo), folded: its low bits depend on the low bits of the text alone. */
static uint32_t hash(struct pp_str s)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 16777619u;
	return h ^ h >> 16;
}

static bool starts_lower(struct pp_str part)
{
	return part.n && pp_name_is_word(part.p[0]) && !pp_name_is_upper(part.p[0]);
}

/* What stands before the last name: all before the first class or type, if there is any. */
static struct pp_str package_of(struct pp_str brief, const struct pp_name_cuts *cuts)
{
	size_t parts = 0;
	struct pp_str first = pp_name_part(brief, cuts, 0);

	if (cuts->folder && cuts->folder < brief.n) {
		/* "path/pkg.f", but "java/lang/Thread.run" */
		bool type = pp_name_is_upper(brief.p[cuts->folder]);

		if (type || cuts->last < 2)
			return first;
		return pp_name_slice(brief, 0, cuts->all[1].sep);
	}
	while (parts < cuts->last && starts_lower(pp_name_part(brief, cuts, parts)))
		parts++;
	if (parts == 0 && cuts->last > 0)
		parts = 1;
	return pp_name_slice(brief, 0, parts ? cuts->all[parts - 1].sep : 0);
}

/* Of C, where there is nothing else: what stands before the first '_'. */
static struct pp_str prefix_of(struct pp_str name)
{
	size_t from = 0, to;

	while (from < name.n && name.p[from] == '_')
		from++;
	to = from;
	while (to < name.n && name.p[to] != '_')
		to++;
	return to - from >= 2 ? pp_name_slice(name, from, to) : name;
}

/* The file of "f /src/f.js:1:2" and "f (src/f.py:1)". */
static struct pp_str place_of(struct pp_str name)
{
	const char *blank = name.n ? memrchr(name.p, ' ', name.n) : NULL;
	size_t from = blank ? (size_t)(blank - name.p) + 1 : name.n, to;

	from += pp_name_at(name, from, "(");
	for (to = from; to + 1 < name.n; to++) {
		if (name.p[to] == ':' && pp_name_is_digit(name.p[to + 1]))
			return pp_name_slice(name, from, to);
	}
	return (struct pp_str){NULL, 0};
}

static struct pp_str origin_of(struct pp_str name, struct pp_str brief, struct pp_str object)
{
	PP_CLEANUP(pp_name_cuts_release) struct pp_name_cuts cuts;
	struct pp_str package, place = place_of(name);

	pp_name_cuts(brief, &cuts);
	package = package_of(brief, &cuts);
	/* "JS:*f" is in no package */
	if (package.n &&
	    (!place.n || pp_name_at(brief, package.n, "::") || !pp_name_at(brief, package.n, ":")))
		return package;
	if (place.n)
		return place;
	return object.n ? object : prefix_of(brief);
}

struct pp_hue pp_colours_hue(const struct pp_flame_func *f)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf bare = PP_BUF_INIT, brief = PP_BUF_INIT;
	struct pp_str name = pp_fit_undecorated(f->name), origin;

	pp_name_bare(name, &bare);
	pp_name_brief(pp_buf_view(&bare), &brief);
	origin = origin_of(name, pp_buf_view(&brief), f->object);
	return (struct pp_hue){
		.hue = (uint8_t)(hash(origin) % PP_HUES),
		.shade = (uint8_t)(hash(name) % PP_SHADES),
		.object = (uint8_t)(hash(f->object) % PP_HUES),
	};
}

/* ---- of boxes ---- */

/* Which of n steps a part of 1 is in; they grow as squares, so that small parts differ. */
static size_t step(double part, size_t n)
{
	double squares = part * (double)(n * n);
	size_t i = 0;

	while (i + 1 < n && squares >= (double)((i + 1) * (i + 1)))
		i++;
	return i;
}

static uint32_t diff_fill(const struct palette *p, const uint32_t *less, const uint32_t *more,
			  const struct pp_colour_facts *facts)
{
	if (facts->significant && facts->delta < 0)
		return less[step(-facts->delta, DIFF_STEPS)];
	if (facts->significant && facts->delta > 0)
		return more[step(facts->delta, DIFF_STEPS)];
	return p->same;
}

static uint32_t fill(const struct palette *p, enum pp_colours scheme, struct pp_hue hue,
		     enum pp_flame_kind kind, const struct pp_colour_facts *facts)
{
	size_t shade = hue.shade % PP_SHADES;

	if (facts->run)
		return p->rest;
	switch (scheme) {
	case PP_COLOURS_PKG:
		return p->hues[hue.hue % PP_HUES * PP_SHADES + shade];
	case PP_COLOURS_HOT:
		return p->hot[hue.hue % PP_HUES * HOT_HUES / PP_HUES * PP_SHADES + shade];
	case PP_COLOURS_KIND:
		return p->kinds[(size_t)kind % KINDS * PP_SHADES + shade];
	case PP_COLOURS_DSO:
		return p->hues[hue.object % PP_HUES * PP_SHADES + shade];
	case PP_COLOURS_GREY:
		return p->greys[shade];
	case PP_COLOURS_VALUE:
		return p->heat[step(facts->share, HEAT_STEPS)];
	case PP_COLOURS_SELF:
		return p->heat[step(facts->self_share, HEAT_STEPS)];
	case PP_COLOURS_DIFF:
		return diff_fill(p, p->blue, p->orange, facts);
	case PP_COLOURS_DIFF_CLASSIC:
		return diff_fill(p, p->blue, p->red, facts);
	case PP_COLOURS_DIFF_RG:
		return diff_fill(p, p->green, p->red, facts);
	}
	return p->rest;
}

static struct pp_colour unpack(uint32_t rgb)
{
	return (struct pp_colour){
		.r = (uint8_t)(rgb >> 16),
		.g = (uint8_t)(rgb >> 8),
		.b = (uint8_t)rgb,
	};
}

struct pp_colour pp_colours_fill(enum pp_colours scheme, struct pp_hue hue, enum pp_flame_kind kind,
				 const struct pp_colour_facts *facts, bool for_dark)
{
	return unpack(fill(for_dark ? &dark : &light, scheme, hue, kind, facts));
}

struct pp_colour pp_colours_match(bool for_dark)
{
	return unpack(for_dark ? dark.match : light.match);
}

struct pp_colour pp_colours_text(struct pp_colour f)
{
	uint32_t luma = 299u * f.r + 587u * f.g + 114u * f.b;

	return unpack(luma >= LIGHT_LUMA ? INK : PAPER);
}

/* ---- for scripts ---- */

/* Colours one after the other, six digits each. */
static void json_table(struct pp_json *j, const char *key, const uint32_t *table, size_t n)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;

	for (size_t i = 0; i < n; i++)
		pp_buf_fmt(&text, "%06x", (unsigned)table[i]);
	pp_json_pair_str(j, key, pp_buf_view(&text));
}

static void json_palette(struct pp_json *j, const char *key, const struct palette *p)
{
	pp_json_key(j, key);
	pp_json_open(j, '{');
	json_table(j, "hues", p->hues, PP_ARRAY_LEN(p->hues));
	json_table(j, "hot", p->hot, PP_ARRAY_LEN(p->hot));
	json_table(j, "kinds", p->kinds, PP_ARRAY_LEN(p->kinds));
	json_table(j, "greys", p->greys, PP_ARRAY_LEN(p->greys));
	json_table(j, "heat", p->heat, PP_ARRAY_LEN(p->heat));
	json_table(j, "blue", p->blue, PP_ARRAY_LEN(p->blue));
	json_table(j, "orange", p->orange, PP_ARRAY_LEN(p->orange));
	json_table(j, "red", p->red, PP_ARRAY_LEN(p->red));
	json_table(j, "green", p->green, PP_ARRAY_LEN(p->green));
	json_table(j, "same", &p->same, 1);
	json_table(j, "rest", &p->rest, 1);
	json_table(j, "match", &p->match, 1);
	pp_json_close(j, '}');
}

void pp_colours_json(struct pp_json *j)
{
	pp_json_open(j, '{');
	json_palette(j, "light", &light);
	json_palette(j, "dark", &dark);
	pp_json_close(j, '}');
}
