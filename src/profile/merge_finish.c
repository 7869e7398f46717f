/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From what was collected to a profile. Numbers are given again here, since samples that added up
 * to zero may have been the only ones that led to some row: walking the samples numbers locations
 * and strings of labels, walking the locations numbers mappings, functions and the other strings.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/alloc.h"
#include "profile/merge_state.h"
#include "profile/samples.h"

#define VARINT32_MAX 5		/* bytes of a varint of 32 bits */
#define GIVE_BACK    (4u << 20) /* memory is given back in steps of this */
#define MAX_BYTES    UINT32_MAX /* as much as is read again */

/* Old numbers to new ones, and the new order. */
struct renumbering {
	uint32_t *to; /* PP_NONE: not needed */
	uint32_t *order;
	uint32_t n;
};

struct writer {
	struct pp_merge_state *state;
	struct pp_profile *p;
	struct renumbering strings, mappings, functions, locations;
	bool identity;	       /* all samples stay, and so do the numbers of locations */
	struct pp_buf samples; /* packed */
	struct pp_buf stack, values, label; /* scratch */
	struct pp_buf labels;		    /* encoded sets */
	struct encoded_set {
		size_t offset, n;
		bool done;
	} * sets;
	size_t given_back; /* bytes of the records */
};

static void numbering_init(struct renumbering *r, size_t n)
{
	r->to = pp_xrealloc(NULL, n, sizeof(*r->to));
	r->order = pp_xrealloc(NULL, n, sizeof(*r->order));
	r->n = 0;
	if (n)
		memset(r->to, 0xff, n * sizeof(*r->to));
}

static void numbering_release(struct renumbering *r)
{
	free(r->to);
	free(r->order);
}

static uint32_t renumber(struct renumbering *r, uint32_t old)
{
	if (r->to[old] == PP_NONE) {
		r->order[r->n] = old;
		r->to[old] = r->n++;
	}
	return r->to[old];
}

static void encode_label(struct writer *w, const struct pp_set_label *l)
{
	struct pp_buf *m = &w->label;

	pp_buf_clear(m);
	pp_wire_put_number(m, PP_LABEL_KEY, renumber(&w->strings, l->key));
	pp_wire_put_number(m, PP_LABEL_STR, renumber(&w->strings, l->str));
	pp_wire_put_number(m, PP_LABEL_NUM, (uint64_t)l->num);
	pp_wire_put_number(m, PP_LABEL_UNIT, renumber(&w->strings, l->unit));
	pp_wire_put_bytes(&w->labels, PP_SAMPLE_LABEL, m->p, m->n);
}

/* The fields of a set of labels, encoded when it is first needed. */
static struct pp_str encoded_labels(struct writer *w, uint32_t set)
{
	struct encoded_set *e = &w->sets[set];

	if (!e->done) {
		size_t n = pp_label_sets_count(&w->state->labels, set);

		e->done = true;
		e->offset = w->labels.n;
		for (size_t i = 0; i < n; i++) {
			struct pp_set_label l = pp_label_sets_get(&w->state->labels, set, i);

			encode_label(w, &l);
		}
		e->n = w->labels.n - e->offset;
	}
	return (struct pp_str){e->n ? w->labels.p + e->offset : NULL, e->n};
}

/* The record's stack with the numbers that locations have now. */
static struct pp_str final_stack(struct writer *w, struct pp_sample_record *r)
{
	const uint8_t *p = pp_sample_record_stack(r, w->state->samples.nvalues),
		      *end = p + r->nstack;
	uint32_t depth = 0;

	if (w->identity)
		return (struct pp_str){(const char *)p, r->nstack};
	pp_buf_clear(&w->stack);
	pp_buf_reserve(&w->stack, (size_t)r->nstack * VARINT32_MAX);
	uint8_t *start = (uint8_t *)w->stack.p, *to = start;
	for (; p < end; depth++) {
		uint32_t old = (uint32_t)(pp_wire_varint_trusted(&p) - 1);

		to = pp_wire_write_varint(to, (uint64_t)renumber(&w->locations, old) + 1);
	}
	if (depth > w->p->max_depth)
		w->p->max_depth = depth;
	return (struct pp_str){w->stack.p, (size_t)(to - start)};
}

