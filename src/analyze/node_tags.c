/* SPDX-License-Identifier: Apache-2.0 */
/* One pass in file order, which decides what stands for numbers that are printed alike. */
#include <config.h>

#include "analyze/node_tags.h"

#include <stdlib.h>

#include "analyze/tag_sets.h"
#include "base/alloc.h"
#include "base/magnitude.h"
#include "base/units.h"
#include "profile/merge.h"
#include "profile/walk.h"

static const struct pp_str bytes_key = PP_STR_LIT("bytes");

/* What a row has of one label or number. */
struct cell {
	uint32_t row;
	struct pp_node_tag tag; /* text: of a number, only known at the end */
};

struct cells {
	struct cell *all;
	uint32_t n;
	size_t cap;
	struct pp_map index; /* row << 32 | label or number */
};

struct pass {
	const struct pp_view *view;
	const struct pp_node_tags_options *o;
	struct pp_node_tags *tags;
	struct pp_tag_sets sets;
	struct cells labels, numbers;
	struct pp_strtab number_keys; /* struct number */
	uint32_t *seen;		      /* per row: the last sample that was counted for it */
	uint32_t epoch;
	bool full;
	/* of the current sample */
	int64_t value, div;
	uint32_t set;
	int64_t *found; /* numbers */
	size_t nfound, found_cap;
	uint32_t *rows; /* that it touches */
	size_t nrows, rows_cap;
	uint32_t leaf; /* the row of its last frame, or PP_NONE */
};

struct number {
	uint32_t labels, unused;
	int64_t value;
};

static void take_row(struct pass *p, uint32_t place)
{
	uint32_t row = p->o->row_of[place];

	p->leaf = row;
	if (row == PP_NONE || p->seen[row] == p->epoch)
		return;
	p->seen[row] = p->epoch;
	p->rows = pp_grow(p->rows, &p->rows_cap, p->nrows + 1, sizeof(*p->rows));
	p->rows[p->nrows++] = row;
}

/* The rows of a stack, and which of them its last frame is. */
static void find_rows(struct pass *p, const struct pp_sample *s)
{
	const struct pp_calltree *tree = p->o->tree;
	uint32_t at = PP_NONE;

	p->epoch++;
	p->nrows = 0;
	p->leaf = PP_NONE;
	for (uint32_t i = s->nlocations; i-- > 0;) {
		uint32_t n;
		const uint32_t *nodes = pp_frames_of(p->view->frames, s->locations[i], &n);

		for (uint32_t k = n; k-- > 0;) {
			at = tree ? pp_calltree_find(tree, at, nodes[k]) : nodes[k];
			take_row(p, at);
		}
	}
}

static struct pp_node_tag *put_cell(struct pass *p, struct cells *c, uint32_t row, uint32_t what)
{
	uint32_t i = *pp_map_put(&c->index, (uint64_t)row << 32 | what, c->n);

	if (i < c->n)
		return &c->all[i].tag;
	p->full |= c->n >= PP_NODE_TAGS_MAX;
	c->all = pp_grow(c->all, &c->cap, (size_t)c->n + 1, sizeof(*c->all));
	c->all[c->n] = (struct cell){.row = row};
	return &c->all[c->n++].tag;
}

/* Count the current sample for one label or number in all its rows. */
static void count(struct pass *p, struct cells *c, uint32_t what, const struct pp_node_tag *tag)
{
	for (size_t i = 0; i < p->nrows; i++) {
		struct pp_node_tag *t = put_cell(p, c, p->rows[i], what);

		t->text = tag->text;
		t->labels = tag->labels;
		t->value = tag->value;
		t->cum = pp_wrap_add(t->cum, p->value);
		t->cum_div = pp_wrap_add(t->cum_div, p->div);
		if (p->rows[i] == p->leaf) {
			t->flat = pp_wrap_add(t->flat, p->value);
			t->flat_div = pp_wrap_add(t->flat_div, p->div);
		}
	}
}

static void count_number(struct pass *p, int64_t value)
{
	struct number key = {.labels = p->set, .value = value};
	struct pp_node_tag tag = {.labels = p->set, .value = value};
	struct pp_str bytes = {(const char *)&key, sizeof(key)};

	count(p, &p->numbers, pp_strtab_add(&p->number_keys, bytes), &tag);
}

