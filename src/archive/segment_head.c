/* SPDX-License-Identifier: Apache-2.0 */
/* The first blocks, which say what entries there are. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "archive/fields.h"
#include "archive/magic.h"
#include "archive/segment.h"
#include "archive/segment_read.h"
#include "archive/segment_sources.h"
#include "base/alloc.h"
#include "base/magnitude.h"

static const enum pp_segment_kind kinds[] = {PP_SEGMENT_SUMMARY, PP_SEGMENT_ENTRIES,
					     PP_SEGMENT_IDS};

void pp_segment_head_release(struct pp_segment_head *h)
{
	free(h->entries);
	free(h->totals);
	free(h->sources);
	pp_names_release(&h->replaced);
	*h = (struct pp_segment_head){.n = 0};
}

static int bad(struct pp_err *err, const char *what)
{
	return pp_err_set(err, PP_ERR_FORMAT, "%s", what);
}

int pp_segment_head_size(const char *bytes, size_t n, uint64_t *size, struct pp_err *err)
{
	uint64_t at = PP_SEGMENT_MAGIC_SIZE;

	if (n < PP_SEGMENT_MAGIC_SIZE ||
	    memcmp(bytes, PP_SEGMENT_MAGIC, PP_SEGMENT_MAGIC_SIZE) != 0)
		return pp_other_magic((struct pp_str){bytes, n}, PP_SEGMENT_MAGIC, "a segment",
				      err);
	for (size_t i = 0; i < PP_ARRAY_LEN(kinds); i++) {
		struct pp_segment_block b;

		if (at + PP_SEGMENT_BLOCK_HEAD > n) {
			*size = at + PP_SEGMENT_BLOCK_HEAD;
			return 0;
		}
		if (pp_segment_block(&b, bytes + at, kinds[i], err))
			return -1;
		at += PP_SEGMENT_BLOCK_HEAD + (uint64_t)b.stored;
	}
	*size = at;
	return 0;
}

static void add_replaced(struct pp_names *names, struct pp_str s)
{
	names->name = pp_grow(names->name, &names->cap, names->n + 1, sizeof(*names->name));
	names->name[names->n++] = pp_xasprintf("%.*s", (int)s.n, s.p);
}

static int read_summary(struct pp_segment_head *h, struct pp_str raw, struct pp_series_pool *pool,
			const struct pp_series ***series, uint32_t *n, struct pp_err *err)
{
	struct pp_fields f;

	pp_fields_init(&f, raw);
	for (uint32_t i = pp_field_count(&f); i && !f.bad; i--)
		add_replaced(&h->replaced, pp_field_text(&f));
	*n = pp_field_count(&f);
	*series = pp_xcalloc(*n, sizeof(**series)); /* NOLINT: of the pointer */
	for (uint32_t i = 0; i < *n; i++) {
		struct pp_str encoded = pp_field_text(&f);

		(*series)[i] = f.bad ? NULL : pp_series_pool_get(pool, encoded, err);
		if (!(*series)[i])
			return f.bad ? bad(err, "bad summary") : -1;
		/* how many, from when until when, and the totals: for those who read no more */
		for (uint32_t k = 0; k < 3 + (*series)[i]->ntypes; k++)
			pp_field_number(&f);
	}
	if (!pp_sources_read(&f, &h->sources, &h->nsources))
		return bad(err, "bad summary");
	return f.bad || f.p != f.end ? bad(err, "bad summary") : 0;
}

static void read_entry(struct pp_entry *e, const struct pp_entry *last, int64_t *totals,
		       struct pp_fields *f)
{
	e->start = pp_wrap_add(pp_field_signed(f), last ? last->start : 0);
	e->duration = pp_wrap_add(pp_field_signed(f), last ? last->duration : 0);
	e->added = pp_wrap_add(pp_field_signed(f), e->start);
	e->samples = pp_field_number(f);
	e->profiles = pp_field_number(f);
	e->size = pp_field_number(f);
	e->totals = totals;
	for (uint32_t i = 0; i < e->series->ntypes; i++)
		e->totals[i] = pp_field_signed(f);
}

