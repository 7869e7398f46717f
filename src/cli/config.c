/* SPDX-License-Identifier: Apache-2.0 */
/* Lines to settings. */
#include <config.h>

#include "cli/config.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/scan.h"

#define MAX_BYTES (16u << 20) /* of texts; a file is far smaller */

struct parser {
	struct pp_config *config;
	const char *file;
	unsigned line;
	const char *section; /* NULL: none has begun */
};

void pp_config_init(struct pp_config *c)
{
	*c = (struct pp_config){.item = NULL};
	pp_arena_init(&c->arena, MAX_BYTES);
}

void pp_config_release(struct pp_config *c)
{
	free(c->item);
	pp_arena_release(&c->arena);
	*c = (struct pp_config){.item = NULL};
}

int pp_config_blame(const struct pp_setting *s, struct pp_err *err)
{
	if (!s->file)
		return pp_err_wrap(err, "option '-c'");
	err->kind = PP_ERR_FORMAT;
	return pp_err_wrap(err, "%s:%u", s->file, s->line);
}

static int wrong(const struct parser *p, const char *what, struct pp_err *err)
{
	return pp_err_set(err, PP_ERR_FORMAT, "%s:%u: %s", p->file, p->line, what);
}

static void add(struct pp_config *c, struct pp_setting s)
{
	c->item = pp_grow(c->item, &c->cap, c->n + 1, sizeof(*c->item));
	c->item[c->n++] = s;
}

static void skip_blanks(struct pp_str *s)
{
	while (pp_scan_char(s, ' ') || pp_scan_char(s, '\t'))
		continue;
}

static bool is_comment(char c)
{
	return c == '#' || c == ';';
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_';
}

/* The characters at the front of a name: one word, for a section also two with a blank between. */
static struct pp_str take_name(struct pp_str *s, bool two)
{
	struct pp_str name = {s->p, 0};

	while (name.n < s->n && (is_word(s->p[name.n]) || (two && name.n && s->p[name.n] == ' ')))
		name.n++;
	s->p += name.n;
	s->n -= name.n;
	while (name.n && name.p[name.n - 1] == ' ')
		name.n--;
	return name;
}

/* "[NAME]", at its bracket. */
static int parse_section(struct parser *p, struct pp_str *s, struct pp_err *err)
{
	pp_scan_char(s, '[');
	skip_blanks(s);
	struct pp_str name = take_name(s, true);
	skip_blanks(s);
	if (name.n == 0 || !pp_scan_char(s, ']'))
		return wrong(p, "a section is written [NAME]", err);
	p->section = pp_arena_strdup(&p->config->arena, name, err);
	return p->section ? 0 : -1;
}

/* What a backslash and `c` mean between quotes; '\0' if nothing. */
static char escaped(char c)
{
	switch (c) {
	case '"':
	case '\\':
		return c;
	case 'n':
		return '\n';
	case 't':
		return '\t';
	default:
		return '\0';
	}
}

/* The rest of a line, up to a comment. Quotes keep blanks and what would begin a comment; only
 * between them a backslash is special, so that regular expressions need no second one. */
static int parse_value(struct parser *p, struct pp_str s, struct pp_buf *out, struct pp_err *err)
{
	bool quoted = false;
	size_t kept = 0; /* up to here, blanks at the end are meant */

	skip_blanks(&s);
	for (; s.n && (quoted || !is_comment(*s.p)); s.p++, s.n--) {
		char c = *s.p;

		if (c == '"') {
			quoted = !quoted;
			kept = out->n;
			continue;
		}
		if (c == '\\' && quoted) {
			c = s.n > 1 ? escaped(s.p[1]) : '\0';
			if (!c)
				return wrong(p, "between quotes, \\ is followed by \", \\, n or t",
					     err);
			s.p++;
			s.n--;
		}
		pp_buf_char(out, c);
		if (quoted || (c != ' ' && c != '\t'))
			kept = out->n;
	}
	if (quoted)
		return wrong(p, "a quote is not closed", err);
	out->n = kept;
	return 0;
}

static int parse_setting(struct parser *p, struct pp_str s, struct pp_err *err)
{
	struct pp_setting setting = {.section = p->section, .file = p->file, .line = p->line};
	PP_CLEANUP(pp_buf_release) struct pp_buf value = PP_BUF_INIT;
	struct pp_str name = take_name(&s, false);

	skip_blanks(&s);
	bool has_value = pp_scan_char(&s, '=');
	if (name.n == 0 || (!has_value && s.n && !is_comment(*s.p)))
		return wrong(p, "neither [SECTION] nor KEY = VALUE", err);
	if (!p->section)
		return wrong(p, "before it, a section has to begin: [COMMAND]", err);
	if (has_value && parse_value(p, s, &value, err))
		return -1;
	setting.key = pp_arena_strdup(&p->config->arena, name, err);
	if (has_value)
		setting.value = pp_arena_strdup(&p->config->arena, pp_buf_view(&value), err);
	if (!setting.key || (has_value && !setting.value))
		return -1;
	add(p->config, setting);
	return 0;
}

static int parse_line(struct parser *p, struct pp_str s, struct pp_err *err)
{
	if (s.n && s.p[s.n - 1] == '\r')
		s.n--;
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] < ' ' && s.p[i] != '\t')
			return wrong(p, "a control character", err);
	}
	skip_blanks(&s);
	if (s.n && *s.p == '[' && parse_section(p, &s, err))
		return -1;
	skip_blanks(&s);
	if (s.n == 0 || is_comment(*s.p))
		return 0;
	return parse_setting(p, s, err);
}

int pp_config_parse(struct pp_config *c, struct pp_str text, const char *file, struct pp_err *err)
{
	struct parser p = {.config = c, .line = 0};
	struct pp_str line;

	p.file = pp_arena_strdup(&c->arena, pp_str_of(file), err);
	if (!p.file)
		return -1;
	while (pp_scan_line(&text, &line)) {
		p.line++;
		if (parse_line(&p, line, err))
			return -1;
	}
	return 0;
}

int pp_config_set(struct pp_config *c, const char *word, struct pp_err *err)
{
	struct pp_str rest = pp_str_of(word);
	struct pp_setting s = {.line = 0};
	struct pp_str section = take_name(&rest, true);
	bool dotted = pp_scan_char(&rest, '.');
	struct pp_str key = take_name(&rest, false);

	bool has_value = pp_scan_char(&rest, '=');
	if (!section.n || !dotted || !key.n || (rest.n && !has_value))
		return pp_err_set(err, PP_ERR_USAGE,
				  "option '-c': '%s' is not COMMAND.OPTION=VALUE", word);
	s.section = pp_arena_strdup(&c->arena, section, err);
	s.key = pp_arena_strdup(&c->arena, key, err);
	if (has_value)
		s.value = pp_arena_strdup(&c->arena, rest, err);
	if (!s.section || !s.key || (has_value && !s.value))
		return -1;
	add(c, s);
	return 0;
}
