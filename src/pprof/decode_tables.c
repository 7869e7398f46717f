/* SPDX-License-Identifier: Apache-2.0 */
/* Records of the tables: decoded by field number into plain arrays of numbers, checked, stored. */
#include <config.h>

#include "pprof/decode_tables.h"

#include "pprof/fields.h"
#include "profile/wire.h"

#define MAX_LINES \
	1000 /* of a location: each sample walks them all; inlining is a few dozen deep at most */

struct filler {
	struct pp_profile *p;
	const struct pp_table_counts *counts;
	struct pp_ids mapping_ids, function_ids;
	uint32_t line_room;
	bool has_time;
	struct pp_err *err;
};

/* Read a message whose fields 1..n-1 are all varints (unless `nested` names the one that is not)
 * into f[]. */
static int read_scalars(struct pp_wire m, uint64_t *f, unsigned n, unsigned nested,
			const char *what, struct pp_err *err)
{
	struct pp_wire_field field;
	int rc;

	while ((rc = pp_wire_next(&m, &field, err)) == 1) {
		if (field.number == 0 || field.number >= n)
			continue;
		enum pp_wire_type wanted = field.number == nested ? PP_WIRE_BYTES : PP_WIRE_VARINT;
		if (field.type != wanted)
			return pp_err_set(err, PP_ERR_FORMAT,
					  "field %llu of a %s has wire type %d before byte %zu",
					  (unsigned long long)field.number, what, field.type,
					  (size_t)(m.p - m.base));
		f[field.number] = field.value;
	}
	return rc;
}

/* A string index, which must be in the table. */
static int to_string(const struct filler *t, uint64_t index, const char *what, uint32_t *out)
{
	if (index >= t->p->nstrings)
		return pp_err_set(t->err, PP_ERR_FORMAT, "%s: string %lld of %u does not exist",
				  what, (long long)index, t->p->nstrings);
	*out = (uint32_t)index;
	return 0;
}

static int add_id(struct pp_ids *ids, uint64_t id, const char *what, struct pp_err *err)
{
	if (id == 0)
		return pp_err_set(err, PP_ERR_FORMAT, "%s with the reserved id 0", what);
	if (!pp_ids_add(ids, id))
		return pp_err_set(err, PP_ERR_FORMAT, "two %ss with the id %llu", what,
				  (unsigned long long)id);
	return 0;
}

static int fill_value_type(struct filler *t, struct pp_wire m, struct pp_value_type *out)
{
	uint64_t f[VALUE_TYPE_FIELDS] = {0};

	if (read_scalars(m, f, VALUE_TYPE_FIELDS, 0, "value type", t->err) ||
	    to_string(t, f[VALUE_TYPE_TYPE], "value type", &out->type) ||
	    to_string(t, f[VALUE_TYPE_UNIT], "value type", &out->unit))
		return -1;
	return 0;
}

static int fill_mapping(struct filler *t, struct pp_wire m)
{
	struct pp_mapping *out = &t->p->mappings[t->p->nmappings];
	uint64_t f[MAPPING_FIELDS] = {0};

	if (read_scalars(m, f, MAPPING_FIELDS, 0, "mapping", t->err) ||
	    add_id(&t->mapping_ids, f[MAPPING_ID], "mapping", t->err) ||
	    to_string(t, f[MAPPING_FILE], "mapping", &out->file) ||
	    to_string(t, f[MAPPING_BUILD_ID], "mapping", &out->build_id))
		return -1;
	out->id = f[MAPPING_ID];
	out->start = f[MAPPING_START];
	out->limit = f[MAPPING_LIMIT];
	out->offset = f[MAPPING_OFFSET];
	out->has_functions = f[MAPPING_HAS_FUNCTIONS] != 0;
	out->has_filenames = f[MAPPING_HAS_FILENAMES] != 0;
	out->has_lines = f[MAPPING_HAS_LINES] != 0;
	out->has_inlines = f[MAPPING_HAS_INLINES] != 0;
	t->p->nmappings++;
	return 0;
}

static int fill_function(struct filler *t, struct pp_wire m)
{
	struct pp_function *out = &t->p->functions[t->p->nfunctions];
	uint64_t f[FUNCTION_FIELDS] = {0};

	if (read_scalars(m, f, FUNCTION_FIELDS, 0, "function", t->err) ||
	    add_id(&t->function_ids, f[FUNCTION_ID], "function", t->err) ||
	    to_string(t, f[FUNCTION_NAME], "function name", &out->name) ||
	    to_string(t, f[FUNCTION_SYSTEM_NAME], "function system name", &out->system_name) ||
	    to_string(t, f[FUNCTION_FILE], "function file", &out->filename))
		return -1;
	out->id = f[FUNCTION_ID];
	out->start_line = (int64_t)f[FUNCTION_START_LINE];
	t->p->nfunctions++;
	return 0;
}

