/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A record is: depth, set of labels, the stack, values of two words each. The words of stacks are
 * big-endian, so that stacks are compared as bytes.
 */
#include <config.h>

#include "archive/content_samples.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "profile/samples.h"

enum { DEPTH, SET, STACK };

/* While labels of one sample are put in order. */
struct sorted_label {
	struct pp_content_label label;
	uint32_t place;
};

struct label_list {
	struct sorted_label *item;
	size_t n, cap;
	struct pp_buf bytes;
};

/* As they are kept: compared as bytes. */
struct packed_label {
	uint32_t key, str, unit, zero;
	uint64_t num;
};

static int compare_labels(const void *a, const void *b)
{
	const struct sorted_label *x = a, *y = b;

	if ((x->label.str == 0) != (y->label.str == 0))
		return x->label.str == 0 ? 1 : -1;
	if (x->label.key != y->label.key)
		return x->label.key < y->label.key ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

static void collect_labels(const struct pp_content_samples *s, struct pp_wire message,
			   struct label_list *list)
{
	const uint32_t *rank = s->order->strings.rank;
	struct pp_label l;

	list->n = 0;
	while (pp_labels_next(&message, &l)) {
		struct pp_content_label own = {
			.key = rank[l.key], .str = rank[l.str], .unit = rank[l.unit], .num = l.num};

		/* by now an empty string is the same as none */
		if (!own.str && !own.num && !own.unit)
			continue;
		list->item = pp_grow(list->item, &list->cap, list->n + 1, sizeof(*list->item));
		list->item[list->n] = (struct sorted_label){own, (uint32_t)list->n};
		list->n++;
	}
}

/* The set of the labels of a sample, by its number among the sets. */
static uint32_t add_set(struct pp_content_samples *s, struct pp_wire message,
			struct label_list *list)
{
	collect_labels(s, message, list);
	if (list->n > 1)
		qsort(list->item, list->n, sizeof(*list->item), compare_labels);
	pp_buf_clear(&list->bytes);
	for (size_t i = 0; i < list->n; i++) {
		const struct pp_content_label *l = &list->item[i].label;
		struct packed_label packed = {.key = htobe32(l->key),
					      .str = htobe32(l->str),
					      .unit = htobe32(l->unit),
					      .num = htobe64((uint64_t)l->num)};

		pp_buf_add(&list->bytes, &packed, sizeof(packed));
	}
	return pp_strtab_add(&s->sets, pp_buf_view(&list->bytes));
}

static void add_sample(struct pp_content_samples *s, const struct pp_sample *sample,
		       struct label_list *list)
{
	const uint32_t *rank = s->order->locations.rank;
	size_t n = STACK + sample->nlocations + 2 * (size_t)s->p->nsample_types;
	struct pp_content_row *row = &s->rows[s->n++];

	s->words = pp_grow(s->words, &s->cap, s->nwords + n, sizeof(*s->words));
	uint32_t *record = s->words + s->nwords;
	record[DEPTH] = sample->nlocations;
	record[SET] = add_set(s, sample->label, list);
	for (uint32_t i = 0; i < sample->nlocations; i++)
		record[STACK + i] = htobe32(rank[sample->locations[i]]);
	if (s->p->nsample_types)
		memcpy(record + STACK + sample->nlocations, sample->values,
		       s->p->nsample_types * sizeof(int64_t));
	row->at = s->nwords;
	for (uint32_t i = 0; i < 2; i++) {
		row->prefix <<= 32;
		if (i < sample->nlocations) /* + 1: a shorter stack comes first */
			row->prefix |= (uint64_t)rank[sample->locations[i]] + 1;
	}
	s->nwords += n;
}

static int compare_rows(const void *a, const void *b, void *context)
{
	const struct pp_content_row *x = a, *y = b;
	const struct pp_content_samples *s = context;
	const uint32_t *p = s->words + x->at, *q = s->words + y->at;

	if (x->prefix != y->prefix)
		return x->prefix < y->prefix ? -1 : 1;
	int c = pp_str_cmp((struct pp_str){(const char *)(p + STACK), p[DEPTH] * sizeof(*p)},
			   (struct pp_str){(const char *)(q + STACK), q[DEPTH] * sizeof(*q)});
	if (c == 0 && p[SET] != q[SET])
		c = pp_str_cmp(pp_strtab_get(&s->sets, p[SET]), pp_strtab_get(&s->sets, q[SET]));
	for (uint32_t i = 0; c == 0 && i < s->p->nsample_types; i++) {
		int64_t v, w;

		memcpy(&v, p + STACK + p[DEPTH] + 2 * i, sizeof(v));
		memcpy(&w, q + STACK + q[DEPTH] + 2 * i, sizeof(w));
		c = v < w ? -1 : v > w;
	}
	return c;
}

void pp_content_samples_init(struct pp_content_samples *s, const struct pp_profile *p,
			     const struct pp_content_order *order)
{
	struct label_list list = {0};
	struct pp_sample_iter it;
	struct pp_sample sample;

	*s = (struct pp_content_samples){.p = p, .order = order};
	pp_strtab_init(&s->sets);
	s->rows = pp_xcalloc(pp_alloc_size(p->nsamples), sizeof(*s->rows));
	for (uint32_t range = 0; range < p->nranges; range++) {
		pp_samples_begin(&it, p, range);
		while (pp_samples_next(&it, &sample))
			add_sample(s, &sample, &list);
		pp_samples_release(&it);
	}
	free(list.item);
	pp_buf_release(&list.bytes);
	if (s->n)
		qsort_r(s->rows, s->n, sizeof(*s->rows), compare_rows, s);
}

void pp_content_samples_release(struct pp_content_samples *s)
{
	free(s->words);
	free(s->rows);
	pp_strtab_release(&s->sets);
}

struct pp_content_sample pp_content_samples_get(const struct pp_content_samples *s, uint64_t i)
{
	const uint32_t *record = s->words + s->rows[i].at;

	return (struct pp_content_sample){.stack = record + STACK,
					  .depth = record[DEPTH],
					  .values = record + STACK + record[DEPTH],
					  .set = record[SET]};
}

uint32_t pp_content_location(const struct pp_content_sample *sample, uint32_t i)
{
	return be32toh(sample->stack[i]);
}

int64_t pp_content_value(const struct pp_content_sample *sample, uint32_t i)
{
	int64_t v;

	memcpy(&v, sample->values + 2 * (size_t)i, sizeof(v));
	return v;
}

uint32_t pp_content_labels(const struct pp_content_samples *s, uint32_t set)
{
	return (uint32_t)(pp_strtab_get(&s->sets, set).n / sizeof(struct packed_label));
}

struct pp_content_label pp_content_label(const struct pp_content_samples *s, uint32_t set,
					 uint32_t i)
{
	struct packed_label packed;

	memcpy(&packed, pp_strtab_get(&s->sets, set).p + i * sizeof(packed), sizeof(packed));
	return (struct pp_content_label){.key = be32toh(packed.key),
					 .str = be32toh(packed.str),
					 .unit = be32toh(packed.unit),
					 .num = (int64_t)be64toh(packed.num)};
}
