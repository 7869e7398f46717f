/* SPDX-License-Identifier: Apache-2.0 */
/* Rows and values: the reverse of segment_rows.c. They are kept, or added up on the way. */
#include <config.h>

#include <stdlib.h>

#include "archive/segment_reading.h"
#include "base/alloc.h"
#include "base/magnitude.h"

static void read_extra(struct pp_segment_reading *r, struct pp_segment_entry *e)
{
	struct pp_segment *s = r->s;

	e->extra = pp_reading_count_numbers(s);
	e->nextra_locations = pp_field_count(&r->f);
	e->nextra_functions = pp_field_count(&r->f);
	for (uint32_t i = 0; i < e->nextra_locations && !r->f.bad; i++)
		pp_reading_add_number(s, pp_reading_below(&r->f, s->nlocations));
	for (uint32_t i = 0; i < e->nextra_functions && !r->f.bad; i++)
		pp_reading_add_number(s, pp_reading_below(&r->f, s->nfunctions));
}

/* Where rows and values of each are. */
int pp_reading_profiles(struct pp_segment_reading *r)
{
	struct pp_segment *s = r->s;
	size_t row = 0, value = 0;

	if (pp_reading_open_block(r, PP_SEGMENT_PROFILES))
		return -1;
	s->entries = pp_reading_array(r, (size_t)s->head.n + 1, sizeof(*s->entries));
	if (!s->entries)
		return -1;
	pp_buf_reserve(&s->ratios, 0); /* so that there is an address */
	for (uint32_t i = 0; i < s->head.n; i++) {
		const struct pp_entry *own = &s->head.entries[i];
		struct pp_segment_entry *e = &s->entries[i];

		e->row = row;
		e->value = value;
		e->ratio = s->ratios.n / sizeof(int64_t);
		e->header = pp_reading_below(&r->f, s->nheaders);
		e->time = pp_wrap_add(pp_field_signed(&r->f), own->start);
		read_extra(r, e);
		if (r->f.bad || s->headers[e->header].ntypes != own->series->ntypes ||
		    own->series->ntypes == 0 || own->samples > PP_SEGMENT_VALUES_MAX)
			return pp_reading_bad(r, "profiles");
		row += (size_t)own->samples;
		value += (size_t)own->samples * own->series->ntypes;
		if (value > PP_SEGMENT_VALUES_MAX)
			return pp_reading_bad(r, "number of values");
		for (uint32_t k = 1; k < own->series->ntypes; k++) {
			int64_t ratio = pp_field_signed(&r->f);

			pp_buf_add(&s->ratios, &ratio, sizeof(ratio));
		}
	}
	s->entries[s->head.n] = (struct pp_segment_entry){.row = row, .value = value};
	return pp_reading_close_block(r, "profiles");
}

/* The samples of n rows, in ascending order. */
static bool read_row_samples(struct pp_fields *fields, size_t n, uint32_t nsamples, uint32_t *to)
{
	struct pp_fields f = *fields;
	uint64_t sample = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t step = pp_field_number(&f);

		sample += step;
		if (step >= nsamples || sample >= nsamples)
			return false;
		to[i] = (uint32_t)sample;
	}
	*fields = f;
	return true;
}

static int read_samples_of_rows(struct pp_segment_reading *r)
{
	struct pp_segment *s = r->s;
	size_t n = s->entries[s->head.n].row;

	if (pp_reading_open_block(r, PP_SEGMENT_ROWS))
		return -1;
	if (n > r->raw.n)
		return pp_reading_bad(r, "rows");
	if (!s->rows)
		s->rows = pp_reading_array(r, n, sizeof(*s->rows));
	if (!s->rows)
		return -1;
	for (uint32_t i = 0; i < s->head.n; i++) {
		const struct pp_segment_entry *e = &s->entries[i];

		if (!read_row_samples(&r->f, e[1].row - e->row, s->nsamples, s->rows + e->row))
			return pp_reading_bad(r, "rows");
	}
	return pp_reading_close_block(r, "rows");
}

/* What becomes of values: they are kept, or, without a place for them, added up. */
struct target {
	int64_t *values; /* those of a row together */
	const bool *wanted;
	int64_t *sums; /* by sample, of ntypes each */
	bool *seen;
};

static const int64_t *ratios_of(const struct pp_segment *s, uint32_t i)
{
	return (const int64_t *)(const void *)s->ratios.p + s->entries[i].ratio;
}

/* The values of one type of one profile, and those that are multiples of them. `last`: the values
 * that samples had, or NULL. */
