/* SPDX-License-Identifier: Apache-2.0 */
/* Three steps: find what protobuf-c reads differently, judge the message, compare field by field.
 */
#include <config.h>

#include "oracle_pprof.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "pprof/decode.h"
#include "pprof/encode.h"
#include "profile.pb-c.h"
#include "profile/samples.h"

#define MAX_SAMPLE_TYPES 1000

/* Quirks of some bytes. */
enum {
	UNUSUAL_FRAMING = 1, /* protobuf-c does not read these as pprof does */
	REPEATED = 2,	     /* a singular field occurs again */
};

/* Which fields of a message are singular, booleans, messages: bits by field number. */
struct shape {
	uint32_t singular, booleans;
	const struct shape *nested[12];
};

static const struct shape value_type = {.singular = 0x6};
static const struct shape label = {.singular = 0x1e};
static const struct shape sample = {.nested[3] = &label};
static const struct shape mapping = {.singular = 0x7fe, .booleans = 0x780};
static const struct shape line = {.singular = 0xe};
static const struct shape location = {.singular = 0x2e, .booleans = 0x20, .nested[4] = &line};
static const struct shape function = {.singular = 0x3e};
static const struct shape profile = {
	.singular = 0xdf80,
	.nested = {NULL, &value_type, &sample, &mapping, &location, &function, NULL, NULL, NULL,
		   NULL, NULL, &value_type},
};

/* A message whose rest is still to be looked at. */
struct level {
	const struct shape *shape;
	const uint8_t *end;
	uint32_t seen;
};

/* Bytes of the varint at p, 0 if it does not end within ten. */
static size_t varint(const uint8_t *p, const uint8_t *end, uint64_t *v)
{
	*v = 0;
	for (size_t i = 0; i < 10 && p + i < end; i++) {
		*v |= (uint64_t)(p[i] & 0x7f) << (7 * i);
		if (p[i] < 0x80)
			return i + 1;
	}
	return 0;
}

/* Note a field in the innermost message; returns quirks. protobuf-c takes a boolean of any type. */
static unsigned note(struct level *l, uint64_t number, unsigned type)
{
	unsigned quirks = 0;

	if (number < 32) {
		uint32_t bit = 1u << number;

		if (bit & l->seen & l->shape->singular)
			quirks |= REPEATED;
		if (bit & l->shape->booleans && type != 0)
			quirks |= UNUSUAL_FRAMING;
		l->seen |= bit;
	}
	return quirks;
}

/* Bits above the 64th of a varint: we drop them, protobuf-c's booleans do not. */
static bool has_excess_bits(const uint8_t *p, size_t n)
{
	return n == 10 && p[9] & 0x7e;
}

/* Walk all messages in the bytes up to the first that is damaged. */
static unsigned quirks_of(const uint8_t *p, size_t n)
{
	struct level stack[4] = {{.shape = &profile, .end = p + n}};
	int depth = 0;
	unsigned quirks = 0;

	for (;;) {
		struct level *l = &stack[depth];
		uint64_t tag, v = 0;

		if (p == l->end) {
			if (depth-- == 0)
				return quirks;
			continue;
		}
		size_t tag_n = varint(p, l->end, &tag);
		if (tag_n == 0)
			return quirks | (l->end - p >= 5 ? UNUSUAL_FRAMING : 0);
		if (tag_n >= 5 || tag >> 3 == 0)
			quirks |= UNUSUAL_FRAMING;
		quirks |= note(l, tag >> 3, tag & 7);
		p += tag_n;

		switch (tag & 7) {
		case 0:
			n = varint(p, l->end, &v);
			if (n == 0)
				return quirks;
			quirks |= has_excess_bits(p, n) ? UNUSUAL_FRAMING : 0;
			break;
		case 1:
		case 5:
			n = (tag & 7) == 1 ? 8 : 4;
			break;
		case 2:
			n = varint(p, l->end, &v);
			if (n >= 5 || n == 0)
				quirks |= UNUSUAL_FRAMING;
			if (n == 0 || v > (size_t)(l->end - p) - n)
				return quirks;
			p += n;
			n = (size_t)v;
			break;
		default:
			return quirks;
		}
		if (n > (size_t)(l->end - p))
			return quirks;
		const struct shape *inner = tag >> 3 < 12 ? l->shape->nested[tag >> 3] : NULL;
		if (inner && (tag & 7) == 2)
			stack[++depth] = (struct level){.shape = inner, .end = p + n};
		else
			p += n;
	}
}

