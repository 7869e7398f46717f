/* SPDX-License-Identifier: Apache-2.0 */
/* The same facts for programs. */
#include <config.h>

#include "render/info.h"

#include <inttypes.h>
#include <stdio.h>

#include "io/json.h"

static void string(struct pp_json *j, const char *key, const struct pp_profile *p, uint32_t string)
{
	if (pp_profile_str(p, string).n)
		pp_json_pair_str(j, key, pp_profile_str(p, string));
}

static void boolean(struct pp_json *j, const char *key, bool value)
{
	pp_json_key(j, key);
	pp_json_bool(j, value);
}

/* 64 bits without a sign: hexadecimal text, as numbers in JSON are not that exact everywhere. */
static void address(struct pp_json *j, const char *key, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%" PRIx64, value);
	pp_json_pair_str(j, key, pp_str_of(text));
}

static void head(struct pp_json *j, const struct pp_info *info)
{
	const struct pp_profile *p = info->profile;

	pp_json_pair_str(j, "file", pp_str_of(info->file));
	pp_json_pair_int(j, "file_bytes", (int64_t)info->file_bytes);
	pp_json_pair_str(j, "compression", info->gzip ? PP_STR_LIT("gzip") : PP_STR_LIT("none"));
	pp_json_pair_int(j, "bytes", (int64_t)p->nbytes);
	if (p->time_nanos)
		pp_json_pair_int(j, "time_nanos", p->time_nanos);
	if (p->duration_nanos)
		pp_json_pair_int(j, "duration_nanos", p->duration_nanos);
	pp_json_pair_int(j, "period", p->period);
	string(j, "period_type", p, p->period_type.type);
	string(j, "period_unit", p, p->period_type.unit);
	string(j, "doc_url", p, p->doc_url);
	string(j, "drop_frames", p, p->drop_frames);
	string(j, "keep_frames", p, p->keep_frames);
}

static void counts(struct pp_json *j, const struct pp_info *info)
{
	const struct pp_profile *p = info->profile;

	pp_json_pair_int(j, "samples", (int64_t)p->nsamples);
	pp_json_pair_int(j, "samples_without_stack", (int64_t)info->summary->empty);
	pp_json_pair_int(j, "frames", (int64_t)info->summary->frames);
	pp_json_pair_int(j, "max_depth", (int64_t)info->summary->deepest);
	pp_json_pair_int(j, "locations", p->nlocations);
	pp_json_pair_int(j, "functions", p->nfunctions);
	pp_json_pair_int(j, "strings", p->nstrings);
}

static void sample_types(struct pp_json *j, const struct pp_info *info)
{
	const struct pp_profile *p = info->profile;

	pp_json_key(j, "sample_types");
	pp_json_open(j, '[');
	for (uint32_t i = 0; i < p->nsample_types; i++) {
		pp_json_open(j, '{');
		pp_json_pair_str(j, "type", pp_profile_str(p, p->sample_types[i].type));
		pp_json_pair_str(j, "unit", pp_profile_str(p, p->sample_types[i].unit));
		pp_json_pair_int(j, "total", info->summary->totals[i]);
		boolean(j, "default", i == info->index);
		pp_json_close(j, '}');
	}
	pp_json_close(j, ']');
}

static void symbols(struct pp_json *j, const struct pp_summary_mapping *m)
{
	pp_json_pair_int(j, "locations", m->locations);
	pp_json_pair_int(j, "with_functions", m->functions);
	pp_json_pair_int(j, "with_files", m->files);
	pp_json_pair_int(j, "with_lines", m->lines);
	pp_json_pair_int(j, "with_inlines", m->inlined);
}

static void mapping(struct pp_json *j, const struct pp_profile *p, const struct pp_mapping *m)
{
	string(j, "file", p, m->file);
	string(j, "build_id", p, m->build_id);
	address(j, "start", m->start);
	address(j, "limit", m->limit);
	address(j, "offset", m->offset);
	boolean(j, "has_functions", m->has_functions);
	boolean(j, "has_filenames", m->has_filenames);
	boolean(j, "has_line_numbers", m->has_lines);
	boolean(j, "has_inline_frames", m->has_inlines);
}

static void mappings(struct pp_json *j, const struct pp_info *info)
{
	const struct pp_profile *p = info->profile;

	pp_json_key(j, "mappings");
	pp_json_open(j, '[');
	for (uint32_t i = 0; i < p->nmappings; i++) {
		pp_json_open(j, '{');
		mapping(j, p, &p->mappings[i]);
		symbols(j, &info->summary->mappings[i]);
		pp_json_close(j, '}');
	}
	pp_json_close(j, ']');
	pp_json_key(j, "no_mapping");
	pp_json_open(j, '{');
	symbols(j, &info->summary->mappings[p->nmappings]);
	pp_json_close(j, '}');
}

