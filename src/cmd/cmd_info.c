/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof info [PROFILE]: what a profile is and holds. */
#include <config.h>

#include "cmd/cmd_info.h"

#include <string.h>

#include "analyze/summary.h"
#include "analyze/tags.h"
#include "analyze/view.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cmd/archive_options.h"
#include "cmd/cmd.h"
#include "cmd/defaults.h"
#include "cmd/load.h"
#include "cmd/report.h"
#include "io/file.h"
#include "io/gzip.h"
#include "pprof/decode.h"
#include "pprof/read.h"

/* What a selector finds has no file: its size is that of the profile. */
static int select_profile(struct pp_profile *p, struct pp_info *info, struct pp_load_options *load,
			  struct pp_err *err)
{
	if (pp_load(p, load, err))
		return -1;
	info->file_bytes = p->nbytes;
	return 0;
}

/* Read the profile and say how it was stored. */
static int read_profile(struct pp_profile *p, struct pp_info *info, const char *path,
			struct pp_load_options *load, struct pp_err *err)
{
	struct pp_file f;

	pp_profile_init(p, 0);
	info->profile = p;
	info->file = strcmp(path, "-") ? path : "standard input";
	if (pp_load_check(load, err))
		return -1;
	if (pp_load_selects(&load->paths))
		return select_profile(p, info, load, err);
	if (pp_file_read(&f, path, PP_PPROF_MAX_BYTES, err))
		return pp_report_hint(path, err);
	info->file_bytes = f.n;
	info->gzip = pp_gzip_is(f.bytes, f.n);

	int rc = pp_pprof_read_bytes(p, f.bytes, f.n, NULL, err);
	pp_file_release(&f);
	return rc ? pp_err_wrap(err, "cannot read '%s'", info->file) : 0;
}

static void print(const struct pp_info *info, int format, struct pp_out *o)
{
	switch ((enum pp_report_format)format) {
	case PP_FORMAT_JSON:
		pp_info_json(info, o);
		break;
	case PP_FORMAT_CSV:
		pp_info_csv(info, o);
		break;
	default:
		pp_info_text(info, o);
	}
}

int pp_info_write(struct pp_profile *p, struct pp_info *info, int format, struct pp_out *o,
		  struct pp_err *err)
{
	static const struct pp_filter_options nothing = {.all_frames = true};
	struct pp_filter filter;
	struct pp_summary summary;
	struct pp_labels labels;
	struct pp_tags tags = {0};
	struct pp_view view = {.profile = p, .filter = &filter};

	if (pp_filter_init(&filter, p, &nothing, err)) {
		pp_filter_release(&filter);
		return -1;
	}
	/* -1 if there are no sample types: then there are no samples, either */
	if (p->nsample_types == 0 || pp_profile_sample_index(p, NULL, &info->index, err))
		info->index = 0;
	view.index = info->index;
	pp_summary_init(&summary, p);
	pp_labels_init(&labels, p);
	pp_tags_init(&tags, &view, &labels);
	info->profile = p;
	info->summary = &summary;
	info->tags = &tags;
	print(info, format, o);
	pp_tags_release(&tags);
	pp_labels_release(&labels);
	pp_summary_release(&summary);
	pp_filter_release(&filter);
	return 0;
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	PP_CLEANUP(pp_load_options_release)
	struct pp_load_options load = {.cli = cli};
	struct pp_opt_list *args = &load.paths;
	int format = PP_FORMAT_TEXT;
	const struct pp_opt opts[] = {
		{PP_OPT_ENUM, 0, "format", "FORMAT", "output format", &format,
		 .choices = pp_report_formats, .group = "Output"},
		PP_ARCHIVE_OPTION(&load.archive),
		PP_LAST_OPTION(&load.last),
		PP_DELTA_OPTION(&load.delta),
		{PP_OPT_ARGS, 0, NULL, "PROFILE",
		 "a pprof file, - for standard input, or a selector (default pyroprof.pb.gz)", args,
		 .max = 1, .hint = PP_HINT_PROFILE, .group = "Arguments"},
		PP_OPT_END,
	};
	struct pp_info info = {0};
	struct pp_profile profile;
	struct pp_err err = PP_ERR_INIT;
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);

	if (rc < 0)
		return pp_cli_fail(cli, &err);
	if (rc)
		return PP_EXIT_OK;
	rc = read_profile(&profile, &info, args->n ? args->item[0] : PP_DEFAULT_PROFILE, &load,
			  &err);
	if (rc == 0)
		rc = pp_info_write(&profile, &info, format, &cli->out, &err);
	pp_profile_release(&profile);
	return rc ? pp_cli_fail(cli, &err) : PP_EXIT_OK;
}

const struct pp_command pp_cmd_info = {
	.name = "info",
	.summary = "show what a profile is and holds",
	.run = run,
};
