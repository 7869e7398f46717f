/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "render/markdown.h"

#include <string.h>

#include "base/utf8.h"

/* How many bytes the first `most` characters are. */
static size_t bytes_of(struct pp_str s, size_t most)
{
	size_t at = 0;

	for (size_t i = 0; i < most && at < s.n; i++) {
		uint32_t cp;
		size_t len = pp_utf8_decode((struct pp_str){s.p + at, s.n - at}, &cp);

		at += len ? len : 1;
	}
	return at;
}

void pp_markdown_code(struct pp_out *o, struct pp_str s)
{
	size_t n = bytes_of(s, PP_MARKDOWN_CODE_MAX);
	struct pp_out safe;

	pp_out_init_mem(&safe);
	pp_out_safe(&safe, (struct pp_str){s.p, n});
	pp_out_char(o, '`');
	for (size_t i = 0; i < safe.buf.n; i++) {
		char c = safe.buf.p[i];

		/* a table is cut into cells before anything else is looked at, code too */
		if (c == '|')
			pp_out_char(o, '\\');
		pp_out_char(o, c == '`' ? '\'' : c);
	}
	pp_out_text(o, n < s.n ? "…`" : "`");
	pp_buf_release(&safe.buf);
}

static bool is_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c && strchr(" .,+-%/()_", c));
}

void pp_markdown_text(struct pp_out *o, struct pp_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_plain(s.p[i])) {
			pp_markdown_code(o, s);
			return;
		}
	}
	pp_out_str(o, s);
}
