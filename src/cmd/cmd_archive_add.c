/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof archive add PROFILE...: profiles into the archive. */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/add.h"
#include "base/alloc.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cli/progress.h"
#include "cmd/archive_options.h"
#include "cmd/cmd.h"
#include "cmd/defaults.h"
#include "cmd/report.h"
#include "io/file.h"
#include "pprof/decode.h"
#include "pprof/read.h"

struct add {
	struct pp_cli *cli;
	const char *archive;
	struct pp_opt_list paths, labels;
	struct pp_read_options read;
};

static int parse_labels(const struct pp_opt_list *list, struct pp_entry_labels *labels,
			struct pp_err *err)
{
	for (size_t i = 0; i < list->n; i++) {
		if (pp_entry_labels_parse(labels, list->item[i], err))
			return -1;
	}
	return 0;
}

/* The id is printed at once: from then on it holds. */
static int print_id(struct pp_cli *cli, const struct pp_id *id, struct pp_err *err)
{
	char hex[PP_SHA256_HEX];

	pp_out_fmt(&cli->out, "%s\n", pp_sha256_hex(hex, id->bytes));
	return pp_out_flush(&cli->out)
		       ? pp_err_sys(err, cli->out.error, "cannot write to standard output")
		       : 0;
}

static int add_file(const struct add *add, const struct pp_archive *a,
		    const struct pp_entry_labels *labels, const char *path, struct pp_err *err)
{
	const char *shown = strcmp(path, "-") ? path : "standard input";
	struct pp_profile p;
	struct pp_added added;
	struct pp_file f;

	if (pp_file_read(&f, path, PP_PPROF_MAX_BYTES, err))
		return pp_report_hint(path, err);
	int rc = pp_pprof_read_bytes(&p, f.bytes, f.n, &add->read, err);
	if (rc)
		pp_err_wrap(err, "cannot read '%s'", shown);
	else if (pp_archive_add(a, &p, (struct pp_str){(char *)f.bytes, f.n}, labels, &added, err))
		rc = pp_err_wrap(err, "cannot add '%s'", shown);
	pp_profile_release(&p);
	pp_file_release(&f);
	return rc ? -1 : print_id(add->cli, &added.id, err);
}

/* The user's own archive is made when it is first needed; one that was named should be there. */
static int open_archive(struct pp_cli *cli, struct pp_archive *a, const char *option,
			struct pp_err *err)
{
	const char *named = getenv("PYROPROF_ARCHIVE");
	bool fresh;

	if (pp_archive_open_there(a, option, err) == 0)
		return 0;
	if (err->kind != PP_ERR_NOT_FOUND || option || (named && *named))
		return -1;
	PP_CLEANUP(pp_freep) char *where = pp_archive_where(NULL);
	pp_archive_close(a);
	if (pp_archive_init(where, &fresh, err) || pp_archive_open_there(a, NULL, err))
		return -1;
	pp_cli_note(cli, "made archive '%s'", where);
	return 0;
}

static int add_all(struct add *add, struct pp_err *err)
{
	static const char *standard[] = {PP_DEFAULT_PROFILE, NULL};
	PP_CLEANUP(pp_entry_labels_release) struct pp_entry_labels labels = {0};
	PP_CLEANUP(pp_archive_close) struct pp_archive a = {.root = -1, .lock = -1};
	const char *const *paths = add->paths.n ? add->paths.item : standard;
	size_t n = add->paths.n ? add->paths.n : 1;

	if (parse_labels(&add->labels, &labels, err) ||
	    open_archive(add->cli, &a, add->archive, err))
		return -1;
	PP_CLEANUP(pp_progress_done) struct pp_progress progress;
	pp_progress_init(&progress, add->cli);
	for (size_t i = 0; i < n; i++) {
		pp_progress_count(&progress, "adding profiles", i, n);
		if (add_file(add, &a, &labels, paths[i], err))
			return -1;
	}
	pp_progress_done(&progress);
	return 0;
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	struct add add = {.cli = cli};
	const struct pp_opt opts[] = {
		{PP_OPT_LIST, 'l', "label", "KEY=VALUE",
		 "give it this label; may be repeated, and wins over automatic ones", &add.labels},
		PP_ARCHIVE_OPTION(&add.archive),
		{PP_OPT_SIZE, 0, "max-input", "SIZE",
		 "refuse profiles that are larger than this when inflated (default 4G)",
		 &add.read.max_input},
		{PP_OPT_FLAG, 'q', "quiet", NULL, "no notes", &cli->quiet},
		{PP_OPT_ARGS, 0, NULL, "PROFILE",
		 "pprof files, - for standard input (default pyroprof.pb.gz)", &add.paths,
		 .hint = PP_HINT_FILE, .group = "Arguments"},
		PP_OPT_END,
	};
	struct pp_err err = PP_ERR_INIT;
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);

	if (rc == 0)
		rc = add_all(&add, &err);
	pp_opt_list_release(&add.paths);
	pp_opt_list_release(&add.labels);
	return rc < 0 ? pp_cli_fail(cli, &err) : PP_EXIT_OK;
}

const struct pp_command pp_cmd_archive_add = {
	.name = "archive add",
	.summary = "add profiles, and print their ids",
	.run = run,
};
