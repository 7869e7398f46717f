/* SPDX-License-Identifier: Apache-2.0 */
/* Names of code made by V8, CPython and Java's machines. */
#include <config.h>

#include "symbol/jitname.h"

#include <stdbool.h>

#include "base/compiler.h"
#include "base/scan.h"

static struct pp_str without_prefix(struct pp_str s, size_t n)
{
	return (struct pp_str){s.p + n, s.n - n};
}

/* Cut ":NUMBER" off the end of *s. */
static bool cut_number(struct pp_str *s, uint32_t *number)
{
	const char *colon = s->n ? memrchr(s->p, ':', s->n) : NULL;
	struct pp_str digits;
	uint64_t v;

	if (!colon)
		return false;
	digits = without_prefix(*s, (size_t)(colon + 1 - s->p));
	if (!pp_scan_number(&digits, 10, &v) || digits.n || v > UINT32_MAX)
		return false;
	*number = (uint32_t)v;
	s->n = (size_t)(colon - s->p);
	return true;
}

/* "foo /path/file.js:10:5". Neither part has no blanks for sure, but names mostly have none. */
static struct pp_jitname parse_script(struct pp_str text, bool program)
{
	const char *blank = text.n ? memchr(text.p, ' ', text.n) : NULL;
	struct pp_jitname out = {.function = text};
	uint32_t column;

	if (blank) {
		out.function.n = (size_t)(blank - text.p);
		out.file = without_prefix(text, out.function.n + 1);
	}
	/* a column, and a line; or, by older versions, only a line */
	if (cut_number(&out.file, &column) && !cut_number(&out.file, &out.line))
		out.line = column;
	if (out.function.n == 0)
		out.function = program ? PP_STR_LIT("(program)") : PP_STR_LIT("(anonymous)");
	return out;
}

static bool parse_v8(struct pp_str text, struct pp_jitname *out)
{
	static const struct {
		struct pp_str prefix;
		bool program;
	} kinds[] = {
		{PP_STR_LIT("JS:"), false},	  {PP_STR_LIT("LazyCompile:"), false},
		{PP_STR_LIT("Function:"), false}, {PP_STR_LIT("Script:"), true},
		{PP_STR_LIT("Eval:"), true},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(kinds); i++) {
		if (!pp_str_starts(text, kinds[i].prefix))
			continue;
		text = without_prefix(text, kinds[i].prefix.n);
		if (text.n && strchr("~^+*'-=", text.p[0]) && text.p[0])
			text = without_prefix(text, 1);
		*out = parse_script(text, kinds[i].program);
		return true;
	}
	return false;
}

static bool parse_python(struct pp_str text, struct pp_jitname *out)
{
	const char *colon;

	if (!pp_str_starts(text, PP_STR_LIT("py::")))
		return false;
	text = without_prefix(text, 4);
	colon = text.n ? memchr(text.p, ':', text.n) : NULL;
	if (!colon || colon == text.p)
		return false;
	out->function = (struct pp_str){text.p, (size_t)(colon - text.p)};
	out->file = without_prefix(text, out->function.n + 1);
	return true;
}

/* "Lcom/foo/Bar;::baz" */
static bool parse_descriptor(struct pp_str text, struct pp_buf *scratch, struct pp_jitname *out)
{
	const char *end = text.n > 1 && text.p[0] == 'L' ? memchr(text.p, ';', text.n) : NULL;
	struct pp_str method;
	const char *open;

	if (!end || end == text.p + 1)
		return false;
	method = without_prefix(text, (size_t)(end + 1 - text.p));
	if (!pp_str_starts(method, PP_STR_LIT("::")) || method.n == 2)
		return false;
	method = without_prefix(method, 2);
	open = memchr(method.p, '(', method.n);
	if (open && open > method.p)
		method.n = (size_t)(open - method.p);
	for (const char *p = text.p + 1; p < end; p++)
		pp_buf_char(scratch, *p == '/' ? '.' : *p);
	pp_buf_char(scratch, '.');
	pp_buf_add(scratch, method.p, method.n);
	out->function = pp_buf_view(scratch);
	return true;
}

/* "int com.foo.Bar.baz(int, java.lang.String)": one blank before the parameters, and a dot after
 * it. */
static bool parse_hotspot(struct pp_str text, struct pp_jitname *out)
{
	const char *open = text.n ? memchr(text.p, '(', text.n) : NULL;
	const char *blank = open ? memchr(text.p, ' ', (size_t)(open - text.p)) : NULL;
	struct pp_str method;

	if (!blank || blank == text.p || text.p[text.n - 1] != ')')
		return false;
	method = (struct pp_str){blank + 1, (size_t)(open - blank - 1)};
	if (method.n == 0 || memchr(method.p, ' ', method.n) || !memchr(method.p, '.', method.n))
		return false;
	out->function = method;
	return true;
}

struct pp_jitname pp_jitname_parse(struct pp_str text, struct pp_buf *scratch)
{
	struct pp_jitname out = {.function = text};

	pp_buf_clear(scratch);
	if (!parse_v8(text, &out) && !parse_python(text, &out) &&
	    !parse_descriptor(text, scratch, &out))
		parse_hotspot(text, &out);
	return out;
}
