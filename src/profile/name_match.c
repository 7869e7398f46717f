/* SPDX-License-Identifier: Apache-2.0 */
/* Remembering verdicts per string. */
#include <config.h>

#include "profile/name_match.h"

#include <stdlib.h>

#include "base/alloc.h"

int pp_name_match_init(struct pp_name_match *m, const struct pp_profile *p, struct pp_str pattern,
		       bool simplified, struct pp_err *err)
{
	*m = (struct pp_name_match){.profile = p, .simplified = simplified};
	m->regex = pp_regex_new(pattern, false, err);
	if (!m->regex)
		return -1;
	m->known = pp_xcalloc(p->nstrings, 1);
	return 0;
}

void pp_name_match_release(struct pp_name_match *m)
{
	pp_regex_free(m->regex);
	free(m->known);
	*m = (struct pp_name_match){0};
}

bool pp_name_match(struct pp_name_match *m, uint32_t string)
{
	uint8_t *known = &m->known[string];

	if (*known == 0) {
		struct pp_str name = pp_profile_str(m->profile, string);

		if (m->simplified)
			name = pp_name_simplify(name);
		*known = 1 + pp_regex_match(m->regex, name);
	}
	return *known == 2;
}

bool pp_name_match_line(struct pp_name_match *m, const struct pp_line *line)
{
	const struct pp_function *fn = &m->profile->functions[line->function];

	return pp_name_match(m, fn->name) || pp_name_match(m, fn->filename);
}

bool pp_name_match_mapping(struct pp_name_match *m, const struct pp_location *loc)
{
	return loc->mapping != PP_NONE && pp_name_match(m, m->profile->mappings[loc->mapping].file);
}

struct pp_str pp_name_simplify(struct pp_str name)
{
	static const struct pp_str anonymous = PP_STR_LIT("(anonymous namespace)");
	static const struct pp_str call = PP_STR_LIT("operator()");

	if (name.n && name.p[0] == '.') {
		name.p++;
		name.n--;
	}
	for (size_t i = 0; i < name.n; i++) {
		struct pp_str rest = {name.p + i, name.n - i};

		if (pp_str_starts(rest, anonymous))
			i += anonymous.n - 1;
		else if (pp_str_starts(rest, call))
			i += call.n - 1;
		else if (name.p[i] == '(')
			return (struct pp_str){name.p, i};
	}
	return name;
}
