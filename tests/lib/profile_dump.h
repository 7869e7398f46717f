/* SPDX-License-Identifier: Apache-2.0 */
/* A profile as a few lines of text, to compare with what it should be. */
#ifndef PP_TESTS_PROFILE_DUMP_H
#define PP_TESTS_PROFILE_DUMP_H

#include "base/buf.h"
#include "profile/profile.h"
#include "profile/samples.h"

static void dump_string(struct pp_buf *out, const struct pp_profile *p, uint32_t string)
{
	pp_buf_add(out, p->strings[string].p, p->strings[string].n);
}

/* "400fff@1=main.f(f.go:7)<main.g(g.go:9)": address and mapping, then lines, innermost first. */
static void dump_location(struct pp_buf *out, const struct pp_profile *p, uint32_t at)
{
	const struct pp_location *l = &p->locations[at];

	pp_buf_fmt(out, " %llx", (unsigned long long)l->address);
	if (l->mapping != PP_NONE)
		pp_buf_fmt(out, "@%u", l->mapping + 1);
	for (uint32_t i = 0; i < l->nlines; i++) {
		const struct pp_line *line = &p->lines[l->first_line + i];
		const struct pp_function *f = &p->functions[line->function];

		pp_buf_char(out, i ? '<' : '=');
		dump_string(out, p, f->name);
		pp_buf_char(out, '(');
		dump_string(out, p, f->filename);
		pp_buf_fmt(out, ":%lld)", (long long)line->line);
	}
}

static void dump_labels(struct pp_buf *out, const struct pp_profile *p, struct pp_wire labels)
{
	struct pp_label l;

	while (pp_labels_next(&labels, &l)) {
		pp_buf_char(out, ' ');
		dump_string(out, p, l.key);
		pp_buf_char(out, '=');
		if (!l.str)
			pp_buf_fmt(out, "%lld", (long long)l.num);
		dump_string(out, p, l.str ? l.str : l.unit);
	}
}

static void dump_samples(struct pp_buf *out, const struct pp_profile *p)
{
	struct pp_sample_iter it;
	struct pp_sample s;

	for (uint32_t range = 0; range < p->nranges; range++) {
		pp_samples_begin(&it, p, range);
		while (pp_samples_next(&it, &s)) {
			for (uint32_t i = 0; i < p->nsample_types; i++)
				pp_buf_fmt(out, "%s%lld", i ? "," : "", (long long)s.values[i]);
			pp_buf_char(out, ':');
			for (uint32_t i = 0; i < s.nlocations; i++)
				dump_location(out, p, s.locations[i]);
			dump_labels(out, p, s.label);
			pp_buf_char(out, '\n');
		}
		pp_samples_release(&it);
	}
}

static void dump_type(struct pp_buf *out, const struct pp_profile *p, struct pp_value_type t)
{
	dump_string(out, p, t.type);
	pp_buf_char(out, '/');
	dump_string(out, p, t.unit);
}

static void dump_mapping(struct pp_buf *out, const struct pp_profile *p, const struct pp_mapping *m)
{
	pp_buf_fmt(out, "%llx-%llx+%llx ", (unsigned long long)m->start,
		   (unsigned long long)m->limit, (unsigned long long)m->offset);
	dump_string(out, p, m->file);
	pp_buf_char(out, ' ');
	dump_string(out, p, m->build_id);
	pp_buf_char(out, '\n');
}

/* Types and period; samples; mappings. */
static void dump_profile(struct pp_buf *out, const struct pp_profile *p)
{
	for (uint32_t i = 0; i < p->nsample_types; i++) {
		dump_type(out, p, p->sample_types[i]);
		pp_buf_char(out, ' ');
	}
	pp_buf_fmt(out, "per %lld ", (long long)p->period);
	dump_type(out, p, p->period_type);
	if (p->duration_nanos)
		pp_buf_fmt(out, " in %lld", (long long)p->duration_nanos);
	pp_buf_char(out, '\n');
	dump_samples(out, p);
	for (uint32_t i = 0; i < p->nmappings; i++)
		dump_mapping(out, p, &p->mappings[i]);
}

#endif
