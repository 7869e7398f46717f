/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "cli/leading.h"

#include "cli/common.h"

void pp_leading_release(struct pp_leading *l)
{
	pp_opt_list_release(&l->settings);
}

void pp_leading_options(struct pp_leading *l, struct pp_cli *cli,
			struct pp_opt table[PP_LEADING_MAX])
{
	const struct pp_opt opts[] = {
		{PP_OPT_LIST, 'c', NULL, "COMMAND.OPTION=VALUE",
		 "set this as the configuration does; may be repeated", &l->settings},
		{PP_OPT_FLAG, 0, "no-config", NULL, "do without the configuration file",
		 &l->no_config},
		{PP_OPT_FLAG, 0, "no-pager", NULL, "write to the terminal itself", &l->no_pager},
		{PP_OPT_FLAG, 'V', "version", NULL, "show the version", &l->version},
		PP_OPT_END,
	};
	struct pp_opt common[PP_COMMON_MAX];

	pp_common_options(cli, common);
	table[0] = (struct pp_opt)PP_OPT_END;
	pp_opt_append(table, PP_LEADING_MAX, opts);
	pp_opt_append(table, PP_LEADING_MAX, common);
}
