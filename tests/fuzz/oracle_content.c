/* SPDX-License-Identifier: Apache-2.0 */
/* Every row becomes a line in full words; lines are sorted. Nothing clever. */
#include <config.h>

#include "oracle_content.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "profile/samples.h"

struct lines {
	char **line;
	size_t n, cap;
};

static void add_str(struct pp_buf *b, const struct pp_profile *p, uint32_t string)
{
	struct pp_str s = pp_profile_str(p, string);

	for (size_t i = 0; i < s.n; i++)
		pp_buf_fmt(b, "%02x", (unsigned char)s.p[i]);
	pp_buf_char(b, ' ');
}

static void end_line(struct lines *l, struct pp_buf *b)
{
	pp_buf_char(b, '\n');
	l->line = pp_grow(l->line, &l->cap, l->n + 1, sizeof(*l->line));
	l->line[l->n++] = pp_xstrdup(b->p);
	pp_buf_clear(b);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Append them in order and forget them; once each if they are rows of a table. */
static void flush(struct lines *l, struct pp_buf *out, bool once)
{
	if (l->n)
		qsort(l->line, l->n, sizeof(*l->line), compare);
	for (size_t i = 0; i < l->n; i++) {
		if (!once || i + 1 == l->n || strcmp(l->line[i], l->line[i + 1]) != 0)
			pp_buf_str(out, l->line[i]);
	}
	for (size_t i = 0; i < l->n; i++)
		free(l->line[i]);
	l->n = 0;
}

static void add_function(struct pp_buf *b, const struct pp_profile *p, const struct pp_function *f)
{
	pp_buf_str(b, "f ");
	add_str(b, p, f->name);
	add_str(b, p, f->system_name);
	add_str(b, p, f->filename);
	pp_buf_fmt(b, "%lld ", (long long)f->start_line);
}

static void add_location(struct pp_buf *b, const struct pp_profile *p, const struct pp_location *l)
{
	pp_buf_fmt(b, "at %llx %x %d ", (unsigned long long)l->address, l->mapping, l->folded);
	for (uint32_t i = 0; i < l->nlines; i++) {
		const struct pp_line *line = &p->lines[l->first_line + i];

		add_function(b, p, &p->functions[line->function]);
		pp_buf_fmt(b, "%lld %lld ", (long long)line->line, (long long)line->column);
	}
}

/* By key, strings before numbers, the values of a key as they come: a selection sort. */
static void add_labels(struct pp_buf *b, const struct pp_profile *p, struct pp_wire labels)
{
	struct pp_label l;
	struct {
		struct pp_label label;
		bool done;
	} all[64];
	size_t n = 0;

	while (n < PP_ARRAY_LEN(all) && pp_labels_next(&labels, &l)) {
		if (pp_profile_str(p, l.str).n || l.num || pp_profile_str(p, l.unit).n) {
			all[n].label = l;
			all[n++].done = false;
		}
	}
	for (size_t done = 0; done < n; done++) {
		size_t best = n;

		for (size_t i = 0; i < n; i++) {
			if (all[i].done)
				continue;
			if (best == n) {
				best = i;
				continue;
			}
			bool x = pp_profile_str(p, all[i].label.str).n == 0;
			bool y = pp_profile_str(p, all[best].label.str).n == 0;
			int c = x - y;

			if (c == 0)
				c = pp_str_cmp(pp_profile_str(p, all[i].label.key),
					       pp_profile_str(p, all[best].label.key));
			if (c < 0)
				best = i;
		}
		all[best].done = true;
		add_str(b, p, all[best].label.key);
		add_str(b, p, all[best].label.str);
		add_str(b, p, all[best].label.unit);
		pp_buf_fmt(b, "%lld ", (long long)all[best].label.num);
	}
}

static void add_samples(struct lines *l, const struct pp_profile *p)
{
	struct pp_buf b = PP_BUF_INIT;
	struct pp_sample_iter it;
	struct pp_sample s;

	for (uint32_t range = 0; range < p->nranges; range++) {
		pp_samples_begin(&it, p, range);
		while (pp_samples_next(&it, &s)) {
			pp_buf_str(&b, "sample ");
			for (uint32_t i = 0; i < s.nlocations; i++)
				add_location(&b, p, &p->locations[s.locations[i]]);
			for (uint32_t i = 0; i < p->nsample_types; i++)
				pp_buf_fmt(&b, "=%lld ", (long long)s.values[i]);
			add_labels(&b, p, s.label);
			end_line(l, &b);
		}
		pp_samples_release(&it);
	}
	pp_buf_release(&b);
}

static void add_tables(struct lines *l, const struct pp_profile *p, struct pp_buf *out)
{
	struct pp_buf b = PP_BUF_INIT;

	for (uint32_t i = 0; i < p->nfunctions; i++) {
		add_function(&b, p, &p->functions[i]);
		end_line(l, &b);
	}
	flush(l, out, true);
	for (uint32_t i = 0; i < p->nlocations; i++) {
		add_location(&b, p, &p->locations[i]);
		end_line(l, &b);
	}
	flush(l, out, true);
	pp_buf_release(&b);
}

/* What has an order. */
static void add_rest(struct pp_buf *b, const struct pp_profile *p)
{
	for (uint32_t i = 0; i < p->nsample_types; i++) {
		add_str(b, p, p->sample_types[i].type);
		add_str(b, p, p->sample_types[i].unit);
	}
	for (uint32_t i = 0; i < p->nmappings; i++) {
		const struct pp_mapping *m = &p->mappings[i];

		pp_buf_fmt(b, "\nmap %llx %llx %llx %d%d%d%d ", (unsigned long long)m->start,
			   (unsigned long long)m->limit, (unsigned long long)m->offset,
			   m->has_functions, m->has_filenames, m->has_lines, m->has_inlines);
		add_str(b, p, m->file);
		add_str(b, p, m->build_id);
	}
	pp_buf_fmt(b, "\n%lld %lld %lld %d ", (long long)p->time_nanos,
		   (long long)p->duration_nanos, (long long)p->period, p->has_period_type);
	add_str(b, p, p->period_type.type);
	add_str(b, p, p->period_type.unit);
	add_str(b, p, p->drop_frames);
	add_str(b, p, p->keep_frames);
	add_str(b, p, p->default_sample_type);
	add_str(b, p, p->doc_url);
	for (uint32_t i = 0; i < p->ncomments; i++)
		add_str(b, p, p->comments[i]);
}

char *oracle_content(const struct pp_profile *p)
{
	struct pp_buf out = PP_BUF_INIT;
	struct lines lines = {0};

	add_samples(&lines, p);
	flush(&lines, &out, false);
	add_tables(&lines, p, &out);
	free(lines.line);
	add_rest(&out, p);
	return out.p;
}