static int read_entries(struct pp_segment_head *h, struct pp_str raw, uint64_t ids,
			const struct pp_series **series, uint32_t nseries, struct pp_err *err)
{
	struct pp_fields f;
	uint64_t ntotals = 0;

	pp_fields_init(&f, raw);
	uint32_t n = pp_field_count(&f);
	if (ids != (uint64_t)n * 2 * sizeof(struct pp_id))
		return bad(err, "bad ids");
	h->entries = pp_xcalloc(n, sizeof(*h->entries));
	h->n = n;
	for (uint32_t i = 0; i < n; i++) {
		uint64_t at = pp_field_number(&f);

		if (f.bad || at >= nseries)
			return bad(err, "bad entries");
		h->entries[i].series = series[at];
		ntotals += series[at]->ntypes;
	}
	if (ntotals > (uint64_t)(f.end - f.p))
		return bad(err, "bad entries");
	h->totals = pp_xcalloc((size_t)ntotals, sizeof(*h->totals));
	ntotals = 0;
	for (uint32_t i = 0; i < n && !f.bad; i++) {
		struct pp_entry *e = &h->entries[i];

		read_entry(e, i ? e - 1 : NULL, h->totals + ntotals, &f);
		ntotals += e->series->ntypes;
		if (e->size > PP_SEGMENT_SIZE_MAX)
			return bad(err, "an entry is too large");
	}
	return f.bad || f.p != f.end ? bad(err, "bad entries") : 0;
}

static void read_ids(struct pp_segment_head *h, const char *p)
{
	for (uint32_t i = 0; i < h->n; i++, p += sizeof(struct pp_id))
		memcpy(&h->entries[i].id, p, sizeof(struct pp_id));
	for (uint32_t i = 0; i < h->n; i++, p += sizeof(struct pp_id))
		memcpy(&h->entries[i].received, p, sizeof(struct pp_id));
}

void pp_segment_head_blocks_release(struct pp_segment_head_blocks *b)
{
	pp_buf_release(&b->summary);
	pp_buf_release(&b->entries);
	pp_buf_release(&b->ids);
}

int pp_segment_head_unpack(struct pp_segment_head_blocks *b, struct pp_str bytes,
			   struct pp_err *err)
{
	struct pp_str rest = {bytes.p + PP_SEGMENT_MAGIC_SIZE, bytes.n - PP_SEGMENT_MAGIC_SIZE};
	struct pp_buf *const raw[] = {&b->summary, &b->entries, &b->ids};
	uint64_t budget = PP_SEGMENT_RAW_MAX;

	*b = (struct pp_segment_head_blocks){{0}};
	if (bytes.n < PP_SEGMENT_MAGIC_SIZE ||
	    memcmp(bytes.p, PP_SEGMENT_MAGIC, PP_SEGMENT_MAGIC_SIZE) != 0)
		return pp_other_magic(bytes, PP_SEGMENT_MAGIC, "a segment", err);
	for (size_t i = 0; i < PP_ARRAY_LEN(kinds); i++) {
		if (pp_segment_take(&rest, kinds[i], &budget, raw[i], err))
			return -1;
	}
	return 0;
}

int pp_segment_head_parse(struct pp_segment_head *h, const struct pp_segment_head_blocks *b,
			  struct pp_series_pool *pool, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) const struct pp_series **series = NULL;
	uint32_t nseries;

	*h = (struct pp_segment_head){.n = 0};
	if (read_summary(h, pp_buf_view(&b->summary), pool, &series, &nseries, err) ||
	    read_entries(h, pp_buf_view(&b->entries), b->ids.n, series, nseries, err))
		return -1;
	read_ids(h, b->ids.p);
	return 0;
}

int pp_segment_head_read(struct pp_segment_head *h, struct pp_str bytes,
			 struct pp_series_pool *pool, struct pp_err *err)
{
	struct pp_segment_head_blocks b;

	*h = (struct pp_segment_head){.n = 0};
	int rc = pp_segment_head_unpack(&b, bytes, err);
	if (rc == 0)
		rc = pp_segment_head_parse(h, &b, pool, err);
	pp_segment_head_blocks_release(&b);
	return rc;
}
