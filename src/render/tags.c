/* SPDX-License-Identifier: Apache-2.0 */
/* Rendering labels. Rules: google/pprof, printTags, which aligns with text/tabwriter: right-aligned
 * columns, one for the keys and, per key, one for what its values cost. */
#include <config.h>

#include "render/tags.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/magnitude.h"
#include "base/map.h"
#include "base/units.h"
#include "base/utf8.h"
#include "io/json.h"

/* A value as it is printed, with the sum over all that look like it. */
struct bucket {
	int64_t sum;
	struct pp_str name;
};

struct writer {
	const struct pp_tags *tags;
	const struct pp_header *h;
	struct pp_out *o;
	struct pp_strtab names; /* of the current key; bucket n is n + 1 */
	struct bucket *buckets;
	size_t n, cap;
	struct pp_buf costs; /* of all buckets, each with its final NUL */
};

static void add_bucket(struct writer *w, const struct pp_tag *tag)
{
	char text[PP_QTY_MAX];
	struct pp_str name = tag->text;

	if (tag->is_number)
		name = pp_str_of(pp_units_label(
			text, tag->number, w->tags->labels->keys[tag->key].unit, w->h->out_unit));
	/* an empty name cannot be told from the table's own first entry: a mark goes before it */
	pp_buf_clear(&w->costs);
	pp_buf_char(&w->costs, '=');
	pp_buf_add(&w->costs, name.p, name.n);

	size_t id = pp_strtab_add(&w->names, pp_buf_view(&w->costs)) - 1;
	if (id == w->n) {
		w->buckets = pp_grow(w->buckets, &w->cap, id + 1, sizeof(*w->buckets));
		w->buckets[w->n++].sum = 0;
	}
	w->buckets[id].sum = pp_wrap_add(w->buckets[id].sum, tag->sum);
}

static int compare_buckets(const void *x, const void *y)
{
	const struct bucket *a = x, *b = y;
	uint64_t sum_a = (uint64_t)pp_magnitude(a->sum), sum_b = (uint64_t)pp_magnitude(b->sum);

	if (sum_a != sum_b)
		return sum_a > sum_b ? -1 : 1;
	return pp_str_cmp(a->name, b->name);
}

static void fill_buckets(struct writer *w, size_t from, size_t to)
{
	pp_strtab_release(&w->names);
	pp_strtab_init(&w->names);
	w->n = 0;
	for (size_t i = from; i < to; i++)
		add_bucket(w, &w->tags->all[i]);
	for (size_t i = 0; i < w->n; i++) {
		struct pp_str marked = pp_strtab_get(&w->names, (uint32_t)i + 1);

		w->buckets[i].name = (struct pp_str){marked.p + 1, marked.n - 1};
	}
	qsort(w->buckets, w->n, sizeof(*w->buckets), compare_buckets);
}

/* "1.50s (12.5%):" for each bucket; returns the width of the widest. */
static size_t print_costs(struct writer *w)
{
	struct pp_out o;
	size_t widest = 0;

	pp_out_init_mem(&o);
	for (size_t i = 0; i < w->n; i++) {
		char percent[PP_PERCENT_MAX];
		size_t begin = o.buf.n, width;

		pp_header_quantity(w->h, w->buckets[i].sum, 0, &o);
		if (w->h->total > 0)
			pp_out_fmt(&o, " (%s)",
				   pp_units_percent(percent, w->buckets[i].sum, w->h->total));
		pp_out_char(&o, ':');
		width = pp_utf8_count((struct pp_str){o.buf.p + begin, o.buf.n - begin});
		widest = width > widest ? width : widest;
		pp_out_char(&o, '\0');
	}
	pp_buf_release(&w->costs);
	w->costs = o.buf;
	return widest;
}

static void blanks(struct pp_out *o, size_t n)
{
	while (n--)
		pp_out_char(o, ' ');
}

