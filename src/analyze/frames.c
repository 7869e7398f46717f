/* SPDX-License-Identifier: Apache-2.0 */
/* Building the location -> nodes table. */
#include <config.h>

#include "analyze/frames.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/buf.h"

struct builder {
	struct pp_frames *f;
	struct pp_nodes *nodes;
	uint32_t *node_of_function;  /* PP_NONE: not named yet, or nameless */
	uint32_t *object_of_mapping; /* PP_NONE: not looked up yet */
	struct pp_buf key;	     /* scratch */
	size_t nmany, many_cap;
};

/* Mappings of one build id, offset and size (in pages) are one object, wherever and by whatever
 * name they were mapped; without a build id the file stands for it. Rules: google/pprof,
 * Mapping.key. */
static uint32_t object_of_mapping(struct builder *b, const struct pp_mapping *m)
{
	const struct pp_profile *p = b->f->profile;
	uint64_t place[2] = {(m->limit - m->start + 0xfff) & ~0xfffULL, m->offset};
	struct pp_str which = pp_profile_str(p, m->build_id), file = pp_profile_str(p, m->file);

	if (which.n == 0)
		which = file;
	pp_buf_clear(&b->key);
	pp_buf_add(&b->key, place, sizeof(place));
	pp_buf_add(&b->key, which.p, which.n);
	return pp_nodes_object(b->nodes, pp_buf_view(&b->key), file);
}

/* The file that a location's code is from. The first of several names for one object counts: the
 * main binary's, then in the order of locations. */
static struct pp_str object_of(struct builder *b, const struct pp_location *loc)
{
	if (loc->mapping == PP_NONE)
		return (struct pp_str){"", 0};

	uint32_t *object = &b->object_of_mapping[loc->mapping];
	if (*object == PP_NONE)
		*object = object_of_mapping(b, &b->f->profile->mappings[loc->mapping]);
	return pp_nodes_object_file(b->nodes, *object);
}

/* The node of one line. Named functions are looked up by name only once. */
static uint32_t node_of_line(struct builder *b, const struct pp_location *loc,
			     const struct pp_line *line)
{
	const struct pp_profile *p = b->f->profile;
	uint32_t *known = &b->node_of_function[line->function];
	const struct pp_function *fn = &p->functions[line->function];
	struct pp_str name = pp_profile_str(p, fn->name);

	if (*known != PP_NONE)
		return *known;
	uint32_t node = pp_nodes_add(b->nodes, name, object_of(b, loc), fn->start_line);
	if (name.n)
		*known = node;
	return node;
}

static uint32_t add_run(struct builder *b, const struct pp_location *loc)
{
	struct pp_frames *f = b->f;
	size_t at = b->nmany;

	f->many = pp_grow(f->many, &b->many_cap, at + 1 + loc->nlines, sizeof(*f->many));
	f->many[at] = loc->nlines;
	for (uint32_t i = 0; i < loc->nlines; i++)
		f->many[at + 1 + i] = node_of_line(b, loc, &f->profile->lines[loc->first_line + i]);
	b->nmany += 1 + loc->nlines;
	return (uint32_t)at | PP_FRAMES_MANY;
}

static struct pp_frames_head frames_of_location(struct builder *b, const struct pp_location *loc)
{
	const struct pp_profile *p = b->f->profile;
	const struct pp_line *lines = &p->lines[loc->first_line];
	struct pp_frames_head head = {.second = PP_NONE};

	if (loc->nlines == 0) {
		head.first = pp_nodes_add(b->nodes, (struct pp_str){"", 0}, object_of(b, loc), 0);
	} else if (loc->nlines <= 2) {
		head.first = node_of_line(b, loc, &lines[0]);
		if (loc->nlines == 2)
			head.second = node_of_line(b, loc, &lines[1]);
	} else {
		head.first = add_run(b, loc);
	}
	return head;
}

void pp_frames_init(struct pp_frames *f, struct pp_profile *profile, struct pp_nodes *nodes)
{
	struct builder b = {.f = f, .nodes = nodes};

	*f = (struct pp_frames){.profile = profile};
	pp_prune_init(&f->prune, profile);
	f->head = pp_xcalloc(profile->nlocations, sizeof(*f->head));
	b.node_of_function = pp_xrealloc(NULL, profile->nfunctions, sizeof(*b.node_of_function));
	for (uint32_t i = 0; i < profile->nfunctions; i++)
		b.node_of_function[i] = PP_NONE;
	b.object_of_mapping = pp_xrealloc(NULL, profile->nmappings, sizeof(*b.object_of_mapping));
	for (uint32_t i = 0; i < profile->nmappings; i++)
		b.object_of_mapping[i] = i ? PP_NONE : object_of_mapping(&b, &profile->mappings[0]);
	for (uint32_t i = 0; i < profile->nlocations; i++)
		f->head[i] = frames_of_location(&b, &profile->locations[i]);
	free(b.node_of_function);
	free(b.object_of_mapping);
	pp_buf_release(&b.key);
}

void pp_frames_release(struct pp_frames *f)
{
	pp_prune_release(&f->prune);
	free(f->head);
	free(f->many);
	*f = (struct pp_frames){0};
}
