/* SPDX-License-Identifier: Apache-2.0 */
/* The screen. */
#include <config.h>

#include "render/info.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/units.h"
#include "base/utf8.h"

#define MAPPINGS_SHOWN 6
#define LABELS_SHOWN   8
#define COMMENTS_SHOWN 5
#define EXAMPLES_WIDTH 40 /* columns for values of a label */

struct writer {
	const struct pp_info *info;
	const struct pp_profile *p;
	struct pp_out *o;
};

static void heading(struct writer *w, const char *what)
{
	pp_out_fmt(w->o, "%-12s ", what);
}

static void fact(struct writer *w, const char *what, uint32_t string)
{
	if (pp_profile_str(w->p, string).n == 0)
		return;
	heading(w, what);
	pp_out_safe(w->o, pp_profile_str(w->p, string));
	pp_out_char(w->o, '\n');
}

static void quantity(struct writer *w, int64_t value, struct pp_str unit, size_t width)
{
	char text[PP_QTY_MAX];

	pp_units_label(text, value, unit, PP_STR_LIT("auto"));
	pp_out_safe_right(w->o, pp_str_of(text), width);
}

static void bytes(struct writer *w, uint64_t n)
{
	quantity(w, n > INT64_MAX ? INT64_MAX : (int64_t)n, PP_STR_LIT("bytes"), 0);
}

static void more(struct writer *w, size_t all, size_t shown)
{
	if (all > shown)
		pp_out_fmt(w->o, "  and %zu more\n", all - shown);
}

static void head(struct writer *w)
{
	const struct pp_profile *p = w->p;
	char when[64];

	heading(w, "File");
	pp_out_safe(w->o, pp_str_of(w->info->file));
	pp_out_text(w->o, "\n");
	heading(w, "Size");
	bytes(w, w->info->file_bytes);
	if (w->info->gzip) {
		pp_out_text(w->o, " gzip, ");
		bytes(w, p->nbytes);
	}
	pp_out_text(w->o, " uncompressed\n");
	if (p->time_nanos) {
		pp_clock_format(when, sizeof(when), p->time_nanos);
		heading(w, "Time");
		pp_out_fmt(w->o, "%s\n", when);
	}
	if (p->duration_nanos) {
		heading(w, "Duration");
		quantity(w, p->duration_nanos, PP_STR_LIT("ns"), 0);
		pp_out_char(w->o, '\n');
	}
	if (p->period) {
		heading(w, "Period");
		quantity(w, p->period, pp_profile_str(p, p->period_type.unit), 0);
		pp_out_char(w->o, ' ');
		pp_out_safe(w->o, pp_profile_str(p, p->period_type.type));
		pp_out_char(w->o, '\n');
	}
	fact(w, "Doc", p->doc_url);
	fact(w, "Drop frames", p->drop_frames);
	fact(w, "Keep frames", p->keep_frames);
}

static void counts(struct writer *w)
{
	const struct pp_profile *p = w->p;
	const struct pp_summary *s = w->info->summary;

	heading(w, "Samples");
	pp_out_fmt(w->o, "%" PRIu64, p->nsamples);
	if (s->empty)
		pp_out_fmt(w->o, ", %" PRIu64 " of them without a stack", s->empty);
	pp_out_char(w->o, '\n');
	if (s->frames) {
		heading(w, "Depth");
		pp_out_fmt(w->o, "%.1f frames on average, %" PRIu64 " at most\n",
			   (double)s->frames / (double)(p->nsamples - s->empty), s->deepest);
	}
	heading(w, "Tables");
	pp_out_fmt(w->o, "locations %u, functions %u, mappings %u, strings %u\n", p->nlocations,
		   p->nfunctions, p->nmappings, p->nstrings);
}

static void sample_types(struct writer *w)
{
	const struct pp_profile *p = w->p;

	pp_out_text(w->o, "\nSample types\n");
	for (uint32_t i = 0; i < p->nsample_types; i++) {
		struct pp_str unit = pp_profile_str(p, p->sample_types[i].unit);

		pp_out_text(w->o, "  ");
		quantity(w, w->info->summary->totals[i], unit, 12);
		pp_out_text(w->o, "  ");
		pp_out_safe(w->o, pp_profile_str(p, p->sample_types[i].type));
		if (unit.n) {
			pp_out_text(w->o, ", in ");
			pp_out_safe(w->o, unit);
		}
		pp_out_text(w->o, i == w->info->index ? " (default)\n" : "\n");
	}
}

static void share(struct writer *w, const char *what, uint32_t part, uint32_t all)
{
	char percent[PP_PERCENT_MAX];

	pp_units_percent(percent, part, all);
	pp_out_fmt(w->o, "%s %s", what,
		   part == 0	 ? "none"
		   : part == all ? "all"
				 : percent + strspn(percent, " "));
}