/* ids as a sorted list, to tell whether one is there and whether any is there twice. */
struct idset {
	uint64_t *ids;
	size_t n;
};

static int compare_ids(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static bool idset_has(const struct idset *s, uint64_t id)
{
	return s->n && bsearch(&id, s->ids, s->n, sizeof(id), compare_ids);
}

/* Sort; false if 0 or one id twice is among them. */
static bool idset_seal(struct idset *s)
{
	if (s->n)
		qsort(s->ids, s->n, sizeof(*s->ids), compare_ids);
	for (size_t i = 0; i < s->n; i++) {
		if (s->ids[i] == 0 || (i && s->ids[i] == s->ids[i - 1]))
			return false;
	}
	return true;
}

struct message {
	const Pp__Proto__Profile *m;
	struct idset mappings, locations, functions;
};

static void message_open(struct message *x, const Pp__Proto__Profile *m)
{
	*x = (struct message){.m = m};
	x->mappings.ids = pp_xcalloc(m->n_mapping, sizeof(uint64_t));
	x->locations.ids = pp_xcalloc(m->n_location, sizeof(uint64_t));
	x->functions.ids = pp_xcalloc(m->n_function, sizeof(uint64_t));
	for (size_t i = 0; i < m->n_mapping; i++)
		x->mappings.ids[x->mappings.n++] = m->mapping[i]->id;
	for (size_t i = 0; i < m->n_location; i++)
		x->locations.ids[x->locations.n++] = m->location[i]->id;
	for (size_t i = 0; i < m->n_function; i++)
		x->functions.ids[x->functions.n++] = m->function[i]->id;
}

static void message_close(struct message *x)
{
	free(x->mappings.ids);
	free(x->locations.ids);
	free(x->functions.ids);
}

static bool is_string(const Pp__Proto__Profile *m, int64_t index)
{
	return index >= 0 && (uint64_t)index < m->n_string_table;
}

static bool valid_types(const Pp__Proto__Profile *m)
{
	if (m->n_sample_type == 0 || m->n_sample_type > MAX_SAMPLE_TYPES)
		return false;
	for (size_t i = 0; i < m->n_sample_type; i++) {
		if (!is_string(m, m->sample_type[i]->type) ||
		    !is_string(m, m->sample_type[i]->unit))
			return false;
		const ProtobufCBinaryData *a = &m->string_table[m->sample_type[i]->type];
		for (size_t j = 0; j < i; j++) {
			const ProtobufCBinaryData *b = &m->string_table[m->sample_type[j]->type];

			if (a->len == b->len &&
			    (a->len == 0 || memcmp(a->data, b->data, a->len) == 0))
				return false;
		}
	}
	return !m->period_type ||
	       (is_string(m, m->period_type->type) && is_string(m, m->period_type->unit));
}

static bool valid_header(const Pp__Proto__Profile *m)
{
	if (m->n_string_table == 0 || m->string_table[0].len != 0)
		return false;
	for (size_t i = 0; i < m->n_comment; i++) {
		if (!is_string(m, m->comment[i]))
			return false;
	}
	return is_string(m, m->drop_frames) && is_string(m, m->keep_frames) &&
	       is_string(m, m->default_sample_type) && is_string(m, m->doc_url);
}

static bool valid_tables(struct message *x)
{
	const Pp__Proto__Profile *m = x->m;

	if (!idset_seal(&x->mappings) || !idset_seal(&x->locations) || !idset_seal(&x->functions))
		return false;
	for (size_t i = 0; i < m->n_mapping; i++) {
		if (!is_string(m, m->mapping[i]->filename) ||
		    !is_string(m, m->mapping[i]->build_id))
			return false;
	}
	for (size_t i = 0; i < m->n_function; i++) {
		const Pp__Proto__Function *f = m->function[i];

		if (!is_string(m, f->name) || !is_string(m, f->system_name) ||
		    !is_string(m, f->filename))
			return false;
	}
	for (size_t i = 0; i < m->n_location; i++) {
		for (size_t j = 0; j < m->location[i]->n_line; j++) {
			if (!idset_has(&x->functions, m->location[i]->line[j]->function_id))
				return false;
		}
	}
	return true;
}

static bool valid_sample(const struct message *x, const Pp__Proto__Sample *s)
{
	if (s->n_value != x->m->n_sample_type)
		return false;
	for (size_t i = 0; i < s->n_location_id; i++) {
		if (!idset_has(&x->locations, s->location_id[i]))
			return false;
	}
	for (size_t i = 0; i < s->n_label; i++) {
		const Pp__Proto__Label *l = s->label[i];

		if (!is_string(x->m, l->key) || !is_string(x->m, l->str) ||
		    !is_string(x->m, l->num_unit))
			return false;
	}
	return true;
}

static bool valid(struct message *x)
{
	if (!valid_header(x->m) || !valid_types(x->m) || !valid_tables(x))
		return false;
	for (size_t i = 0; i < x->m->n_sample; i++) {
		if (!valid_sample(x, x->m->sample[i]))
			return false;
	}
	return true;
}

static const char *compare_header(const struct pp_profile *p, const Pp__Proto__Profile *m)
{
	if (p->drop_frames != m->drop_frames || p->keep_frames != m->keep_frames)
		return "drop_frames or keep_frames";
	if (p->time_nanos != m->time_nanos || p->duration_nanos != m->duration_nanos)
		return "time or duration";
	if (p->period != m->period || p->has_period_type != !!m->period_type)
		return "period";
	if (m->period_type && (p->period_type.type != m->period_type->type ||
			       p->period_type.unit != m->period_type->unit))
		return "period type";
	if (p->default_sample_type != m->default_sample_type || p->doc_url != m->doc_url)
		return "default sample type or documentation";
	if (p->ncomments != m->n_comment)
		return "number of comments";
	for (size_t i = 0; i < m->n_comment; i++) {
		if (p->comments[i] != m->comment[i])
			return "comment";
	}
	return NULL;
}

static const char *compare_strings(const struct pp_profile *p, const Pp__Proto__Profile *m)
{
	if (p->nstrings != m->n_string_table)
		return "number of strings";
	for (size_t i = 0; i < m->n_string_table; i++) {
		const ProtobufCBinaryData *s = &m->string_table[i];

		if (p->strings[i].n != s->len ||
		    (s->len && memcmp(p->strings[i].p, s->data, s->len) != 0))
			return "string";
	}
	if (p->nsample_types != m->n_sample_type)
		return "number of sample types";
	for (size_t i = 0; i < m->n_sample_type; i++) {
		if (p->sample_types[i].type != m->sample_type[i]->type ||
		    p->sample_types[i].unit != m->sample_type[i]->unit)
			return "sample type";
	}
	return NULL;
}

static const char *compare_mappings(const struct pp_profile *p, const Pp__Proto__Profile *m)
{
	if (p->nmappings != m->n_mapping)
		return "number of mappings";
	for (size_t i = 0; i < m->n_mapping; i++) {
		const struct pp_mapping *a = &p->mappings[i];
		const Pp__Proto__Mapping *b = m->mapping[i];

		if (a->id != b->id || a->start != b->memory_start || a->limit != b->memory_limit ||
		    a->offset != b->file_offset || a->file != b->filename ||
		    a->build_id != b->build_id || a->has_functions != !!b->has_functions ||
		    a->has_filenames != !!b->has_filenames ||
		    a->has_lines != !!b->has_line_numbers ||
		    a->has_inlines != !!b->has_inline_frames)
			return "mapping";
	}
	return NULL;
}

static const char *compare_functions(const struct pp_profile *p, const Pp__Proto__Profile *m)
{
	if (p->nfunctions != m->n_function)
		return "number of functions";
	for (size_t i = 0; i < m->n_function; i++) {
		const struct pp_function *a = &p->functions[i];
		const Pp__Proto__Function *b = m->function[i];

		if (a->id != b->id || a->name != b->name || a->system_name != b->system_name ||
		    a->filename != b->filename || a->start_line != b->start_line)
			return "function";
	}
	return NULL;
}

static const char *compare_lines(const struct pp_profile *p, const struct pp_location *a,
				 const Pp__Proto__Location *b)
{
	if (a->nlines != b->n_line)
		return "number of lines";
	for (size_t i = 0; i < b->n_line; i++) {
		const struct pp_line *l = &p->lines[a->first_line + i];

		if (p->functions[l->function].id != b->line[i]->function_id ||
		    l->line != b->line[i]->line || l->column != b->line[i]->column)
			return "line";
	}
	return NULL;
}

static const char *compare_locations(const struct pp_profile *p, const struct message *x)
{
	const Pp__Proto__Profile *m = x->m;

	if (p->nlocations != m->n_location)
		return "number of locations";
	for (size_t i = 0; i < m->n_location; i++) {
		const struct pp_location *a = &p->locations[i];
		const Pp__Proto__Location *b = m->location[i];
		uint64_t id = a->mapping == PP_NONE ? 0 : p->mappings[a->mapping].id;
		const char *wrong = compare_lines(p, a, b);

		if (wrong)
			return wrong;
		if (a->id != b->id || a->address != b->address || a->folded != !!b->is_folded)
			return "location";
		if (id != (idset_has(&x->mappings, b->mapping_id) ? b->mapping_id : 0))
			return "mapping of a location";
	}
	return NULL;
}

static bool says_nothing(const Pp__Proto__Label *l)
{
	return !l->str && !l->num && !l->num_unit;
}

static const char *compare_labels(const struct pp_sample *a, const Pp__Proto__Sample *b)
{
	struct pp_wire cursor = a->label;
	struct pp_label got;

	for (size_t i = 0; i < b->n_label; i++) {
		const Pp__Proto__Label *l = b->label[i];

		if (says_nothing(l))
			continue;
		if (!pp_labels_next(&cursor, &got))
			return "number of labels";
		if (got.key != l->key || got.str != l->str || got.num != (l->str ? 0 : l->num) ||
		    got.unit != (l->str ? 0 : l->num_unit))
			return "label";
	}
	return pp_labels_next(&cursor, &got) ? "number of labels" : NULL;
}

static const char *compare_sample(const struct pp_profile *p, const struct pp_sample *a,
				  const Pp__Proto__Sample *b)
{
	if (a->nlocations != b->n_location_id)
		return "depth of a sample";
	if (a->nlocations > p->max_depth)
		return "greatest depth";
	for (size_t i = 0; i < b->n_location_id; i++) {
		if (p->locations[a->locations[i]].id != b->location_id[i])
			return "location of a sample";
	}
	for (size_t i = 0; i < b->n_value; i++) {
		if (a->values[i] != b->value[i])
			return "value of a sample";
	}
	return compare_labels(a, b);
}

static const char *compare_samples(const struct pp_profile *p, const Pp__Proto__Profile *m)
{
	const char *wrong = NULL;
	size_t n = 0;

	for (uint32_t range = 0; range < p->nranges && !wrong; range++) {
		struct pp_sample_iter it;
		struct pp_sample s;

		pp_samples_begin(&it, p, range);
		while (!wrong && pp_samples_next(&it, &s)) {
			wrong = n < m->n_sample ? compare_sample(p, &s, m->sample[n])
						: "too many samples";
			n++;
		}
		pp_samples_release(&it);
	}
	if (!wrong && (n != m->n_sample || p->nsamples != n))
		wrong = "number of samples";
	return wrong;
}

static const char *compare(const struct pp_profile *p, const struct message *x)
{
	const char *wrong = compare_header(p, x->m);

	if (!wrong)
		wrong = compare_strings(p, x->m);
	if (!wrong)
		wrong = compare_mappings(p, x->m);
	if (!wrong)
		wrong = compare_functions(p, x->m);
	if (!wrong)
		wrong = compare_locations(p, x);
	return wrong ? wrong : compare_samples(p, x->m);
}

/* Decode a copy of exactly n bytes, so that a read past the end is seen. */
static int decode(struct pp_profile *p, const void *bytes, size_t n, struct pp_err *err)
{
	uint8_t *copy = pp_xcalloc(n, 1);

	if (n)
		memcpy(copy, bytes, n);
	return pp_pprof_decode(p, copy, n, err);
}

/* What we write is what we read, and writing it again gives the same bytes. */
static const char *check_round_trip(const struct pp_profile *p, bool usual)
{
	struct pp_buf first = PP_BUF_INIT, second = PP_BUF_INIT;
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile again;
	struct message x;
	const char *wrong = NULL;

	pp_pprof_encode(p, &first);
	if (decode(&again, first.p, first.n, &err))
		wrong = "what was written is refused";
	else
		pp_pprof_encode(&again, &second);
	if (!wrong && (first.n != second.n || memcmp(first.p, second.p, first.n) != 0))
		wrong = "written twice, it differs";
	if (usual && !wrong) {
		Pp__Proto__Profile *m =
			pp__proto__profile__unpack(NULL, first.n, (const uint8_t *)first.p);

		if (m) {
			message_open(&x, m);
			wrong = valid(&x) ? compare(p, &x) : "what was written is not valid";
			message_close(&x);
			pp__proto__profile__free_unpacked(m, NULL);
		} else {
			wrong = "protobuf-c cannot read what was written";
		}
	}
	pp_profile_release(&again);
	pp_buf_release(&first);
	pp_buf_release(&second);
	return wrong;
}

/* After a failure there is a message, and nothing else. */
static const char *check_failure(const struct pp_profile *p, const struct pp_err *err)
{
	if (err->kind != PP_ERR_FORMAT && err->kind != PP_ERR_LIMIT)
		return "kind of error";
	if (!err->msg[0])
		return "no message";
	return p->bytes || p->nbytes || p->nsamples || p->nsample_types ? "not empty after failure"
									: NULL;
}

struct oracle_pprof oracle_pprof_check(const uint8_t *bytes, size_t n)
{
	struct oracle_pprof r = {0};
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;
	unsigned quirks = quirks_of(bytes, n);
	bool usual = !(quirks & UNUSUAL_FRAMING);

	r.accepted = decode(&p, bytes, n, &err) == 0;
	r.wrong = r.accepted ? check_round_trip(&p, usual) : check_failure(&p, &err);
	if (usual && !r.wrong && (r.accepted || !(quirks & REPEATED))) {
		Pp__Proto__Profile *m = pp__proto__profile__unpack(NULL, n, bytes);
		struct message x = {0};

		if (m)
			message_open(&x, m);
		if (r.accepted != (m && n && valid(&x)))
			r.wrong = r.accepted ? "we alone accept" : "we alone refuse";
		else if (r.accepted && !(quirks & REPEATED))
			r.wrong = compare(&p, &x);
		message_close(&x);
		if (m)
			pp__proto__profile__free_unpacked(m, NULL);
		r.compared = true;
	}
	pp_profile_release(&p);
	return r;
}