/* The first unit of the numbers holds for all of them, also where samples are filtered out. */
static void look_for_unit(struct pass *p, const struct pp_sample *s)
{
	struct pp_wire labels = s->label;
	struct pp_label label;

	while (p->tags->unit.n == 0 && pp_labels_next(&labels, &label)) {
		if (!label.str && pp_str_eq(pp_profile_str(p->view->profile, label.key), bytes_key))
			p->tags->unit = pp_profile_str(p->view->profile, label.unit);
	}
}

/* Collect the labels of a sample; false if there is nothing of interest. */
static bool find_labels(struct pass *p, const struct pp_sample *s)
{
	struct pp_wire labels = s->label;
	struct pp_label label;

	p->nfound = 0;
	while (pp_filter_next_label(p->view->filter, &labels, &label)) {
		struct pp_str key = pp_profile_str(p->view->profile, label.key);

		if (label.str && !pp_str_eq(key, PP_STR_LIT(PP_BASE_LABEL)))
			pp_tag_sets_add(&p->sets, &label);
		if (label.str || !pp_str_eq(key, bytes_key))
			continue;
		p->found = pp_grow(p->found, &p->found_cap, p->nfound + 1, sizeof(*p->found));
		p->found[p->nfound++] = label.num;
	}
	p->set = pp_tag_sets_end(&p->sets);
	p->full |= p->sets.full;
	return p->set || p->nfound;
}

static void visit(void *context, unsigned worker PP_UNUSED, struct pp_sample *s)
{
	struct pass *p = context;
	const struct pp_view *v = p->view;
	struct pp_node_tag tag;

	p->value = s->values[v->index];
	p->div = v->mean ? s->values[0] : 0;
	look_for_unit(p, s);
	if ((!p->value && !p->div) || p->full || !find_labels(p, s) ||
	    !pp_filter_sample(v->filter, s))
		return;
	find_rows(p, s);
	tag = (struct pp_node_tag){.text = p->set};
	if (p->set)
		count(p, &p->labels, p->set, &tag);
	for (size_t i = 0; i < p->nfound; i++)
		count_number(p, p->found[i]);
}

/* Give numbers their texts, and join those of a row that have the same. */
static void join_numbers(struct pass *p)
{
	struct cells old = p->numbers;
	struct pp_node_tags *t = p->tags;
	char text[PP_QTY_MAX];

	p->numbers = (struct cells){0};
	for (uint32_t i = 0; i < old.n; i++) {
		const struct cell *from = &old.all[i];
		struct number key = {.labels = from->tag.labels};

		pp_units_label(text, from->tag.value, t->unit, p->o->unit);
		key.value = pp_strtab_add(&t->texts, pp_str_of(text));
		struct pp_str bytes = {(const char *)&key, sizeof(key)};
		struct pp_node_tag *to =
			put_cell(p, &p->numbers, from->row, pp_strtab_add(&p->number_keys, bytes));
		if (!to->text) {
			*to = from->tag;
			to->text = (uint32_t)key.value;
			continue;
		}
		to->flat = pp_wrap_add(to->flat, from->tag.flat);
		to->cum = pp_wrap_add(to->cum, from->tag.cum);
		to->flat_div = pp_wrap_add(to->flat_div, from->tag.flat_div);
		to->cum_div = pp_wrap_add(to->cum_div, from->tag.cum_div);
	}
	free(old.all);
	pp_map_release(&old.index);
}

/* Share the cells out to their rows, but those that are too small. */
static struct pp_node_tag *share_out(const struct cells *c, const struct pp_node_tags_options *o,
				     size_t **first)
{
	struct pp_node_tag *tags = pp_xcalloc(c->n, sizeof(*tags));
	size_t *at = pp_xcalloc((size_t)o->nrows + 2, sizeof(*at));
	bool *keep = pp_xcalloc(c->n, sizeof(*keep));

	for (uint32_t i = 0; i < c->n; i++) {
		const struct pp_node_tag *t = &c->all[i].tag;

		keep[i] = pp_magnitude(t->flat) >= o->cutoff || pp_magnitude(t->cum) >= o->cutoff;
		at[c->all[i].row + 2] += keep[i];
	}
	for (uint32_t i = 2; i < o->nrows + 2; i++)
		at[i] += at[i - 1];
	for (uint32_t i = 0; i < c->n; i++) {
		if (keep[i])
			tags[at[c->all[i].row + 1]++] = c->all[i].tag;
	}
	free(keep);
	*first = at;
	return tags;
}

