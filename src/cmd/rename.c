/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "cmd/rename.h"

#include <string.h>

struct pp_str pp_rename_old(const char *rename)
{
	return (struct pp_str){rename, strcspn(rename, "=")};
}

const char *pp_rename_new(const char *rename)
{
	return rename + strcspn(rename, "=") + 1;
}

int pp_rename_check(const struct pp_opt_list *renames, struct pp_err *err)
{
	for (size_t i = 0; i < renames->n; i++) {
		const char *text = renames->item[i];
		struct pp_str old = pp_rename_old(text);

		if (old.n == 0 || !text[old.n] || !*pp_rename_new(text))
			return pp_err_set(err, PP_ERR_USAGE,
					  "option '--rename': '%s' is not OLD=NEW", text);
	}
	return 0;
}

int pp_rename_functions(struct pp_profile *p, const char *rename, bool *found, struct pp_err *err)
{
	struct pp_str old = pp_rename_old(rename);
	uint32_t name = PP_NONE;

	for (uint32_t i = 0; i < p->nfunctions; i++) {
		if (!pp_str_eq(pp_profile_str(p, p->functions[i].name), old))
			continue;
		if (name == PP_NONE)
			name = pp_profile_add_string(p, pp_str_of(pp_rename_new(rename)), err);
		if (name == PP_NONE)
			return -1;
		p->functions[i].name = name;
		*found = true;
	}
	return 0;
}
