/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof archive cat SELECTOR: one entry, as it was added, as a pprof file. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "archive/fetch.h"
#include "base/alloc.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cmd/archive_options.h"
#include "cmd/cmd.h"
#include "cmd/write_profile.h"
#include "io/atomic.h"
#include "io/gzip.h"

struct cat {
	const char *archive, *output;
	bool uncompressed;
	struct pp_opt_list selectors;
};

static int write_bytes(const struct cat *c, const struct pp_buf *bytes, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) uint8_t *packed = NULL;
	size_t n;

	if (c->uncompressed)
		return pp_atomic_write(c->output, bytes->p, bytes->n, false, err);
	pp_gzip_deflate((const uint8_t *)bytes->p, bytes->n, &packed, &n);
	return pp_atomic_write(c->output, packed, n, false, err);
}

static int cat(struct pp_cli *cli, struct cat *c, struct pp_err *err)
{
	PP_CLEANUP(pp_archive_close) struct pp_archive a = {.root = -1, .lock = -1};
	PP_CLEANUP(pp_list_release) struct pp_list list = {0};
	PP_CLEANUP(pp_buf_release) struct pp_buf bytes = PP_BUF_INIT;
	const char *selector = c->selectors.item[0];

	if (pp_write_profile_check(&c->output, err) || pp_archive_open_there(&a, c->archive, err) ||
	    pp_archive_find(cli, &list, &a, selector, 0, err))
		return -1;
	if (list.n != 1)
		return pp_err_set(err, list.n ? PP_ERR_USAGE : PP_ERR_NOT_FOUND,
				  "'%s' is %u entries, not one", selector, list.n);
	if (pp_item_fetch(&a, &list, &list.items[0], &bytes, err))
		return -1;
	return write_bytes(c, &bytes, err);
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	struct cat c = {.archive = NULL};
	const struct pp_opt opts[] = {
		PP_ARCHIVE_OPTION(&c.archive),
		{PP_OPT_TEXT, 'o', "output", "FILE", "write to FILE rather than standard output",
		 &c.output, .hint = PP_HINT_FILE},
		{PP_OPT_FLAG, 0, "uncompressed", NULL, "the canonical bytes, not compressed",
		 &c.uncompressed},
		{PP_OPT_ARGS, 0, NULL, "SELECTOR", "the entry: an id, a pin, or @latest",
		 &c.selectors, .min = 1, .max = 1, .hint = PP_HINT_SELECTOR, .group = "Arguments"},
		PP_OPT_END,
	};
	struct pp_err err = PP_ERR_INIT;
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);

	if (rc == 0)
		rc = cat(cli, &c, &err);
	pp_opt_list_release(&c.selectors);
	return rc < 0 ? pp_cli_fail(cli, &err) : PP_EXIT_OK;
}

const struct pp_command pp_cmd_archive_cat = {
	.name = "archive cat",
	.summary = "write one entry as a pprof file",
	.run = run,
};