static void end_pass(struct pass *p)
{
	pp_tag_sets_release(&p->sets);
	pp_strtab_release(&p->number_keys);
	free(p->labels.all);
	free(p->numbers.all);
	pp_map_release(&p->labels.index);
	pp_map_release(&p->numbers.index);
	free(p->seen);
	free(p->found);
	free(p->rows);
}

int pp_node_tags_init(struct pp_node_tags *t, const struct pp_view *v,
		      const struct pp_node_tags_options *o, struct pp_err *err)
{
	struct pass p = {.view = v, .o = o, .tags = t};

	*t = (struct pp_node_tags){.nrows = o->nrows};
	pp_strtab_init(&t->texts);
	pp_strtab_init(&p.number_keys);
	pp_tag_sets_init(&p.sets, v->profile, &t->texts, PP_NODE_TAGS_TEXT);
	p.seen = pp_xcalloc(o->nrows, sizeof(*p.seen));
	pp_walk(v->profile, 1, visit, &p);
	if (t->unit.n == 0)
		t->unit = bytes_key;
	if (!p.full)
		join_numbers(&p);
	t->labels = share_out(&p.labels, o, &t->first_label);
	t->numbers = share_out(&p.numbers, o, &t->first_number);
	end_pass(&p);
	if (!p.full)
		return 0;
	pp_err_set(err, PP_ERR_LIMIT, "the samples have too many different labels to show");
	return pp_err_hint(err, "leave labels out with --taghide=REGEX, or all with --taghide=.");
}

void pp_node_tags_release(struct pp_node_tags *t)
{
	pp_strtab_release(&t->texts);
	free(t->labels);
	free(t->numbers);
	free(t->first_label);
	free(t->first_number);
	*t = (struct pp_node_tags){0};
}

static uint32_t count_flat(const struct pp_node_tag *tags, const size_t *first, uint32_t row)
{
	uint32_t count = 0;

	for (size_t i = first[row]; i < first[row + 1]; i++)
		count += tags[i].flat != 0;
	return count;
}

uint32_t pp_node_tags_count(const struct pp_node_tags *t, uint32_t row)
{
	return count_flat(t->labels, t->first_label, row) +
	       count_flat(t->numbers, t->first_number, row);
}

struct order {
	const struct pp_node_tags *tags;
	bool flat;
};

static int by_magnitude(int64_t a, int64_t b)
{
	a = pp_magnitude(a);
	b = pp_magnitude(b);
	return a > b ? -1 : a < b;
}

/* pprof has a backslash and an n between labels, and compares these. */
static int compare_texts(struct pp_str a, struct pp_str b)
{
	size_t i = 0;

	while (i < a.n && i < b.n && a.p[i] == b.p[i])
		i++;
	if (i == a.n || i == b.n)
		return a.n < b.n ? -1 : a.n > b.n;
	unsigned char ca = a.p[i] == '\n' ? '\\' : (unsigned char)a.p[i];
	unsigned char cb = b.p[i] == '\n' ? '\\' : (unsigned char)b.p[i];
	return ca < cb ? -1 : 1;
}

static int compare_tags(const void *x, const void *y, void *context)
{
	const struct pp_node_tag *a = x, *b = y;
	const struct order *o = context;
	int c = o->flat ? 0 : by_magnitude(a->cum, b->cum);

	if (c == 0)
		c = by_magnitude(a->flat, b->flat);
	if (c)
		return c;
	return compare_texts(pp_strtab_get(&o->tags->texts, a->text),
			     pp_strtab_get(&o->tags->texts, b->text));
}

void pp_node_tags_sort(const struct pp_node_tags *t, struct pp_node_tag *tags, size_t n, bool flat)
{
	struct order order = {t, flat};

	qsort_r(tags, n, sizeof(*tags), compare_tags, &order);
}
