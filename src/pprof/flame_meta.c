/* SPDX-License-Identifier: Apache-2.0 */
/* META of a flame graph's block: JSON, of which a profile's header is made. */
#include <config.h>

#include "pprof/flame_block.h"

#include <string.h>

#include "io/json_read.h"

#define BLOCK_VERSION 1

/* What is met before it can be checked or used. */
struct meta {
	struct pp_block *b;
	struct pp_builder *to;
	struct pp_json_read json;
	struct pp_buf key, text; /* scratch */
	struct pp_buf type, unit;
	int64_t version, nodes, funcs, sides, shown;
	uint32_t file, build_id;
};

typedef int field_reader(struct meta *m, struct pp_err *err);

struct field {
	const char *key;
	field_reader *read;
};

static const char *text_of(const struct pp_buf *b)
{
	return b->n ? b->p : "";
}

/* An object, of which the fields in a table that ends with NULL are of interest. */
static int read_object(struct meta *m, const struct field *fields, struct pp_err *err)
{
	int rc = pp_json_read_open(&m->json, '{', err);

	if (rc)
		return rc;
	while ((rc = pp_json_read_key(&m->json, &m->key, err)) == 1) {
		const struct field *f = fields;

		while (f->key && strcmp(f->key, text_of(&m->key)) != 0)
			f++;
		if (f->key ? f->read(m, err) : pp_json_read_skip(&m->json, err))
			return -1;
	}
	return rc;
}

static int read_version(struct meta *m, struct pp_err *err)
{
	return pp_json_read_int(&m->json, &m->version, err);
}

static int read_nodes(struct meta *m, struct pp_err *err)
{
	return pp_json_read_int(&m->json, &m->nodes, err);
}

static int read_funcs(struct meta *m, struct pp_err *err)
{
	return pp_json_read_int(&m->json, &m->funcs, err);
}

static int read_sides(struct meta *m, struct pp_err *err)
{
	return pp_json_read_int(&m->json, &m->sides, err);
}

static int read_shown(struct meta *m, struct pp_err *err)
{
	return pp_json_read_int(&m->json, &m->shown, err);
}

static int read_type_name(struct meta *m, struct pp_err *err)
{
	return pp_json_read_str(&m->json, &m->type, err);
}

static int read_type_unit(struct meta *m, struct pp_err *err)
{
	return pp_json_read_str(&m->json, &m->unit, err);
}

static const struct field type_fields[] = {
	{"type", read_type_name},
	{"unit", read_type_unit},
	{NULL, NULL},
};

/* Into m->type and m->unit. */
static int read_type(struct meta *m, struct pp_err *err)
{
	pp_buf_clear(&m->type);
	pp_buf_clear(&m->unit);
	return read_object(m, type_fields, err);
}

static int read_types(struct meta *m, struct pp_err *err)
{
	int rc = pp_json_read_open(&m->json, '[', err);

	if (rc)
		return rc;
	while ((rc = pp_json_read_item(&m->json, err)) == 1) {
		if (read_type(m, err))
			return -1;
		if (m->to->head.nsample_types == PP_SAMPLE_TYPES_MAX)
			return pp_err_set(err, PP_ERR_LIMIT, "more than %d sample types",
					  PP_SAMPLE_TYPES_MAX);
		pp_builder_sample_type(m->to, text_of(&m->type), text_of(&m->unit));
	}
	return rc;
}

static int read_string(struct meta *m, uint32_t *string, struct pp_err *err)
{
	if (pp_json_read_str(&m->json, &m->text, err))
		return -1;
	*string = pp_builder_string(m->to, pp_buf_view(&m->text));
	return 0;
}

static int read_file(struct meta *m, struct pp_err *err)
{
	return read_string(m, &m->file, err);
}

static int read_doc_url(struct meta *m, struct pp_err *err)
{
	return read_string(m, &m->to->head.doc_url, err);
}

static int read_build_id(struct meta *m, struct pp_err *err)
{
	return read_string(m, &m->build_id, err);
}

static int read_time(struct meta *m, struct pp_err *err)
{
	return pp_json_read_int(&m->json, &m->to->head.time_nanos, err);
}

static int read_duration(struct meta *m, struct pp_err *err)
{
	return pp_json_read_int(&m->json, &m->to->head.duration_nanos, err);
}

static int read_period(struct meta *m, struct pp_err *err)
{
	return pp_json_read_int(&m->json, &m->to->head.period, err);
}

