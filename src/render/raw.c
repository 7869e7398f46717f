/* SPDX-License-Identifier: Apache-2.0 */
/* Rules: google/pprof, Profile.String. */
#include <config.h>

#include "render/raw.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "profile/walk.h"
#include "render/label_lines.h"

#define LABEL_INDENT   "                "
#define LINE_INDENT    "             " /* lines of a location behind its first */
#define DURATION_SHOWN 4	       /* characters: pprof prints it with "%.4v" */
#define ID_TEXT_MAX    24

struct writer {
	const struct pp_profile *p;
	const struct pp_filter *filter;
	const struct pp_raw_options *options;
	struct pp_out *o;
	struct pp_label_lines labels;
	char *ids;  /* "ID " of each location, one after the other */
	size_t *id; /* of each location: where it begins; one more for the end of the last */
};

static void text(struct writer *w, uint32_t string)
{
	pp_out_safe(w->o, pp_profile_str(w->p, string));
}

static void line_of(struct writer *w, const char *what, uint32_t string)
{
	pp_out_text(w->o, what);
	text(w, string);
	pp_out_char(w->o, '\n');
}

static void duration(struct writer *w)
{
	char whole[PP_DURATION_MAX];
	struct pp_str rest = pp_str_of(pp_clock_duration(whole, w->p->duration_nanos));
	size_t n = 0;
	uint32_t cp;

	for (int i = 0; i < DURATION_SHOWN && n < rest.n; i++)
		n += pp_utf8_decode((struct pp_str){rest.p + n, rest.n - n}, &cp);
	pp_out_text(w->o, "Duration: ");
	pp_out_bytes(w->o, whole, n);
	pp_out_char(w->o, '\n');
}

static void head(struct writer *w)
{
	const struct pp_profile *p = w->p;
	char when[80];

	for (uint32_t i = 0; i < p->ncomments; i++)
		line_of(w, "Comment: ", p->comments[i]);
	if (pp_profile_str(p, p->doc_url).n)
		line_of(w, "Doc: ", p->doc_url);
	/* written whether the file has one or not */
	pp_out_text(w->o, "PeriodType: ");
	text(w, p->period_type.type);
	pp_out_char(w->o, ' ');
	text(w, p->period_type.unit);
	pp_out_fmt(w->o, "\nPeriod: %" PRId64 "\n", p->period);
	if (p->time_nanos) {
		pp_clock_format_full(when, sizeof(when), p->time_nanos);
		pp_out_fmt(w->o, "Time: %s\n", when);
	}
	if (p->duration_nanos)
		duration(w);
}

/* "type/unit[dflt] type/unit", without blanks around. */
static void sample_types(struct writer *w)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf line = PP_BUF_INIT;
	struct pp_str dflt = pp_profile_str(w->p, w->p->default_sample_type);

	for (uint32_t i = 0; i < w->p->nsample_types; i++) {
		struct pp_str type = pp_profile_str(w->p, w->p->sample_types[i].type);
		struct pp_str unit = pp_profile_str(w->p, w->p->sample_types[i].unit);

		pp_buf_add(&line, type.p, type.n);
		pp_buf_char(&line, '/');
		pp_buf_add(&line, unit.p, unit.n);
		pp_buf_str(&line, pp_str_eq(type, dflt) ? "[dflt] " : " ");
	}

	struct pp_str shown = pp_buf_view(&line);
	for (; shown.n && strchr(" \t\n\v\f\r", shown.p[shown.n - 1]); shown.n--)
		;
	for (; shown.n && strchr(" \t\n\v\f\r", shown.p[0]); shown.n--)
		shown.p++;
	pp_out_text(w->o, "Samples:\n");
	pp_out_safe(w->o, shown);
	pp_out_char(w->o, '\n');
}

/* Ids are printed once per location: stacks repeat them. */
static void make_ids(struct writer *w)
{
	const struct pp_profile *p = w->p;
	size_t at = 0;

	w->ids = pp_xcalloc(p->nlocations, ID_TEXT_MAX);
	w->id = pp_xcalloc((size_t)p->nlocations + 1, sizeof(*w->id));
	for (uint32_t i = 0; i < p->nlocations; i++) {
		w->id[i] = at;
		at += (size_t)snprintf(w->ids + at, ID_TEXT_MAX, "%" PRIu64 " ",
				       p->locations[i].id);
	}
	w->id[p->nlocations] = at;
}

