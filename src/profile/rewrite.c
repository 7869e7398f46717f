/* SPDX-License-Identifier: Apache-2.0 */
/* Packing samples anew. */
#include <config.h>

#include "profile/rewrite.h"

#include <string.h>

void pp_rewrite_init(struct pp_rewrite *w, const struct pp_profile *p)
{
	*w = (struct pp_rewrite){.profile = p};
}

void pp_rewrite_release(struct pp_rewrite *w)
{
	pp_buf_release(&w->stack);
	pp_buf_release(&w->sample);
	pp_buf_release(&w->samples);
}

void pp_rewrite_location(struct pp_rewrite *w, uint64_t id)
{
	pp_wire_put_varint(&w->stack, id);
	w->depth++;
}

static bool is_hidden(const struct pp_filter *filter, const struct pp_wire *sample,
		      const struct pp_wire_field *field)
{
	struct pp_wire label = pp_wire_enter(sample, field);
	struct pp_wire_field f;
	struct pp_err never;
	uint32_t key = 0;

	if (!filter || !filter->hidden_keys)
		return false;
	while (pp_wire_next(&label, &f, &never) == 1) {
		if (f.number == PP_LABEL_KEY)
			key = (uint32_t)f.value;
	}
	key = pp_labels_key(&filter->labels, key);
	return key != PP_MAP_NONE && filter->hidden_keys[key];
}

/* Labels as they are in the file. */
static void copy_labels(struct pp_rewrite *w, struct pp_wire from, const struct pp_filter *filter)
{
	struct pp_err never;
	struct pp_wire_field f;
	struct pp_wire all = from;

	while (pp_wire_next(&from, &f, &never) == 1) {
		if (f.number == PP_SAMPLE_LABEL && !is_hidden(filter, &all, &f))
			pp_wire_put_bytes(&w->sample, PP_SAMPLE_LABEL, f.bytes, f.n);
	}
}

void pp_rewrite_sample(struct pp_rewrite *w, const struct pp_sample *s,
		       const struct pp_filter *filter)
{
	pp_buf_clear(&w->sample);
	pp_wire_put_bytes(&w->sample, PP_SAMPLE_LOCATION_ID, w->stack.p, w->stack.n);
	pp_buf_clear(&w->stack);
	for (uint32_t i = 0; i < w->profile->nsample_types; i++)
		pp_wire_put_varint(&w->stack, (uint64_t)s->values[i]);
	pp_wire_put_bytes(&w->sample, PP_SAMPLE_VALUE, w->stack.p, w->stack.n);
	copy_labels(w, s->label, filter);
	pp_wire_put_bytes(&w->samples, PP_SAMPLE_TAG >> 3, w->sample.p, w->sample.n);
	pp_buf_clear(&w->stack);
	if (w->depth > w->max_depth)
		w->max_depth = w->depth;
	w->depth = 0;
	w->nsamples++;
}

void pp_rewrite_end_range(struct pp_rewrite *w, uint32_t range)
{
	w->ends[range] = w->samples.n;
}

int pp_rewrite_finish(struct pp_rewrite *w, struct pp_profile *p, struct pp_err *err)
{
	uint8_t *bytes = pp_arena_array(&p->arena, w->samples.n, 1, err);

	if (!bytes)
		return -1;
	if (w->samples.n)
		memcpy(bytes, w->samples.p, w->samples.n);
	for (uint32_t i = 0; i < p->nranges; i++)
		p->ranges[i] = (struct pp_sample_range){bytes + (i ? w->ends[i - 1] : 0),
							bytes + w->ends[i]};
	p->nsamples = w->nsamples;
	p->max_depth = w->max_depth;
	return 0;
}

int pp_rewrite_kept(struct pp_profile *p, pp_keeps_fn *keeps, const void *context,
		    const struct pp_filter *hides, struct pp_err *err)
{
	struct pp_rewrite w;
	struct pp_sample_iter it;
	struct pp_sample s;

	pp_rewrite_init(&w, p);
	for (uint32_t range = 0; range < p->nranges; range++) {
		pp_samples_begin(&it, p, range);
		while (pp_samples_next(&it, &s)) {
			if (!keeps(context, &s))
				continue;
			for (uint32_t i = 0; i < s.nlocations; i++)
				pp_rewrite_location(&w, p->locations[s.locations[i]].id);
			pp_rewrite_sample(&w, &s, hides);
		}
		pp_samples_release(&it);
		pp_rewrite_end_range(&w, range);
	}
	int rc = pp_rewrite_finish(&w, p, err);
	pp_rewrite_release(&w);
	return rc;
}

static bool passes(const void *context, struct pp_sample *s)
{
	return pp_filter_sample(context, s);
}

int pp_rewrite_filtered(struct pp_profile *p, const struct pp_filter *filter, struct pp_err *err)
{
	return pp_rewrite_kept(p, passes, filter, filter, err);
}
