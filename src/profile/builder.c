/* SPDX-License-Identifier: Apache-2.0 */
/* Building profiles. Tables grow in buffers and move into the profile's arena at the end. */
#include <config.h>

#include "profile/builder.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "profile/samples.h"

void pp_builder_init(struct pp_builder *b)
{
	*b = (struct pp_builder){0};
	pp_profile_init(&b->head, 0);
	pp_strtab_init(&b->strings);
	pp_strtab_init(&b->function_keys);
	pp_strtab_init(&b->location_keys);
}

void pp_builder_release(struct pp_builder *b)
{
	pp_profile_release(&b->head);
	pp_strtab_release(&b->strings);
	pp_strtab_release(&b->function_keys);
	pp_strtab_release(&b->location_keys);
	pp_buf_release(&b->sample_types);
	pp_buf_release(&b->mappings);
	pp_buf_release(&b->functions);
	pp_buf_release(&b->locations);
	pp_buf_release(&b->lines);
	pp_buf_release(&b->comments);
	pp_buf_release(&b->samples);
}

uint32_t pp_builder_string(struct pp_builder *b, struct pp_str s)
{
	return pp_strtab_add(&b->strings, s);
}

void pp_builder_sample_type(struct pp_builder *b, const char *type, const char *unit)
{
	struct pp_value_type t = {pp_builder_string(b, pp_str_of(type)),
				  pp_builder_string(b, pp_str_of(unit))};

	pp_buf_add(&b->sample_types, &t, sizeof(t));
	b->head.nsample_types++;
}

void pp_builder_comment(struct pp_builder *b, struct pp_str text)
{
	uint32_t string = pp_builder_string(b, text);

	pp_buf_add(&b->comments, &string, sizeof(string));
	b->head.ncomments++;
}

uint32_t pp_builder_mapping(struct pp_builder *b, const struct pp_mapping *m)
{
	struct pp_mapping own = *m;

	own.id = b->head.nmappings + 1;
	pp_buf_add(&b->mappings, &own, sizeof(own));
	return b->head.nmappings++;
}

uint32_t pp_builder_function(struct pp_builder *b, uint32_t name, uint32_t system_name,
			     uint32_t filename, int64_t start_line)
{
	struct {
		int64_t start_line;
		uint32_t name, system_name, filename, zero;
	} key = {start_line, name, system_name, filename, 0};
	uint32_t at =
		pp_strtab_add(&b->function_keys, (struct pp_str){(char *)&key, sizeof(key)}) - 1;

	if (at == b->head.nfunctions) {
		struct pp_function f = {.id = at + 1,
					.name = name,
					.system_name = system_name,
					.filename = filename,
					.start_line = start_line};

		pp_buf_add(&b->functions, &f, sizeof(f));
		b->head.nfunctions++;
	}
	return at;
}

/* What tells a location from others. Lines have padding, which must not take part. */
static uint32_t location_key(struct pp_builder *b, uint32_t mapping, uint64_t address,
			     const struct pp_line *lines, uint32_t nlines)
{
	struct pp_buf key = PP_BUF_INIT;

	pp_wire_put_varint(&key, address);
	pp_wire_put_varint(&key, mapping);
	for (uint32_t i = 0; i < nlines && address == 0; i++) {
		pp_wire_put_varint(&key, lines[i].function);
		pp_wire_put_varint(&key, (uint64_t)lines[i].line);
		pp_wire_put_varint(&key, (uint64_t)lines[i].column);
	}
	uint32_t id = pp_strtab_add(&b->location_keys, pp_buf_view(&key));
	pp_buf_release(&key);
	return id;
}

uint32_t pp_builder_location(struct pp_builder *b, uint32_t mapping, uint64_t address,
			     const struct pp_line *lines, uint32_t nlines)
{
	uint32_t at = location_key(b, mapping, address, lines, nlines) - 1;

	if (at == b->head.nlocations) {
		struct pp_location l = {.id = at + 1, .address = address, .mapping = mapping};

		pp_buf_add(&b->locations, &l, sizeof(l));
		b->head.nlocations++;
		pp_builder_set_lines(b, at, lines, nlines);
	}
	return at;
}

uint32_t pp_builder_new_location(struct pp_builder *b, uint32_t mapping, uint64_t address,
				 const struct pp_line *lines, uint32_t nlines)
{
	struct pp_location l = {
		.id = b->head.nlocations + 1, .address = address, .mapping = mapping};
	uint32_t at = b->head.nlocations++;
	struct pp_buf key = PP_BUF_INIT;

	/* keys count like locations; behind an address, no other has a third number */
	pp_wire_put_varint(&key, 1);
	pp_wire_put_varint(&key, 0);
	pp_wire_put_varint(&key, at);
	pp_strtab_add(&b->location_keys, pp_buf_view(&key));
	pp_buf_release(&key);
	pp_buf_add(&b->locations, &l, sizeof(l));
	pp_builder_set_lines(b, at, lines, nlines);
	return at;
}

struct pp_location *pp_builder_location_at(struct pp_builder *b, uint32_t location)
{
	return (struct pp_location *)(void *)b->locations.p + location;
}

void pp_builder_set_lines(struct pp_builder *b, uint32_t location, const struct pp_line *lines,
			  uint32_t nlines)
{
	struct pp_location *l = pp_builder_location_at(b, location);

	l->first_line = b->head.nlines;
	l->nlines = nlines;
	pp_buf_add(&b->lines, lines, nlines * sizeof(*lines));
	b->head.nlines += nlines;
}

