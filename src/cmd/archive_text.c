/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "cmd/archive_text.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/clock.h"

void pp_archive_time(char *out, size_t size, int64_t ns)
{
	time_t seconds = (time_t)(ns / PP_NSEC_PER_SEC - (ns % PP_NSEC_PER_SEC < 0));
	struct tm tm;

	if (!localtime_r(&seconds, &tm) || strftime(out, size, "%Y-%m-%d %H:%M:%S", &tm) == 0)
		out[0] = '\0';
}

/* Zones are whole minutes off UTC nowadays; where one is not, or a year has more than four digits,
 * nothing is kept. */
static bool can_be_kept(const char *text, int64_t second)
{
	size_t n = strlen(text);

	return n == strlen("2026-11-20 14:00:05") &&
	       (text[n - 2] - '0') * 10 + (text[n - 1] - '0') == second;
}

const char *pp_archive_minute_time(struct pp_archive_minute *m, int64_t ns)
{
	int64_t seconds = ns / PP_NSEC_PER_SEC - (ns % PP_NSEC_PER_SEC < 0);
	int64_t minute = seconds / 60 - (seconds % 60 < 0), second = seconds - minute * 60;
	size_t n = strlen(m->text);

	if (n && minute == m->minute && can_be_kept(m->text, m->second)) {
		m->text[n - 2] = (char)('0' + second / 10);
		m->text[n - 1] = (char)('0' + second % 10);
	} else {
		pp_archive_time(m->text, sizeof(m->text), ns);
	}
	m->minute = minute;
	m->second = second;
	return m->text;
}

char *pp_archive_short_type(const char *type)
{
	size_t kind = strcspn(type, ":");
	const char *rest = type[kind] ? type + kind + 1 : "";

	return pp_xasprintf("%.*s%s%.*s", (int)kind, type, *rest ? ":" : "",
			    (int)strcspn(rest, ":"), rest);
}

static bool is_shown(const char *key)
{
	return strcmp(key, "profile_type") != 0 && strcmp(key, "build_id") != 0;
}

void pp_archive_short_labels(const struct pp_entry_labels *labels, struct pp_buf *out)
{
	pp_archive_telling_labels(labels, NULL, 0, out);
}

/* Whether all have the same value, which nothing among none does. */
static bool is_common(const struct pp_entry_label *l, const struct pp_entry_labels *const *among,
		      size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(pp_entry_labels_get(among[i], l->key), l->value) != 0)
			return false;
	}
	return n != 0;
}

void pp_archive_telling_labels(const struct pp_entry_labels *labels,
			       const struct pp_entry_labels *const *among, size_t n,
			       struct pp_buf *out)
{
	struct pp_entry_labels few = {.pair = pp_xcalloc(labels->n, sizeof(*few.pair))};

	for (uint32_t i = 0; i < labels->n; i++) {
		const struct pp_entry_label *l = &labels->pair[i];

		if (is_shown(l->key) && !is_common(l, among, n))
			few.pair[few.n++] = *l;
	}
	if (few.n == 0 && n)
		pp_archive_short_labels(labels, out);
	else
		pp_entry_labels_print(&few, out);
	free(few.pair);
}

void pp_archive_labels_json(struct pp_json *j, const struct pp_entry_labels *labels)
{
	pp_json_open(j, '{');
	for (uint32_t i = 0; i < labels->n; i++)
		pp_json_pair_str(j, labels->pair[i].key, pp_str_of(labels->pair[i].value));
	pp_json_close(j, '}');
}

static void types_json(struct pp_json *j, const struct pp_item *item)
{
	const struct pp_series *s = item->series;

	pp_json_key(j, "types");
	pp_json_open(j, '[');
	for (uint32_t i = 0; i < s->ntypes; i++) {
		pp_json_open(j, '{');
		pp_json_pair_str(j, "type", s->types[i].type);
		pp_json_pair_str(j, "unit", s->types[i].unit);
		pp_json_pair_int(j, "total", item->entry.totals[i]);
		pp_json_close(j, '}');
	}
	pp_json_close(j, ']');
}

void pp_archive_entry_json(struct pp_json *j, const struct pp_item *item)
{
	const struct pp_entry *e = &item->entry;
	const struct pp_series *s = item->series;
	char hex[PP_SHA256_HEX];

	pp_json_open(j, '{');
	pp_json_pair_str(j, "id", pp_str_of(pp_sha256_hex(hex, e->id.bytes)));
	pp_json_pair_str(j, "received_sha256", pp_str_of(pp_sha256_hex(hex, e->received.bytes)));
	pp_json_pair_int(j, "start_nanos", e->start);
	pp_json_pair_int(j, "duration_nanos", e->duration);
	pp_json_pair_int(j, "added_nanos", e->added);
	pp_json_pair_int(j, "samples", (int64_t)e->samples);
	pp_json_pair_int(j, "profiles", (int64_t)e->profiles);
	pp_json_pair_int(j, "size", (int64_t)e->size);
	types_json(j, item);
	pp_json_pair_str(j, "default_type", s->types[s->default_type].type);
	pp_json_pair_str(j, "period_type", s->period_type.type);
	pp_json_pair_str(j, "period_unit", s->period_type.unit);
	pp_json_pair_int(j, "period", s->period);
	pp_json_key(j, "sample_labels");
	pp_json_open(j, '[');
	for (uint32_t i = 0; i < s->nkeys; i++)
		pp_json_str(j, pp_str_of(s->keys[i]));
	pp_json_close(j, ']');
	pp_json_key(j, "labels");
	pp_archive_labels_json(j, &s->labels);
	pp_json_close(j, '}');
}