static void keep_values(struct pp_segment_reading *r, uint32_t i, uint32_t type, int64_t *last,
			int64_t *values)
{
	const struct pp_segment *s = r->s;
	uint32_t ntypes = s->head.entries[i].series->ntypes;
	const int64_t *ratio = ratios_of(s, i);
	const uint32_t *sample = s->rows + s->entries[i].row;
	uint64_t n = s->head.entries[i].samples;
	struct pp_fields f = r->f;
	int64_t *to = values + s->entries[i].value;

	for (uint64_t k = 0; k < n; k++, to += ntypes) {
		int64_t v = pp_field_signed(&f);

		if (last)
			v = last[sample[k]] = pp_wrap_add(last[sample[k]], v);
		to[type] = v;
		for (uint32_t t = 1; t < ntypes && type == 0; t++)
			to[t] = pp_wrap_mul(v, ratio[t - 1]);
	}
	r->f = f;
}

/* The same, added to what the samples have. */
static void add_values(struct pp_segment_reading *r, uint32_t i, uint32_t type, int64_t *last,
		       const struct target *to)
{
	const struct pp_segment *s = r->s;
	uint32_t ntypes = s->head.entries[i].series->ntypes;
	const int64_t *ratio = ratios_of(s, i);
	const uint32_t *sample = s->rows + s->entries[i].row;
	uint64_t n = s->head.entries[i].samples;
	struct pp_fields f = r->f;
	bool wanted = to->wanted[i];

	for (uint64_t k = 0; k < n; k++) {
		int64_t v = pp_field_signed(&f);
		uint32_t at = sample[k];

		if (last)
			v = last[at] = pp_wrap_add(last[at], v);
		if (!wanted)
			continue;
		int64_t *sum = to->sums + (size_t)at * ntypes;
		sum[type] = pp_wrap_add(sum[type], v);
		for (uint32_t t = 1; t < ntypes && type == 0; t++)
			sum[t] = pp_wrap_add(sum[t], pp_wrap_mul(v, ratio[t - 1]));
		to->seen[at] = true;
	}
	r->f = f;
}

/* *more: there is a column of a further type. */
static int read_column(struct pp_segment_reading *r, uint32_t type, const struct target *to,
		       bool *more)
{
	const struct pp_segment *s = r->s;
	PP_CLEANUP(pp_freep) int64_t *last = NULL;

	*more = false;
	if (pp_reading_open_block(r, PP_SEGMENT_VALUES))
		return -1;
	if (pp_reading_below(&r->f, PP_SEGMENT_CHANGES + 1) == PP_SEGMENT_CHANGES)
		last = pp_xcalloc(s->nsamples, sizeof(*last));
	for (uint32_t i = 0; i < s->head.n; i++) {
		uint32_t ntypes = s->head.entries[i].series->ntypes;

		*more |= type + 1 < ntypes;
		if (type >= ntypes || (type && ratios_of(s, i)[type - 1]))
			continue;
		if (to->values)
			keep_values(r, i, type, last, to->values);
		else
			add_values(r, i, type, last, to);
	}
	return pp_reading_close_block(r, "values");
}

static int read_columns(struct pp_segment_reading *r, const struct target *to)
{
	bool more = r->s->head.n > 0;

	for (uint32_t type = 0; more; type++) {
		if (read_column(r, type, to, &more))
			return -1;
	}
	return r->rest.n ? pp_reading_bad(r, "length") : 0;
}

static struct pp_segment_reading continued(struct pp_segment *s, struct pp_err *err)
{
	return (struct pp_segment_reading){
		.s = s, .rest = s->packed, .budget = s->budget, .err = err};
}

int pp_segment_read_rows(struct pp_segment *s, struct pp_err *err)
{
	struct pp_segment_reading r = continued(s, err);
	struct target to = {.values = NULL};
	int rc = read_samples_of_rows(&r);

	if (rc == 0) {
		s->values = pp_reading_array(&r, s->entries[s->head.n].value, sizeof(*s->values));
		to.values = s->values;
		rc = s->values ? read_columns(&r, &to) : -1;
	}
	pp_buf_release(&r.raw);
	return rc;
}

int pp_segment_add_rows(struct pp_segment *s, const bool *wanted, int64_t *sums, bool *seen,
			struct pp_err *err)
{
	const struct target to = {.wanted = wanted, .sums = sums, .seen = seen};
	struct pp_segment_reading r = continued(s, err);
	int rc = read_samples_of_rows(&r);

	if (rc == 0)
		rc = read_columns(&r, &to);
	pp_buf_release(&r.raw);
	return rc;
}