static struct pp_str final_values(struct writer *w, const struct pp_sample_record *r)
{
	uint32_t n = w->state->samples.nvalues;

	pp_buf_clear(&w->values);
	pp_buf_reserve(&w->values, (size_t)n * PP_WIRE_VARINT_MAX);
	uint8_t *start = (uint8_t *)w->values.p, *to = start;
	for (uint32_t i = 0; i < n; i++)
		to = pp_wire_write_varint(to, (uint64_t)r->values[i]);
	return (struct pp_str){w->values.p, (size_t)(to - start)};
}

static size_t varint_size(size_t v)
{
	size_t n = 1;

	for (; v >= 0x80; v >>= 7)
		n++;
	return n;
}

/* Write a length-delimited field where there is room for it; returns its end. */
static uint8_t *write_bytes(uint8_t *to, unsigned field, struct pp_str s)
{
	*to++ = (uint8_t)(field << 3 | PP_WIRE_BYTES);
	to = pp_wire_write_varint(to, s.n);
	memcpy(to, s.p, s.n);
	return to + s.n;
}

static void write_record(struct writer *w, struct pp_sample_record *r)
{
	struct pp_str stack = final_stack(w, r), values = final_values(w, r);
	struct pp_str labels = encoded_labels(w, r->labels);
	size_t n = 1 + varint_size(values.n) + values.n + labels.n;

	if (stack.n)
		n += 1 + varint_size(stack.n) + stack.n;
	pp_buf_reserve(&w->samples, 1 + varint_size(n) + n);
	uint8_t *start = (uint8_t *)w->samples.p + w->samples.n, *to = start;
	*to++ = PP_SAMPLE_TAG;
	to = pp_wire_write_varint(to, n);
	if (stack.n)
		to = write_bytes(to, PP_SAMPLE_LOCATION_ID, stack);
	to = write_bytes(to, PP_SAMPLE_VALUE, values);
	if (labels.n)
		memcpy(to, labels.p, labels.n);
	w->samples.n += (size_t)(to - start) + labels.n;
	w->p->nsamples++;
}

/* Records before byte `at` have been written: without this there would be twice the samples for a
 * moment, which is most of the memory. */
static void give_back(struct writer *w, size_t at)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t base = (uintptr_t)w->state->samples.records;
	uintptr_t begin = (base + w->given_back + page - 1) & ~(page - 1);
	uintptr_t end = (base + at) & ~(page - 1);

	if (begin < end) /* of anonymous memory: the pages become zeros, which nobody reads */
		madvise((void *)begin, end - begin, MADV_DONTNEED); /* NOLINT */
	w->given_back = at;
}

static int write_samples(struct writer *w, struct pp_err *err)
{
	const struct pp_sample_set *set = &w->state->samples;
	struct pp_sample_record *r;
	size_t at = 0;

	w->identity = true;
	while (w->identity && (r = pp_sample_set_next(set, &at)))
		w->identity = !pp_sample_record_is_zero(r, set->nvalues);
	w->p->max_depth = w->identity ? w->state->max_depth : 0;
	for (at = 0; (r = pp_sample_set_next(set, &at));) {
		if (!pp_sample_record_is_zero(r, set->nvalues))
			write_record(w, r);
		if (w->samples.n > MAX_BYTES)
			return pp_err_set(err, PP_ERR_LIMIT, "more than 4 GiB of merged samples");
		if (at - w->given_back >= GIVE_BACK)
			give_back(w, at);
	}
	for (uint32_t i = 0; w->identity && i < pp_merge_nlocations(&w->state->tables); i++)
		renumber(&w->locations, i);
	return 0;
}

