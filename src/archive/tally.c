/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/tally.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/magnitude.h"
#include "profile/samples.h"

void pp_tally_init(struct pp_tally *t, uint32_t ntypes)
{
	*t = (struct pp_tally){.ntypes = ntypes};
	pp_strtab_init(&t->names);
}

void pp_tally_release(struct pp_tally *t)
{
	pp_strtab_release(&t->names);
	pp_buf_release(&t->sums);
}

static const int64_t *sums_at(const struct pp_tally *t, uint32_t name)
{
	return (const int64_t *)(const void *)t->sums.p + (size_t)name * t->ntypes;
}

static void add_values(struct pp_tally *t, uint32_t name, const int64_t *values, const bool *counts)
{
	int64_t *sums = (int64_t *)(uintptr_t)sums_at(t, name);

	for (uint32_t i = 0; i < t->ntypes; i++) {
		if (counts[i])
			sums[i] = pp_wrap_add(sums[i], values[i]);
	}
}

/* The names of a profile's functions among all. An empty one, which id 0 would be, is "?". */
static uint32_t *enter_names(struct pp_tally *t, const struct pp_profile *p)
{
	uint32_t *names = pp_xcalloc(p->nfunctions, sizeof(*names));

	for (uint32_t i = 0; i < p->nfunctions; i++) {
		struct pp_str name = pp_profile_str(p, p->functions[i].name);

		names[i] = pp_strtab_add(&t->names, name.n ? name : PP_STR_LIT("?"));
	}
	size_t have = t->sums.n, want = t->names.count * t->ntypes * sizeof(int64_t);
	if (want > have) {
		pp_buf_reserve(&t->sums, want - have);
		for (size_t i = have; i < want; i++)
			t->sums.p[i] = 0;
		t->sums.n = want;
	}
	return names;
}

void pp_tally_add(struct pp_tally *t, const struct pp_profile *p, const bool *counts)
{
	PP_CLEANUP(pp_freep) uint32_t *names = enter_names(t, p);
	struct pp_sample_iter it;
	struct pp_sample s;

	for (uint32_t range = 0; range < p->nranges; range++) {
		pp_samples_begin(&it, p, range);
		while (pp_samples_next(&it, &s)) {
			add_values(t, 0, s.values, counts);
			for (uint32_t i = 0; i < s.nlocations; i++) {
				const struct pp_location *l = &p->locations[s.locations[i]];

				for (uint32_t k = 0; k < l->nlines; k++)
					add_values(t, names[p->lines[l->first_line + k].function],
						   s.values, counts);
			}
		}
		pp_samples_release(&it);
	}
}

/* Whether b has what a has, where a has anything. */
static bool is_within(const struct pp_tally *a, const struct pp_tally *b)
{
	for (uint32_t i = 0; a->sums.n && i < a->names.count; i++) {
		uint32_t at = pp_strtab_find(&b->names, pp_strtab_get(&a->names, i));
		bool there = at != PP_MAP_NONE && b->sums.n;

		for (uint32_t k = 0; k < a->ntypes; k++) {
			if (sums_at(a, i)[k] != (there ? sums_at(b, at)[k] : 0))
				return false;
		}
	}
	return true;
}

bool pp_tally_equal(const struct pp_tally *a, const struct pp_tally *b)
{
	return is_within(a, b) && is_within(b, a);
}
