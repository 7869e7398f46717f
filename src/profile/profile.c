/* SPDX-License-Identifier: Apache-2.0 */
/* Life of a profile, and choosing one of its sample types. */
#include <config.h>

#include "profile/profile.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/num.h"
#include "base/suggest.h"

void pp_profile_init(struct pp_profile *p, size_t budget)
{
	*p = (struct pp_profile){0};
	pp_arena_init(&p->arena, budget);
	pp_ids_init(&p->location_ids);
}

void pp_profile_release(struct pp_profile *p)
{
	pp_arena_release(&p->arena);
	pp_ids_release(&p->location_ids);
	free(p->bytes);
	pp_profile_init(p, p->arena.budget);
}

/* The old array stays in the arena, so it grows by half of itself. */
static int grow_strings(struct pp_profile *p, struct pp_err *err)
{
	uint32_t room = p->nstrings / 2 + 64, cap = p->nstrings + room;
	struct pp_str *more;

	if (room >= PP_NONE - p->nstrings)
		return pp_err_set(err, PP_ERR_LIMIT, "more than %u strings", PP_NONE);
	more = pp_arena_array(&p->arena, cap, sizeof(*more), err);
	if (!more)
		return -1;
	if (p->nstrings)
		memcpy(more, p->strings, p->nstrings * sizeof(*more));
	p->strings = more;
	p->strings_cap = cap;
	return 0;
}

uint32_t pp_profile_add_string(struct pp_profile *p, struct pp_str s, struct pp_err *err)
{
	if (p->nstrings >= p->strings_cap && grow_strings(p, err) < 0)
		return PP_NONE;

	const char *copy = pp_arena_strdup(&p->arena, s, err);
	if (!copy)
		return PP_NONE;
	p->strings[p->nstrings] = (struct pp_str){copy, s.n};
	return p->nstrings++;
}

static struct pp_str type_name(const struct pp_profile *p, uint32_t i)
{
	return pp_profile_str(p, p->sample_types[i].type);
}

static bool find_type(const struct pp_profile *p, struct pp_str name, uint32_t *index)
{
	for (uint32_t i = 0; i < p->nsample_types; i++) {
		if (pp_str_eq(type_name(p, i), name)) {
			*index = i;
			return true;
		}
	}
	return false;
}

static int unknown_type(const struct pp_profile *p, const char *name, struct pp_err *err)
{
	struct pp_buf list = PP_BUF_INIT;
	struct pp_arena names; /* each with its end */
	struct pp_suggest near;

	pp_arena_init(&names, 0);
	pp_suggest_init(&near, pp_str_of(name));
	for (uint32_t i = 0; i < p->nsample_types && list.n < 200; i++) {
		struct pp_str t = type_name(p, i);
		const char *copy = pp_arena_strdup(&names, t, err);

		pp_buf_str(&list, i ? ", " : "");
		pp_buf_add(&list, t.p, t.n < 60 ? t.n : 60);
		if (copy && strlen(copy) == t.n)
			pp_suggest_offer(&near, copy);
	}
	pp_err_set(err, PP_ERR_NOT_FOUND, "no sample type '%s': the profile has %s", name, list.p);
	if (near.best)
		pp_err_hint(err, "did you mean '%s'?", near.best);
	pp_buf_release(&list);
	pp_arena_release(&names);
	return -1;
}

int pp_profile_sample_index(const struct pp_profile *p, const char *name, uint32_t *index,
			    struct pp_err *err)
{
	static const struct pp_str prefix = {"inuse_", 6};
	struct pp_err ignored;
	uint64_t n;

	if (!name) {
		if (!p->default_sample_type ||
		    !find_type(p, pp_profile_str(p, p->default_sample_type), index))
			*index = p->nsample_types - 1;
		return 0;
	}
	if (pp_parse_u64(name, 0, p->nsample_types - 1, &n, &ignored) == 0) {
		*index = (uint32_t)n;
		return 0;
	}

	struct pp_str wanted = pp_str_of(name);
	if (find_type(p, wanted, index))
		return 0;
	if (pp_str_starts(wanted, prefix)) {
		wanted.p += prefix.n;
		wanted.n -= prefix.n;
		if (find_type(p, wanted, index))
			return 0;
	}
	return unknown_type(p, name, err);
}

int pp_profile_check_types(const struct pp_profile *p, struct pp_err *err)
{
	if (p->nsample_types > PP_SAMPLE_TYPES_MAX)
		return pp_err_set(err, PP_ERR_LIMIT, "%u sample types, more than %d",
				  p->nsample_types, PP_SAMPLE_TYPES_MAX);
	for (uint32_t i = 0; i < p->nsample_types; i++) {
		struct pp_str name = pp_profile_str(p, p->sample_types[i].type);

		for (uint32_t j = 0; j < i; j++) {
			if (pp_str_eq(name, pp_profile_str(p, p->sample_types[j].type)))
				return pp_err_set(err, PP_ERR_FORMAT,
						  "two sample types are named '%.*s'",
						  (int)(name.n < 60 ? name.n : 60), name.p);
		}
	}
	return 0;
}
