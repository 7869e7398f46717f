/* SPDX-License-Identifier: Apache-2.0 */
/* How a cell looks: what it is part of, and the colours of frames. What a role looks like depends
 * on what the terminal can do. */
#ifndef PP_TUI_STYLE_H
#define PP_TUI_STYLE_H

#include <stdbool.h>
#include <stdint.h>

#include "render/colours.h"

enum pp_role {
	PP_ROLE_TEXT,
	PP_ROLE_DIM,	/* what matters less */
	PP_ROLE_BORDER, /* of panes */
	PP_ROLE_TITLE,	/* of the pane that has the focus */
	PP_ROLE_HEADER, /* the line at the top, headings of columns */
	PP_ROLE_KEY,	/* a key in a help text */
	PP_ROLE_SELECTED,
	PP_ROLE_MATCH, /* found by a search */
	PP_ROLE_ERROR,
	PP_ROLE_MENU, /* windows above the panes */
	PP_ROLE_LESS, /* in a diff: less than before */
	PP_ROLE_MORE,
	PP_ROLE_FRAME, /* a box of a graph: its colours are its own */
	PP_ROLE_FRAME_SELECTED,
	PP_ROLES,
};

enum {
	PP_ATTR_BOLD = 1,
	PP_ATTR_REVERSE = 2,
	PP_ATTR_UNDERLINE = 4,
};

struct pp_style {
	uint8_t role;	     /* enum pp_role */
	uint8_t attrs;	     /* beyond those of the role */
	bool has_fg, has_bg; /* else those of the role */
	struct pp_colour fg, bg;
};

#define PP_STYLE(r) ((struct pp_style){.role = (r)})

/* What a terminal can show. */
enum pp_palette {
	PP_PALETTE_MONO,
	PP_PALETTE_8,
	PP_PALETTE_16,
	PP_PALETTE_256,
	PP_PALETTE_TRUE,
};

/* A colour for a terminal: -1 is its own, else a number of its palette, or 0xrrggbb. */
struct pp_ink {
	int32_t fg, bg;
	uint8_t attrs;
};

/* What a style looks like. */
struct pp_ink pp_style_ink(const struct pp_style *s, enum pp_palette palette, bool dark);

#endif
