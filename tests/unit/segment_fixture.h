/* SPDX-License-Identifier: Apache-2.0 */
/* Entries as `archive add` makes them, in a segment instead of an archive. */
#ifndef PP_TESTS_SEGMENT_FIXTURE_H
#define PP_TESTS_SEGMENT_FIXTURE_H

#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "archive/canonical.h"
#include "archive/describe.h"
#include "archive/segment_profile.h"
#include "archive/segment_read.h"
#include "archive/segment_write.h"
#include "base/alloc.h"
#include "pprof/decode.h"

#define ENTRIES_MAX 64

struct fixture {
	struct pp_series_pool pool;
	struct pp_segment_writer writer;
	struct pp_entry entry[ENTRIES_MAX];
	struct pp_buf canonical[ENTRIES_MAX];
	uint32_t n;
};

static inline void fixture_init(struct fixture *f)
{
	*f = (struct fixture){.n = 0};
	pp_series_pool_init(&f->pool);
	pp_segment_writer_init(&f->writer);
}

static inline void fixture_release(struct fixture *f)
{
	for (uint32_t i = 0; i < f->n; i++) {
		pp_entry_release(&f->entry[i]);
		pp_buf_release(&f->canonical[i]);
	}
	pp_segment_writer_release(&f->writer);
	pp_series_pool_release(&f->pool);
}

/* Canonical bytes as a profile. */
static inline void fixture_decode(struct pp_profile *p, const struct pp_buf *canonical)
{
	struct pp_err err = PP_ERR_INIT;
	uint8_t *copy = pp_xcalloc(canonical->n + 1, 1);

	if (canonical->n)
		memcpy(copy, canonical->p, canonical->n);
	if (pp_pprof_decode(p, copy, canonical->n, &err))
		fail_msg("%s", err.msg);
}

/* Add what a profile says; false if it can be no entry. */
static inline bool fixture_add(struct fixture *f, const struct pp_profile *p, const char *label)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf series = PP_BUF_INIT;
	struct pp_entry_labels labels = {0};
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile again;
	struct pp_entry *e = &f->entry[f->n];

	assert_true(f->n < ENTRIES_MAX);
	if (label)
		assert_int_equal(pp_entry_labels_parse(&labels, label, &err), 0);
	int rc = pp_describe(p, &labels, "host", &series, &err);
	pp_entry_labels_release(&labels);
	if (rc)
		return false;
	*e = (struct pp_entry){.series = pp_series_pool_get(&f->pool, pp_buf_view(&series), &err)};
	assert_non_null(e->series);
	struct pp_buf *canonical = &f->canonical[f->n++];
	assert_int_equal(pp_canonical(p, canonical, &err), 0);
	e->size = canonical->n;
	e->id = pp_entry_id(&e->series->labels, pp_buf_view(canonical));
	memset(&e->received, (int)f->n, sizeof(e->received));
	pp_entry_measure(e, p, 1000 + f->n);
	fixture_decode(&again, canonical);
	if (pp_segment_writer_add(&f->writer, e, &again, &err))
		fail_msg("%s", err.msg);
	pp_profile_release(&again);
	return true;
}

static inline void fixture_finish(struct fixture *f, struct pp_buf *file)
{
	const struct pp_names replaced = {.n = 0};

	pp_segment_writer_finish(&f->writer, &replaced, file);
}

#endif
