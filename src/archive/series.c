/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/series.h"

#include <stdlib.h>
#include <string.h>

#include "archive/fields.h"
#include "base/alloc.h"

void pp_series_release(struct pp_series *s)
{
	pp_entry_labels_release(&s->labels);
	free(s->types);
	free(s->keys);
	free(s->texts);
	*s = (struct pp_series){0};
}

static void put_type(struct pp_buf *out, const struct pp_series_type *t)
{
	pp_put_text(out, t->type);
	pp_put_text(out, t->unit);
}

void pp_series_encode(const struct pp_series *s, struct pp_buf *out)
{
	pp_wire_put_varint(out, s->labels.n);
	for (uint32_t i = 0; i < s->labels.n; i++) {
		pp_put_text(out, pp_str_of(s->labels.pair[i].key));
		pp_put_text(out, pp_str_of(s->labels.pair[i].value));
	}
	pp_wire_put_varint(out, s->ntypes);
	for (uint32_t i = 0; i < s->ntypes; i++)
		put_type(out, &s->types[i]);
	pp_wire_put_varint(out, s->default_type);
	pp_wire_put_varint(out, s->has_period_type);
	if (s->has_period_type)
		put_type(out, &s->period_type);
	pp_put_signed(out, s->period);
	pp_wire_put_varint(out, s->nkeys);
	for (uint32_t i = 0; i < s->nkeys; i++)
		pp_put_text(out, pp_str_of(s->keys[i]));
}

static int bad(struct pp_err *err, const char *what)
{
	return pp_err_set(err, PP_ERR_FORMAT, "%s in the record", what);
}

/* Only what encoding gives: keys in order, each once, no empty values. */
static int read_labels(struct pp_series *s, struct pp_fields *f, struct pp_err *err)
{
	uint32_t n = pp_field_count(f);
	struct pp_str last = {NULL, 0};

	for (uint32_t i = 0; i < n; i++) {
		struct pp_str key = pp_field_text(f), value = pp_field_text(f);

		if (f->bad || value.n == 0 || (i && pp_str_cmp(last, key) >= 0))
			return bad(err, "bad labels");
		if (pp_entry_labels_set(&s->labels, key, value, err)) {
			err->kind = PP_ERR_FORMAT;
			return pp_err_wrap(err, "bad label in the record");
		}
		last = key;
	}
	return 0;
}

static void read_type(struct pp_series_type *t, struct pp_fields *f)
{
	t->type = pp_field_text(f);
	t->unit = pp_field_text(f);
}

static int read_types(struct pp_series *s, struct pp_fields *f, struct pp_err *err)
{
	s->ntypes = pp_field_count(f);
	s->types = pp_xcalloc(s->ntypes, sizeof(*s->types));
	for (uint32_t i = 0; i < s->ntypes; i++)
		read_type(&s->types[i], f);

	uint64_t default_type = pp_field_number(f), has_period = pp_field_number(f);
	if (f->bad || s->ntypes == 0 || default_type >= s->ntypes || has_period > 1)
		return bad(err, "bad sample types");
	s->default_type = (uint32_t)default_type;
	s->has_period_type = has_period;
	if (s->has_period_type)
		read_type(&s->period_type, f);
	s->period = pp_field_signed(f);
	return 0;
}

/* Keys are wanted with a NUL: each is moved to the front by one byte, which its length took. */
static int read_keys(struct pp_series *s, struct pp_fields *f, struct pp_err *err)
{
	uint32_t n = pp_field_count(f);

	if (n > PP_SERIES_KEYS_MAX)
		return bad(err, "too many keys");
	s->keys = pp_xcalloc(n, sizeof(*s->keys));
	for (uint32_t i = 0; i < n; i++) {
		struct pp_str key = pp_field_text(f);
		char *text = s->texts + (key.p - s->texts);

		if (f->bad || pp_entry_label_check(key, PP_STR_LIT("x"), err))
			return bad(err, "bad keys");
		s->keys[s->nkeys++] = memmove(text - 1, text, key.n);
		s->keys[i][key.n] = '\0';
		if (i && strcmp(s->keys[i - 1], s->keys[i]) >= 0)
			return bad(err, "bad keys");
	}
	return 0;
}

int pp_series_decode(struct pp_series *s, struct pp_str bytes, struct pp_err *err)
{
	struct pp_fields f;

	*s = (struct pp_series){0};
	if (bytes.n > PP_SERIES_BYTES_MAX)
		return bad(err, "too many bytes");
	s->texts = pp_xcalloc(bytes.n + 1, 1);
	if (bytes.n)
		memcpy(s->texts, bytes.p, bytes.n);
	pp_fields_init(&f, (struct pp_str){s->texts, bytes.n});
	if (read_labels(s, &f, err) || read_types(s, &f, err) || read_keys(s, &f, err))
		return -1;
	return f.bad || f.p != f.end ? bad(err, "wrong length") : 0;
}

void pp_series_pool_init(struct pp_series_pool *p)
{
	*p = (struct pp_series_pool){0};
	pp_strtab_init(&p->encoded);
}

void pp_series_pool_release(struct pp_series_pool *p)
{
	for (size_t i = 0; p->all && i + 1 < p->encoded.count; i++) {
		if (p->all[i])
			pp_series_release(p->all[i]);
		free(p->all[i]);
	}
	free(p->all);
	pp_strtab_release(&p->encoded);
}

const struct pp_series *pp_series_pool_get(struct pp_series_pool *p, struct pp_str encoded,
					   struct pp_err *err)
{
	uint32_t id = pp_strtab_add(&p->encoded, encoded);
	struct pp_series *s;

	if (id == 0) {
		bad(err, "nothing");
		return NULL;
	}
	size_t before = p->cap;
	p->all = pp_grow(p->all, &p->cap, id, sizeof(*p->all));
	if (p->cap > before)
		memset(p->all + before, 0, (p->cap - before) * sizeof(*p->all));
	if (p->all[id - 1])
		return p->all[id - 1];

	s = pp_xcalloc(1, sizeof(*s));
	if (pp_series_decode(s, encoded, err)) {
		pp_series_release(s);
		free(s);
		return NULL;
	}
	p->all[id - 1] = s;
	return s;
}

const struct pp_series *pp_series_pool_with(struct pp_series_pool *p, const struct pp_series *s,
					    const struct pp_entry_labels *more, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf encoded = PP_BUF_INIT;
	struct pp_series with = *s;
	int rc = 0;

	with.labels = (struct pp_entry_labels){0};
	pp_entry_labels_copy(&with.labels, &s->labels);
	for (uint32_t i = 0; i < more->n && rc == 0; i++)
		rc = pp_entry_labels_set(&with.labels, pp_str_of(more->pair[i].key),
					 pp_str_of(more->pair[i].value), err);
	if (rc == 0)
		pp_series_encode(&with, &encoded);
	pp_entry_labels_release(&with.labels);
	return rc ? NULL : pp_series_pool_get(p, pp_buf_view(&encoded), err);
}
