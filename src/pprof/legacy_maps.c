/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a memory map into a list of mappings. */
#include <config.h>

#include "pprof/legacy_maps.h"

#include "base/buf.h"
#include "base/scan.h"
#include "pprof/legacy_assign.h"

#define MAX_LINE       (64u << 10) /* pprof reads no longer ones */
#define MAX_ATTRIBUTES 64
#define MAX_MAPPINGS   (1u << 20)
#define MAX_REPLACED   (64u << 20) /* bytes that replacing may produce altogether */

/* "build=/opt/app" lets later lines say "$build/server". */
struct attribute {
	uint32_t key, value; /* strings of the builder; the key with its "$" */
};

struct maps {
	struct pp_builder *b;
	struct attribute attributes[MAX_ATTRIBUTES];
	unsigned nattributes;
	size_t replaced;
	struct pp_buf line; /* with attributes replaced */
	struct pp_mapping_list list;
};

static void release(struct maps *m)
{
	pp_buf_release(&m->line);
	pp_buf_release(&m->list.items);
}

static struct pp_str string(const struct maps *m, uint32_t id)
{
	return pp_strtab_get(&m->b->strings, id);
}

/* Log lines have a prefix, "I0102 15:04:05 file.cc:12] ", up to the first bracket. */
static struct pp_str without_log_prefix(struct pp_str line)
{
	size_t close = 0, digit;

	while (close < line.n && line.p[close] != '[' && line.p[close] != ']')
		close++;
	digit = close;
	while (digit > 0 && line.p[digit - 1] >= '0' && line.p[digit - 1] <= '9')
		digit--;
	if (close + 1 >= line.n || line.p[close] != ']' || digit == close || digit < 2 ||
	    line.p[digit - 1] != ':' || !memchr(" \t\n\f\r", line.p[close + 1], 5))
		return line;
	return (struct pp_str){line.p + close + 2, line.n - close - 2};
}

/* The attribute whose name stands at the front of s: the one defined first goes first. */
static const struct attribute *attribute_at(const struct maps *m, struct pp_str s)
{
	for (unsigned i = 0; i < m->nattributes; i++) {
		if (pp_str_starts(s, string(m, m->attributes[i].key)))
			return &m->attributes[i];
	}
	return NULL;
}

/* The line with attributes replaced by their values: itself, or in m->line. */
static struct pp_str replace(struct maps *m, struct pp_str s)
{
	if (m->nattributes == 0 || s.n == 0 || !memchr(s.p, '$', s.n))
		return s;
	pp_buf_clear(&m->line);
	while (s.n && m->line.n < MAX_LINE) {
		const struct attribute *a = s.p[0] == '$' ? attribute_at(m, s) : NULL;
		size_t n = a ? string(m, a->key).n : 1;

		if (a)
			pp_buf_add(&m->line, string(m, a->value).p, string(m, a->value).n);
		else
			pp_buf_char(&m->line, s.p[0]);
		s.p += n;
		s.n -= n;
	}
	m->replaced += m->line.n;
	return pp_buf_view(&m->line);
}

/* A line that is no mapping may be "name=value". */
static void note_attribute(struct maps *m, struct pp_str line)
{
	struct pp_buf key = PP_BUF_INIT;
	struct pp_str value = line;

	if (m->nattributes == MAX_ATTRIBUTES || !pp_text_find(&value, PP_STR_LIT("=")))
		return;
	struct pp_str name = pp_text_trim((struct pp_str){line.p, (size_t)(value.p - line.p) - 1});

	pp_buf_char(&key, '$');
	pp_buf_add(&key, name.p, name.n);
	m->attributes[m->nattributes].key = pp_builder_string(m->b, pp_buf_view(&key));
	m->attributes[m->nattributes++].value = pp_builder_string(m->b, pp_text_trim(value));
	pp_buf_release(&key);
}

static bool parse_address(struct pp_str digits, uint64_t *v)
{
	*v = 0;
	return digits.n == 0 || (pp_scan_number(&digits, 16, v) && digits.n == 0);
}

