/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "cmd/gate_rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "io/file.h"

#define FILE_MAX (1u << 20) /* bytes */

/* What a file may say; the rest belongs to one run only. */
static const char *const keys[] = {"max-increase", "min-share", "alpha",	"fdr",
				   "metric",	   "per",	"guard",	"on-inconclusive",
				   "dispersion",   "exact",	"sample-index", "focus",
				   "ignore",	   "hide",	"granularity",	"rename"};

struct reading {
	struct pp_gate_rules *rules;
	size_t cap, n;
	const char *path;
	size_t line;
	struct pp_err *err;
};

static int bad(const struct reading *r, const char *what, struct pp_str word)
{
	return pp_err_set(r->err, PP_ERR_FORMAT, "'%s' line %zu: %s '%.*s'", r->path, r->line, what,
			  (int)(word.n < 100 ? word.n : 100), word.p);
}

static struct pp_str trim(struct pp_str s)
{
	while (s.n && (s.p[0] == ' ' || s.p[0] == '\t')) {
		s.p++;
		s.n--;
	}
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t' || s.p[s.n - 1] == '\r'))
		s.n--;
	return s;
}

static void add_option(struct reading *r, struct pp_str key, struct pp_str value)
{
	struct pp_gate_rules *rules = r->rules;

	rules->owned = pp_grow(rules->owned, &r->cap, r->n + 2, sizeof(*rules->owned));
	rules->owned[r->n++] =
		pp_xasprintf("--%.*s=%.*s", (int)key.n, key.p, (int)value.n, value.p);
	rules->owned[r->n] = NULL;
}

/* A basic string, "…" with \\ and \", or a literal one, '…'. *rest: behind it. */
static int read_string(struct reading *r, struct pp_str *rest, struct pp_buf *out)
{
	char quote = rest->p[0];
	size_t i = 1;

	pp_buf_clear(out);
	pp_buf_str(out, "");
	for (; i < rest->n && rest->p[i] != quote; i++) {
		if (quote == '"' && rest->p[i] == '\\') {
			if (++i == rest->n || (rest->p[i] != '\\' && rest->p[i] != '"'))
				return bad(r, "only \\\\ and \\\" are understood within", *rest);
		}
		pp_buf_add(out, &rest->p[i], 1);
	}
	if (i == rest->n)
		return bad(r, "no end of", *rest);
	*rest = trim((struct pp_str){rest->p + i + 1, rest->n - i - 1});
	return 0;
}

static bool is_over(struct pp_str rest)
{
	return rest.n == 0 || rest.p[0] == '#';
}

/* ["…", "…"], on one line. */
static int read_array(struct reading *r, struct pp_str key, struct pp_str rest)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;

	rest = trim((struct pp_str){rest.p + 1, rest.n - 1});
	while (rest.n && (rest.p[0] == '"' || rest.p[0] == '\'')) {
		if (read_string(r, &rest, &text))
			return -1;
		add_option(r, key, pp_buf_view(&text));
		if (rest.n == 0 || rest.p[0] != ',')
			break;
		rest = trim((struct pp_str){rest.p + 1, rest.n - 1});
	}
	if (rest.n == 0 || rest.p[0] != ']' ||
	    !is_over(trim((struct pp_str){rest.p + 1, rest.n - 1})))
		return bad(r, "no ']' before", rest);
	return 0;
}

static int read_value(struct reading *r, struct pp_str key, struct pp_str rest)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;

	if (rest.n && rest.p[0] == '[')
		return read_array(r, key, rest);
	if (rest.n && (rest.p[0] == '"' || rest.p[0] == '\'')) {
		if (read_string(r, &rest, &text))
			return -1;
		if (!is_over(rest))
			return bad(r, "more behind the value:", rest);
		add_option(r, key, pp_buf_view(&text));
		return 0;
	}
	for (size_t i = 0; i < rest.n; i++) {
		if (rest.p[i] == '#')
			rest.n = i;
	}
	rest = trim(rest);
	if (rest.n == 0)
		return bad(r, "no value of", key);
	for (size_t i = 0; i < rest.n; i++) {
		if (!strchr("0123456789.truefals", rest.p[i]))
			return bad(r, "a text needs quotes:", rest);
	}
	add_option(r, key, rest);
	return 0;
}

static int read_line(struct reading *r, struct pp_str line)
{
	const char *equals;
	struct pp_str key;

	line = trim(line);
	if (is_over(line))
		return 0;
	equals = memchr(line.p, '=', line.n);
	if (!equals)
		return bad(r, "no KEY = VALUE:", line);
	key = trim((struct pp_str){line.p, (size_t)(equals - line.p)});
	for (size_t i = 0; i < PP_ARRAY_LEN(keys); i++) {
		if (pp_str_eq(key, pp_str_of(keys[i])))
			return read_value(
				r, key,
				trim((struct pp_str){equals + 1,
						     (size_t)(line.p + line.n - equals - 1)}));
	}
	return bad(r, "unknown key", key);
}

static int read_lines(struct reading *r, struct pp_str rest)
{
	if (rest.n && memchr(rest.p, '\0', rest.n))
		return pp_err_set(r->err, PP_ERR_FORMAT, "'%s' is not text", r->path);
	while (rest.n) {
		const char *end = memchr(rest.p, '\n', rest.n);
		size_t n = end ? (size_t)(end - rest.p) : rest.n;

		r->line++;
		if (read_line(r, (struct pp_str){rest.p, n}))
			return -1;
		n += end != NULL;
		rest = (struct pp_str){rest.p + n, rest.n - n};
	}
	return 0;
}

int pp_gate_rules_parse(struct pp_gate_rules *rules, const char *path, struct pp_str text,
			struct pp_err *err)
{
	struct reading r = {.rules = rules, .path = path, .err = err};

	return read_lines(&r, text);
}

static int read_file(struct pp_gate_rules *rules, const char *path, struct pp_err *err)
{
	struct pp_file file;

	if (pp_file_read(&file, path, FILE_MAX, err))
		return -1;
	int rc = pp_gate_rules_parse(rules, path, (struct pp_str){(const char *)file.bytes, file.n},
				     err);
	pp_file_release(&file);
	return rc;
}

void pp_gate_rules_join(struct pp_gate_rules *r, int argc, char **argv)
{
	int n = 0;

	while (r->owned && r->owned[n])
		n++;
	r->argv = pp_xcalloc((size_t)argc + (size_t)n + 1, sizeof(*r->argv));
	r->argv[0] = argv[0];
	for (int i = 0; i < n; i++)
		r->argv[1 + i] = r->owned[i];
	for (int i = 1; i < argc; i++)
		r->argv[n + i] = argv[i];
	r->argc = argc + n;
}

int pp_gate_rules_read(struct pp_gate_rules *r, const char *path, int argc, char **argv,
		       struct pp_err *err)
{
	if (read_file(r, path, err))
		return -1;
	pp_gate_rules_join(r, argc, argv);
	return 0;
}

void pp_gate_rules_release(struct pp_gate_rules *r)
{
	for (size_t i = 0; r->owned && r->owned[i]; i++)
		free(r->owned[i]);
	free(r->owned);
	free(r->argv);
	*r = (struct pp_gate_rules){.argc = 0};
}