static void labels(struct pp_json *j, const struct pp_tags *t)
{
	pp_json_key(j, "labels");
	pp_json_open(j, '[');
	for (size_t from = 0, to; from < t->n; from = to) {
		const struct pp_label_key *key = &t->labels->keys[t->all[from].key];
		int64_t numbers = 0;

		to = pp_tags_key_end(t, from);
		for (size_t i = from; i < to; i++)
			numbers += t->all[i].is_number;
		pp_json_open(j, '{');
		pp_json_pair_str(j, "key", key->name);
		pp_json_pair_int(j, "values", (int64_t)(to - from) - numbers);
		pp_json_pair_int(j, "numbers", numbers);
		if (numbers)
			pp_json_pair_str(j, "unit", key->unit);
		pp_json_close(j, '}');
	}
	pp_json_close(j, ']');
}

void pp_info_json(const struct pp_info *info, struct pp_out *o)
{
	const struct pp_profile *p = info->profile;
	struct pp_json j;

	pp_json_init(&j, o);
	pp_json_open(&j, '{');
	head(&j, info);
	counts(&j, info);
	sample_types(&j, info);
	mappings(&j, info);
	labels(&j, info->tags);
	pp_json_key(&j, "comments");
	pp_json_open(&j, '[');
	for (uint32_t i = 0; i < p->ncomments; i++)
		pp_json_str(&j, pp_profile_str(p, p->comments[i]));
	pp_json_close(&j, ']');
	pp_json_close(&j, '}');
}

static void record(struct pp_out *o, const char *about, struct pp_str name, const char *fact,
		   struct pp_str value)
{
	pp_out_text(o, about);
	pp_out_char(o, ',');
	pp_out_csv(o, name);
	pp_out_fmt(o, ",%s,", fact);
	pp_out_csv(o, value);
	pp_out_char(o, '\n');
}

static void number(struct pp_out *o, const char *about, struct pp_str name, const char *fact,
		   int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, value);
	record(o, about, name, fact, pp_str_of(text));
}

static void csv_mapping(struct pp_out *o, struct pp_str file, const struct pp_summary_mapping *m)
{
	number(o, "mapping", file, "locations", m->locations);
	number(o, "mapping", file, "with_functions", m->functions);
	number(o, "mapping", file, "with_files", m->files);
	number(o, "mapping", file, "with_lines", m->lines);
	number(o, "mapping", file, "with_inlines", m->inlined);
}

static void csv_profile(const struct pp_info *info, struct pp_out *o)
{
	const struct pp_profile *p = info->profile;
	struct pp_str file = pp_str_of(info->file);

	number(o, "profile", file, "file_bytes", (int64_t)info->file_bytes);
	number(o, "profile", file, "bytes", (int64_t)p->nbytes);
	number(o, "profile", file, "time_nanos", p->time_nanos);
	number(o, "profile", file, "duration_nanos", p->duration_nanos);
	number(o, "profile", file, "period", p->period);
	record(o, "profile", file, "period_type", pp_profile_str(p, p->period_type.type));
	record(o, "profile", file, "period_unit", pp_profile_str(p, p->period_type.unit));
	number(o, "profile", file, "samples", (int64_t)p->nsamples);
	number(o, "profile", file, "samples_without_stack", (int64_t)info->summary->empty);
	number(o, "profile", file, "frames", (int64_t)info->summary->frames);
	number(o, "profile", file, "max_depth", (int64_t)info->summary->deepest);
	number(o, "profile", file, "locations", p->nlocations);
	number(o, "profile", file, "functions", p->nfunctions);
	number(o, "profile", file, "strings", p->nstrings);
}

void pp_info_csv(const struct pp_info *info, struct pp_out *o)
{
	const struct pp_profile *p = info->profile;
	const struct pp_tags *t = info->tags;

	pp_out_text(o, "about,name,fact,value\n");
	csv_profile(info, o);
	for (uint32_t i = 0; i < p->nsample_types; i++) {
		struct pp_str type = pp_profile_str(p, p->sample_types[i].type);

		record(o, "sample type", type, "unit", pp_profile_str(p, p->sample_types[i].unit));
		number(o, "sample type", type, "total", info->summary->totals[i]);
	}
	for (uint32_t i = 0; i < p->nmappings; i++) {
		struct pp_str file = pp_profile_str(p, p->mappings[i].file);

		record(o, "mapping", file, "build_id", pp_profile_str(p, p->mappings[i].build_id));
		csv_mapping(o, file, &info->summary->mappings[i]);
	}
	for (size_t from = 0, to; from < t->n; from = to) {
		to = pp_tags_key_end(t, from);
		number(o, "label", t->labels->keys[t->all[from].key].name, "values",
		       (int64_t)(to - from));
	}
	for (uint32_t i = 0; i < p->ncomments; i++)
		record(o, "comment", PP_STR_LIT(""), "text", pp_profile_str(p, p->comments[i]));
}
