/* SPDX-License-Identifier: Apache-2.0 */
/* Keys as numbers, and their names: in tables of actions, in help and in scripts. */
#ifndef PP_TUI_KEY_H
#define PP_TUI_KEY_H

#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* A character of Unicode, a control (PP_KEY_CTRL('d'), or one of those below), or a key that has no
 * character. */
typedef uint32_t pp_key;

#define PP_KEY_CTRL(letter) ((pp_key)(letter)&0x1f)

enum {
	PP_KEY_NONE = 0,
	PP_KEY_TAB = 9,
	PP_KEY_ENTER = 13,
	PP_KEY_ESC = 27,
	PP_KEY_BACKSPACE = 127,
	PP_KEY_UP = 0x110000, /* beyond Unicode */
	PP_KEY_DOWN,
	PP_KEY_LEFT,
	PP_KEY_RIGHT,
	PP_KEY_HOME,
	PP_KEY_END,
	PP_KEY_PAGE_UP,
	PP_KEY_PAGE_DOWN,
	PP_KEY_INSERT,
	PP_KEY_DELETE,
	PP_KEY_BACK_TAB,
	PP_KEY_F0, /* PP_KEY_F0 + n: Fn */
	PP_KEY_F12 = PP_KEY_F0 + 12,
};

/* The key of a name: "x", "Up", "C-d", "Enter", "F1"; PP_KEY_NONE if there is no such key. */
pp_key pp_key_parse(struct pp_str name);

/* Append the name of a key. */
void pp_key_name(pp_key key, struct pp_buf *out);

/* Whether it is a character that one may type into a line. */
static inline int pp_key_is_text(pp_key key)
{
	return key >= ' ' && key != PP_KEY_BACKSPACE && key < PP_KEY_UP;
}

#endif
