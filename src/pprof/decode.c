/* SPDX-License-Identifier: Apache-2.0 */
/* The two passes over a profile message. */
#include <config.h>

#include "pprof/decode.h"

#include <stdlib.h>

#include "pprof/decode_tables.h"
#include "pprof/fields.h"
#include "profile/samples.h"

/* Tables may take this many times the size of the input before we call it an attack: an empty
 * Location is 2 bytes and becomes 40. */
#define BUDGET_FACTOR 24
#define BUDGET_FLOOR  (64u << 20)

static bool is_message(uint64_t field)
{
	return (field >= PROFILE_SAMPLE_TYPE && field <= PROFILE_STRING_TABLE) ||
	       field == PROFILE_PERIOD_TYPE;
}

static bool is_scalar(uint64_t field)
{
	return (field >= PROFILE_DROP_FRAMES && field <= PROFILE_DOC_URL) &&
	       field != PROFILE_PERIOD_TYPE && field != PROFILE_COMMENT;
}

/* One wire type per known field; comments may be packed or not. */
static int check_type(const struct pp_wire *w, const struct pp_wire_field *f, struct pp_err *err)
{
	bool ok = true;

	if (is_message(f->number))
		ok = f->type == PP_WIRE_BYTES;
	else if (is_scalar(f->number))
		ok = f->type == PP_WIRE_VARINT;
	else if (f->number == PROFILE_COMMENT)
		ok = f->type == PP_WIRE_VARINT || f->type == PP_WIRE_BYTES;
	if (ok)
		return 0;
	return pp_err_set(err, PP_ERR_FORMAT,
			  "field %llu of the profile has wire type %d before byte %zu",
			  (unsigned long long)f->number, f->type, (size_t)(w->p - w->base));
}

/* The current run of samples, which the one at [begin, end) continues or starts. */
static void extend_run(struct pp_sample_range *run, struct pp_table_counts *counts,
		       const uint8_t *begin, const uint8_t *end)
{
	if (run->end != begin)
		run->begin = begin;
	run->end = end;
	if (run->end - run->begin > counts->run_end - counts->run_begin) {
		counts->run_begin = run->begin;
		counts->run_end = run->end;
	}
}

static int count_comments(const struct pp_wire_field *f, uint32_t *n)
{
	if (f->type == PP_WIRE_VARINT) {
		(*n)++;
		return 0;
	}
	uint64_t ignored;
	for (const uint8_t *p = f->bytes, *end = p + f->n; p < end; (*n)++) {
		if (!pp_wire_varint(&p, end, &ignored))
			return -1;
	}
	return 0;
}

/* Pass 1: check the framing, count the records, find the samples. */
static int locate(struct pp_profile *p, struct pp_table_counts *counts, struct pp_err *err)
{
	struct pp_wire w = {p->bytes, p->bytes + p->nbytes, p->bytes};
	struct pp_sample_range run = {0};
	struct pp_wire_field f;
	const uint8_t *start = w.p;
	int rc;

	while ((rc = pp_wire_next(&w, &f, err)) == 1) {
		if (check_type(&w, &f, err))
			return -1;
		if (f.number == PROFILE_SAMPLE) {
			pp_samples_extend_ranges(p, start, w.p);
			extend_run(&run, counts, start, w.p);
		} else if (f.number == PROFILE_STRING_TABLE &&
			   counts->records[PROFILE_STRING_TABLE] == 0 && f.n != 0) {
			return pp_err_set(err, PP_ERR_FORMAT,
					  "first string is not empty at byte %zu",
					  (size_t)(f.bytes - w.base));
		}
		if (f.number <= PROFILE_DOC_URL && f.number != PROFILE_COMMENT)
			counts->records[f.number]++;
		else if (f.number == PROFILE_COMMENT &&
			 count_comments(&f, &counts->records[PROFILE_COMMENT]))
			return pp_err_set(err, PP_ERR_FORMAT, "truncated comment before byte %zu",
					  (size_t)(w.p - w.base));
		start = w.p;
	}
	return rc;
}

static int decode(struct pp_profile *p, struct pp_err *err)
{
	struct pp_table_counts counts = {0};

	if (p->nbytes == 0)
		return pp_err_set(err, PP_ERR_FORMAT, "empty input");
	if (p->nbytes > PP_PPROF_MAX_BYTES)
		return pp_err_set(err, PP_ERR_LIMIT, "more than 4 GiB inflated");
	if (locate(p, &counts, err) || pp_pprof_fill_tables(p, &counts, err))
		return -1;
	if (p->nsample_types == 0)
		return pp_err_set(err, PP_ERR_FORMAT, "%s",
				  p->nranges ? "samples but no sample types" : "no sample types");
	return pp_samples_check(p, err);
}

int pp_pprof_try_decode(struct pp_profile *p, uint8_t *bytes, size_t n, struct pp_err *err)
{
	pp_profile_init(p, n * BUDGET_FACTOR + BUDGET_FLOOR);
	p->bytes = bytes;
	p->nbytes = n;
	if (decode(p, err)) {
		p->bytes = NULL;
		pp_profile_release(p);
		return -1;
	}
	return 0;
}

int pp_pprof_decode(struct pp_profile *p, uint8_t *bytes, size_t n, struct pp_err *err)
{
	if (pp_pprof_try_decode(p, bytes, n, err) == 0)
		return 0;
	free(bytes);
	return -1;
}