static int fill_line(struct filler *t, struct pp_wire m, uint64_t location)
{
	struct pp_line *out = &t->p->lines[t->p->nlines];
	uint64_t f[LINE_FIELDS] = {0};

	if (read_scalars(m, f, LINE_FIELDS, 0, "line", t->err))
		return -1;
	out->function = pp_ids_find(&t->function_ids, f[LINE_FUNCTION]);
	if (out->function == PP_NONE)
		return pp_err_set(t->err, PP_ERR_FORMAT,
				  "location %llu has a line of the unknown function %llu",
				  (unsigned long long)location,
				  (unsigned long long)f[LINE_FUNCTION]);
	out->line = (int64_t)f[LINE_LINE];
	out->column = (int64_t)f[LINE_COLUMN];
	t->p->nlines++;
	return 0;
}

static int fill_location(struct filler *t, struct pp_wire m)
{
	struct pp_location *out = &t->p->locations[t->p->nlocations];
	uint64_t f[LOCATION_FIELDS] = {0};
	struct pp_wire_field field;
	int rc;

	if (read_scalars(m, f, LOCATION_FIELDS, LOCATION_LINE, "location", t->err) ||
	    add_id(&t->p->location_ids, f[LOCATION_ID], "location", t->err))
		return -1;
	*out = (struct pp_location){
		.id = f[LOCATION_ID],
		.address = f[LOCATION_ADDRESS],
		.mapping = f[LOCATION_MAPPING] ? pp_ids_find(&t->mapping_ids, f[LOCATION_MAPPING])
					       : PP_NONE,
		.first_line = t->p->nlines,
		.folded = f[LOCATION_FOLDED] != 0,
	};
	while ((rc = pp_wire_next(&m, &field, t->err)) == 1) {
		if (field.number == LOCATION_LINE &&
		    fill_line(t, pp_wire_enter(&m, &field), out->id))
			return -1;
	}
	out->nlines = t->p->nlines - out->first_line;
	if (out->nlines > MAX_LINES)
		return pp_err_set(t->err, PP_ERR_LIMIT, "location %llu has %u lines, more than %d",
				  (unsigned long long)out->id, out->nlines, MAX_LINES);
	t->p->nlocations++;
	return rc;
}

static int fill_comments(struct filler *t, const struct pp_wire_field *f)
{
	const uint8_t *p = f->bytes;
	uint64_t index = f->value;

	if (f->type == PP_WIRE_VARINT)
		return to_string(t, index, "comment", &t->p->comments[t->p->ncomments++]);
	for (const uint8_t *end = p + f->n; p < end;) {
		index = pp_wire_varint_trusted(&p);
		if (to_string(t, index, "comment", &t->p->comments[t->p->ncomments++]))
			return -1;
	}
	return 0;
}

static int fill_time(struct filler *t, uint64_t nanos)
{
	if (t->p->time_nanos)
		return pp_err_set(t->err, PP_ERR_FORMAT,
				  "the time is set twice: these are concatenated profiles");
	t->p->time_nanos = (int64_t)nanos;
	return 0;
}

/* Fields of Profile that are not tables. */
static int fill_header(struct filler *t, const struct pp_wire *w, const struct pp_wire_field *f)
{
	struct pp_profile *p = t->p;

	switch (f->number) {
	case PROFILE_DROP_FRAMES:
		return to_string(t, f->value, "drop_frames", &p->drop_frames);
	case PROFILE_KEEP_FRAMES:
		return to_string(t, f->value, "keep_frames", &p->keep_frames);
	case PROFILE_TIME_NANOS:
		return fill_time(t, f->value);
	case PROFILE_DURATION_NANOS:
		p->duration_nanos = (int64_t)f->value;
		return 0;
	case PROFILE_PERIOD_TYPE:
		p->has_period_type = true;
		return fill_value_type(t, pp_wire_enter(w, f), &p->period_type);
	case PROFILE_PERIOD:
		p->period = (int64_t)f->value;
		return 0;
	case PROFILE_COMMENT:
		return fill_comments(t, f);
	case PROFILE_DEFAULT_SAMPLE_TYPE:
		return to_string(t, f->value, "default_sample_type", &p->default_sample_type);
	case PROFILE_DOC_URL:
		return to_string(t, f->value, "doc_url", &p->doc_url);
	default:
		return 0;
	}
}

