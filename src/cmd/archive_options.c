/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "cmd/archive_options.h"

#include <stdlib.h>

#include "archive/load.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "cli/fail.h"

char *pp_archive_where(const char *option)
{
	const char *named = option ? option : getenv("PYROPROF_ARCHIVE");
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");

	if (named && *named)
		return pp_xstrdup(named);
	if (data && data[0] == '/')
		return pp_xasprintf("%s/pyroprof", data);
	if (home && home[0] == '/')
		return pp_xasprintf("%s/.local/share/pyroprof", home);
	return NULL;
}

int pp_archive_open_there(struct pp_archive *a, const char *option, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *where = pp_archive_where(option);

	*a = (struct pp_archive){.root = -1, .lock = -1};
	if (!where)
		return pp_err_set(err, PP_ERR_USAGE,
				  "no archive is named, and there is no home directory: use "
				  "--archive");
	if (pp_archive_open(a, where, err) == 0)
		return 0;
	if (err->kind == PP_ERR_NOT_FOUND)
		pp_err_hint(err, "make one: pyroprof archive init%s%s", option ? " --archive=" : "",
			    option ? option : "");
	return -1;
}

int pp_archive_select(struct pp_selector *s, const char *text, struct pp_err *err)
{
	PP_CLEANUP(pp_freep)
	char *full = pp_xasprintf("%s%s", pp_selector_is(text) ? "" : "@", text);

	return pp_selector_parse(s, full, pp_clock_real(), err);
}

static int find(struct pp_list *list, const struct pp_archive *a, const char *selector,
		uint64_t last, struct pp_err *err)
{
	struct pp_selector s = {0};
	struct pp_want want = {.selector = selector ? &s : NULL, .last = last};
	int rc = selector ? pp_archive_select(&s, selector, err) : 0;

	if (rc == 0)
		rc = pp_list_entries(list, a, &want, err);
	pp_selector_release(&s);
	return rc;
}

int pp_archive_find(struct pp_cli *cli, struct pp_list *list, const struct pp_archive *a,
		    const char *selector, uint64_t last, struct pp_err *err)
{
	*list = (struct pp_list){0};
	if (find(list, a, selector, last, err))
		return -1;
	for (size_t i = 0; i < list->ndamaged; i++)
		pp_cli_warn(cli, "left out: %s", list->damaged[i].what);
	return 0;
}

int pp_archive_found_nothing(const struct pp_archive *a, const char *selector, struct pp_err *err)
{
	struct pp_selector s = {0};
	struct pp_want want = {.selector = &s};
	int rc = pp_archive_select(&s, selector, err);

	if (rc == 0)
		rc = pp_nothing_found(a, &want, err);
	pp_selector_release(&s);
	return rc;
}
