/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/key.h"

#include "base/compiler.h"
#include "base/utf8.h"

static const struct {
	pp_key key;
	const char *name;
} names[] = {
	{PP_KEY_TAB, "Tab"},
	{PP_KEY_ENTER, "Enter"},
	{PP_KEY_ESC, "Esc"},
	{PP_KEY_BACKSPACE, "Backspace"},
	{' ', "Space"},
	{PP_KEY_UP, "Up"},
	{PP_KEY_DOWN, "Down"},
	{PP_KEY_LEFT, "Left"},
	{PP_KEY_RIGHT, "Right"},
	{PP_KEY_HOME, "Home"},
	{PP_KEY_END, "End"},
	{PP_KEY_PAGE_UP, "PgUp"},
	{PP_KEY_PAGE_DOWN, "PgDn"},
	{PP_KEY_INSERT, "Insert"},
	{PP_KEY_DELETE, "Delete"},
	{PP_KEY_BACK_TAB, "S-Tab"},
};

static pp_key parse_function_key(struct pp_str name)
{
	unsigned n = 0;

	if (name.n < 2 || name.n > 3 || name.p[0] != 'F')
		return PP_KEY_NONE;
	for (size_t i = 1; i < name.n; i++) {
		if (name.p[i] < '0' || name.p[i] > '9')
			return PP_KEY_NONE;
		n = n * 10 + (unsigned)(name.p[i] - '0');
	}
	return n >= 1 && n <= 12 ? PP_KEY_F0 + n : PP_KEY_NONE;
}

pp_key pp_key_parse(struct pp_str name)
{
	uint32_t cp;

	for (size_t i = 0; i < PP_ARRAY_LEN(names); i++) {
		if (pp_str_eq(name, pp_str_of(names[i].name)))
			return names[i].key;
	}
	if (name.n == 3 && name.p[0] == 'C' && name.p[1] == '-' && name.p[2] >= 'a' &&
	    name.p[2] <= 'z')
		return PP_KEY_CTRL(name.p[2]);
	if (name.n && pp_utf8_decode(name, &cp) == name.n && cp > ' ' && cp != PP_KEY_BACKSPACE)
		return cp;
	return parse_function_key(name);
}

void pp_key_name(pp_key key, struct pp_buf *out)
{
	for (size_t i = 0; i < PP_ARRAY_LEN(names); i++) {
		if (names[i].key == key) {
			pp_buf_str(out, names[i].name);
			return;
		}
	}
	if (key < ' ')
		pp_buf_fmt(out, "C-%c", (char)(key | 0x60));
	else if (key > PP_KEY_F0 && key <= PP_KEY_F12)
		pp_buf_fmt(out, "F%u", key - PP_KEY_F0);
	else
		pp_utf8_add(out, key);
}