static void add_label(struct pp_buf *sample, const struct pp_builder_label *l)
{
	struct pp_buf label = PP_BUF_INIT;

	pp_wire_put_number(&label, PP_LABEL_KEY, l->key);
	pp_wire_put_number(&label, PP_LABEL_STR, l->str);
	pp_wire_put_number(&label, PP_LABEL_NUM, (uint64_t)l->num);
	pp_wire_put_number(&label, PP_LABEL_UNIT, l->unit);
	pp_wire_put_bytes(sample, PP_SAMPLE_LABEL, label.p, label.n);
	pp_buf_release(&label);
}

static size_t varint_size(uint64_t v)
{
	return v < 0x80 ? 1 : (70 - (size_t)__builtin_clzll(v)) / 7;
}

/* A length-delimited field but for its bytes; returns where those go. */
static uint8_t *write_field(uint8_t *p, unsigned field, size_t n)
{
	*p++ = (uint8_t)(field << 3 | PP_WIRE_BYTES);
	return pp_wire_write_varint(p, n);
}

static size_t field_size(size_t n)
{
	return 1 + varint_size(n) + n;
}

/* Sizes first, then bytes where they stay: imports have millions of samples. */
void pp_builder_sample(struct pp_builder *b, const uint32_t *locations, uint32_t nlocations,
		       const int64_t *values, const struct pp_builder_label *labels,
		       uint32_t nlabels)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf packed = PP_BUF_INIT;
	size_t ids = 0, numbers = 0, n;
	uint8_t *p;

	for (uint32_t i = 0; i < nlocations; i++)
		ids += varint_size((uint64_t)locations[i] + 1);
	for (uint32_t i = 0; i < b->head.nsample_types; i++)
		numbers += varint_size((uint64_t)values[i]);
	for (uint32_t i = 0; i < nlabels; i++)
		add_label(&packed, &labels[i]);
	n = (nlocations ? field_size(ids) : 0) + field_size(numbers) + packed.n;

	pp_buf_reserve(&b->samples, field_size(n));
	p = write_field((uint8_t *)b->samples.p + b->samples.n, PP_SAMPLE_TAG >> 3, n);
	if (nlocations)
		p = write_field(p, PP_SAMPLE_LOCATION_ID, ids);
	for (uint32_t i = 0; i < nlocations; i++)
		p = pp_wire_write_varint(p, (uint64_t)locations[i] + 1);
	p = write_field(p, PP_SAMPLE_VALUE, numbers);
	for (uint32_t i = 0; i < b->head.nsample_types; i++)
		p = pp_wire_write_varint(p, (uint64_t)values[i]);
	if (packed.n)
		memcpy(p, packed.p, packed.n);
	b->samples.n += field_size(n);
}

/* A table out of its buffer into the arena. */
static void *move(struct pp_profile *p, const struct pp_buf *from, struct pp_err *err)
{
	void *to = pp_arena_array(&p->arena, from->n, 1, err);

	if (to && from->n)
		memcpy(to, from->p, from->n);
	return to;
}

static int move_strings(struct pp_profile *p, const struct pp_strtab *from, struct pp_err *err)
{
	p->nstrings = (uint32_t)from->count;
	p->strings = pp_arena_array(&p->arena, from->count, sizeof(*p->strings), err);
	for (uint32_t i = 0; p->strings && i < from->count; i++) {
		struct pp_str s = pp_strtab_get(from, i);
		char *copy = pp_arena_strdup(&p->arena, s, err);

		if (!copy)
			return -1;
		p->strings[i] = (struct pp_str){copy, s.n};
	}
	return p->strings ? 0 : -1;
}

static int move_tables(struct pp_builder *b, struct pp_profile *p, struct pp_err *err)
{
	p->sample_types = move(p, &b->sample_types, err);
	p->mappings = move(p, &b->mappings, err);
	p->functions = move(p, &b->functions, err);
	p->locations = move(p, &b->locations, err);
	p->lines = move(p, &b->lines, err);
	p->comments = move(p, &b->comments, err);
	if (!p->sample_types || !p->mappings || !p->functions || !p->locations || !p->lines ||
	    !p->comments)
		return -1;
	for (uint32_t i = 0; i < p->nlocations; i++) {
		if (!pp_ids_add(&p->location_ids, (uint64_t)i + 1))
			return pp_err_set(err, PP_ERR_LIMIT, "location ids collide");
	}
	return move_strings(p, &b->strings, err);
}

/* Nothing but samples is packed. */
static void find_ranges(struct pp_profile *p)
{
	const uint8_t *next = p->bytes, *end = p->nbytes ? p->bytes + p->nbytes : next;

	while (next < end) {
		const uint8_t *begin = next++;
		uint64_t n = pp_wire_varint_trusted(&next);

		next += n;
		pp_samples_extend_ranges(p, begin, next);
	}
}

int pp_builder_finish(struct pp_builder *b, struct pp_profile *p, struct pp_err *err)
{
	*p = b->head;
	pp_profile_init(&b->head, 0);
	p->bytes = (uint8_t *)b->samples.p;
	p->nbytes = b->samples.n;
	b->samples = (struct pp_buf)PP_BUF_INIT;
	find_ranges(p);

	int rc =
		move_tables(b, p, err) || pp_profile_check_types(p, err) || pp_samples_check(p, err)
			? -1
			: 0;
	if (rc)
		pp_profile_release(p);
	pp_builder_release(b);
	pp_builder_init(b);
	return rc;
}