typedef int fill_fn(struct filler *t, const struct pp_wire *w, const struct pp_wire_field *f);

static int fill_string(struct filler *t, const struct pp_wire *w PP_UNUSED,
		       const struct pp_wire_field *f)
{
	if (f->number == PROFILE_STRING_TABLE)
		t->p->strings[t->p->nstrings++] = (struct pp_str){(const char *)f->bytes, f->n};
	return 0;
}

/* What may be referred to by the next stage. */
static int fill_referents(struct filler *t, const struct pp_wire *w, const struct pp_wire_field *f)
{
	switch (f->number) {
	case PROFILE_SAMPLE_TYPE:
		return fill_value_type(t, pp_wire_enter(w, f),
				       &t->p->sample_types[t->p->nsample_types++]);
	case PROFILE_MAPPING:
		return fill_mapping(t, pp_wire_enter(w, f));
	case PROFILE_FUNCTION:
		return fill_function(t, pp_wire_enter(w, f));
	default:
		return fill_header(t, w, f);
	}
}

static int count_lines(struct filler *t, const struct pp_wire *w, const struct pp_wire_field *f)
{
	struct pp_wire_field field;
	int rc;

	if (f->number != PROFILE_LOCATION)
		return 0;
	struct pp_wire m = pp_wire_enter(w, f);
	while ((rc = pp_wire_next(&m, &field, t->err)) == 1)
		t->line_room += field.number == LOCATION_LINE;
	return rc;
}

static int fill_locations(struct filler *t, const struct pp_wire *w, const struct pp_wire_field *f)
{
	return f->number == PROFILE_LOCATION ? fill_location(t, pp_wire_enter(w, f)) : 0;
}

/* Call fn for all fields of the profile but the samples, most of which are jumped over in one step.
 */
static int each_field(struct filler *t, fill_fn *fn)
{
	struct pp_wire w = {t->p->bytes, t->p->bytes + t->p->nbytes, t->p->bytes};
	struct pp_wire_field f;

	for (;;) {
		if (w.p == t->counts->run_begin)
			w.p = t->counts->run_end;
		int rc = pp_wire_next(&w, &f, t->err);
		if (rc != 1)
			return rc;
		if (f.number != PROFILE_SAMPLE && fn(t, &w, &f))
			return -1;
	}
}

static int allocate(struct filler *t)
{
	struct pp_profile *p = t->p;
	const uint32_t *n = t->counts->records;
	struct pp_err *err = t->err;

	p->strings = pp_arena_array(&p->arena, n[PROFILE_STRING_TABLE], sizeof(*p->strings), err);
	p->sample_types =
		pp_arena_array(&p->arena, n[PROFILE_SAMPLE_TYPE], sizeof(*p->sample_types), err);
	p->mappings = pp_arena_array(&p->arena, n[PROFILE_MAPPING], sizeof(*p->mappings), err);
	p->functions = pp_arena_array(&p->arena, n[PROFILE_FUNCTION], sizeof(*p->functions), err);
	p->locations = pp_arena_array(&p->arena, n[PROFILE_LOCATION], sizeof(*p->locations), err);
	p->comments = pp_arena_array(&p->arena, n[PROFILE_COMMENT], sizeof(*p->comments), err);
	return p->strings && p->sample_types && p->mappings && p->functions && p->locations &&
			       p->comments
		       ? 0
		       : -1;
}

static int fill(struct filler *t)
{
	struct pp_profile *p = t->p;

	if (allocate(t) || each_field(t, fill_string))
		return -1;
	if (p->nstrings == 0)
		return pp_err_set(t->err, PP_ERR_FORMAT, "no string table");
	if (each_field(t, fill_referents) || each_field(t, count_lines))
		return -1;
	p->lines = pp_arena_array(&p->arena, t->line_room, sizeof(*p->lines), t->err);
	if (!p->lines || each_field(t, fill_locations))
		return -1;
	return pp_profile_check_types(t->p, t->err);
}

int pp_pprof_fill_tables(struct pp_profile *p, const struct pp_table_counts *counts,
			 struct pp_err *err)
{
	struct filler t = {.p = p, .counts = counts, .err = err};

	pp_ids_init(&t.mapping_ids);
	pp_ids_init(&t.function_ids);
	int rc = fill(&t);
	pp_ids_release(&t.mapping_ids);
	pp_ids_release(&t.function_ids);
	return rc;
}
