/* SPDX-License-Identifier: Apache-2.0 */
/* segments ARCHIVE HOURS PROFILE...: put a segment of these profiles into an archive for each of so
 * many hours, as if they had been taken again and again. What sealing writes, without its checks:
 * months in minutes. */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/canonical.h"
#include "archive/describe.h"
#include "archive/fields.h"
#include "archive/place.h"
#include "archive/segment.h"
#include "archive/segment_place.h"
#include "archive/segment_write.h"
#include "base/alloc.h"
#include "pprof/decode.h"
#include "pprof/read.h"

#define FIRST_HOUR 498000 /* since the epoch: in October 2026 */

struct input {
	struct pp_profile profile;
	struct pp_entry entry;
};

static void fail(const struct pp_err *err)
{
	fprintf(stderr, "segments: %s\n", err->msg);
	exit(1);
}

static void load(struct input *in, const char *path, struct pp_series_pool *pool)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf series = PP_BUF_INIT;
	struct pp_buf canonical = PP_BUF_INIT;
	struct pp_entry_labels labels = {0};
	struct pp_err err;

	if (pp_pprof_read(&in->profile, path, NULL, &err) ||
	    pp_entry_labels_parse(&labels, "service=x", &err) ||
	    pp_describe(&in->profile, &labels, "bench", &series, &err) ||
	    pp_canonical(&in->profile, &canonical, &err))
		fail(&err);
	pp_entry_labels_release(&labels);
	pp_profile_release(&in->profile);
	in->entry.size = canonical.n;
	if (pp_pprof_decode(&in->profile, (uint8_t *)canonical.p, canonical.n, &err))
		fail(&err);
	in->entry.series = pp_series_pool_get(pool, pp_buf_view(&series), &err);
	if (!in->entry.series)
		fail(&err);
	pp_entry_measure(&in->entry, &in->profile, 0);
}

static void set_hour(struct input *in, int n, int64_t hour)
{
	for (int i = 0; i < n; i++) {
		in[i].entry.start = hour * PP_HOUR_NSEC + i * (PP_HOUR_NSEC / n);
		in[i].entry.added = in[i].entry.start + 12345678 + i % 7;
		in[i].profile.time_nanos = in[i].entry.start;
		pp_sha256(&in[i].entry.start, sizeof(int64_t), in[i].entry.id.bytes);
	}
}

static void make_file(struct input *in, int n, struct pp_buf *file)
{
	const struct pp_names none = {.n = 0};
	struct pp_segment_writer w;
	struct pp_err err;

	pp_segment_writer_init(&w);
	for (int i = 0; i < n; i++) {
		if (pp_segment_writer_add(&w, &in[i].entry, &in[i].profile, &err))
			fail(&err);
	}
	pp_segment_writer_finish(&w, &none, file);
	pp_segment_writer_release(&w);
}

/* Append what is between two places. */
static void put_between(struct pp_buf *out, const uint8_t *from, const uint8_t *to)
{
	pp_buf_add(out, from, (size_t)(to - from));
}

/* SUMMARY of one series with other times. */
static void move_summary(const struct pp_buf *raw, const struct input *in, int n,
			 struct pp_buf *out)
{
	struct pp_fields f;

	pp_fields_init(&f, pp_buf_view(raw));
	pp_field_number(&f); /* names of files that it replaces: none */
	if (pp_field_number(&f) != 1) {
		fprintf(stderr, "segments: the profiles are of several series\n");
		exit(1);
	}
	pp_field_text(&f);
	pp_field_number(&f);
	put_between(out, (uint8_t *)raw->p, f.p);
	pp_field_signed(&f);
	pp_field_signed(&f);
	pp_put_signed(out, in[0].entry.start);
	pp_put_signed(out, in[n - 1].entry.start);
	put_between(out, f.p, f.end);
}

