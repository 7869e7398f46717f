/* SPDX-License-Identifier: Apache-2.0 */
/* From left to right: matchers in braces, then what is behind '@'. */
#include <config.h>

#include "archive/selector.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/scan.h"

struct parser {
	struct pp_selector *s;
	const char *text; /* all of it */
	struct pp_str rest;
	struct pp_err *err;
};

bool pp_selector_is(const char *text)
{
	return text[0] == '{' || text[0] == '@';
}

void pp_selector_release(struct pp_selector *s)
{
	for (uint32_t i = 0; i < s->n; i++) {
		free(s->matcher[i].key);
		free(s->matcher[i].value);
		pp_regex_free(s->matcher[i].regex);
	}
	free(s->matcher);
	free(s->name);
	*s = (struct pp_selector){.matcher = NULL};
}

static int wanted(struct parser *p, const char *what)
{
	return pp_err_set(p->err, PP_ERR_USAGE, "selector '%s': at byte %zu there should be %s",
			  p->text, (size_t)(p->rest.p - p->text), what);
}

static void skip_blanks(struct parser *p)
{
	while (p->rest.n && strchr(" \t\n", p->rest.p[0])) {
		p->rest.p++;
		p->rest.n--;
	}
}

static bool take(struct parser *p, char c)
{
	skip_blanks(p);
	return pp_scan_char(&p->rest, c);
}

static char *copy(struct pp_str s)
{
	char *out = pp_xcalloc(s.n + 1, 1);

	if (s.n)
		memcpy(out, s.p, s.n);
	return out;
}

static int take_key(struct parser *p, struct pp_matcher *m)
{
	struct pp_str key = p->rest;

	skip_blanks(p);
	key.p = p->rest.p;
	for (key.n = 0; key.n < p->rest.n && !strchr("=!~,{}\" \t\n", key.p[key.n]); key.n++)
		;
	if (key.n == 0)
		return wanted(p, "the name of a label");
	if (pp_entry_label_check(key, PP_STR_LIT(""), p->err))
		return pp_err_wrap(p->err, "selector '%s'", p->text);
	p->rest.p += key.n;
	p->rest.n -= key.n;
	m->key = copy(key);
	return 0;
}

static int take_op(struct parser *p, struct pp_matcher *m)
{
	bool not = take(p, '!');

	if (take(p, '~')) {
		if (!not )
			return wanted(p, "=, !=, =~ or !~");
		m->op = PP_MATCH_NOT_RE;
	} else if (!take(p, '=')) {
		return wanted(p, "=, !=, =~ or !~");
	} else if (!not &&pp_scan_char(&p->rest, '~')) {
		m->op = PP_MATCH_RE;
	} else {
		m->op = not ? PP_MATCH_NE : PP_MATCH_EQ;
	}
	return 0;
}

/* \xHH is a byte, \uHHHH a character. False if the digits are not there. */
static bool take_number(struct parser *p, size_t digits, uint32_t *v)
{
	*v = 0;
	for (size_t i = 0; i < digits; i++) {
		unsigned d = p->rest.n > i ? pp_scan_digit(p->rest.p[i]) : 16;

		if (d == 16)
			return false;
		*v = *v << 4 | d;
	}
	p->rest.p += digits;
	p->rest.n -= digits;
	return *v != 0;
}

static void add_character(struct pp_buf *out, uint32_t cp)
{
	if (cp < 0x80) {
		pp_buf_char(out, (char)cp);
	} else if (cp < 0x800) {
		pp_buf_char(out, (char)(0xc0 | cp >> 6));
		pp_buf_char(out, (char)(0x80 | (cp & 0x3f)));
	} else {
		pp_buf_char(out, (char)(0xe0 | cp >> 12));
		pp_buf_char(out, (char)(0x80 | (cp >> 6 & 0x3f)));
		pp_buf_char(out, (char)(0x80 | (cp & 0x3f)));
	}
}

/* What is behind a backslash. Anything that is no escape stands for both, as regular expressions
 * are full of them. */
static int take_escape(struct parser *p, struct pp_buf *out)
{
	char c = p->rest.n ? p->rest.p[0] : '\0';
	uint32_t v;

	if (p->rest.n == 0)
		return wanted(p, "the rest of an escape");
	p->rest.p++;
	p->rest.n--;
	if (c == '"' || c == '\\' || c == '\'') {
		pp_buf_char(out, c);
	} else if (c == 'n' || c == 't' || c == 'r') {
		pp_buf_char(out, c == 'n' ? '\n' : c == 't' ? '\t' : '\r');
	} else if (c == 'x' || c == 'u') {
		if (!take_number(p, c == 'x' ? 2 : 4, &v))
			return wanted(p, c == 'x' ? "two hexadecimal digits"
						  : "four hexadecimal digits");
		if (c == 'x')
			pp_buf_char(out, (char)v);
		else
			add_character(out, v);
	} else {
		pp_buf_char(out, '\\');
		pp_buf_char(out, c);
	}
	return 0;
}