static void visit(void *context, unsigned worker PP_UNUSED, struct pp_sample *s)
{
	struct writer *w = context;

	if (!pp_filter_sample(w->filter, s))
		return;
	for (uint32_t i = 0; i < w->p->nsample_types; i++)
		pp_out_fmt(w->o, " %10" PRId64, s->values[i]);
	pp_out_text(w->o, ": ");
	for (uint32_t i = 0; i < s->nlocations; i++) {
		size_t at = w->id[s->locations[i]];

		pp_out_bytes(w->o, w->ids + at, w->id[s->locations[i] + 1] - at);
	}
	pp_out_char(w->o, '\n');
	pp_label_lines_load(&w->labels, s);

	size_t from = 0, to = w->labels.ntexts;
	for (int kind = 0; kind < 2; kind++, from = to, to = w->labels.n) {
		if (from == to)
			continue;
		pp_out_text(w->o, LABEL_INDENT);
		pp_label_lines_print(&w->labels, from, to, ' ', w->o);
		pp_out_char(w->o, '\n');
	}
}

static void samples(struct writer *w)
{
	pp_label_lines_init(&w->labels, w->filter, NULL);
	make_ids(w);
	pp_walk(w->p, 1, visit, w);
	pp_label_lines_release(&w->labels);
	free(w->ids);
	free(w->id);
}

static void function_line(struct writer *w, const struct pp_line *line)
{
	const struct pp_function *fn = &w->p->functions[line->function];
	bool columns = w->options->columns || !w->options->noinlines;

	text(w, fn->name);
	pp_out_char(w->o, ' ');
	text(w, fn->filename);
	pp_out_fmt(w->o, ":%" PRId64 ":%" PRId64 " s=%" PRId64, line->line,
		   columns ? line->column : 0, fn->start_line);
	if (!pp_str_eq(pp_profile_str(w->p, fn->name), pp_profile_str(w->p, fn->system_name))) {
		pp_out_char(w->o, '(');
		text(w, fn->system_name);
		pp_out_char(w->o, ')');
	}
}

static void location(struct writer *w, const struct pp_location *loc)
{
	uint32_t first = w->options->noinlines && loc->nlines ? loc->nlines - 1 : 0;

	pp_out_fmt(w->o, "%6" PRIu64 ": 0x%" PRIx64 " ", loc->id, loc->address);
	if (w->p->nmappings == 0)
		pp_out_text(w->o, "M=1 ");
	else if (loc->mapping != PP_NONE)
		pp_out_fmt(w->o, "M=%" PRIu64 " ", w->p->mappings[loc->mapping].id);
	if (loc->folded)
		pp_out_text(w->o, "[F] ");
	for (uint32_t i = first; i < loc->nlines; i++) {
		if (i > first)
			pp_out_text(w->o, "\n" LINE_INDENT);
		function_line(w, &w->p->lines[loc->first_line + i]);
	}
	pp_out_char(w->o, '\n');
}

static void mapping(struct writer *w, const struct pp_mapping *m)
{
	pp_out_fmt(w->o, "%" PRIu64 ": 0x%" PRIx64 "/0x%" PRIx64 "/0x%" PRIx64 " ", m->id, m->start,
		   m->limit, m->offset);
	text(w, m->file);
	pp_out_char(w->o, ' ');
	text(w, m->build_id);
	pp_out_fmt(w->o, " %s%s%s%s\n", m->has_functions ? "[FN]" : "",
		   m->has_filenames ? "[FL]" : "", m->has_lines ? "[LN]" : "",
		   m->has_inlines && !w->options->noinlines ? "[IN]" : "");
}

void pp_raw_text(const struct pp_profile *p, const struct pp_filter *filter,
		 const struct pp_raw_options *options, struct pp_out *o)
{
	struct writer w = {.p = p, .filter = filter, .options = options, .o = o};
	static const struct pp_mapping none = {.id = 1};

	head(&w);
	sample_types(&w);
	samples(&w);
	pp_out_text(o, "Locations\n");
	for (uint32_t i = 0; i < p->nlocations; i++)
		location(&w, &p->locations[i]);
	pp_out_text(o, "Mappings\n");
	for (uint32_t i = 0; i < p->nmappings; i++)
		mapping(&w, &p->mappings[i]);
	if (p->nmappings == 0)
		mapping(&w, &none);
}