/* 1: a mapping, 0: one that does not count, -1: not a mapping. */
static int read_entry(struct maps *m, struct pp_str line, struct pp_mapping *out)
{
	struct pp_map_entry e;

	*out = (struct pp_mapping){0};
	if (!pp_map_entry_parse(line, &e))
		return -1;
	if (e.permissions.n && !memchr(e.permissions.p, 'x', e.permissions.n))
		return 0;
	if (!parse_address(e.start, &out->start) || !parse_address(e.limit, &out->limit) ||
	    !parse_address(e.offset, &out->offset))
		return -1;
	out->file = pp_builder_string(m->b, e.file);
	out->build_id = pp_builder_string(m->b, e.build_id);
	return 1;
}

/* Are the two pieces of one mapping, as far as is known? */
static bool adjacent(const struct pp_mapping *a, const struct pp_mapping *b)
{
	if (a->limit != b->start || (a->file && b->file && a->file != b->file) ||
	    (a->build_id && b->build_id && a->build_id != b->build_id))
		return false;
	return !a->offset || !b->offset || a->offset + (a->limit - a->start) == b->offset;
}

static void add(struct pp_mapping_list *list, const struct pp_mapping *m)
{
	struct pp_mapping *last = list->n ? &pp_mapping_list_items(list)[list->n - 1] : NULL;

	if (last && adjacent(last, m)) {
		last->limit = m->limit;
		last->file = m->file ? m->file : last->file;
		last->build_id = m->build_id ? m->build_id : last->build_id;
		return;
	}
	pp_buf_add(&list->items, m, sizeof(*m));
	list->n++;
}

/* "libc.so", "libc.so.6", "libstdc++.so_1" */
static bool is_library(struct pp_str file)
{
	static const struct pp_str so = PP_STR_LIT(".so");

	for (struct pp_str rest = file; pp_text_find(&rest, so);) {
		if (rest.n == 0 || (rest.n >= 2 && (rest.p[0] == '.' || rest.p[0] == '_') &&
				    rest.p[1] >= '0' && rest.p[1] <= '9'))
			return true;
	}
	return false;
}

static bool is_main(struct maps *m, struct pp_str file)
{
	static const struct pp_str deleted = PP_STR_LIT("(deleted)");
	struct pp_str rest = file, before = file;

	pp_buf_clear(&m->line);
	while (pp_text_find(&rest, deleted)) {
		pp_buf_add(&m->line, before.p, (size_t)(rest.p - before.p) - deleted.n);
		before = rest;
	}
	pp_buf_add(&m->line, before.p, before.n);
	file = pp_text_trim(pp_buf_view(&m->line));
	return file.n && file.p[0] != '[' && !is_library(file);
}

static void put_main_first(struct maps *m)
{
	struct pp_mapping *items = pp_mapping_list_items(&m->list);

	for (uint32_t i = 0; i < m->list.n; i++) {
		if (items[i].file && is_main(m, string(m, items[i].file))) {
			struct pp_mapping first = items[0];

			items[0] = items[i];
			items[i] = first;
			return;
		}
	}
}

static int read_line(struct maps *m, struct pp_str text, struct pp_err *err)
{
	struct pp_mapping mapping;
	struct pp_str line;

	if (text.n >= MAX_LINE)
		return 0;
	line = replace(m, without_log_prefix(text));
	switch (read_entry(m, line, &mapping)) {
	case 1:
		add(&m->list, &mapping);
		break;
	case -1:
		note_attribute(m, line);
		break;
	default:
		break;
	}
	if (m->list.n > MAX_MAPPINGS || m->replaced > MAX_REPLACED)
		return pp_err_set(err, PP_ERR_LIMIT, "the memory map is too large");
	return 0;
}

int pp_legacy_maps(struct pp_builder *b, struct pp_lines *l, struct pp_err *err)
{
	PP_CLEANUP(release) struct maps m = {.b = b};

	while (pp_lines_next(l)) {
		if (read_line(&m, l->line, err))
			return -1;
	}
	put_main_first(&m);
	return pp_legacy_assign(b, &m.list, err);
}

int pp_legacy_maps_section(struct pp_builder *b, struct pp_lines *l, struct pp_err *err)
{
	while (!pp_text_is_map_start(l->line) && pp_lines_next(l))
		;
	return pp_legacy_maps(b, l, err);
}
