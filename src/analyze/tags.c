/* SPDX-License-Identifier: Apache-2.0 */
/* Counting by numbers: pairs of key and text have theirs from the survey; numeric labels get one
 * from a table of each thread. */
#include <config.h>

#include "analyze/tags.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/magnitude.h"
#include "base/map.h"
#include "base/parallel.h"
#include "profile/walk.h"

struct tally {
	int64_t sum;
	bool seen; /* it may be, with a sum of 0 */
};

struct number {
	uint64_t key; /* in labels->keys */
	int64_t value;
};

struct pass {
	PP_PER_WORKER const struct pp_view *view;
	const struct pp_labels *labels;
	struct tally *pairs;	  /* as labels->pairs */
	struct pp_strtab numbers; /* struct number; number n is n + 1 */
	int64_t *sums;		  /* of numbers */
	size_t sums_cap, nsums;
	struct pp_total total;
};

static void count_number(struct pass *p, const struct pp_label *label, int64_t value)
{
	struct number n = {pp_labels_key(p->labels, label->key), label->num};
	size_t id = pp_strtab_add(&p->numbers, (struct pp_str){(char *)&n, sizeof(n)}) - 1;

	if (id == p->nsums) {
		p->sums = pp_grow(p->sums, &p->sums_cap, id + 1, sizeof(*p->sums));
		p->sums[id] = 0;
		p->nsums++;
	}
	p->sums[id] = pp_wrap_add(p->sums[id], value);
}

static void visit(void *context, unsigned worker, struct pp_sample *s)
{
	struct pass *p = &((struct pass *)context)[worker];
	const struct pp_view *v = p->view;
	struct pp_wire labels = s->label;
	struct pp_label label;

	if (!v->relative)
		pp_total_add(&p->total, v, s);
	if (!pp_filter_sample(v->filter, s))
		return;
	if (v->relative)
		pp_total_add(&p->total, v, s);
	while (pp_filter_next_label(v->filter, &labels, &label)) {
		if (label.str == 0) {
			count_number(p, &label, s->values[v->index]);
			continue;
		}

		struct tally *t = &p->pairs[pp_labels_pair(p->labels, label.key, label.str)];
		t->sum = pp_wrap_add(t->sum, s->values[v->index]);
		t->seen = true;
	}
}

/* Putting the threads' tables together. Equal texts may stand in the profile more than once, so
 * texts are found by their bytes. */
struct joiner {
	struct pp_tags *tags;
	size_t cap;
	struct pp_strtab known; /* key and text, or key and number; tag n is n + 1 */
	struct pp_buf scratch;
};

static void join_tag(struct joiner *j, const struct pp_tag *tag)
{
	struct pp_tags *t = j->tags;
	struct number number = {tag->key, tag->number};

	pp_buf_clear(&j->scratch);
	pp_buf_char(&j->scratch, tag->is_number ? 'n' : 't');
	pp_buf_add(&j->scratch, &number, sizeof(number));
	pp_buf_add(&j->scratch, tag->text.p, tag->text.n);

	size_t id = pp_strtab_add(&j->known, pp_buf_view(&j->scratch)) - 1;
	if (id < t->n) {
		t->all[id].sum = pp_wrap_add(t->all[id].sum, tag->sum);
		return;
	}
	t->all = pp_grow(t->all, &j->cap, id + 1, sizeof(*t->all));
	t->all[id] = *tag;
	t->n++;
}

static void join_pass(struct joiner *j, const struct pass *p)
{
	const struct pp_labels *l = p->labels;

	for (uint32_t i = 0; i < l->npairs; i++) {
		const struct pp_label_pair *pair = &l->pairs[i];

		if (p->pairs[i].seen)
			join_tag(j, &(struct pp_tag){
					    .key = pp_labels_key(l, pair->key),
					    .text = pp_profile_str(p->view->profile, pair->str),
					    .sum = p->pairs[i].sum});
	}
	for (size_t i = 0; i < p->nsums; i++) {
		struct number n;

		memcpy(&n, pp_strtab_get(&p->numbers, (uint32_t)i + 1).p, sizeof(n));
		join_tag(j, &(struct pp_tag){.key = (uint32_t)n.key,
					     .is_number = true,
					     .number = n.value,
					     .sum = p->sums[i]});
	}
	pp_total_join(&j->tags->total, &p->total);
}

static int compare_tags(const void *x, const void *y, void *labels)
{
	const struct pp_tag *a = x, *b = y;
	const struct pp_label_key *keys = ((const struct pp_labels *)labels)->keys;
	uint64_t sum_a = (uint64_t)pp_magnitude(a->sum), sum_b = (uint64_t)pp_magnitude(b->sum);

	if (a->key != b->key)
		return pp_str_cmp(keys[a->key].name, keys[b->key].name);
	if (sum_a != sum_b)
		return sum_a > sum_b ? -1 : 1;
	if (a->is_number != b->is_number)
		return a->is_number ? 1 : -1;
	if (a->is_number)
		return (a->number > b->number) - (a->number < b->number);
	return pp_str_cmp(a->text, b->text);
}

static void begin(struct pass *p, const struct pp_view *v, const struct pp_tags *t)
{
	*p = (struct pass){.view = v, .labels = t->labels, .total = t->total};
	p->pairs = pp_xcalloc(t->labels->npairs, sizeof(*p->pairs));
	pp_strtab_init(&p->numbers);
}

static void end(struct pass *p)
{
	free(p->pairs);
	free(p->sums);
	pp_strtab_release(&p->numbers);
}

void pp_tags_init(struct pp_tags *t, const struct pp_view *v, const struct pp_labels *labels)
{
	struct joiner joiner = {.tags = t};
	struct pass pass[PP_PARALLEL_MAX];
	unsigned workers = pp_walk_workers(v->profile);

	*t = (struct pp_tags){.labels = labels};
	pp_total_init(&t->total, v);
	for (unsigned i = 0; i < workers; i++)
		begin(&pass[i], v, t);
	pp_walk(v->profile, workers, visit, pass);
	pp_strtab_init(&joiner.known);
	for (unsigned i = 0; i < workers; i++) {
		join_pass(&joiner, &pass[i]);
		end(&pass[i]);
	}
	pp_strtab_release(&joiner.known);
	pp_buf_release(&joiner.scratch);
	if (t->n)
		qsort_r(t->all, t->n, sizeof(*t->all), compare_tags, (void *)(uintptr_t)labels);
}

void pp_tags_release(struct pp_tags *t)
{
	free(t->all);
	*t = (struct pp_tags){0};
}

size_t pp_tags_key_end(const struct pp_tags *t, size_t from)
{
	size_t to = from;

	while (to < t->n && t->all[to].key == t->all[from].key)
		to++;
	return to;
}

int64_t pp_tags_sum(const struct pp_tags *t, size_t from, size_t to)
{
	int64_t sum = 0;

	for (; from < to; from++)
		sum = pp_wrap_add(sum, t->all[from].sum);
	return sum;
}
