/* SPDX-License-Identifier: Apache-2.0 */
/* Counters as text. */
#include <config.h>

#include "cmd/record_stats.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/units.h"
#include "collect/ends.h"

#define MAX_FAILURES 10 /* images that are listed */

static double percent(uint64_t part, uint64_t all)
{
	return all ? (double)part * 100 / (double)all : 100;
}

/* Whether it is known of some stack if it is complete. */
static bool is_known(const uint64_t *ends)
{
	for (size_t i = 0; i < PP_UNWIND_ENDS; i++) {
		if (ends[i] && i != PP_UNWIND_MORE && i != PP_UNWIND_NO_USER)
			return true;
	}
	return false;
}

void pp_record_stats_line(struct pp_buf *out, const uint64_t *ends)
{
	double part = pp_end_completeness(ends) * 100;

	if (!is_known(ends))
		return;
	/* rounding must not hide the last few */
	if (part < 100 && part > 99.9)
		part = 99.9;
	pp_buf_fmt(out, "%.1f %% of stacks complete", part);
}

static void row(struct pp_buf *out, uint64_t n, uint64_t all, const char *what)
{
	pp_buf_fmt(out, "%12llu %6.2f %%  %s\n", (unsigned long long)n, percent(n, all), what);
}

static void add_samples(struct pp_buf *out, const struct pp_record_stats *s)
{
	pp_buf_fmt(out, "%12llu           samples, %llu lost\n", (unsigned long long)s->samples,
		   (unsigned long long)s->lost);
	if (s->cpu_ns < 0 || !s->period_ns)
		return;

	uint64_t due = (uint64_t)s->cpu_ns / s->period_ns;
	char used[PP_DURATION_MAX];
	pp_buf_fmt(out, "%12llu %6.2f %%  of those due for %s of CPU time\n",
		   (unsigned long long)s->samples, percent(s->samples, due ? due : s->samples),
		   pp_clock_duration(used, s->cpu_ns));
}

static void add_ends(struct pp_buf *out, const uint64_t *ends)
{
	uint64_t all = 0;

	for (size_t i = 0; i < PP_UNWIND_ENDS; i++)
		all += ends[i];
	if (!all)
		return;
	pp_buf_str(out, "user stacks by how they end:\n");
	for (size_t i = 0; i < PP_UNWIND_ENDS; i++) {
		if (ends[i])
			row(out, ends[i], all, pp_end_text((enum pp_unwind_end)i));
	}
}

static int by_count(const void *x, const void *y)
{
	const struct pp_record_failure *a = x, *b = y;

	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	return pp_str_cmp(a->image, b->image);
}

static void add_failures(struct pp_buf *out, struct pp_record_stats *s)
{
	uint64_t all = 0;

	if (!s->nfailures)
		return;
	for (size_t i = 0; i < s->nfailures; i++)
		all += s->failures[i].count;
	qsort(s->failures, s->nfailures, sizeof(*s->failures), by_count);
	pp_buf_str(out, "incomplete ones by the last file they got to:\n");
	for (size_t i = 0; i < s->nfailures && i < MAX_FAILURES; i++) {
		const struct pp_record_failure *f = &s->failures[i];

		pp_buf_fmt(out, "%12llu %6.2f %%  ", (unsigned long long)f->count,
			   percent(f->count, all));
		pp_buf_add(out, f->image.p, f->image.n);
		pp_buf_char(out, '\n');
	}
	if (s->nfailures > MAX_FAILURES)
		pp_buf_fmt(out, "%12s           and %zu more\n", "", s->nfailures - MAX_FAILURES);
}

/* What walking takes: tables have eight bytes for each row. */
static void add_tables(struct pp_buf *out, const struct pp_record_stats *s)
{
	char own[PP_QTY_MAX], shared[PP_QTY_MAX];

	if (s->copied)
		row(out, s->copied, s->samples, "copied, and walked outside the kernel");
	if (!s->tables)
		return;
	pp_units_label(own, (int64_t)(s->rows * 8), PP_STR_LIT("bytes"), PP_STR_LIT("auto"));
	pp_units_label(shared, (int64_t)s->shared_bytes, PP_STR_LIT("bytes"), PP_STR_LIT("auto"));
	pp_buf_fmt(out, "%12llu           unwind tables, %llu rows: %s, and %s in the kernel\n",
		   (unsigned long long)s->tables, (unsigned long long)s->rows, own, shared);
}

void pp_record_stats_table(struct pp_buf *out, struct pp_record_stats *s)
{
	add_samples(out, s);
	if (s->samples)
		pp_buf_fmt(out, "%12.1f           user frames per stack\n",
			   (double)s->frames / (double)s->samples);
	add_tables(out, s);
	add_ends(out, s->ends);
	add_failures(out, s);
}
