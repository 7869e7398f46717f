/* SPDX-License-Identifier: Apache-2.0 */
/* The sample walk: the innermost loop of every report. */
#include <config.h>

#include "profile/samples.h"

#include <stdlib.h>

#include "base/alloc.h"

void pp_samples_begin(struct pp_sample_iter *it, const struct pp_profile *p, uint32_t range)
{
	*it = (struct pp_sample_iter){
		.profile = p,
		.p = p->ranges[range].begin,
		.end = p->ranges[range].end,
		.locations = pp_xcalloc(p->max_depth, sizeof(uint32_t)),
		.values = pp_xcalloc(p->nsample_types, sizeof(int64_t)),
	};
}

void pp_samples_release(struct pp_sample_iter *it)
{
	free(it->locations);
	free(it->values);
}

/* Move over the payload of a field whose tag has been read; returns its start. */
static const uint8_t *skip_payload(const uint8_t **p, unsigned type, size_t *n)
{
	*n = 0;
	switch (type) {
	case PP_WIRE_VARINT:
		pp_wire_varint_trusted(p);
		return *p;
	case PP_WIRE_BYTES:
		*n = (size_t)pp_wire_varint_trusted(p);
		break;
	default:
		*n = type == PP_WIRE_FIXED64 ? 8 : 4;
	}
	*p += *n;
	return *p - *n;
}

/* Locations out of one field: packed, or a single number. */
static void take_locations(const struct pp_ids *ids, const uint8_t **p, unsigned type,
			   struct pp_sample *s)
{
	const uint8_t *q = *p;
	uint32_t n = s->nlocations;

	if (type == PP_WIRE_VARINT) {
		s->locations[n++] = pp_ids_find(ids, pp_wire_varint_trusted(&q));
	} else {
		size_t bytes = (size_t)pp_wire_varint_trusted(&q);
		const uint8_t *end = q + bytes;

		if (pp_likely(ids->dense)) {
			while (q < end)
				s->locations[n++] = (uint32_t)(pp_wire_varint_trusted(&q) - 1);
		}
		while (q < end)
			s->locations[n++] = pp_ids_find(ids, pp_wire_varint_trusted(&q));
	}
	s->nlocations = n;
	*p = q;
}

static uint32_t take_values(const uint8_t **p, unsigned type, int64_t *values, uint32_t n)
{
	if (type == PP_WIRE_VARINT) {
		values[n++] = (int64_t)pp_wire_varint_trusted(p);
		return n;
	}
	size_t bytes = (size_t)pp_wire_varint_trusted(p);
	for (const uint8_t *end = *p + bytes; *p < end;)
		values[n++] = (int64_t)pp_wire_varint_trusted(p);
	return n;
}

static void unpack(const struct pp_profile *profile, struct pp_sample *s)
{
	const uint8_t *p = s->label.p, *end = s->label.end;
	uint32_t nvalues = 0;

	s->nlocations = 0;
	while (p < end) {
		uint64_t tag = pp_wire_varint_trusted(&p);
		unsigned type = tag & 7;
		size_t n;

		if (tag >> 3 == PP_SAMPLE_LOCATION_ID)
			take_locations(&profile->location_ids, &p, type, s);
		else if (tag >> 3 == PP_SAMPLE_VALUE)
			nvalues = take_values(&p, type, s->values, nvalues);
		else
			skip_payload(&p, type, &n);
	}
}

bool pp_samples_next_message(struct pp_sample_iter *it, struct pp_wire *message)
{
	while (it->p < it->end) {
		uint64_t tag = pp_wire_varint_trusted(&it->p);
		size_t n;
		const uint8_t *payload = skip_payload(&it->p, tag & 7, &n);

		if (tag != PP_SAMPLE_TAG)
			continue;
		/* no base: pp_labels_next is to take every label */
		*message = (struct pp_wire){payload, payload + n,
					    it->profile->zero_labels ? NULL : it->profile->bytes};
		return true;
	}
	return false;
}

bool pp_samples_next(struct pp_sample_iter *it, struct pp_sample *s)
{
	if (!pp_samples_next_message(it, &s->label))
		return false;
	s->locations = it->locations;
	s->values = it->values;
	unpack(it->profile, s);
	return true;
}

/* The four numbers of a Label message, by field number. */
static void unpack_label(const uint8_t *p, const uint8_t *end, uint64_t f[PP_LABEL_FIELDS])
{
	while (p < end) {
		uint64_t tag = pp_wire_varint_trusted(&p);
		size_t n;

		if ((tag & 7) == PP_WIRE_VARINT && tag >> 3 < PP_LABEL_FIELDS)
			f[tag >> 3] = pp_wire_varint_trusted(&p);
		else
			skip_payload(&p, tag & 7, &n);
	}
}

bool pp_labels_next(struct pp_wire *labels, struct pp_label *label)
{
	while (labels->p < labels->end) {
		uint64_t tag = pp_wire_varint_trusted(&labels->p);
		size_t n;
		const uint8_t *payload = skip_payload(&labels->p, tag & 7, &n);
		uint64_t f[PP_LABEL_FIELDS] = {0};

		if (tag >> 3 != PP_SAMPLE_LABEL)
			continue;
		unpack_label(payload, payload + n, f);
		if (labels->base && f[PP_LABEL_STR] == 0 && f[PP_LABEL_NUM] == 0 &&
		    f[PP_LABEL_UNIT] == 0)
			continue;
		*label = (struct pp_label){.key = (uint32_t)f[PP_LABEL_KEY],
					   .str = (uint32_t)f[PP_LABEL_STR],
					   .unit = (uint32_t)f[PP_LABEL_UNIT],
					   .num = (int64_t)f[PP_LABEL_NUM]};
		if (label->str) {
			label->num = 0;
			label->unit = 0;
		}
		return true;
	}
	return false;
}

void pp_samples_extend_ranges(struct pp_profile *p, const uint8_t *begin, const uint8_t *end)
{
	size_t share = p->nbytes / PP_SAMPLE_SPLITS + 1;
	struct pp_sample_range *last = p->nranges ? &p->ranges[p->nranges - 1] : NULL;

	if (last && ((size_t)(end - last->begin) <= share || p->nranges == PP_SAMPLE_SPLITS))
		last->end = end;
	else
		p->ranges[p->nranges++] = (struct pp_sample_range){begin, end};
}
