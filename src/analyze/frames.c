/* SPDX-License-Identifier: Apache-2.0 */
/* Building the location -> nodes table. Rules: google/pprof, Profile.Aggregate and nodeInfo. */
#include <config.h>

#include "analyze/frames.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/path.h"

struct builder {
	struct pp_frames *f;
	struct pp_nodes *nodes;
	const struct pp_frames_options *o;
	uint32_t *node_of_function; /* where a function is one node; PP_NONE: not yet known */
	struct pp_buf file;	    /* scratch */
	size_t nmany, many_cap;
};

static struct pp_str object_of(const struct builder *b, const struct pp_location *loc)
{
	const struct pp_profile *p = b->f->profile;

	if (loc->mapping == PP_NONE)
		return (struct pp_str){"", 0};
	struct pp_str file = pp_profile_str(p, p->mappings[loc->mapping].file);
	return b->o->builds ? pp_str_basename(file) : file;
}

static uint64_t address_of(const struct builder *b, const struct pp_location *loc)
{
	return b->o->granularity == PP_BY_ADDRESS ? loc->address : 0;
}

static uint32_t node_of_no_line(struct builder *b, const struct pp_location *loc)
{
	struct pp_node node = {.object = object_of(b, loc), .address = address_of(b, loc)};

	return pp_nodes_add(b->nodes, &node);
}

/* Builds that hide where they ran name sources by what is the working directory of whoever looks.
 * As pprof has it, such a name is relative. */
static struct pp_str cut_directory(struct pp_str file)
{
	static const struct pp_str prefixes[] = {PP_STR_LIT("/proc/self/cwd/./"),
						 PP_STR_LIT("/proc/self/cwd/")};

	for (size_t i = 0; i < PP_ARRAY_LEN(prefixes); i++) {
		if (pp_str_starts(file, prefixes[i]))
			return (struct pp_str){file.p + prefixes[i].n, file.n - prefixes[i].n};
	}
	return file;
}

static struct pp_str clean_file(struct builder *b, const struct pp_function *fn)
{
	struct pp_str file = pp_profile_str(b->f->profile, fn->filename);

	if (!b->o->whole_files)
		file = cut_directory(file);
	pp_buf_clear(&b->file);
	if (file.n)
		pp_path_clean(&b->file, file);
	return pp_buf_view(&b->file);
}

/* What of a line tells it from others. */
static struct pp_node identify(struct builder *b, const struct pp_location *loc,
			       const struct pp_line *line)
{
	const struct pp_function *fn = &b->f->profile->functions[line->function];
	enum pp_granularity g = b->o->granularity;
	struct pp_node node = {.address = address_of(b, loc)};

	if (g != PP_BY_FILE)
		node.name = pp_profile_str(b->f->profile, fn->name);
	if (g != PP_BY_FUNCTION)
		node.file = clean_file(b, fn);
	if (g == PP_BY_LINE || g == PP_BY_ADDRESS) {
		node.line = line->line;
		/* as in pprof, addresses with their inlined calls always keep columns */
		if (b->o->columns || (g == PP_BY_ADDRESS && !b->o->noinlines))
			node.column = line->column;
	}
	if (b->o->objects || (node.name.n == 0 && !(b->o->builds && node.file.n)))
		node.object = object_of(b, loc);
	/* unlike in pprof, a file is one node wherever its functions start */
	if (b->o->objects || (node.name.n == 0 && g != PP_BY_FILE))
		node.start_line = fn->start_line;
	return node;
}

/* The node of one line. Where named functions are nodes, they are looked up only once. */
static uint32_t node_of_line(struct builder *b, const struct pp_location *loc,
			     const struct pp_line *line)
{
	uint32_t *known = &b->node_of_function[line->function];

	if (*known != PP_NONE)
		return *known;
	struct pp_node identity = identify(b, loc, line);
	uint32_t node = pp_nodes_add(b->nodes, &identity);
	if (identity.name.n && !b->o->objects && b->o->granularity <= PP_BY_FILEFUNCTION)
		*known = node;
	return node;
}

static uint32_t add_run(struct builder *b, const struct pp_location *loc,
			const struct pp_line *lines, uint32_t n)
{
	struct pp_frames *f = b->f;
	size_t at = b->nmany;

	f->many = pp_grow(f->many, &b->many_cap, at + 1 + n, sizeof(*f->many));
	f->many[at] = n;
	for (uint32_t i = 0; i < n; i++)
		f->many[at + 1 + i] = node_of_line(b, loc, &lines[i]);
	b->nmany += 1 + n;
	return (uint32_t)at | PP_FRAMES_MANY;
}

static uint32_t frames_of_location(struct builder *b, const struct pp_location *loc)
{
	const struct pp_line *lines = &b->f->profile->lines[loc->first_line];
	uint32_t n = loc->nlines;

	if (b->o->noinlines && n > 1) {
		lines += n - 1;
		n = 1;
	}
	if (n == 0)
		return node_of_no_line(b, loc);
	return n == 1 ? node_of_line(b, loc, &lines[0]) : add_run(b, loc, lines, n);
}

void pp_frames_init(struct pp_frames *f, const struct pp_profile *profile, struct pp_nodes *nodes,
		    const struct pp_frames_options *o)
{
	struct builder b = {.f = f, .nodes = nodes, .o = o};

	*f = (struct pp_frames){.profile = profile};
	f->head = pp_xcalloc(profile->nlocations, sizeof(*f->head));
	b.node_of_function = pp_xrealloc(NULL, profile->nfunctions, sizeof(*b.node_of_function));
	for (uint32_t i = 0; i < profile->nfunctions; i++)
		b.node_of_function[i] = PP_NONE;
	for (uint32_t i = 0; i < profile->nlocations; i++)
		f->head[i] = frames_of_location(&b, &profile->locations[i]);
	free(b.node_of_function);
	pp_buf_release(&b.file);
}

void pp_frames_release(struct pp_frames *f)
{
	free(f->head);
	free(f->many);
	*f = (struct pp_frames){0};
}
