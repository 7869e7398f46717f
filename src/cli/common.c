/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "cli/common.h"

#include <string.h>

#include "base/alloc.h"
#include "cli/tint.h"

void pp_common_options(struct pp_cli *cli, struct pp_opt table[PP_COMMON_MAX])
{
	const struct pp_opt common[PP_COMMON_MAX] = {
		{PP_OPT_FLAG, 'q', "quiet", NULL, "no notes and no progress", &cli->quiet},
		{PP_OPT_FLAG, 0, "verbose", NULL, "tell what took how long", &cli->verbose},
		{PP_OPT_ENUM, 0, "color", NULL, "whether to write colours (default auto)",
		 &cli->colour, .choices = pp_tint_when},
		PP_OPT_END,
	};

	memcpy(table, common, sizeof(common));
}

/* Same name, or same letter: then it is the command's. */
static bool has_own(const struct pp_opt *opts, const struct pp_opt *common)
{
	for (const struct pp_opt *o = opts; o->help; o++) {
		if ((o->name && strcmp(o->name, common->name) == 0) ||
		    (o->letter && o->letter == common->letter))
			return true;
	}
	return false;
}

struct pp_opt *pp_common_join(struct pp_cli *cli, const struct pp_opt *opts)
{
	struct pp_opt common[PP_COMMON_MAX];
	const char *group = "Everywhere";
	size_t n = 0;

	while (opts[n].help)
		n++;
	struct pp_opt *all = pp_xcalloc(n + PP_COMMON_MAX, sizeof(*all));
	if (n)
		memcpy(all, opts, n * sizeof(*all));
	pp_common_options(cli, common);
	for (const struct pp_opt *o = common; o->help; o++) {
		if (has_own(opts, o))
			continue;
		all[n] = *o;
		all[n++].group = group;
		group = NULL;
	}
	all[n] = (struct pp_opt)PP_OPT_END;
	return all;
}