static int read_period_type(struct meta *m, struct pp_err *err)
{
	if (read_type(m, err))
		return -1;
	m->to->head.has_period_type = true;
	m->to->head.period_type = (struct pp_value_type){
		pp_builder_string(m->to, pp_buf_view(&m->type)),
		pp_builder_string(m->to, pp_buf_view(&m->unit)),
	};
	return 0;
}

static int read_comments(struct meta *m, struct pp_err *err)
{
	int rc = pp_json_read_open(&m->json, '[', err);

	if (rc)
		return rc;
	while ((rc = pp_json_read_item(&m->json, err)) == 1) {
		if (pp_json_read_str(&m->json, &m->text, err))
			return -1;
		pp_builder_comment(m->to, pp_buf_view(&m->text));
	}
	return rc;
}

static const struct field profile_fields[] = {
	{"file", read_file},
	{"build_id", read_build_id},
	{"doc_url", read_doc_url},
	{"time", read_time},
	{"duration", read_duration},
	{"period", read_period},
	{"period_type", read_period_type},
	{"comments", read_comments},
	{NULL, NULL},
};

static int read_profile(struct meta *m, struct pp_err *err)
{
	return read_object(m, profile_fields, err);
}

static const struct field fields[] = {
	{"version", read_version}, {"nodes", read_nodes},
	{"funcs", read_funcs},	   {"types", read_types},
	{"default", read_shown},   {"sides", read_sides},
	{"profile", read_profile}, {NULL, NULL},
};

static int read_all(struct meta *m, struct pp_err *err)
{
	const struct pp_section *s = &m->b->meta;

	pp_json_read_init(&m->json,
			  (struct pp_str){(const char *)s->begin, (size_t)(s->end - s->begin)});
	if (read_object(m, fields, err) || pp_json_read_end(&m->json, err))
		return pp_err_wrap(err, "section META");
	return 0;
}

/* Numbers, against each other and the other sections. */
static int check(struct meta *m, struct pp_err *err)
{
	struct pp_block *b = m->b;
	uint32_t ntypes = m->to->head.nsample_types;

	if (m->version != BLOCK_VERSION)
		return pp_err_set(err, PP_ERR_UNSUPPORTED,
				  "its data has version %lld, and only %d is known",
				  (long long)m->version, BLOCK_VERSION);
	/* each node takes a byte at least, so this bounds their number, too */
	if (m->nodes < 1 || m->nodes > b->shap.end - b->shap.begin || m->nodes >= UINT32_MAX)
		return pp_err_set(err, PP_ERR_FORMAT, "section META: wrong number of nodes");
	if (m->funcs < 1 || m->funcs > b->func.end - b->func.begin || m->funcs >= UINT32_MAX)
		return pp_err_set(err, PP_ERR_FORMAT, "section META: wrong number of functions");
	if (ntypes == 0 || m->shown < 0 || m->shown >= ntypes)
		return pp_err_set(err, PP_ERR_FORMAT, "section META: no such sample type");
	if ((m->sides != 1 && m->sides != 2) || b->nselfs != (uint64_t)m->sides * ntypes)
		return pp_err_set(err, PP_ERR_FORMAT,
				  "section META: wrong number of columns of values");
	b->nodes = (uint32_t)m->nodes;
	b->nfuncs = (uint32_t)m->funcs;
	b->nsides = (uint32_t)m->sides;
	b->ntypes = ntypes;
	return 0;
}

/* The main binary, as its first mapping, and the type that is shown. */
static void finish(struct meta *m)
{
	struct pp_builder *to = m->to;
	const struct pp_value_type *types = (const void *)to->sample_types.p;

	to->head.default_sample_type = types[m->shown].type;
	if (m->file || m->build_id) {
		struct pp_mapping main = {.file = m->file,
					  .build_id = m->build_id,
					  .has_functions = true,
					  .has_filenames = true,
					  .has_lines = true,
					  .has_inlines = true};

		pp_builder_mapping(to, &main);
	}
}

int pp_block_meta(struct pp_block *b, struct pp_builder *to, struct pp_err *err)
{
	struct meta m = {.b = b, .to = to};
	int rc = read_all(&m, err);

	if (rc == 0)
		rc = check(&m, err);
	if (rc == 0)
		finish(&m);
	pp_buf_release(&m.key);
	pp_buf_release(&m.text);
	pp_buf_release(&m.type);
	pp_buf_release(&m.unit);
	return rc;
}
