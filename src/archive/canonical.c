/* SPDX-License-Identifier: Apache-2.0 */
/* Fields in ascending order; strings are numbered as they are first needed. */
#include <config.h>

#include "archive/canonical.h"

#include <stdlib.h>

#include "archive/content_order.h"
#include "archive/content_samples.h"
#include "base/alloc.h"
#include "pprof/decode.h"
#include "pprof/fields.h"
#include "profile/samples.h"

struct writer {
	const struct pp_profile *p;
	struct pp_content_order order;
	struct pp_buf *out;
	struct pp_buf message, part; /* under way: of one record, and of what is in it */
	uint32_t *number;	     /* of a string, by rank; 0: not needed yet, or empty */
	uint32_t *taken;	     /* ranks, by number */
	uint32_t ntaken;
};

static uint32_t number_of(struct writer *w, uint32_t rank)
{
	if (rank && !w->number[rank]) {
		w->number[rank] = w->ntaken;
		w->taken[w->ntaken++] = rank;
	}
	return w->number[rank];
}

static void put_string(struct writer *w, struct pp_buf *to, unsigned field, uint32_t string)
{
	pp_wire_put_number(to, field, number_of(w, w->order.strings.rank[string]));
}

static void end_message(struct writer *w, unsigned field)
{
	pp_wire_put_bytes(w->out, field, w->message.p, w->message.n);
	pp_buf_clear(&w->message);
}

static void end_part(struct writer *w, unsigned field)
{
	pp_wire_put_bytes(&w->message, field, w->part.p, w->part.n);
	pp_buf_clear(&w->part);
}

static void put_value_type(struct writer *w, unsigned field, const struct pp_value_type *t)
{
	put_string(w, &w->message, VALUE_TYPE_TYPE, t->type);
	put_string(w, &w->message, VALUE_TYPE_UNIT, t->unit);
	end_message(w, field);
}

static void put_varint(struct pp_buf *to, uint64_t v)
{
	pp_buf_reserve(to, PP_WIRE_VARINT_MAX);
	to->n = (size_t)((char *)pp_wire_write_varint((uint8_t *)to->p + to->n, v) - to->p);
}

static void put_labels(struct writer *w, const struct pp_content_samples *samples, uint32_t set)
{
	uint32_t n = pp_content_labels(samples, set);

	for (uint32_t i = 0; i < n; i++) {
		struct pp_content_label l = pp_content_label(samples, set, i);

		pp_wire_put_number(&w->part, PP_LABEL_KEY, number_of(w, l.key));
		pp_wire_put_number(&w->part, PP_LABEL_STR, number_of(w, l.str));
		pp_wire_put_number(&w->part, PP_LABEL_NUM, (uint64_t)l.num);
		pp_wire_put_number(&w->part, PP_LABEL_UNIT, number_of(w, l.unit));
		end_part(w, PP_SAMPLE_LABEL);
	}
}

static int put_samples(struct writer *w, struct pp_err *err)
{
	struct pp_content_samples samples;

	pp_content_samples_init(&samples, w->p, &w->order);
	for (uint64_t i = 0; i < samples.n && w->out->n <= PP_PPROF_MAX_BYTES; i++) {
		struct pp_content_sample s = pp_content_samples_get(&samples, i);

		for (uint32_t k = 0; k < s.depth; k++)
			put_varint(&w->part, (uint64_t)pp_content_location(&s, k) + 1);
		if (s.depth)
			end_part(w, PP_SAMPLE_LOCATION_ID);
		for (uint32_t k = 0; k < w->p->nsample_types; k++)
			put_varint(&w->part, (uint64_t)pp_content_value(&s, k));
		end_part(w, PP_SAMPLE_VALUE);
		put_labels(w, &samples, s.set);
		end_message(w, PROFILE_SAMPLE);
	}
	pp_content_samples_release(&samples);
	if (w->out->n > PP_PPROF_MAX_BYTES)
		return pp_err_set(err, PP_ERR_LIMIT, "larger than 4 GiB in canonical form");
	return 0;
}

static void put_mapping(struct writer *w, uint32_t i)
{
	const struct pp_mapping *m = &w->p->mappings[i];
	struct pp_buf *to = &w->message;

	pp_wire_put_number(to, MAPPING_ID, (uint64_t)i + 1);
	pp_wire_put_number(to, MAPPING_START, m->start);
	pp_wire_put_number(to, MAPPING_LIMIT, m->limit);
	pp_wire_put_number(to, MAPPING_OFFSET, m->offset);
	put_string(w, to, MAPPING_FILE, m->file);
	put_string(w, to, MAPPING_BUILD_ID, m->build_id);
	pp_wire_put_number(to, MAPPING_HAS_FUNCTIONS, m->has_functions);
	pp_wire_put_number(to, MAPPING_HAS_FILENAMES, m->has_filenames);
	pp_wire_put_number(to, MAPPING_HAS_LINES, m->has_lines);
	pp_wire_put_number(to, MAPPING_HAS_INLINES, m->has_inlines);
	end_message(w, PROFILE_MAPPING);
}

