/* SPDX-License-Identifier: Apache-2.0 */
/* What is not shared: which samples a profile has, and their values. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "archive/fields.h"
#include "archive/segment_emit.h"
#include "base/alloc.h"
#include "base/magnitude.h"

/* The rows of a profile in the order of the file. */
struct row {
	uint32_t sample;
	const int64_t *values;
};

static int compare_rows(const void *a, const void *b, void *ntypes)
{
	const struct row *x = a, *y = b;

	if (x->sample != y->sample)
		return x->sample < y->sample ? -1 : 1;
	for (uint32_t i = 0; i < *(const uint32_t *)ntypes; i++) {
		if (x->values[i] != y->values[i])
			return x->values[i] < y->values[i] ? -1 : 1;
	}
	return 0;
}

static void sort_rows(const struct pp_segment_emit *e, const struct pp_segment_profile *p,
		      const uint32_t *samples, const int64_t *values, uint32_t ntypes,
		      struct row *rows)
{
	for (size_t i = 0; i < p->nrows; i++)
		rows[i] = (struct row){e->n.samples.to[samples[i]], values + i * ntypes};
	if (p->nrows)
		qsort_r(rows, p->nrows, sizeof(*rows), compare_rows, &ntypes);
}

/* The whole number that all values of a type are of the first type's: 0 if there is none. */
static int64_t ratio(const struct row *rows, uint64_t n, uint32_t type)
{
	int64_t r = 0;

	for (uint64_t i = 0; i < n; i++) {
		int64_t first = rows[i].values[0], v = rows[i].values[type];

		if (r == 0 && first && first != -1 && v % first == 0)
			r = v / first;
		if (r == 0 || pp_wrap_mul(first, r) != v)
			return 0;
	}
	return r;
}

/* A column of values in both ways, the shorter of which is kept. */
struct column {
	struct pp_buf plain, changes;
	int64_t *last; /* by sample */
};

struct columns {
	struct column *column;
	uint32_t n;
	struct pp_buf rows; /* samples as differences */
};

static void put_row_values(struct columns *c, const struct row *rows, uint64_t n, uint32_t type)
{
	struct column *to = &c->column[type];

	for (uint64_t i = 0; i < n; i++) {
		int64_t v = rows[i].values[type], *last = &to->last[rows[i].sample];

		pp_put_signed(&to->plain, v);
		pp_put_signed(&to->changes, pp_wrap_sub(v, *last));
		*last = v;
	}
}

static void put_profile(struct pp_segment_emit *e, struct columns *c,
			const struct pp_segment_profile *p, const struct row *rows, uint32_t ntypes)
{
	uint32_t before = 0;

	for (uint64_t i = 0; i < p->nrows; i++) {
		pp_wire_put_varint(&c->rows, rows[i].sample - before);
		before = rows[i].sample;
	}
	for (uint32_t type = 0; type < ntypes; type++) {
		int64_t r = type ? ratio(rows, p->nrows, type) : 0;

		if (type)
			pp_put_signed(&e->raw, r);
		if (r == 0)
			put_row_values(c, rows, p->nrows, type);
	}
}

static void put_extra(struct pp_segment_emit *e, const struct pp_segment_profile *p,
		      const uint32_t *extra)
{
	pp_wire_put_varint(&e->raw, p->nextra_locations);
	pp_wire_put_varint(&e->raw, p->nextra_functions);
	for (uint32_t i = 0; i < p->nextra_locations; i++)
		pp_wire_put_varint(&e->raw, e->n.locations.to[*extra++]);
	for (uint32_t i = 0; i < p->nextra_functions; i++)
		pp_wire_put_varint(&e->raw, e->n.functions.to[*extra++]);
}

static void put_profiles(struct pp_segment_emit *e, struct columns *c)
{
	const struct pp_segment_writer *w = e->w;
	const uint32_t *samples = (const void *)w->rows.p, *extra = (const void *)w->extra.p;
	const int64_t *values = (const void *)w->values.p, *times = (const void *)w->times.p;
	PP_CLEANUP(pp_freep)
	struct row *rows = pp_xcalloc(w->rows.n / sizeof(*samples), sizeof(*rows));

	for (uint32_t i = 0; i < w->n; i++) {
		const struct pp_segment_profile *p = pp_emit_profile(w, i);
		const struct pp_entry *entry = pp_emit_entry(w, i);
		uint32_t ntypes = entry->series->ntypes;

		pp_wire_put_varint(&e->raw, p->header);
		pp_put_signed(&e->raw, pp_wrap_sub(times[i], entry->start));
		put_extra(e, p, extra);
		sort_rows(e, p, samples, values, ntypes, rows);
		put_profile(e, c, p, rows, ntypes);
		extra += p->nextra_locations + p->nextra_functions;
		samples += p->nrows;
		values += p->nrows * ntypes;
	}
	pp_emit_block(e, PP_SEGMENT_PROFILES, &e->raw);
	pp_emit_block(e, PP_SEGMENT_ROWS, &c->rows);
}

static void put_column(struct pp_segment_emit *e, struct column *c)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf plain = PP_BUF_INIT, changes = PP_BUF_INIT;

	pp_wire_put_varint(&plain, PP_SEGMENT_PLAIN);
	pp_buf_add(&plain, c->plain.p, c->plain.n);
	pp_wire_put_varint(&changes, PP_SEGMENT_CHANGES);
	pp_buf_add(&changes, c->changes.p, c->changes.n);

	size_t at = e->file->n;
	pp_segment_put(e->file, PP_SEGMENT_VALUES, &plain);
	size_t n = e->file->n;
	pp_segment_put(e->file, PP_SEGMENT_VALUES, &changes);
	if (e->file->n - n < n - at) {
		memmove(e->file->p + at, e->file->p + n, e->file->n - n);
		n = at + e->file->n - n;
	}
	e->file->n = n;
}

void pp_emit_rows(struct pp_segment_emit *e)
{
	struct columns c = {.n = 0};

	for (uint32_t i = 0; i < e->w->n; i++) {
		uint32_t n = pp_emit_entry(e->w, i)->series->ntypes;

		c.n = n > c.n ? n : c.n;
	}
	c.column = pp_xcalloc(c.n, sizeof(*c.column));
	for (uint32_t i = 0; i < c.n; i++)
		c.column[i].last = pp_xcalloc(e->n.samples.n, sizeof(*c.column[i].last));
	put_profiles(e, &c);
	for (uint32_t i = 0; i < c.n; i++) {
		put_column(e, &c.column[i]);
		pp_buf_release(&c.column[i].plain);
		pp_buf_release(&c.column[i].changes);
		free(c.column[i].last);
	}
	free(c.column);
	pp_buf_release(&c.rows);
}
