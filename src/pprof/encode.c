/* SPDX-License-Identifier: Apache-2.0 */
/*
 * protobuf-c packs the small messages one by one; samples are packed already and copied. Fields
 * come in the order of their numbers, as pprof's writer has them.
 */
#include <config.h>

#include "pprof/encode.h"

#include "base/alloc.h"
#include "pprof/fields.h"
#include "profile.pb-c.h"
#include "profile/samples.h"

static void add_message(struct pp_buf *out, unsigned field, const ProtobufCMessage *m)
{
	size_t n = protobuf_c_message_get_packed_size(m);

	pp_wire_put_tag(out, field, PP_WIRE_BYTES);
	pp_wire_put_varint(out, n);
	pp_buf_reserve(out, n);
	protobuf_c_message_pack(m, (uint8_t *)out->p + out->n);
	out->n += n;
}

static void add_value_type(struct pp_buf *out, unsigned field, const struct pp_value_type *t)
{
	Pp__Proto__ValueType m = PP__PROTO__VALUE_TYPE__INIT;

	m.type = t->type;
	m.unit = t->unit;
	add_message(out, field, &m.base);
}

static void add_mapping(struct pp_buf *out, const struct pp_mapping *from)
{
	Pp__Proto__Mapping m = PP__PROTO__MAPPING__INIT;

	m.id = from->id;
	m.memory_start = from->start;
	m.memory_limit = from->limit;
	m.file_offset = from->offset;
	m.filename = from->file;
	m.build_id = from->build_id;
	m.has_functions = from->has_functions;
	m.has_filenames = from->has_filenames;
	m.has_line_numbers = from->has_lines;
	m.has_inline_frames = from->has_inlines;
	add_message(out, PROFILE_MAPPING, &m.base);
}

static void add_function(struct pp_buf *out, const struct pp_function *from)
{
	Pp__Proto__Function m = PP__PROTO__FUNCTION__INIT;

	m.id = from->id;
	m.name = from->name;
	m.system_name = from->system_name;
	m.filename = from->filename;
	m.start_line = from->start_line;
	add_message(out, PROFILE_FUNCTION, &m.base);
}

static void add_location(struct pp_buf *out, const struct pp_profile *p,
			 const struct pp_location *from)
{
	PP_CLEANUP(pp_freep)
	Pp__Proto__Line *lines = pp_xcalloc(from->nlines, sizeof(*lines));
	PP_CLEANUP(pp_freep)
	Pp__Proto__Line **pointers = pp_xcalloc(from->nlines, sizeof(Pp__Proto__Line *));
	Pp__Proto__Location m = PP__PROTO__LOCATION__INIT;

	for (uint32_t i = 0; i < from->nlines; i++) {
		const struct pp_line *l = &p->lines[from->first_line + i];

		pp__proto__line__init(&lines[i]);
		lines[i].function_id = p->functions[l->function].id;
		lines[i].line = l->line;
		lines[i].column = l->column;
		pointers[i] = &lines[i];
	}
	m.id = from->id;
	m.mapping_id = from->mapping == PP_NONE ? 0 : p->mappings[from->mapping].id;
	m.address = from->address;
	m.n_line = from->nlines;
	m.line = pointers;
	m.is_folded = from->folded;
	add_message(out, PROFILE_LOCATION, &m.base);
}

/* The samples of a range without what may stand between them. */
static void add_samples(struct pp_buf *out, const struct pp_sample_range *r)
{
	const uint8_t *p = r->begin;

	while (p < r->end) {
		struct pp_wire w = {p, r->end, r->begin};
		struct pp_wire_field f;
		struct pp_err ignored;

		if (pp_wire_next(&w, &f, &ignored) != 1)
			return; /* cannot be: checked when the profile was made */
		if (f.number == PROFILE_SAMPLE)
			pp_buf_add(out, p, (size_t)(w.p - p));
		p = w.p;
	}
}

static void add_strings(struct pp_buf *out, const struct pp_profile *p)
{
	for (uint32_t i = 0; i < p->nstrings; i++)
		pp_wire_put_bytes(out, PROFILE_STRING_TABLE, p->strings[i].p, p->strings[i].n);
}

static void add_header(struct pp_buf *out, const struct pp_profile *p)
{
	pp_wire_put_number(out, PROFILE_DROP_FRAMES, p->drop_frames);
	pp_wire_put_number(out, PROFILE_KEEP_FRAMES, p->keep_frames);
	pp_wire_put_number(out, PROFILE_TIME_NANOS, (uint64_t)p->time_nanos);
	pp_wire_put_number(out, PROFILE_DURATION_NANOS, (uint64_t)p->duration_nanos);
	if (p->has_period_type)
		add_value_type(out, PROFILE_PERIOD_TYPE, &p->period_type);
	pp_wire_put_number(out, PROFILE_PERIOD, (uint64_t)p->period);
	for (uint32_t i = 0; i < p->ncomments; i++) {
		/* not as a number: a comment may be the empty string */
		pp_wire_put_tag(out, PROFILE_COMMENT, PP_WIRE_VARINT);
		pp_wire_put_varint(out, p->comments[i]);
	}
	pp_wire_put_number(out, PROFILE_DEFAULT_SAMPLE_TYPE, p->default_sample_type);
	pp_wire_put_number(out, PROFILE_DOC_URL, p->doc_url);
}

void pp_pprof_encode(const struct pp_profile *p, struct pp_buf *out)
{
	for (uint32_t i = 0; i < p->nsample_types; i++)
		add_value_type(out, PROFILE_SAMPLE_TYPE, &p->sample_types[i]);
	for (uint32_t i = 0; i < p->nranges; i++)
		add_samples(out, &p->ranges[i]);
	for (uint32_t i = 0; i < p->nmappings; i++)
		add_mapping(out, &p->mappings[i]);
	for (uint32_t i = 0; i < p->nlocations; i++)
		add_location(out, p, &p->locations[i]);
	for (uint32_t i = 0; i < p->nfunctions; i++)
		add_function(out, &p->functions[i]);
	add_strings(out, p);
	add_header(out, p);
}