static void put_location(struct writer *w, uint32_t rank)
{
	const struct pp_location *l = &w->p->locations[w->order.locations.first[rank]];
	struct pp_buf *to = &w->message;

	pp_wire_put_number(to, LOCATION_ID, (uint64_t)rank + 1);
	pp_wire_put_number(to, LOCATION_MAPPING,
			   l->mapping == PP_NONE ? 0 : (uint64_t)l->mapping + 1);
	pp_wire_put_number(to, LOCATION_ADDRESS, l->address);
	for (uint32_t i = 0; i < l->nlines; i++) {
		const struct pp_line *line = &w->p->lines[l->first_line + i];
		uint32_t function = w->order.functions.rank[line->function];

		pp_wire_put_number(&w->part, LINE_FUNCTION, (uint64_t)function + 1);
		pp_wire_put_number(&w->part, LINE_LINE, (uint64_t)line->line);
		pp_wire_put_number(&w->part, LINE_COLUMN, (uint64_t)line->column);
		end_part(w, LOCATION_LINE);
	}
	pp_wire_put_number(to, LOCATION_FOLDED, l->folded);
	end_message(w, PROFILE_LOCATION);
}

static void put_function(struct writer *w, uint32_t rank)
{
	const struct pp_function *f = &w->p->functions[w->order.functions.first[rank]];
	struct pp_buf *to = &w->message;

	pp_wire_put_number(to, FUNCTION_ID, (uint64_t)rank + 1);
	put_string(w, to, FUNCTION_NAME, f->name);
	put_string(w, to, FUNCTION_SYSTEM_NAME, f->system_name);
	put_string(w, to, FUNCTION_FILE, f->filename);
	pp_wire_put_number(to, FUNCTION_START_LINE, (uint64_t)f->start_line);
	end_message(w, PROFILE_FUNCTION);
}

/* What comes behind the strings, into a buffer of its own: these strings have to be known first. */
static void put_header(struct writer *w, struct pp_buf *to)
{
	const struct pp_profile *p = w->p;
	struct pp_buf *out = w->out;

	w->out = to;
	put_string(w, to, PROFILE_DROP_FRAMES, p->drop_frames);
	put_string(w, to, PROFILE_KEEP_FRAMES, p->keep_frames);
	pp_wire_put_number(to, PROFILE_TIME_NANOS, (uint64_t)p->time_nanos);
	pp_wire_put_number(to, PROFILE_DURATION_NANOS, (uint64_t)p->duration_nanos);
	if (p->has_period_type)
		put_value_type(w, PROFILE_PERIOD_TYPE, &p->period_type);
	pp_wire_put_number(to, PROFILE_PERIOD, (uint64_t)p->period);
	for (uint32_t i = 0; i < p->ncomments; i++)
		put_varint(&w->message, number_of(w, w->order.strings.rank[p->comments[i]]));
	if (p->ncomments)
		end_message(w, PROFILE_COMMENT);
	put_string(w, to, PROFILE_DEFAULT_SAMPLE_TYPE, p->default_sample_type);
	put_string(w, to, PROFILE_DOC_URL, p->doc_url);
	w->out = out;
}

static void put_strings(struct writer *w)
{
	for (uint32_t i = 0; i < w->ntaken; i++) {
		uint32_t at = w->order.strings.first[w->taken[i]];

		pp_wire_put_bytes(w->out, PROFILE_STRING_TABLE, w->p->strings[at].p,
				  w->p->strings[at].n);
	}
}

static int put_all(struct writer *w, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf header = PP_BUF_INIT;
	const struct pp_profile *p = w->p;

	for (uint32_t i = 0; i < p->nsample_types; i++)
		put_value_type(w, PROFILE_SAMPLE_TYPE, &p->sample_types[i]);
	if (put_samples(w, err))
		return -1;
	for (uint32_t i = 0; i < p->nmappings; i++)
		put_mapping(w, i);
	for (uint32_t i = 0; i < w->order.locations.n; i++)
		put_location(w, i);
	for (uint32_t i = 0; i < w->order.functions.n; i++)
		put_function(w, i);
	put_header(w, &header);
	put_strings(w);
	pp_buf_add(w->out, header.p, header.n);
	if (w->out->n > PP_PPROF_MAX_BYTES)
		return pp_err_set(err, PP_ERR_LIMIT, "larger than 4 GiB in canonical form");
	return 0;
}

int pp_canonical(const struct pp_profile *p, struct pp_buf *out, struct pp_err *err)
{
	struct pp_buf own = PP_BUF_INIT;
	struct writer w = {.p = p, .out = &own, .ntaken = 1};
	int rc;

	pp_content_order_init(&w.order, p);
	w.number = pp_xcalloc(w.order.strings.n, sizeof(*w.number));
	w.taken = pp_xcalloc((size_t)w.order.strings.n + 1, sizeof(*w.taken));
	rc = put_all(&w, err);
	if (rc == 0)
		pp_buf_add(out, own.p, own.n);
	pp_buf_release(&own);
	pp_buf_release(&w.message);
	pp_buf_release(&w.part);
	free(w.number);
	free(w.taken);
	pp_content_order_release(&w.order);
	return rc;
}
