/* SPDX-License-Identifier: Apache-2.0 */
/* One pass over the locations and one over the samples. */
#include <config.h>

#include "analyze/summary.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/magnitude.h"
#include "base/parallel.h"
#include "profile/walk.h"

struct pass {
	PP_PER_WORKER const struct pp_profile *profile;
	int64_t *totals;
	uint64_t frames, deepest, empty;
};

static void visit(void *context, unsigned worker, struct pp_sample *s)
{
	struct pass *pass = &((struct pass *)context)[worker];
	const struct pp_profile *p = pass->profile;
	uint64_t depth = 0;

	for (uint32_t i = 0; i < p->nsample_types; i++)
		pass->totals[i] = pp_wrap_add(pass->totals[i], pp_magnitude(s->values[i]));
	for (uint32_t i = 0; i < s->nlocations; i++) {
		uint32_t n = p->locations[s->locations[i]].nlines;

		depth += n ? n : 1;
	}
	pass->frames += depth;
	pass->deepest = depth > pass->deepest ? depth : pass->deepest;
	pass->empty += depth == 0;
}

static void join(struct pp_summary *s, struct pass *pass)
{
	for (uint32_t i = 0; i < pass->profile->nsample_types; i++)
		s->totals[i] = pp_wrap_add(s->totals[i], pass->totals[i]);
	s->frames += pass->frames;
	s->deepest = pass->deepest > s->deepest ? pass->deepest : s->deepest;
	s->empty += pass->empty;
	free(pass->totals);
}

static void count_samples(struct pp_summary *s, const struct pp_profile *p)
{
	struct pass pass[PP_PARALLEL_MAX];
	unsigned workers = pp_walk_workers(p);

	s->totals = pp_xcalloc(p->nsample_types, sizeof(*s->totals));
	for (unsigned i = 0; i < workers; i++)
		pass[i] = (struct pass){
			.profile = p,
			.totals = pp_xcalloc(p->nsample_types, sizeof(*s->totals)),
		};
	pp_walk(p, workers, visit, pass);
	for (unsigned i = 0; i < workers; i++)
		join(s, &pass[i]);
}

static void count_location(struct pp_summary_mapping *m, const struct pp_profile *p,
			   const struct pp_location *loc)
{
	bool name = false, file = false, line = false;

	for (uint32_t i = 0; i < loc->nlines; i++) {
		const struct pp_line *l = &p->lines[loc->first_line + i];
		const struct pp_function *fn = &p->functions[l->function];

		name |= pp_profile_str(p, fn->name).n > 0;
		file |= pp_profile_str(p, fn->filename).n > 0;
		line |= l->line != 0;
	}
	m->locations++;
	m->functions += name;
	m->files += file;
	m->lines += line;
	m->inlined += loc->nlines > 1;
}

void pp_summary_init(struct pp_summary *s, const struct pp_profile *p)
{
	*s = (struct pp_summary){0};
	s->mappings = pp_xcalloc((size_t)p->nmappings + 1, sizeof(*s->mappings));
	for (uint32_t i = 0; i < p->nlocations; i++) {
		uint32_t m = p->locations[i].mapping;

		count_location(&s->mappings[m == PP_NONE ? p->nmappings : m], p, &p->locations[i]);
	}
	count_samples(s, p);
}

void pp_summary_release(struct pp_summary *s)
{
	free(s->totals);
	free(s->mappings);
	*s = (struct pp_summary){0};
}
