/* SPDX-License-Identifier: Apache-2.0 */
/* The sections of samples: sets of labels, what of each node is whose, and what happened when. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/magnitude.h"
#include "render/flame_block_state.h"

#define ROWS_MAX   1000000u
#define VALUES_MAX 8000000u /* of all rows */
#define TIMES_MAX  200000u

static const struct pp_str time_key = PP_STR_LIT("timestamp");

struct pair {
	uint32_t key, is_number, text, unit; /* key: of `keys`; texts: of the block */
	int64_t number;
};

struct row {
	uint32_t node, set, at; /* at: of its values */
};

struct moment {
	int64_t time, value;
	uint32_t node, set;
};

struct gatherer {
	struct pp_block_writer *w;
	uint32_t *text_of;  /* per string of the profile, its text in the block + 1; 0: none yet */
	struct pp_map keys; /* text -> position in key_texts */
	struct pp_buf key_texts; /* uint32_t */
	struct pp_strtab sets;	 /* of struct pair; 0 is the empty one */
	struct pp_buf pairs;	 /* of the current sample */

	struct pp_map row_of; /* node << 32 | set -> position in rows */
	struct row *rows;
	size_t nrows, rows_cap;
	int64_t *values; /* per row, one per type */
	size_t values_cap;
	bool too_many_rows;

	struct moment *times;
	size_t ntimes, times_cap;
};

static uint32_t text_of(struct gatherer *g, uint32_t string)
{
	if (!g->text_of[string])
		g->text_of[string] =
			pp_block_text(g->w, pp_profile_str(g->w->v->profile, string)) + 1;
	return g->text_of[string] - 1;
}

static uint32_t key_of(struct gatherer *g, uint32_t string)
{
	uint32_t text = text_of(g, string), n = (uint32_t)(g->key_texts.n / sizeof(text));
	uint32_t key = *pp_map_put(&g->keys, text, n);

	if (key == n)
		pp_buf_add(&g->key_texts, &text, sizeof(text));
	return key;
}

