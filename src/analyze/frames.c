/* SPDX-License-Identifier: Apache-2.0 */
/* Building the location -> nodes table. */
#include <config.h>

#include "analyze/frames.h"

#include <stdlib.h>

#include "base/alloc.h"

struct builder {
	struct pp_frames *f;
	struct pp_nodes *nodes;
	uint32_t *node_of_function; /* PP_NONE: not named yet, or nameless */
	size_t nmany, many_cap;
};

static struct pp_str object_of(const struct pp_profile *p, const struct pp_location *loc)
{
	if (loc->mapping == PP_NONE)
		return (struct pp_str){"", 0};
	return pp_profile_str(p, p->mappings[loc->mapping].file);
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
	uint32_t node = pp_nodes_add(b->nodes, name, object_of(p, loc), fn->start_line);
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
		head.first = pp_nodes_add(b->nodes, (struct pp_str){"", 0}, object_of(p, loc), 0);
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
	for (uint32_t i = 0; i < profile->nlocations; i++)
		f->head[i] = frames_of_location(&b, &profile->locations[i]);
	free(b.node_of_function);
}

void pp_frames_release(struct pp_frames *f)
{
	pp_prune_release(&f->prune);
	free(f->head);
	free(f->many);
	*f = (struct pp_frames){0};
}
