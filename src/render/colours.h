/* SPDX-License-Identifier: Apache-2.0 */
/* Colours of frames, the same in SVG, page and terminal: doc/FLAME.md, section 7;
 * src/render/web/core/colours.js is the same. */
#ifndef PP_RENDER_COLOURS_H
#define PP_RENDER_COLOURS_H

#include <stdint.h>

#include "analyze/flame.h"
#include "io/json.h"

#define PP_HUES	  24
#define PP_SHADES 4

enum pp_colours {
	PP_COLOURS_PKG,
	PP_COLOURS_HOT,
	PP_COLOURS_KIND,
	PP_COLOURS_DSO,
	PP_COLOURS_GREY,
	PP_COLOURS_VALUE,
	PP_COLOURS_SELF,
	PP_COLOURS_DIFF,
	PP_COLOURS_DIFF_CLASSIC,
	PP_COLOURS_DIFF_RG,
};

extern const char *const pp_colours_names[]; /* NULL-terminated, for --colors */

struct pp_hue {
	uint8_t hue, shade; /* of the package, of the name */
	uint8_t object;	    /* hue of the object */
};

struct pp_hue pp_colours_hue(const struct pp_flame_func *f);

/* What a scheme may look at, beyond the function. */
struct pp_colour_facts {
	double share, self_share; /* of the total, 0..1 */
	double delta;		  /* of a diff, -1..1: points over the largest, symmetric */
	bool significant;
	bool run; /* a run of thin siblings, or the root: a neutral grey */
};

struct pp_colour {
	uint8_t r, g, b;
};

/* Fill and text, for the light or the dark theme. */
struct pp_colour pp_colours_fill(enum pp_colours scheme, struct pp_hue hue, enum pp_flame_kind kind,
				 const struct pp_colour_facts *facts, bool dark);
struct pp_colour pp_colours_text(struct pp_colour fill);

/* The fill of what a search has found. */
struct pp_colour pp_colours_match(bool dark);

/* The tables, as the value of META's "palette". */
void pp_colours_json(struct pp_json *j);

#endif
