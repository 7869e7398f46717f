/* SPDX-License-Identifier: Apache-2.0 */
/* Rendering the list view: costs and source side by side. */
#include <config.h>

#include "render/list.h"

#include <inttypes.h>

#include "base/units.h"
#include "io/json.h"

/* The lines of one routine in order: those to show, as far as the source has them, then what costs
 * something and is not among them. */
struct walk {
	const struct pp_lines_routine *routine;
	const struct pp_text *text; /* NULL: none */
	int64_t next;
	uint32_t row; /* the first that has not been passed */
	bool beyond;  /* the source has ended */
};

struct line {
	int64_t number;
	int64_t flat, cum;
	bool has_source;
	struct pp_str source;
};

static bool in_source(const struct walk *w)
{
	return w->text && w->next <= w->routine->last && (uint64_t)w->next <= w->text->nlines;
}

static struct walk begin(const struct pp_lines_routine *r, const struct pp_text *text)
{
	return (struct walk){.routine = r, .text = text, .next = r->first};
}

static bool next_shown(struct walk *w, struct line *line)
{
	const struct pp_lines_routine *r = w->routine;

	if (!in_source(w))
		return false;
	*line = (struct line){
		.number = w->next,
		.has_source = true,
		.source = pp_text_line(w->text, (size_t)w->next),
	};
	while (w->row < r->nrows && r->rows[w->row].line < w->next)
		w->row++;
	if (w->row < r->nrows && r->rows[w->row].line == w->next) {
		line->flat = r->rows[w->row].flat;
		line->cum = r->rows[w->row].cum;
	}
	w->next++;
	return true;
}

/* For machines, no cost is left out. */
static bool next_line(struct walk *w, struct line *line)
{
	const struct pp_lines_routine *r = w->routine;
	const struct pp_lines_row *row = &r->rows[w->row];
	bool more = w->row < r->nrows;

	if (more && (!in_source(w) || row->line < w->next)) {
		*line = (struct line){.number = row->line, .flat = row->flat, .cum = row->cum};
		w->row++;
		return true;
	}
	if (!next_shown(w, line))
		return false;
	w->row += more && row->line == line->number;
	return true;
}

static void cost(int64_t value, const struct pp_header *h, struct pp_out *o)
{
	if (value)
		pp_header_quantity(h, value, 10, o);
	else
		pp_out_text(o, "         .");
}

static void text_routine(const struct pp_lines_routine *r, const struct pp_list_sources *s,
			 const struct pp_header *h, struct pp_out *o)
{
	char percent[PP_PERCENT_MAX];
	struct pp_err err = PP_ERR_INIT;
	const struct pp_text *text = s->read(s->context, r, &err);
	struct walk w = begin(r, text);
	struct line line;

	pp_out_text(o, "ROUTINE ======================== ");
	pp_out_safe(o, r->name);
	pp_out_text(o, " in ");
	pp_out_safe(o, r->file);
	pp_out_char(o, '\n');
	pp_header_quantity(h, r->flat, 10, o);
	pp_out_char(o, ' ');
	pp_header_quantity(h, r->cum, 10, o);
	pp_out_fmt(o, " (flat, cum) %s of Total\n", pp_units_percent(percent, r->cum, h->total));
	if (!text) {
		pp_out_text(o, " Error: ");
		pp_out_safe(o, pp_str_of(err.msg));
		pp_out_char(o, '\n');
	}
	while (next_shown(&w, &line)) {
		cost(line.flat, h, o);
		pp_out_char(o, ' ');
		cost(line.cum, h, o);
		pp_out_fmt(o, " %6" PRId64 ":", line.number);
		pp_out_safe_tabs(o, line.source);
		pp_out_char(o, '\n');
	}
}

void pp_list_text(const struct pp_lines *l, const struct pp_list_sources *s,
		  const struct pp_header *h, struct pp_out *o)
{
	pp_out_text(o, "Total: ");
	pp_header_quantity(h, h->total, 0, o);
	pp_out_char(o, '\n');
	for (uint32_t i = 0; i < l->n; i++) {
		const struct pp_lines_routine *r = &l->routines[i];

		if (r->file.n) {
			text_routine(r, s, h, o);
			continue;
		}
		pp_out_text(o, "No source information for ");
		pp_out_safe(o, r->name);
		pp_out_char(o, '\n');
	}
}

/* The source of a routine for machines, to which a file without a name is one that is missing. */
static const struct pp_text *read_source(const struct pp_lines_routine *r,
					 const struct pp_list_sources *s, struct pp_err *err)
{
	if (r->file.n)
		return s->read(s->context, r, err);
	pp_err_set(err, PP_ERR_NOT_FOUND, "no source information");
	return NULL;
}

static void json_line(struct pp_json *j, const struct line *line, const struct pp_header *h)
{
	pp_json_open(j, '{');
	pp_json_pair_int(j, "line", line->number);
	pp_json_pair_int(j, "flat", pp_header_value(h, line->flat));
	pp_json_pair_int(j, "cum", pp_header_value(h, line->cum));
	if (line->has_source) {
		pp_json_key(j, "source");
		pp_json_str(j, line->source);
	}
	pp_json_close(j, '}');
}

static void json_routine(struct pp_json *j, const struct pp_lines_routine *r,
			 const struct pp_list_sources *s, const struct pp_header *h)
{
	struct pp_err err = PP_ERR_INIT;
	const struct pp_text *text = read_source(r, s, &err);
	struct walk w = begin(r, text);
	struct line line;

	pp_json_open(j, '{');
	pp_json_pair_str(j, "name", r->name);
	pp_json_pair_str(j, "file", r->file);
	pp_json_pair_int(j, "flat", pp_header_value(h, r->flat));
	pp_json_pair_int(j, "cum", pp_header_value(h, r->cum));
	if (!text)
		pp_json_pair_str(j, "error", pp_str_of(err.msg));
	pp_json_key(j, "lines");
	pp_json_open(j, '[');
	while (next_line(&w, &line))
		json_line(j, &line, h);
	pp_json_close(j, ']');
	pp_json_close(j, '}');
}

void pp_list_json(const struct pp_lines *l, const struct pp_list_sources *s,
		  const struct pp_header *h, struct pp_out *o)
{
	struct pp_json j;

	pp_json_init(&j, o);
	pp_json_open(&j, '{');
	pp_header_json(h, &j);
	pp_json_key(&j, "routines");
	pp_json_open(&j, '[');
	for (uint32_t i = 0; i < l->n; i++)
		json_routine(&j, &l->routines[i], s, h);
	pp_json_close(&j, ']');
	pp_json_close(&j, '}');
}

void pp_list_csv(const struct pp_lines *l, const struct pp_header *h, struct pp_out *o)
{
	pp_out_text(o, "flat,cum,unit,function,file,line\n");
	for (uint32_t i = 0; i < l->n; i++) {
		const struct pp_lines_routine *r = &l->routines[i];

		for (uint32_t k = 0; k < r->nrows; k++) {
			pp_out_fmt(o, "%" PRId64 ",%" PRId64 ",",
				   pp_header_value(h, r->rows[k].flat),
				   pp_header_value(h, r->rows[k].cum));
			pp_out_csv(o, h->unit);
			pp_out_char(o, ',');
			pp_out_csv(o, r->name);
			pp_out_char(o, ',');
			pp_out_csv(o, r->file);
			pp_out_fmt(o, ",%" PRId64 "\n", r->rows[k].line);
		}
	}
}