/* How far the symbols of a mapping's locations are known. */
static void symbols(struct writer *w, const struct pp_summary_mapping *m)
{
	pp_out_fmt(w->o, "     %u %s", m->locations, m->locations == 1 ? "location" : "locations");
	if (m->locations) {
		share(w, "; names", m->functions, m->locations);
		share(w, ", files", m->files, m->locations);
		share(w, ", lines", m->lines, m->locations);
		share(w, ", inlined calls", m->inlined, m->locations);
	}
	pp_out_char(w->o, '\n');
}

static void mappings(struct writer *w)
{
	const struct pp_profile *p = w->p;
	const struct pp_summary_mapping *none = &w->info->summary->mappings[p->nmappings];

	if (p->nmappings || none->locations)
		pp_out_text(w->o, "\nMappings\n");
	for (uint32_t i = 0; i < p->nmappings && i < MAPPINGS_SHOWN; i++) {
		const struct pp_mapping *m = &p->mappings[i];
		struct pp_str build_id = pp_profile_str(p, m->build_id);

		pp_out_text(w->o, "  ");
		pp_out_safe(w->o, m->file ? pp_profile_str(p, m->file) : PP_STR_LIT("(no name)"));
		pp_out_char(w->o, '\n');
		if (m->start || m->limit)
			pp_out_fmt(w->o,
				   "     0x%" PRIx64 "-0x%" PRIx64 ", file offset 0x%" PRIx64 "\n",
				   m->start, m->limit, m->offset);
		if (build_id.n) {
			pp_out_text(w->o, "     build ID ");
			pp_out_safe(w->o, build_id);
			pp_out_char(w->o, '\n');
		}
		symbols(w, &w->info->summary->mappings[i]);
	}
	more(w, p->nmappings, MAPPINGS_SHOWN);
	if (none->locations) {
		pp_out_text(w->o, "  (no mapping)\n");
		symbols(w, none);
	}
}

/* One value of a label after the others, if it still fits. */
static bool example(struct pp_out *line, const struct pp_info *info, const struct pp_tag *tag)
{
	size_t before = line->buf.n;
	char text[PP_QTY_MAX];

	pp_out_text(line, before ? ", " : "");
	if (tag->is_number)
		pp_out_safe(line, pp_str_of(pp_units_label(text, tag->number,
							   info->tags->labels->keys[tag->key].unit,
							   PP_STR_LIT("auto"))));
	else
		pp_out_safe(line, tag->text);
	if (before == 0 || pp_utf8_count(pp_buf_view(&line->buf)) <= EXAMPLES_WIDTH)
		return true;
	line->buf.n = before;
	return false;
}

static void label(struct writer *w, size_t from, size_t to)
{
	const struct pp_tags *tags = w->info->tags;
	struct pp_out line;
	size_t i = from;

	pp_out_init_mem(&line);
	pp_out_text(w->o, "  ");
	pp_out_safe(w->o, tags->labels->keys[tags->all[from].key].name);
	pp_out_fmt(w->o, ": %zu %s: ", to - from, to - from == 1 ? "value" : "values");
	while (i < to && example(&line, w->info, &tags->all[i]))
		i++;
	pp_out_str(w->o, pp_buf_view(&line.buf));
	pp_out_text(w->o, i < to ? ", ...\n" : "\n");
	pp_buf_release(&line.buf);
}

static void labels(struct writer *w)
{
	const struct pp_tags *tags = w->info->tags;
	size_t keys = 0;

	if (tags->n)
		pp_out_text(w->o, "\nLabels\n");
	for (size_t from = 0, to; from < tags->n; from = to, keys++) {
		to = pp_tags_key_end(tags, from);
		if (keys < LABELS_SHOWN)
			label(w, from, to);
	}
	more(w, keys, LABELS_SHOWN);
}

static void comments(struct writer *w)
{
	const struct pp_profile *p = w->p;

	if (p->ncomments)
		pp_out_text(w->o, "\nComments\n");
	for (uint32_t i = 0; i < p->ncomments && i < COMMENTS_SHOWN; i++) {
		pp_out_text(w->o, "  ");
		pp_out_safe(w->o, pp_profile_str(p, p->comments[i]));
		pp_out_char(w->o, '\n');
	}
	more(w, p->ncomments, COMMENTS_SHOWN);
}

void pp_info_text(const struct pp_info *info, struct pp_out *o)
{
	struct writer w = {.info = info, .p = info->profile, .o = o};

	head(&w);
	counts(&w);
	sample_types(&w);
	mappings(&w);
	labels(&w);
	comments(&w);
}