static int take_value(struct parser *p, struct pp_matcher *m)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf value = PP_BUF_INIT;
	char quote;

	skip_blanks(p);
	if (p->rest.n == 0 || !strchr("\"'`", p->rest.p[0]))
		return wanted(p, "a value in quotes");
	quote = p->rest.p[0];
	pp_scan_char(&p->rest, quote);
	while (!pp_scan_char(&p->rest, quote)) {
		if (p->rest.n == 0)
			return wanted(p, "the end of a quoted value");
		if (quote != '`' && pp_scan_char(&p->rest, '\\')) {
			if (take_escape(p, &value))
				return -1;
			continue;
		}
		pp_buf_char(&value, p->rest.p[0]);
		p->rest.p++;
		p->rest.n--;
	}
	m->value = copy(pp_buf_view(&value));
	return 0;
}

static int take_matcher(struct parser *p)
{
	struct pp_selector *s = p->s;
	struct pp_matcher *m;

	s->matcher = pp_xrealloc(s->matcher, s->n + 1, sizeof(*s->matcher));
	m = &s->matcher[s->n++];
	*m = (struct pp_matcher){.key = NULL};
	if (take_key(p, m) || take_op(p, m) || take_value(p, m))
		return -1;
	if (m->op != PP_MATCH_RE && m->op != PP_MATCH_NOT_RE)
		return 0;
	m->regex = pp_regex_new(pp_str_of(m->value), true, p->err);
	if (!m->regex)
		return pp_err_wrap(p->err, "selector '%s': label %s", p->text, m->key);
	return 0;
}

static int take_braces(struct parser *p)
{
	if (!take(p, '{'))
		return 0;
	while (!take(p, '}')) {
		if (p->s->n == PP_ENTRY_LABELS_MAX)
			return pp_err_set(p->err, PP_ERR_USAGE,
					  "selector '%s': more than %d labels", p->text,
					  PP_ENTRY_LABELS_MAX);
		if (take_matcher(p))
			return -1;
		if (take(p, ','))
			continue;
		skip_blanks(p);
		if (p->rest.n == 0 || p->rest.p[0] != '}')
			return wanted(p, "',' or '}'");
	}
	return 0;
}

/* A range, "latest", or, without braces, a name. */
static int take_at(struct parser *p, int64_t now, bool braces)
{
	if (!take(p, '@'))
		return p->rest.n ? wanted(p, "'@' or the end") : 0;
	if (pp_str_eq(p->rest, PP_STR_LIT("latest"))) {
		p->s->latest = true;
		return 0;
	}
	if (memmem(p->rest.p, p->rest.n, "..", 2)) {
		if (pp_range_parse(p->rest, now, &p->s->range, p->err))
			return pp_err_wrap(p->err, "selector '%s'", p->text);
		return 0;
	}
	if (braces)
		return wanted(p, "a range of time FROM..UNTIL, or latest");
	if (p->rest.n == 0)
		return wanted(p, "an id, the name of a pin, latest or a range of time FROM..UNTIL");
	p->s->name = copy(p->rest);
	return 0;
}

int pp_selector_parse(struct pp_selector *s, const char *text, int64_t now, struct pp_err *err)
{
	struct parser p = {.s = s, .text = text, .rest = pp_str_of(text), .err = err};

	*s = (struct pp_selector){.range = {INT64_MIN, INT64_MAX}};
	if (!pp_selector_is(text))
		return wanted(&p, "'{' or '@'");
	if (take_braces(&p))
		return -1;
	skip_blanks(&p);
	return take_at(&p, now, text[0] == '{');
}

bool pp_matcher_fits(const struct pp_matcher *m, const char *value)
{
	switch (m->op) {
	case PP_MATCH_EQ:
		return strcmp(m->value, value) == 0;
	case PP_MATCH_NE:
		return strcmp(m->value, value) != 0;
	case PP_MATCH_RE:
		return pp_regex_match(m->regex, pp_str_of(value));
	case PP_MATCH_NOT_RE:
		return !pp_regex_match(m->regex, pp_str_of(value));
	}
	return false;
}

static bool is_among(const char *key, const char *const *keys, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (strcmp(keys[i], key) == 0)
			return true;
	}
	return false;
}

bool pp_selector_fits_time(const struct pp_selector *s, int64_t start)
{
	return start >= s->range.from && start < s->range.until;
}

bool pp_selector_fits_labels(const struct pp_selector *s, const struct pp_entry_labels *labels,
			     const char *const *sample_keys, uint32_t n)
{
	for (uint32_t i = 0; i < s->n; i++) {
		const struct pp_matcher *m = &s->matcher[i];

		if (!pp_entry_labels_has(labels, m->key) && is_among(m->key, sample_keys, n))
			continue;
		if (!pp_matcher_fits(m, pp_entry_labels_get(labels, m->key)))
			return false;
	}
	return true;
}

bool pp_selector_fits(const struct pp_selector *s, const struct pp_entry_labels *labels,
		      const char *const *sample_keys, uint32_t n, int64_t start)
{
	return pp_selector_fits_time(s, start) &&
	       pp_selector_fits_labels(s, labels, sample_keys, n);
}
