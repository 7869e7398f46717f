/* SPDX-License-Identifier: Apache-2.0 */
/* Each row is brought over when it is first asked for, and looked up by a key of plain bytes. */
#include <config.h>

#include "profile/merge_tables.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define PAGE 0x1000u

void pp_merge_tables_init(struct pp_merge_tables *t)
{
	*t = (struct pp_merge_tables){.key = PP_BUF_INIT};
	pp_strtab_init(&t->strings);
	pp_strtab_init(&t->mapping_keys);
	pp_strtab_init(&t->function_keys);
	pp_strtab_init(&t->location_keys);
}

void pp_merge_tables_release(struct pp_merge_tables *t)
{
	pp_strtab_release(&t->strings);
	pp_strtab_release(&t->mapping_keys);
	pp_strtab_release(&t->function_keys);
	pp_strtab_release(&t->location_keys);
	pp_buf_release(&t->mappings);
	pp_buf_release(&t->functions);
	pp_buf_release(&t->locations);
	pp_buf_release(&t->lines);
	pp_buf_release(&t->key);
}

static uint32_t *new_map(uint32_t n)
{
	uint32_t *map = pp_xrealloc(NULL, n, sizeof(*map));

	if (n)
		memset(map, 0xff, n * sizeof(*map));
	return map;
}

void pp_merge_source_init(struct pp_merge_source *s, const struct pp_profile *p, bool stand_in)
{
	*s = (struct pp_merge_source){
		.profile = p,
		.strings = new_map(p->nstrings),
		.functions = new_map(p->nfunctions),
		.locations = new_map(p->nlocations),
		.mappings = pp_xcalloc(p->nmappings, sizeof(*s->mappings)),
		.stand_in = stand_in,
	};
	for (uint32_t i = 0; i < p->nmappings; i++)
		s->mappings[i].to = PP_NONE;
}

void pp_merge_source_release(struct pp_merge_source *s)
{
	free(s->strings);
	free(s->functions);
	free(s->locations);
	free(s->mappings);
}

uint32_t pp_merge_string(struct pp_merge_tables *t, struct pp_merge_source *s, uint32_t string)
{
	if (s->strings[string] == PP_NONE)
		s->strings[string] = pp_strtab_add(&t->strings, pp_profile_str(s->profile, string));
	return s->strings[string];
}

/* The position of the row with this key; equal to the number of rows if it is new. */
static uint32_t look_up(struct pp_strtab *keys, const void *key, size_t n)
{
	return pp_strtab_add(keys, (struct pp_str){key, n}) - 1;
}

/* The position of a mapping whose strings are ours. */
static uint32_t add_mapping(struct pp_merge_tables *t, const struct pp_mapping *m)
{
	struct {
		uint64_t size, offset;
		uint32_t name, zero;
	} key = {(m->limit - m->start + PAGE - 1) / PAGE, m->offset,
		 m->build_id ? m->build_id : m->file, 0};
	uint32_t at = look_up(&t->mapping_keys, &key, sizeof(key));

	if (at == pp_merge_nmappings(t))
		pp_buf_add(&t->mappings, m, sizeof(*m));
	return at;
}

static struct pp_merge_moved move_mapping(struct pp_merge_tables *t, struct pp_merge_source *s,
					  uint32_t mapping)
{
	static const struct pp_mapping nameless;

	if (s->stand_in) {
		uint32_t to = add_mapping(t, &nameless);

		return (struct pp_merge_moved){to, pp_merge_mappings(t)[to].start};
	}
	if (mapping == PP_NONE)
		return (struct pp_merge_moved){PP_NONE, 0};
	if (s->mappings[mapping].to == PP_NONE) {
		struct pp_mapping m = s->profile->mappings[mapping];

		m.file = pp_merge_string(t, s, m.file);
		m.build_id = pp_merge_string(t, s, m.build_id);
		uint32_t to = add_mapping(t, &m);
		s->mappings[mapping] =
			(struct pp_merge_moved){to, pp_merge_mappings(t)[to].start - m.start};
	}
	return s->mappings[mapping];
}

void pp_merge_first_mapping(struct pp_merge_tables *t, struct pp_merge_source *s)
{
	if (pp_merge_nmappings(t) == 0 && (s->stand_in || s->profile->nmappings))
		move_mapping(t, s, 0);
}

static uint32_t move_function(struct pp_merge_tables *t, struct pp_merge_source *s,
			      uint32_t function)
{
	if (s->functions[function] != PP_NONE)
		return s->functions[function];

	struct pp_function f = s->profile->functions[function];
	f.name = pp_merge_string(t, s, f.name);
	f.system_name = pp_merge_string(t, s, f.system_name);
	f.filename = pp_merge_string(t, s, f.filename);
	struct {
		int64_t start_line;
		uint32_t name, system_name, filename, zero;
	} key = {f.start_line, f.name, f.system_name, f.filename, 0};
	uint32_t at = look_up(&t->function_keys, &key, sizeof(key));
	if (at == pp_merge_nfunctions(t))
		pp_buf_add(&t->functions, &f, sizeof(f));
	return s->functions[function] = at;
}

/* The location's key in t->key: a head, then its lines in our terms, as they are stored. Returns
 * those. */
static const struct pp_line *make_key(struct pp_merge_tables *t, struct pp_merge_source *s,
				      const struct pp_location *l, uint64_t relative)
{
	struct {
		uint64_t address;
		uint32_t mapping, folded;
	} head = {relative, l->mapping, l->folded};

	pp_buf_clear(&t->key);
	pp_buf_add(&t->key, &head, sizeof(head));
	for (uint32_t i = 0; i < l->nlines; i++) {
		const struct pp_line *from = &s->profile->lines[l->first_line + i];
		struct pp_line line;

		memset(&line, 0, sizeof(line)); /* the padding, too */
		line.function = move_function(t, s, from->function);
		line.line = from->line;
		line.column = from->column;
		pp_buf_add(&t->key, &line, sizeof(line));
	}
	return (const struct pp_line *)(const void *)(t->key.p + sizeof(head));
}

uint32_t pp_merge_new_location(struct pp_merge_tables *t, struct pp_merge_source *s,
			       uint32_t location)
{
	struct pp_location l = s->profile->locations[location];
	struct pp_merge_moved m = move_mapping(t, s, l.mapping);

	l.mapping = m.to;
	l.address += m.delta;
	uint64_t start = m.to == PP_NONE ? 0 : pp_merge_mappings(t)[m.to].start;
	const struct pp_line *lines = make_key(t, s, &l, l.address - start);
	uint32_t at = look_up(&t->location_keys, t->key.p, t->key.n);
	if (at == pp_merge_nlocations(t)) {
		l.first_line = (uint32_t)(t->lines.n / sizeof(*lines));
		pp_buf_add(&t->lines, lines, l.nlines * sizeof(*lines));
		pp_buf_add(&t->locations, &l, sizeof(l));
	}
	return s->locations[location] = at;
}