/* ENTRIES: times are differences, but for the first. */
static void move_entries(const struct pp_buf *raw, const struct input *in, int n,
			 struct pp_buf *out)
{
	struct pp_fields f;

	pp_fields_init(&f, pp_buf_view(raw));
	for (int i = 0; i <= n; i++)
		pp_field_number(&f);
	put_between(out, (uint8_t *)raw->p, f.p);
	pp_field_signed(&f);
	pp_put_signed(out, in[0].entry.start);
	put_between(out, f.p, f.end);
}

/* The same file at another hour: only its head knows. */
static void move_file(const struct pp_buf *first, const struct input *in, int n, struct pp_buf *out)
{
	struct pp_str rest = {first->p + PP_SEGMENT_MAGIC_SIZE, first->n - PP_SEGMENT_MAGIC_SIZE};
	struct pp_buf raw[3] = {{0}}, moved[3] = {{0}};
	uint64_t budget = PP_SEGMENT_RAW_MAX;
	struct pp_err err;
	uint8_t hash[PP_SHA256_SIZE];

	for (int i = 0; i < 3; i++) {
		if (pp_segment_take(&rest, PP_SEGMENT_SUMMARY + i, &budget, &raw[i], &err))
			fail(&err);
	}
	move_summary(&raw[0], in, n, &moved[0]);
	move_entries(&raw[1], in, n, &moved[1]);
	for (int i = 0; i < n; i++)
		pp_buf_add(&moved[2], &in[i].entry.id, sizeof(struct pp_id));
	for (int i = 0; i < n; i++)
		pp_buf_add(&moved[2], &in[i].entry.received, sizeof(struct pp_id));
	pp_buf_add(out, PP_SEGMENT_MAGIC, PP_SEGMENT_MAGIC_SIZE);
	for (int i = 0; i < 3; i++) {
		pp_segment_put(out, PP_SEGMENT_SUMMARY + i, &moved[i]);
		pp_buf_release(&raw[i]);
		pp_buf_release(&moved[i]);
	}
	pp_buf_add(out, rest.p, rest.n - PP_SHA256_SIZE);
	pp_sha256(out->p, out->n, hash);
	pp_buf_add(out, hash, sizeof(hash));
}

static void write_hours(const struct pp_archive *a, struct input *in, int n, int hours)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf first = PP_BUF_INIT;
	struct pp_err err;

	set_hour(in, n, FIRST_HOUR);
	make_file(in, n, &first);
	for (int64_t hour = FIRST_HOUR; hour < FIRST_HOUR + hours; hour++) {
		PP_CLEANUP(pp_buf_release) struct pp_buf file = PP_BUF_INIT;

		set_hour(in, n, hour);
		move_file(&first, in, n, &file);
		struct pp_segment_place place = pp_segment_place(hour, pp_buf_view(&file));
		if (pp_place_write(a, place.dir, place.name, pp_buf_view(&file), false, &err))
			fail(&err);
	}
}

int main(int argc, char **argv)
{
	struct pp_series_pool pool;
	struct pp_archive a;
	struct pp_err err;
	int n = argc - 3, hours = argc > 3 ? atoi(argv[2]) : 0;
	struct input *in = pp_xcalloc((size_t)(n > 0 ? n : 0), sizeof(*in));

	if (n < 1 || hours < 1) {
		fprintf(stderr, "usage: segments ARCHIVE HOURS PROFILE...\n");
		return 2;
	}
	if (pp_archive_open(&a, argv[1], &err))
		fail(&err);
	pp_series_pool_init(&pool);
	for (int i = 0; i < n; i++)
		load(&in[i], argv[3 + i], &pool);
	write_hours(&a, in, n, hours);
	for (int i = 0; i < n; i++) {
		pp_profile_release(&in[i].profile);
		pp_entry_release(&in[i].entry);
	}
	free(in);
	pp_series_pool_release(&pool);
	pp_archive_close(&a);
	return 0;
}
