/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/labels.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"

void pp_entry_labels_release(struct pp_entry_labels *l)
{
	for (uint32_t i = 0; i < l->n; i++) {
		free(l->pair[i].key);
		free(l->pair[i].value);
	}
	free(l->pair);
	*l = (struct pp_entry_labels){.pair = NULL};
}

static bool is_key(struct pp_str key)
{
	for (size_t i = 0; i < key.n; i++) {
		char c = key.p[i], lower = (char)(c | 0x20);
		bool digit = c >= '0' && c <= '9';

		if ((lower < 'a' || lower > 'z') && c != '_' && (i == 0 || (!digit && c != '.')))
			return false;
	}
	return key.n > 0;
}

static bool is_utf8(struct pp_str s)
{
	uint32_t cp;

	for (size_t i = 0, n; i < s.n; i += n) {
		n = pp_utf8_decode((struct pp_str){s.p + i, s.n - i}, &cp);
		if (n == 0 || cp == 0)
			return false;
	}
	return true;
}

int pp_entry_label_check(struct pp_str key, struct pp_str value, struct pp_err *err)
{
	int shown = key.n > PP_ENTRY_KEY_MAX ? PP_ENTRY_KEY_MAX : (int)key.n;

	if (!is_key(key))
		return pp_err_set(err, PP_ERR_USAGE,
				  "'%.*s' is no name for a label: letters, digits, '_' and '.', "
				  "with a letter or '_' in front",
				  shown, key.p);
	if (key.n > PP_ENTRY_KEY_MAX)
		return pp_err_set(err, PP_ERR_USAGE,
				  "the name of label '%.*s...' is %zu bytes, not at most %d", 20,
				  key.p, key.n, PP_ENTRY_KEY_MAX);
	if (value.n > PP_ENTRY_VALUE_MAX)
		return pp_err_set(err, PP_ERR_USAGE,
				  "the value of label '%.*s' is %zu bytes, not at most %d", shown,
				  key.p, value.n, PP_ENTRY_VALUE_MAX);
	if (!is_utf8(value))
		return pp_err_set(err, PP_ERR_USAGE, "the value of label '%.*s' is not UTF-8",
				  shown, key.p);
	return 0;
}

/* Where a key is, or belongs. */
static uint32_t place(const struct pp_entry_labels *l, struct pp_str key, bool *there)
{
	uint32_t low = 0, high = l->n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (pp_str_cmp(pp_str_of(l->pair[middle].key), key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*there = low < l->n && pp_str_eq(pp_str_of(l->pair[low].key), key);
	return low;
}

static char *copy(struct pp_str s)
{
	char *out = pp_xcalloc(s.n + 1, 1);

	if (s.n)
		memcpy(out, s.p, s.n);
	return out;
}

static void take_away(struct pp_entry_labels *l, uint32_t at)
{
	free(l->pair[at].key);
	free(l->pair[at].value);
	memmove(&l->pair[at], &l->pair[at + 1], (l->n - at - 1) * sizeof(*l->pair));
	l->n--;
}

int pp_entry_labels_set(struct pp_entry_labels *l, struct pp_str key, struct pp_str value,
			struct pp_err *err)
{
	bool there;
	uint32_t at;

	if (pp_entry_label_check(key, value, err))
		return -1;
	at = place(l, key, &there);
	if (there && value.n == 0) {
		take_away(l, at);
	} else if (there) {
		free(l->pair[at].value);
		l->pair[at].value = copy(value);
	} else if (value.n) {
		if (l->n == PP_ENTRY_LABELS_MAX)
			return pp_err_set(err, PP_ERR_LIMIT, "more than %d labels",
					  PP_ENTRY_LABELS_MAX);
		l->pair = pp_grow(l->pair, &l->cap, l->n + 1, sizeof(*l->pair));
		memmove(&l->pair[at + 1], &l->pair[at], (l->n - at) * sizeof(*l->pair));
		l->pair[at] = (struct pp_entry_label){copy(key), copy(value)};
		l->n++;
	}
	return 0;
}

int pp_entry_labels_parse(struct pp_entry_labels *l, const char *text, struct pp_err *err)
{
	const char *equals = strchr(text, '=');

	if (!equals)
		return pp_err_set(err, PP_ERR_USAGE, "label '%s' is not of the form KEY=VALUE",
				  text);
	return pp_entry_labels_set(l, (struct pp_str){text, (size_t)(equals - text)},
				   pp_str_of(equals + 1), err);
}

static const struct pp_entry_label *find(const struct pp_entry_labels *l, const char *key)
{
	bool there;
	uint32_t at = place(l, pp_str_of(key), &there);

	return there ? &l->pair[at] : NULL;
}

const char *pp_entry_labels_get(const struct pp_entry_labels *l, const char *key)
{
	const struct pp_entry_label *found = find(l, key);

	return found ? found->value : "";
}

bool pp_entry_labels_has(const struct pp_entry_labels *l, const char *key)
{
	return find(l, key) != NULL;
}

void pp_entry_labels_copy(struct pp_entry_labels *to, const struct pp_entry_labels *from)
{
	*to = (struct pp_entry_labels){.n = from->n, .cap = from->n};
	to->pair = from->n ? pp_xcalloc(from->n, sizeof(*to->pair)) : NULL;
	for (uint32_t i = 0; i < from->n; i++) {
		to->pair[i].key = pp_xstrdup(from->pair[i].key);
		to->pair[i].value = pp_xstrdup(from->pair[i].value);
	}
}

bool pp_entry_labels_equal(const struct pp_entry_labels *a, const struct pp_entry_labels *b)
{
	if (a->n != b->n)
		return false;
	for (uint32_t i = 0; i < a->n; i++) {
		if (strcmp(a->pair[i].key, b->pair[i].key) != 0 ||
		    strcmp(a->pair[i].value, b->pair[i].value) != 0)
			return false;
	}
	return true;
}

/* In quotes, as pp_selector_parse understands them. */
static void quote(struct pp_buf *out, struct pp_str s)
{
	uint32_t cp;

	pp_buf_char(out, '"');
	for (size_t i = 0, n; i < s.n; i += n) {
		n = pp_utf8_decode((struct pp_str){s.p + i, s.n - i}, &cp);
		if (cp == '"' || cp == '\\')
			pp_buf_fmt(out, "\\%c", (char)cp);
		else if (cp == '\n')
			pp_buf_str(out, "\\n");
		else if (pp_utf8_is_unsafe(cp))
			pp_buf_fmt(out, "\\u%04x", (unsigned)cp);
		else
			pp_buf_add(out, s.p + i, n);
	}
	pp_buf_char(out, '"');
}

void pp_entry_labels_print(const struct pp_entry_labels *l, struct pp_buf *out)
{
	pp_buf_char(out, '{');
	for (uint32_t i = 0; i < l->n; i++) {
		if (i)
			pp_buf_char(out, ',');
		pp_buf_str(out, l->pair[i].key);
		pp_buf_char(out, '=');
		quote(out, pp_str_of(l->pair[i].value));
	}
	pp_buf_char(out, '}');
}