/* The packed samples become the profile's bytes, shared out into ranges. */
static void take_samples(struct writer *w)
{
	struct pp_profile *p = w->p;
	const uint8_t *start, *end;

	pp_buf_reserve(&w->samples, 0); /* so that there is an address, even of nothing */
	p->bytes = (uint8_t *)w->samples.p;
	p->nbytes = w->samples.n;
	w->samples = (struct pp_buf)PP_BUF_INIT;
	end = p->bytes + p->nbytes;
	for (const uint8_t *q = start = p->bytes; q < end; start = q) {
		q++; /* the tag */
		uint64_t n = pp_wire_varint_trusted(&q);
		q += n;
		pp_samples_extend_ranges(p, start, q);
	}
}

static int write_functions(struct writer *w, struct pp_err *err)
{
	const struct pp_function *from = pp_merge_functions(&w->state->tables);
	struct pp_profile *p = w->p;

	p->nfunctions = w->functions.n;
	p->functions = pp_arena_array(&p->arena, p->nfunctions, sizeof(*p->functions), err);
	for (uint32_t i = 0; p->functions && i < p->nfunctions; i++) {
		struct pp_function *f = &p->functions[i];

		*f = from[w->functions.order[i]];
		f->id = i + 1;
		f->name = renumber(&w->strings, f->name);
		f->system_name = renumber(&w->strings, f->system_name);
		f->filename = renumber(&w->strings, f->filename);
	}
	return p->functions ? 0 : -1;
}

static int write_mappings(struct writer *w, struct pp_err *err)
{
	const struct pp_mapping *from = pp_merge_mappings(&w->state->tables);
	struct pp_profile *p = w->p;

	p->nmappings = w->mappings.n;
	p->mappings = pp_arena_array(&p->arena, p->nmappings, sizeof(*p->mappings), err);
	for (uint32_t i = 0; p->mappings && i < p->nmappings; i++) {
		struct pp_mapping *m = &p->mappings[i];

		*m = from[w->mappings.order[i]];
		m->id = i + 1;
		m->file = renumber(&w->strings, m->file);
		m->build_id = renumber(&w->strings, m->build_id);
	}
	return p->mappings ? 0 : -1;
}

static void write_location(struct writer *w, const struct pp_location *from, uint32_t at)
{
	const struct pp_line *lines = pp_merge_lines(&w->state->tables);
	struct pp_location *l = &w->p->locations[at];

	*l = *from;
	l->id = at + 1;
	if (l->mapping != PP_NONE)
		l->mapping = renumber(&w->mappings, l->mapping);
	l->first_line = w->p->nlines;
	for (uint32_t i = 0; i < l->nlines; i++) {
		struct pp_line *line = &w->p->lines[w->p->nlines++];

		*line = lines[from->first_line + i];
		line->function = renumber(&w->functions, line->function);
	}
}

static int write_locations(struct writer *w, struct pp_err *err)
{
	const struct pp_location *from = pp_merge_locations(&w->state->tables);
	struct pp_profile *p = w->p;
	uint32_t n = w->locations.n;
	size_t nlines = 0;

	for (uint32_t i = 0; i < n; i++)
		nlines += from[w->locations.order[i]].nlines;
	p->locations = pp_arena_array(&p->arena, n, sizeof(*p->locations), err);
	p->lines = pp_arena_array(&p->arena, nlines, sizeof(*p->lines), err);
	if (!p->locations || !p->lines)
		return -1;
	p->nlocations = n;
	for (uint32_t i = 0; i < n; i++) {
		write_location(w, &from[w->locations.order[i]], i);
		if (!pp_ids_add(&p->location_ids, (uint64_t)i + 1))
			return pp_err_set(err, PP_ERR_LIMIT, "location ids collide");
	}
	return 0;
}