/* " key: Total 1.5s of 2s (75%)"; returns the width of the first column. */
static size_t print_key(struct writer *w, size_t from, size_t to)
{
	struct pp_str key = w->tags->labels->keys[w->tags->all[from].key].name;
	int64_t sum = pp_tags_sum(w->tags, from, to);
	char percent[PP_PERCENT_MAX];
	struct pp_out shown;
	size_t width;

	pp_out_init_mem(&shown);
	pp_out_char(&shown, ' ');
	pp_out_safe(&shown, key);
	pp_out_char(&shown, ':');
	width = pp_utf8_count(pp_buf_view(&shown.buf));
	pp_out_str(w->o, pp_buf_view(&shown.buf));
	pp_buf_release(&shown.buf);
	pp_out_text(w->o, " Total ");
	pp_header_quantity(w->h, sum, 0, w->o);
	pp_out_text(w->o, " of ");
	pp_header_quantity(w->h, w->h->total, 0, w->o);
	if (w->h->total > 0)
		pp_out_fmt(w->o, " (%s)", pp_units_percent(percent, sum, w->h->total));
	pp_out_char(w->o, '\n');
	return width;
}

static void print_buckets(struct writer *w, size_t indent)
{
	size_t widest = print_costs(w);
	const char *cost = w->costs.p;

	for (size_t i = 0; i < w->n; i++) {
		struct pp_str text = pp_str_of(cost);

		blanks(w->o, indent + 1 + widest - pp_utf8_count(text));
		pp_out_str(w->o, text);
		pp_out_char(w->o, ' ');
		pp_out_safe(w->o, w->buckets[i].name);
		pp_out_char(w->o, '\n');
		cost += text.n + 1;
	}
	pp_out_char(w->o, '\n');
}

void pp_tags_text(const struct pp_tags *t, const struct pp_header *h, struct pp_out *o)
{
	struct writer w = {.tags = t, .h = h, .o = o};

	pp_strtab_init(&w.names);
	for (size_t from = 0, to; from < t->n; from = to) {
		to = pp_tags_key_end(t, from);
		fill_buckets(&w, from, to);
		print_buckets(&w, print_key(&w, from, to));
	}
	pp_strtab_release(&w.names);
	pp_buf_release(&w.costs);
	free(w.buckets);
}

static void json_tag(struct pp_json *j, const struct pp_tags *t, const struct pp_tag *tag,
		     const struct pp_header *h)
{
	pp_json_open(j, '{');
	if (tag->is_number) {
		pp_json_pair_int(j, "number", tag->number);
		pp_json_pair_str(j, "unit", t->labels->keys[tag->key].unit);
	} else {
		pp_json_pair_str(j, "value", tag->text);
	}
	pp_json_pair_int(j, "total", pp_header_value(h, tag->sum));
	pp_json_close(j, '}');
}

void pp_tags_json(const struct pp_tags *t, const struct pp_header *h, struct pp_out *o)
{
	struct pp_json j;

	pp_json_init(&j, o);
	pp_json_open(&j, '{');
	pp_header_json(h, &j);
	pp_json_key(&j, "keys");
	pp_json_open(&j, '[');
	for (size_t from = 0, to; from < t->n; from = to) {
		to = pp_tags_key_end(t, from);
		pp_json_open(&j, '{');
		pp_json_pair_str(&j, "key", t->labels->keys[t->all[from].key].name);
		pp_json_pair_int(&j, "total", pp_header_value(h, pp_tags_sum(t, from, to)));
		pp_json_key(&j, "values");
		pp_json_open(&j, '[');
		for (size_t i = from; i < to; i++)
			json_tag(&j, t, &t->all[i], h);
		pp_json_close(&j, ']');
		pp_json_close(&j, '}');
	}
	pp_json_close(&j, ']');
	pp_json_close(&j, '}');
}

void pp_tags_csv(const struct pp_tags *t, const struct pp_header *h, struct pp_out *o)
{
	pp_out_text(o, "key,value,number,number unit,total,total%,unit\n");
	for (size_t i = 0; i < t->n; i++) {
		const struct pp_tag *tag = &t->all[i];
		const struct pp_label_key *key = &t->labels->keys[tag->key];

		pp_out_csv(o, key->name);
		pp_out_char(o, ',');
		if (tag->is_number) {
			pp_out_fmt(o, ",%" PRId64 ",", tag->number);
			pp_out_csv(o, key->unit);
		} else {
			pp_out_csv(o, tag->text);
			pp_out_text(o, ",,");
		}
		pp_out_fmt(o, ",%" PRId64 ",%.4f,", pp_header_value(h, tag->sum),
			   pp_header_share(tag->sum, h->total));
		pp_out_csv(o, h->unit);
		pp_out_char(o, '\n');
	}
}
