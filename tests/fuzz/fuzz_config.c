/* SPDX-License-Identifier: Apache-2.0 */
/* Configuration files: what is read can be written down again and means the same, and aliases are
 * words. */
#include <config.h>

#include "cli/config.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "cli/alias.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void require(bool ok)
{
	if (!ok)
		abort();
}

/* The setting as a section of its own, everything between quotes. */
static void write_down(const struct pp_setting *s, struct pp_buf *out)
{
	pp_buf_fmt(out, "[%s] %s", s->section, s->key);
	if (s->value)
		pp_buf_str(out, " = \"");
	for (const char *p = s->value; p && *p; p++) {
		if (*p == '"' || *p == '\\')
			pp_buf_char(out, '\\');
		if (*p == '\n')
			pp_buf_str(out, "\\n");
		else
			pp_buf_char(out, *p);
	}
	pp_buf_str(out, s->value ? "\"\n" : "\n");
}

static void check_setting(const struct pp_setting *s, unsigned lines)
{
	require(*s->section && *s->key && s->file && s->line > 0 && s->line <= lines);
	require(!strchr(s->section, ']') && !strpbrk(s->key, "=.# \t\"\n"));
}

static void check_alias(const struct pp_setting *s)
{
	PP_CLEANUP(pp_words_release) struct pp_words words = {0};
	char rest[] = "rest";
	char *more[] = {rest, NULL};
	struct pp_err err = PP_ERR_INIT;

	if (pp_alias_expand(s, 1, more, &words, &err)) {
		require(err.kind == PP_ERR_FORMAT && err.msg[0]);
		return;
	}
	require(words.n >= 2 && !words.word[words.n] && words.word[words.n - 1] == rest);
}

static void check_again(const struct pp_config *c)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	PP_CLEANUP(pp_config_release) struct pp_config again;
	struct pp_err err = PP_ERR_INIT;

	for (size_t i = 0; i < c->n; i++)
		write_down(&c->item[i], &text);
	pp_config_init(&again);
	require(pp_config_parse(&again, pp_buf_view(&text), "again", &err) == 0);
	require(again.n == c->n);
	for (size_t i = 0; i < c->n; i++) {
		const struct pp_setting *a = &c->item[i], *b = &again.item[i];

		require(strcmp(a->section, b->section) == 0 && strcmp(a->key, b->key) == 0);
		require(!a->value == !b->value && (!a->value || strcmp(a->value, b->value) == 0));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	PP_CLEANUP(pp_config_release) struct pp_config c;
	struct pp_err err = PP_ERR_INIT;
	unsigned lines = 1;

	for (size_t i = 0; i < n; i++)
		lines += bytes[i] == '\n';
	pp_config_init(&c);
	int rc = pp_config_parse(&c, (struct pp_str){(const char *)bytes, n}, "file", &err);
	require(rc == 0 || ((err.kind == PP_ERR_FORMAT || err.kind == PP_ERR_LIMIT) && err.msg[0]));
	for (size_t i = 0; i < c.n; i++) {
		check_setting(&c.item[i], lines);
		check_alias(&c.item[i]);
	}
	check_again(&c);
	return 0;
}
