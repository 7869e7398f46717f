/* SPDX-License-Identifier: Apache-2.0 */
/* State and labels of a goroutine. */
#include <config.h>

#include "pprof/goroutine_header.h"

#include "pprof/legacy_text.h"

static struct pp_builder_label *add_label(struct pp_builder *b, struct pp_goroutine *g,
					  struct pp_str key)
{
	struct pp_builder_label *l;

	if (g->nlabels == PP_GOROUTINE_LABELS)
		return NULL;
	l = &g->labels[g->nlabels++];
	memset(l, 0, sizeof(*l));
	l->key = pp_builder_string(b, key);
	return l;
}

static void add_text(struct pp_builder *b, struct pp_goroutine *g, struct pp_str key,
		     struct pp_str value)
{
	struct pp_builder_label *l = add_label(b, g, key);

	if (l)
		l->str = pp_builder_string(b, value);
}

/* "goroutine 18", then what a crash adds to it, " gp=0xc000102000 m=nil", then "[". */
static bool take_start(struct pp_str *line)
{
	static const struct pp_str open = PP_STR_LIT(" [");
	struct pp_str digits, s = *line;

	if (!pp_text_take(&s, PP_STR_LIT("goroutine ")) || !pp_text_take_digits(&s, 10, &digits))
		return false;
	if (!pp_text_take(&s, open) &&
	    (!pp_str_starts(s, PP_STR_LIT(" gp=")) || !pp_text_find(&s, open)))
		return false;
	*line = s;
	return true;
}

bool pp_goroutine_is_header(struct pp_str line)
{
	return take_start(&line);
}

/* Cut s before its first `separator`, which goes, too; the rest to *tail. */
static bool cut(struct pp_str *s, struct pp_str separator, struct pp_str *tail)
{
	struct pp_str rest = *s;

	if (!pp_text_find(&rest, separator))
		return false;
	s->n = (size_t)(rest.p - s->p) - separator.n;
	*tail = rest;
	return true;
}

static bool parse_minutes(struct pp_str part, int64_t *minutes)
{
	struct pp_str unit;

	return cut(&part, PP_STR_LIT(" "), &unit) && pp_str_starts(unit, PP_STR_LIT("minute")) &&
	       pp_text_i64(part, 10, minutes);
}

/* "chan receive (scan)": that the collector is just looking at it says nothing about it. */
static struct pp_str without_scan(struct pp_str state)
{
	static const struct pp_str scan = PP_STR_LIT(" (scan)");

	if (state.n > scan.n && memcmp(state.p + state.n - scan.n, scan.p, scan.n) == 0)
		state.n -= scan.n;
	return state;
}

/* What stands in the brackets, at commas. */
static void parse_state(struct pp_builder *b, struct pp_str s, struct pp_goroutine *g)
{
	static const struct pp_str comma = PP_STR_LIT(", ");
	static const struct pp_str bubble = PP_STR_LIT("synctest bubble ");
	struct pp_str tail = {0};
	int64_t minutes;

	cut(&s, comma, &tail);
	add_text(b, g, PP_STR_LIT("state"), without_scan(s));
	while (tail.n) {
		s = tail;
		tail = (struct pp_str){0};
		cut(&s, comma, &tail);
		if (parse_minutes(s, &minutes)) {
			struct pp_builder_label *l = add_label(b, g, PP_STR_LIT("wait"));

			if (l) {
				l->num = minutes;
				l->unit = pp_builder_string(b, PP_STR_LIT("minutes"));
			}
		} else if (pp_text_take(&s, bubble)) {
			add_text(b, g, PP_STR_LIT("synctest bubble"), s);
		} else if (pp_str_eq(s, PP_STR_LIT("locked to thread"))) {
			add_text(b, g, PP_STR_LIT("thread"), s);
		}
	}
}

/* A quoted text from behind the first quote to the last; escapes of one character are undone. */
static bool take_quoted(struct pp_str *s, struct pp_buf *out)
{
	static const char from[] = "\"\\ntr", to[] = "\"\\\n\t\r";
	size_t i = 0;

	for (; i < s->n && s->p[i] != '"'; i++) {
		const char *escape = NULL;

		if (s->p[i] == '\\' && i + 1 < s->n)
			escape = memchr(from, s->p[i + 1], sizeof(from) - 1);
		pp_buf_char(out, escape ? to[escape - from] : s->p[i]);
		i += escape != NULL;
	}
	if (i == s->n)
		return false;
	s->p += i + 1;
	s->n -= i + 1;
	return true;
}

/* A text in quotes, or one without up to a character of `stop`. */
static bool take_token(struct pp_str *s, const char *stop, struct pp_buf *out)
{
	size_t n = 0;

	pp_buf_clear(out);
	if (pp_text_take(s, PP_STR_LIT("\"")))
		return take_quoted(s, out);
	while (n < s->n && !strchr(stop, s->p[n]))
		n++;
	pp_buf_add(out, s->p, n);
	s->p += n;
	s->n -= n;
	return n > 0;
}

/* "{key: value, "a key": "a value"}" */
static bool parse_labels(struct pp_builder *b, struct pp_str s, struct pp_goroutine *g)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf key = PP_BUF_INIT;
	PP_CLEANUP(pp_buf_release) struct pp_buf value = PP_BUF_INIT;

	if (!pp_text_take(&s, PP_STR_LIT("{")))
		return false;
	while (!pp_str_starts(s, PP_STR_LIT("}"))) {
		if (!take_token(&s, ":,}", &key) || !pp_text_take(&s, PP_STR_LIT(":")))
			return false;
		pp_text_take_blanks(&s);
		if (!take_token(&s, ",}", &value))
			return false;
		add_text(b, g, pp_buf_view(&key), pp_buf_view(&value));
		if (pp_text_take(&s, PP_STR_LIT(",")))
			pp_text_take_blanks(&s);
	}
	return pp_str_eq(s, PP_STR_LIT("}:"));
}

bool pp_goroutine_parse(struct pp_builder *b, struct pp_str line, struct pp_goroutine *g)
{
	struct pp_str rest;

	g->nlabels = 0;
	line = pp_text_trim(line);
	if (!take_start(&line) || !cut(&line, PP_STR_LIT("]"), &rest))
		return false;
	parse_state(b, line, g);
	if (pp_str_eq(rest, PP_STR_LIT(":")))
		return true;
	pp_text_take_blanks(&rest);
	return parse_labels(b, rest, g);
}