static int write_header(struct writer *w, struct pp_err *err)
{
	const struct pp_profile *head = &w->state->head;
	const struct pp_value_type *types = (const void *)w->state->types.p;
	const uint32_t *comments = (const void *)w->state->comments.p;
	struct pp_profile *p = w->p;

	p->sample_types =
		pp_arena_array(&p->arena, head->nsample_types, sizeof(*p->sample_types), err);
	p->comments = pp_arena_array(&p->arena, head->ncomments, sizeof(*p->comments), err);
	if (!p->sample_types || !p->comments)
		return -1;
	p->nsample_types = head->nsample_types;
	for (uint32_t i = 0; i < p->nsample_types; i++) {
		p->sample_types[i].type = renumber(&w->strings, types[i].type);
		p->sample_types[i].unit = renumber(&w->strings, types[i].unit);
	}
	p->ncomments = head->ncomments;
	for (uint32_t i = 0; i < p->ncomments; i++)
		p->comments[i] = renumber(&w->strings, comments[i]);
	p->has_period_type = head->has_period_type;
	p->period_type.type = renumber(&w->strings, head->period_type.type);
	p->period_type.unit = renumber(&w->strings, head->period_type.unit);
	p->period = head->period;
	p->time_nanos = head->time_nanos;
	p->duration_nanos = head->duration_nanos;
	p->drop_frames = renumber(&w->strings, head->drop_frames);
	p->keep_frames = renumber(&w->strings, head->keep_frames);
	p->default_sample_type = renumber(&w->strings, head->default_sample_type);
	p->doc_url = renumber(&w->strings, head->doc_url);
	return 0;
}

/* The strings that have been asked for, in one piece. */
static int write_strings(struct writer *w, struct pp_err *err)
{
	const struct pp_strtab *from = &w->state->tables.strings;
	struct pp_profile *p = w->p;
	size_t n = 0;

	for (uint32_t i = 0; i < w->strings.n; i++)
		n += pp_strtab_get(from, w->strings.order[i]).n;
	p->strings = pp_arena_array(&p->arena, w->strings.n, sizeof(*p->strings), err);
	char *bytes = pp_arena_array(&p->arena, n, 1, err);
	if (!p->strings || !bytes)
		return -1;
	p->nstrings = w->strings.n;
	for (uint32_t i = 0; i < p->nstrings; i++) {
		struct pp_str s = pp_strtab_get(from, w->strings.order[i]);

		p->strings[i] = (struct pp_str){bytes, s.n};
		memcpy(bytes, s.p, s.n);
		bytes += s.n;
	}
	return 0;
}

static int write_all(struct writer *w, struct pp_err *err)
{
	renumber(&w->strings, 0); /* the empty string is 0 everywhere */
	if (pp_merge_nmappings(&w->state->tables))
		renumber(&w->mappings, 0); /* the main program's stays, needed or not */
	if (write_header(w, err) || write_samples(w, err))
		return -1;
	pp_sample_set_release(&w->state->samples);
	take_samples(w);
	return write_locations(w, err) || write_mappings(w, err) || write_functions(w, err) ||
			       write_strings(w, err)
		       ? -1
		       : 0;
}

int pp_merge_finish(struct pp_merge_state *s, struct pp_profile *out, struct pp_err *err)
{
	struct writer w = {.state = s, .p = out};

	pp_sample_set_seal(&s->samples);
	numbering_init(&w.strings, s->tables.strings.count);
	numbering_init(&w.mappings, pp_merge_nmappings(&s->tables));
	numbering_init(&w.functions, pp_merge_nfunctions(&s->tables));
	numbering_init(&w.locations, pp_merge_nlocations(&s->tables));
	w.sets = pp_xcalloc(s->labels.sets.count, sizeof(*w.sets));
	int rc = write_all(&w, err);
	numbering_release(&w.strings);
	numbering_release(&w.mappings);
	numbering_release(&w.functions);
	numbering_release(&w.locations);
	pp_buf_release(&w.samples);
	pp_buf_release(&w.stack);
	pp_buf_release(&w.values);
	pp_buf_release(&w.label);
	pp_buf_release(&w.labels);
	free(w.sets);
	return rc;
}
