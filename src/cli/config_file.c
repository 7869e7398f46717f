/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the file, and whether to believe it. */
#include <config.h>

#include "cli/config_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "io/file.h"

#define MAX_FILE (64u << 10)

/* As the XDG Base Directory specification has it: what is not absolute does not count. */
static char *standard_path(void)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	if (config && config[0] == '/')
		return pp_xasprintf("%s/pyroprof/config", config);
	if (home && home[0] == '/')
		return pp_xasprintf("%s/.config/pyroprof/config", home);
	return NULL;
}

/* Who runs as somebody else than $HOME says, as a service that has given up being root, cannot look
 * there, and has no file. */
static bool is_out_of_reach(const char *path)
{
	return faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) < 0 &&
	       (errno == EACCES || errno == ENOENT || errno == ENOTDIR);
}

int pp_config_load(struct pp_config *c, struct pp_err *err)
{
	const char *named = getenv("PYROPROF_CONFIG");
	PP_CLEANUP(pp_freep) char *path = named ? pp_xstrdup(named) : standard_path();
	struct pp_file f;
	struct pp_err why = PP_ERR_INIT;

	if (!path || !*path || (!named && is_out_of_reach(path)))
		return 0;
	int rc = pp_file_read_own(&f, path, MAX_FILE, &why);
	if (rc == 0) {
		rc = pp_config_parse(c, (struct pp_str){(const char *)f.bytes, f.n}, path, &why);
		pp_file_release(&f);
	}
	if (rc == 0)
		return 0;
	*err = why;
	return pp_err_hint(err, "to go on without it: pyroprof --no-config ...");
}