/* Any order will do that is the same everywhere. */
static int compare_pairs(const void *x, const void *y)
{
	const struct pair *a = x, *b = y;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	if (a->is_number != b->is_number)
		return a->is_number < b->is_number ? -1 : 1;
	if (a->text != b->text)
		return a->text < b->text ? -1 : 1;
	if (a->unit != b->unit)
		return a->unit < b->unit ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

/* The label timestamp of a sample, which is in no set. */
static bool is_time(const struct gatherer *g, const struct pp_label *l, int64_t *time)
{
	if (l->str || !pp_str_eq(pp_profile_str(g->w->v->profile, l->key), time_key))
		return false;
	*time = l->num;
	return true;
}

/* The set of the sample's labels; *timed, if it has a time. */
static uint32_t set_of(struct gatherer *g, const struct pp_sample *s, bool *timed, int64_t *time)
{
	struct pp_wire labels = s->label;
	struct pp_label l;

	*timed = false;
	pp_buf_clear(&g->pairs);
	while (pp_filter_next_label(g->w->v->filter, &labels, &l)) {
		if (is_time(g, &l, time)) {
			*timed = true;
			continue;
		}
		if (!g->w->o->labels)
			continue;
		struct pair p = {.key = key_of(g, l.key),
				 .is_number = l.str == 0,
				 .text = l.str ? text_of(g, l.str) : 0,
				 .unit = l.str ? 0 : text_of(g, l.unit),
				 .number = l.str ? 0 : l.num};
		pp_buf_add(&g->pairs, &p, sizeof(p));
	}
	if (g->pairs.n > sizeof(struct pair))
		qsort(g->pairs.p, g->pairs.n / sizeof(struct pair), sizeof(struct pair),
		      compare_pairs);
	/* each sample may be its own: then they help nobody */
	if (g->too_many_rows && g->sets.count > ROWS_MAX)
		return 0;
	return pp_strtab_add(&g->sets, pp_buf_view(&g->pairs));
}

static void add_row(struct gatherer *g, uint32_t node, uint32_t set, const int64_t *values)
{
	uint32_t ntypes = g->w->f->ntypes;
	uint32_t at = *pp_map_put(&g->row_of, (uint64_t)node << 32 | set, (uint32_t)g->nrows);

	if (at == g->nrows) {
		if (at == ROWS_MAX || ((size_t)at + 1) * ntypes > VALUES_MAX) {
			g->too_many_rows = true;
			return;
		}
		g->rows = pp_grow(g->rows, &g->rows_cap, g->nrows + 1, sizeof(*g->rows));
		g->values = pp_grow(g->values, &g->values_cap, (g->nrows + 1) * ntypes,
				    sizeof(*g->values));
		memset(&g->values[(size_t)at * ntypes], 0, ntypes * sizeof(*g->values));
		g->rows[g->nrows++] = (struct row){node, set, at};
	}
	int64_t *sums = &g->values[(size_t)at * ntypes];
	for (uint32_t i = 0; i < ntypes; i++)
		sums[i] = pp_wrap_add(sums[i], values[i]);
}

static void gather(struct gatherer *g, const struct pp_sample *s, uint32_t node)
{
	int64_t time = 0, value = s->values[g->w->o->measure.type];
	bool timed;
	uint32_t set = set_of(g, s, &timed, &time);

	if (g->w->o->labels && !g->too_many_rows)
		add_row(g, node, set, s->values);
	if (g->w->o->times && timed && value) {
		g->times = pp_grow(g->times, &g->times_cap, g->ntimes + 1, sizeof(*g->times));
		g->times[g->ntimes++] = (struct moment){time, value, node, set};
	}
}

static void gather_all(struct gatherer *g)
{
	const struct pp_profile *p = g->w->v->profile;
	const uint32_t *node = g->w->f->sample_node;
	struct pp_sample_iter it;
	struct pp_sample s;

	for (uint32_t range = 0; range < p->nranges; range++) {
		pp_samples_begin(&it, p, range);
		while (pp_samples_next(&it, &s)) {
			if (*node != PP_NONE)
				gather(g, &s, *node);
			node++;
		}
		pp_samples_release(&it);
	}
}

/* Whether any sample has a label; without unpacking stacks, since most profiles have none. */
static bool has_labels(const struct pp_profile *p)
{
	struct pp_sample_iter it;
	struct pp_wire message;
	struct pp_label l;
	bool found = false;

	for (uint32_t range = 0; range < p->nranges && !found; range++) {
		pp_samples_begin(&it, p, range);
		while (!found && pp_samples_next_message(&it, &message))
			found = pp_labels_next(&message, &l);
		pp_samples_release(&it);
	}
	return found;
}

static void put_sets(struct gatherer *g)
{
	struct pp_block_writer *w = g->w;
	uint32_t nkeys = (uint32_t)(g->key_texts.n / sizeof(uint32_t));
	const uint32_t *keys = (const void *)g->key_texts.p;

	pp_block_open(w, "LABL");
	pp_block_number(w, nkeys);
	for (uint32_t i = 0; i < nkeys; i++)
		pp_block_number(w, keys[i]);
	pp_block_number(w, g->sets.count);
	for (uint32_t i = 0; i < g->sets.count; i++) {
		struct pp_str set = pp_strtab_get(&g->sets, i);
		struct pair p;

		pp_block_number(w, set.n / sizeof(p));
		for (size_t at = 0; at < set.n; at += sizeof(p)) {
			memcpy(&p, set.p + at, sizeof(p));
			pp_block_number(w, p.key);
			pp_block_number(w, p.is_number);
			if (p.is_number)
				pp_block_signed(w, p.number);
			else
				pp_block_number(w, p.text);
			pp_block_number(w, p.unit);
		}
	}
	pp_block_close(w);
}

static int compare_rows(const void *x, const void *y)
{
	const struct row *a = x, *b = y;

	if (a->node != b->node)
		return a->node < b->node ? -1 : 1;
	return a->set < b->set ? -1 : a->set > b->set;
}

static void put_rows(struct gatherer *g)
{
	struct pp_block_writer *w = g->w;
	uint32_t ntypes = w->f->ntypes, before = 0;

	if (g->nrows)
		qsort(g->rows, g->nrows, sizeof(*g->rows), compare_rows);
	pp_block_open(w, "LROW");
	pp_block_number(w, g->nrows);
	for (size_t i = 0; i < g->nrows; i++) {
		const struct row *r = &g->rows[i];

		pp_buf_reserve(&w->body, ((size_t)ntypes + 2) * PP_WIRE_VARINT_MAX);
		uint8_t *p = (uint8_t *)w->body.p + w->body.n;
		p = pp_wire_write_varint(p, r->node - before);
		p = pp_wire_write_varint(p, r->set);
		for (uint32_t k = 0; k < ntypes; k++)
			p = pp_wire_write_varint(
				p, pp_block_fold(g->values[(size_t)r->at * ntypes + k]));
		w->body.n = (size_t)(p - (uint8_t *)w->body.p);
		before = r->node;
	}
	pp_block_close(w);
}

static int compare_identity(const struct moment *a, const struct moment *b)
{
	if (a->node != b->node)
		return a->node < b->node ? -1 : 1;
	return a->set < b->set ? -1 : a->set > b->set;
}

static int compare_moments(const void *x, const void *y)
{
	const struct moment *a = x, *b = y;
	int c;

	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	c = compare_identity(a, b);
	/* so that the order of equal ones is of no account */
	return c ? c : a->value < b->value ? -1 : a->value > b->value;
}

/* Before they are merged: what may become one is side by side. */
static int compare_in_bins(const void *x, const void *y, void *context)
{
	const struct moment *a = x, *b = y;
	const uint64_t *grid = context; /* origin and width */
	uint64_t in_a = ((uint64_t)a->time - grid[0]) / grid[1];
	uint64_t in_b = ((uint64_t)b->time - grid[0]) / grid[1];
	int c;

	if (in_a != in_b)
		return in_a < in_b ? -1 : 1;
	c = compare_identity(a, b);
	return c ? c : a->time < b->time ? -1 : a->time > b->time;
}

/* Make one of those of a node and set within a bin; it keeps the time of the first. */
static void merge_in_bins(struct gatherer *g, uint64_t grid[2])
{
	size_t n = 0;

	qsort_r(g->times, g->ntimes, sizeof(*g->times), compare_in_bins, grid);
	for (size_t i = 0; i < g->ntimes; i++) {
		struct moment *last = n ? &g->times[n - 1] : NULL;
		const struct moment *m = &g->times[i];

		if (last && compare_identity(last, m) == 0 &&
		    ((uint64_t)last->time - grid[0]) / grid[1] ==
			    ((uint64_t)m->time - grid[0]) / grid[1])
			last->value = pp_wrap_add(last->value, m->value);
		else
			g->times[n++] = *m;
	}
	g->ntimes = n;
}

/* In order, and no more than there may be: coarser if need be, or none at all. */
static void settle_times(struct gatherer *g)
{
	uint64_t span, grid[2];

	if (g->ntimes == 0)
		return;
	qsort(g->times, g->ntimes, sizeof(*g->times), compare_moments);
	if (g->ntimes <= TIMES_MAX)
		return;
	grid[0] = (uint64_t)g->times[0].time;
	span = (uint64_t)g->times[g->ntimes - 1].time - grid[0];
	for (grid[1] = span / TIMES_MAX + 1; g->ntimes > TIMES_MAX; grid[1] *= 2) {
		merge_in_bins(g, grid);
		if (grid[1] > span / 2)
			break; /* all is in one bin, or in two */
	}
	if (g->ntimes > TIMES_MAX)
		g->ntimes = 0;
	qsort(g->times, g->ntimes, sizeof(*g->times), compare_moments);
}

static void put_times(struct gatherer *g)
{
	struct pp_block_writer *w = g->w;
	uint64_t before = (uint64_t)g->times[0].time;
	int64_t node = 0;

	pp_block_open(w, "TIME");
	pp_block_number(w, g->ntimes);
	pp_block_signed(w, (int64_t)before);
	for (size_t i = 0; i < g->ntimes; i++) {
		const struct moment *m = &g->times[i];

		pp_block_number(w, (uint64_t)m->time - before);
		pp_block_signed(w, (int64_t)m->node - node);
		pp_block_number(w, m->set);
		pp_block_signed(w, m->value);
		before = (uint64_t)m->time;
		node = m->node;
	}
	pp_block_close(w);
}

void pp_block_put_samples(struct pp_block_writer *w)
{
	struct gatherer g = {.w = w};

	if (!w->f->sample_node || (!w->o->labels && !w->o->times) || !has_labels(w->v->profile))
		return;
	g.text_of = pp_xcalloc(w->v->profile->nstrings, sizeof(*g.text_of));
	pp_strtab_init(&g.sets);
	gather_all(&g);
	settle_times(&g);
	if (g.sets.count > 1 && (g.ntimes || !g.too_many_rows)) {
		put_sets(&g);
		if (!g.too_many_rows)
			put_rows(&g);
	}
	if (g.ntimes)
		put_times(&g);

	free(g.text_of);
	free(g.rows);
	free(g.values);
	free(g.times);
	pp_map_release(&g.keys);
	pp_map_release(&g.row_of);
	pp_buf_release(&g.key_texts);
	pp_strtab_release(&g.sets);
	pp_buf_release(&g.pairs);
}
