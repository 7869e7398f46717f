/* SPDX-License-Identifier: Apache-2.0 */
/* Labels grouped by key. Rules: google/pprof, printTraces and Sample.string. */
#include <config.h>

#include "render/label_lines.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/units.h"
#include "base/utf8.h"

#define KEY_WIDTH 10

struct pp_label_item {
	struct pp_label label;
	struct pp_str key;
	size_t at; /* in the sample */
};

struct pp_label_line {
	struct pp_str text; /* while lines are made, p is NULL and n the offset of its end */
	bool number;
};

void pp_label_lines_init(struct pp_label_lines *l, const struct pp_filter *filter,
			 const struct pp_labels *survey)
{
	*l = (struct pp_label_lines){.filter = filter, .survey = survey};
}

void pp_label_lines_release(struct pp_label_lines *l)
{
	free(l->items);
	free(l->lines);
	pp_buf_release(&l->text);
	*l = (struct pp_label_lines){0};
}

static bool is_number(const struct pp_label_item *item)
{
	return item->label.str == 0;
}

static int compare_items(const void *x, const void *y)
{
	const struct pp_label_item *a = x, *b = y;
	int c = (int)is_number(a) - (int)is_number(b);

	if (c == 0)
		c = pp_str_cmp(a->key, b->key);
	return c ? c : (a->at > b->at) - (a->at < b->at);
}

static int compare_lines(const void *x, const void *y)
{
	const struct pp_label_line *a = x, *b = y;
	int c = (int)a->number - (int)b->number;

	return c ? c : pp_str_cmp(a->text, b->text);
}

static void load_items(struct pp_label_lines *l, const struct pp_sample *s)
{
	struct pp_wire labels = s->label;
	struct pp_label label;

	l->nitems = 0;
	while (pp_filter_next_label(l->filter, &labels, &label)) {
		l->items = pp_grow(l->items, &l->items_cap, l->nitems + 1, sizeof(*l->items));
		l->items[l->nitems] = (struct pp_label_item){
			label, pp_profile_str(l->filter->profile, label.key), l->nitems};
		l->nitems++;
	}
	if (l->nitems > 1)
		qsort(l->items, l->nitems, sizeof(*l->items), compare_items);
}

static void add_str(struct pp_label_lines *l, struct pp_str s)
{
	pp_buf_add(&l->text, s.p, s.n);
}

static void add_scaled(struct pp_label_lines *l, const struct pp_label *label)
{
	uint32_t key = pp_labels_key(l->survey, label->key);
	char text[PP_QTY_MAX];

	pp_units_label(text, label->num, l->survey->keys[key].unit, PP_STR_LIT("auto"));
	pp_buf_str(&l->text, text);
}

static void add_value(struct pp_label_lines *l, const struct pp_label *label, bool units)
{
	const struct pp_profile *p = l->filter->profile;

	if (label->str) {
		add_str(l, pp_profile_str(p, label->str));
	} else if (l->survey) {
		add_scaled(l, label);
	} else {
		pp_buf_fmt(&l->text, "%" PRId64, label->num);
		if (units) {
			pp_buf_char(&l->text, ' ');
			add_str(l, pp_profile_str(p, label->unit));
		}
	}
}

static void add_key(struct pp_label_lines *l, struct pp_str key)
{
	if (l->survey) {
		for (size_t n = pp_utf8_count(key); n < KEY_WIDTH; n++)
			pp_buf_char(&l->text, ' ');
	}
	add_str(l, key);
	pp_buf_str(&l->text, l->survey ? ":  " : ":[");
}

/* One line of the items [from, to), which have the same key and kind. */
static void add_line(struct pp_label_lines *l, size_t from, size_t to)
{
	bool units = false;

	for (size_t i = from; i < to; i++)
		units |= l->items[i].label.unit != 0;
	add_key(l, l->items[from].key);
	for (size_t i = from; i < to; i++) {
		if (i > from)
			pp_buf_char(&l->text, ' ');
		add_value(l, &l->items[i].label, units);
	}
	if (!l->survey)
		pp_buf_char(&l->text, ']');
	l->lines = pp_grow(l->lines, &l->lines_cap, l->n + 1, sizeof(*l->lines));
	l->lines[l->n++] =
		(struct pp_label_line){.text.n = l->text.n, .number = is_number(&l->items[from])};
}

/* The buffer does not move any more: from offsets to texts. */
static void settle(struct pp_label_lines *l)
{
	size_t begin = 0;

	for (size_t i = 0; i < l->n; i++) {
		size_t end = l->lines[i].text.n;

		l->lines[i].text = (struct pp_str){l->text.p + begin, end - begin};
		l->ntexts += !l->lines[i].number;
		begin = end;
	}
}

void pp_label_lines_load(struct pp_label_lines *l, const struct pp_sample *s)
{
	size_t from = 0;

	l->n = l->ntexts = 0;
	pp_buf_clear(&l->text);
	load_items(l, s);
	while (from < l->nitems) {
		size_t to = from + 1;

		while (to < l->nitems && is_number(&l->items[to]) == is_number(&l->items[from]) &&
		       pp_str_eq(l->items[to].key, l->items[from].key))
			to++;
		add_line(l, from, to);
		from = to;
	}
	settle(l);
	if (l->n > 1)
		qsort(l->lines, l->n, sizeof(*l->lines), compare_lines);
}

void pp_label_lines_print(const struct pp_label_lines *l, size_t from, size_t to, char separator,
			  struct pp_out *o)
{
	for (size_t i = from; i < to; i++) {
		if (i > from)
			pp_out_char(o, separator);
		pp_out_safe(o, l->lines[i].text);
	}
}
