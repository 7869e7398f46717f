/* SPDX-License-Identifier: Apache-2.0 */
/* A profile as a few lines of text, to compare with what it should be. */
#ifndef PP_TESTS_LEGACY_DUMP_H
#define PP_TESTS_LEGACY_DUMP_H

#include "base/buf.h"
#include "profile/profile.h"
#include "profile/samples.h"

static const char *dump_string(const struct pp_profile *p, uint32_t string)
{
	return p->strings[string].p; /* the builder's strings are terminated */
}

/* "400fff@1 main.f:7<main.g:9": address and mapping, then lines, innermost first. */
static void dump_location(struct pp_buf *out, const struct pp_profile *p, uint32_t at)
{
	const struct pp_location *l = &p->locations[at];

	pp_buf_fmt(out, " %llx", (unsigned long long)l->address);
	if (l->mapping != PP_NONE)
		pp_buf_fmt(out, "@%u", l->mapping + 1);
	for (uint32_t i = 0; i < l->nlines; i++) {
		const struct pp_line *line = &p->lines[l->first_line + i];
		const struct pp_function *f = &p->functions[line->function];

		pp_buf_fmt(out, "%s%s(%s:%lld)", i ? "<" : "=", dump_string(p, f->name),
			   dump_string(p, f->filename), (long long)line->line);
	}
}

static void dump_labels(struct pp_buf *out, const struct pp_profile *p, struct pp_wire labels)
{
	struct pp_label l;

	while (pp_labels_next(&labels, &l)) {
		pp_buf_fmt(out, " %s=", dump_string(p, l.key));
		if (l.str)
			pp_buf_str(out, dump_string(p, l.str));
		else
			pp_buf_fmt(out, "%lld%s", (long long)l.num, dump_string(p, l.unit));
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

/* Types and period; samples; mappings. */
static void dump_profile(struct pp_buf *out, const struct pp_profile *p)
{
	for (uint32_t i = 0; i < p->nsample_types; i++)
		pp_buf_fmt(out, "%s/%s ", dump_string(p, p->sample_types[i].type),
			   dump_string(p, p->sample_types[i].unit));
	pp_buf_fmt(out, "per %lld %s/%s", (long long)p->period, dump_string(p, p->period_type.type),
		   dump_string(p, p->period_type.unit));
	if (p->duration_nanos)
		pp_buf_fmt(out, " in %lld", (long long)p->duration_nanos);
	pp_buf_char(out, '\n');
	dump_samples(out, p);
	for (uint32_t i = 0; i < p->nmappings; i++)
		pp_buf_fmt(out, "%llx-%llx+%llx %s %s\n", (unsigned long long)p->mappings[i].start,
			   (unsigned long long)p->mappings[i].limit,
			   (unsigned long long)p->mappings[i].offset,
			   dump_string(p, p->mappings[i].file),
			   dump_string(p, p->mappings[i].build_id));
}

#endif
