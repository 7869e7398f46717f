/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof archive export DIR [SELECTOR]: entries as files. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "archive/fetch.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cmd/archive_options.h"
#include "cmd/cmd.h"
#include "io/atomic.h"
#include "io/gzip.h"

struct export
{
	struct pp_cli *cli;
	const char *archive;
	uint64_t last;
	struct pp_opt_list args; /* DIR, SELECTOR */
};

/* DIR/20261120T140005Z-4f2a91...pb.gz: by time, and nothing in it that a profile has chosen. */
static char *name_of(const char *dir, const struct pp_entry *e)
{
	time_t seconds = (time_t)(e->start / PP_NSEC_PER_SEC);
	char when[64] = "", hex[PP_SHA256_HEX];
	struct tm tm;

	if (gmtime_r(&seconds, &tm))
		strftime(when, sizeof(when), "%Y%m%dT%H%M%SZ-", &tm);
	return pp_xasprintf("%s/%s%.12s.pb.gz", dir, when, pp_sha256_hex(hex, e->id.bytes));
}

static int export_one(const struct export *x, const struct pp_archive *a,
		      const struct pp_list *list, const struct pp_item *item, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *name = name_of(x->args.item[0], &item->entry);
	PP_CLEANUP(pp_buf_release) struct pp_buf bytes = PP_BUF_INIT;
	PP_CLEANUP(pp_freep) uint8_t *packed = NULL;
	size_t n;

	if (pp_item_fetch(a, list, item, &bytes, err))
		return -1;
	pp_gzip_deflate((const uint8_t *)bytes.p, bytes.n, &packed, &n);
	if (pp_atomic_write(name, packed, n, false, err))
		return -1;
	pp_out_safe(&x->cli->out, pp_str_of(name));
	pp_out_char(&x->cli->out, '\n');
	return 0;
}

static int export(const struct export *x, struct pp_err *err)
{
	PP_CLEANUP(pp_archive_close) struct pp_archive a = {.root = -1, .lock = -1};
	PP_CLEANUP(pp_list_release) struct pp_list list = {0};
	const char *dir = x->args.item[0], *selector = x->args.n > 1 ? x->args.item[1] : "{}";

	if (pp_archive_open_there(&a, x->archive, err) ||
	    pp_archive_find(x->cli, &list, &a, selector, x->last, err))
		return -1;
	if (list.n == 0)
		return pp_archive_found_nothing(&a, selector, err);
	if (mkdir(dir, 0777) < 0 && errno != EEXIST)
		return pp_err_sys(err, errno, "cannot make directory '%s'", dir);
	for (uint32_t i = 0; i < list.n; i++) {
		if (export_one(x, &a, &list, &list.items[i], err))
			return -1;
	}
	return 0;
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	struct export x = {.cli = cli};
	const struct pp_opt opts[] = {
		PP_ARCHIVE_OPTION(&x.archive),
		{PP_OPT_NUMBER, 'n', "last", "N", "the newest N only", &x.last, .min = 1},
		{PP_OPT_ARGS, 0, NULL, "DIR SELECTOR",
		 "where to put the files, and of which entries (default: all)", &x.args, .min = 1,
		 .max = 2, .hint = PP_HINT_PROFILE, .group = "Arguments"},
		PP_OPT_END,
	};
	struct pp_err err = PP_ERR_INIT;
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);

	if (rc == 0)
		rc = export(&x, &err);
	pp_opt_list_release(&x.args);
	return rc < 0 ? pp_cli_fail(cli, &err) : PP_EXIT_OK;
}

const struct pp_command pp_cmd_archive_export = {
	.name = "archive export",
	.summary = "write entries as pprof files into a directory",
	.run = run,
};
