/* SPDX-License-Identifier: Apache-2.0 */
/* Checking packed samples once, so that walking them needs no checks. */
#include <config.h>

#include "profile/samples.h"

#include "base/parallel.h"

struct checker {
	const struct pp_profile *profile;
	const uint8_t *sample; /* where the current one begins, for messages */
	uint64_t nlocations, nvalues;
};

static int bad(const struct checker *c, struct pp_err *err, const char *what)
{
	return pp_err_set(err, PP_ERR_FORMAT, "%s in the sample at byte %zu", what,
			  (size_t)(c->sample - c->profile->bytes));
}

static int bad_location(const struct checker *c, uint64_t id, struct pp_err *err)
{
	if (id == 0)
		return bad(c, err, "location id 0");
	return pp_err_set(err, PP_ERR_FORMAT, "unknown location id %llu in the sample at byte %zu",
			  (unsigned long long)id, (size_t)(c->sample - c->profile->bytes));
}

/* The quick way for what nearly all files have: ids without gaps, all good. A varint ends before
 * the field does if the field's last byte can end one, so that reading needs no bounds. False: look
 * again, with care. */
static bool are_good(struct checker *c, const struct pp_wire_field *f)
{
	const struct pp_ids *ids = &c->profile->location_ids;
	const uint8_t *p = f->bytes, *end = p + f->n;
	uint64_t count = ids->count, n = 0;
	bool bad = false;

	if (!ids->dense || f->n == 0 || end[-1] >= 0x80)
		return false;
	for (; p < end; n++) {
		const uint8_t *begin = p;

		bad |= pp_wire_varint_trusted(&p) - 1 >= count;
		bad |= p - begin > PP_WIRE_VARINT_MAX;
	}
	if (!bad)
		c->nlocations += n;
	return !bad;
}

static int check_locations(struct checker *c, const struct pp_wire_field *f, struct pp_err *err)
{
	const struct pp_ids *ids = &c->profile->location_ids;
	const uint8_t *p = f->bytes;
	uint64_t id;

	if (f->type == PP_WIRE_VARINT) {
		c->nlocations++;
		return pp_ids_find(ids, f->value) == PP_NONE ? bad_location(c, f->value, err) : 0;
	}
	if (f->type != PP_WIRE_BYTES)
		return bad(c, err, "wrong wire type of a location id");
	if (pp_likely(are_good(c, f)))
		return 0;
	for (const uint8_t *end = p + f->n; p < end; c->nlocations++) {
		if (pp_unlikely(!pp_wire_varint(&p, end, &id)))
			return bad(c, err, "truncated or overlong location id");
		if (pp_unlikely(pp_ids_find(ids, id) == PP_NONE))
			return bad_location(c, id, err);
	}
	return 0;
}

static int check_values(struct checker *c, const struct pp_wire_field *f, struct pp_err *err)
{
	const uint8_t *p = f->bytes;
	uint64_t v;

	if (f->type == PP_WIRE_VARINT) {
		c->nvalues++;
		return 0;
	}
	if (f->type != PP_WIRE_BYTES)
		return bad(c, err, "wrong wire type of a value");
	/* too short for a varint that is too long: then each byte that can end one does */
	if (pp_likely(f->n > 0 && f->n <= PP_WIRE_VARINT_MAX && p[f->n - 1] < 0x80)) {
		for (size_t i = 0; i < f->n; i++)
			c->nvalues += p[i] < 0x80;
		return 0;
	}
	for (const uint8_t *end = p + f->n; p < end; c->nvalues++) {
		if (!pp_wire_varint(&p, end, &v))
			return bad(c, err, "truncated or overlong value");
	}
	return 0;
}

static int check_label(struct checker *c, const struct pp_wire *w, const struct pp_wire_field *f,
		       struct pp_err *err)
{
	struct pp_wire label;
	struct pp_wire_field sub;
	int rc;

	if (f->type != PP_WIRE_BYTES)
		return bad(c, err, "wrong wire type of a label");
	label = pp_wire_enter(w, f);
	while ((rc = pp_wire_next(&label, &sub, err)) == 1) {
		if (sub.number < PP_LABEL_KEY || sub.number >= PP_LABEL_FIELDS)
			continue;
		if (sub.type != PP_WIRE_VARINT)
			return bad(c, err, "wrong wire type in a label");
		if (sub.number != PP_LABEL_NUM && sub.value >= c->profile->nstrings)
			return bad(c, err, "label string out of range");
	}
	return rc;
}

static int check_sample(struct checker *c, struct pp_wire *w, struct pp_err *err)
{
	struct pp_wire_field f;
	int rc;

	c->nlocations = c->nvalues = 0;
	while ((rc = pp_wire_next(w, &f, err)) == 1) {
		rc = 0;
		if (f.number == PP_SAMPLE_LOCATION_ID)
			rc = check_locations(c, &f, err);
		else if (f.number == PP_SAMPLE_VALUE)
			rc = check_values(c, &f, err);
		else if (f.number == PP_SAMPLE_LABEL)
			rc = check_label(c, w, &f, err);
		if (rc)
			return -1;
	}
	if (rc == 0 && c->nvalues != c->profile->nsample_types)
		return pp_err_set(err, PP_ERR_FORMAT,
				  "%llu values for %u sample types in the sample at byte %zu",
				  (unsigned long long)c->nvalues, c->profile->nsample_types,
				  (size_t)(c->sample - c->profile->bytes));
	return rc;
}

/* One range of samples and what was found in it. */
struct range_result {
	uint64_t nsamples;
	uint32_t max_depth;
	int rc;
	struct pp_err err;
};

static int check_range(const struct pp_profile *p, uint32_t range, struct range_result *r)
{
	struct pp_wire w = {p->ranges[range].begin, p->ranges[range].end, p->bytes};
	struct checker c = {.profile = p};
	struct pp_wire_field f;
	int rc;

	while ((rc = pp_wire_next(&w, &f, &r->err)) == 1) {
		if (f.number != PP_SAMPLE_TAG >> 3)
			continue;
		struct pp_wire sample = pp_wire_enter(&w, &f);
		c.sample = f.bytes;
		if (check_sample(&c, &sample, &r->err))
			return -1;
		if (c.nlocations >= PP_NONE)
			return bad(&c, &r->err, "too many locations");
		if (c.nlocations > r->max_depth)
			r->max_depth = (uint32_t)c.nlocations;
		r->nsamples++;
	}
	return rc;
}

struct job {
	const struct pp_profile *profile;
	struct pp_queue ranges;
	struct range_result results[PP_SAMPLE_SPLITS];
};

static void work(void *context, unsigned worker PP_UNUSED)
{
	struct job *job = context;
	uint32_t range;

	while ((range = pp_queue_take(&job->ranges)) != UINT32_MAX)
		job->results[range].rc = check_range(job->profile, range, &job->results[range]);
}

int pp_samples_check(struct pp_profile *p, struct pp_err *err)
{
	struct job job = {.profile = p, .ranges.count = p->nranges};

	pp_parallel_run(pp_parallel_workers(p->nbytes), work, &job);
	p->nsamples = 0;
	p->max_depth = 0;
	for (uint32_t i = 0; i < p->nranges; i++) {
		const struct range_result *r = &job.results[i];

		if (r->rc) {
			*err = r->err;
			return -1;
		}
		p->nsamples += r->nsamples;
		if (r->max_depth > p->max_depth)
			p->max_depth = r->max_depth;
	}
	return 0;
}
